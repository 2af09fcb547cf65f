import { inArray } from 'drizzle-orm';
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
import type { Database } from './database.js';
import type { SqliteClient } from './driver.js';
import { articles } from './schema.js';

/** A day's articles are among the newest of the archive; of so many the small columns are read in a few milliseconds. */
const newestLookedAt = 5_000;
/** Each costs a look into an index: some 30 ms. */
const newestWalked = 20_000;

export function createFateStore(db: Database, client: SqliteClient): FateStore {
  const statements = prepare(client);
  return {
    async findPace(chatId, timeZone) {
      const row = statements.chat.get(chatId) as PacedChatRow | undefined;
      if (!row) return undefined;
      const topics = (statements.topics.all({ chat: chatId }) as TopicRow[]).map(toTopic);
      const notBefore = row.not_before > 0 ? new Date(row.not_before) : undefined;
      return { pace: toPace(row, timeZone), notBefore, topics };
    },
    async listFates({ chatId: chat, topicId: topic }, limit) {
      const rows = statements.fates.all({ chat, topic, limit }) as FateRow[];
      return toFates(rows, loadLines(db, articlesOf(rows)));
    },
    async listNotQueued({ chatId: chat, topicId: topic }, since, limit) {
      const rows = statements.notQueued.all({ chat, topic, since: since.getTime(), limit }) as NotQueuedRow[];
      const ids = rows.map(({ id }) => id);
      const searched = db.select().from(articles).where(inArray(articles.id, ids)).all();
      return toNotQueued(rows, loadLines(db, ids), searched);
    },
  };
}

function prepare(client: SqliteClient) {
  return {
    chat: client.prepare('SELECT * FROM chats WHERE id = ?'),
    topics: client.prepare(`
      SELECT topic_id, max(digested_at) AS digested_at, max(digested_before_at) AS digested_before_at,
        count(queued_at) AS count, min(queued_at) AS oldest FROM (
        SELECT topic_id, digested_at, digested_before_at, NULL AS queued_at FROM targets WHERE chat_id = :chat
        UNION ALL SELECT topic_id, NULL, NULL, created_at FROM deliveries WHERE chat_id = :chat AND state = 'pending')
      GROUP BY topic_id ORDER BY topic_id`),
    // Two ways to a chat's few among the very many: what is pending or sent has an index, and the rest is found by the newest
    // articles, whose order is that of the deliveries. Walking the outbox backwards would take seconds for a chat with little.
    fates: client.prepare(`
      SELECT article_id, state, attempts, next_attempt_at, last_error, created_at, finished_at, digest_id,
        CASE state WHEN 'merged' THEN (SELECT o.article_id FROM deliveries o WHERE o.chat_id = :chat
          AND o.topic_id = :topic AND o.story_id = d.story_id AND o.state IN ('pending', 'sent')) END AS into_id
      FROM deliveries d WHERE id IN (
        SELECT id FROM (SELECT id FROM deliveries INDEXED BY deliveries_story
          WHERE chat_id = :chat AND topic_id = :topic AND state IN ('pending', 'sent') ORDER BY id DESC LIMIT :limit)
        UNION ALL
        SELECT o.id FROM (SELECT id FROM articles ORDER BY id DESC LIMIT ${newestWalked}) a
          CROSS JOIN deliveries o INDEXED BY deliveries_article ON o.article_id = a.id AND o.chat_id = :chat
          WHERE o.topic_id = :topic AND o.state NOT IN ('pending', 'sent'))
      ORDER BY id DESC LIMIT :limit`),
    notQueued: client.prepare(`
      SELECT a.id, json_group_array(s.category_id) AS followed
      FROM (SELECT id, first_seen_at FROM articles ORDER BY id DESC LIMIT ${newestLookedAt}) a
      JOIN article_categories ac ON ac.article_id = a.id
      JOIN subscriptions s ON s.category_id = ac.category_id AND s.chat_id = :chat AND s.topic_id = :topic
        AND s.created_at <= a.first_seen_at
      WHERE a.first_seen_at > :since AND NOT EXISTS (
        SELECT 1 FROM deliveries d WHERE d.article_id = a.id AND d.chat_id = :chat AND d.topic_id = :topic)
      GROUP BY a.id ORDER BY a.id DESC LIMIT :limit`),
  };
}
