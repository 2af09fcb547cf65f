import { displayTitle, type Heading } from '../../../src/domain/article.js';
import type { ArticleLine, SearchHit, SearchPage, SearchPlace, SearchRequest } from '../../../src/ports.js';
import { scoreByBm25 } from '../../../src/search/bm25.js';
import { foldText } from '../../../src/search/fold.js';
import { findIn, foldArticle, matchPlace, Place, placeOfHit } from '../../../src/search/match.js';
import { type SearchQuery, searchedTexts } from '../../../src/search/query.js';
import { makeSnippet } from '../../../src/search/snippet.js';
import type { SqliteClient } from '../driver.js';
import { type Budget, Interrupted } from './budget.js';
import { archiveSchema } from './index-file.js';
import { isExpressionExact, requiredRuns, toMatchExpression } from './index-terms.js';
import { type Candidate, isBefore, newestFirst } from './ordered-hits.js';
import { listRelated } from './related.js';

export interface IndexReader {
  /** A page of hits with their number. Never throws for what was searched for; an interrupted search gives what it has. */
  search(request: SearchRequest, budget: Budget): Omit<SearchPage, 'filling'>;
  related(articleId: number, limit: number): readonly ArticleLine[];
}

/** Results of up to so many candidates are ranked as a whole. */
const smallSet = 40;
/** Scores this part of the best apart are one: then the newer article is worth more than a sentence more or less. */
const scoreSteps = 10;
/** A phrase's first runs are enough to tell; the rest is verified. */
const mostRuns = 4;
const snippetChars = 60;

type KeyPlace = Extract<SearchPlace, { kind: 'key' }>;

interface Hit<P extends SearchPlace = SearchPlace> {
  readonly articleId: number;
  readonly place: P;
}

interface ArticleRow {
  readonly id: number;
  readonly title: string | null;
  readonly byline: string | null;
  readonly lead: string | null;
  readonly outline: string;
  readonly url: string | null;
  readonly medium: string | null;
  readonly published_at: number | null;
  readonly order_at: number;
  readonly text: string;
}

/** Where a text can stand in an article as it is stored. */
const searchedColumns = ['text', 'title', 'outline', 'byline'] as const;

type TextRow = Pick<ArticleRow, 'title' | 'byline' | 'outline' | 'text'>;

