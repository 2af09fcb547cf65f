import { and, eq, inArray, sql } from 'drizzle-orm';
import type { ChatTarget } from '../../src/domain/delivery.js';
import { createOwedJudge, listReplacing, type Queued, type ReadArticle, type Wishes } from '../owed-judge.js';
import { all, arrayOf, run, type Transaction } from './database.js';
import { articleCategories, articles, deliveries, filters, subscriptions, watches, watchQueries } from './schema.js';

/**
 * Drops what is queued for a target and no subscription of it asks for any more, whether to a category or to a keyword query,
 * or what its filters keep out: called when a subscription was given up or a filter set, in the same transaction, which
 * has the archive to itself (`lockArchive`).
 */
export async function dropUnowed(tx: Transaction, target: ChatTarget): Promise<void> {
  const { chatId, topicId } = target;
  const wishes = await wishesOf(tx, target);
  const followed = sql`
    SELECT s.category_id FROM ${articleCategories} ac JOIN ${subscriptions} s ON s.category_id = ac.category_id
    WHERE ac.article_id = d.article_id AND s.chat_id = ${chatId} AND s.topic_id = ${topicId}`;
  const queued = sql`d.id, d.article_id, d.story_id, d.query_id,
    (SELECT coalesce(json_agg(category_id), '[]')::text FROM (${followed}) f) AS followed FROM ${deliveries} d`;
  // Without a filter, what a followed category carries is owed whatever it says.
  const doubtful = wishes.filters.length > 0 ? sql`true` : sql`NOT EXISTS (${followed})`;
  // By `deliveries_pending`.
  const pending = await all<Queued>(
    tx,
    sql`SELECT ${queued} WHERE d.chat_id = ${chatId} AND d.topic_id = ${topicId} AND d.state = 'pending' AND ${doubtful}
      ORDER BY d.id DESC`,
  );
  if (pending.length === 0) return;
  const judge = createOwedJudge(wishes);
  judge.read(await readArticles(tx, judge.listUnread(pending)));
  const unowed = pending.filter((delivery) => !judge.isOwed(delivery));
  if (unowed.length === 0) return;
  await run(tx, sql`DELETE FROM ${deliveries} WHERE id = ANY(${arrayOf(unowed.map(({ id }) => id))})`);
  // A reprint that was merged into one of them comes in its place, when it is owed on its own account. By `articles_story`
  // and `deliveries_article`.
  const reprints = await all<Queued>(
    tx,
    sql`SELECT ${queued} JOIN ${articles} a ON a.id = d.article_id
      WHERE a.story_id = ANY(${arrayOf(unowed.map(({ story_id }) => story_id))})
      AND d.chat_id = ${chatId} AND d.topic_id = ${topicId} AND d.state = 'merged' ORDER BY d.id`,
  );
  if (reprints.length === 0) return;
  judge.read(await readArticles(tx, judge.listUnread(reprints)));
  const replacing = arrayOf(listReplacing(reprints, judge));
  await run(tx, sql`UPDATE ${deliveries} SET state = 'pending' WHERE id = ANY(${replacing})`);
}

async function wishesOf(tx: Transaction, { chatId, topicId }: ChatTarget): Promise<Wishes> {
  const watched = tx
    .select({ id: watches.queryId })
    .from(watches)
    .where(and(eq(watches.chatId, chatId), eq(watches.topicId, topicId)));
  return {
    filters: await tx
      .select()
      .from(filters)
      .where(and(eq(filters.chatId, chatId), eq(filters.topicId, topicId))),
    watches: await tx.select().from(watchQueries).where(inArray(watchQueries.id, watched)),
  };
}

async function readArticles(tx: Transaction, ids: readonly number[]): Promise<readonly ReadArticle[]> {
  if (ids.length === 0) return [];
  return all(
    tx,
    sql`SELECT id, title, byline, outline, text, order_at,
        (SELECT coalesce(json_agg(category_id), '[]')::text FROM ${articleCategories} WHERE article_id = a.id) AS filed
      FROM ${articles} a WHERE id = ANY(${arrayOf(ids)})`,
  );
}
