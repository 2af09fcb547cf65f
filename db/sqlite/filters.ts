import { and, asc, eq } from 'drizzle-orm';
import type { ChatTarget } from '../../src/domain/delivery.js';
import type { FilterStore } from '../../src/ports.js';
import type { Database } from './database.js';
import { dropUnowed } from './owed.js';
import { filters } from './schema.js';

export function createFilterStore(db: Database): FilterStore {
  const ofTarget = ({ chatId, topicId }: ChatTarget) => and(eq(filters.chatId, chatId), eq(filters.topicId, topicId));
  return {
    async set(target, { categoryId, included, excluded }) {
      const { chatId, topicId } = target;
      db.transaction(
        (tx) => {
          // A new number, not new words under the old one: that is how what is kept in memory hears of it.
          tx.delete(filters)
            .where(and(ofTarget(target), eq(filters.categoryId, categoryId)))
            .run();
          const words = { included: [...included], excluded: [...excluded] };
          tx.insert(filters)
            .values({ chatId, topicId, categoryId, ...words })
            .run();
          dropUnowed(tx, target);
        },
        { behavior: 'immediate' },
      );
    },
    async remove(target, categoryId) {
      const removed = db.delete(filters).where(and(ofTarget(target), eq(filters.categoryId, categoryId)));
      return removed.run().changes > 0;
    },
    async list(target) {
      const rows = db.select().from(filters).where(ofTarget(target)).orderBy(asc(filters.id)).all();
      const all = rows.map(({ categoryId, included, excluded }) => ({ categoryId, included, excluded }));
      return all.sort((a, b) => Number(a.categoryId > 0) - Number(b.categoryId > 0));
    },
  };
}
