import { and, asc, eq, notExists, sql } from 'drizzle-orm';
import type { ChatTarget } from '../../src/domain/delivery.js';
import type { WatchStore } from '../../src/ports.js';
import { hasText } from './columns.js';
import { arrayOf, type Database, inTransaction, lockArchive, type Transaction } from './database.js';
import { dropUnowed } from './owed.js';
import { watches, watchQueries } from './schema.js';

export function createWatchStore(db: Database): WatchStore {
  const ofTarget = ({ chatId, topicId }: ChatTarget) => and(eq(watches.chatId, chatId), eq(watches.topicId, topicId));
  const shown = { id: watchQueries.id, text: watchQueries.text };
  return {
    async watch({ chatId, topicId }, text, { categoryIds, excludedCategoryIds }, now) {
      const wanted = {
        text,
        categoryIds: [...(categoryIds ?? [])].sort(ascending),
        excludedCategoryIds: [...excludedCategoryIds].sort(ascending),
      };
      return inTransaction(db, async (tx) => {
        // Whoever stores articles reads the queries that are new to it by their numbers, and nobody gives them up meanwhile.
        await lockArchive(tx);
        const query = await findOrCreate(tx, wanted);
        const added = await tx
          .insert(watches)
          .values({ chatId, topicId, queryId: query.id, createdAt: now.getTime() })
          .onConflictDoNothing()
          .returning({ id: watches.queryId });
        return { watch: { id: query.id, text: query.text }, isNew: added.length > 0 };
      });
    },
    async unwatch(target, watchId) {
      return inTransaction(db, async (tx) => {
        await lockArchive(tx);
        const removed = await tx
          .delete(watches)
          .where(and(ofTarget(target), eq(watches.queryId, watchId)))
          .returning({ id: watches.queryId });
        if (removed.length === 0) return false;
        await dropUnowed(tx, target);
        await dropUnwatched(tx, [watchId]);
        return true;
      });
    },
    async find(watchId) {
      const [watch] = await db.select(shown).from(watchQueries).where(eq(watchQueries.id, watchId));
      return watch;
    },
    async list(target) {
      return db
        .select(shown)
        .from(watches)
        .innerJoin(watchQueries, eq(watchQueries.id, watches.queryId))
        .where(ofTarget(target))
        .orderBy(asc(watches.createdAt), asc(watchQueries.id));
    },
  };
}

/** Drops those of some queries that nobody follows any more, in a transaction that has the archive to itself. */
export async function dropUnwatched(tx: Transaction, queryIds: readonly number[]): Promise<void> {
  const followed = tx.select({ id: watches.queryId }).from(watches).where(eq(watches.queryId, watchQueries.id));
  await tx.delete(watchQueries).where(and(sql`${watchQueries.id} = ANY(${arrayOf(queryIds)})`, notExists(followed)));
}

type NewQuery = Pick<typeof watchQueries.$inferSelect, 'text' | 'categoryIds' | 'excludedCategoryIds'>;

async function findOrCreate(tx: Transaction, wanted: NewQuery): Promise<typeof watchQueries.$inferSelect> {
  const same = and(
    hasText(watchQueries.text, wanted.text),
    eq(watchQueries.categoryIds, wanted.categoryIds),
    eq(watchQueries.excludedCategoryIds, wanted.excludedCategoryIds),
  );
  const [known] = await tx.select().from(watchQueries).where(same);
  if (known) return known;
  const [query] = await tx.insert(watchQueries).values(wanted).returning();
  if (!query) throw new Error('watch query was not stored');
  return query;
}

const ascending = (a: number, b: number) => a - b;
