import { sql } from 'drizzle-orm';
import type { SearchPage, SearchRequest } from '../../../src/ports.js';
import { matchPlace, Place, placeOfHit } from '../../../src/search/match.js';
import { Interrupted } from '../../search/budget.js';
import {
  type Hit,
  hitsBefore,
  type KeyPlace,
  nextHits,
  type PagedHits,
  type PageTaker,
  pageOfSet,
} from '../../search/hit-pages.js';
import { lookAtFew, rankFew, smallSet } from '../../search/rank-few.js';
import { areExcludedExact, areTermsExact } from '../../search/wanted-terms.js';
import { readHeads, readTexts } from './article-texts.js';
import { type Batches, type Candidate, type CandidateWalk, openWalk } from './candidate-walk.js';
import { type Remembered, remember } from './remembered.js';
import { countOthers } from './small-set.js';
import type { Snapshot } from './snapshot.js';

/** A page of hits, of which nothing is read yet, and how many there are. */
export interface FoundPage extends PagedHits {
  readonly total: SearchPage['total'];
}

/** Texts that are read at once: about what a page needs, then more. */
const fewTexts = 16;
const mostTexts = 64;

/** One search under way. */
export interface Search extends CandidateWalk {
  readonly request: SearchRequest;
  readonly snapshot: Snapshot;
  /** Ranked by place, and not only by time. */
  readonly isRanked: boolean;
  /** Every known candidate satisfies the query; only where is left to find out. */
  readonly isExact: boolean;
  /** The index tells where a known candidate satisfies the query. */
  readonly tellsPlace: boolean;
  /** All candidates, newest first. */
  readonly candidates: Remembered<readonly Candidate[]>;
}

export function openSearch(snapshot: Snapshot, request: SearchRequest): Search {
  const { query, order } = request;
  const walk = openWalk(snapshot, query);
  const isExact = areTermsExact(query);
  const isRanked = order === 'ranked' && query.clauses.length > 0;
  return {
    ...walk,
    request,
    snapshot,
    isRanked,
    isExact,
    tellsPlace: isExact && snapshot.isCurrent,
    candidates: remember(walk.walk(Place.Body)),
  };
}

/** A page of hits with their number. Never throws for what was searched for; an interrupted search gives what it has. */
export async function findPage(search: Search): Promise<FoundPage> {
  const page = await findHits(search).catch((error): PagedHits => {
    if (!(error instanceof Interrupted)) throw error;
    return nothingFound;
  });
  const most = search.request.countUpTo;
  if (most === 0 || page.timedOut) return { ...page, total: uncounted };
  // What came since the first page of a small result is on none of its pages, and counts for none.
  if (page.size !== undefined) return { ...page, total: { count: page.size, isExact: true } };
  return { ...page, total: await count(search, most) };
}

const nothingFound: PagedHits = { hits: [], hasOlder: false, hasNewer: false, timedOut: true };
export const uncounted = { count: 0, isExact: false };

async function findHits(search: Search): Promise<PagedHits> {
  const { from, limit } = search.request;
  if (search.isRanked && from?.place.kind !== 'key') {
    const asOf = from?.place.asOf ?? search.snapshot.newestArticle;
    const few = await allIfFew(search, asOf);
    if (few) return pageOfSet(await rank(search, few), asOf, search.request);
    if (!from) return takePage(hitsInOrder(search), nextHits(limit, false));
  }
  const key = from?.place.kind === 'key' ? from.place : undefined;
  if (!key || from?.direction === 'older')
    return takePage(hitsInOrder(search, key), nextHits(limit, key !== undefined));
  const page = await takePage(hitsInOrder(search), hitsBefore(key, limit));
  return page.timedOut ? nothingFound : page;
}

/** What was found before an interruption is kept. */
async function takePage(hits: AsyncIterable<Hit<KeyPlace>>, page: PageTaker): Promise<PagedHits> {
  try {
    for await (const hit of hits) if (page.take(hit)) break;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    return page.page(true);
  }
  return page.page();
}

/** The candidates among the articles up to a number, in whatever version; undefined when they are many. */
async function allIfFew(search: Search, asOf: number): Promise<readonly Candidate[] | undefined> {
  const few: Candidate[] = [];
  for await (const batch of search.candidates()) {
    few.push(...batch.filter(({ articleId }) => articleId <= asOf));
    if (few.length > smallSet) return undefined;
  }
  const known = few.map(({ articleId }) => articleId);
  const limit = smallSet + 1 - few.length;
  const others = await countOthers(search.snapshot, search.request.query, search.stretches, { known, asOf, limit });
  return others < limit ? few : undefined;
}

