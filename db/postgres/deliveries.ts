import { eq, type SQL, sql } from 'drizzle-orm';
import type { ChatTarget, ClaimedArticle, ClaimedDigest, ClaimedMessage } from '../../src/domain/delivery.js';
import type { AfterFailure, DeliveryStore, OutboxMark, WaitingChats } from '../../src/ports.js';
import { mostLookedThrough, newerHalf, type OwedChat, toWaiting, walkedTo, withPush } from '../outbox-rules.js';
import { loadLines, otherMediaOf } from './articles.js';
import { createClaimer } from './claim.js';
import { isNumber, storable } from './columns.js';
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
import { completeNotice, failNotice, listNoticed } from './notices.js';
import {
  archive,
  articles,
  chatLeases,
  chats,
  deliveries,
  digests,
  edits,
  filters,
  notices,
  subscriptions,
  targets,
  watches,
} from './schema.js';

/** The outbox of this process: what it takes up is leased to `workerId` until it is through. */
export function createDeliveryStore(db: Database, workerId: string): DeliveryStore {
  const claim = createClaimer(db, workerId);
  /** Ends a lease. One that another process has taken over, because this one was thought dead, stays. */
  const freed = (chatId: number) => sql`DELETE FROM ${chatLeases} WHERE chat_id = ${chatId} AND worker = ${workerId}`;
  const dropEdit = (editId: number) => sql`DELETE FROM ${edits} WHERE id = ${editId}`;

  return {
    listWaiting: (after) => listWaiting(db, after),
    claim,
    async complete(message, messageId, now) {
      const time = now.getTime();
      switch (message.kind) {
        case 'article':
          return completeArticle(db, freed(message.chatId), message, messageId, time);
        case 'digest':
          return completeDigest(db, freed(message.chatId), message, messageId, time);
        case 'notice':
          return completeNotice(db, freed(message.chatId), message.noticeId, messageId, time);
        case 'edit':
          await run(db, sql`WITH freed AS (${freed(message.chatId)}) ${dropEdit(message.editId)}`);
      }
    },
    async fail(message, next, now) {
      if (message.kind === 'notice')
        return failNotice(db, freed(message.chatId), message.noticeId, next, now.getTime());
      if (message.kind === 'edit' && next.kind !== 'retry') {
        await run(db, sql`WITH freed AS (${freed(message.chatId)}) ${dropEdit(message.editId)}`);
        return;
      }
      if (next.kind === 'retry') return tryAgain(db, freed(message.chatId), message, next);
      if (message.kind === 'digest') return splitDigest(db, freed(message.chatId), message, next.error);
      if (message.kind === 'article') return giveUp(db, freed(message.chatId), message, next, now.getTime());
    },
    async release(chatId) {
      await run(db, freed(chatId));
    },
    async probe() {
      await run(db, sql`UPDATE ${archive} SET revision = revision WHERE id = 1`);
    },
    async holdChat(chatId, until) {
      await run(
        db,
        sql`UPDATE ${chats} SET not_before = greatest(not_before, ${until.getTime()}) WHERE id = ${chatId}`,
      );
    },
    async moveTopicToChat(target) {
      if (target.topicId === 0) return false;
      return inTransaction(db, (tx) => moveTopic(tx, target));
    },
    async listArticlesOf(chatId, messageId) {
      if (!isNumber(chatId) || !isNumber(messageId)) return [];
      // The state as the index deliveries_story has it: that finds the chat.
      const rows = await all<{ article_id: number }>(
        db,
        sql`SELECT article_id FROM ${deliveries}
          WHERE chat_id = ${chatId} AND state IN ('pending', 'sent') AND message_id = ${messageId} ORDER BY id`,
      );
      return rows.map(({ article_id }) => article_id);
    },
    async findDigest(digestId) {
      return findDigest(db, digestId);
    },
    async listDigest(digestId, page, pageSize) {
      const digest = isNumber(page) ? await findDigest(db, digestId) : undefined;
      if (!digest) return undefined;
      const rows = await all<{ id: number; other_media: number; total: number }>(
        db,
        sql`SELECT articles.id, ${otherMediaOf()} AS other_media,
            (SELECT count(*) FROM ${deliveries} WHERE digest_id = ${digestId}) AS total
          FROM ${deliveries} d JOIN ${articles} ON articles.id = d.article_id WHERE d.digest_id = ${digestId}
          ORDER BY articles.order_at DESC, articles.id DESC LIMIT ${pageSize} OFFSET ${Math.max(0, page * pageSize)}`,
      );
      const [first] = rows;
      if (!first) return undefined;
      const lines = await loadLines(
        db,
        rows.map(({ id }) => id),
      );
      const otherMedia = new Map(rows.map(({ id, other_media }) => [id, other_media]));
      const items = lines.map((line) => ({ ...line, otherMedia: otherMedia.get(line.id) ?? 0 }));
      return { ...digest, items, page, total: first.total };
    },
    async saveDigestPage(digestId, page) {
      await db.update(digests).set({ shownPage: page }).where(eq(digests.id, digestId));
    },
  };
}

