import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { RetentionStore } from '../../src/ports.js';
import { keptSince, newestPassedOver } from '../kept-since.js';
import { removeArticles } from './articles.js';
import { all, arrayOf, type Database, get, inTransaction, lockArchive, type Queries, run } from './database.js';
import { articles, deliveries, digests, saved } from './schema.js';

/** Between transactions, so that others get at the archive and at the disk. */
const pauseMs = 20;
/** Of each kind in one transaction: some ten ms. */
const articlesPerStep = 50;
const deliveriesPerStep = 1_000;
const digestsPerStep = 500;

/** `keptSince` of an archive, by `articles_order`. */
export async function readKeptSince(queries: Queries, days: number, now: Date): Promise<number | undefined> {
  const newest = await get<{ order_at: number }>(
    queries,
    sql`SELECT order_at FROM ${articles} ORDER BY order_at DESC, id DESC LIMIT 1 OFFSET ${newestPassedOver}`,
  );
  return keptSince(newest?.order_at, days, now);
}

export function createRetentionStore(db: Database): RetentionStore {
  return {
    async removeOld(days, now, stopped) {
      const before = await readKeptSince(db, days, now);
      if (before === undefined || stopped.aborted) return 0;
      let removed = 0;
      for await (const removedNow of removeBefore(db, before)) {
        removed += removedNow;
        if (stopped.aborted) break;
        await delay(pauseMs);
      }
      return removed;
    },
  };
}

interface OldArticle {
  readonly id: number;
  readonly order_at: number;
  /** A chat saved it, or is still owed it. */
  readonly is_kept: boolean;
}

/** Works in small steps, each giving how many articles it removed. What was not reached is found the next time. */
async function* removeBefore(db: Database, before: number): AsyncGenerator<number, void> {
  let behind = { orderAt: Number.MIN_SAFE_INTEGER, id: 0 };
  for (;;) {
    // By `articles_order`, `saved_article` and `deliveries_article`.
    const old = await all<OldArticle>(
      db,
      sql`SELECT a.id, a.order_at,
          EXISTS (SELECT 1 FROM ${saved} s WHERE s.article_id = a.id)
          OR EXISTS (SELECT 1 FROM ${deliveries} d WHERE d.article_id = a.id AND d.state = 'pending') AS is_kept
        FROM ${articles} a WHERE (a.order_at, a.id) > (${behind.orderAt}, ${behind.id}) AND a.order_at < ${before}
        ORDER BY a.order_at, a.id LIMIT ${articlesPerStep}`,
    );
    const last = old.at(-1);
    if (!last) break;
    behind = { orderAt: last.order_at, id: last.id };
    yield* removeWithDeliveries(
      db,
      old.filter(({ is_kept }) => !is_kept).map(({ id }) => id),
    );
  }
  yield* removeEmptyDigests(db, before);
}

async function* removeWithDeliveries(db: Database, ids: readonly number[]): AsyncGenerator<number, void> {
  if (ids.length === 0) return yield 0;
  for (;;) {
    const dropped = await inTransaction(db, async (tx) => {
      await lockArchive(tx);
      return run(
        tx,
        sql`DELETE FROM ${deliveries} WHERE id IN (SELECT id FROM ${deliveries}
          WHERE article_id = ANY(${arrayOf(ids)}) AND state <> 'pending' LIMIT ${deliveriesPerStep})`,
      );
    });
    if (dropped < deliveriesPerStep) break;
    yield 0;
  }
  yield await inTransaction(db, async (tx) => {
    await lockArchive(tx);
    // Whoever is saving one of them is waited for; then the look at what is kept sees it.
    await all(tx, sql`SELECT id FROM ${articles} WHERE id = ANY(${arrayOf(ids)}) ORDER BY id FOR UPDATE`);
    // They may have become owed, or kept, since they were looked at.
    const unwanted = await all<{ id: number }>(
      tx,
      sql`SELECT a.id FROM ${articles} a WHERE a.id = ANY(${arrayOf(ids)})
        AND NOT EXISTS (SELECT 1 FROM ${saved} s WHERE s.article_id = a.id)
        AND NOT EXISTS (SELECT 1 FROM ${deliveries} d WHERE d.article_id = a.id)`,
    );
    await removeArticles(
      tx,
      unwanted.map(({ id }) => id),
    );
    return unwanted.length;
  });
}

/** Digests none of whose articles are left. Their numbers ascend with time: behind a step without old ones there are none. */
async function* removeEmptyDigests(db: Database, before: number): AsyncGenerator<number, void> {
  for (let behind = 0; ; ) {
    const step = await get<{ last: number | null; has_old: boolean | null }>(
      db,
      sql`WITH step AS (
          SELECT id, created_at < ${before} AS is_old FROM ${digests} WHERE id > ${behind} ORDER BY id LIMIT ${digestsPerStep}
        ), gone AS (
          DELETE FROM ${digests} g USING step WHERE g.id = step.id AND step.is_old
            AND NOT EXISTS (SELECT 1 FROM ${deliveries} d WHERE d.digest_id = g.id)
        )
        SELECT max(id) AS last, bool_or(is_old) AS has_old FROM step`,
    );
    if (!step?.has_old || step.last === null) return;
    behind = step.last;
    yield 0;
  }
}
