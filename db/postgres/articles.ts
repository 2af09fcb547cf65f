import { count, eq, getTableColumns, lte, type SQL, sql } from 'drizzle-orm';
import type { StoredArticle } from '../../src/domain/article.js';
import type { ArticleLine, ArticleStore, PageRequest } from '../../src/ports.js';
import { toPage, walksOlder } from '../pages.js';
import { toLine, toStoredArticle } from '../to-domain.js';
import { hasText, isNumber } from './columns.js';
import {
  all,
  arrayOf,
  type Database,
  get,
  inTransaction,
  lockArchive,
  type Queries,
  run,
  type Transaction,
  textArrayOf,
} from './database.js';
import {
  articleCategories,
  articles,
  categories,
  chats,
  deliveries,
  queries,
  rejectedPosts,
  saved,
  subscriptions,
  watches,
} from './schema.js';
import { unindexArticles } from './search/index-writer.js';

/** Texts that buttons refer to: after so many others, the oldest buttons are stale. */
const mostTexts = 100_000;

export function createArticleStore(db: Database): ArticleStore {
  return {
    async find(articleId) {
      return isNumber(articleId) ? loadArticle(db, eq(articles.id, articleId)) : undefined;
    },
    async findByIdentity(identity) {
      return loadArticle(db, hasText(articles.identity, identity));
    },
    async listLatest(categoryIds, page) {
      return toPage(await loadLines(db, await latestIds(db, categoryIds, page)), page);
    },
    async listStory(articleId, limit) {
      if (!isNumber(articleId)) return [];
      const story = sql`(SELECT coalesce(story_id, id) FROM ${articles} WHERE id = ${articleId})`;
      // By the primary key and by `articles_story`.
      const rows = await all<{ id: number }>(
        db,
        sql`SELECT id FROM ${articles} WHERE id = ${story} OR story_id = ${story} ORDER BY order_at, id LIMIT ${limit}`,
      );
      return loadLines(
        db,
        rows.map(({ id }) => id),
      );
    },
    async rememberText(text) {
      const find = async () => (await db.select().from(queries).where(hasText(queries.text, text)))[0]?.id;
      const known = await find();
      if (known !== undefined) return known;
      const [added] = await db.insert(queries).values({ text }).onConflictDoNothing().returning({ id: queries.id });
      const id = added?.id ?? (await find());
      if (id === undefined) throw new Error('a text was not stored');
      if (added) await db.delete(queries).where(lte(queries.id, id - mostTexts));
      return id;
    },
    async findText(id) {
      if (!isNumber(id)) return undefined;
      return (await db.select({ text: queries.text }).from(queries).where(eq(queries.id, id)))[0]?.text;
    },
    async remove(identities) {
      await inTransaction(db, async (tx) => {
        await lockArchive(tx);
        const rows = await all<{ id: number }>(
          tx,
          sql`SELECT id FROM ${articles} WHERE md5(identity) = ANY(SELECT md5(i) FROM unnest(${textArrayOf(identities)}) i)
            ORDER BY id FOR UPDATE`,
        );
        const ids = rows.map(({ id }) => id);
        for (const table of [deliveries, saved])
          await run(tx, sql`DELETE FROM ${table} WHERE article_id = ANY(${arrayOf(ids)})`);
        await removeArticles(tx, ids);
      });
    },
    async count() {
      return (await db.select({ n: count() }).from(articles))[0]?.n ?? 0;
    },
    async stats() {
      const counted = { articles, categories, chats, subscriptions, watches, rejected: rejectedPosts };
      const sums = Object.entries(counted).map(
        ([name, table]) => sql`(SELECT count(*) FROM ${table}) AS ${sql.identifier(name)}`,
      );
      const rows = await get<Record<keyof typeof counted, number>>(db, sql`SELECT ${sql.join(sums, sql`, `)}`);
      if (!rows) throw new Error('nothing was counted');
      const states = await db
        .select({ state: deliveries.state, n: count() })
        .from(deliveries)
        .groupBy(deliveries.state);
      return {
        ...rows,
        deliveries: { pending: 0, sent: 0, failed: 0, ...Object.fromEntries(states.map(({ state, n }) => [state, n])) },
      };
    },
  };
}

