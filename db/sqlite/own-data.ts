import { and, count, eq, notInArray } from 'drizzle-orm';
import type { OwnDataStore } from '../../src/ports.js';
import { deleteChat } from './chats.js';
import type { Database } from './database.js';
import { deliveries, filters, saved, subscriptions, watches, watchQueries } from './schema.js';

export function createOwnDataStore(db: Database): OwnDataStore {
  const rows = (
    table: typeof subscriptions | typeof watches | typeof filters | typeof saved | typeof deliveries,
    chatId: number,
  ) => db.select({ n: count() }).from(table).where(eq(table.chatId, chatId)).get()?.n ?? 0;
  return {
    async count(chatId) {
      return {
        subscriptions: rows(subscriptions, chatId),
        watches: rows(watches, chatId),
        filters: rows(filters, chatId),
        saved: rows(saved, chatId),
        deliveries: rows(deliveries, chatId),
      };
    },
    async listTopics(chatId) {
      const topics = [subscriptions, watches, filters].flatMap((table) =>
        db.selectDistinct({ topicId: table.topicId }).from(table).where(eq(table.chatId, chatId)).all(),
      );
      return [...new Set([0, ...topics.map(({ topicId }) => topicId)])].sort((a, b) => a - b);
    },
    async forget(chatId) {
      db.transaction(
        (tx) => {
          const watched = tx.select({ id: watches.queryId }).from(watches).where(eq(watches.chatId, chatId)).all();
          deleteChat(tx, chatId);
          // Words that nobody else follows are the chat's own as well.
          const others = tx.select({ id: watches.queryId }).from(watches);
          for (const { id } of watched) {
            tx.delete(watchQueries)
              .where(and(eq(watchQueries.id, id), notInArray(watchQueries.id, others)))
              .run();
          }
        },
        { behavior: 'immediate' },
      );
    },
  };
}
