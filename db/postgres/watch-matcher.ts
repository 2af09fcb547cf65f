import { asc, gt } from 'drizzle-orm';
import { createQueryIndex, type MatchedArticle } from '../../src/search/query-index.js';
import { addTo } from '../stored-query.js';
import type { Transaction } from './database.js';
import { watchQueries } from './schema.js';

/** Which keyword queries a new article satisfies. */
export interface WatchMatcher {
  /** Takes up the queries that were stored since, by whatever process. The caller has the archive to itself. */
  refresh(tx: Transaction): Promise<void>;
  /** Ids of watch queries. Some may have no subscriber any more. */
  match(article: MatchedArticle): readonly number[];
}

/**
 * Keeps all queries in memory. Whoever stores one has the archive to itself until it is committed (`lockArchive`), so that
 * what is read with a greater number is all that is new, and stays even when the transaction that read it fails.
 */
export function createWatchMatcher(): WatchMatcher {
  const index = createQueryIndex();
  let lastId = 0;
  return {
    async refresh(tx) {
      const newer = await tx
        .select()
        .from(watchQueries)
        .where(gt(watchQueries.id, lastId))
        .orderBy(asc(watchQueries.id));
      for (const row of newer) {
        if (row.id <= lastId) continue;
        addTo(index, row);
        lastId = row.id;
      }
    },
    match: (article) => index.match(article),
  };
}
