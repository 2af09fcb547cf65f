import type { Category } from '../domain/category.js';
import type { ParsedQuery, QueryMistake, SearchQuery } from '../search/query.js';
import { resolveCategory } from './resolve-category.js';

/** A name behind `in:` that is not the name of one category: of several, all of them near, or of none. */
export interface UnclearCategory {
  readonly kind: 'unclear-category';
  readonly name: string;
  readonly fits: 'several' | 'none';
  readonly near: readonly Category[];
}

/** Why a search text cannot be searched for. */
export type UnresolvedQuery = QueryMistake | UnclearCategory;

export type ResolvedQuery = { readonly kind: 'query'; readonly query: SearchQuery } | UnclearCategory;

/** Puts ids in place of the names behind `in:`, in any form that names a single category. */
export function resolveQuery(parsed: ParsedQuery, categories: readonly Category[]): ResolvedQuery {
  const ids = { wanted: new Set<number>(), unwanted: new Set<number>() };
  const names = [
    ...parsed.categoryNames.map((name) => ({ name, into: ids.wanted })),
    ...parsed.excludedCategoryNames.map((name) => ({ name, into: ids.unwanted })),
  ];
  for (const { name, into } of names) {
    const resolution = resolveCategory(name, categories);
    if (resolution.kind !== 'one')
      return { kind: 'unclear-category', name, fits: resolution.kind, near: resolution.near };
    into.add(resolution.category.id);
  }
  const { clauses, excluded, from, until } = parsed;
  const categoryIds = ids.wanted.size > 0 ? [...ids.wanted] : undefined;
  return {
    kind: 'query',
    query: { clauses, excluded, from, until, categoryIds, excludedCategoryIds: [...ids.unwanted] },
  };
}