/** Whoever queues something has the archive to itself (`lockArchive`): what is not seen yet is behind the last that is. */
async function listWaiting(db: Database, after: OutboxMark | undefined): Promise<WaitingChats> {
  const last = await get<{ delivery_id: number | null; edit_id: number | null; notice_id: number | null }>(
    db,
    sql`SELECT (SELECT max(id) FROM ${deliveries}) AS delivery_id, (SELECT max(id) FROM ${edits}) AS edit_id,
      (SELECT max(id) FROM ${notices}) AS notice_id`,
  );
  const edited = await all<{ chat_id: number }>(
    db,
    sql`SELECT DISTINCT chat_id FROM ${edits} WHERE id > ${after?.editId ?? 0}`,
  );
  const owed = await all<OwedChat>(
    db,
    after
      ? sql`SELECT id, chat_id, article_id FROM ${deliveries} WHERE id > ${after.deliveryId}
          ORDER BY id LIMIT ${mostLookedThrough}`
      : sql`SELECT max(id) AS id, chat_id, min(article_id) AS article_id FROM ${deliveries}
          WHERE state = 'pending' GROUP BY chat_id`,
  );
  const noticed = await listNoticed(db, after?.noticeId, last?.notice_id ?? 0);
  return toWaiting(
    owed,
    noticed.chatIds,
    edited.map(({ chat_id }) => chat_id),
    {
      deliveryId: walkedTo(owed, last?.delivery_id ?? 0, after?.deliveryId),
      editId: Math.max(last?.edit_id ?? 0, after?.editId ?? 0),
      noticeId: noticed.upTo,
    },
  );
}

async function findDigest(db: Database, digestId: number) {
  if (!isNumber(digestId)) return undefined;
  const [row] = await db.select().from(digests).where(eq(digests.id, digestId));
  return row && { id: row.id, chatId: row.chatId, reason: row.reason };
}

/**
 * What is done before deliveries of a chat are touched. Who gives something up has the chat's row locked and then drops what
 * is owed: the other way round the two could wait for each other.
 */
