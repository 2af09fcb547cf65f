import { parseQuery, type SearchQuery } from '../src/search/query.js';
import type { QueryIndex } from '../src/search/query-index.js';

/** A row of `watch_queries`, of any engine. */
export interface StoredQuery {
  readonly id: number;
  readonly text: string;
  readonly categoryIds: readonly number[];
  readonly excludedCategoryIds: readonly number[];
}

/** Files a stored query. One that cannot be read any more waits for nothing. */
export function addTo(index: QueryIndex, stored: StoredQuery): void {
  const query = toSearchQuery(stored);
  if (query) index.add(stored.id, query);
}

function toSearchQuery({ text, categoryIds, excludedCategoryIds }: StoredQuery): SearchQuery | undefined {
  // A query that is kept names no days, so that no zone matters.
  const parsed = parseQuery(text, 'UTC');
  if (parsed.kind !== 'query') return undefined;
  const { clauses, excluded } = parsed.query;
  return {
    clauses,
    excluded,
    categoryIds: categoryIds.length > 0 ? categoryIds : undefined,
    excludedCategoryIds,
    from: undefined,
    until: undefined,
  };
}
