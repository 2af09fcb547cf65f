import { sql } from 'drizzle-orm';
import type { Article } from '../../src/domain/article.js';
import type { CategoryName } from '../../src/domain/category.js';
import { type ArticleColumns, compareColumns, nextRevision, toColumns } from '../article-columns.js';
import type { QueuedArticle } from '../queued-article.js';
import type { CategoryFinder } from './category-finder.js';
import { hasHash, hashOfText } from './columns.js';
import { all, arrayOf, run, type Transaction } from './database.js';
import { archive, articleCategories, articles, categories } from './schema.js';
import { indexArticles } from './search/index-writer.js';
import { createStoryFinder } from './stories.js';

export interface SavedArticle extends QueuedArticle {
  readonly change: 'added' | 'updated' | 'unchanged';
  /** Something that messages show is another now. */
  readonly corrected: boolean;
  readonly categoryIds: readonly number[];
  readonly orderAt: number;
}

/** The articles that one transaction stores: decided on one by one, in memory, and written together. */
export interface ArticleBatch {
  isStored(article: Article): boolean;
  /** As its post's: two of one identity are one article, and the second a change of it. */
  save(article: Article): Promise<SavedArticle>;
  /** Writes what was saved, and lets searches find it. */
  write(): Promise<void>;
}

/** An article as the transaction is going to leave it. */
interface Kept {
  readonly id: number;
  columns: ArticleColumns;
  readonly firstSeenAt: number;
  readonly storyId: number | null;
  readonly categoryIds: Set<number>;
  /** Of those, which it was not filed under before. */
  readonly newCategoryIds: Set<number>;
  readonly isNew: boolean;
  /** When it is written. */
  revision: number | undefined;
}

/** `batch`: what may be saved. The caller has the archive to itself, `revision` being its revision. */
export async function createArticleBatch(
  tx: Transaction,
  batch: readonly Article[],
  now: Date,
  findCategory: CategoryFinder,
  revisionBefore: number,
): Promise<ArticleBatch> {
  const byIdentity = await readKept(tx, batch);
  const find = ({ identity, postIdentity }: Article) =>
    byIdentity.get(hashOfText(identity)) ?? byIdentity.get(hashOfText(postIdentity));
  const unknown = batch.filter((article) => !find(article));
  const freeIds = await takeIds(tx, unknown.length);
  const stories = await createStoryFinder(
    tx,
    unknown.map(({ text }) => text),
    now,
  );
  const touched = new Map<number, Kept>();
  let revision = revisionBefore;

  const fileUnder = async (kept: Kept, names: readonly CategoryName[]): Promise<boolean> => {
    const before = kept.categoryIds.size;
    for (const name of names) {
      const id = await findCategory(name);
      if (kept.categoryIds.has(id)) continue;
      kept.categoryIds.add(id);
      kept.newCategoryIds.add(id);
    }
    return kept.categoryIds.size > before;
  };
  const touch = (kept: Kept) => {
    revision = nextRevision(revision);
    kept.revision = revision;
    touched.set(kept.id, kept);
  };
  const add = async (article: Article): Promise<Kept> => {
    const columns = toColumns(article, now);
    const orderAt = new Date(columns.orderAt);
    const storyId = (await stories.find(article, orderAt, toCandidate)) ?? null;
    // An identity that was given up within the batch is one more than was counted on.
    const id = freeIds.shift() ?? (await takeIds(tx, 1))[0];
    if (id === undefined) throw new Error('no number for an article');
    const lists = { categoryIds: new Set<number>(), newCategoryIds: new Set<number>() };
    const kept: Kept = { id, columns, firstSeenAt: now.getTime(), storyId, ...lists, isNew: true, revision: undefined };
    byIdentity.set(hashOfText(article.identity), kept);
    touch(kept);
    stories.note(id, article.text, orderAt);
    await fileUnder(kept, article.categories);
    return kept;
  };
  const toCandidate = (id: number) => {
    const kept = touched.get(id);
    return kept && { id, storyId: kept.storyId, ...kept.columns };
  };
  const change = async (kept: Kept, article: Article) => {
    const before = kept.columns;
    const columns = toColumns(article, new Date(kept.firstSeenAt));
    const { changed, corrected } = compareColumns(before, columns);
    const grew = await fileUnder(kept, article.categories);
    if (changed) {
      byIdentity.delete(hashOfText(before.identity));
      byIdentity.set(hashOfText(columns.identity), kept);
      kept.columns = columns;
    }
    if (changed || grew) touch(kept);
    if (before.text !== columns.text) stories.note(kept.id, columns.text, new Date(columns.orderAt));
    return { change: changed || grew ? ('updated' as const) : ('unchanged' as const), corrected };
  };
  return {
    isStored: (article) => find(article) !== undefined,
    async save(article) {
      const existing = find(article);
      const outcome = existing ? await change(existing, article) : { change: 'added' as const, corrected: false };
      const kept = existing ?? (await add(article));
      const { id, storyId, categoryIds, columns } = kept;
      return { ...outcome, id, storyId: storyId ?? id, categoryIds: [...categoryIds], orderAt: columns.orderAt };
    },
    async write() {
      if (touched.size === 0) return;
      const written = [...touched.values()];
      // First what gives an identity up.
      await updateArticles(
        tx,
        written.filter(({ isNew }) => !isNew),
      );
      await insertArticles(
        tx,
        written.filter(({ isNew }) => isNew),
      );
      await fileArticles(tx, written);
      await stories.write();
      await tx.update(archive).set({ revision });
      await indexArticles(
        tx,
        written.map(({ id, categoryIds, columns: { title, byline, outline, text, orderAt } }) => ({
          id,
          orderAt,
          title: title ?? undefined,
          byline: byline ?? undefined,
          outline,
          text,
          categoryIds: [...categoryIds],
        })),
        now,
      );
    },
  };
}

