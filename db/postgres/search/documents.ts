import { type SQL, sql } from 'drizzle-orm';
import { analyzerVersion } from '../../../src/search/analyzer.js';
import type { SearchQuery } from '../../../src/search/query.js';
import type { WantedTerms } from '../../search/wanted-terms.js';
import { arrayOf } from '../database.js';
import { type Stretch, termsOfDoc } from './stretches.js';
import { toTermsQuery } from './terms-query.js';

/** SQL that finds documents in the index. */

/** The sum keeps the time from being looked up in its own index, which would have to read the terms of every document of it. */
const isWithin = sql`order_at + 0 BETWEEN s.low AND s.high`;

const knownIn = (query: SQL): SQL => sql`
  SELECT article_id, order_at, version = ${analyzerVersion} AS is_known,
    is_plain AND version = ${analyzerVersion} AS is_plain, is_literal AND version = ${analyzerVersion} AS is_literal
  FROM search_docs WHERE ${termsOfDoc} @@ ${query}::tsquery AND ${isWithin}`;

const inOrder = sql`ORDER BY order_at DESC, article_id DESC`;

/** What has the wanted terms, in no order, as rows of `d` for a FROM clause. */
export function documentsWith(stretches: readonly Stretch[], wanted: WantedTerms): SQL {
  return sql`${asked(stretches, wanted)} CROSS JOIN LATERAL (${knownIn(sql`s.query`)}) d`;
}

/** What has one term, an SQL expression, the newest first, as rows of `d`. */
export function newestWith(stretches: readonly Stretch[], term: SQL): SQL {
  return sql`${asked(stretches, { all: [{ kind: 'term', term: placeholder }], none: [] })}
    CROSS JOIN LATERAL (${knownIn(sql`replace(s.query, ${placeholder}, ${term})`)} ${inOrder}) d`;
}

/** No text has it. */
const placeholder = '\u0001';

/**
 * What can satisfy a query, the newest first, as rows of `d`: what has the wanted terms, and of what has too many for the
 * index (`search_docs_not_whole`, hardly any) all that is filed rightly. A stretch is looked up only when those before it were
 * not enough, and what it gives is sorted by itself: so the first rows are the newest of all, however many there are.
 */
export function newestFirst(
  stretches: readonly Stretch[],
  wanted: WantedTerms,
  query: SearchQuery,
  hasUnwhole: boolean,
): SQL {
  const unwhole = hasUnwhole ? sql`UNION ALL ${unwholeIn(query)}` : sql``;
  return sql`${asked(stretches, wanted)} CROSS JOIN LATERAL (${knownIn(sql`s.query`)} ${unwhole} ${inOrder}) d`;
}

/** Only the second part of these, in no order. */
export function unwholeDocuments(stretches: readonly Stretch[], query: SearchQuery): SQL {
  return sql`${asked(stretches, { all: [], none: [] })} CROSS JOIN LATERAL (${unwholeIn(query)}) d`;
}

function unwholeIn({ categoryIds, excludedCategoryIds }: SearchQuery): SQL {
  const filedUnder = (ids: readonly number[]) => sql`EXISTS (SELECT 1 FROM article_categories c
    WHERE c.article_id = n.article_id AND c.category_id = ANY(${arrayOf(ids)}))`;
  const isFiled = categoryIds ? filedUnder(categoryIds) : sql`true`;
  const isExcluded = excludedCategoryIds.length > 0 ? filedUnder(excludedCategoryIds) : sql`false`;
  return sql`SELECT article_id, order_at, false AS is_known, false AS is_plain, false AS is_literal FROM search_docs n
    WHERE NOT is_whole AND ${isWithin} AND ${isFiled} AND NOT ${isExcluded}`;
}

/** Stretches as rows of `s`. */
function asked(stretches: readonly Stretch[], wanted: WantedTerms): SQL {
  const rows = stretches.map((stretch) => ({
    query: toTermsQuery(wanted, stretch),
    low: stretch.from,
    high: stretch.to,
  }));
  return sql`json_to_recordset(${JSON.stringify(rows)}::json) AS s (query text, low bigint, high bigint)`;
}
