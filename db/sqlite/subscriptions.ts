import { and, asc, eq, sql } from 'drizzle-orm';
import type { Chat, SubscriptionStore } from '../../src/ports.js';
import { toCategory } from './categories.js';
import type { Database } from './database.js';
import { articleCategories, categories, chats, deliveries, subscriptions } from './schema.js';

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
          tx.run(sql`UPDATE OR IGNORE ${deliveries} SET chat_id = ${toId} WHERE chat_id = ${fromId}`);
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
          // What another subscription of the chat asks for as well stays queued.
          tx.run(sql`
            DELETE FROM ${deliveries} WHERE chat_id = ${chatId} AND topic_id = ${topicId} AND state = 'pending'
            AND article_id IN (SELECT article_id FROM ${articleCategories} WHERE category_id = ${categoryId})
            AND NOT EXISTS (
              SELECT 1 FROM ${articleCategories} ac JOIN ${subscriptions} s ON s.category_id = ac.category_id
              WHERE ac.article_id = ${deliveries}.article_id AND s.chat_id = ${chatId} AND s.topic_id = ${topicId})`);
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
