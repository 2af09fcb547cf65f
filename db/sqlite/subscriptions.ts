import { and, asc, eq, gt } from 'drizzle-orm';
import type { SubscriptionStore } from '../../src/ports.js';
import { toCategory } from '../to-domain.js';
import type { Database } from './database.js';
import { dropUnowed } from './owed.js';
import { categories, filters, subscriptions, watches } from './schema.js';

export function createSubscriptionStore(db: Database): SubscriptionStore {
  return {
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
          if (removed === 0) return false;
          const own = and(eq(filters.chatId, chatId), eq(filters.topicId, topicId));
          tx.delete(filters)
            .where(and(own, eq(filters.categoryId, categoryId)))
            .run();
          dropUnowed(tx, target);
          return true;
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
    async listTopics(chatId) {
      const counts = new Map<number, number>();
      for (const table of [subscriptions, watches]) {
        const isTopic = and(eq(table.chatId, chatId), gt(table.topicId, 0));
        for (const { topicId } of db.select({ topicId: table.topicId }).from(table).where(isTopic).all()) {
          counts.set(topicId, (counts.get(topicId) ?? 0) + 1);
        }
      }
      return [...counts].map(([topicId, count]) => ({ topicId, count })).sort((a, b) => a.topicId - b.topicId);
    },
  };
}