/** `isAttached`: the index has the database beside it as `archiveSchema`, so that a join can look into an article's text. */
export function createIndexReader(index: SqliteClient, archive: SqliteClient, isAttached: boolean): IndexReader {
  const columns = `d.docid, d.article_id AS articleId, d.order_at AS orderAt, d.newest_before AS newestBefore`;
  const candidates = index.prepare(`
    SELECT ${columns} FROM terms t CROSS JOIN docs d ON d.docid = t.rowid WHERE terms MATCH ? ORDER BY t.rowid DESC`);
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
      WHERE terms MATCH ? AND (NOT d.is_plain OR (${inAllRuns})) ORDER BY t.rowid DESC`);
    withRuns.set(runs, prepared);
    return prepared;
  };
  const newest = index.prepare(`SELECT newest FROM state`).pluck();
  const countUpTo = index
    .prepare(
      `SELECT count(*) FROM (SELECT 1 FROM terms t CROSS JOIN docs d ON d.docid = t.rowid WHERE terms MATCH ? LIMIT ?)`,
    )
    .pluck();
  const headOf = archive.prepare(`SELECT title, outline FROM articles WHERE id = ?`);
  const textOf = archive.prepare(`SELECT title, byline, outline, text FROM articles WHERE id = ?`);
  const articleOf = archive.prepare(
    `SELECT id, title, byline, lead, outline, url, medium, published_at, order_at, text FROM articles WHERE id = ?`,
  );

  const fullText = (articleId: number) => {
    const row = textOf.get(articleId) as TextRow | undefined;
    return row && foldArticle(toSearched(row));
  };

  /** One search: what stays the same from candidate to candidate. */
  const open = (query: SearchQuery, budget: Budget) => {
    const latest = newest.get() as number;
    const isExact = isExpressionExact(query);
    const runs = isAttached ? requiredRuns(query).slice(0, mostRuns) : [];
    const from = query.from?.getTime() ?? Number.NEGATIVE_INFINITY;
    const until = query.until?.getTime() ?? Number.POSITIVE_INFINITY;
    const isInTime = ({ orderAt }: Candidate) => orderAt >= from && orderAt < until;

    /** By falling document number, those of the wanted time. */
    function* walk(place: Place): Generator<Candidate> {
      const expression = toMatchExpression(query, place, latest);
      const places = runs.flatMap((run) => searchedColumns.map(() => run));
      const found =
        runs.length > 0 ? candidatesWith(runs.length).iterate(expression, ...places) : candidates.iterate(expression);
      for (const candidate of found as Iterable<Candidate>) {
        budget.check();
        if (isInTime(candidate)) yield candidate;
        // Whatever follows is older still.
        else if (candidate.newestBefore < from) return;
      }
    }
    /** Where a candidate satisfies the query; undefined when it does not, or is not there any more. */
    const placeOf = ({ articleId }: Candidate): Place | undefined => {
      budget.check();
      if (!isExact) {
        const text = fullText(articleId);
        return text && matchPlace(text, query);
      }
      const head = headOf.get(articleId) as Pick<ArticleRow, 'title' | 'outline'> | undefined;
      if (!head) return undefined;
      const headings = foldText((JSON.parse(head.outline) as Heading[]).map(({ text }) => text).join('\n'));
      return placeOfHit({ title: foldText(head.title ?? ''), headings }, query);
    };
    const count = (most: number) => {
      if (isExact && !query.from && !query.until) {
        const found = countUpTo.get(toMatchExpression(query, Place.Body, latest), most + 1) as number;
        return { count: Math.min(found, most), isExact: found <= most };
      }
      let found = 0;
      try {
        for (const candidate of walk(Place.Body)) {
          if (!isExact && placeOf(candidate) === undefined) continue;
          found += 1;
          if (found > most) return { count: most, isExact: false };
        }
      } catch (error) {
        if (!(error instanceof Interrupted)) throw error;
        return { count: found, isExact: false };
      }
      return { count: found, isExact: true };
    };
    return { walk, placeOf, count, isExact };
  };
  type Search = ReturnType<typeof open>;

  /** All candidates of the index as it was up to a document, when they are few; undefined when they are many. */
  const fewCandidates = (search: Search, asOf: number): readonly Candidate[] | undefined => {
    const few: Candidate[] = [];
    for (const candidate of search.walk(Place.Body)) {
      if (candidate.docid > asOf) continue;
      if (few.length === smallSet) return undefined;
      few.push(candidate);
    }
    return few;
  };

  /** A small result as a whole: by place, then by BM25, then newest first. */
  const rankFew = (query: SearchQuery, few: readonly Candidate[], budget: Budget): readonly Candidate[] => {
    const texts = searchedTexts(query);
    const verified = few.flatMap((candidate) => {
      budget.check();
      const text = fullText(candidate.articleId);
      const place = text && matchPlace(text, query);
      if (!text || place === undefined) return [];
      const whole = `${text.title}\n${text.body}`;
      const scored = { occurrences: texts.map((searched) => countIn(whole, searched)), length: whole.length };
      return [{ candidate, place, scored }];
    });
    const scores = scoreByBm25(verified.map(({ scored }) => scored));
    const best = Math.max(...scores);
    return verified
      .map((each, at) => ({ ...each, score: Math.round((scoreSteps * (scores[at] ?? 0)) / best) }))
      .sort((a, b) => a.place - b.place || b.score - a.score || (isBefore(a.candidate, b.candidate) ? -1 : 1))
      .map(({ candidate }) => candidate);
  };

  /** Hits in order, lazily; `behind` leaves out all up to a hit without looking at them. */
  function* hitsInOrder(
    search: Search,
    request: SearchRequest,
    behind: KeyPlace | undefined,
  ): Generator<Hit<KeyPlace>> {
    const isRanked = request.order === 'ranked' && request.query.clauses.length > 0;
    const places = isRanked ? [Place.Title, Place.Heading, Place.Body] : [Place.Body];
    for (const place of places) {
      if (behind && place < behind.place) continue;
      for (const candidate of newestFirst(search.walk(place))) {
        const isPassed = behind?.place === place && !isBefore(behind, candidate);
        if (isPassed) continue;
        // A heading is looked for in the title as well, and everything in the text: who was given out there is not again.
        const found = needsLook(search, isRanked, place) ? search.placeOf(candidate) : place;
        if (isRanked ? found !== place : found === undefined) continue;
        const { orderAt, articleId } = candidate;
        yield { articleId, place: { kind: 'key', place, orderAt, articleId } };
      }
    }
  }

  const findHits = (search: Search, request: SearchRequest, budget: Budget): PagedHits => {
    const { from, limit, query } = request;
    const isRanked = request.order === 'ranked' && query.clauses.length > 0;
    if (isRanked && from?.place.kind !== 'key') {
      const few = fewCandidates(search, from?.place.asOf ?? Number.POSITIVE_INFINITY);
      if (few) return pageOfSet(rankFew(query, few, budget), from?.place.asOf ?? few[0]?.docid ?? 0, request);
    }
    const key = from?.place.kind === 'key' ? from.place : undefined;
    if (key && from?.direction === 'newer') return pageBefore(hitsInOrder(search, request, undefined), key, limit);
    return pageOf(hitsInOrder(search, request, key), limit, key !== undefined);
  };

  const toHit = ({ articleId, place }: Hit, query: SearchQuery): readonly SearchHit[] => {
    const row = articleOf.get(articleId) as ArticleRow | undefined;
    if (!row) return [];
    const snippet = makeSnippet(row.text, searchedTexts(query), snippetChars);
    return [{ ...toLine(row), place, snippet }];
  };

  return {
    search(request, budget) {
      const search = open(request.query, budget);
      let found: PagedHits = { hits: [], hasOlder: false, hasNewer: false, timedOut: false };
      try {
        found = findHits(search, request, budget);
      } catch (error) {
        if (!(error instanceof Interrupted)) throw error;
        found = { ...found, timedOut: true };
      }
      const total = request.countUpTo > 0 && !found.timedOut ? search.count(request.countUpTo) : uncounted;
      const items = found.hits.flatMap((hit) => toHit(hit, request.query));
      const { hasOlder, hasNewer, timedOut } = found;
      return { items, hasOlder, hasNewer, timedOut, total };
    },
    related(articleId, limit) {
      // Two articles by one reporter are not about the same.
      const ids = listRelated(index, articleId, limit, (id) => {
        const row = textOf.get(id) as TextRow | undefined;
        return row && foldArticle({ ...toSearched(row), byline: undefined });
      });
      return ids.flatMap((id) => {
        const row = articleOf.get(id) as ArticleRow | undefined;
        return row ? [toLine(row)] : [];
      });
    },
  };
}

const uncounted = { count: 0, isExact: false };

interface PagedHits {
  readonly hits: readonly Hit[];
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
  readonly timedOut: boolean;
}

/** The best place needs no look when nothing but terms decides. */
function needsLook({ isExact }: { isExact: boolean }, isRanked: boolean, place: Place): boolean {
  return !isExact || (isRanked && place !== Place.Title);
}

/** The next hits, one more than the page to know whether it goes on; what was found before an interruption is kept. */
function pageOf(hits: Generator<Hit>, limit: number, hasNewer: boolean): PagedHits {
  const found: Hit[] = [];
  try {
    for (let hit = hits.next(); !hit.done; hit = hits.next()) {
      found.push(hit.value);
      if (found.length > limit) break;
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    return { hits: found.slice(0, limit), hasOlder: false, hasNewer, timedOut: true };
  } finally {
    // Ends the statement, which can run only once at a time.
    hits.return(undefined);
  }
  return { hits: found.slice(0, limit), hasOlder: found.length > limit, hasNewer, timedOut: false };
}

/** The hits right before a place, found by going through all from the first: readers turn back a few pages. */
function pageBefore(hits: Generator<Hit<KeyPlace>>, end: KeyPlace, limit: number): PagedHits {
  const last: Hit<KeyPlace>[] = [];
  let reachedEnd = false;
  try {
    for (let hit = hits.next(); !hit.done && !reachedEnd; hit = hits.next()) {
      reachedEnd = !isAheadOf(hit.value.place, end);
      if (!reachedEnd) last.push(hit.value);
      if (last.length > limit + 1) last.shift();
    }
  } finally {
    hits.return(undefined);
  }
  return { hits: last.slice(-limit), hasOlder: true, hasNewer: last.length > limit, timedOut: false };
}

function isAheadOf(hit: KeyPlace, end: KeyPlace): boolean {
  return hit.place < end.place || (hit.place === end.place && isBefore(hit, end));
}

function pageOfSet(ranked: readonly Candidate[], asOf: number, { from, limit }: SearchRequest): PagedHits {
  const at = from?.place.kind === 'set' ? from.place.offset : -1;
  const start = from?.direction === 'newer' ? Math.max(0, at - limit) : at + 1;
  const end = from?.direction === 'newer' ? Math.max(0, at) : start + limit;
  const hits = ranked.slice(start, end).map(({ articleId }, index) => ({
    articleId,
    place: { kind: 'set', asOf, offset: start + index } as const,
  }));
  return { hits, hasOlder: end < ranked.length, hasNewer: start > 0, timedOut: false };
}

function countIn(folded: string, searched: string): number {
  let count = 0;
  for (let at = findIn(folded, searched); at >= 0; at = findIn(folded, searched, at + searched.length)) count += 1;
  return count;
}

function toSearched(row: TextRow) {
  return {
    title: row.title ?? undefined,
    byline: row.byline ?? undefined,
    outline: JSON.parse(row.outline) as Heading[],
    text: row.text,
  };
}

function toLine(row: ArticleRow): ArticleLine {
  return {
    id: row.id,
    title: displayTitle({ title: row.title ?? undefined, lead: row.lead ?? undefined, text: row.text }),
    orderAt: new Date(row.order_at),
    url: row.url ?? undefined,
    medium: row.medium ?? undefined,
    published: row.published_at === null ? undefined : new Date(row.published_at),
  };
}
