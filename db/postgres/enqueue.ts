import { type SQL, sql } from 'drizzle-orm';
import type { FoundWords } from '../filter-index.js';
import { correctedForMs, type MatchedWords, type QueuedArticle } from '../queued-article.js';
import { arrayOf, get, run, type Transaction } from './database.js';
import { chats, deliveries, edits, filters, subscriptions, watches } from './schema.js';

/** An article that was just stored, with what decides who gets it. */
export interface MatchedArticle extends QueuedArticle, MatchedWords {
  readonly categoryIds: readonly number[];
}

/** How many follow what an article is filed under, or asked for its words; at most so many of each kind: by `subscriptions_category` and `watches_query`. */
export async function countFollowers(
  tx: Transaction,
  { categoryIds, queryIds }: Pick<MatchedArticle, 'categoryIds' | 'queryIds'>,
  most: number,
): Promise<number> {
  const row = await get<{ n: number }>(
    tx,
    sql`SELECT count(*) AS n FROM (
        (SELECT 1 FROM ${subscriptions} WHERE category_id = ANY(${arrayOf(categoryIds)}) LIMIT ${most})
        UNION ALL (SELECT 1 FROM ${watches} WHERE query_id = ANY(${arrayOf(queryIds)}) LIMIT ${most})
      ) followers`,
  );
  return row?.n ?? 0;
}

/**
 * One delivery for every reachable chat and topic that subscribed to any of the article's categories, or to any of the queries;
 * it remembers the query when that alone is the reason. Who is owed another article of the story has this one merged into it.
 * Gives how many are owed it now. The caller has the archive to itself.
 */
export async function enqueueMatching(
  tx: Transaction,
  { id: articleId, storyId, categoryIds, queryIds, found }: MatchedArticle,
  now: Date,
): Promise<number> {
  const followed = sql`
    SELECT s.chat_id, s.topic_id, NULL::bigint AS query_id FROM ${subscriptions} s
    JOIN ${chats} c ON c.id = s.chat_id AND c.state = 'active'
    WHERE s.category_id = ANY(${arrayOf(categoryIds)}) ${exceptFiltered(found, sql`s`, sql`(0, s.category_id)`)}`;
  const watched = sql`
    SELECT w.chat_id, w.topic_id, w.query_id FROM ${watches} w
    JOIN ${chats} c ON c.id = w.chat_id AND c.state = 'active'
    WHERE w.query_id = ANY(${arrayOf(queryIds)}) ${exceptFiltered(found, sql`w`, sql`(0)`)}`;
  const isReprint = storyId !== articleId;
  const hasIt = sql`EXISTS (SELECT 1 FROM ${deliveries} d WHERE d.chat_id = o.chat_id AND d.topic_id = o.topic_id
    AND d.story_id = ${storyId} AND d.state IN ('pending', 'sent'))`;
  const state = isReprint ? sql`CASE WHEN ${hasIt} THEN 'merged' ELSE 'pending' END` : sql`'pending'`;
  const row = await get<{ owed: number }>(
    tx,
    sql`WITH owed AS (
        SELECT chat_id, topic_id, CASE WHEN count(*) = count(query_id) THEN min(query_id) END AS query_id
        FROM (${queryIds.length > 0 ? sql`${followed} UNION ALL ${watched}` : followed}) f GROUP BY chat_id, topic_id
      ), queued AS (
        INSERT INTO ${deliveries} (chat_id, topic_id, article_id, story_id, query_id, state, next_attempt_at, created_at)
        SELECT chat_id, topic_id, ${articleId}::bigint, ${storyId}::bigint, query_id, ${state}, 0, ${now.getTime()}::bigint
        FROM owed o ON CONFLICT DO NOTHING RETURNING state
      )
      SELECT count(*) FILTER (WHERE state = 'pending') AS owed FROM queued`,
  );
  return row?.owed ?? 0;
}

/** Leaves out those whose filter, for one of the named categories, keeps the article out: by `filters_once`. */
function exceptFiltered(found: FoundWords | undefined, table: SQL, categoryIds: SQL): SQL {
  if (!found) return sql``;
  // As queries, not as arrays: those are looked through from the beginning for every subscriber before PostgreSQL 15.
  const listed = (ids: readonly number[]) => sql`(SELECT unnest(${arrayOf(ids)}))`;
  return sql`AND NOT EXISTS (SELECT 1 FROM ${filters} f WHERE f.chat_id = ${table}.chat_id
    AND f.topic_id = ${table}.topic_id AND f.category_id IN ${categoryIds}
    AND (f.id IN ${listed(found.unwanted)} OR f.included <> '[]' AND f.id NOT IN ${listed(found.wanted)}))`;
}

/** Every message with one of these articles that is young enough to be corrected says what it should in a while. */
export async function enqueueEdits(tx: Transaction, articleIds: readonly number[], now: Date): Promise<void> {
  const sent = sql`FROM ${deliveries} WHERE article_id = ANY(${arrayOf(articleIds)}) AND state = 'sent'
    AND message_id IS NOT NULL AND finished_at > ${now.getTime() - correctedForMs}`;
  // What waits already gets a new number: who has it in hand is to see that it is another correction.
  const again = sql`DO UPDATE SET id = excluded.id, attempts = 0, next_attempt_at = 0`;
  await run(
    tx,
    sql`INSERT INTO ${edits} (chat_id, delivery_id, next_attempt_at) SELECT chat_id, id, 0 ${sent} AND digest_id IS NULL
      ON CONFLICT (delivery_id) ${again}`,
  );
  await run(
    tx,
    sql`INSERT INTO ${edits} (chat_id, digest_id, next_attempt_at)
      SELECT DISTINCT chat_id, digest_id, 0 ${sent} AND digest_id IS NOT NULL ON CONFLICT (digest_id) ${again}`,
  );
}
