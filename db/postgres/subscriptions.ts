import { and, asc, eq, sql } from 'drizzle-orm';
import type { SubscriptionStore } from '../../src/ports.js';
import { toCategory } from '../to-domain.js';
import { all, changesOf, type Database, inTransaction, lockArchive } from './database.js';
import { dropUnowed } from './owed.js';
import { categories, filters, subscriptions, watches } from './schema.js';

export function createSubscriptionStore(db: Database): SubscriptionStore {
  return {
    async subscribe(target, categoryId, now) {
      const inserted = await db
        .insert(subscriptions)
        .values({ ...target, categoryId, createdAt: now.getTime() })
        .onConflictDoNothing();
      return changesOf(inserted) > 0;
    },
    async unsubscribe(target, categoryId) {
      const own = (table: typeof subscriptions | typeof filters) =>
        and(eq(table.chatId, target.chatId), eq(table.topicId, target.topicId), eq(table.categoryId, categoryId));
      return inTransaction(db, async (tx) => {
        // Nothing is queued because of it meanwhile.
        await lockArchive(tx);
        if (changesOf(await tx.delete(subscriptions).where(own(subscriptions))) === 0) return false;
        await tx.delete(filters).where(own(filters));
        await dropUnowed(tx, target);
        return true;
      });
    },
    async list(target) {
      const rows = await db
        .select({ category: categories })
        .from(subscriptions)
        .innerJoin(categories, eq(categories.id, subscriptions.categoryId))
        .where(and(eq(subscriptions.chatId, target.chatId), eq(subscriptions.topicId, target.topicId)))
        .orderBy(asc(subscriptions.id));
      return rows.map(({ category }) => toCategory(category));
    },
    async listTopics(chatId) {
      const rows = await all<{ topic_id: number; count: number }>(
        db,
        sql`SELECT topic_id, count(*) AS count FROM (
            SELECT topic_id FROM ${subscriptions} WHERE chat_id = ${chatId} AND topic_id > 0
            UNION ALL SELECT topic_id FROM ${watches} WHERE chat_id = ${chatId} AND topic_id > 0
          ) followed GROUP BY topic_id ORDER BY topic_id`,
      );
      return rows.map(({ topic_id, count }) => ({ topicId: topic_id, count }));
    },
  };
}
