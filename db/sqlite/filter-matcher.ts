import { asc, gt, sql } from 'drizzle-orm';
import { createFilterIndex, type FilterIndex } from '../filter-index.js';
import type { Database } from './database.js';
import { filters } from './schema.js';

/** Which filters keep a new article out, asked inside the transaction that stores it. */
export type FilterMatcher = Pick<FilterIndex, 'match'>;

/** Keeps all filters in memory; each call first takes up those that were stored since, by whatever process. */
export function createFilterMatcher(db: Database): FilterMatcher {
  const index = createFilterIndex();
  const newer = db
    .select()
    .from(filters)
    .where(gt(filters.id, sql.placeholder('lastId')))
    .orderBy(asc(filters.id))
    .prepare();
  let lastId = 0;
  return {
    match(article) {
      for (const row of newer.all({ lastId })) {
        index.add(row);
        lastId = row.id;
      }
      return index.match(article);
    },
  };
}
