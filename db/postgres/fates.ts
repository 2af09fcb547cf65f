import { sql } from 'drizzle-orm';
import type { FateStore } from '../../src/ports.js';
import { type PacedChatRow, toPace } from '../claim-rules.js';
import {
  articlesOf,
  type FateRow,
  type NotQueuedRow,
  type TopicRow,
  toFates,
  toNotQueued,
  toTopic,
} from '../fate-rules.js';
import { loadLines } from './articles.js';
import { all, arrayOf, type Database, get } from './database.js';
import { articleCategories, articles, chats, deliveries, subscriptions, targets } from './schema.js';

/** A day's articles are among the newest of the archive; of so many the small columns are read in a few milliseconds. */
const newestLookedAt = 5_000;

export function createFateStore(db: Database): FateStore {
  return {
    async findPace(chatId, timeZone) {
      const row = await get<PacedChatRow>(db, sql`SELECT * FROM ${chats} WHERE id = ${chatId}`);
      if (!row) return undefined;
      const topics = await all<TopicRow>(
        db,
        sql`SELECT topic_id, max(digested_at) AS digested_at, max(digested_before_at) AS digested_before_at,
            count(queued_at) AS count, min(queued_at) AS oldest
          FROM (
            SELECT topic_id, digested_at, digested_before_at, NULL::bigint AS queued_at
            FROM ${targets} WHERE chat_id = ${chatId}
            UNION ALL SELECT topic_id, NULL, NULL, created_at
            FROM ${deliveries} WHERE chat_id = ${chatId} AND state = 'pending') w
          GROUP BY topic_id ORDER BY topic_id`,
      );
      const notBefore = row.not_before > 0 ? new Date(row.not_before) : undefined;
      return { pace: toPace(row, timeZone), notBefore, topics: topics.map(toTopic) };
    },
    async listFates({ chatId, topicId }, limit) {
      const own = sql`chat_id = ${chatId} AND topic_id = ${topicId}`;
      // Backwards along `deliveries_chat`.
      const rows = await all<FateRow>(
        db,
        sql`SELECT article_id, state, attempts, next_attempt_at, last_error, created_at, finished_at, digest_id,
            CASE state WHEN 'merged' THEN (SELECT o.article_id FROM ${deliveries} o
              WHERE ${own} AND o.story_id = d.story_id AND o.state IN ('pending', 'sent')) END AS into_id
          FROM ${deliveries} d WHERE ${own} ORDER BY id DESC LIMIT ${limit}`,
      );
      return toFates(rows, await loadLines(db, articlesOf(rows)));
    },
    async listNotQueued({ chatId, topicId }, since, limit) {
      const rows = await all<NotQueuedRow>(
        db,
        sql`SELECT a.id, json_agg(s.category_id)::text AS followed
          FROM (SELECT id, first_seen_at FROM ${articles} ORDER BY id DESC LIMIT ${newestLookedAt}) a
          JOIN ${articleCategories} ac ON ac.article_id = a.id
          JOIN ${subscriptions} s ON s.category_id = ac.category_id AND s.chat_id = ${chatId}
            AND s.topic_id = ${topicId} AND s.created_at <= a.first_seen_at
          WHERE a.first_seen_at > ${since.getTime()} AND NOT EXISTS (SELECT 1 FROM ${deliveries} d
            WHERE d.article_id = a.id AND d.chat_id = ${chatId} AND d.topic_id = ${topicId})
          GROUP BY a.id ORDER BY a.id DESC LIMIT ${limit}`,
      );
      const ids = rows.map(({ id }) => id);
      const { id, title, byline, outline, text } = articles;
      const searched = await db
        .select({ id, title, byline, outline, text })
        .from(articles)
        .where(sql`${id} = ANY(${arrayOf(ids)})`);
      return toNotQueued(rows, await loadLines(db, ids), searched);
    },
  };
}
