import { sql } from 'drizzle-orm';
import type { Role, Worker, WorkerStore } from '../../src/worker-ports.js';
import { all, clockMs, type Database, get, inTransaction, run } from './database.js';

/** What a transaction of another process takes to become visible at most; afterwards nothing of that time comes. */
const wakeSlackMs = 15_000;
/** Wakes that every process has seen by now. */
const wakeKeptMs = 60_000;
/** What nothing limits any more, and workers that are long dead. */
const paceKeptMs = 300_000;
const clockSlackMs = 60_000;
const deadKeptMs = 86_400_000;
const tidyEveryMs = 3_600_000;

/** The processes on this database; `id` is this one's. */
export function createWorkerStore(db: Database, id: string): WorkerStore {
  const isAlive = sql`alive_until > ${clockMs}`;
  const listAlive = async (): Promise<readonly Worker[]> => {
    const rows = await all<{ id: string; roles: string }>(
      db,
      sql`SELECT id, roles FROM workers WHERE ${isAlive} ORDER BY id COLLATE "C"`,
    );
    return rows.map((row) => ({ id: row.id, roles: JSON.parse(row.roles) as Role[] }));
  };
  const claimSlot = async (job: string, slot: number): Promise<boolean> => {
    // No later than now: a process whose clock is ahead must not silence the others.
    const upTo = sql`least(${slot}::bigint, ${clockMs})`;
    const claimed = await run(
      db,
      sql`INSERT INTO jobs (name, last_slot) VALUES (${job}, ${upTo})
        ON CONFLICT (name) DO UPDATE SET last_slot = excluded.last_slot
        -- One that is ahead of the clock was noted before that was set back.
        WHERE jobs.last_slot < ${slot} OR jobs.last_slot > ${clockMs} + ${clockSlackMs}::bigint`,
    );
    return claimed > 0;
  };
  /** Once an hour, by one of them. */
  const tidyUp = async (): Promise<void> => {
    if (!(await claimSlot('tidy up', Math.floor(Date.now() / tidyEveryMs) * tidyEveryMs))) return;
    await db.execute(sql`DELETE FROM chat_paces WHERE touched_at < ${clockMs} - ${paceKeptMs}`);
    await db.execute(sql`DELETE FROM workers WHERE alive_until < ${clockMs} - ${deadKeptMs}`);
  };
  return {
    id,
    async beat(roles, aliveMs) {
      await db.execute(
        sql`INSERT INTO workers (id, roles, started_at, alive_until)
          VALUES (${id}, ${JSON.stringify(roles)}, ${clockMs}, ${clockMs} + ${aliveMs}::bigint)
          ON CONFLICT (id) DO UPDATE SET roles = excluded.roles, alive_until = excluded.alive_until`,
      );
      await db.execute(sql`DELETE FROM wakes WHERE at < ${clockMs} - ${wakeKeptMs}`);
      await tidyUp();
      return listAlive();
    },
    async leave() {
      await inTransaction(db, async (tx) => {
        await tx.execute(sql`DELETE FROM chat_leases WHERE worker = ${id}`);
        await tx.execute(sql`DELETE FROM leases WHERE worker = ${id}`);
        await tx.execute(sql`UPDATE received_updates SET worker = NULL WHERE payload IS NOT NULL AND worker = ${id}`);
        await tx.execute(sql`DELETE FROM workers WHERE id = ${id}`);
      });
    },
    async acquire(name) {
      const taken = await run(
        db,
        sql`INSERT INTO leases (name, worker) VALUES (${name}, ${id})
          ON CONFLICT (name) DO UPDATE SET worker = excluded.worker
          WHERE leases.worker = excluded.worker
            OR NOT EXISTS (SELECT 1 FROM workers w WHERE w.id = leases.worker AND w.alive_until > ${clockMs})`,
      );
      return taken > 0;
    },
    async release(name) {
      await db.execute(sql`DELETE FROM leases WHERE name = ${name} AND worker = ${id}`);
    },
    claimSlot: (job, slot) => claimSlot(job, slot.getTime()),
    async beginRound() {
      await db.execute(sql`UPDATE workers SET round_since = coalesce(round_since, ${clockMs}) WHERE id = ${id}`);
    },
    async endRound() {
      await db.execute(sql`UPDATE workers SET round_since = NULL WHERE id = ${id}`);
    },
    async noteBacklog(until) {
      await db.execute(
        sql`UPDATE archive SET backlog_until = greatest(coalesce(backlog_until, 0), ${until.getTime()}::bigint) WHERE id = 1`,
      );
    },
    async wake(chatId) {
      await db.execute(sql`INSERT INTO wakes (chat_id, at) VALUES (${chatId}, ${clockMs})`);
    },
    async listWoken(after) {
      if (!after) {
        const row = await get<{ at: number }>(db, sql`SELECT ${clockMs} AS at`);
        return { chatIds: [], upTo: { at: Number(row?.at ?? 0), ids: new Set() } };
      }
      // A wake can become visible after one that was noted later: the last seconds are looked at again and again.
      const rows = await all<{ id: number; chat_id: number; at: number }>(
        db,
        sql`SELECT id, chat_id, at FROM wakes WHERE at > ${after.at - wakeSlackMs} ORDER BY at, id`,
      );
      const fresh = rows.filter((row) => !after.ids.has(Number(row.id)) && Number(row.at) > after.at - wakeSlackMs);
      const newest = Math.max(after.at, ...rows.map(({ at }) => Number(at)));
      const recent = rows.filter(({ at }) => Number(at) > newest - wakeSlackMs).map((row) => Number(row.id));
      return {
        chatIds: [...new Set(fresh.map((row) => Number(row.chat_id)))],
        upTo: { at: newest, ids: new Set(recent) },
      };
    },
  };
}