async function lockChat(tx: Transaction, chatId: number): Promise<void> {
  await run(tx, sql`SELECT id FROM ${chats} WHERE id = ${chatId} FOR NO KEY UPDATE`);
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
async function completeArticle(
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

/** As with an article, whose rows are locked here for every article of the digest. */
async function completeDigest(
  db: Database,
  freed: SQL,
  message: ClaimedDigest,
  messageId: number,
  time: number,
): Promise<void> {
  const { chatId, digestId, asOfRevision } = message;
  const held = sql`SELECT article_id FROM ${deliveries} WHERE digest_id = ${digestId}`;
  const write = async (tx: Transaction) => {
    const digested = noteDigested(message, time, sql`FROM ${chats} WHERE id = ${chatId}`);
    await run(
      tx,
      sql`WITH digest AS (UPDATE ${digests} SET message_id = ${messageId} WHERE id = ${digestId}),
          digested AS (${digested}), freed AS (${freed})
        UPDATE ${deliveries} SET ${sentAs(messageId, time)} WHERE digest_id = ${digestId} AND state = 'pending'`,
    );
  };
  const isDone = await inTransaction(db, async (tx) => {
    await lockChat(tx, chatId);
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
    await write(tx);
    const corrected = sql`SELECT 1 FROM ${articles} WHERE id IN (${held}) AND revision > ${asOfRevision}`;
    const edited = sql`SELECT chat_id, id, 0 FROM ${digests} WHERE id = ${digestId} AND EXISTS (${corrected})`;
    await queueEdit(tx, sql`digest_id`, edited);
  });
}

async function tryAgain(
  db: Database,
  freed: SQL,
  message: Exclude<ClaimedMessage, { kind: 'notice' }>,
  { error, at }: Extract<AfterFailure, { kind: 'retry' }>,
): Promise<void> {
  const again = sql`attempts = attempts + 1, next_attempt_at = ${at.getTime()}`;
  const retry = (which: SQL) =>
    sql`UPDATE ${deliveries} SET ${again}, last_error = ${storable(error)} WHERE ${which} AND state = 'pending'`;
  const update = () => {
    switch (message.kind) {
      case 'edit':
        return sql`UPDATE ${edits} SET ${again} WHERE id = ${message.editId}`;
      case 'digest':
        return retry(sql`digest_id = ${message.digestId}`);
      case 'article':
        return retry(sql`id = ${message.deliveryId}`);
    }
  };
  await run(db, sql`WITH freed AS (${freed}) ${update()}`);
}

/** Both halves go as they are, until the article is found that is not taken. */
async function splitDigest(
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
      sql`SELECT id FROM ${deliveries} WHERE digest_id = ${digestId} AND state = 'pending' ORDER BY id`,
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
async function giveUp(
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

/** Gives whether there was anything to move. */
async function moveTopic(tx: Transaction, { chatId, topicId }: ChatTarget): Promise<boolean> {
  await lockArchive(tx);
  await run(tx, sql`SELECT id FROM ${chats} WHERE id = ${chatId} FOR UPDATE`);
  const follows = (table: typeof subscriptions | typeof watches) =>
    sql`EXISTS (SELECT 1 FROM ${table} WHERE chat_id = ${chatId} AND topic_id = 0)`;
  // A filter of the topic's narrows nothing that the chat itself follows already.
  await run(
    tx,
    sql`DELETE FROM ${filters} f WHERE f.chat_id = ${chatId} AND f.topic_id = ${topicId} AND CASE f.category_id
      WHEN 0 THEN ${follows(subscriptions)} OR ${follows(watches)}
      ELSE EXISTS (SELECT 1 FROM ${subscriptions} s
        WHERE s.chat_id = ${chatId} AND s.topic_id = 0 AND s.category_id = f.category_id) END`,
  );
  const moved = [
    await moveRows(tx, subscriptions, { chatId, topicId }, sql`own.category_id = moved.category_id`),
    await moveRows(tx, watches, { chatId, topicId }, sql`own.query_id = moved.query_id`),
    await moveRows(
      tx,
      deliveries,
      { chatId, topicId },
      sql`own.story_id = moved.story_id AND own.state IN ('pending', 'sent')`,
      sql`moved.state IN ('pending', 'sent')`,
    ),
    await moveRows(
      tx,
      deliveries,
      { chatId, topicId },
      sql`false`,
      sql`moved.state IN ('merged', 'failed', 'expired')`,
    ),
  ];
  await moveRows(tx, filters, { chatId, topicId }, sql`own.category_id = moved.category_id`);
  return moved.some((rows) => rows > 0);
}

/** What the chat itself has already (`isSame`, of the rows `own` and `moved`) stays; the topic's double goes. Gives how many rows of the topic there were. */
async function moveRows(
  tx: Transaction,
  table: typeof subscriptions | typeof watches | typeof deliveries | typeof filters,
  { chatId, topicId }: ChatTarget,
  isSame: SQL,
  which = sql`true`,
): Promise<number> {
  const ofTopic = sql`moved.chat_id = ${chatId} AND moved.topic_id = ${topicId} AND ${which}`;
  const doubles = await run(
    tx,
    sql`DELETE FROM ${table} moved WHERE ${ofTopic} AND EXISTS (
      SELECT 1 FROM ${table} own WHERE own.chat_id = ${chatId} AND own.topic_id = 0 AND ${isSame})`,
  );
  return doubles + (await run(tx, sql`UPDATE ${table} moved SET topic_id = 0 WHERE ${ofTopic}`));
}
