import { and, eq, inArray, sql } from 'drizzle-orm';
import type { ChatTarget } from '../../src/domain/delivery.js';
import { everySubscription } from '../../src/domain/filter.js';
import { filterTerms } from '../../src/search/filter-words.js';
import { foldArticle, matchPlace, type SearchedArticle } from '../../src/search/match.js';
import type { SearchTerms } from '../../src/search/query.js';
import { createQueryIndex } from '../../src/search/query-index.js';
import { addTo } from '../stored-query.js';
import type { Transaction } from './database.js';
import { articleCategories, articles, deliveries, filters, subscriptions, watches, watchQueries } from './schema.js';

/** Articles whose text is looked at for one command: some 30 ms. */
const mostLookedAt = 100;

/**
 * Drops what is queued for a target and no subscription of it asks for any more, whether to a category or to a keyword query,
 * or what its filters keep out: called when a subscription was given up or a filter set, in the same transaction.
 */
export function dropUnowed(tx: Transaction, target: ChatTarget): void {
  const { chatId, topicId } = target;
  const words = filtersOf(tx, target);
  const followed = sql`
    SELECT s.category_id FROM ${articleCategories} ac JOIN ${subscriptions} s ON s.category_id = ac.category_id
    WHERE ac.article_id = d.article_id AND s.chat_id = ${chatId} AND s.topic_id = ${topicId}`;
  const queued = sql`d.id, d.article_id, d.story_id, d.query_id,
    (SELECT json_group_array(category_id) FROM (${followed})) AS followed FROM ${deliveries} d`;
  // Without a filter, what a followed category carries is owed whatever it says.
  const doubtful = words.size > 0 ? sql`1` : sql`NOT EXISTS (${followed})`;
  const pending = tx.all<Queued>(sql`
    SELECT ${queued} WHERE d.chat_id = ${chatId} AND d.topic_id = ${topicId} AND d.state = 'pending' AND ${doubtful}
    ORDER BY d.id DESC`);
  if (pending.length === 0) return;
  const isOwed = createJudge(tx, target, words);
  const unowed = pending.filter((delivery) => !isOwed(delivery));
  if (unowed.length === 0) return;
  const listed = (numbers: readonly number[]) => sql`(SELECT value FROM json_each(${JSON.stringify(numbers)}))`;
  tx.run(sql`DELETE FROM ${deliveries} WHERE id IN ${listed(unowed.map(({ id }) => id))}`);
  // A reprint that was merged into one of them comes in its place, when it is owed on its own account.
  const reprints = tx.all<Queued>(sql`
    SELECT ${queued} JOIN ${articles} a ON a.id = d.article_id
    WHERE a.story_id IN ${listed(unowed.map(({ story_id }) => story_id))}
    AND d.chat_id = ${chatId} AND d.topic_id = ${topicId} AND d.state = 'merged' ORDER BY d.id`);
  const replaced = new Set<number>();
  for (const reprint of reprints) {
    if (replaced.has(reprint.story_id) || !isOwed(reprint)) continue;
    replaced.add(reprint.story_id);
    tx.update(deliveries).set({ state: 'pending' }).where(eq(deliveries.id, reprint.id)).run();
  }
}

interface Queued {
  readonly id: number;
  readonly article_id: number;
  readonly story_id: number;
  readonly query_id: number | null;
  /** The article's categories that the target follows, as JSON. */
  readonly followed: string;
}

/** What articles have to satisfy, by the category of the subscription. */
type FilterTermsByCategory = ReadonlyMap<number, SearchTerms>;

function filtersOf(tx: Transaction, { chatId, topicId }: ChatTarget): FilterTermsByCategory {
  const own = and(eq(filters.chatId, chatId), eq(filters.topicId, topicId));
  const rows = tx.select().from(filters).where(own).all();
  return new Map(rows.map((row) => [row.categoryId, filterTerms(row)]));
}

/**
 * Whether something queued is owed to a target as it is now. Of a long backlog only the newest are looked at, which is how
 * they have to come; for the rest the reason that they were queued for has to do.
 */
function createJudge(tx: Transaction, target: ChatTarget, words: FilterTermsByCategory): (queued: Queued) => boolean {
  const watched = watchesOf(tx, target);
  let looked = 0;
  return ({ article_id, query_id, followed }) => {
    const categoryIds = JSON.parse(followed) as number[];
    const isAskedFor = query_id !== null && watched.ids.has(query_id);
    if (!words.has(everySubscription) && (isAskedFor || categoryIds.some((id) => !words.has(id)))) return true;
    if (categoryIds.length === 0 && watched.ids.size === 0) return false;
    // Better one too many than one lost.
    if (looked >= mostLookedAt) return isAskedFor || categoryIds.length > 0 || watched.ids.size > 0;
    looked += 1;
    const article = loadSearched(tx, article_id);
    if (!article) return false;
    const folded = foldArticle(article);
    const getsThrough = (categoryId: number) => {
      const terms = words.get(categoryId);
      return !terms || matchPlace(folded, terms) !== undefined;
    };
    if (!getsThrough(everySubscription)) return false;
    return isAskedFor || categoryIds.some(getsThrough) || watched.match(article_id, article);
  };
}

function loadSearched(tx: Transaction, articleId: number): (SearchedArticle & { orderAt: number }) | undefined {
  const article = tx.select().from(articles).where(eq(articles.id, articleId)).get();
  if (!article) return undefined;
  const { title, byline, outline, text, orderAt } = article;
  return { title: title ?? undefined, byline: byline ?? undefined, outline, text, orderAt };
}

/** The keyword queries of a target, and whether any of them is satisfied by an article. */
function watchesOf(tx: Transaction, { chatId, topicId }: ChatTarget) {
  const own = and(eq(watches.chatId, chatId), eq(watches.topicId, topicId));
  const ids = tx.select({ id: watches.queryId }).from(watches).where(own).all();
  const queryIds = ids.map(({ id }) => id);
  const index = createQueryIndex();
  for (const row of tx.select().from(watchQueries).where(inArray(watchQueries.id, queryIds)).all()) addTo(index, row);
  return {
    ids: new Set(queryIds),
    match(articleId: number, article: SearchedArticle & { orderAt: number }): boolean {
      if (index.size === 0) return false;
      const filed = tx.select().from(articleCategories).where(eq(articleCategories.articleId, articleId)).all();
      return index.match({ ...article, categoryIds: filed.map(({ categoryId }) => categoryId) }).length > 0;
    },
  };
}
