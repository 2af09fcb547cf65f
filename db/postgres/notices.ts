import { type SQL, sql } from 'drizzle-orm';
import type { AfterFailure } from '../../src/ports.js';
import type { NoticeRow } from '../claim-rules.js';
import { mostLookedThrough, walkedTo } from '../outbox-rules.js';
import { storable } from './columns.js';
import { all, arrayOf, type Queries, run, type Transaction } from './database.js';
import { announcements, notices } from './schema.js';

/** The outbox of announcements: what the outbox of articles asks it. */

/** Chats that are owed a notice that was queued behind this number; undefined: at all. `last`: the last that there was before. */
export async function listNoticed(
  queries: Queries,
  afterId: number | undefined,
  last: number,
): Promise<{ readonly chatIds: readonly number[]; readonly upTo: number }> {
  const statement =
    afterId === undefined
      ? sql`SELECT max(id) AS id, chat_id FROM ${notices} WHERE state = 'pending' GROUP BY chat_id`
      : sql`SELECT id, chat_id FROM ${notices} WHERE id > ${afterId} ORDER BY id LIMIT ${mostLookedThrough}`;
  const found = await all<{ id: number; chat_id: number }>(queries, statement);
  return { chatIds: found.map(({ chat_id }) => chat_id), upTo: walkedTo(found, last, afterId) };
}

/** The next notice of each chat that is owed one, in the order of announcing. */
export async function nextNotices(
  tx: Transaction,
  chatIds: readonly number[],
): Promise<ReadonlyMap<number, NoticeRow>> {
  const rows = await all<NoticeRow & { readonly chat_id: number }>(
    tx,
    sql`SELECT n.chat_id, n.id, n.attempts, n.next_attempt_at, a.text
      FROM (SELECT DISTINCT ON (chat_id) * FROM ${notices}
        WHERE chat_id = ANY(${arrayOf(chatIds)}) AND state = 'pending' ORDER BY chat_id, id) n
      JOIN ${announcements} a ON a.id = n.announcement_id`,
  );
  return new Map(rows.map((row) => [row.chat_id, row]));
}

/** Nothing to note when it was stopped while it was sent. `freed`: ends the lease of the chat, in the same statement. */
export async function completeNotice(
  queries: Queries,
  freed: SQL,
  noticeId: number,
  messageId: number,
  time: number,
): Promise<void> {
  await run(
    queries,
    sql`WITH freed AS (${freed})
      UPDATE ${notices} SET state = 'sent', message_id = ${messageId}, finished_at = ${time}, last_error = NULL
      WHERE id = ${noticeId} AND state = 'pending'`,
  );
}

/** Not accepted: tried again, or given up. */
export async function failNotice(
  queries: Queries,
  freed: SQL,
  noticeId: number,
  next: AfterFailure,
  time: number,
): Promise<void> {
  const outcome =
    next.kind === 'retry' ? sql`next_attempt_at = ${next.at.getTime()}` : sql`state = 'failed', finished_at = ${time}`;
  await run(
    queries,
    sql`WITH freed AS (${freed})
      UPDATE ${notices} SET attempts = attempts + 1, last_error = ${storable(next.error)}, ${outcome}
      WHERE id = ${noticeId} AND state = 'pending'`,
  );
}
