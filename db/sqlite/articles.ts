import { asc, count, eq, inArray, lte, or, type SQL, sql } from 'drizzle-orm';
import type { StoredArticle } from '../../src/domain/article.js';
import type { ArticleLine, ArticleStore, PageRequest } from '../../src/ports.js';
import { toPage, walksOlder } from '../pages.js';
import { toLine, toStoredArticle } from '../to-domain.js';
import type { Database } from './database.js';
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

/** Texts that buttons refer to: after so many others, the oldest buttons are stale. */
const mostTexts = 100_000;

export function createArticleStore(db: Database, onRemoved: () => void): ArticleStore {
  const load = createArticleLoader(db);
  return {
    async find(articleId) {
      return load(articleId);
    },
    async findByIdentity(identity) {
      const row = db.select({ id: articles.id }).from(articles).where(eq(articles.identity, identity)).get();
      return row && load(row.id);
    },
    async listLatest(categoryIds, page) {
      return toPage(loadLines(db, latestIds(db, categoryIds, page)), page);
    },
    async listStory(articleId, limit) {
      const story = sql`(SELECT coalesce(story_id, id) FROM ${articles} WHERE id = ${articleId})`;
      const rows = db.all<{ id: number }>(sql`
        SELECT id FROM ${articles} WHERE id = ${story} OR story_id = ${story} ORDER BY order_at, id LIMIT ${limit}`);
      return loadLines(
        db,
        rows.map(({ id }) => id),
      );
    },
    async rememberText(text) {
      const known = db.select({ id: queries.id }).from(queries).where(eq(queries.text, text)).get();
      if (known) return known.id;
      const { id } = db.insert(queries).values({ text }).returning({ id: queries.id }).get();
      db.delete(queries)
        .where(lte(queries.id, id - mostTexts))
        .run();
      return id;
    },
    async findText(id) {
      return db.select({ text: queries.text }).from(queries).where(eq(queries.id, id)).get()?.text;
    },
    async remove(identities) {
      db.transaction(
        (tx) => {
          for (const identity of identities) {
            const id = tx.select({ id: articles.id }).from(articles).where(eq(articles.identity, identity)).get()?.id;
            if (id === undefined) continue;
            const filed = tx.select().from(articleCategories).where(eq(articleCategories.articleId, id)).all();
            for (const { categoryId } of filed) {
              tx.update(categories)
                .set({ articleCount: sql`article_count - 1` })
                .where(eq(categories.id, categoryId))
                .run();
            }
            tx.delete(articleCategories).where(eq(articleCategories.articleId, id)).run();
            tx.delete(deliveries).where(eq(deliveries.articleId, id)).run();
            tx.delete(saved).where(eq(saved.articleId, id)).run();
            tx.delete(articles).where(eq(articles.id, id)).run();
          }
        },
        { behavior: 'immediate' },
      );
      onRemoved();
    },
    async count() {
      return db.select({ n: count() }).from(articles).get()?.n ?? 0;
    },
    async stats() {
      const rows = (
        table:
          | typeof articles
          | typeof categories
          | typeof chats
          | typeof subscriptions
          | typeof watches
          | typeof rejectedPosts,
      ) => db.select({ n: count() }).from(table).get()?.n ?? 0;
      const states = db
        .select({ state: deliveries.state, n: count() })
        .from(deliveries)
        .groupBy(deliveries.state)
        .all();
      return {
        articles: rows(articles),
        categories: rows(categories),
        chats: rows(chats),
        subscriptions: rows(subscriptions),
        watches: rows(watches),
        rejected: rows(rejectedPosts),
        deliveries: { pending: 0, sent: 0, failed: 0, ...Object.fromEntries(states.map(({ state, n }) => [state, n])) },
      };
    },
  };
}