/** What is stored under the identities of a batch, by their hash: an index takes texts of one hash for one. */
async function readKept(tx: Transaction, batch: readonly Article[]): Promise<Map<string, Kept>> {
  const hashes = new Set(
    batch.flatMap(({ identity, postIdentity }) => [hashOfText(identity), hashOfText(postIdentity)]),
  );
  const rows = await tx
    .select()
    .from(articles)
    .where(hasHash(articles.identity, [...hashes]));
  const filed =
    rows.length > 0
      ? await readFiled(
          tx,
          rows.map(({ id }) => id),
        )
      : [];
  const kept = new Map<string, Kept>();
  for (const { id, firstSeenAt, storyId, revision: _, ...columns } of rows) {
    const categoryIds = new Set(filed.filter(({ articleId }) => articleId === id).map(({ categoryId }) => categoryId));
    const state = { newCategoryIds: new Set<number>(), isNew: false, revision: undefined };
    kept.set(hashOfText(columns.identity), { id, columns, firstSeenAt, storyId, categoryIds, ...state });
  }
  return kept;
}

function readFiled(tx: Transaction, ids: readonly number[]) {
  const { articleId, categoryId, filed } = articleCategories;
  return tx
    .select({ articleId, categoryId })
    .from(articleCategories)
    .where(sql`${articleId} = ANY(${arrayOf(ids)})`)
    .orderBy(filed);
}

/** Ascending. Those that are not used are gaps. */
async function takeIds(tx: Transaction, many: number): Promise<number[]> {
  if (many === 0) return [];
  const rows = await all<{ id: number }>(
    tx,
    sql`SELECT nextval(pg_get_serial_sequence('articles', 'id')) AS id FROM generate_series(1, ${many}::int)`,
  );
  return rows.map(({ id }) => id).sort((a, b) => a - b);
}

const columnTypes = {
  identity: 'text',
  title: 'text',
  byline: 'text',
  lead: 'text',
  outline: 'text',
  key_sentences: 'text',
  url: 'text',
  medium: 'text',
  published_at: 'bigint',
  order_at: 'bigint',
  text: 'text',
  revision: 'bigint',
} as const;
const keyTypes = { id: 'bigint', first_seen_at: 'bigint', story_id: 'bigint' } as const;

/** Rows as one parameter, whatever their number. */
function recordsOf(kept: readonly Kept[]) {
  const rows = kept.map(({ id, columns, firstSeenAt, storyId, revision }) => ({
    id,
    identity: columns.identity,
    title: columns.title,
    byline: columns.byline,
    lead: columns.lead,
    outline: JSON.stringify(columns.outline),
    key_sentences: JSON.stringify(columns.keySentences),
    url: columns.url,
    medium: columns.medium,
    published_at: columns.publishedAt,
    order_at: columns.orderAt,
    text: columns.text,
    revision,
    first_seen_at: firstSeenAt,
    story_id: storyId,
  }));
  const types = Object.entries({ ...columnTypes, ...keyTypes }).map(([name, type]) => `${name} ${type}`);
  return sql`json_to_recordset(${JSON.stringify(rows)}::json) AS r(${sql.raw(types.join(', '))})`;
}

async function insertArticles(tx: Transaction, added: readonly Kept[]): Promise<void> {
  if (added.length === 0) return;
  const names = sql.raw(Object.keys({ ...columnTypes, ...keyTypes }).join(', '));
  await run(tx, sql`INSERT INTO ${articles} (${names}) SELECT ${names} FROM ${recordsOf(added)}`);
}

async function updateArticles(tx: Transaction, changed: readonly Kept[]): Promise<void> {
  if (changed.length === 0) return;
  const set = sql.raw(
    Object.keys(columnTypes)
      .map((name) => `${name} = r.${name}`)
      .join(', '),
  );
  const records = recordsOf(changed);
  await run(tx, sql`UPDATE ${articles} a SET ${set} FROM ${records} WHERE a.id = r.id`);
  await run(
    tx,
    sql`UPDATE ${articleCategories} ac SET order_at = r.order_at FROM ${records}
      WHERE ac.article_id = r.id AND ac.order_at <> r.order_at`,
  );
}

async function fileArticles(tx: Transaction, written: readonly Kept[]): Promise<void> {
  const filed = written.flatMap(({ id, columns: { orderAt }, newCategoryIds }) =>
    [...newCategoryIds].map((categoryId) => ({ id, categoryId, orderAt })),
  );
  if (filed.length === 0) return;
  const columns = [filed.map(({ id }) => id), filed.map((row) => row.categoryId), filed.map((row) => row.orderAt)];
  await run(
    tx,
    sql`INSERT INTO ${articleCategories} (article_id, category_id, order_at)
      SELECT f.article_id, f.category_id, f.order_at FROM unnest(${sql.join(columns.map(arrayOf), sql`, `)})
        WITH ORDINALITY AS f(article_id, category_id, order_at, place) ORDER BY place`,
  );
  const grown = new Map<number, number>();
  for (const { categoryId } of filed) grown.set(categoryId, (grown.get(categoryId) ?? 0) + 1);
  await run(
    tx,
    sql`UPDATE ${categories} c SET article_count = c.article_count + g.n
      FROM unnest(${arrayOf([...grown.keys()])}, ${arrayOf([...grown.values()])}) AS g(id, n) WHERE c.id = g.id`,
  );
}
