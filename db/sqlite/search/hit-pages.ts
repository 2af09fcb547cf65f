import type { SearchPlace, SearchRequest } from '../../../src/ports.js';
import { Interrupted } from './budget.js';
import { type Candidate, isBefore } from './ordered-hits.js';

export type KeyPlace = Extract<SearchPlace, { kind: 'key' }>;

export interface Hit<P extends SearchPlace = SearchPlace> {
  readonly articleId: number;
  readonly place: P;
}

/** A page of hits before anything is read of them. */
export interface PagedHits {
  readonly hits: readonly Hit[];
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
  readonly timedOut: boolean;
  /** How many there are in all, of a result that stays as it was on its first page. */
  readonly size?: number;
}

/** The next hits, one more than the page to know whether it goes on; what was found before an interruption is kept. */
export function pageOf(hits: Generator<Hit>, limit: number, hasNewer: boolean): PagedHits {
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
export function pageBefore(hits: Generator<Hit<KeyPlace>>, end: KeyPlace, limit: number): PagedHits {
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

export function pageOfSet(ranked: readonly Candidate[], asOf: number, { from, limit }: SearchRequest): PagedHits {
  const at = from?.place.kind === 'set' ? from.place.offset : -1;
  const start = from?.direction === 'newer' ? Math.max(0, at - limit) : at + 1;
  const end = from?.direction === 'newer' ? Math.max(0, at) : start + limit;
  const hits = ranked.slice(start, end).map(({ articleId }, index) => ({
    articleId,
    place: { kind: 'set', asOf, offset: start + index } as const,
  }));
  return { hits, hasOlder: end < ranked.length, hasNewer: start > 0, timedOut: false, size: ranked.length };
}
