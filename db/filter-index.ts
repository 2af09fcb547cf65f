import type { Article } from '../src/domain/article.js';
import { everySubscription, type Filter } from '../src/domain/filter.js';
import { filterTerms } from '../src/search/filter-words.js';
import { createQueryIndex } from '../src/search/query-index.js';

/** A row of `filters`, of any engine. */
export interface StoredFilter extends Filter {
  readonly id: number;
}

/** All filters, in memory. */
export interface FilterIndex {
  add(filter: StoredFilter): void;
  /** Ids of the filters that keep an article out of the subscriptions that may bring it. Some may be given up by now. */
  match(article: Article, categoryIds: readonly number[]): readonly number[];
}

export function createFilterIndex(): FilterIndex {
  const wanted = createQueryIndex();
  const unwanted = createQueryIndex();
  const categoryOf = new Map<number, number>();
  /** Filters that want one of their words, by the category of the subscription. */
  const wanting = new Map<number, number[]>();
  return {
    add({ id, categoryId, included, excluded }) {
      categoryOf.set(id, categoryId);
      if (included.length > 0) {
        wanted.add(id, { ...filterTerms({ included, excluded: [] }), ...anywhere });
        const others = wanting.get(categoryId);
        if (others) others.push(id);
        else wanting.set(categoryId, [id]);
      }
      // Looked for like wanted ones: whoever has one of them is kept out.
      if (excluded.length > 0) unwanted.add(id, { ...filterTerms({ included: excluded, excluded: [] }), ...anywhere });
    },
    match(article, categoryIds) {
      if (categoryOf.size === 0) return [];
      const searched = { ...article, orderAt: 0, categoryIds: [] };
      const concerned = new Set([everySubscription, ...categoryIds]);
      const kept = new Set(unwanted.match(searched).filter((id) => concerned.has(categoryOf.get(id) ?? -1)));
      const found = new Set(wanted.match(searched));
      for (const categoryId of concerned)
        for (const id of wanting.get(categoryId) ?? []) if (!found.has(id)) kept.add(id);
      return [...kept];
    },
  };
}

const anywhere = { categoryIds: undefined, excludedCategoryIds: [], from: undefined, until: undefined };
