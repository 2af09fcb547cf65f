import { sql } from 'drizzle-orm';
import { paceAfter } from '../../src/domain/chat-pace.js';
import { aheadOfRate } from '../../src/domain/send-rate.js';
import type { SharedBudget } from '../../src/worker-ports.js';
import { clockMs, type Database, get, inTransaction } from './database.js';

const clockStepMs = 5_000;
/** Farther ahead than replies are ever granted room: 3,300 would have to wait at 28 a second. */
const farthestAheadUs = 120_000_000;

/**
 * The budget of all processes: one row says when what was granted so far is used up (a leaky bucket, as GCRA keeps it), one
 * row a chat when messages went to it. Who asks moves the row on in the same statement, so that no two get the same room.
 */
export function createSharedBudget(db: Database): SharedBudget {
  return {
    async reserve(urgency, perSecond, count) {
      const intervalUs = Math.ceil(1_000_000 / perSecond);
      const aheadUs = Math.floor(aheadOfRate(urgency, perSecond) * 1_000);
      const row = await get<{ first_us: number; held_us: number }>(
        db,
        sql`WITH clock AS (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now)
          UPDATE send_budget SET spent_until_us = ${count * intervalUs}::bigint + CASE
            -- The clock was set back since: what was granted by the other one is past.
            WHEN spent_until_us > clock.now + ${farthestAheadUs}::bigint THEN clock.now
            ELSE greatest(spent_until_us, clock.now) END FROM clock
          WHERE id = 1
          RETURNING spent_until_us - ${count * intervalUs}::bigint - clock.now AS first_us, held_until * 1000 - clock.now AS held_us`,
      );
      if (!row) throw new Error('the send budget is missing from the database');
      const first = Number(row.first_us) - aheadUs;
      const held = Number(row.held_us);
      return Array.from({ length: count }, (_, at) => Math.max(first + at * intervalUs, held, 0) / 1_000);
    },
    takeChatTurn(chatId, isReply) {
      return inTransaction(db, async (tx) => {
        await tx.execute(
          sql`INSERT INTO chat_paces (chat_id, sent_at, touched_at) VALUES (${chatId}, '[]', ${clockMs}) ON CONFLICT DO NOTHING`,
        );
        // The clock behind the lock: whoever had it before sent before.
        const row = await get<{ sent_at: string; now: number }>(
          tx,
          sql`WITH pace AS MATERIALIZED (SELECT sent_at FROM chat_paces WHERE chat_id = ${chatId} FOR UPDATE)
            SELECT sent_at, ${clockMs} AS now FROM pace`,
        );
        if (!row) return 0;
        const now = Number(row.now);
        // The same: what lies farther ahead than a clock is corrected by.
        const sentAt = (JSON.parse(row.sent_at) as number[]).filter((at) => at <= now + clockStepMs);
        const pace = paceAfter(chatId, sentAt);
        const freeAt = pace.freeAt(!isReply);
        if (freeAt > now) return freeAt - now;
        await tx.execute(
          sql`UPDATE chat_paces SET sent_at = ${JSON.stringify(pace.withSent(now))}, touched_at = ${now} WHERE chat_id = ${chatId}`,
        );
        return 0;
      });
    },
    async holdAll(ms) {
      await db.execute(
        sql`UPDATE send_budget SET held_until = greatest(held_until, ${clockMs} + ${Math.ceil(ms)}::bigint) WHERE id = 1`,
      );
    },
  };
}
