import { asc, gt, sql } from 'drizzle-orm';
import { createQueryIndex, type MatchedArticle } from '../../src/search/query-index.js';
import { addTo } from '../stored-query.js';
import type { Database } from './database.js';
import { watchQueries } from './schema.js';

/** Which keyword queries a new article satisfies, asked inside the transaction that stores it. */
export interface WatchMatcher {
  /** Ids of watch queries. Some may have no subscriber any more. */
  match(article: MatchedArticle): readonly number[];
}

/** Keeps all queries in memory; each call first takes up those that were stored since, by whatever process. */
export function createWatchMatcher(db: Database): WatchMatcher {
  const index = createQueryIndex();
  const newer = db
    .select()
    .from(watchQueries)
    .where(gt(watchQueries.id, sql.placeholder('lastId')))
    .orderBy(asc(watchQueries.id))
    .prepare();
  let lastId = 0;
  const refresh = () => {
    for (const row of newer.all({ lastId })) {
      addTo(index, row);
      lastId = row.id;
    }
  };
  return {
    match(article) {
      refresh();
      return index.match(article);
    },
  };
}
