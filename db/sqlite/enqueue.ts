import { type SQL, sql } from 'drizzle-orm';
import type { FoundWords } from '../filter-index.js';
import { correctedForMs, type MatchedWords, type QueuedArticle } from '../queued-article.js';
import type { Transaction } from './database.js';
import { articleCategories, chats, deliveries, edits, filters, subscriptions, watches } from './schema.js';

/**
 * One delivery for every reachable chat and topic that subscribed to any of the article's categories, or to any of the queries;
 * it remembers the query when that alone is the reason. Who is owed another article of the story has this one merged into it.
 * Gives how many are owed it now.
 */
export function enqueueMatching(
  tx: Transaction,
  { id: articleId, storyId }: QueuedArticle,
  { queryIds, found }: MatchedWords,
  now: Date,
): number {
  const time = now.getTime();
  const followed = sql`
    SELECT s.chat_id, s.topic_id, NULL AS query_id
    FROM ${articleCategories} ac
    JOIN ${subscriptions} s ON s.category_id = ac.category_id
    JOIN ${chats} c ON c.id = s.chat_id AND c.state = 'active'
    WHERE ac.article_id = ${articleId} ${exceptFiltered(found, sql`s`, sql`(0, s.category_id)`)}`;
  const watched = sql`
    SELECT w.chat_id, w.topic_id, w.query_id FROM json_each(${JSON.stringify(queryIds)}) q
    JOIN ${watches} w ON w.query_id = q.value
    JOIN ${chats} c ON c.id = w.chat_id AND c.state = 'active'
    WHERE 1 ${exceptFiltered(found, sql`w`, sql`(0)`)}`;
  const isReprint = storyId !== articleId;
  const owed =
    queryIds.length === 0 && !isReprint
      ? followed
      : sql`SELECT chat_id, topic_id, CASE WHEN count(*) = count(query_id) THEN min(query_id) END AS query_id
          FROM (${followed} UNION ALL ${watched}) GROUP BY chat_id, topic_id`;
  const hasIt = sql`EXISTS (SELECT 1 FROM ${deliveries} d WHERE d.chat_id = o.chat_id AND d.topic_id = o.topic_id
    AND d.story_id = ${storyId} AND d.state IN ('pending', 'sent'))`;
  const state = isReprint ? sql`CASE WHEN ${hasIt} THEN 'merged' ELSE 'pending' END` : sql`'pending'`;
  const inserted = tx.run(sql`
    INSERT OR IGNORE INTO ${deliveries}
      (chat_id, topic_id, article_id, story_id, query_id, state, next_attempt_at, created_at)
    SELECT chat_id, topic_id, ${articleId}, ${storyId}, query_id, ${state}, 0, ${time} FROM (${owed}) AS o`).changes;
  if (!isReprint) return inserted;
  const [row] = tx.all<{ owed: number }>(
    sql`SELECT count(*) AS owed FROM ${deliveries} WHERE article_id = ${articleId} AND state = 'pending'`,
  );
  return row?.owed ?? 0;
}

/**
 * Leaves out those whose filter, for one of the named categories, keeps the article out. The plus keeps SQLite from trying all
 * of the given for every subscriber: it looks the subscriber's own filter up.
 */
function exceptFiltered(found: FoundWords | undefined, table: SQL, categoryIds: SQL): SQL {
  if (!found) return sql``;
  const listed = (ids: readonly number[]) => sql`(SELECT value FROM json_each(${JSON.stringify(ids)}))`;
  return sql`AND NOT EXISTS (SELECT 1 FROM ${filters} f WHERE f.chat_id = ${table}.chat_id
    AND f.topic_id = ${table}.topic_id AND f.category_id IN ${categoryIds}
    AND (+f.id IN ${listed(found.unwanted)} OR f.included <> '[]' AND +f.id NOT IN ${listed(found.wanted)}))`;
}

/** Every message with the article that is young enough to be corrected says what it should in a while. */
export function enqueueEdits(tx: Transaction, articleId: number, now: Date): void {
  const time = now.getTime();
  const sent = sql`FROM ${deliveries} WHERE article_id = ${articleId} AND state = 'sent' AND message_id IS NOT NULL
    AND finished_at > ${time - correctedForMs}`;
  tx.run(sql`INSERT OR REPLACE INTO ${edits} (chat_id, delivery_id, next_attempt_at)
    SELECT chat_id, id, 0 ${sent} AND digest_id IS NULL`);
  tx.run(sql`INSERT OR REPLACE INTO ${edits} (chat_id, digest_id, next_attempt_at)
    SELECT chat_id, digest_id, 0 ${sent} AND digest_id IS NOT NULL`);
}
