import type { Heading } from '../src/domain/article.js';
import { everySubscription, type Filter } from '../src/domain/filter.js';
import { filterTerms } from '../src/search/filter-words.js';
import { type FoldedArticle, foldArticle, matchPlace } from '../src/search/match.js';
import { createQueryIndex, type MatchedArticle } from '../src/search/query-index.js';
import { addTo, type StoredQuery } from './stored-query.js';

/** Articles whose text is looked at for one command: some 30 ms. */
const mostLookedAt = 100;

/** A delivery of a target, as either engine reads it. */
export interface Queued {
  readonly id: number;
  readonly article_id: number;
  readonly story_id: number;
  readonly query_id: number | null;
  /** The article's categories that the target follows, as JSON. */
  readonly followed: string;
}

/** An article with what is searched in it, as either engine reads it. */
export interface ReadArticle {
  readonly id: number;
  readonly title: string | null;
  readonly byline: string | null;
  /** Of headings, as JSON. */
  readonly outline: string;
  readonly text: string;
  readonly order_at: number;
  /** The ids of its categories, as JSON. */
  readonly filed: string;
}

/** What a target asks for. */
export interface Wishes {
  readonly filters: readonly Filter[];
  readonly watches: readonly StoredQuery[];
}

/** Whether something queued is owed to a target as it is now. */
export interface OwedJudge {
  /**
   * Articles whose text decides, to be read and given to `read` before `isOwed` is asked. Of a long backlog only the first are
   * looked at; for the rest the reason that they were queued for has to do.
   */
  listUnread(queued: readonly Queued[]): readonly number[];
  read(articles: readonly ReadArticle[]): void;
  isOwed(queued: Queued): boolean;
}

export function createOwedJudge({ filters, watches }: Wishes): OwedJudge {
  /** What articles have to satisfy, by the category of the subscription. */
  const words = new Map(filters.map((filter) => [filter.categoryId, filterTerms(filter)]));
  const watched = new Set(watches.map(({ id }) => id));
  const index = createQueryIndex();
  for (const watch of watches) addTo(index, watch);
  const texts = new Map<number, MatchedArticle | undefined>();

  const reasonOf = ({ query_id, followed }: Queued) => ({
    isAskedFor: query_id !== null && watched.has(query_id),
    categoryIds: JSON.parse(followed) as number[],
  });
  /** Undefined: the text decides. */
  const judge = ({ isAskedFor, categoryIds }: ReturnType<typeof reasonOf>): boolean | undefined => {
    if (!words.has(everySubscription) && (isAskedFor || categoryIds.some((id) => !words.has(id)))) return true;
    return categoryIds.length === 0 && watched.size === 0 ? false : undefined;
  };
  const getsThrough = (article: FoldedArticle, categoryId: number): boolean => {
    const terms = words.get(categoryId);
    return !terms || matchPlace(article, terms) !== undefined;
  };
  return {
    listUnread(queued) {
      const doubtful = queued.filter((one) => judge(reasonOf(one)) === undefined);
      const unread = new Set(doubtful.map(({ article_id }) => article_id).filter((id) => !texts.has(id)));
      const listed = [...unread].slice(0, mostLookedAt - texts.size);
      // What is not there when it is read has been looked at as well.
      for (const id of listed) texts.set(id, undefined);
      return listed;
    },
    read(articles) {
      for (const article of articles) texts.set(article.id, toMatched(article));
    },
    isOwed(queued) {
      const reason = reasonOf(queued);
      const judged = judge(reason);
      if (judged !== undefined) return judged;
      const { isAskedFor, categoryIds } = reason;
      // Better one too many than one lost.
      if (!texts.has(queued.article_id)) return isAskedFor || categoryIds.length > 0 || watched.size > 0;
      const article = texts.get(queued.article_id);
      if (!article) return false;
      const folded = foldArticle(article);
      if (!getsThrough(folded, everySubscription)) return false;
      if (isAskedFor || categoryIds.some((id) => getsThrough(folded, id))) return true;
      return index.size > 0 && index.match(article).length > 0;
    },
  };
}

/** Of reprints that were merged into what is owed no more, in their order: the first of each story that is owed itself. */
export function listReplacing(reprints: readonly Queued[], judge: OwedJudge): readonly number[] {
  const replaced = new Map<number, number>();
  for (const reprint of reprints) {
    if (!replaced.has(reprint.story_id) && judge.isOwed(reprint)) replaced.set(reprint.story_id, reprint.id);
  }
  return [...replaced.values()];
}

export function toMatched({ title, byline, outline, text, order_at, filed }: ReadArticle): MatchedArticle {
  return {
    title: title ?? undefined,
    byline: byline ?? undefined,
    outline: JSON.parse(outline) as Heading[],
    text,
    orderAt: order_at,
    categoryIds: JSON.parse(filed) as number[],
  };
}
