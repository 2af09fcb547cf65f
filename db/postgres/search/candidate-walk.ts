import { type SQL, sql } from 'drizzle-orm';
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
import { documentsWith, newestFirst, unwholeDocuments } from './documents.js';
import type { Snapshot } from './snapshot.js';
import { hasStoredRuns } from './stored-runs.js';
import { type Stretch, stretchesBack } from './stretches.js';

/** A document that the index gives for a query, not yet verified. */
export interface Candidate extends Ordered {
  /** All of its terms are in the index, as the analyzer of this version makes them. */
  readonly isKnown: boolean;
  /** Whether the query's runs (`requiredRuns`) are in its text; undefined: they could not be looked for there. */
  readonly hasRuns: boolean | undefined;
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

interface CandidateRow {
  readonly article_id: number;
  readonly order_at: number;
  readonly is_known: boolean;
  readonly is_plain: boolean;
  readonly has_runs: boolean | null;
}

export function openWalk(snapshot: Snapshot, query: SearchQuery): CandidateWalk {
  const required = requiredRuns(query);
  const hasRuns = hasStoredRuns(required.slice(0, mostRuns));
  const oldest = Math.max(snapshot.span?.oldest ?? 0, query.from?.getTime() ?? Number.NEGATIVE_INFINITY);
  const until = query.until?.getTime() ?? Number.POSITIVE_INFINITY;
  const newest = Math.min(snapshot.span?.newest ?? Number.NEGATIVE_INFINITY, until - 1);
  const wantedIn = (place: Place) => wantedTerms(query, place, chooseSome);

  async function* walk(wanted: WantedTerms, behind: Ordered | undefined): Batches {
    let last = behind;
    for (let batch = 0; ; batch += 1) {
      const limit = batchSizes[batch] ?? batchSizes[2];
      const stretches = stretchesBack(Math.min(newest, last?.orderAt ?? newest), oldest);
      if (stretches.length === 0) return;
      const found = newestFirst(stretches, wanted, query, snapshot.hasUnwhole);
      const isBehind = last ? sql`(d.order_at, d.article_id) < (${last.orderAt}, ${last.articleId})` : sql`true`;
      const rows = await snapshot.rows<CandidateRow>(
        sql`SELECT d.article_id, d.order_at, d.is_known, d.is_plain, ${hasRuns} AS has_runs
          FROM (SELECT d.* FROM ${found} WHERE ${isBehind} LIMIT ${limit}) d`,
      );
      const candidates = rows.filter((row) => !(row.is_plain && row.has_runs === false)).map(toCandidate);
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
    withTerms: (stretches) => documentsWith(stretches, wantedIn(Place.Body)),
    async listUnwhole(stretches) {
      if (!snapshot.hasUnwhole) return [];
      const rows = await snapshot.rows<CandidateRow>(
        sql`SELECT d.*, NULL AS has_runs FROM ${unwholeDocuments(stretches, query)}`,
      );
      return rows.map(toCandidate);
    },
  };
}

const toCandidate = (row: CandidateRow): Candidate => ({
  articleId: row.article_id,
  orderAt: row.order_at,
  isKnown: row.is_known,
  hasRuns: row.has_runs ?? undefined,
});

/** Some of many, from all over the text. */
const chooseSome: ChooseTerms = (terms) => {
  const portion = (at: number) => Math.floor((at * mostTerms) / terms.length);
  return terms.length <= mostTerms ? terms : terms.filter((_, at) => at === 0 || portion(at) > portion(at - 1));
};
