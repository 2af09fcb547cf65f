import type { SearchPlace, SearchRequest } from '../../src/ports.js';
import { isBefore, type Ordered } from './order.js';

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

/** Makes a page of hits that come in their order. */
export interface PageTaker {
  /** True: it needs no more. */
  take(hit: Hit<KeyPlace>): boolean;
  /** `timedOut`: there was no time for more. */
  page(timedOut?: boolean): PagedHits;
}

/** The next hits, one more than the page to know whether it goes on; what was found when the time was up is kept. */
export function nextHits(limit: number, hasNewer: boolean): PageTaker {
  const found: Hit[] = [];
  return {
    take(hit) {
      found.push(hit);
      return found.length > limit;
    },
    page: (timedOut = false) => ({
      hits: found.slice(0, limit),
      hasOlder: !timedOut && found.length > limit,
      hasNewer,
      timedOut,
    }),
  };
}

/** The hits right before a place, found by going through all from the first: readers turn back a few pages. */
export function hitsBefore(end: KeyPlace, limit: number): PageTaker {
  const last: Hit<KeyPlace>[] = [];
  return {
    take(hit) {
      if (!isAheadOf(hit.place, end)) return true;
      last.push(hit);
      if (last.length > limit + 1) last.shift();
      return false;
    },
    page: (timedOut = false) => ({ hits: last.slice(-limit), hasOlder: true, hasNewer: last.length > limit, timedOut }),
  };
}

function isAheadOf(hit: KeyPlace, end: KeyPlace): boolean {
  return hit.place < end.place || (hit.place === end.place && isBefore(hit, end));
}

/** A page of a small result, which is ranked as a whole. */
export function pageOfSet(ranked: readonly Ordered[], asOf: number, { from, limit }: SearchRequest): PagedHits {
  const at = from?.place.kind === 'set' ? from.place.offset : -1;
  const start = from?.direction === 'newer' ? Math.max(0, at - limit) : at + 1;
  const end = from?.direction === 'newer' ? Math.max(0, at) : start + limit;
  const hits = ranked.slice(start, end).map(({ articleId }, index) => ({
    articleId,
    place: { kind: 'set', asOf, offset: start + index } as const,
  }));
  return { hits, hasOlder: end < ranked.length, hasNewer: start > 0, timedOut: false, size: ranked.length };
}
