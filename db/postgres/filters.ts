import { and, asc, eq } from 'drizzle-orm';
import type { ChatTarget } from '../../src/domain/delivery.js';
import type { FilterStore } from '../../src/ports.js';
import { type Database, inTransaction, lockArchive } from './database.js';
import { dropUnowed } from './owed.js';
import { filters } from './schema.js';

export function createFilterStore(db: Database): FilterStore {
  const ofTarget = ({ chatId, topicId }: ChatTarget) => and(eq(filters.chatId, chatId), eq(filters.topicId, topicId));
  return {
    async set(target, { categoryId, included, excluded }) {
      const { chatId, topicId } = target;
      const words = { included: [...included], excluded: [...excluded] };
      await inTransaction(db, async (tx) => {
        // Whoever stores articles reads the filters that are new to it by their numbers, which have to come to light in order.
        await lockArchive(tx);
        // A new number, not new words under the old one: that is how what is kept in memory hears of it.
        await tx.delete(filters).where(and(ofTarget(target), eq(filters.categoryId, categoryId)));
        await tx.insert(filters).values({ chatId, topicId, categoryId, ...words });
        await dropUnowed(tx, target);
      });
    },
    async remove(target, categoryId) {
      const removed = db.delete(filters).where(and(ofTarget(target), eq(filters.categoryId, categoryId)));
      return (await removed.returning({ id: filters.id })).length > 0;
    },
    async list(target) {
      const rows = await db.select().from(filters).where(ofTarget(target)).orderBy(asc(filters.id));
      const all = rows.map(({ categoryId, included, excluded }) => ({ categoryId, included, excluded }));
      return all.sort((a, b) => Number(a.categoryId > 0) - Number(b.categoryId > 0));
    },
  };
}
