import { sql } from 'drizzle-orm';
import type { Heading } from '../../../src/domain/article.js';
import { arrayOf, run, type Transaction } from '../database.js';
import { searchDocs } from '../schema.js';

/** An article as it is searched, in the state that its transaction leaves it in. */
export interface IndexedArticleInput {
  readonly id: number;
  /** UTC milliseconds. */
  readonly orderAt: number;
  readonly title: string | undefined;
  readonly byline: string | undefined;
  readonly outline: readonly Heading[];
  readonly text: string;
  readonly categoryIds: readonly number[];
}

/** Lets searches find articles as they are now, in the transaction that writes them. */
export async function indexArticles(_tx: Transaction, _articles: readonly IndexedArticleInput[]): Promise<void> {
  // PLACEHOLDER
}

/** Takes articles out of what searches find, before they are removed. */
export async function unindexArticles(tx: Transaction, ids: readonly number[]): Promise<void> {
  // PLACEHOLDER
  await run(tx, sql`DELETE FROM ${searchDocs} WHERE article_id = ANY(${arrayOf(ids)})`);
}
