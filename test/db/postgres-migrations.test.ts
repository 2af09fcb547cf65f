import { PGlite } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/pglite';
import { expect, it } from 'vitest';
import { all, bringUpToDate, type Database } from '../../db/postgres/database.js';
import { createPostgresStores } from '../../db/postgres/open.js';
import * as schema from '../../db/postgres/schema.js';
import { docsOf } from '../../db/postgres/search/index-writer.js';
import { projectFile } from '../../src/paths.js';
import { analyzerVersion } from '../../src/search/analyzer.js';
import { anArticle, queryFor, saveNews } from '../support/builders.js';
import { startingMs } from '../support/postgres.js';

const migrations = readMigrationFiles({ migrationsFolder: projectFile('db', 'postgres', 'migrations') });

it.each(migrations.map((_, index) => index + 1))(
  'a PostgreSQL database of the first %i migrations keeps what it has, and is searchable and owes what it owed',
  async (count) => {
    const client = await PGlite.create();
    const database = drizzle(client, { schema }) as unknown as Database;
    const connection = { database, name: 'postgres://pglite', close: () => client.close() };
    await client.exec('CREATE TABLE schema_migrations (version bigint PRIMARY KEY, hash text NOT NULL)');
    for (const { sql: statements, hash, folderMillis } of migrations.slice(0, count)) {
      for (const statement of statements) await client.exec(statement);
      await client.query('INSERT INTO schema_migrations VALUES ($1, $2)', [folderMillis, hash]);
    }
    await client.exec(`
      INSERT INTO categories (id, name, folded_name, article_count) VALUES (1, '云溪日报', '云溪日报', 1);
      INSERT INTO articles (id, identity, title, outline, key_sentences, first_seen_at, order_at, text, revision)
        VALUES (1, 'https://example.com/1', '旧文章', '[]', '[]', 1, 1, '王 芳谈养老保险', 1);
      INSERT INTO article_categories (article_id, category_id, order_at) VALUES (1, 1, 1);
      INSERT INTO chats (id, type, state, not_before, first_seen_at, last_seen_at) VALUES (5, 'private', 'active', 0, 1, 1);
      INSERT INTO subscriptions (chat_id, topic_id, category_id, created_at) VALUES (5, 0, 1, 1);
      INSERT INTO deliveries (chat_id, topic_id, article_id, story_id, state, attempts, next_attempt_at, created_at)
        VALUES (5, 0, 1, 1, 'pending', 0, 1, 1);
      UPDATE archive SET revision = 1;
      SELECT setval(pg_get_serial_sequence('articles', 'id'), 1), setval(pg_get_serial_sequence('categories', 'id'), 1)`);
    const old = { id: 1, title: '旧文章', byline: undefined, outline: [], text: '王 芳谈养老保险' };
    for await (const docs of docsOf([{ ...old, orderAt: 1, categoryIds: [1] }]))
      for (const doc of docs)
        await client.query(
          `INSERT INTO search_docs (article_id, order_at, version, is_whole, is_plain, terms) VALUES (1, 1, $1, $2, $3, $4)`,
          [analyzerVersion, doc.is_whole, doc.is_plain, doc.terms],
        );

    await bringUpToDate(connection);
    const stores = createPostgresStores(connection);
    for (const text of ['养老', '养老保险', '王芳谈养老']) {
      const found = await stores.search.search({ query: queryFor(text), order: 'newest', limit: 5, countUpTo: 5 });
      expect(found?.items, text).toMatchObject([{ title: '旧文章' }]);
    }
    expect((await stores.deliveries.listWaiting(undefined)).chats).toEqual([{ chatId: 5, articleId: 1 }]);
    expect(await saveNews(stores, [anArticle()], new Date())).toMatchObject({ added: 1 });
    const [added] = await all<{ revision: number }>(database, sql`SELECT revision FROM articles WHERE id > 1`);
    expect(added?.revision).toBeGreaterThan(1);
    await stores.close();
  },
  startingMs,
);

it('a database of somebody else is left as it is', { timeout: startingMs }, async () => {
  const client = await PGlite.create();
  const database = drizzle(client, { schema }) as unknown as Database;
  const connection = { database, name: 'postgres://pglite', close: () => client.close() };
  await client.exec('CREATE TABLE shop (id integer); CREATE TABLE articles (id integer)');
  await expect(bringUpToDate(connection)).rejects.toThrow(
    "database postgres://pglite cannot be set up and is as it was: it has tables that are not the bot's (articles, shop): create a database for the bot alone",
  );
  const tables = await all(
    database,
    sql`SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
  );
  expect(tables).toEqual([{ name: 'articles' }, { name: 'shop' }]);
  await client.exec('DROP TABLE shop; DROP TABLE articles');
  await bringUpToDate(connection);
  await client.close();
});
