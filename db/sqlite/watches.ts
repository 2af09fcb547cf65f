import { and, asc, count, eq } from 'drizzle-orm';
import type { WatchStore } from '../../src/ports.js';
import type { Database } from './database.js';
import { dropUnowed } from './owed.js';
import { watches, watchQueries } from './schema.js';

export function createWatchStore(db: Database): WatchStore {
  return {
    async watch({ chatId, topicId }, text, { categoryIds, excludedCategoryIds }, now) {
      return db.transaction(
        (tx) => {
          const wanted = {
            text,
            categoryIds: [...(categoryIds ?? [])].sort(ascending),
            excludedCategoryIds: [...excludedCategoryIds].sort(ascending),
          };
          tx.insert(watchQueries).values(wanted).onConflictDoNothing().run();
          const same = and(
            eq(watchQueries.text, wanted.text),
            eq(watchQueries.categoryIds, wanted.categoryIds),
            eq(watchQueries.excludedCategoryIds, wanted.excludedCategoryIds),
          );
          const query = tx.select().from(watchQueries).where(same).get();
          if (!query) throw new Error('watch query was not stored');
          const added = tx
            .insert(watches)
            .values({ chatId, topicId, queryId: query.id, createdAt: now.getTime() })
            .onConflictDoNothing()
            .run();
          return { watch: { id: query.id, text: query.text }, isNew: added.changes > 0 };
        },
        { behavior: 'immediate' },
      );
    },
    async unwatch(target, watchId) {
      return db.transaction(
        (tx) => {
          const own = and(eq(watches.chatId, target.chatId), eq(watches.topicId, target.topicId));
          const removed = tx
            .delete(watches)
            .where(and(own, eq(watches.queryId, watchId)))
            .run().changes;
          if (removed === 0) return false;
          dropUnowed(tx, target);
          const left = tx.select({ n: count() }).from(watches).where(eq(watches.queryId, watchId)).get()?.n;
          if (left === 0) tx.delete(watchQueries).where(eq(watchQueries.id, watchId)).run();
          return true;
        },
        { behavior: 'immediate' },
      );
    },
    async find(watchId) {
      return db
        .select({ id: watchQueries.id, text: watchQueries.text })
        .from(watchQueries)
        .where(eq(watchQueries.id, watchId))
        .get();
    },
    async list({ chatId, topicId }) {
      return db
        .select({ id: watchQueries.id, text: watchQueries.text })
        .from(watches)
        .innerJoin(watchQueries, eq(watchQueries.id, watches.queryId))
        .where(and(eq(watches.chatId, chatId), eq(watches.topicId, topicId)))
        .orderBy(asc(watches.createdAt), asc(watchQueries.id))
        .all();
    },
  };
}

const ascending = (a: number, b: number) => a - b;
