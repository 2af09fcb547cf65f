import type { AfterFailure } from '../../src/ports.js';
import type { NoticeRow } from '../claim-rules.js';
import { mostLookedThrough, walkedTo } from '../outbox-rules.js';
import type { SqliteClient } from './driver.js';

/** The outbox of announcements: what the outbox of articles asks it. */
export interface Notices {
  /** Chats that are owed a notice that was queued behind this number; undefined: at all. */
  listWaiting(afterId: number | undefined): { readonly chatIds: readonly number[]; readonly upTo: number };
  /** The next notice of a chat, in the order of announcing. */
  next(chatId: number): NoticeRow | undefined;
  complete(noticeId: number, messageId: number, time: number): void;
  fail(noticeId: number, next: AfterFailure, time: number): void;
}

export function createNotices(client: SqliteClient): Notices {
  const statements = prepare(client);
  return {
    listWaiting(afterId) {
      // Read before the notices: what is queued in between is looked at again.
      const last = (statements.lastId.get() as number | undefined) ?? 0;
      if (afterId === undefined) return { chatIds: statements.owedAtAll.all() as number[], upTo: last };
      const owed = statements.owedSince.all(afterId, mostLookedThrough) as { id: number; chat_id: number }[];
      return { chatIds: owed.map(({ chat_id }) => chat_id), upTo: walkedTo(owed, last, afterId) };
    },
    next(chatId) {
      return statements.next.get(chatId) as NoticeRow | undefined;
    },
    complete(id, message, now) {
      // Nothing to note when it was stopped while it was sent.
      statements.sent.run({ id, message, now });
    },
    fail(id, next, now) {
      const { error } = next;
      if (next.kind === 'retry') statements.retry.run({ id, error, at: next.at.getTime() });
      else statements.giveUp.run({ id, error, now });
    },
  };
}

/** Prepared once: they run for every message. */
function prepare(client: SqliteClient) {
  const owing = "state = 'pending'";
  return {
    lastId: client.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'notices'").pluck(),
    owedAtAll: client.prepare(`SELECT DISTINCT chat_id FROM notices WHERE ${owing}`).pluck(),
    owedSince: client.prepare('SELECT id, chat_id FROM notices WHERE id > ? ORDER BY id LIMIT ?'),
    next: client.prepare(`
      SELECT n.id, n.attempts, n.next_attempt_at, a.text FROM notices n JOIN announcements a ON a.id = n.announcement_id
      WHERE n.chat_id = ? AND n.${owing} ORDER BY n.id LIMIT 1`),
    sent: client.prepare(`
      UPDATE notices SET state = 'sent', message_id = :message, finished_at = :now, last_error = NULL
      WHERE id = :id AND ${owing}`),
    retry: client.prepare(`
      UPDATE notices SET attempts = attempts + 1, last_error = :error, next_attempt_at = :at WHERE id = :id AND ${owing}`),
    giveUp: client.prepare(`
      UPDATE notices SET state = 'failed', attempts = attempts + 1, last_error = :error, finished_at = :now
      WHERE id = :id AND ${owing}`),
  };
}