/** How many other media carry an article's story. Prepared once: it runs for every message. */
export function createMediaCounter(db: Database): (article: StoryMember) => number {
  const id = sql.placeholder('id');
  const storyMedia = db
    .selectDistinct({ medium: articles.medium })
    .from(articles)
    .where(or(eq(articles.id, id), eq(articles.storyId, id)))
    .prepare();
  return ({ id, storyId, medium: own }) =>
    storyMedia.all({ id: storyId ?? id }).filter(({ medium }) => medium !== null && medium !== own).length;
}

type StoryMember = Pick<typeof articles.$inferSelect, 'id' | 'storyId' | 'medium'>;

/** Reads one article. Prepared once: it runs for every message. */
function createArticleLoader(db: Database): (articleId: number) => StoredArticle | undefined {
  const id = sql.placeholder('id');
  const article = db.select().from(articles).where(eq(articles.id, id)).prepare();
  const filedUnder = db
    .select({ name: categories.name, slug: categories.slug })
    .from(articleCategories)
    .innerJoin(categories, eq(categories.id, articleCategories.categoryId))
    .where(eq(articleCategories.articleId, id))
    // As it was filed under them.
    .orderBy(sql`article_categories.rowid`)
    .prepare();
  const countOtherMedia = createMediaCounter(db);
  return (articleId) => {
    const row = article.get({ id: articleId });
    if (!row) return undefined;
    return toStoredArticle(row, filedUnder.all({ id: articleId }), countOtherMedia(row));
  };
}

/** `(orderAt, id)` strictly behind or before the key, in the order of the walk; one more than the page, to know if it goes on. */
function beyond(from: PageRequest['from']): SQL | undefined {
  if (!from) return undefined;
  const { orderAt, id } = from.key;
  return walksOlder(from) ? sql`(order_at, id) < (${orderAt}, ${id})` : sql`(order_at, id) > (${orderAt}, ${id})`;
}

function latestIds(db: Database, categoryIds: readonly number[] | undefined, page: PageRequest): number[] {
  const direction = walksOlder(page.from) ? sql`DESC` : sql`ASC`;
  const where = beyond(page.from) ?? sql`1`;
  if (!categoryIds) {
    return db
      .all<{ id: number }>(
        sql`SELECT id FROM ${articles} WHERE ${where} ORDER BY order_at ${direction}, id ${direction} LIMIT ${page.limit + 1}`,
      )
      .map(({ id }) => id);
  }
  // One index walk per category, then the first of them all: the union never sorts more than a page per category.
  const walks = categoryIds.map(
    (categoryId) => sql`SELECT * FROM (
      SELECT article_id AS id, order_at FROM ${articleCategories} WHERE category_id = ${categoryId}
      AND ${sql`${page.from ? beyondIn(page.from) : sql`1`}`}
      ORDER BY order_at ${direction}, article_id ${direction} LIMIT ${page.limit + 1})`,
  );
  if (walks.length === 0) return [];
  const rows = walks.flatMap((walk) => db.all<{ id: number; order_at: number }>(walk));
  const sign = walksOlder(page.from) ? -1 : 1;
  const unique = new Map(rows.map((row) => [row.id, row]));
  return [...unique.values()]
    .sort((a, b) => sign * (a.order_at - b.order_at || a.id - b.id))
    .slice(0, page.limit + 1)
    .map(({ id }) => id);
}

function beyondIn(from: NonNullable<PageRequest['from']>): SQL {
  const { orderAt, id } = from.key;
  return walksOlder(from)
    ? sql`(order_at, article_id) < (${orderAt}, ${id})`
    : sql`(order_at, article_id) > (${orderAt}, ${id})`;
}

/** Articles as lists show them, in the order of the ids. */
export function loadLines(db: Database, ids: readonly number[]): readonly ArticleLine[] {
  if (ids.length === 0) return [];
  const rows = db
    .select()
    .from(articles)
    .where(inArray(articles.id, [...ids]))
    .orderBy(asc(articles.id))
    .all();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    return row ? [toLine(row)] : [];
  });
}
