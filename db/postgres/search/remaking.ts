import { type SQL, sql } from 'drizzle-orm';
import type { Heading } from '../../../src/domain/article.js';
import type { IndexProgress } from '../../../src/ports.js';
import { analyzerVersion } from '../../../src/search/analyzer.js';
import { all, arrayOf, type Database, get, inTransaction, run, type Transaction } from '../database.js';
import { type ArticleToIndex, docsOf, writeDocs } from './index-writer.js';
import { settleTerms } from './terms-index.js';

/** Documents that are made anew in one transaction: a second or so. */
const sliceSize = 100;

interface Row {
  readonly id: number;
  readonly order_at: number;
  readonly title: string | null;
  readonly byline: string | null;
  readonly outline: string;
  readonly text: string;
  readonly categories: string;
}

/**
 * Makes the next documents anew, of those that a condition names, in an order; gives their articles' ids. What another
 * transaction is writing is left to it, so any number of processes share the work.
 */
export async function remakeSome(db: Database, condition: SQL, order: SQL): Promise<readonly number[]> {
  return inTransaction(db, async (tx) => {
    const locked = await all<{ id: number }>(
      tx,
      sql`SELECT article_id AS id FROM search_docs WHERE ${condition} ORDER BY ${order} LIMIT ${sliceSize}
        FOR UPDATE SKIP LOCKED`,
    );
    const ids = locked.map(({ id }) => id);
    if (ids.length > 0) await remake(tx, ids);
    return ids;
  });
}

/** The documents are locked already, so that whoever changes an article writes its terms after this. */
async function remake(tx: Transaction, ids: readonly number[]): Promise<void> {
  const rows = await all<Row>(
    tx,
    sql`SELECT id, order_at, title, byline, outline, text, (
        SELECT coalesce(json_agg(category_id), '[]')::text FROM article_categories WHERE article_id = a.id) AS categories
      FROM articles a WHERE id = ANY(${arrayOf(ids)}) ORDER BY id`,
  );
  for await (const docs of docsOf(rows.map(toArticle))) await writeDocs(tx, docs);
  await settleTerms(tx);
  const kept = new Set(rows.map(({ id }) => id));
  const gone = ids.filter((id) => !kept.has(id));
  if (gone.length > 0) await run(tx, sql`DELETE FROM search_docs WHERE article_id = ANY(${arrayOf(gone)})`);
}

const toArticle = (row: Row): ArticleToIndex => ({
  id: row.id,
  orderAt: row.order_at,
  title: row.title ?? undefined,
  byline: row.byline ?? undefined,
  outline: JSON.parse(row.outline) as Heading[],
  text: row.text,
  categoryIds: JSON.parse(row.categories) as number[],
});

/** Of an earlier version of the analyzer, or not made yet. By `search_docs_version`. */
export const isOutdated = sql`version < ${analyzerVersion}`;

export async function countOutdated(db: Database): Promise<IndexProgress> {
  const counts = await get<{ articles: number; outdated: number }>(
    db,
    sql`SELECT count(*) AS articles, count(*) FILTER (WHERE ${isOutdated}) AS outdated FROM search_docs`,
  );
  const { articles, outdated } = counts ?? { articles: 0, outdated: 0 };
  return { indexed: articles - outdated, articles };
}
