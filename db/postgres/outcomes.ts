import { type SQL, sql } from 'drizzle-orm';
import type { ChatTarget, ClaimedArticle, ClaimedDigest, ClaimedMessage } from '../../src/domain/delivery.js';
import type { AfterFailure } from '../../src/ports.js';
import { newerHalf, withPush } from '../outbox-rules.js';
import { storable } from './columns.js';
import {
  all,
  arrayOf,
  type Database,
  get,
  inTransaction,
  isWorthRepeating,
  lockArchive,
  run,
  type Transaction,
} from './database.js';
import { articles, chats, deliveries, digests, edits, targets } from './schema.js';

/** What became of messages that were taken up. `freed`: the statement that ends the lease of the chat, in the same transaction. */

/**
 * What is done before deliveries of a chat are touched. Who gives something up has the chat's row locked and then drops what
 * is owed: the other way round the two could wait for each other.
 */
async function lockChat(tx: Transaction, chatId: number): Promise<void> {
  await run(tx, sql`SELECT id FROM ${chats} WHERE id = ${chatId} FOR NO KEY UPDATE`);
}

/**
 * What of a digest is not sent yet, by `deliveries_digest`. Where statistics are behind, a server that may would go through
 * all that is pending (`deliveries_pending`) as well: it is not to know that this is the same condition.
 */
function pendingOf(digestId: number): SQL {
  return sql`digest_id = ${digestId} AND state || '' = 'pending'`;
}

function sentAs(messageId: number, time: number): SQL {
  return sql`state = 'sent', message_id = ${messageId}, finished_at = ${time}, last_error = NULL`;
}

/** The chat had a digest, or what takes its place. `from`: the chat's row, if it is still there. */
function noteDigested({ topicId }: ChatTarget, time: number, from: SQL): SQL {
  return sql`INSERT INTO ${targets} (chat_id, topic_id, digested_at) SELECT id, ${topicId}::bigint, ${time}::bigint ${from}
    ON CONFLICT (chat_id, topic_id)
    DO UPDATE SET digested_before_at = targets.digested_at, digested_at = excluded.digested_at`;
}

/**
 * One statement, nearly always. Whoever corrects an article queues edits for the messages that have gone by then: between the
 * look whether it was corrected and the note that it is sent it must not be, so that its row is locked meanwhile. What is
 * being corrected just now is not waited for, but left to `completeInOrder`.
 */
export async function completeArticle(
  db: Database,
  freed: SQL,
  message: ClaimedArticle,
  messageId: number,
  time: number,
): Promise<void> {
  const { chatId, deliveryId, articleId, asOfRevision, asDigest, pushedAt } = message;
  const ofChat = sql`id = ${chatId} AND EXISTS (SELECT 1 FROM article)`;
  const chat = asDigest
    ? sql`SELECT id FROM ${chats} WHERE ${ofChat} FOR NO KEY UPDATE`
    : sql`UPDATE ${chats} SET pushed_at = ${withPush(pushedAt, time)} WHERE ${ofChat} RETURNING id`;
  const isSent = sql`EXISTS (SELECT 1 FROM sent)`;
  const digested = noteDigested(message, time, sql`FROM chat WHERE ${isSent}`);
  const sent = await get(
    db,
    sql`WITH article AS (
        SELECT id FROM ${articles} WHERE id = ${articleId} AND revision <= ${asOfRevision} FOR SHARE SKIP LOCKED),
      chat AS (${chat}),
      sent AS (
        UPDATE ${deliveries} SET ${sentAs(messageId, time)}, digest_id = NULL
        WHERE id = ${deliveryId} AND state = 'pending' AND EXISTS (SELECT 1 FROM article)
          -- The chat's row comes before it.
          AND (SELECT count(*) FROM chat) >= 0
        RETURNING id),
      ${asDigest ? sql`digested AS (${digested}),` : sql``}
      freed AS (${freed} AND ${isSent})
      SELECT id FROM sent`,
  ).catch(unlessGivenUp);
  if (!sent) await completeInOrder(db, freed, message, messageId, time);
}

