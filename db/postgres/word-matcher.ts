import { asc, gt, sql } from 'drizzle-orm';
import { createQueryIndex, type MatchedArticle } from '../../src/search/query-index.js';
import { createFilterIndex } from '../filter-index.js';
import type { MatchedWords } from '../queued-article.js';
import { addTo } from '../stored-query.js';
import { type Database, get, inTransaction, lockArchive, type Transaction } from './database.js';
import { createRowFollower } from './row-follower.js';
import { filters, watchQueries } from './schema.js';

/** What the words of a new article decide. */
export interface WordMatcher {
  /** Once, before the first transaction: reads what there is while nobody waits for the archive. */
  load(): Promise<void>;
  /** Takes up what was stored since, by whatever process. The caller has the archive to itself. */
  refresh(tx: Transaction): Promise<void>;
  match(article: MatchedArticle): MatchedWords;
}

/**
 * Keeps all keyword queries and all filters in memory. Whoever stores one has the archive to itself until it is committed
 * (`lockArchive`), so that those with a greater number are all that are new.
 */
export function createWordMatcher(db: Database): WordMatcher {
  const queries = createQueryIndex();
  const filtering = createFilterIndex();
  const newQueries = createRowFollower(
    (from, afterId, limit) =>
      from.select().from(watchQueries).where(gt(watchQueries.id, afterId)).orderBy(asc(watchQueries.id)).limit(limit),
    (row) => addTo(queries, row),
  );
  const newFilters = createRowFollower(
    (from, afterId, limit) =>
      from.select().from(filters).where(gt(filters.id, afterId)).orderBy(asc(filters.id)).limit(limit),
    (row) => filtering.add(row),
  );
  const loadAll = async () => {
    const newest = await inTransaction(db, readNewest);
    await newQueries.takeUp(db, newest.queries);
    await newFilters.takeUp(db, newest.filters);
  };
  let loading: Promise<void> | undefined;
  return {
    load() {
      loading ??= loadAll().catch((error) => {
        loading = undefined;
        throw error;
      });
      return loading;
    },
    async refresh(tx) {
      await newQueries.takeUp(tx);
      await newFilters.takeUp(tx);
    },
    match: (article) => ({ queryIds: queries.match(article), found: filtering.match(article) }),
  };
}

/** With the archive to itself: what is stored later has greater numbers. */
async function readNewest(tx: Transaction): Promise<{ readonly queries: number; readonly filters: number }> {
  await lockArchive(tx);
  const newest = await get<{ queries: number; filters: number }>(
    tx,
    sql`SELECT coalesce((SELECT max(id) FROM ${watchQueries}), 0) AS queries,
      coalesce((SELECT max(id) FROM ${filters}), 0) AS filters`,
  );
  return newest ?? { queries: 0, filters: 0 };
}
