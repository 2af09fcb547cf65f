import { sql } from 'drizzle-orm';
import { type Database, get, inTransaction, type Queries, run, type Transaction } from '../database.js';
import { termsOfDoc } from './stretches.js';

/** Whether there is an index of the terms at all, and one that can be used. */
export async function hasTermsIndex(queries: Queries): Promise<boolean> {
  const found = await get(
    queries,
    sql`SELECT 1 FROM pg_index WHERE indexrelid = to_regclass('search_docs_terms') AND indisvalid`,
  );
  return found !== undefined;
}

/** Makes the index when there is none, which took 42 minutes for a million articles. What is stored meanwhile waits until it is done. */
export async function ensureTermsIndex(db: Database): Promise<void> {
  if (await hasTermsIndex(db)) return;
  await inTransaction(db, async (tx) => {
    // Of several processes that find it missing, the first makes it.
    await tx.execute(sql`LOCK TABLE search_docs IN SHARE ROW EXCLUSIVE MODE`);
    if (await hasTermsIndex(tx)) return;
    await tx.execute(sql`DROP INDEX IF EXISTS search_docs_terms`);
    await tx.execute(sql`SELECT set_config('maintenance_work_mem', '512MB', true)`);
    await tx.execute(sql`CREATE INDEX search_docs_terms ON search_docs USING gin (${termsOfDoc})`);
    // The planner needs to know nothing of it, and finding it out would take apart the terms of 30,000 documents.
    await tx.execute(sql`ALTER INDEX search_docs_terms ALTER COLUMN 1 SET STATISTICS 0`);
  });
}

/**
 * Puts what a transaction wrote in its place in the index. Until then it lies in a list that every look into the index goes
 * through as well, and a search takes many looks. Left to the server where the index is another's.
 */
export async function settleTerms(tx: Transaction): Promise<void> {
  await run(
    tx,
    sql`SELECT gin_clean_pending_list(c.oid) FROM pg_class c JOIN pg_am a ON a.oid = c.relam
      WHERE c.oid = to_regclass('search_docs_terms') AND a.amname = 'gin' AND pg_has_role(c.relowner, 'USAGE')`,
  );
}
