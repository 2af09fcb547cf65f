import { and, eq, isNull } from 'drizzle-orm';
import { type CategoryName, foldName } from '../../src/domain/category.js';
import { hasHash, hashOfText } from './columns.js';
import type { Transaction } from './database.js';
import { categories } from './schema.js';

/** The id of the category that a post is filed under, made when there is none yet. */
export type CategoryFinder = (name: CategoryName) => Promise<number>;

interface Known {
  readonly id: number;
  readonly slug: string | null;
}

/** Categories that were looked up before: they are few, and never removed. By the hash of the folded name. */
export type KnownCategories = Map<string, Known>;

/**
 * `found` takes up what this transaction learns, to be remembered when it is committed. `names`: what is going to be asked
 * for, looked up together.
 */
export async function createCategoryFinder(
  tx: Transaction,
  names: readonly CategoryName[],
  known: ReadonlyMap<string, Known>,
  found: KnownCategories,
): Promise<CategoryFinder> {
  const look = async (hashes: readonly string[]) => {
    if (hashes.length === 0) return;
    const rows = await tx.select().from(categories).where(hasHash(categories.foldedName, hashes));
    for (const { id, foldedName, slug } of rows) found.set(hashOfText(foldedName), { id, slug });
  };
  const hashes = new Set(names.map(({ name }) => hashOfText(foldName(name))));
  await look([...hashes].filter((hash) => !known.has(hash)));
  return async ({ name, slug }) => {
    const foldedName = foldName(name);
    const hash = hashOfText(foldedName);
    const get = () => found.get(hash) ?? known.get(hash);
    if (!get()) {
      // Somebody who waits for its first article may make it at the same time.
      await tx.insert(categories).values({ name, foldedName, slug }).onConflictDoNothing();
      await look([hash]);
    }
    const category = get();
    if (!category) throw new Error(`category ${foldedName} was not stored`);
    if (slug && !category.slug) {
      // A medium's name made the category first, and now a post that is filed under it brings its slug.
      await tx
        .update(categories)
        .set({ slug })
        .where(and(eq(categories.id, category.id), isNull(categories.slug)));
      found.set(hash, { id: category.id, slug });
    }
    return category.id;
  };
}
