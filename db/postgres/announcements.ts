import { and, count, desc, eq, lt, or, sql } from 'drizzle-orm';
import type { AnnouncementProgress, AnnouncementStore } from '../../src/ports.js';
import { draftKeptMs, type NoticeStateRow, toProgress } from '../announcement-rules.js';
import { all, changesOf, type Database, inTransaction, lockArchive, run, type Transaction } from './database.js';
import { announcements, chats, notices } from './schema.js';

export function createAnnouncementStore(db: Database): AnnouncementStore {
  /** Finished ones never change again: counting them is done once. */
  const finished = new Map<number, AnnouncementProgress>();
  const isOwed = sql`EXISTS (SELECT 1 FROM ${notices} n WHERE n.announcement_id = ${announcements.id})`;
  const isDraft = sql`NOT ${isOwed}`;
  const draftOf = (announcementId: number, createdBy: number) =>
    and(eq(announcements.id, announcementId), eq(announcements.createdBy, createdBy), isDraft);
  /** Whether something is a draft is decided by its notices, which no other process makes or drops meanwhile. */
  const alone = <T>(work: (tx: Transaction) => Promise<T>) =>
    inTransaction(db, async (tx) => {
      await lockArchive(tx);
      return work(tx);
    });
  return {
    draft: (text, createdBy, now) =>
      alone(async (tx) => {
        const isOld = lt(announcements.createdAt, now.getTime() - draftKeptMs);
        // A newer text of the same author takes the place of the older.
        await tx.delete(announcements).where(and(or(eq(announcements.createdBy, createdBy), isOld), isDraft));
        const row = { text, createdBy, createdAt: now.getTime() };
        const [added] = await tx.insert(announcements).values(row).returning({ id: announcements.id });
        if (!added) throw new Error('a draft was not stored');
        const [active] = await tx.select({ n: count() }).from(chats).where(eq(chats.state, 'active'));
        return { id: added.id, chats: active?.n ?? 0 };
      }),
    send: (announcementId, createdBy, now) =>
      alone(async (tx) => {
        const own = draftOf(announcementId, createdBy);
        const changed = changesOf(await tx.update(announcements).set({ createdAt: now.getTime() }).where(own));
        if (changed === 0) return undefined;
        return run(
          tx,
          sql`INSERT INTO ${notices} (chat_id, announcement_id, next_attempt_at)
            SELECT id, ${announcementId}::bigint, 0 FROM ${chats} WHERE state = 'active' ORDER BY id`,
        );
      }),
    cancel: (announcementId, createdBy) =>
      alone(async (tx) => {
        const dropped = await tx.delete(announcements).where(draftOf(announcementId, createdBy));
        return changesOf(dropped) > 0;
      }),
    stop: (announcementId) =>
      alone(async (tx) => {
        const owed = and(eq(notices.announcementId, announcementId), eq(notices.state, 'pending'));
        const stopped = changesOf(await tx.delete(notices).where(owed));
        // Without a notice it would be a draft again.
        if (stopped > 0) await tx.delete(announcements).where(and(eq(announcements.id, announcementId), isDraft));
        return stopped;
      }),
    async listNewest(limit) {
      const newest = await db.select().from(announcements).where(isOwed).orderBy(desc(announcements.id)).limit(limit);
      const progress: AnnouncementProgress[] = [];
      for (const announcement of newest) {
        const told = finished.get(announcement.id) ?? (await countNotices(db, announcement));
        if (told.pending + told.gone === 0) finished.set(told.id, told);
        progress.push(told);
      }
      return progress;
    },
  };
}

async function countNotices(
  db: Database,
  announcement: typeof announcements.$inferSelect,
): Promise<AnnouncementProgress> {
  const states = await all<NoticeStateRow>(
    db,
    sql`SELECT n.state, n.state = 'pending' AND c.state = 'gone' AS is_gone, count(*) AS n
      FROM ${notices} n JOIN ${chats} c ON c.id = n.chat_id
      WHERE n.announcement_id = ${announcement.id} GROUP BY 1, 2`,
  );
  return toProgress(announcement, states);
}
