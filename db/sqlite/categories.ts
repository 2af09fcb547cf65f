import { and, count, desc, eq, gt, gte } from 'drizzle-orm';
import { type Category, foldName } from '../../src/domain/category.js';
import type { CategoryStore } from '../../src/ports.js';
import type { Database } from './database.js';
import { articleCategories, categories } from './schema.js';

export function createCategoryStore(db: Database): CategoryStore {
  return {
    async list() {
      const hasArticles = gt(categories.articleCount, 0);
      return db
        .select()
        .from(categories)
        .where(hasArticles)
        .orderBy(desc(categories.articleCount), categories.name)
        .all()
        .map(toCategory);
    },
    async findOrCreate(name) {
      const foldedName = foldName(name);
      db.insert(categories).values({ name: name.trim(), foldedName }).onConflictDoNothing().run();
      const row = db.select().from(categories).where(eq(categories.foldedName, foldedName)).get();
      if (!row) throw new Error(`category ${foldedName} was not stored`);
      return toCategory(row);
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
