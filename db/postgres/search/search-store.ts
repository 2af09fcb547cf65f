import { sql } from 'drizzle-orm';
import { createGate } from '../../../src/gate.js';
import type { Log, SearchHit, SearchPage, SearchRequest, SearchStore } from '../../../src/ports.js';
import { createAskers } from '../../search/askers.js';
import { createBudget, Interrupted, type StrictBudget } from '../../search/budget.js';
import { emptyPage, nothingCounted } from '../../search/empty-answers.js';
import { toHit } from '../../search/to-hit.js';
import { toLine } from '../../to-domain.js';
import { loadLines } from '../articles.js';
import { arrayOf, type Database } from '../database.js';
import { articles } from '../schema.js';
import { createCatchUp } from './catch-up.js';
import { checkIndex } from './check-index.js';
import { createCommonTerms } from './common-terms.js';
import { countDays } from './count-days.js';
import { type FoundPage, findPage, openSearch } from './index-reader.js';
import { rebuildIndex } from './rebuild.js';
import { listRelated } from './related.js';
import { listRising } from './rising.js';
import { inSnapshot, type Snapshot } from './snapshot.js';

/** The store, and what its owner ends it by. */
export interface PostgresSearch extends SearchStore {
  /** What it does in the background ends, before its connections do. */
  close(): Promise<void>;
}

/** A search gets an answer within 2 s (DESIGN.md, "Commands"): this, and what the statement takes that it is in the middle of. */
const searchBudgetMs = 1_100;
/** A connection may not be free, or the server not answer at all: the reader is answered all the same. */
const graceMs = 600;
/** With less time left it is not worth beginning. */
const leastMs = 100;
/** Of the connections that everything shares (database.ts). */
const atOnce = 4;

/**
 * Full-text search in the tables `search_docs` and `articles`. The database finds candidates, and looks for runs of characters
 * in their texts; what that cannot tell is verified here, some texts at a time, so that readers are answered in between.
 */
export function createSearchStore(db: Database, now: () => Date, log?: Log): PostgresSearch {
  const askers = createAskers();
  const gate = createGate({ atOnce, waitMs: searchBudgetMs - leastMs, mostWaiting: 1_000 });
  const catchUp = createCatchUp(db, log);
  const common = createCommonTerms(now);
  let isStopped = false;

  /** Undefined: there was no time. Rejects when the database does. */
  const inTime = async <T>(
    isGivenUp: () => boolean,
    work: (snapshot: Snapshot) => Promise<T>,
  ): Promise<T | undefined> => {
    const started = performance.now();
    const leave = await gate.enter();
    if (!leave) return undefined;
    const leftMs = searchBudgetMs - (performance.now() - started);
    let isLate = false;
    const answering = answer(
      db,
      createBudget(leftMs, () => isLate || isGivenUp()),
      work,
    ).finally(leave);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        isLate = true;
        resolve(undefined);
      }, leftMs + graceMs);
      answering.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  };
  /** The same for a reader, until the reader asks for something else. `nothing`: the answer when there was no time. */
  const askFor = async <T extends { readonly timedOut: boolean }>(
    asker: string | undefined,
    nothing: T,
    work: (snapshot: Snapshot) => Promise<T>,
  ): Promise<(T & { filling: SearchPage['filling'] }) | undefined> => {
    const asked = askers.begin(asker);
    try {
      let isCurrent = true;
      const found = await inTime(asked.isGivenUp, (snapshot) => {
        isCurrent = snapshot.isCurrent;
        return work(snapshot);
      });
      if (asked.isGivenUp()) return undefined;
      // As it was for this search: what is woken may be through before it is asked.
      const filling = isCurrent ? undefined : await catchUp.filling();
      if (!isCurrent) catchUp.wake();
      return { ...(found ?? { ...nothing, timedOut: true }), filling };
    } finally {
      asked.end();
    }
  };
  const neverGivenUp = () => false;

  return {
    async search(request, asker) {
      const nothing: FoundPage = { ...emptyPage, hits: [] };
      const found = await askFor(asker, nothing, (snapshot) => findPage(openSearch(snapshot, request)));
      if (!found) return undefined;
      const { hits, hasOlder, hasNewer, timedOut, total, filling } = found;
      return { items: await readHits(db, hits, request), hasOlder, hasNewer, timedOut, total, filling };
    },
    countByDay: (request, asker) => askFor(asker, nothingCounted(request), (snapshot) => countDays(snapshot, request)),
    cancel: (asker) => askers.cancel(asker),
    async listRelated(articleId, limit) {
      const ids = await inTime(neverGivenUp, (snapshot) => listRelated(snapshot, articleId, limit, common));
      if (!ids) throw new Error('search index: no answer in time');
      return loadLines(db, ids);
    },
    listRising: (at, limit) => listRising(db, at, limit),
    caughtUp: (onProgress) => catchUp.wait(onProgress),
    rebuild: (onProgress) => rebuildIndex(db, now(), () => isStopped, onProgress ?? (() => {})),
    check: () => checkIndex(db),
    stopFollowing() {
      isStopped = true;
      catchUp.stop();
    },
    async close() {
      isStopped = true;
      await catchUp.close();
    },
  };
}

/** Undefined: it was interrupted before there was anything to tell. */
async function answer<T>(
  db: Database,
  budget: StrictBudget,
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await inSnapshot(db, budget, work);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    return undefined;
  }
}

/** What came between finding and reading is no harm: an article that is gone is left out. */
async function readHits(
  db: Database,
  hits: FoundPage['hits'],
  { query }: SearchRequest,
): Promise<readonly SearchHit[]> {
  if (hits.length === 0) return [];
  const { id, title, lead, url, medium, publishedAt, orderAt, text } = articles;
  const rows = await db
    .select({ id, title, lead, url, medium, publishedAt, orderAt, text })
    .from(articles)
    .where(sql`${id} = ANY(${arrayOf(hits.map(({ articleId }) => articleId))})`);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return hits.flatMap(({ articleId, place }) => {
    const row = byId.get(articleId);
    return row ? [toHit(toLine(row), row.text, place, query)] : [];
  });
}
