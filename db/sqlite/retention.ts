import { setTimeout as delay } from 'node:timers/promises';
import type { RetentionStore } from '../../src/ports.js';
import { keptSince, newestPassedOver } from '../kept-since.js';
import type { SqliteClient } from './driver.js';

/** One transaction; readers are answered on the same thread, and in the pauses between. */
const sliceMs = 10;
const pauseMs = 20;
/** Rows that one step looks at or removes: a few ms. */
const rowsPerStep = 200;
const articlesPerStep = 20;

/** `keptSince` of an archive. */
export function createKeptSince(client: SqliteClient): (days: number, now: Date) => number | undefined {
  const newest = client
    .prepare(`SELECT order_at FROM articles ORDER BY order_at DESC, id DESC LIMIT 1 OFFSET ${newestPassedOver}`)
    .pluck();
  return (days, now) => keptSince(newest.get() as number | undefined, days, now);
}

export function createRetentionStore(client: SqliteClient, onRemoved: () => void): RetentionStore {
  const readKeptSince = createKeptSince(client);
  const statements = prepare(client);
  return {
    async removeOld(days, now, stopped) {
      const before = readKeptSince(days, now);
      if (before === undefined) return 0;
      const steps = removeBefore(statements, before);
      let removed = 0;
      const slice = client.transaction(() => {
        const started = performance.now();
        let removedNow = 0;
        while (performance.now() - started < sliceMs) {
          const step = steps.next();
          if (step.done) return { removedNow, isThrough: true };
          removedNow += step.value;
        }
        return { removedNow, isThrough: false };
      }).immediate;
      try {
        while (!stopped.aborted) {
          const { removedNow, isThrough } = slice();
          removed += removedNow;
          if (isThrough) break;
          await delay(pauseMs);
        }
      } finally {
        if (removed > 0) onRemoved();
      }
      return removed;
    },
  };
}

type Statements = ReturnType<typeof prepare>;

/** Works in small steps, each giving how many articles it removed. What was not reached is found the next time. */
function* removeBefore(statements: Statements, before: number): Generator<number, void> {
  let behind = { orderAt: Number.MIN_SAFE_INTEGER, id: 0 };
  for (;;) {
    const old = statements.old.all({ ...behind, before, limit: articlesPerStep }) as { id: number; orderAt: number }[];
    for (const { id } of old) yield* removeArticle(statements, id);
    const last = old.at(-1);
    if (!last) break;
    behind = last;
  }
  yield* removeEmptyDigests(statements, before);
}

/** What a chat keeps, or is still owed, stays with all that belongs to it. */
function* removeArticle(statements: Statements, id: number): Generator<number, void> {
  for (let chat = Number.MIN_SAFE_INTEGER; ; ) {
    if (statements.isSaved.get(id)) return yield 0;
    const rows = statements.deliveries.all({ id, chat, limit: rowsPerStep }) as { chat: number; isPending: number }[];
    if (rows.some(({ isPending }) => isPending === 1)) return yield 0;
    // A chat's topics have a delivery each: from its first one on again.
    const next = rows.at(-1)?.chat;
    if (rows.length < rowsPerStep || next === undefined || next === chat) break;
    chat = next;
    yield 0;
  }
  while (statements.dropDeliveries.run({ id, limit: rowsPerStep }).changes === rowsPerStep) yield 0;
  // It may have become owed, or kept, since it was looked at.
  if (statements.isSaved.get(id) || statements.hasDeliveries.get(id)) return yield 0;
  statements.uncount.run(id);
  statements.dropFiling.run(id);
  statements.dropArticle.run(id);
  yield 1;
}

/** Digests none of whose articles are left. */
function* removeEmptyDigests(statements: Statements, before: number): Generator<number, void> {
  for (let behind = 0; ; ) {
    const rows = statements.oldDigests.all({ behind, before, limit: rowsPerStep }) as { id: number; isEmpty: number }[];
    for (const { id, isEmpty } of rows) if (isEmpty) statements.dropDigest.run(id);
    const last = rows.at(-1);
    if (!last) return;
    behind = last.id;
    yield 0;
  }
}

function prepare(client: SqliteClient) {
  return {
    old: client.prepare(`
      SELECT id, order_at AS orderAt FROM articles WHERE (order_at, id) > (:orderAt, :id) AND order_at < :before
      ORDER BY order_at, id LIMIT :limit`),
    isSaved: client.prepare('SELECT 1 FROM saved WHERE article_id = ?'),
    deliveries: client.prepare(`
      SELECT chat_id AS chat, state = 'pending' AS isPending FROM deliveries INDEXED BY deliveries_article
      WHERE article_id = :id AND chat_id >= :chat ORDER BY chat_id LIMIT :limit`),
    dropDeliveries: client.prepare(`
      DELETE FROM deliveries WHERE id IN (
        SELECT id FROM deliveries WHERE article_id = :id AND state <> 'pending' LIMIT :limit)`),
    hasDeliveries: client.prepare('SELECT 1 FROM deliveries WHERE article_id = ?'),
    uncount: client.prepare(`
      UPDATE categories SET article_count = article_count - 1
      WHERE id IN (SELECT category_id FROM article_categories WHERE article_id = ?)`),
    dropFiling: client.prepare('DELETE FROM article_categories WHERE article_id = ?'),
    dropArticle: client.prepare('DELETE FROM articles WHERE id = ?'),
    oldDigests: client.prepare(`
      SELECT id, NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.digest_id = g.id) AS isEmpty FROM digests g
      WHERE id > :behind AND created_at < :before ORDER BY id LIMIT :limit`),
    dropDigest: client.prepare('DELETE FROM digests WHERE id = ?'),
  };
}
