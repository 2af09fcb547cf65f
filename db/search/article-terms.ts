import { isJoined, textTerms, titleTerms } from '../../src/search/analyzer.js';
import { hasPlainIdeographs } from '../../src/search/fold.js';
import { foldArticle, type SearchedArticle } from '../../src/search/match.js';

/**
 * One index holds several kinds of terms, told apart by a first character that no text has: what stands in the title, in a
 * heading, in anything; the categories; its time. So one look into one index answers everything.
 */
export const mark = {
  title: '\u0081',
  heading: '\u0082',
  category: '\u0083',
  joined: '\u0086',
  /** SQLite walks through time by months and years, PostgreSQL by days. */
  month: '\u0084',
  year: '\u0085',
  day: '\u0087',
} as const;

export interface IndexedArticle extends SearchedArticle {
  readonly categoryIds: readonly number[];
}

export interface ArticleTerms {
  /** Everything the article is found by but its time, each term once. */
  readonly terms: readonly string[];
  /** Its ideographs can be looked for in the article as it is stored. */
  readonly isPlain: boolean;
  /** The same without the characters that a pattern matches. */
  isPlainWithout(pattern: RegExp): boolean;
}

export function termsOfArticle(article: IndexedArticle): ArticleTerms {
  const { title, headings, body } = foldArticle(article);
  const found: string[] = [];
  const add = (prefix: string, terms: Iterable<string>) => {
    for (const term of terms) found.push(prefix + withoutOthersPrefix(term));
  };
  add('', textTerms(`${title}\n${headings}\n${body}`));
  add(mark.title, titleTerms(title));
  add(mark.heading, titleTerms(headings));
  for (const id of article.categoryIds) found.push(categoryTerm(id));
  const { outline, byline, text } = article;
  const stored = [article.title ?? '', ...outline.map((heading) => heading.text), byline ?? '', text].join('\n');
  const folded = `${title}\n${headings}\n${body}`;
  return {
    terms: found,
    isPlain: hasPlainIdeographs(stored, folded),
    isPlainWithout: (pattern) => hasPlainIdeographs(stored.replace(pattern, ''), folded),
  };
}

/** A joined term begins like the word in it: marked, so that who looks for words with that beginning passes it by. */
export const withoutOthersPrefix = (term: string) => (isJoined(term) ? mark.joined + term : term);

export const categoryTerm = (categoryId: number) => `${mark.category}${categoryId}`;
