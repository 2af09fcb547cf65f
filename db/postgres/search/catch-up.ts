import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { IndexProgress, Log } from '../../../src/ports.js';
import { type Database, detailOf, get } from '../database.js';
import { countOutdated, isOutdated, remakeSome } from './remaking.js';
import { ensureTermsIndex } from './terms-index.js';

/**
 * Documents are written with their articles. Those that an earlier version of the analyzer made are made anew in the
 * background, by whichever processes find some.
 */
export interface CatchUp {
  /** Somebody saw outdated documents: begins with them, unless that goes on. */
  wake(): void;
  /** What a reader has to be told; undefined: so little is left to do that it is not worth it. */
  filling(): Promise<IndexProgress | undefined>;
  /** Resolves when there are none left. Rejects when they cannot be written. */
  wait(onProgress?: (progress: IndexProgress) => void): Promise<void>;
  /** Ends after what it is in the middle of. */
  stop(): void;
  close(): Promise<void>;
}

/** Documents that are made in less time than a reader takes to read about them. */
const fewOutdated = 300;
/** Counting a million takes some 100 ms. */
const countedForMs = 2_000;
/** Others have all that is left in hand. */
const othersMs = 200;

export function createCatchUp(db: Database, log: Log | undefined): CatchUp {
  let isStopped = false;
  let running: Promise<void> | undefined;
  let counted: { readonly at: number; readonly progress: Promise<IndexProgress> } | undefined;
  const listeners = new Set<(progress: IndexProgress) => void>();

  const count = (): Promise<IndexProgress> => {
    if (!counted || performance.now() - counted.at > countedForMs)
      counted = { at: performance.now(), progress: countOutdated(db) };
    return counted.progress;
  };
  const isLeft = async () =>
    (await get<{ left: boolean }>(db, sql`SELECT EXISTS (SELECT 1 FROM search_docs WHERE ${isOutdated}) AS left`))
      ?.left === true;
  const work = async () => {
    await ensureTermsIndex(db);
    while (!isStopped) {
      const made = await remakeSome(db, isOutdated, sql`version, article_id`);
      if (made.length === 0) {
        if (!(await isLeft())) break;
        await delay(othersMs);
      } else if (listeners.size > 0) {
        const progress = await count();
        for (const listener of listeners) listener(progress);
      }
    }
    counted = undefined;
  };
  const begin = (): Promise<void> => {
    running ??= work().finally(() => {
      running = undefined;
    });
    return running;
  };
  return {
    wake() {
      if (isStopped || running) return;
      begin().catch((error) => log?.warn({ error: detailOf(error) }, 'search index could not be brought up to date'));
    },
    async filling() {
      const { indexed, articles } = await count();
      return articles - indexed > fewOutdated ? { indexed, articles } : undefined;
    },
    async wait(onProgress) {
      if (onProgress) listeners.add(onProgress);
      try {
        await begin();
      } finally {
        if (onProgress) listeners.delete(onProgress);
      }
    },
    stop() {
      isStopped = true;
    },
    async close() {
      isStopped = true;
      await running?.catch(() => {});
    },
  };
}
