import { asc, count, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { displayTitle, type StoredArticle } from '../../src/domain/article.js';
import type { ArticleLine, ArticleStore, Page, PageRequest, SearchHit } from '../../src/ports.js';
import type { SearchQuery } from '../../src/search/query.js';
import { makeSnippet } from '../../src/search/snippet.js';
import type { Database } from './database.js';
import {
  articleCategories,
  articles,
  categories,
  chats,
  deliveries,
  queries,
  rejectedPosts,
  subscriptions,
} from './schema.js';

/** Articles that one statement of a search looks through before the event loop gets its turn: some 5 ms. */
const articlesPerSlice = 2_000;
const snippetChars = 60;

export function createArticleStore(db: Database): ArticleStore {
  return {
    async find(articleId) {
      return loadArticle(db, eq(articles.id, articleId));
    },
    async findByIdentity(identity) {
      return loadArticle(db, eq(articles.identity, identity));
    },
    async listLatest(categoryIds, page) {
      const ids = latestIds(db, categoryIds, page);
      return toPage(
        loadLines(db, ids).map(({ text: _text, ...line }) => line),
        page,
      );
    },
    async search(query, page, budgetMs) {
      const deadline = performance.now() + budgetMs;
      const found: number[] = [];
      let timedOut = false;
      for (let from = page.from; found.length <= page.limit; ) {
        const slice = searchSlice(db, query, from, page);
        found.push(...slice.hits);
        if (!slice.next) break;
        from = slice.next;
        timedOut = performance.now() > deadline;
        if (timedOut) break;
        await new Promise(setImmediate);
      }
      const hits = loadLines(db, found.slice(0, page.limit + 1)).map((line) => toHit(line, query));
      return { ...toPage(hits, page), timedOut };
    },
    async rememberText(text) {
      const known = db.select({ id: queries.id }).from(queries).where(eq(queries.text, text)).get();
      return known?.id ?? db.insert(queries).values({ text }).returning({ id: queries.id }).get().id;
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
            tx.delete(articles).where(eq(articles.id, id)).run();
          }
        },
        { behavior: 'immediate' },
      );
    },
    async stats() {
      const rows = (
        table: typeof articles | typeof categories | typeof chats | typeof subscriptions | typeof rejectedPosts,
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
        rejected: rows(rejectedPosts),
        deliveries: { pending: 0, sent: 0, failed: 0, ...Object.fromEntries(states.map(({ state, n }) => [state, n])) },
      };
    },
  };
}

function loadArticle(db: Database, where: SQL): StoredArticle | undefined {
  const row = db.select().from(articles).where(where).get();
  if (!row) return undefined;
  const filed = db
    .select({ name: categories.name, slug: categories.slug })
    .from(articleCategories)
    .innerJoin(categories, eq(categories.id, articleCategories.categoryId))
    .where(eq(articleCategories.articleId, row.id))
    .all();
  return {
    id: row.id,
    identity: row.identity,
    title: row.title ?? undefined,
    byline: row.byline ?? undefined,
    lead: row.lead ?? undefined,
    outline: row.outline,
    keySentences: row.keySentences,
    url: row.url ?? undefined,
    medium: row.medium ?? undefined,
    published: row.publishedAt === null ? undefined : new Date(row.publishedAt),
    firstSeen: new Date(row.firstSeenAt),
    orderAt: new Date(row.orderAt),
    categories: filed.map(({ name, slug }) => ({ name, slug: slug ?? undefined })),
    text: row.text,
  };
}

const walksOlder = (from: PageRequest['from']) => from?.direction !== 'newer';

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

/** Looks through the next articles of the walk; `next` is undefined at its end. */
function searchSlice(db: Database, query: SearchQuery, from: PageRequest['from'], page: PageRequest) {
  const older = walksOlder(page.from);
  const direction = older ? sql`DESC` : sql`ASC`;
  const candidates = sql`SELECT id, order_at FROM ${articles} WHERE ${beyond(from) ?? sql`1`}
    ORDER BY order_at ${direction}, id ${direction} LIMIT ${articlesPerSlice}`;
  const conditions = [
    ...query.required.map((term) => sql`instr(a.search_text, ${term}) > 0`),
    ...query.excluded.map((term) => sql`instr(a.search_text, ${term}) = 0`),
  ];
  if (query.categoryIds) {
    const list = sql.join(
      query.categoryIds.map((id) => sql`${id}`),
      sql`, `,
    );
    conditions.unshift(
      sql`EXISTS (SELECT 1 FROM ${articleCategories} ac WHERE ac.article_id = a.id AND ac.category_id IN (${list}))`,
    );
  }
  const hits = db.all<{ id: number }>(sql`
    SELECT a.id FROM (${candidates}) c CROSS JOIN ${articles} a ON a.id = c.id
    WHERE ${sql.join(conditions, sql` AND `)}
    ORDER BY a.order_at ${direction}, a.id ${direction} LIMIT ${page.limit + 1}`);
  const last = db.all<{ id: number; order_at: number }>(sql`
    SELECT id, order_at FROM (${candidates}) ORDER BY order_at ${older ? sql`ASC` : sql`DESC`}, id ${older ? sql`ASC` : sql`DESC`} LIMIT 1`)[0];
  const next = last && {
    direction: older ? ('older' as const) : ('newer' as const),
    key: { orderAt: last.order_at, id: last.id },
  };
  return { hits: hits.map(({ id }) => id), next };
}

interface LineWithText extends ArticleLine {
  readonly text: string;
}

function loadLines(db: Database, ids: readonly number[]): readonly LineWithText[] {
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
    if (!row) return [];
    const title = displayTitle({ title: row.title ?? undefined, lead: row.lead ?? undefined, text: row.text });
    return [
      {
        id,
        title,
        orderAt: new Date(row.orderAt),
        url: row.url ?? undefined,
        medium: row.medium ?? undefined,
        published: row.publishedAt === null ? undefined : new Date(row.publishedAt),
        text: row.text,
      },
    ];
  });
}

function toHit({ text, ...line }: LineWithText, query: SearchQuery): SearchHit {
  return { ...line, snippet: makeSnippet(text, query.required, snippetChars) };
}

/** From one row more than the page, in the order of the walk, to the page in reading order. */
function toPage<T>(rows: readonly T[], page: PageRequest): Page<T> {
  const more = rows.length > page.limit;
  const items = rows.slice(0, page.limit);
  if (walksOlder(page.from)) return { items, hasOlder: more, hasNewer: page.from !== undefined };
  return { items: items.reverse(), hasOlder: true, hasNewer: more };
}
