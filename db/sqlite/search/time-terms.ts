import type { SearchQuery } from '../../../src/search/query.js';
import { mark } from '../../search/article-terms.js';
import { anyOf, term, type Wanted } from '../../search/wanted-terms.js';

/** The years before are one. */
const firstYear = 1990;

/** Under which terms an article's time (UTC ms) is found. */
export function timeTerms(orderAt: number): readonly string[] {
  const date = new Date(orderAt);
  return [monthTerm(date), yearTerm(date.getUTCFullYear())];
}

/**
 * The years and months that a query's span touches, as few terms as possible; what they hold too much is left out by its exact
 * time. `latest`: the latest order time in the index, UTC ms. Undefined: the query has no span.
 */
export function wantedTime({ from, until }: SearchQuery, latest: number): Wanted | undefined {
  if (!from && !until) return undefined;
  const first = from ?? new Date(0);
  const last = new Date(Math.min(until ? until.getTime() - 1 : Number.POSITIVE_INFINITY, Math.max(latest, 0)));
  const terms: Wanted[] = [];
  const lastYear = Math.max(firstYear, last.getUTCFullYear());
  for (let year = Math.max(firstYear, first.getUTCFullYear()); year <= lastYear; year += 1) {
    const firstMonth = year === first.getUTCFullYear() ? first.getUTCMonth() : 0;
    // The earliest year stands for all before it, whose months it does not tell apart.
    const lastMonth = year === lastYear && year > firstYear ? last.getUTCMonth() : 11;
    if (firstMonth === 0 && lastMonth === 11) terms.push(term(yearTerm(year)));
    else
      for (let month = firstMonth; month <= lastMonth; month += 1)
        terms.push(term(monthTerm(new Date(Date.UTC(year, month)))));
  }
  // A span before every article: a term that no article has.
  if (terms.length === 0) terms.push(term(`${mark.year}0`));
  return anyOf(terms);
}

const monthTerm = (date: Date) =>
  `${mark.month}${Math.max(firstYear, date.getUTCFullYear())}${String(date.getUTCMonth()).padStart(2, '0')}`;
const yearTerm = (year: number) => `${mark.year}${Math.max(firstYear, year)}`;
