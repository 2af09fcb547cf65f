import { sql } from 'drizzle-orm';
import { Place } from '../../../src/search/match.js';
import type { SearchQuery } from '../../../src/search/query.js';
import { estimateDocuments, rarestOf, sampledDocuments, type TermSample } from '../../search/choose-terms.js';
import { areTermsExactWithRuns, mostRuns, requiredRuns, wantedTerms } from '../../search/wanted-terms.js';
import { arrayOf, textArrayOf } from '../database.js';
import { documentsWith, newestWith } from './documents.js';
import type { Snapshot } from './snapshot.js';
import { hasStoredRuns } from './stored-runs.js';
import { type Stretch, stretchesBack } from './stretches.js';

/**
 * Candidates beside those that are known, up to a limit, that SQLite would have to verify: it asks for the rarest terms of a
 * long text only. A result counts as small on both engines or on none, so that pages of one archive are the same on both.
 */
export async function countOthers(
  snapshot: Snapshot,
  query: SearchQuery,
  stretches: readonly Stretch[],
  { known, asOf, limit }: { readonly known: readonly number[]; readonly asOf: number; readonly limit: number },
): Promise<number> {
  const choices: (readonly string[])[] = [];
  wantedTerms(query, Place.Body, (terms) => {
    if (terms.length > 1) choices.push(terms);
    return terms;
  });
  if (choices.length === 0) return 0;
  const samples = await sampleTerms(snapshot, [...new Set(choices.flat())]);
  const end = snapshot.newestArticle + 1;
  const choose = rarestOf(
    (term) => estimateDocuments(samples.get(term) ?? { documents: 0, oldest: 0 }, end),
    () => end,
  );
  if (choices.every((terms) => choose(terms).length === terms.length)) return 0;
  const required = requiredRuns(query);
  const runs = hasStoredRuns(required.slice(0, mostRuns));
  // What can be looked through and has the runs is known already when nothing but they decides.
  const isPossible =
    areTermsExactWithRuns(query) && required.length > 0 ? sql`false` : required.length > 0 ? runs : sql`true`;
  const [counted] = await snapshot.rows<{ n: number }>(
    sql`SELECT count(*) AS n FROM (
      SELECT 1 FROM ${documentsWith(stretches, wantedTerms(query, Place.Body, choose))}
      WHERE d.article_id <= ${asOf} AND d.article_id <> ALL(${arrayOf(known)}) AND (NOT d.is_plain OR ${isPossible})
      LIMIT ${limit}) others`,
  );
  return counted?.n ?? 0;
}

async function sampleTerms(snapshot: Snapshot, terms: readonly string[]): Promise<ReadonlyMap<string, TermSample>> {
  const { span } = snapshot;
  const everything = span ? stretchesBack(span.newest, span.oldest) : [];
  const samples = await snapshot.rows<TermSample & { readonly term: string }>(
    sql`SELECT t.term, n.documents, n.oldest FROM unnest(${textArrayOf(terms)}) AS t (term) CROSS JOIN LATERAL (
      SELECT count(*) AS documents, coalesce(min(article_id), 0) AS oldest
      FROM (SELECT d.article_id FROM ${newestWith(everything, sql`t.term`)} LIMIT ${sampledDocuments}) d) n`,
  );
  return new Map(samples.map((sample) => [sample.term, sample]));
}
