import { type SQL, sql } from 'drizzle-orm';
import type { FoldedArticle } from '../../../src/search/match.js';
import {
  bestOf,
  commonTerm,
  comparedTerms,
  comparedTexts,
  rarestTerms,
  relatedBy,
  sameTextAs,
  type TermList,
} from '../../search/related.js';
import { textArrayOf } from '../database.js';
import { readTexts } from './article-texts.js';
import type { CommonTerms } from './common-terms.js';
import type { Snapshot } from './snapshot.js';
import { charactersBetween, termsOfDoc } from './stretches.js';
import { quote } from './terms-query.js';

/** More than the texts that are compared: the database adds up in another order, and rounds otherwise. */
const mostBest = comparedTexts * 2;
/** Counting more would take longer than the difference matters. */
const mostCounted = 100_000;

/** What the index knows of one of the terms that are compared. */
interface RareTerm {
  readonly term: string;
  /** Articles that have it. */
  readonly size: number;
  /** Those of the best that have it. */
  readonly best: ReadonlySet<number>;
}

/** Ids of the articles about the same as one, the same text first, then by the rare terms that they share. */
export async function listRelated(
  snapshot: Snapshot,
  articleId: number,
  limit: number,
  common: CommonTerms,
): Promise<readonly number[]> {
  const article = (await readContents(snapshot, [articleId])).get(articleId);
  if (!article) return [];
  const all = await countDocuments(snapshot);
  const terms = comparedTerms(article).filter((term) => !common.has(term));
  const rare = (await lookUp(snapshot, terms, articleId, all))
    .filter(({ term, size }) => {
      if (size > commonTerm) common.add(term);
      return size > 1 && size <= commonTerm;
    })
    .sort((a, b) => a.size - b.size);

  const best = bestOf(
    rare.map((each) => ({ documents: [...each.best], size: each.size })),
    all,
  );
  const compared = best.map(({ document }) => document).filter((id) => id !== articleId);
  const contents = await readContents(snapshot, compared.slice(0, comparedTexts));
  const isSameText = sameTextAs(article);
  const sameText = [...contents.keys()].filter((id) => {
    const other = contents.get(id);
    return other && isSameText(other);
  });
  // A reprint has all the rare terms: what is rare apart from the text itself leads to the others.
  const known = new Set([articleId, ...sameText]);
  const others = rare
    .map(({ term, size, best: having }) => ({ term, size: size - [...known].filter((id) => having.has(id)).length }))
    .filter(({ size }) => size > 0)
    .sort((a, b) => a.size - b.size)
    .slice(0, rarestTerms);
  const lists = await readLists(
    snapshot,
    others.map(({ term }) => term),
  );
  const related = relatedBy(
    lists.map((ids): TermList => {
      const documents = ids.filter((id) => !known.has(id));
      return { documents, size: documents.length };
    }),
    all,
  );
  return [...sameText, ...related].slice(0, limit);
}

/** Whole articles but for their bylines, by id, in the order of the ids: two articles by one reporter are not about the same. */
async function readContents(snapshot: Snapshot, ids: readonly number[]): Promise<ReadonlyMap<number, FoldedArticle>> {
  const contents = new Map<number, FoldedArticle>();
  for await (const [id, text] of readTexts(snapshot, ids, false)) contents.set(id, text);
  return new Map(
    ids.flatMap((id) => {
      const text = contents.get(id);
      return text ? [[id, text] as const] : [];
    }),
  );
}

async function countDocuments({ rows }: Snapshot): Promise<number> {
  const [counted] = await rows<{ n: number }>(
    sql`SELECT count(*) AS n FROM (SELECT 1 FROM search_docs LIMIT ${mostCounted + 1}) counted`,
  );
  const count = counted?.n ?? 0;
  if (count <= mostCounted) return count;
  const [estimated] = await rows<{ n: number }>(
    sql`SELECT reltuples::bigint AS n FROM pg_class WHERE oid = 'search_docs'::regclass`,
  );
  return Math.max(count, estimated?.n ?? 0);
}

/** Articles that have a term `t`, looked up half year by half year until they are too many. */
const articlesOfTerm = (snapshot: Snapshot): SQL => sql`(
  SELECT k.article_id FROM unnest(${textArrayOf(charactersBetween(snapshot.span))}) AS h (character)
  CROSS JOIN LATERAL (
    SELECT article_id FROM search_docs WHERE ${termsOfDoc} @@ replace(t.term, ' ', h.character)::tsquery) k
  LIMIT ${commonTerm + 1})`;

/** As tsquery, but that a space stands for the half year. */
const asked = (terms: readonly string[]) => textArrayOf(terms.map((term) => quote(` ${term}`)));

/** How many articles have each of the terms, and which of the articles that have most of their weight, or are the one asked for. */
async function lookUp(
  snapshot: Snapshot,
  terms: readonly string[],
  articleId: number,
  all: number,
): Promise<readonly RareTerm[]> {
  const found = await snapshot.rows<{ at: number; size: number; best: string }>(
    sql`WITH lists AS MATERIALIZED (
        SELECT t.at, l.article_id FROM unnest(${asked(terms)}) WITH ORDINALITY AS t (term, at)
        CROSS JOIN LATERAL ${articlesOfTerm(snapshot)} l
      ), sizes AS (
        SELECT at, count(*) AS size FROM lists GROUP BY at
      ), best AS (
        SELECT article_id FROM lists JOIN sizes USING (at) WHERE size BETWEEN 2 AND ${commonTerm}
        GROUP BY article_id
        ORDER BY article_id = ${articleId} DESC, round(sum(ln(1 + ${all}::float8 / size))::numeric, 6) DESC, article_id DESC
        LIMIT ${mostBest}
      )
      SELECT at, count(*) AS size, coalesce(json_agg(b.article_id) FILTER (WHERE b.article_id IS NOT NULL), '[]')::text AS best
      FROM lists LEFT JOIN best b USING (article_id) GROUP BY at ORDER BY at`,
  );
  return found.map(({ at, size, best }) => ({
    term: terms[at - 1] ?? '',
    size,
    best: new Set(JSON.parse(best) as number[]),
  }));
}

async function readLists(snapshot: Snapshot, terms: readonly string[]): Promise<readonly (readonly number[])[]> {
  const found = await snapshot.rows<{ ids: string }>(
    sql`SELECT (SELECT coalesce(json_agg(article_id), '[]')::text FROM ${articlesOfTerm(snapshot)} l) AS ids
      FROM unnest(${asked(terms)}) WITH ORDINALITY AS t (term, at) ORDER BY at`,
  );
  return found.map(({ ids }) => JSON.parse(ids) as number[]);
}
