import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { ChatTarget } from '../../src/domain/delivery.js';
import { createOwedJudge, listReplacing, type Queued, type ReadArticle, type Wishes } from '../owed-judge.js';
import type { Transaction } from './database.js';
import { articleCategories, articles, deliveries, filters, subscriptions, watches, watchQueries } from './schema.js';

/**
 * Drops what is queued for a target and no subscription of it asks for any more, whether to a category or to a keyword query,
 * or what its filters keep out: called when a subscription was given up or a filter set, in the same transaction.
 */
export function dropUnowed(tx: Transaction, target: ChatTarget): void {
  const { chatId, topicId } = target;
  const wishes = wishesOf(tx, target);
  const followed = sql`
    SELECT s.category_id FROM ${articleCategories} ac JOIN ${subscriptions} s ON s.category_id = ac.category_id
    WHERE ac.article_id = d.article_id AND s.chat_id = ${chatId} AND s.topic_id = ${topicId}`;
  const queued = sql`d.id, d.article_id, d.story_id, d.query_id,
    (SELECT json_group_array(category_id) FROM (${followed})) AS followed FROM ${deliveries} d`;
  // Without a filter, what a followed category carries is owed whatever it says.
  const doubtful = wishes.filters.length > 0 ? sql`1` : sql`NOT EXISTS (${followed})`;
  const pending = tx.all<Queued>(sql`
    SELECT ${queued} WHERE d.chat_id = ${chatId} AND d.topic_id = ${topicId} AND d.state = 'pending' AND ${doubtful}
    ORDER BY d.id DESC`);
  if (pending.length === 0) return;
  const judge = createOwedJudge(wishes);
  judge.read(readArticles(tx, judge.listUnread(pending)));
  const unowed = pending.filter((delivery) => !judge.isOwed(delivery));
  if (unowed.length === 0) return;
  tx.run(sql`DELETE FROM ${deliveries} WHERE id IN ${listed(unowed.map(({ id }) => id))}`);
  // A reprint that was merged into one of them comes in its place, when it is owed on its own account.
  const reprints = tx.all<Queued>(sql`
    SELECT ${queued} JOIN ${articles} a ON a.id = d.article_id
    WHERE a.story_id IN ${listed(unowed.map(({ story_id }) => story_id))}
    AND d.chat_id = ${chatId} AND d.topic_id = ${topicId} AND d.state = 'merged' ORDER BY d.id`);
  judge.read(readArticles(tx, judge.listUnread(reprints)));
  tx.run(sql`UPDATE ${deliveries} SET state = 'pending' WHERE id IN ${listed(listReplacing(reprints, judge))}`);
}

function wishesOf(tx: Transaction, { chatId, topicId }: ChatTarget): Wishes {
  const watched = tx
    .select({ id: watches.queryId })
    .from(watches)
    .where(and(eq(watches.chatId, chatId), eq(watches.topicId, topicId)));
  return {
    filters: tx
      .select()
      .from(filters)
      .where(and(eq(filters.chatId, chatId), eq(filters.topicId, topicId)))
      .all(),
    watches: tx.select().from(watchQueries).where(inArray(watchQueries.id, watched)).all(),
  };
}

function readArticles(tx: Transaction, ids: readonly number[]): readonly ReadArticle[] {
  if (ids.length === 0) return [];
  return tx.all(sql`
    SELECT id, title, byline, outline, text, order_at,
      (SELECT json_group_array(category_id) FROM ${articleCategories} WHERE article_id = a.id) AS filed
    FROM ${articles} a WHERE id IN ${listed(ids)}`);
}

function listed(numbers: readonly number[]): SQL {
  return sql`(SELECT value FROM json_each(${JSON.stringify(numbers)}))`;
}
