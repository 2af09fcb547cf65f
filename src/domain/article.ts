import type { CategoryName } from './category.js';
import { truncate } from './text.js';

/** A section heading: level 1 structures the article, level 2 stands under the level 1 before it. */
export interface Heading {
  readonly level: 1 | 2;
  readonly text: string;
}

/** What a reader is shown of an article. */
export interface Summary {
  /** As printed; undefined when the post has none. Use `displayTitle` for showing. */
  readonly title: string | undefined;
  /** The printed credit of the author(s), without brackets and leading label. */
  readonly byline: string | undefined;
  readonly outline: readonly Heading[];
  /** First sentence of the real body. */
  readonly lead: string | undefined;
  /** Two or three whole sentences of the text, in its order, for an article without headings; else empty. */
  readonly keySentences: readonly string[];
}

/** What we keep of a post. */
export interface Article extends Summary {
  /** The same identity seen again updates the article: the original link, else the source and the post's id. */
  readonly identity: string;
  /** Source and the post's id: the identity of a post whose link came only later, a half-written one for instance. */
  readonly postIdentity: string;
  readonly url: string | undefined;
  readonly published: Date | undefined;
  /** The printed media credit; where none is printed, the name of the first category. */
  readonly medium: string | undefined;
  /** What the post is filed under, and the medium when it bears another name (DESIGN.md, "Words"). */
  readonly categories: readonly CategoryName[];
  /** Clean text of the whole body: paragraphs separated by a newline, headings included, no markup. */
  readonly text: string;
}

/** An article as the store gives it back. */
export interface StoredArticle extends Omit<Article, 'postIdentity'> {
  readonly id: number;
  readonly firstSeen: Date;
  /** The earlier of published and first seen: what every list is ordered by. */
  readonly orderAt: Date;
  /** How many other media carry the story. */
  readonly otherMedia: number;
}

/** Characters of the lead that stand in for a missing title (DESIGN.md, "A post"). */
const leadTitleChars = 30;

/** The title, or without one the first 30 visible characters of the lead, or of the text. */
export function displayTitle(article: Pick<Article, 'title' | 'lead' | 'text'>): string {
  if (article.title) return article.title;
  return truncate(article.lead ?? article.text, leadTitleChars);
}

/** The earlier of published and first seen; without a date, first seen (DESIGN.md, "A post"). */
export function orderTime(published: Date | undefined, firstSeen: Date): Date {
  return published && published < firstSeen ? published : firstSeen;
}

/** 一、 （一） 1. 第一， ① ● 【…】: marks with which a heading already says where it stands. */
const ownMark =
  /^(?:(?:误区|案例|问题|方法|技巧|建议|看点|亮点|要点|步骤|热点|关键词|问|之)[一二三四五六七八九十\d]+|[（(]?[〇一二三四五六七八九十百\d]+\s*[)）、.．,，:：]|第[一二三四五六七八九十百\d]+|[①-⑳㈠-㈩●■◆▲★○□◇▶•·【〔])/u;

/** True when a heading carries its own numbering or mark, so that an outline must not number it again. */
export function hasOwnMark(heading: string): boolean {
  return ownMark.test(heading);
}
