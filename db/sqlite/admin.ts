import { setImmediate } from 'node:timers/promises';
import type { AdminStore } from '../../src/ports.js';
import {
  type CounterRow,
  dayMs,
  estimateFrom,
  type FailedRow,
  firstSince,
  payloadChars,
  type RejectedRow,
  toFailedDelivery,
  toRejected,
  toTotals,
} from '../admin-rules.js';
import type { SqliteClient } from './driver.js';

/** Deliveries that are looked at before others have their turn: some 5 ms. */
const sliceSize = 20_000;

export function createAdminStore(client: SqliteClient): AdminStore {
  const statements = prepare(client);
  const number = (statement: keyof typeof statements, ...args: unknown[]) =>
    (statements[statement].pluck().get(...args) as number | null) ?? 0;

  const countStates = async () => {
    const states: Record<string, number> = { pending: 0, sent: 0, failed: 0 };
    const last = number('lastDelivery');
    for (let from = 1; from <= last; from += sliceSize) {
      const slice = statements.statesOf.all(from, from + sliceSize) as { state: string; n: number }[];
      for (const { state, n } of slice) states[state] = (states[state] ?? 0) + n;
      await setImmediate();
    }
    return states;
  };

  return {
    async count(now) {
      const chats = (statements.chats.all() as ChatRow[]).map(({ type, active, gone }) => ({ type, active, gone }));
      const last = number('lastArticle');
      const from = (id: number) => estimateFrom(id, last, (first) => number('articlesFrom', first));
      const since = async (ms: number) =>
        from(await firstSince(now.getTime() - ms, last, (id) => number('seenFrom', id)));
      return {
        chats,
        paused: number('paused'),
        subscriptions: number('subscriptions'),
        watches: number('watches'),
        articles: await from(1),
        articlesOfDay: await since(dayMs),
        articlesOfWeek: await since(7 * dayMs),
        rejected: number('rejectedCount'),
        deliveries: await countStates(),
      };
    },
    async queue() {
      const { due, held, first } = statements.queue.get() as { due: number; held: number; first: number | null };
      const oldest = first === null ? undefined : number('queuedAt', first);
      return {
        due,
        held,
        oldestQueuedAt: oldest === undefined ? undefined : new Date(oldest),
        edits: number('edits'),
        notices: number('notices'),
      };
    },
    async totals() {
      const rows = statements.counters.all() as CounterRow[];
      return toTotals(rows, number('articlesEver'));
    },
    async listRejected(page, pageSize) {
      const rows = statements.rejected.all(pageSize, page * pageSize) as RejectedRow[];
      const total = number('rejectedCount');
      return {
        items: rows.map(toRejected),
        total,
      };
    },
    async listFailed(beforeId, limit) {
      const found: FailedRow[] = [];
      let high = beforeId ?? number('lastDelivery') + 1;
      while (found.length < limit && high > 1) {
        const low = Math.max(1, high - sliceSize);
        found.push(...(statements.failed.all(low, high, limit - found.length) as FailedRow[]));
        high = low;
        await setImmediate();
      }
      return found.map(toFailedDelivery);
    },
    async retry(deliveryId) {
      const chatId = statements.chatOfFailed.pluck().get(deliveryId) as number | undefined;
      if (chatId === undefined) return { kind: 'not-failed' };
      // The unique (chat, story): a reprint took its place.
      return statements.retry.run(deliveryId).changes > 0 ? { kind: 'queued', chatId } : { kind: 'replaced' };
    },
  };
}

interface ChatRow {
  readonly type: 'private' | 'group' | 'supergroup' | 'channel';
  readonly active: number;
  readonly gone: number;
}

function prepare(client: SqliteClient) {
  return {
    chats: client.prepare(`
      SELECT type, sum(state = 'active') AS active, sum(state = 'gone') AS gone FROM chats GROUP BY type ORDER BY type`),
    paused: client.prepare("SELECT count(*) FROM chats WHERE paused_at IS NOT NULL AND state = 'active'"),
    subscriptions: client.prepare('SELECT count(*) FROM subscriptions'),
    watches: client.prepare('SELECT count(*) FROM watches'),
    // Numbers are given without gaps, and never twice.
    articlesEver: client.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'articles'"),
    counters: client.prepare('SELECT name, label, count FROM counters'),
    lastArticle: client.prepare('SELECT max(id) FROM articles'),
    articlesFrom: client.prepare('SELECT count(*) FROM articles WHERE id >= ?'),
    seenFrom: client.prepare('SELECT first_seen_at FROM articles WHERE id >= ? ORDER BY id LIMIT 1'),
    lastDelivery: client.prepare('SELECT max(id) FROM deliveries'),
    statesOf: client.prepare('SELECT state, count(*) AS n FROM deliveries WHERE id >= ? AND id < ? GROUP BY state'),
    // The inner query reads nothing but the index of what is pending.
    queue: client.prepare(`
      SELECT ifnull(sum(n) FILTER (WHERE is_open), 0) AS due, ifnull(sum(n) FILTER (WHERE NOT is_open), 0) AS held,
        min(first) FILTER (WHERE is_open) AS first
      FROM (SELECT n, first, c.state = 'active' AND c.paused_at IS NULL AS is_open
        FROM (SELECT chat_id, count(*) AS n, min(id) AS first FROM deliveries WHERE state = 'pending' GROUP BY chat_id) d
        JOIN chats c ON c.id = d.chat_id)`),
    queuedAt: client.prepare('SELECT created_at FROM deliveries WHERE id = ?'),
    edits: client.prepare('SELECT count(*) FROM edits'),
    notices: client.prepare("SELECT count(*) FROM notices WHERE state = 'pending'"),
    rejectedCount: client.prepare('SELECT count(*) FROM rejected_posts'),
    rejected: client.prepare(`
      SELECT s.key, r.path, r.reason, r.detail, r.rejected_at FROM rejected_posts r JOIN sources s ON s.id = r.source_id
      ORDER BY r.rejected_at DESC, r.source_id, r.path DESC LIMIT ? OFFSET ?`),
    failed: client.prepare(`
      SELECT id, chat_id, article_id, last_error, substr(payload, 1, ${payloadChars}) AS payload, finished_at
      FROM deliveries WHERE id >= ? AND id < ? AND state = 'failed' ORDER BY id DESC LIMIT ?`),
    chatOfFailed: client.prepare("SELECT chat_id FROM deliveries WHERE id = ? AND state = 'failed'"),
    retry: client.prepare(`
      UPDATE OR IGNORE deliveries SET state = 'pending', attempts = 0, next_attempt_at = 0, last_error = NULL,
        payload = NULL, finished_at = NULL, digest_id = NULL
      WHERE id = ? AND state = 'failed'`),
  };
}
