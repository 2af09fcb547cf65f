import { asc, gt } from 'drizzle-orm';
import { createFilterIndex, type FilterIndex } from '../filter-index.js';
import type { Transaction } from './database.js';
import { filters } from './schema.js';

/** Which filters keep a new article out. */
export interface FilterMatcher extends Pick<FilterIndex, 'match'> {
  /** Takes up the filters that were stored since, by whatever process. The caller has the archive to itself. */
  refresh(tx: Transaction): Promise<void>;
}

/** Keeps all filters in memory, as `createWatchMatcher` does queries, and by the same right. */
export function createFilterMatcher(): FilterMatcher {
  const index = createFilterIndex();
  let lastId = 0;
  return {
    async refresh(tx) {
      const newer = await tx.select().from(filters).where(gt(filters.id, lastId)).orderBy(asc(filters.id));
      for (const row of newer) {
        if (row.id <= lastId) continue;
        index.add(row);
        lastId = row.id;
      }
    },
    match: index.match,
  };
}
