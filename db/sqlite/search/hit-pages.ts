import { Interrupted } from '../../search/budget.js';
import {
  type Hit,
  hitsBefore,
  type KeyPlace,
  nextHits,
  type PagedHits,
  type PageTaker,
} from '../../search/hit-pages.js';

/** The next hits; what was found before an interruption is kept. */
export function pageOf(hits: Generator<Hit<KeyPlace>>, limit: number, hasNewer: boolean): PagedHits {
  const page = nextHits(limit, hasNewer);
  try {
    takeFrom(hits, page);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    return page.page(true);
  }
  return page.page();
}

/** The hits right before a place. */
export function pageBefore(hits: Generator<Hit<KeyPlace>>, end: KeyPlace, limit: number): PagedHits {
  const page = hitsBefore(end, limit);
  takeFrom(hits, page);
  return page.page();
}

function takeFrom(hits: Generator<Hit<KeyPlace>>, page: PageTaker): void {
  try {
    for (let hit = hits.next(); !hit.done; hit = hits.next()) if (page.take(hit.value)) break;
  } finally {
    // Ends the statement, which can run only once at a time.
    hits.return(undefined);
  }
}
