import { and, count, desc, eq, gt, gte, sql } from 'drizzle-orm';
import { foldName } from '../../src/domain/category.js';
import type { CategoryStore } from '../../src/ports.js';
import { type CategoryRow, toCategory } from '../to-domain.js';
import { hasText, inByteOrder, isNumber } from './columns.js';
import { all, type Database } from './database.js';
import { articleCategories, categories } from './schema.js';

export function createCategoryStore(db: Database): CategoryStore {
  return {
    async list() {
      const rows = await db
        .select()
        .from(categories)
        .where(gt(categories.articleCount, 0))
        .orderBy(desc(categories.articleCount), inByteOrder(categories.name));
      return rows.map(toCategory);
    },
    async findOrCreate(name) {
      const foldedName = foldName(name);
      await db.insert(categories).values({ name: name.trim(), foldedName }).onConflictDoNothing();
      const [row] = await db.select().from(categories).where(hasText(categories.foldedName, foldedName));
      if (!row) throw new Error(`category ${foldedName} was not stored`);
      return toCategory(row);
    },
    async find(categoryId) {
      if (!isNumber(categoryId)) return undefined;
      const [row] = await db.select().from(categories).where(eq(categories.id, categoryId));
      return row && toCategory(row);
    },
    async countArticlesSince(categoryId, since) {
      const inCategory = eq(articleCategories.categoryId, categoryId);
      const recent = gte(articleCategories.orderAt, since.getTime());
      const [row] = await db.select({ n: count() }).from(articleCategories).where(and(inCategory, recent));
      return row?.n ?? 0;
    },
    async listBusiest(since, until, limit) {
      // One stretch of `article_categories_order` for every category.
      const rows = await all<{ id: number; name: string; slug: string | null; article_count: number; recent: number }>(
        db,
        sql`SELECT c.id, c.name, c.slug, c.article_count, r.recent FROM ${categories} c
          CROSS JOIN LATERAL (SELECT count(*) AS recent FROM ${articleCategories} ac WHERE ac.category_id = c.id
            AND ac.order_at >= ${since.getTime()} AND ac.order_at < ${until?.getTime() ?? Number.MAX_SAFE_INTEGER}) r
          WHERE c.article_count > 0 AND r.recent > 0
          ORDER BY r.recent DESC, c.name COLLATE "C" LIMIT ${limit}`,
      );
      return rows.map(({ article_count, recent, ...row }) => {
        const category: CategoryRow = { ...row, articleCount: article_count };
        return { category: toCategory(category), articles: recent };
      });
    },
  };
}
