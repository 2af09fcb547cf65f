import { lookUpOf } from '../../src/search/analyzer.js';
import { Place } from '../../src/search/match.js';
import type { SearchQuery } from '../../src/search/query.js';
import { categoryTerm, mark, withoutOthersPrefix } from './article-terms.js';

/** What to ask an index of terms for. */
export type Wanted =
  | { readonly kind: 'term'; readonly term: string }
  /** Any term that begins so. */
  | { readonly kind: 'prefix'; readonly prefix: string }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Wanted[] }
  | { readonly kind: 'without'; readonly wanted: Wanted; readonly unwanted: Wanted };

/** May leave out terms of a long searched text, which is verified anyway. */
export type ChooseTerms = (terms: readonly string[]) => readonly string[];

/** What a document has to have, and what it may not have. */
export interface WantedTerms {
  readonly all: readonly Wanted[];
  readonly none: readonly Wanted[];
}

/**
 * What to ask for, so that nothing that satisfies the query in `place` or better is left out. Its time is not looked at: who
 * asks adds that.
 */
export function wantedTerms(query: SearchQuery, place: Place, choose: ChooseTerms = (terms) => terms): WantedTerms {
  const categories = query.categoryIds ? [anyOf(query.categoryIds.map((id) => term(categoryTerm(id))))] : [];
  return {
    all: [
      ...query.clauses.map((alternatives) =>
        anyOf(alternatives.map((searched) => allTermsOf(searched, place, choose))),
      ),
      ...categories,
    ],
    none: [
      ...query.excluded
        .filter((searched) => lookUpOf(searched).isExact)
        .map((searched) => allTermsOf(searched, Place.Body, choose)),
      ...query.excludedCategoryIds.map((id) => term(categoryTerm(id))),
    ],
  };
}

/** The same as one; `all` may not be empty. */
export function asOne({ all, none }: WantedTerms): Wanted {
  const wanted = allOf(all);
  return none.length > 0 ? { kind: 'without', wanted, unwanted: anyOf(none) } : wanted;
}

/** Whether whatever has the wanted terms satisfies the query: then no text has to be read. */
export function areTermsExact(query: SearchQuery): boolean {
  return areExcludedExact(query) && query.clauses.flat().every((searched) => lookUpOf(searched).isExact);
}

/** Whether nothing that has the wanted terms has an excluded text. */
export const areExcludedExact = ({ excluded }: SearchQuery): boolean =>
  excluded.every((searched) => lookUpOf(searched).isExact);

/**
 * The same among plain articles (hasPlainIdeographs) that were found to have all required runs: of a searched text that is
 * nothing but one run, their stored text says the same as their folded one.
 */
export function areTermsExactWithRuns({ clauses, excluded }: SearchQuery): boolean {
  const isOneRun = (alternatives: readonly string[]) =>
    alternatives.length === 1 && wholeRun.test(alternatives[0] ?? '');
  const others = clauses.filter((alternatives) => !isOneRun(alternatives));
  return [...others.flat(), ...excluded].every((searched) => lookUpOf(searched).isExact);
}

/** A phrase's first runs are enough to tell; the rest is verified. */
export const mostRuns = 4;
/** Where a text can stand in an article as it is stored, the likeliest first. */
export const searchedColumns = ['text', 'title', 'outline', 'byline'] as const;

/**
 * Runs of three and more ideographs that whatever satisfies the query contains: two are certain already when the index has
 * them as a term.
 */
export function requiredRuns({ clauses }: SearchQuery): readonly string[] {
  const runs = clauses.flatMap((alternatives) =>
    alternatives.length === 1 ? (alternatives[0]?.match(run) ?? []) : [],
  );
  return [...new Set(runs)];
}

const run = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]{3,}/gu;
const wholeRun = new RegExp(`^${run.source}$`, 'u');

function allTermsOf(searched: string, place: Place, choose: ChooseTerms): Wanted {
  const { terms, prefix, inTitles, isExact } = lookUpOf(searched);
  const marks =
    place === Place.Title ? [mark.title] : place === Place.Heading || inTitles ? [mark.title, mark.heading] : [''];
  // Titles and headings have short lists: there every term is worth its look.
  const mayChoose = place === Place.Body && !inTitles && !isExact && terms.length > 0;
  const stored = terms.map(withoutOthersPrefix);
  const parts = (mayChoose ? choose(stored) : stored).map((each) => anyOf(marks.map((where) => term(where + each))));
  // One letter begins very many words; beside two terms and more it is not worth asking for.
  const isWorthAsking = !mayChoose || (prefix?.length ?? 0) > 1 || terms.length === 1;
  if (prefix !== undefined && isWorthAsking)
    parts.push(anyOf(marks.map((where) => ({ kind: 'prefix', prefix: where + prefix }))));
  return allOf(parts);
}

export const term = (text: string): Wanted => ({ kind: 'term', term: text });
export const anyOf = (parts: readonly Wanted[]): Wanted => join('any', parts);
export const allOf = (parts: readonly Wanted[]): Wanted => join('all', parts);

function join(kind: 'all' | 'any', parts: readonly Wanted[]): Wanted {
  const [only] = parts;
  return only && parts.length === 1 ? only : { kind, parts };
}
