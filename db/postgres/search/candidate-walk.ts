import { type SQL, sql } from 'drizzle-orm';
import { analyzerVersion } from '../../../src/search/analyzer.js';
import { Place } from '../../../src/search/match.js';
import type { SearchQuery } from '../../../src/search/query.js';
import type { Ordered } from '../../search/order.js';
import {
  areTermsExactWithRuns,
  asOne,
  type ChooseTerms,
  mostRuns,
  requiredRuns,
  type WantedTerms,
  wantedTerms,
} from '../../search/wanted-terms.js';
import { arrayOf } from '../database.js';
import type { Snapshot } from './snapshot.js';
import { type Stretch, stretchesBack, termsOfDoc } from './stretches.js';
import { toTermsQuery } from './terms-query.js';

/** A document that the index gives for a query, not yet verified. */
export interface Candidate extends Ordered {
  /** All of its terms are in the index, as the analyzer of this version makes them. */
  readonly isKnown: boolean;
  /** The query's runs (`requiredRuns`) were looked for in its text and are there. */
  readonly hasRuns: boolean;
}

export type Batches = AsyncGenerator<readonly Candidate[]>;

/** Walks through the documents that the index gives for one query; what they are worth is verified elsewhere. */
export interface CandidateWalk {
  /** Newest first, those of the wanted time, behind a place in that order; some at a time. */
  walk(place: Place, behind?: Ordered): Batches;
  /** The same without those that have the terms for a better place. */
  walkWithout(better: Place, place: Place, behind?: Ordered): Batches;
  /** Known candidates that have the runs satisfy the query: nothing else is left to verify. */
  readonly isExactWithRuns: boolean;
  /** The stretches of the wanted time, newest first. */
  readonly stretches: readonly Stretch[];
  /** Those that have the terms, in no order: rows of `d` (article_id, order_at) for a FROM clause. */
  withTerms(stretches: readonly Stretch[]): SQL;
  /** Those that may have them, because their texts have too many: hardly any. */
  listUnwhole(stretches: readonly Stretch[]): Promise<readonly Candidate[]>;
}

/** A page needs a few candidates, a count many. Where texts are looked into, a thousand take some 30 ms. */
const batchSizes = [64, 256, 1_024] as const;
/** Of a phrase; what has so many of its terms nearly always has the others. */
const mostTerms = 12;
/** Where a text can stand in an article as it is stored. */
const searchedColumns = ['text', 'title', 'outline', 'byline'] as const;

interface CandidateRow {
  readonly article_id: number;
  readonly order_at: number;
  readonly is_known: boolean;
  /** Null: it could not be told. */
  readonly has_runs: boolean | null;
}

export function openWalk(snapshot: Snapshot, query: SearchQuery): CandidateWalk {
  const required = requiredRuns(query);
  const hasRuns = findRuns(required.slice(0, mostRuns));
  const oldest = Math.max(snapshot.span?.oldest ?? 0, query.from?.getTime() ?? Number.NEGATIVE_INFINITY);
  const until = query.until?.getTime() ?? Number.POSITIVE_INFINITY;
  const newest = Math.min(snapshot.span?.newest ?? Number.NEGATIVE_INFINITY, until - 1);
  const wantedIn = (place: Place) => wantedTerms(query, place, chooseSome);

  /**
   * A stretch is looked up only when those before it were not enough, and what it gives is sorted by itself: so the first rows
   * are the newest of all, however many there are.
   */
  const candidatesIn = (stretches: readonly Stretch[], wanted: WantedTerms): SQL => {
    const unwhole = snapshot.hasUnwhole ? sql`UNION ALL ${unwholeIn(query)}` : sql``;
    return sql`${asked(stretches, wanted)} CROSS JOIN LATERAL (
      ${knownIn} ${unwhole} ORDER BY order_at DESC, article_id DESC) d`;
  };
  async function* walk(wanted: WantedTerms, behind: Ordered | undefined): Batches {
    let last = behind;
    for (let batch = 0; ; batch += 1) {
      const limit = batchSizes[batch] ?? batchSizes[2];
      const stretches = stretchesBack(Math.min(newest, last?.orderAt ?? newest), oldest);
      if (stretches.length === 0) return;
      const isBehind = last ? sql`(d.order_at, d.article_id) < (${last.orderAt}, ${last.articleId})` : sql`true`;
      const rows = await snapshot.rows<CandidateRow>(
        sql`SELECT d.article_id, d.order_at, d.is_known, ${hasRuns} AS has_runs FROM (
          SELECT d.* FROM ${candidatesIn(stretches, wanted)} WHERE ${isBehind} LIMIT ${limit}) d`,
      );
      const candidates = rows.filter(({ has_runs }) => has_runs !== false).map(toCandidate);
      if (candidates.length > 0) yield candidates;
      const end = rows.at(-1);
      if (!end || rows.length < limit) return;
      last = { orderAt: end.order_at, articleId: end.article_id };
    }
  }

  return {
    walk: (place, behind) => walk(wantedIn(place), behind),
    walkWithout(better, place, behind) {
      const { all, none } = wantedIn(place);
      return walk({ all, none: [...none, asOne({ all: wantedIn(better).all, none: [] })] }, behind);
    },
    isExactWithRuns: required.length <= mostRuns && areTermsExactWithRuns(query),
    stretches: stretchesBack(newest, oldest),
    withTerms: (stretches) => sql`${asked(stretches, wantedIn(Place.Body))} CROSS JOIN LATERAL (${knownIn}) d`,
    async listUnwhole(stretches) {
      if (!snapshot.hasUnwhole) return [];
      const rows = await snapshot.rows<CandidateRow>(
        sql`SELECT d.*, NULL AS has_runs FROM ${asked(stretches, { all: [], none: [] })} CROSS JOIN LATERAL (${unwholeIn(query)}) d`,
      );
      return rows.map(toCandidate);
    },
  };
}

