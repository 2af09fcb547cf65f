import { and, count, desc, eq, getTableColumns, gt, gte, sql } from 'drizzle-orm';
import { foldName } from '../../src/domain/category.js';
import type { CategoryStore } from '../../src/ports.js';
import { toCategory } from '../to-domain.js';
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
    async listBusiest(since, until, limit) {
      // One stretch of an index for every category: 10 ms for 120,000 rows in 2,000 of them.
      const recent = sql<number>`(SELECT count(*) FROM ${articleCategories} WHERE category_id = ${categories.id}
        AND order_at >= ${since.getTime()} AND order_at < ${until?.getTime() ?? Number.MAX_SAFE_INTEGER})`;
      const rows = db
        .select({ ...getTableColumns(categories), recent: recent.as('recent') })
        .from(categories)
        .where(gt(categories.articleCount, 0))
        .orderBy(sql`recent DESC`, categories.name)
        .limit(limit)
        .all();
      return rows.filter((row) => row.recent > 0).map((row) => ({ category: toCategory(row), articles: row.recent }));
    },
  };
}
