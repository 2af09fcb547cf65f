import { asc, eq, gt, sql } from 'drizzle-orm';
import type { Article } from '../../src/domain/article.js';
import { createQueryIndex } from '../../src/search/query-index.js';
import { addTo } from '../stored-query.js';
import type { Database, Transaction } from './database.js';
import { articleCategories, watchQueries } from './schema.js';

/** Which keyword queries a new article satisfies, asked inside the transaction that stores it. */
export interface WatchMatcher {
  /** Ids of watch queries. Some may have no subscriber any more. */
  match(tx: Transaction, articleId: number, article: Article, orderAt: number): readonly number[];
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
    match(tx, articleId, article, orderAt) {
      refresh();
      if (index.size === 0) return [];
      const filed = tx
        .select({ categoryId: articleCategories.categoryId })
        .from(articleCategories)
        .where(eq(articleCategories.articleId, articleId))
        .all();
      return index.match({ ...article, orderAt, categoryIds: filed.map(({ categoryId }) => categoryId) });
    },
  };
}