/** The article was corrected meanwhile, or the delivery dropped: with the archive locked nothing changes under our hands. */
async function completeInOrder(
  db: Database,
  freed: SQL,
  message: ClaimedArticle,
  messageId: number,
  time: number,
): Promise<void> {
  const { chatId, topicId, deliveryId, articleId, storyId, asOfRevision } = message;
  await inTransaction(db, async (tx) => {
    await lockArchive(tx);
    await lockChat(tx, chatId);
    const sent = await run(
      tx,
      sql`UPDATE ${deliveries} SET ${sentAs(messageId, time)}, digest_id = NULL
        WHERE id = ${deliveryId} AND state = 'pending'`,
    );
    // Dropped while it was sent: the reader has the story now, and is not owed its reprint.
    if (sent === 0)
      await run(
        tx,
        sql`UPDATE ${deliveries} SET ${sentAs(messageId, time)}
          WHERE chat_id = ${chatId} AND topic_id = ${topicId} AND story_id = ${storyId} AND state = 'pending'`,
      );
    const ofChat = sql`id = ${chatId}`;
    await run(
      tx,
      message.asDigest
        ? noteDigested(message, time, sql`FROM ${chats} WHERE ${ofChat}`)
        : sql`UPDATE ${chats} SET pushed_at = ${withPush(message.pushedAt, time)} WHERE ${ofChat}`,
    );
    const corrected = sql`SELECT 1 FROM ${articles} WHERE id = ${articleId} AND revision > ${asOfRevision}`;
    const edited = sql`SELECT chat_id, id, 0 FROM ${deliveries} WHERE id = ${deliveryId} AND EXISTS (${corrected})`;
    await queueEdit(tx, sql`delivery_id`, edited);
    await run(tx, freed);
  });
}

/** In place of an older edit of the same message, under a new number: whoever has that one in hand drops only it. */
async function queueEdit(tx: Transaction, of: SQL, row: SQL): Promise<void> {
  await run(
    tx,
    sql`INSERT INTO ${edits} (chat_id, ${of}, next_attempt_at) ${row}
      ON CONFLICT (${of}) DO UPDATE SET id = excluded.id, attempts = 0, next_attempt_at = 0`,
  );
}

/** The server ends one of two that wait for each other: what it did is undone, and done again in order. */
function unlessGivenUp(error: unknown): undefined {
  if (!isWorthRepeating(error)) throw error;
}

/**
 * As with an article, whose rows are locked here for every article of the digest. What another process added to it since, which
 * thought this one dead, nobody was shown by this message: the digest stays with that process.
 */
export async function completeDigest(
  db: Database,
  freed: SQL,
  message: ClaimedDigest,
  messageId: number,
  time: number,
): Promise<void> {
  const { chatId, digestId, asOfRevision } = message;
  const held = sql`SELECT article_id FROM ${deliveries} WHERE digest_id = ${digestId}`;
  const isAnothers = async (tx: Transaction) => {
    const waiting = await get<{ n: number }>(
      tx,
      sql`SELECT count(*) AS n FROM ${deliveries} WHERE ${pendingOf(digestId)}`,
    );
    return (waiting?.n ?? 0) > message.count;
  };
  const write = async (tx: Transaction) => {
    const digested = noteDigested(message, time, sql`FROM ${chats} WHERE id = ${chatId}`);
    await run(
      tx,
      sql`WITH digest AS (UPDATE ${digests} SET message_id = ${messageId} WHERE id = ${digestId}),
          digested AS (${digested}), freed AS (${freed})
        UPDATE ${deliveries} SET ${sentAs(messageId, time)} WHERE ${pendingOf(digestId)}`,
    );
  };
  const isDone = await inTransaction(db, async (tx) => {
    await lockChat(tx, chatId);
    if (await isAnothers(tx)) return true;
    const counts = await get<{ locked: number; held: number }>(
      tx,
      sql`WITH locked AS (
          SELECT id FROM ${articles} WHERE id IN (${held}) AND revision <= ${asOfRevision} FOR SHARE SKIP LOCKED)
        SELECT (SELECT count(*) FROM locked) AS locked, (SELECT count(DISTINCT article_id) FROM (${held}) h) AS held`,
    );
    if (counts?.locked !== counts?.held) return false;
    await write(tx);
    return true;
  });
  if (isDone) return;
  await inTransaction(db, async (tx) => {
    await lockArchive(tx);
    await lockChat(tx, chatId);
    if (await isAnothers(tx)) return;
    await write(tx);
    const corrected = sql`SELECT 1 FROM ${articles} WHERE id IN (${held}) AND revision > ${asOfRevision}`;
    const edited = sql`SELECT chat_id, id, 0 FROM ${digests} WHERE id = ${digestId} AND EXISTS (${corrected})`;
    await queueEdit(tx, sql`digest_id`, edited);
  });
}

