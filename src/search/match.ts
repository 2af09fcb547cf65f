import { isTitleOnly } from './analyzer.js';
import { foldText, Kind, kindAt } from './fold.js';
import type { SearchTerms } from './query.js';

/** An article's text as it is compared, the places where words weigh differently apart. */
export interface FoldedArticle {
  readonly title: string;
  /** The section headings, a line each. */
  readonly headings: string;
  /** Byline and text, headings included. */
  readonly body: string;
}

export interface SearchedArticle {
  readonly title: string | undefined;
  readonly byline: string | undefined;
  readonly outline: readonly { readonly text: string }[];
  readonly text: string;
}

/** Where a query is satisfied: by the title alone, with the headings, or only with the text. A smaller number ranks higher. */
export const Place = { Title: 0, Heading: 1, Body: 2 } as const;
export type Place = (typeof Place)[keyof typeof Place];

export function foldArticle({ title, byline, outline, text }: SearchedArticle): FoldedArticle {
  return {
    title: foldText(title ?? ''),
    headings: foldText(outline.map((heading) => heading.text).join('\n')),
    body: foldText(`${byline ?? ''}\n${text}`),
  };
}

/**
 * Where an article satisfies a query: each clause by any of its alternatives, and none of the excluded texts anywhere.
 * Undefined: it does not. A query without clauses is satisfied in the body. This is what the index has to agree with.
 */
export function matchPlace(article: FoldedArticle, { clauses, excluded }: SearchTerms): Place | undefined {
  let worst: Place = clauses.length === 0 ? Place.Body : Place.Title;
  for (const alternatives of clauses) {
    const best = bestPlace(article, alternatives);
    if (best === undefined) return undefined;
    if (best > worst) worst = best;
  }
  return excluded.some((searched) => findPlace(article, searched) !== undefined) ? undefined : worst;
}

/** The same for a query that is known to be satisfied, without looking at the text. */
export function placeOfHit({ title, headings }: Pick<FoldedArticle, 'title' | 'headings'>, query: SearchTerms): Place {
  return matchPlace({ title, headings, body: '' }, { clauses: query.clauses, excluded: [] }) ?? Place.Body;
}

function bestPlace(article: FoldedArticle, alternatives: readonly string[]): Place | undefined {
  let best: Place | undefined;
  for (const searched of alternatives) {
    const place = findPlace(article, searched);
    if (place !== undefined && (best === undefined || place < best)) best = place;
    if (best === Place.Title) break;
  }
  return best;
}

function findPlace({ title, headings, body }: FoldedArticle, searched: string): Place | undefined {
  if (findIn(title, searched) >= 0) return Place.Title;
  if (findIn(headings, searched) >= 0) return Place.Heading;
  if (!isTitleOnly(searched) && findIn(body, searched) >= 0) return Place.Body;
  return undefined;
}

/**
 * Index of a folded searched text in folded text at or after `from`, -1 when it is not there. It stands literally, but a
 * word of letters or digits only from its beginning: `etf` is in `etf50` and not in `netflix`.
 */
export function findIn(folded: string, searched: string, from = 0): number {
  const needsWordStart = kindAt(searched, 0) === Kind.Word;
  let at = folded.indexOf(searched, from);
  while (at > 0 && needsWordStart && isWordBefore(folded, at)) at = folded.indexOf(searched, at + 1);
  return at;
}

function isWordBefore(folded: string, index: number): boolean {
  const unit = folded.charCodeAt(index - 1);
  const isLowSurrogate = unit >= 0xdc00 && unit < 0xe000;
  return kindAt(folded, isLowSurrogate ? index - 2 : index - 1) === Kind.Word;
}
