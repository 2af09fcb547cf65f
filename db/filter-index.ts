import type { Filter } from '../src/domain/filter.js';
import { filterTerms } from '../src/search/filter-words.js';
import type { SearchedArticle } from '../src/search/match.js';
import { createQueryIndex } from '../src/search/query-index.js';

/** A row of `filters`, of any engine. */
export interface StoredFilter extends Filter {
  readonly id: number;
}

/** Ids of filters of which a word was found in an article. Some may be given up by now. */
export interface FoundWords {
  /** Filters that have an unwanted one there: they keep it out. */
  readonly unwanted: readonly number[];
  /** Filters that have a wanted one there: the others that want one keep it out. */
  readonly wanted: readonly number[];
}

/** All filters, in memory. */
export interface FilterIndex {
  add(filter: StoredFilter): void;
  /** Undefined: there are no filters. Costs by the article, hardly by the number of filters. */
  match(article: SearchedArticle): FoundWords | undefined;
}

export function createFilterIndex(): FilterIndex {
  const wanted = createQueryIndex();
  const unwanted = createQueryIndex();
  return {
    add({ id, included, excluded }) {
      if (included.length > 0) wanted.add(id, { ...filterTerms({ included, excluded: [] }), ...anywhere });
      // Looked for like wanted ones: whoever has one of them is kept out.
      if (excluded.length > 0) unwanted.add(id, { ...filterTerms({ included: excluded, excluded: [] }), ...anywhere });
    },
    match(article) {
      if (wanted.size + unwanted.size === 0) return undefined;
      const searched = { ...article, orderAt: 0, categoryIds: [] };
      return { unwanted: unwanted.match(searched), wanted: wanted.match(searched) };
    },
  };
}

const anywhere = { categoryIds: undefined, excludedCategoryIds: [], from: undefined, until: undefined };
