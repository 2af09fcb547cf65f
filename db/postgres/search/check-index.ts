import { sql } from 'drizzle-orm';
import type { IndexCheck } from '../../../src/ports.js';
import { analyzerVersion } from '../../../src/search/analyzer.js';
import { type Database, get } from '../database.js';
import { hasTermsIndex } from './terms-index.js';

interface Counts {
  readonly articles: number;
  readonly indexed: number;
  readonly missing: number;
  readonly stale: number;
  readonly is_current: boolean;
  readonly bytes: number;
}

/** Compares what is in the index with the articles, and changes nothing. */
export async function checkIndex(db: Database): Promise<IndexCheck> {
  // Both sides are read from an index that has what is compared: `articles_order` and `search_docs_order`.
  const counts = await get<Counts>(
    db,
    sql`WITH both_sides AS (
      SELECT count(a.id) AS articles, count(d.article_id) AS indexed,
        count(*) FILTER (WHERE d.article_id IS NULL) AS missing, count(*) FILTER (WHERE a.id IS NULL) AS stale
      FROM articles a FULL JOIN search_docs d ON d.order_at = a.order_at AND d.article_id = a.id
    ), outdated AS (
      SELECT count(*) AS articles FROM search_docs WHERE version <> ${analyzerVersion}
    )
    SELECT b.articles, b.indexed, b.missing + o.articles AS missing, b.stale, o.articles = 0 AS is_current,
      pg_total_relation_size('search_docs') AS bytes FROM both_sides b, outdated o`,
  );
  if (!counts) throw new Error('the database does not answer');
  const { articles, indexed, missing, stale, is_current: isCurrentVersion, bytes } = counts;
  // The server watches over its own pages.
  const isSound = await hasTermsIndex(db);
  return { articles, indexed, missing, stale, isCurrentVersion, isSound, bytes };
}
