import { and, count, desc, eq, gte } from 'drizzle-orm';
import type { Category } from '../../src/domain/category.js';
import type { CategoryStore } from '../../src/ports.js';
import type { Database } from './database.js';
import { articleCategories, categories } from './schema.js';

export function createCategoryStore(db: Database): CategoryStore {
  return {
    async list() {
      return db.select().from(categories).orderBy(desc(categories.articleCount), categories.name).all().map(toCategory);
    },
    async find(categoryId) {
      const row = db.select().from(categories).where(eq(categories.id, categoryId)).get();
      return row && toCategory(row);
    },
    async countArticlesSince(categoryId, since) {
      const inCategory = eq(articleCategories.categoryId, categoryId);
      const recent = gte(articleCategories.orderAt, since.getTime());
      return db.select({ n: count() }).from(articleCategories).where(and(inCategory, recent)).get()?.n ?? 0;
    },
  };
}

export function toCategory(row: typeof categories.$inferSelect): Category {
  return { id: row.id, name: row.name, slug: row.slug ?? undefined, articleCount: row.articleCount };
}
