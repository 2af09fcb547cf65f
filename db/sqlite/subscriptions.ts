import { and, asc, eq, sql } from 'drizzle-orm';
import type { Chat, SubscriptionStore } from '../../src/ports.js';
import { toCategory } from './categories.js';
import type { Database } from './database.js';
import { dropUnowed } from './owed.js';
import { categories, chats, deliveries, subscriptions, watches } from './schema.js';

export function createSubscriptionStore(db: Database): SubscriptionStore {
  return {
    async saveChat(id, type, now) {
      const seen = now.getTime();
      const row = db
        .insert(chats)
        .values({ id, type, firstSeenAt: seen, lastSeenAt: seen })
        .onConflictDoUpdate({ target: chats.id, set: { type, lastSeenAt: seen, state: 'active' } })
        .returning()
        .get();
      return toChat(row);
    },
    async markChatGone(chatId, now) {
      db.update(chats).set({ state: 'gone', lastSeenAt: now.getTime() }).where(eq(chats.id, chatId)).run();
    },
    async migrateChat(fromId, toId, now) {
      db.transaction(
        (tx) => {
          const existing = tx.select({ id: chats.id }).from(chats).where(eq(chats.id, toId)).get();
          if (!existing) {
            // The references follow by ON UPDATE CASCADE.
            tx.update(chats).set({ id: toId, type: 'supergroup', state: 'active' }).where(eq(chats.id, fromId)).run();
            return;
          }
          // The new chat spoke before we heard of the move: join what both own, and keep one of each.
          tx.run(sql`UPDATE OR IGNORE ${subscriptions} SET chat_id = ${toId} WHERE chat_id = ${fromId}`);
          tx.run(sql`UPDATE OR IGNORE ${watches} SET chat_id = ${toId} WHERE chat_id = ${fromId}`);
          tx.run(sql`UPDATE OR IGNORE ${deliveries} SET chat_id = ${toId} WHERE chat_id = ${fromId}`);
          tx.delete(watches).where(eq(watches.chatId, fromId)).run();
          tx.delete(subscriptions).where(eq(subscriptions.chatId, fromId)).run();
          tx.delete(deliveries).where(eq(deliveries.chatId, fromId)).run();
          tx.delete(chats).where(eq(chats.id, fromId)).run();
          tx.update(chats).set({ state: 'active', lastSeenAt: now.getTime() }).where(eq(chats.id, toId)).run();
        },
        { behavior: 'immediate' },
      );
    },
    async setLanguage(chatId, language) {
      db.update(chats).set({ language }).where(eq(chats.id, chatId)).run();
    },
    async findLanguage(chatId) {
      return (
        db.select({ language: chats.language }).from(chats).where(eq(chats.id, chatId)).get()?.language ?? undefined
      );
    },
    async subscribe(target, categoryId, now) {
      const result = db
        .insert(subscriptions)
        .values({ ...target, categoryId, createdAt: now.getTime() })
        .onConflictDoNothing()
        .run();
      return result.changes > 0;
    },
    async unsubscribe(target, categoryId) {
      const { chatId, topicId } = target;
      return db.transaction(
        (tx) => {
          const chat = and(eq(subscriptions.chatId, chatId), eq(subscriptions.topicId, topicId));
          const removed = tx
            .delete(subscriptions)
            .where(and(chat, eq(subscriptions.categoryId, categoryId)))
            .run().changes;
          if (removed > 0) dropUnowed(tx, target);
          return removed > 0;
        },
        { behavior: 'immediate' },
      );
    },
    async list(target) {
      return db
        .select({ category: categories })
        .from(subscriptions)
        .innerJoin(categories, eq(categories.id, subscriptions.categoryId))
        .where(and(eq(subscriptions.chatId, target.chatId), eq(subscriptions.topicId, target.topicId)))
        .orderBy(asc(subscriptions.id))
        .all()
        .map((row) => toCategory(row.category));
    },
  };
}

function toChat(row: typeof chats.$inferSelect): Chat {
  return { id: row.id, type: row.type, language: row.language ?? undefined };
}
