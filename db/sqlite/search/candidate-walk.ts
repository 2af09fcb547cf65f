import { Place } from '../../../src/search/match.js';
import type { SearchQuery } from '../../../src/search/query.js';
import type { Budget } from '../../search/budget.js';
import { estimateDocuments, rarestOf, sampledDocuments } from '../../search/choose-terms.js';
import { areTermsExactWithRuns, mostRuns, requiredRuns, searchedColumns } from '../../search/wanted-terms.js';
import type { SqliteClient } from '../driver.js';
import { archiveSchema } from './index-file.js';
import { toMatchExpression } from './index-terms.js';
import type { Candidate } from './ordered-hits.js';

/** Walks through the documents that the index gives for one query; what they are worth is verified elsewhere. */
export interface CandidateWalk {
  /** By falling document number, those of the wanted time, and no newer than `newest` (UTC ms). Only one walk at a time. */
  walk(place: Place, newest?: number): Generator<Candidate>;
  /** Plain candidates satisfy the query: its runs were looked for in them already, and nothing else is left to verify. */
  readonly isExactForPlain: boolean;
  /** How many candidates there are at all, up to a limit and one more, without regard to time. */
  countUpTo(limit: number): number;
}

export type OpenWalk = (query: SearchQuery, budget: Budget) => CandidateWalk;

/** `isAttached`: the index has the database beside it as `archiveSchema`, so that a join can look into an article's text. */
export function createCandidateWalks(index: SqliteClient, isAttached: boolean): OpenWalk {
  const columns = `d.docid, d.article_id AS articleId, d.order_at AS orderAt, d.newest_before AS newestBefore, d.is_plain AS isPlain`;
  const candidates = index.prepare(`
    SELECT ${columns} FROM terms t CROSS JOIN docs d ON d.docid = t.rowid WHERE terms MATCH ? AND d.order_at <= ? ORDER BY t.rowid DESC`);
  // Most candidates of a phrase only have its neighbours apart. Where the stored text can tell, it is asked right here, which
  // costs a fifth of fetching and folding it.
  const withRuns = new Map<number, ReturnType<SqliteClient['prepare']>>();
  const candidatesWith = (runs: number) => {
    const known = withRuns.get(runs);
    if (known) return known;
    const inText = searchedColumns.map((column) => `instr(coalesce(a.${column}, ''), ?) > 0`).join(' OR ');
    const inAllRuns = Array.from({ length: runs }, () => `(${inText})`).join(' AND ');
    const prepared = index.prepare(`
      SELECT ${columns} FROM terms t CROSS JOIN docs d ON d.docid = t.rowid
      CROSS JOIN ${archiveSchema}.articles a ON a.id = d.article_id
      WHERE terms MATCH ? AND d.order_at <= ? AND (NOT d.is_plain OR (${inAllRuns})) ORDER BY t.rowid DESC`);
    withRuns.set(runs, prepared);
    return prepared;
  };
  const count = index
    .prepare(
      `SELECT count(*) FROM (SELECT 1 FROM terms t CROSS JOIN docs d ON d.docid = t.rowid WHERE terms MATCH ? LIMIT ?)`,
    )
    .pluck();
  const latestOrder = index.prepare(`SELECT newest FROM state`).pluck();
  const nextDocId = index.prepare(`SELECT next_docid FROM state`).pluck();
  const newestOf = index
    .prepare(`SELECT rowid FROM terms WHERE terms MATCH ? ORDER BY rowid DESC LIMIT ${sampledDocuments}`)
    .pluck();

  const countAll = () => nextDocId.get() as number;
  const chooseRarest = rarestOf((term) => {
    const sample = newestOf.all(`"${term}"`) as number[];
    return estimateDocuments({ documents: sample.length, oldest: sample.at(-1) ?? 0 }, countAll());
  }, countAll);

  return (query, budget) => {
    const required = isAttached ? requiredRuns(query) : [];
    const runs = required.slice(0, mostRuns);
    const from = query.from?.getTime() ?? Number.NEGATIVE_INFINITY;
    const until = query.until?.getTime() ?? Number.MAX_SAFE_INTEGER;
    const expressions = new Map<Place, string>();
    const expressionFor = (place: Place): string => {
      const expression =
        expressions.get(place) ?? toMatchExpression(query, place, latestOrder.get() as number, chooseRarest);
      expressions.set(place, expression);
      return expression;
    };
    const find = (expression: string, latest: number) => {
      if (runs.length === 0) return candidates.iterate(expression, latest);
      const places = runs.flatMap((run) => searchedColumns.map(() => run));
      return candidatesWith(runs.length).iterate(expression, latest, ...places);
    };
    return {
      *walk(place, newest = Number.MAX_SAFE_INTEGER) {
        const latest = Math.min(newest, until - 1);
        for (const candidate of find(expressionFor(place), latest) as Iterable<Candidate>) {
          budget.check();
          if (candidate.orderAt >= from) yield candidate;
          // Whatever follows is older still.
          else if (candidate.newestBefore < from) return;
        }
      },
      isExactForPlain: isAttached && required.length === runs.length && areTermsExactWithRuns(query),
      countUpTo: (limit) => count.get(expressionFor(Place.Body), limit + 1) as number,
    };
  };
}
