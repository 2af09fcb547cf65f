import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import type { openStores } from '../../db/open-stores.js';
import { Sqlite } from '../../db/sqlite/driver.js';
import { projectFile } from '../../src/paths.js';
import { anArticle, queryFor, saveNews } from '../support/builders.js';

const compiled = (await import(`${inject('build')}db/open-stores.js`)) as { openStores: typeof openStores };

describe('a database of an earlier version', () => {
  it('keeps all that it has, and is searchable', async () => {
    const folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-db-'));
    const file = path.join(folder, 'zhaibao.db');
    makeFirstVersion(file);
    const stores = await compiled.openStores(`file:${file}`);
    const article = await stores.articles.findByIdentity('https://example.com/1');
    expect(article).toMatchObject({ title: '旧文章', text: '养老保险', categories: [{ name: '云溪日报' }] });
    expect(await stores.subscriptions.list({ chatId: 5, topicId: 0 })).toMatchObject([{ name: '云溪日报' }]);
    expect((await stores.deliveries.listWaiting(undefined)).chats).toEqual([{ chatId: 5, articleId: 2 }]);
    expect(await stores.search.check()).toMatchObject({ articles: 2, missing: 2 });
    const request = { query: queryFor('养老'), order: 'newest' as const, limit: 5, countUpTo: 5 };
    expect((await stores.search.search(request))?.items).toMatchObject([{ title: '旧文章' }]);
    expect(await stores.admin.totals()).toMatchObject({
      articles: 2,
      deliveries: { pending: 1, sent: 0 },
      pending: 1,
      rejected: { empty: 1 },
    });
    const saved = await saveNews(stores, [anArticle()], new Date());
    expect(saved).toMatchObject({ added: 1, queued: 1 });
    await stores.close();
    const client = new Sqlite(file);
    const revisions = client.prepare(`SELECT revision FROM articles ORDER BY id`).pluck().all() as number[];
    expect(revisions.slice(0, 2)).toEqual([1, 2]);
    expect(revisions[2]).toBeGreaterThan(2);
    expect(client.pragma('foreign_key_check')).toEqual([]);
    client.close();
    fs.rmSync(folder, { recursive: true });
  });
});

/** Version 0.1.0, by its migration, with a little of everything in it. */
function makeFirstVersion(file: string): void {
  const folder = projectFile('db', 'sqlite', 'migrations');
  const journal = JSON.parse(fs.readFileSync(path.join(folder, 'meta', '_journal.json'), 'utf8')) as {
    entries: { when: number; tag: string }[];
  };
  const [first] = journal.entries;
  if (!first) throw new Error('no migration');
  const client = new Sqlite(file);
  client.exec(
    fs.readFileSync(path.join(folder, `${first.tag}.sql`), 'utf8').replaceAll('--> statement-breakpoint', ''),
  );
  client.exec(`
    CREATE TABLE __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric);
    INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('first', ${first.when});
    INSERT INTO categories (id, name, folded_name, slug, article_count) VALUES (1, '云溪日报', '云溪日报', 'yunxiribao', 2);
    INSERT INTO articles (identity, title, outline, key_sentences, first_seen_at, order_at, text, search_text) VALUES
      ('https://example.com/1', '旧文章', '[]', '[]', 1, 1, '养老保险', '旧文章 养老保险'),
      ('https://example.com/2', NULL, '[]', '[]', 2, 2, '社保', '社保');
    INSERT INTO article_categories VALUES (1, 1, 1), (2, 1, 2);
    INSERT INTO chats (id, type, first_seen_at, last_seen_at) VALUES (5, 'private', 1, 1);
    INSERT INTO subscriptions (chat_id, category_id, created_at) VALUES (5, 1, 1);
    INSERT INTO sources (id, key) VALUES (1, 'posts');
    INSERT INTO rejected_posts VALUES (1, 'a.md', 'empty', '', 1);
    INSERT INTO deliveries (chat_id, article_id, next_attempt_at, created_at) VALUES (5, 2, 1, 1);
  `);
  client.close();
}