/** A correction has its end, whatever came of it. */
export async function dropEdit(db: Database, freed: SQL, editId: number): Promise<void> {
  await run(db, sql`WITH freed AS (${freed}) DELETE FROM ${edits} WHERE id = ${editId}`);
}

/** It is as it was, but for another attempt that failed. */
export async function tryAgain(
  db: Database,
  freed: SQL,
  message: Exclude<ClaimedMessage, { kind: 'notice' }>,
  { error, at }: Extract<AfterFailure, { kind: 'retry' }>,
): Promise<void> {
  const again = sql`attempts = attempts + 1, next_attempt_at = ${at.getTime()}`;
  const retry = (which: SQL) => sql`UPDATE ${deliveries} SET ${again}, last_error = ${storable(error)} WHERE ${which}`;
  const update = () => {
    switch (message.kind) {
      case 'edit':
        return sql`UPDATE ${edits} SET ${again} WHERE id = ${message.editId}`;
      case 'digest':
        return retry(pendingOf(message.digestId));
      case 'article':
        return retry(sql`id = ${message.deliveryId} AND state = 'pending'`);
    }
  };
  await run(db, sql`WITH freed AS (${freed}) ${update()}`);
}

/** Both halves go as they are, until the article is found that is not taken. */
export async function splitDigest(
  db: Database,
  freed: SQL,
  { chatId, digestId }: ClaimedDigest,
  error: string,
): Promise<void> {
  await inTransaction(db, async (tx) => {
    await lockChat(tx, chatId);
    await run(tx, freed);
    const parts = await all<{ id: number }>(
      tx,
      sql`SELECT id FROM ${deliveries} WHERE ${pendingOf(digestId)} ORDER BY id`,
    );
    // Nothing of it is owed any more; the chat may be forgotten, and the digest with it.
    if (parts.length === 0) return;
    const ids = parts.map(({ id }) => id);
    const half = await get<{ id: number }>(
      tx,
      sql`WITH part AS (UPDATE ${digests} SET is_part = true WHERE id = ${digestId}
          RETURNING chat_id, topic_id, reason, created_at)
        INSERT INTO ${digests} (chat_id, topic_id, reason, created_at, is_part)
        SELECT chat_id, topic_id, reason, created_at, true FROM part RETURNING id`,
    );
    await run(
      tx,
      sql`UPDATE ${deliveries} SET attempts = attempts + 1, last_error = ${storable(error)},
          digest_id = CASE WHEN id = ANY(${arrayOf(newerHalf(ids))}) THEN ${half?.id ?? digestId} ELSE digest_id END
        WHERE id = ANY(${arrayOf(ids)})`,
    );
  });
}

/** With the archive locked: a reprint that is stored meanwhile would be merged into what is given up here. */
export async function giveUp(
  db: Database,
  freed: SQL,
  { chatId, topicId, storyId, deliveryId }: ClaimedArticle,
  next: Exclude<AfterFailure, { kind: 'retry' }>,
  time: number,
): Promise<void> {
  const payload = next.kind === 'dead' && next.payload !== undefined ? storable(next.payload) : null;
  await inTransaction(db, async (tx) => {
    await lockArchive(tx);
    await lockChat(tx, chatId);
    await run(tx, freed);
    const given = await run(
      tx,
      sql`UPDATE ${deliveries} SET state = 'failed', last_error = ${storable(next.error)}, payload = ${payload},
          finished_at = ${time}, attempts = attempts + 1
        WHERE id = ${deliveryId} AND state = 'pending'`,
    );
    // One that was dropped meanwhile has its reprint in its place already.
    if (given === 0) return;
    // A reprint may be taken where this was not.
    await run(
      tx,
      sql`UPDATE ${deliveries} SET state = 'pending' WHERE id = (
        SELECT d.id FROM ${articles} a JOIN ${deliveries} d ON d.article_id = a.id AND d.chat_id = ${chatId}
        WHERE a.story_id = ${storyId} AND d.topic_id = ${topicId} AND d.state = 'merged' ORDER BY d.id LIMIT 1)`,
    );
  });
}
