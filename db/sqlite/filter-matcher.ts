import { asc, gt, sql } from 'drizzle-orm';
import type { Article } from '../../src/domain/article.js';
import { filterTerms } from '../../src/search/filter-words.js';
import { createQueryIndex } from '../../src/search/query-index.js';
import type { Database } from './database.js';
import { filters } from './schema.js';

/** Which filters keep a new article out, asked inside the transaction that stores it. */
export interface FilterMatcher {
  /** Ids of filters. Some may be given up by now. */
  match(article: Article): readonly number[];
}

/** Keeps all filters in memory; each call first takes up those that were stored since, by whatever process. */
export function createFilterMatcher(db: Database): FilterMatcher {
  const wanted = createQueryIndex();
  const unwanted = createQueryIndex();
  /** Filters that want one of their words. */
  const wanting = new Set<number>();
  const newer = db
    .select()
    .from(filters)
    .where(gt(filters.id, sql.placeholder('lastId')))
    .orderBy(asc(filters.id))
    .prepare();
  let lastId = 0;
  const refresh = () => {
    for (const { id, included, excluded } of newer.all({ lastId })) {
      if (included.length > 0) {
        wanted.add(id, { ...filterTerms({ included, excluded: [] }), ...anywhere });
        wanting.add(id);
      }
      // Looked for like wanted ones: whoever has one of them is kept out.
      if (excluded.length > 0) unwanted.add(id, { ...filterTerms({ included: excluded, excluded: [] }), ...anywhere });
      lastId = id;
    }
  };
  return {
    match(article) {
      refresh();
      if (lastId === 0) return [];
      const searched = { ...article, orderAt: 0, categoryIds: [] };
      const kept = new Set(unwanted.match(searched));
      const found = new Set(wanted.match(searched));
      for (const id of wanting) if (!found.has(id)) kept.add(id);
      return [...kept];
    },
  };
}

const anywhere = { categoryIds: undefined, excludedCategoryIds: [], from: undefined, until: undefined };
