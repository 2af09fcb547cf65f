import { type Article, type Heading, orderTime } from '../src/domain/article.js';

/** What a row of `articles` says of an article, in every engine. */
export interface ArticleColumns {
  readonly identity: string;
  readonly title: string | null;
  readonly byline: string | null;
  readonly lead: string | null;
  readonly outline: Heading[];
  readonly keySentences: string[];
  readonly url: string | null;
  readonly medium: string | null;
  readonly publishedAt: number | null;
  readonly orderAt: number;
  readonly text: string;
}

export function toColumns(article: Article, firstSeen: Date): ArticleColumns {
  return {
    identity: article.identity,
    title: article.title ?? null,
    byline: article.byline ?? null,
    lead: article.lead ?? null,
    outline: [...article.outline],
    keySentences: [...article.keySentences],
    url: article.url ?? null,
    medium: article.medium ?? null,
    publishedAt: article.published?.getTime() ?? null,
    orderAt: orderTime(article.published, firstSeen).getTime(),
    text: article.text,
  };
}

/** What messages show of an article. */
const shownColumns = ['title', 'byline', 'outline', 'lead', 'url'] as const;

/** Whether an article is another than it was, and whether messages show something of that. */
export function compareColumns(
  before: ArticleColumns,
  after: ArticleColumns,
): { readonly changed: boolean; readonly corrected: boolean } {
  const differs = (name: keyof ArticleColumns) => JSON.stringify(before[name]) !== JSON.stringify(after[name]);
  return {
    changed: (Object.keys(after) as (keyof ArticleColumns)[]).some(differs),
    corrected: shownColumns.some(differs),
  };
}

/** Numbers up to 2^53 are exact: room for 2^38 writes. */
const largestLeap = 2 ** 15;

/** By leaps, so that a database put back to an earlier state gives its next articles other numbers than it gave before. */
export const nextRevision = (revision: number): number => revision + 1 + Math.floor(Math.random() * largestLeap);
