import { sql } from 'drizzle-orm';
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
import { all, type Database, get, inTransaction, lockArchive, run } from './database.js';
import {
  articles,
  chats,
  counters,
  deliveries,
  edits,
  notices,
  rejectedPosts,
  sources,
  subscriptions,
  watches,
} from './schema.js';

/** Deliveries that are looked at in one statement: some 50 ms. */
const sliceSize = 100_000;

export function createAdminStore(db: Database): AdminStore {
  return {
    async count(now) {
      const last = await numberOf(db, sql`SELECT max(id) AS n FROM ${articles}`);
      const countFrom = (id: number) => numberOf(db, sql`SELECT count(*) AS n FROM ${articles} WHERE id >= ${id}`);
      const seenFrom = (id: number) =>
        numberOf(db, sql`SELECT first_seen_at AS n FROM ${articles} WHERE id >= ${id} ORDER BY id LIMIT 1`);
      const estimate = (id: number) => estimateFrom(id, last, countFrom);
      const since = async (ms: number) => estimate(await firstSince(now.getTime() - ms, last, seenFrom));
      const counted = await get<Counted>(
        db,
        sql`SELECT (SELECT count(*) FROM ${chats} WHERE paused_at IS NOT NULL AND state = 'active') AS paused,
          (SELECT count(*) FROM ${subscriptions}) AS subscriptions, (SELECT count(*) FROM ${watches}) AS watches,
          (SELECT count(*) FROM ${rejectedPosts}) AS rejected`,
      );
      if (!counted) throw new Error('nothing was counted');
      return {
        chats: await countChats(db),
        ...counted,
        articles: await estimate(1),
        articlesOfDay: await since(dayMs),
        articlesOfWeek: await since(7 * dayMs),
        deliveries: await countStates(db),
      };
    },
    async queue() {
      // The inner query reads what is pending, by its index.
      const row = await get<QueueRow>(
        db,
        sql`SELECT coalesce(sum(n) FILTER (WHERE is_open), 0)::bigint AS due,
            coalesce(sum(n) FILTER (WHERE NOT is_open), 0)::bigint AS held,
            (SELECT created_at FROM ${deliveries} WHERE id = min(first) FILTER (WHERE is_open)) AS oldest,
            (SELECT count(*) FROM ${edits}) AS edits,
            (SELECT count(*) FROM ${notices} WHERE state = 'pending') AS notices
          FROM (SELECT n, first, c.state = 'active' AND c.paused_at IS NULL AS is_open
            FROM (SELECT chat_id, count(*) AS n, min(id) AS first FROM ${deliveries}
              WHERE state = 'pending' GROUP BY chat_id) d
            JOIN ${chats} c ON c.id = d.chat_id) q`,
      );
      if (!row) throw new Error('nothing was counted');
      const { oldest, ...counts } = row;
      return { ...counts, oldestQueuedAt: oldest === null ? undefined : new Date(oldest) };
    },
    async totals() {
      const rows = await all<CounterRow>(
        db,
        sql`SELECT name, label, sum(count)::bigint AS count FROM ${counters} GROUP BY name, label`,
      );
      // Numbers are never given twice; a write that failed may have left a gap.
      const ever = sql`SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS n FROM articles_id_seq`;
      return toTotals(rows, await numberOf(db, ever));
    },
    async listRejected(page, pageSize) {
      const rows = await all<RejectedRow>(
        db,
        sql`SELECT s.key, r.path, r.reason, r.detail, r.rejected_at
          FROM ${rejectedPosts} r JOIN ${sources} s ON s.id = r.source_id
          ORDER BY r.rejected_at DESC, r.source_id, r.path COLLATE "C" DESC LIMIT ${pageSize} OFFSET ${page * pageSize}`,
      );
      return {
        items: rows.map(toRejected),
        total: await numberOf(db, sql`SELECT count(*) AS n FROM ${rejectedPosts}`),
      };
    },
    async listFailed(beforeId, limit) {
      // By `deliveries_failed`.
      const rows = await all<FailedRow>(
        db,
        sql`SELECT id, chat_id, article_id, last_error, left(payload, ${payloadChars}) AS payload, finished_at
          FROM ${deliveries} WHERE state = 'failed' AND id < ${beforeId ?? Number.MAX_SAFE_INTEGER}
          ORDER BY id DESC LIMIT ${limit}`,
      );
      return rows.map(toFailedDelivery);
    },
    async retry(deliveryId) {
      return inTransaction(db, async (tx) => {
        // No reprint is queued meanwhile.
        await lockArchive(tx);
        const failed = await get<{ chat_id: number }>(
          tx,
          sql`SELECT chat_id FROM ${deliveries} WHERE id = ${deliveryId} AND state = 'failed'`,
        );
        if (!failed) return { kind: 'not-failed' };
        const queued = await run(
          tx,
          sql`UPDATE ${deliveries} d SET state = 'pending', attempts = 0, next_attempt_at = 0, last_error = NULL,
              payload = NULL, finished_at = NULL, digest_id = NULL
            WHERE d.id = ${deliveryId} AND d.state = 'failed' AND NOT EXISTS (
              SELECT 1 FROM ${deliveries} o WHERE o.chat_id = d.chat_id AND o.topic_id = d.topic_id
                AND o.story_id = d.story_id AND o.state IN ('pending', 'sent'))`,
        );
        // The unique (chat, story): a reprint took its place.
        return queued > 0 ? { kind: 'queued', chatId: failed.chat_id } : { kind: 'replaced' };
      });
    },
  };
}

interface Counted {
  readonly paused: number;
  readonly subscriptions: number;
  readonly watches: number;
  readonly rejected: number;
}

interface QueueRow {
  readonly due: number;
  readonly held: number;
  readonly oldest: number | null;
  readonly edits: number;
  readonly notices: number;
}

/** What a statement gives as `n`; nothing is 0. */
async function numberOf(db: Database, statement: ReturnType<typeof sql>): Promise<number> {
  const row = await get<{ n: number | null }>(db, statement);
  return row?.n ?? 0;
}

function countChats(db: Database) {
  return all<{ type: typeof chats.$inferSelect.type; active: number; gone: number }>(
    db,
    sql`SELECT type, count(*) FILTER (WHERE state = 'active') AS active, count(*) FILTER (WHERE state = 'gone') AS gone
      FROM ${chats} GROUP BY type ORDER BY type COLLATE "C"`,
  );
}

/** Along the primary key, so that no statement runs for long. */
async function countStates(db: Database): Promise<Readonly<Record<string, number>>> {
  const states: Record<string, number> = { pending: 0, sent: 0, failed: 0 };
  for (let after = 0; ; ) {
    const slice = await all<{ state: string; n: number; last: number }>(
      db,
      sql`SELECT state, count(*) AS n, max(id) AS last
        FROM (SELECT id, state FROM ${deliveries} WHERE id > ${after} ORDER BY id LIMIT ${sliceSize}) d GROUP BY state`,
    );
    for (const { state, n, last } of slice) {
      states[state] = (states[state] ?? 0) + n;
      after = Math.max(after, last);
    }
    if (slice.reduce((sum, { n }) => sum + n, 0) < sliceSize) return states;
  }
}
