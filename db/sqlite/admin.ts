import { setImmediate } from 'node:timers/promises';
import type { RejectReason } from '../../src/domain/post.js';
import type { AdminStore, Estimate, Totals } from '../../src/ports.js';
import type { SqliteClient } from './driver.js';

/** Deliveries that are looked at before others have their turn: some 5 ms. */
const sliceSize = 20_000;
/** Up to so many articles are counted; above that, their numbers tell how many there are. */
const mostArticlesCounted = 2_000;
/** Payloads are shown by their beginning. */
const payloadChars = 200;

export function createAdminStore(client: SqliteClient): AdminStore {
  const statements = prepare(client);
  const number = (statement: keyof typeof statements, ...args: unknown[]) =>
    (statements[statement].pluck().get(...args) as number | null) ?? 0;

  /** All of them when the number given is 1. */
  const articlesFrom = (id: number, last: number): Estimate => {
    const span = Math.max(0, last - id + 1);
    if (span <= mostArticlesCounted) return { count: number('articlesFrom', id), isExact: true };
    return { count: span, isExact: false };
  };
  /** The first article that was seen after a moment: numbers are given in that order. One more than `last` when there is none. */
  const firstSince = (time: number, last: number): number => {
    let [low, high] = [1, last + 1];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (number('seenFrom', middle) >= time) high = middle;
      else low = middle + 1;
    }
    return low;
  };
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
      const since = (ms: number) => articlesFrom(firstSince(now.getTime() - ms, last), last);
      return {
        chats,
        paused: number('paused'),
        subscriptions: number('subscriptions'),
        watches: number('watches'),
        articles: articlesFrom(1, last),
        articlesOfDay: since(dayMs),
        articlesOfWeek: since(7 * dayMs),
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
      const named = (wanted: CounterRow['name']) =>
        Object.fromEntries(rows.flatMap(({ name, label, count }) => (name === wanted ? [[label, count]] : [])));
      return {
        articles: number('articlesEver'),
        deliveries: named('deliveries'),
        pending: named('pending')[''] ?? 0,
        rejected: named('rejected'),
      } satisfies Totals;
    },
    async listRejected(page, pageSize) {
      const rows = statements.rejected.all(pageSize, page * pageSize) as RejectedRow[];
      const total = number('rejectedCount');
      return {
        items: rows.map(({ key, path, reason, detail, rejected_at }) => ({
          sourceKey: key,
          path,
          reason,
          detail,
          rejectedAt: new Date(rejected_at),
        })),
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
      return found.map((row) => ({
        id: row.id,
        chatId: row.chat_id,
        articleId: row.article_id,
        error: row.last_error ?? '',
        payload: row.payload ?? undefined,
        failedAt: new Date(row.finished_at ?? 0),
      }));
    },
    async retry(deliveryId) {
      const chatId = statements.chatOfFailed.pluck().get(deliveryId) as number | undefined;
      if (chatId === undefined) return { kind: 'not-failed' };
      // The unique (chat, story): a reprint took its place.
      return statements.retry.run(deliveryId).changes > 0 ? { kind: 'queued', chatId } : { kind: 'replaced' };
    },
  };
}

const dayMs = 24 * 3_600_000;

interface ChatRow {
  readonly type: 'private' | 'group' | 'supergroup' | 'channel';
  readonly active: number;
  readonly gone: number;
}

interface CounterRow {
  readonly name: 'deliveries' | 'pending' | 'rejected';
  readonly label: string;
  readonly count: number;
}

interface RejectedRow {
  readonly key: string;
  readonly path: string;
  readonly reason: RejectReason;
  readonly detail: string;
  readonly rejected_at: number;
}

interface FailedRow {
  readonly id: number;
  readonly chat_id: number;
  readonly article_id: number;
  readonly last_error: string | null;
  readonly payload: string | null;
  readonly finished_at: number | null;
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
