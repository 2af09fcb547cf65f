import { and, eq, isNotNull, isNull, lt, sql } from 'drizzle-orm';
import type { UpdateStore } from '../../src/ports.js';
import { all, arrayOf, changesOf, clockMs, type Database } from './database.js';
import { receivedUpdates, workers } from './schema.js';

export function createUpdateStore(db: Database, workerId: string): UpdateStore {
  return {
    async add(updateId, payload, now) {
      const row = { updateId, payload, receivedAt: now.getTime(), worker: workerId };
      return changesOf(await db.insert(receivedUpdates).values(row).onConflictDoNothing()) > 0;
    },
    async isOwed(updateId) {
      const { payload, updateId: id, worker } = receivedUpdates;
      const isMine = and(eq(id, updateId), eq(worker, workerId), isNotNull(payload));
      return (await db.select({ id }).from(receivedUpdates).where(isMine)).length > 0;
    },
    async markHandled(updateId) {
      await db.update(receivedUpdates).set({ payload: null }).where(eq(receivedUpdates.updateId, updateId));
    },
    async takeUpAgain(mostStarts, inHand = []) {
      // Of several processes one gets each: the others wait for its row, and then see that it is in living hands.
      const taken = await all<{ update_id: number; payload: string; is_given_up: boolean }>(
        db,
        sql`WITH open AS MATERIALIZED (
            SELECT u.update_id, u.payload, u.received_at FROM ${receivedUpdates} u
            WHERE u.payload IS NOT NULL AND u.update_id <> ALL(${arrayOf(inHand)}) AND (u.worker IS NULL OR u.worker = ${workerId} OR NOT EXISTS (
              SELECT 1 FROM ${workers} w WHERE w.id = u.worker AND w.alive_until > ${clockMs}))
            ORDER BY u.received_at, u.update_id FOR UPDATE OF u
          ), taken AS (
            UPDATE ${receivedUpdates} u SET starts = u.starts + 1, worker = ${workerId},
              payload = CASE WHEN u.starts < ${mostStarts} THEN u.payload END
            FROM open WHERE u.update_id = open.update_id
            RETURNING u.update_id, u.payload IS NULL AS is_given_up
          )
          SELECT update_id, open.payload, is_given_up FROM open JOIN taken USING (update_id)
          ORDER BY open.received_at, update_id`,
      );
      return {
        payloads: taken.filter((row) => !row.is_given_up).map(({ payload }) => payload),
        givenUp: taken.filter((row) => row.is_given_up).map(({ update_id }) => update_id),
      };
    },
    async forgetHandled(before) {
      const isOld = lt(receivedUpdates.receivedAt, before.getTime());
      return changesOf(await db.delete(receivedUpdates).where(and(isOld, isNull(receivedUpdates.payload))));
    },
  };
}
