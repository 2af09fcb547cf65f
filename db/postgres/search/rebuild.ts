import { sql } from 'drizzle-orm';
import type { IndexProgress } from '../../../src/ports.js';
import { dayNumber, firstCountedDay } from '../../search/rising-words.js';
import { all, codeOf, type Database, get, inTransaction, lockArchive, run } from '../database.js';
import { countTitles } from './index-writer.js';
import { remakeSome } from './remaking.js';
import { ensureTermsIndex } from './terms-index.js';

/** Documents that are compared with articles at once. */
const comparedAtOnce = 10_000;
const dayMs = 86_400_000;

/**
 * Makes everything anew that searches go by, while they go on: first what the index is made of, then the index itself, beside
 * the one in use.
 */
export async function rebuildIndex(
  db: Database,
  now: Date,
  isStopped: () => boolean,
  onProgress: (progress: IndexProgress) => void,
): Promise<void> {
  await ensureTermsIndex(db);
  await addMissing(db);
  await removeStale(db);
  const articles = (await get<{ n: number }>(db, sql`SELECT count(*) AS n FROM search_docs`))?.n ?? 0;
  let indexed = 0;
  for (let last = 0; !isStopped(); ) {
    const ids = await remakeSome(db, sql`article_id > ${last}`, sql`article_id`);
    const end = ids.at(-1);
    if (end === undefined) break;
    last = end;
    indexed += ids.length;
    onProgress({ indexed: Math.min(indexed, articles), articles });
  }
  for (let day = firstCountedDay(now); day <= dayNumber(now.getTime()) && !isStopped(); day += 1)
    await recountTitles(db, day, now);
  if (!isStopped()) await remakeIndexes(db);
}

/** Articles without a document get an empty one, which is then made. Both sides are read in the order of their primary keys. */
async function addMissing(db: Database): Promise<void> {
  for (let last = 0, isMore = true; isMore; ) {
    const ids = await all<{ id: number }>(
      db,
      sql`WITH slice AS (SELECT id, order_at FROM articles WHERE id > ${last} ORDER BY id LIMIT ${comparedAtOnce}),
        added AS (
          INSERT INTO search_docs (article_id, order_at, version, is_whole, is_plain, is_literal, terms)
          SELECT id, order_at, 0, true, false, false, '' FROM slice
          WHERE NOT EXISTS (SELECT 1 FROM search_docs WHERE article_id = slice.id)
          ON CONFLICT DO NOTHING)
        SELECT max(id) AS id FROM slice HAVING count(*) > 0`,
    );
    isMore = ids[0] !== undefined;
    last = ids[0]?.id ?? last;
  }
}

async function removeStale(db: Database): Promise<void> {
  for (let last = 0, isMore = true; isMore; ) {
    const ids = await all<{ id: number }>(
      db,
      sql`WITH slice AS (SELECT article_id FROM search_docs WHERE article_id > ${last} ORDER BY 1 LIMIT ${comparedAtOnce}),
        removed AS (
          DELETE FROM search_docs d USING slice
          WHERE d.article_id = slice.article_id AND NOT EXISTS (SELECT 1 FROM articles WHERE id = slice.article_id))
        SELECT max(article_id) AS id FROM slice HAVING count(*) > 0`,
    );
    isMore = ids[0] !== undefined;
    last = ids[0]?.id ?? last;
  }
}

/** As titles are now. Nobody stores articles meanwhile, which would count twice or not at all. */
async function recountTitles(db: Database, day: number, now: Date): Promise<void> {
  await inTransaction(db, async (tx) => {
    await lockArchive(tx);
    await run(tx, sql`DELETE FROM title_words WHERE day = ${day}`);
    // By `articles_order`.
    const titles = await all<{ title: string | null; order_at: number }>(
      tx,
      sql`SELECT title, order_at FROM articles WHERE order_at >= ${day * dayMs} AND order_at < ${(day + 1) * dayMs}`,
    );
    await countTitles(
      tx,
      titles.map(({ title, order_at: orderAt }) => ({ title: title ?? undefined, orderAt })),
      now,
    );
  });
}

/** What servers that make their indexes otherwise say: feature_not_supported, syntax_error, active_sql_transaction. */
const notHere = new Set(['0A000', '42601', '25001']);

/** What changed leaves room in an index that is not given back, and a damaged one is made whole by nothing else. */
async function remakeIndexes(db: Database): Promise<void> {
  try {
    await db.execute(sql`REINDEX TABLE CONCURRENTLY search_docs`);
  } catch (error) {
    if (!notHere.has(codeOf(error) ?? '')) throw error;
  }
}
