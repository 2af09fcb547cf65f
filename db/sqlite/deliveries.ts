import { and, eq, sql } from 'drizzle-orm';
import type { ChatType, DueDelivery } from '../../src/domain/delivery.js';
import type { DeliveryStore } from '../../src/ports.js';
import type { Database } from './database.js';
import { chats, deliveries, subscriptions, watches, watchQueries } from './schema.js';

interface DueRow {
  readonly id: number;
  readonly chat_id: number;
  readonly topic_id: number;
  readonly article_id: number;
  readonly attempts: number;
  readonly keywords: string | null;
  readonly type: ChatType;
}

export function createDeliveryStore(db: Database): DeliveryStore {
  return {
    async listDue(now, limit, onlyChatId) {
      const time = now.getTime();
      const chatFilter = onlyChatId === undefined ? sql`` : sql`AND c.id = ${onlyChatId}`;
      // From the chats that may be sent to, longest unserved first, the delivery of each that became due first: index
      // look-ups, however much is pending.
      const rows = db.all<DueRow>(sql`
        SELECT d.id, d.chat_id, d.topic_id, d.article_id, d.attempts, c.type,
          (SELECT text FROM ${watchQueries} WHERE id = d.query_id) AS keywords
        FROM ${chats} c JOIN ${deliveries} d ON d.id = (
          SELECT id FROM ${deliveries} WHERE chat_id = c.id AND state = 'pending' AND next_attempt_at <= ${time}
          ORDER BY next_attempt_at, id LIMIT 1)
        WHERE c.state = 'active' AND c.not_before <= ${time} ${chatFilter}
        ORDER BY c.not_before LIMIT ${limit}`);
      return rows.map(toDue);
    },
    async isDue(deliveryId, now) {
      const time = now.getTime();
      const row = db.get(sql`
        SELECT 1 FROM ${deliveries} d JOIN ${chats} c ON c.id = d.chat_id
        WHERE d.id = ${deliveryId} AND d.state = 'pending' AND d.next_attempt_at <= ${time}
          AND c.state = 'active' AND c.not_before <= ${time}`);
      return row !== undefined;
    },
    async nextDueAt(now) {
      const time = now.getTime();
      const row = db.get<{ due: number | null; held: number | null }>(sql`SELECT
        (SELECT min(next_attempt_at) FROM ${deliveries} WHERE state = 'pending' AND next_attempt_at > ${time}) AS due,
        (SELECT min(not_before) FROM ${chats} WHERE state = 'active' AND not_before > ${time}) AS held`);
      const times = [row?.due, row?.held].filter((each) => typeof each === 'number');
      return times.length > 0 ? new Date(Math.min(...times)) : undefined;
    },
    async markSent(deliveryId, messageId, now, chatNotBefore) {
      db.transaction(
        (tx) => {
          const chatId = tx
            .update(deliveries)
            .set({ state: 'sent', messageId, finishedAt: now.getTime(), lastError: null })
            .where(eq(deliveries.id, deliveryId))
            .returning({ chatId: deliveries.chatId })
            .get()?.chatId;
          if (chatId === undefined) return;
          tx.update(chats).set({ notBefore: chatNotBefore.getTime() }).where(eq(chats.id, chatId)).run();
        },
        { behavior: 'immediate' },
      );
    },
    async markRetry(deliveryId, error, nextAttemptAt, countAttempt) {
      db.update(deliveries)
        .set({
          lastError: error,
          nextAttemptAt: nextAttemptAt.getTime(),
          attempts: sql`attempts + ${countAttempt ? 1 : 0}`,
        })
        .where(and(eq(deliveries.id, deliveryId), eq(deliveries.state, 'pending')))
        .run();
    },
    async markFailed(deliveryId, error, now) {
      db.update(deliveries)
        .set({ state: 'failed', lastError: error, finishedAt: now.getTime(), attempts: sql`attempts + 1` })
        .where(eq(deliveries.id, deliveryId))
        .run();
    },
    async holdChat(chatId, until) {
      db.update(chats)
        .set({ notBefore: sql`max(not_before, ${until.getTime()})` })
        .where(eq(chats.id, chatId))
        .run();
    },
    async moveTopicToChat({ chatId, topicId }) {
      db.transaction(
        (tx) => {
          for (const table of [subscriptions, watches, deliveries]) {
            // What the chat itself has already stays; the topic's double goes.
            tx.run(sql`UPDATE OR IGNORE ${table} SET topic_id = 0 WHERE chat_id = ${chatId} AND topic_id = ${topicId}`);
            tx.delete(table)
              .where(and(eq(table.chatId, chatId), eq(table.topicId, topicId)))
              .run();
          }
        },
        { behavior: 'immediate' },
      );
    },
  };
}

function toDue(row: DueRow): DueDelivery {
  return {
    id: row.id,
    chatId: row.chat_id,
    topicId: row.topic_id,
    articleId: row.article_id,
    attempts: row.attempts,
    keywords: row.keywords ?? undefined,
    chatType: row.type,
  };
}
