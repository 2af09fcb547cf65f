import { isJoined, lookUpOf, textTerms, titleTerms } from '../../../src/search/analyzer.js';
import { hasPlainIdeographs } from '../../../src/search/fold.js';
import { foldArticle, Place, type SearchedArticle } from '../../../src/search/match.js';
import type { SearchQuery } from '../../../src/search/query.js';

/**
 * One full-text table holds several kinds of terms, told apart by a first character that no text has: what stands in the
 * title, in a heading, in anything; the categories; month and year. So one walk over one table answers everything.
 */
const mark = {
  title: '\u0081',
  heading: '\u0082',
  category: '\u0083',
  month: '\u0084',
  year: '\u0085',
  joined: '\u0086',
} as const;

/** The years before are one. */
const firstYear = 1990;

export interface IndexedArticle extends SearchedArticle {
  readonly categoryIds: readonly number[];
  readonly orderAt: number;
}

/**
 * Everything an article is found by, as the text that the full-text table takes: terms between spaces. `isPlain`: its
 * ideographs can be looked for in the article as it is stored.
 */
export function toIndexText(article: IndexedArticle): { readonly terms: string; readonly isPlain: boolean } {
  const { title, headings, body } = foldArticle(article);
  const parts: string[] = [];
  const add = (prefix: string, terms: Iterable<string>) => {
    for (const term of terms) parts.push(prefix + withoutOthersPrefix(term));
  };
  add('', textTerms(`${title}\n${headings}\n${body}`));
  add(mark.title, titleTerms(title));
  add(mark.heading, titleTerms(headings));
  for (const id of article.categoryIds) parts.push(`${mark.category}${id}`);
  parts.push(monthTerm(new Date(article.orderAt)), yearTerm(new Date(article.orderAt).getUTCFullYear()));
  const { outline, byline, text } = article;
  const stored = [article.title ?? '', ...outline.map((heading) => heading.text), byline ?? '', text].join('\n');
  return { terms: parts.join(' '), isPlain: hasPlainIdeographs(stored, `${title}\n${headings}\n${body}`) };
}

/** A joined term begins like the word in it: marked, so that who looks for words with that beginning passes it by. */
const withoutOthersPrefix = (term: string) => (isJoined(term) ? mark.joined + term : term);

const monthTerm = (date: Date) =>
  `${mark.month}${Math.max(firstYear, date.getUTCFullYear())}${String(date.getUTCMonth()).padStart(2, '0')}`;
const yearTerm = (year: number) => `${mark.year}${Math.max(firstYear, year)}`;

/**
 * What to ask the full-text table for a query, so that nothing that satisfies it in `place` or better is left out. It is
 * made of quoted terms only, whatever was typed. `latest` is the latest order time in the index. `choose` may leave out terms of
 * a long searched text, which is verified anyway.
 */
export function toMatchExpression(
  query: SearchQuery,
  place: Place,
  latest: number,
  choose: (terms: readonly string[]) => readonly string[] = (terms) => terms,
): string {
  const wanted = [
    ...query.clauses.map((alternatives) => anyOf(alternatives.map((searched) => allTermsOf(searched, place, choose)))),
    ...(query.categoryIds ? [anyOf(query.categoryIds.map((id) => quote(`${mark.category}${id}`)))] : []),
    ...dateTerms(query, latest),
  ];
  const unwanted = [
    ...query.excluded
      .filter((searched) => lookUpOf(searched).isExact)
      .map((searched) => allTermsOf(searched, Place.Body, choose)),
    ...query.excludedCategoryIds.map((id) => quote(`${mark.category}${id}`)),
  ];
  const positive = wanted.join(' AND ');
  return unwanted.length > 0 ? `(${positive}) NOT ${anyOf(unwanted)}` : positive;
}

/** Whether whatever the expression finds satisfies the query: then no text has to be read. */
export function isExpressionExact({ clauses, excluded }: SearchQuery): boolean {
  return [...clauses.flat(), ...excluded].every((searched) => lookUpOf(searched).isExact);
}

/**
 * The same among plain articles (hasPlainIdeographs) that were found to have all required runs: of a searched text that is
 * nothing but one run, their stored text says the same as their folded one.
 */
export function isExactWithRuns({ clauses, excluded }: SearchQuery): boolean {
  const isOneRun = (alternatives: readonly string[]) =>
    alternatives.length === 1 && wholeRun.test(alternatives[0] ?? '');
  const others = clauses.filter((alternatives) => !isOneRun(alternatives));
  return [...others.flat(), ...excluded].every((searched) => lookUpOf(searched).isExact);
}

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

function allTermsOf(searched: string, place: Place, choose: (terms: readonly string[]) => readonly string[]): string {
  const { terms, prefix, inTitles, isExact } = lookUpOf(searched);
  const marks =
    place === Place.Title ? [mark.title] : place === Place.Heading || inTitles ? [mark.title, mark.heading] : [''];
  const inAny = (term: string, suffix: string) => {
    const places = marks.map((each) => quote(each + term) + suffix);
    return places.length > 1 ? anyOf(places) : (places[0] ?? '');
  };
  // Titles and headings have short lists: there every term is worth its look.
  const mayChoose = place === Place.Body && !inTitles && !isExact && terms.length > 0;
  const parts = (mayChoose ? choose(terms.map(withoutOthersPrefix)) : terms.map(withoutOthersPrefix)).map((term) =>
    inAny(term, ''),
  );
  // One letter begins very many words; beside two terms and more it is not worth asking for.
  const isWorthAsking = !mayChoose || (prefix?.length ?? 0) > 1 || terms.length === 1;
  if (prefix !== undefined && isWorthAsking) parts.push(inAny(prefix, ' *'));
  return `(${parts.join(' AND ')})`;
}

const quote = (term: string) => `"${term}"`;
const anyOf = (parts: readonly string[]) => `(${parts.join(' OR ')})`;

/** The years and months that a span touches, as few terms as possible; what they hold too much is left out by its exact time. */
function dateTerms({ from, until }: SearchQuery, latest: number): string[] {
  if (!from && !until) return [];
  const first = from ?? new Date(0);
  const last = new Date(Math.min(until ? until.getTime() - 1 : Number.POSITIVE_INFINITY, Math.max(latest, 0)));
  const terms: string[] = [];
  const lastYear = Math.max(firstYear, last.getUTCFullYear());
  for (let year = Math.max(firstYear, first.getUTCFullYear()); year <= lastYear; year += 1) {
    const firstMonth = year === first.getUTCFullYear() ? first.getUTCMonth() : 0;
    // The earliest year stands for all before it, whose months it does not tell apart.
    const lastMonth = year === lastYear && year > firstYear ? last.getUTCMonth() : 11;
    if (firstMonth === 0 && lastMonth === 11) terms.push(quote(yearTerm(year)));
    else
      for (let month = firstMonth; month <= lastMonth; month += 1)
        terms.push(quote(monthTerm(new Date(Date.UTC(year, month)))));
  }
  // A span before every article: a term that no article has.
  if (terms.length === 0) terms.push(quote(`${mark.year}0`));
  return [anyOf(terms)];
}