/** The hits among few candidates in their order. */
async function rank({ snapshot, request }: Search, few: readonly Candidate[]): Promise<readonly Candidate[]> {
  const possible = few.filter(({ hasRuns }) => hasRuns !== false);
  const candidates = new Map(possible.map((candidate) => [candidate.articleId, candidate]));
  const hits = [];
  for await (const [id, text] of readTexts(snapshot, [...candidates.keys()])) {
    const candidate = candidates.get(id);
    if (candidate) hits.push(...lookAtFew(candidate, text, request.query));
  }
  return rankFew(hits);
}

/** Hits in order, lazily; `behind` leaves out all up to a hit without looking at them. */
async function* hitsInOrder(search: Search, behind?: KeyPlace): AsyncGenerator<Hit<KeyPlace>> {
  const places = search.isRanked ? [Place.Title, Place.Heading, Place.Body] : [Place.Body];
  for (const place of places) {
    if (behind && place < behind.place) continue;
    const batches = candidatesFor(search, place, behind?.place === place ? behind : undefined);
    // A heading is looked for in the title as well, and everything in the text: who was given out there is not again.
    for await (const { articleId, orderAt } of hitsAmong(search, batches, search.isRanked ? place : undefined))
      yield { articleId, place: { kind: 'key', place, orderAt, articleId } };
  }
}

function candidatesFor(search: Search, place: Place, behind: KeyPlace | undefined): Batches {
  if (search.isRanked && search.tellsPlace && place !== Place.Title)
    return search.walkWithout(place === Place.Body ? Place.Heading : Place.Title, place, behind);
  return place === Place.Body && !behind ? search.candidates() : search.walk(place, behind);
}

/** Candidates that satisfy the query in a place, or anywhere. */
export async function* hitsAmong(
  search: Search,
  batches: Batches,
  place: Place | undefined,
): AsyncGenerator<Candidate> {
  let size = fewTexts;
  for await (const batch of batches) {
    for (let from = 0; from < batch.length; from += size, size = Math.min(mostTexts, size * 2)) {
      const portion = batch.slice(from, from + size);
      const found = await lookInto(search, portion, place);
      for (const candidate of portion) if (found.has(candidate.articleId)) yield candidate;
    }
  }
}

/** Which of some candidates satisfy the query in a place, or anywhere; reads as little as tells it. */
async function lookInto(
  search: Search,
  candidates: readonly Candidate[],
  place: Place | undefined,
): Promise<ReadonlySet<number>> {
  const { query } = search.request;
  const found = new Set<number>();
  const inHead: number[] = [];
  const inText: number[] = [];
  for (const { articleId, isKnown, hasRuns } of candidates) {
    if (hasRuns === false) continue;
    const isHit = isKnown && (search.isExact || (search.isExactWithRuns && hasRuns));
    if (isHit && (place === undefined || search.tellsPlace)) found.add(articleId);
    else if (isHit || (isKnown && place !== undefined && place !== Place.Body && areExcludedExact(query)))
      inHead.push(articleId);
    else inText.push(articleId);
  }
  if (inHead.length > 0)
    for (const [id, head] of await readHeads(search.snapshot, inHead))
      if (placeOfHit(head, query) === place) found.add(id);
  if (inText.length > 0)
    for await (const [id, text] of readTexts(search.snapshot, inText)) {
      const best = matchPlace(text, query);
      if (place === undefined ? best !== undefined : best === place) found.add(id);
    }
  return found;
}

async function count(search: Search, most: number): Promise<SearchPage['total']> {
  let found = 0;
  try {
    const some = search.isExact && search.snapshot.isCurrent ? await countKnown(search, most + 1) : undefined;
    found = some?.known ?? 0;
    const hits = hitsAmong(search, some ? batchOf(some.others) : search.candidates(), undefined);
    for await (const _hit of hits) {
      found += 1;
      if (found > most) break;
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    return { count: found, isExact: false };
  }
  return { count: Math.min(found, most), isExact: found <= most };
}

/** Where terms tell that a query is satisfied, texts are read only of what has none. */
async function countKnown({ snapshot, withTerms, stretches, listUnwhole }: Search, upTo: number) {
  const [counted] = await snapshot.rows<{ known: number }>(
    sql`SELECT count(*) AS known FROM (SELECT 1 FROM ${withTerms(stretches)} LIMIT ${upTo}) c`,
  );
  return { known: counted?.known ?? 0, others: await listUnwhole(stretches) };
}

async function* batchOf(candidates: readonly Candidate[]): Batches {
  if (candidates.length > 0) yield candidates;
}
