import { isJoined, textTerms, titleTerms } from '../../src/search/analyzer.js';
import { hasPlainIdeographs } from '../../src/search/fold.js';
import { foldArticle, type SearchedArticle } from '../../src/search/match.js';
import { dayNumber } from './rising-words.js';

/**
 * One index holds several kinds of terms, told apart by a first character that no text has: what stands in the title, in a
 * heading, in anything; the categories; year, month and day. So one look into one index answers everything.
 */
export const mark = {
  title: '\u0081',
  heading: '\u0082',
  category: '\u0083',
  month: '\u0084',
  year: '\u0085',
  joined: '\u0086',
  day: '\u0087',
} as const;

/** The years before are one. */
export const firstYear = 1990;

export interface IndexedArticle extends SearchedArticle {
  readonly categoryIds: readonly number[];
  /** UTC ms. */
  readonly orderAt: number;
}

/**
 * Everything an article is found by, each term once. `isPlain`: its ideographs can be looked for in the article as it is
 * stored.
 */
export function termsOfArticle(article: IndexedArticle): {
  readonly terms: readonly string[];
  readonly isPlain: boolean;
} {
  const { title, headings, body } = foldArticle(article);
  const found: string[] = [];
  const add = (prefix: string, terms: Iterable<string>) => {
    for (const term of terms) found.push(prefix + withoutOthersPrefix(term));
  };
  add('', textTerms(`${title}\n${headings}\n${body}`));
  add(mark.title, titleTerms(title));
  add(mark.heading, titleTerms(headings));
  for (const id of article.categoryIds) found.push(categoryTerm(id));
  found.push(monthTerm(new Date(article.orderAt)), yearTerm(new Date(article.orderAt).getUTCFullYear()));
  const { outline, byline, text } = article;
  const stored = [article.title ?? '', ...outline.map((heading) => heading.text), byline ?? '', text].join('\n');
  return { terms: found, isPlain: hasPlainIdeographs(stored, `${title}\n${headings}\n${body}`) };
}

/** A joined term begins like the word in it: marked, so that who looks for words with that beginning passes it by. */
export const withoutOthersPrefix = (term: string) => (isJoined(term) ? mark.joined + term : term);

export const categoryTerm = (categoryId: number) => `${mark.category}${categoryId}`;
export const monthTerm = (date: Date) =>
  `${mark.month}${Math.max(firstYear, date.getUTCFullYear())}${String(date.getUTCMonth()).padStart(2, '0')}`;
/** Only for indexes that walk through time day by day. */
export const dayTerm = (orderAt: number) => `${mark.day}${dayNumber(orderAt)}`;
export const yearTerm = (year: number) => `${mark.year}${Math.max(firstYear, year)}`;