/** Removes articles that nothing of a chat refers to any more. The caller has the archive to itself. */
export async function removeArticles(tx: Transaction, articleIds: readonly number[]): Promise<void> {
  if (articleIds.length === 0) return;
  const ids = arrayOf(articleIds);
  await unindexArticles(tx, articleIds);
  await run(
    tx,
    sql`UPDATE ${categories} c SET article_count = c.article_count - gone.n
      FROM (SELECT category_id, count(*) AS n FROM ${articleCategories} WHERE article_id = ANY(${ids})
        GROUP BY category_id) gone
      WHERE c.id = gone.category_id`,
  );
  await run(tx, sql`DELETE FROM ${articleCategories} WHERE article_id = ANY(${ids})`);
  await run(tx, sql`DELETE FROM ${articles} WHERE id = ANY(${ids})`);
}

/** How many other media carry the story of a row of `articles` that the statement calls so: a value for a list of columns. */
export function otherMediaOf(name = 'articles'): SQL<number> {
  const own = sql.identifier(name);
  const story = sql`coalesce(${own}.story_id, ${own}.id)`;
  // By the primary key and by `articles_story`.
  return sql<number>`(SELECT count(DISTINCT m.medium) FROM ${articles} m
    WHERE (m.id = ${story} OR m.story_id = ${story}) AND m.medium IS DISTINCT FROM ${own}.medium)`;
}

async function loadArticle(db: Database, where: SQL): Promise<StoredArticle | undefined> {
  const filed = sql<string>`(
    SELECT coalesce(json_agg(json_build_object('name', c.name, 'slug', c.slug) ORDER BY ac.filed), '[]')::text
    FROM ${articleCategories} ac JOIN ${categories} c ON c.id = ac.category_id WHERE ac.article_id = ${articles}.id)`;
  const [row] = await db
    .select({ ...getTableColumns(articles), filed, otherMedia: otherMediaOf() })
    .from(articles)
    .where(where);
  return row && toStoredArticle(row, JSON.parse(row.filed), row.otherMedia);
}

/** Strictly behind or before a key in the order of the walk. */
function beyond(from: PageRequest['from'], place: SQL): SQL {
  if (!from) return sql`true`;
  const { orderAt, id } = from.key;
  return walksOlder(from) ? sql`${place} < (${orderAt}, ${id})` : sql`${place} > (${orderAt}, ${id})`;
}

/** One more than the page, to know whether it goes on. */
async function latestIds(
  db: Database,
  categoryIds: readonly number[] | undefined,
  { from, limit }: PageRequest,
): Promise<number[]> {
  const direction = walksOlder(from) ? sql`DESC` : sql`ASC`;
  const inOrder = (id: SQL) => sql`ORDER BY order_at ${direction}, ${id} ${direction} LIMIT ${limit + 1}`;
  // One walk along `article_categories_order` per category, then the first of them all: no more than a page of each is sorted.
  const statement = categoryIds
    ? sql`SELECT DISTINCT w.id, w.order_at FROM unnest(${arrayOf(categoryIds)}) AS k(category_id)
        CROSS JOIN LATERAL (SELECT article_id AS id, order_at FROM ${articleCategories} ac
          WHERE ac.category_id = k.category_id AND ${beyond(from, sql`(order_at, article_id)`)}
          ${inOrder(sql`article_id`)}) w
        ${inOrder(sql`id`)}`
    : sql`SELECT id FROM ${articles} WHERE ${beyond(from, sql`(order_at, id)`)} ${inOrder(sql`id`)}`;
  return (await all<{ id: number }>(db, statement)).map(({ id }) => id);
}

/** Articles as lists show them, in the order of the ids. */
export async function loadLines(queries: Queries, ids: readonly number[]): Promise<readonly ArticleLine[]> {
  if (ids.length === 0) return [];
  const { id, title, lead, url, medium, publishedAt, orderAt } = articles;
  // Only what stands in for a missing title is read of the text.
  const text = sql<string>`CASE WHEN coalesce(title, '') = '' AND lead IS NULL THEN ${articles.text} ELSE '' END`;
  const rows = await queries
    .select({ id, title, lead, url, medium, publishedAt, orderAt, text })
    .from(articles)
    .where(sql`${id} = ANY(${arrayOf(ids)})`);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((wanted) => {
    const row = byId.get(wanted);
    return row ? [toLine(row)] : [];
  });
}