const toCandidate = (row: CandidateRow): Candidate => ({
  articleId: row.article_id,
  orderAt: row.order_at,
  isKnown: row.is_known,
  hasRuns: row.has_runs === true,
});

/** Some of many, from all over the text. */
const chooseSome: ChooseTerms = (terms) => {
  const portion = (at: number) => Math.floor((at * mostTerms) / terms.length);
  return terms.length <= mostTerms ? terms : terms.filter((_, at) => at === 0 || portion(at) > portion(at - 1));
};

/** Stretches as rows of `s`. */
function asked(stretches: readonly Stretch[], wanted: WantedTerms): SQL {
  const rows = stretches.map((stretch) => ({
    query: toTermsQuery(wanted, stretch),
    low: stretch.from,
    high: stretch.to,
  }));
  return sql`json_to_recordset(${JSON.stringify(rows)}::json) AS s (query text, low bigint, high bigint)`;
}

/** The sum keeps the time from being looked up in its own index, which would have to read the terms of every document of it. */
const isWithin = sql`order_at + 0 BETWEEN s.low AND s.high`;

/** What has the terms of a stretch `s`. */
const knownIn = sql`SELECT article_id, order_at, version = ${analyzerVersion} AS is_known, is_plain FROM search_docs
  WHERE ${termsOfDoc} @@ s.query::tsquery AND ${isWithin}`;

/** What may have them and is filed rightly. */
function unwholeIn({ categoryIds, excludedCategoryIds }: SearchQuery): SQL {
  const filedUnder = (ids: readonly number[]) => sql`EXISTS (SELECT 1 FROM article_categories c
    WHERE c.article_id = n.article_id AND c.category_id = ANY(${arrayOf(ids)}))`;
  const isFiled = categoryIds ? filedUnder(categoryIds) : sql`true`;
  const isExcluded = excludedCategoryIds.length > 0 ? filedUnder(excludedCategoryIds) : sql`false`;
  return sql`SELECT article_id, order_at, false AS is_known, false AS is_plain FROM search_docs n
    WHERE NOT is_whole AND ${isWithin} AND ${isFiled} AND NOT ${isExcluded}`;
}

/** Whether all runs are in a document `d` as it is stored: an expression that reads the article, and null where that does not tell. */
function findRuns(runs: readonly string[]): SQL {
  if (runs.length === 0) return sql`NULL::boolean`;
  const isIn = (run: string) =>
    sql.join(
      searchedColumns.map((column) => sql`strpos(coalesce(a.${sql.identifier(column)}, ''), ${run}) > 0`),
      sql` OR `,
    );
  const areIn = sql.join(
    runs.map((run) => sql`(${isIn(run)})`),
    sql` AND `,
  );
  return sql`CASE WHEN d.is_plain AND d.is_known THEN (SELECT ${areIn} FROM articles a WHERE a.id = d.article_id) END`;
}
