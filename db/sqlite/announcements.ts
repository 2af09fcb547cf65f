import { and, count, eq, lt, or, sql } from 'drizzle-orm';
import type { AnnouncementProgress, AnnouncementStore } from '../../src/ports.js';
import { draftKeptMs, type NoticeStateRow, toProgress } from '../announcement-rules.js';
import type { Database } from './database.js';
import { announcements, chats, notices } from './schema.js';

export function createAnnouncementStore(db: Database): AnnouncementStore {
  /** Finished ones never change again: counting them is done once. */
  const finished = new Map<number, AnnouncementProgress>();
  const isOwed = sql`EXISTS (SELECT 1 FROM ${notices} WHERE announcement_id = announcements.id)`;
  const isDraft = sql`NOT ${isOwed}`;
  return {
    async draft(text, createdBy, now) {
      return db.transaction(
        (tx) => {
          const isOld = lt(announcements.createdAt, now.getTime() - draftKeptMs);
          // A newer text of the same author takes the place of the older.
          tx.delete(announcements)
            .where(and(or(eq(announcements.createdBy, createdBy), isOld), isDraft))
            .run();
          const row = { text, createdBy, createdAt: now.getTime() };
          const { id } = tx.insert(announcements).values(row).returning({ id: announcements.id }).get();
          const active = tx.select({ n: count() }).from(chats).where(eq(chats.state, 'active')).get();
          return { id, chats: active?.n ?? 0 };
        },
        { behavior: 'immediate' },
      );
    },
    async send(announcementId, createdBy, now) {
      return db.transaction(
        (tx) => {
          const own = and(eq(announcements.id, announcementId), eq(announcements.createdBy, createdBy), isDraft);
          const changed = tx.update(announcements).set({ createdAt: now.getTime() }).where(own).run().changes;
          if (changed === 0) return undefined;
          return tx.run(sql`
            INSERT INTO ${notices} (chat_id, announcement_id, next_attempt_at)
            SELECT id, ${announcementId}, 0 FROM ${chats} WHERE state = 'active' ORDER BY id`).changes;
        },
        { behavior: 'immediate' },
      );
    },
    async cancel(announcementId, createdBy) {
      const own = and(eq(announcements.id, announcementId), eq(announcements.createdBy, createdBy), isDraft);
      return db.delete(announcements).where(own).run().changes > 0;
    },
    async stop(announcementId) {
      return db.transaction(
        (tx) => {
          const owed = and(eq(notices.announcementId, announcementId), eq(notices.state, 'pending'));
          const stopped = tx.delete(notices).where(owed).run().changes;
          // Without a notice it would be a draft again.
          if (stopped > 0)
            tx.delete(announcements)
              .where(and(eq(announcements.id, announcementId), isDraft))
              .run();
          return stopped;
        },
        { behavior: 'immediate' },
      );
    },
    async listNewest(limit) {
      const newest = db.select().from(announcements).where(isOwed).orderBy(sql`id DESC`).limit(limit).all();
      return newest.map((announcement) => {
        const { id } = announcement;
        const known = finished.get(id);
        if (known) return known;
        const states = db.all<NoticeStateRow>(sql`
          SELECT n.state, n.state = 'pending' AND c.state = 'gone' AS is_gone, count(*) AS n
          FROM ${notices} n JOIN ${chats} c ON c.id = n.chat_id WHERE n.announcement_id = ${id} GROUP BY 1, 2`);
        const progress = toProgress(announcement, states);
        if (progress.pending + progress.gone === 0) finished.set(id, progress);
        return progress;
      });
    },
  };
}
