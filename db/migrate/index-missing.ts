import { sql } from 'drizzle-orm';
import { analyzerVersion } from '../../src/search/analyzer.js';
import { type ReadArticle, toMatched } from '../owed-judge.js';
import { all, arrayOf, get, type Transaction } from '../postgres/database.js';
import { indexArticles } from '../postgres/search/index-writer.js';
import { inFlight } from './in-flight.js';

/** Runs a transaction of the run that copies. */
export type InRun = <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;

/** Articles that are made findable in one transaction. */
const articlesPerTransaction = 100;

const isMissing = sql`NOT EXISTS (SELECT 1 FROM search_docs d WHERE d.article_id = a.id AND d.version = ${analyzerVersion})`;

/** Makes all articles findable that are not, or not as they are now. Gives how many it took up. */
export async function indexMissing(
  inRun: InRun,
  mostInFlight: number,
  onProgress: (done: number, total: number) => void,
): Promise<number> {
  await inRun((tx) =>
    tx.execute(sql`DELETE FROM search_docs d WHERE NOT EXISTS (SELECT 1 FROM articles a WHERE a.id = d.article_id)`),
  );
  const missing = await inRun((tx) =>
    get<{ n: number }>(tx, sql`SELECT count(*) AS n FROM articles a WHERE ${isMissing}`),
  );
  const total = Number(missing?.n ?? 0);
  let done = 0;
  await inFlight(listMissing(inRun), mostInFlight, async (ids) => {
    await inRun(async (tx) => indexArticles(tx, await readArticles(tx, ids)));
    done += ids.length;
    onProgress(done, total);
  });
  return done;
}

async function* listMissing(inRun: InRun): AsyncGenerator<readonly number[]> {
  for (let after = 0; ; ) {
    const from = after;
    const rows = await inRun((tx) =>
      all<{ id: number }>(
        tx,
        sql`SELECT id FROM articles a WHERE id > ${from} AND ${isMissing} ORDER BY id LIMIT ${articlesPerTransaction}`,
      ),
    );
    const ids = rows.map(({ id }) => Number(id));
    const last = ids.at(-1);
    if (last === undefined) return;
    yield ids;
    after = last;
  }
}

async function readArticles(tx: Transaction, ids: readonly number[]) {
  const rows = await all<ReadArticle>(
    tx,
    sql`SELECT id, title, byline, outline, text, order_at,
        (SELECT coalesce(json_agg(category_id), '[]')::text FROM article_categories WHERE article_id = a.id) AS filed
      FROM articles a WHERE id = ANY(${arrayOf(ids)})`,
  );
  return rows.map((row) => ({ id: row.id, ...toMatched(row) }));
}
