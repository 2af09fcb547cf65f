import { and, eq, inArray, sql } from 'drizzle-orm';
import type { ChatTarget } from '../../src/domain/delivery.js';
import { createQueryIndex } from '../../src/search/query-index.js';
import type { Transaction } from './database.js';
import { articleCategories, articles, deliveries, subscriptions, watches, watchQueries } from './schema.js';
import { addTo } from './watch-matcher.js';

/** Articles whose text is looked at for one command: some 30 ms. */
const mostLookedAt = 100;

/**
 * Drops what is queued for a target and no subscription of it asks for any more, whether to a category or to a keyword query:
 * called when one was given up, in the same transaction.
 */
export function dropUnowed(tx: Transaction, { chatId, topicId }: ChatTarget): void {
  const isFollowed = sql`EXISTS (
    SELECT 1 FROM ${articleCategories} ac JOIN ${subscriptions} s ON s.category_id = ac.category_id
    WHERE ac.article_id = d.article_id AND s.chat_id = ${chatId} AND s.topic_id = ${topicId})`;
  const unfollowed = tx.all<Queued>(sql`
    SELECT d.id, d.article_id, d.story_id, d.query_id FROM ${deliveries} d
    WHERE d.chat_id = ${chatId} AND d.topic_id = ${topicId} AND d.state = 'pending' AND NOT ${isFollowed}
    ORDER BY d.id DESC`);
  if (unfollowed.length === 0) return;
  const isWatched = watchedBy(tx, { chatId, topicId });
  // Of a long backlog only the newest are looked at; for the rest the reason that they were queued for has to do.
  const watchedIds = new Set(
    tx
      .select({ id: watches.queryId })
      .from(watches)
      .where(and(eq(watches.chatId, chatId), eq(watches.topicId, topicId)))
      .all()
      .map(({ id }) => id),
  );
  const unowed = unfollowed.filter(({ article_id, query_id }, at) => {
    if (query_id !== null && watchedIds.has(query_id)) return false;
    return at >= mostLookedAt || !isWatched(article_id);
  });
  for (const { id, story_id } of unowed) {
    tx.delete(deliveries).where(eq(deliveries.id, id)).run();
    // A reprint that was merged into it comes in its place, when it is owed on its own account.
    const reprints = tx.all<Queued & { followed: number }>(sql`
      SELECT d.id, d.article_id, d.story_id, d.query_id, ${isFollowed} AS followed
      FROM ${articles} a JOIN ${deliveries} d ON d.article_id = a.id AND d.chat_id = ${chatId}
      WHERE a.story_id = ${story_id} AND d.topic_id = ${topicId} AND d.state = 'merged' ORDER BY d.id`);
    const next = reprints.find(
      ({ followed, query_id, article_id }) =>
        followed || (query_id !== null && watchedIds.has(query_id)) || isWatched(article_id),
    );
    if (next) tx.update(deliveries).set({ state: 'pending' }).where(eq(deliveries.id, next.id)).run();
  }
}

interface Queued {
  readonly id: number;
  readonly article_id: number;
  readonly story_id: number;
  readonly query_id: number | null;
}

/** Whether any keyword query of the target is satisfied by an article. */
function watchedBy(tx: Transaction, { chatId, topicId }: ChatTarget): (articleId: number) => boolean {
  const index = createQueryIndex();
  const ids = tx
    .select({ id: watches.queryId })
    .from(watches)
    .where(and(eq(watches.chatId, chatId), eq(watches.topicId, topicId)))
    .all();
  const rows = tx
    .select()
    .from(watchQueries)
    .where(
      inArray(
        watchQueries.id,
        ids.map(({ id }) => id),
      ),
    )
    .all();
  for (const row of rows) addTo(index, row);
  return (articleId) => {
    if (index.size === 0) return false;
    const article = tx.select().from(articles).where(eq(articles.id, articleId)).get();
    if (!article) return false;
    const filed = tx.select().from(articleCategories).where(eq(articleCategories.articleId, articleId)).all();
    const { title, byline, outline, text, orderAt } = article;
    const searched = { title: title ?? undefined, byline: byline ?? undefined, outline, text, orderAt };
    return index.match({ ...searched, categoryIds: filed.map(({ categoryId }) => categoryId) }).length > 0;
  };
}
