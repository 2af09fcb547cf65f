import { eq, type SQL, sql } from 'drizzle-orm';
import type { ChatTarget } from '../../src/domain/delivery.js';
import type { DeliveryStore, OutboxMark, WaitingChats } from '../../src/ports.js';
import { mostLookedThrough, type OwedChat, toWaiting, walkedTo } from '../outbox-rules.js';
import { loadLines, otherMediaOf } from './articles.js';
import { createClaimer } from './claim.js';
import { isNumber } from './columns.js';
import { all, type Database, get, inTransaction, lockArchive, run, type Transaction } from './database.js';
import { completeNotice, failNotice, listNoticed } from './notices.js';
import { completeArticle, completeDigest, dropEdit, giveUp, splitDigest, tryAgain } from './outcomes.js';
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
  watches,
} from './schema.js';

/** The outbox of this process: what it takes up is leased to `workerId` until it is through. */
export function createDeliveryStore(db: Database, workerId: string): DeliveryStore {
  const claim = createClaimer(db, workerId);
  /** Ends a lease. One that another process has taken over, because this one was thought dead, stays. */
  const freed = (chatId: number) => sql`DELETE FROM ${chatLeases} WHERE chat_id = ${chatId} AND worker = ${workerId}`;

  return {
    listWaiting: (after) => listWaiting(db, after),
    claim,
    async complete(message, messageId, now) {
      const time = now.getTime();
      const end = freed(message.chatId);
      switch (message.kind) {
        case 'article':
          return completeArticle(db, end, message, messageId, time);
        case 'digest':
          return completeDigest(db, end, message, messageId, time);
        case 'notice':
          return completeNotice(db, end, message.noticeId, messageId, time);
        case 'edit':
          return dropEdit(db, end, message.editId);
      }
    },
    async fail(message, next, now) {
      const end = freed(message.chatId);
      if (message.kind === 'notice') return failNotice(db, end, message.noticeId, next, now.getTime());
      if (next.kind === 'retry') return tryAgain(db, end, message, next);
      switch (message.kind) {
        case 'article':
          return giveUp(db, end, message, next, now.getTime());
        case 'digest':
          return splitDigest(db, end, message, next.error);
        case 'edit':
          return dropEdit(db, end, message.editId);
      }
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
      sql`own.story_id = moved.story_id
      AND own.state IN ('pending', 'sent') AND moved.state IN ('pending', 'sent')`,
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
): Promise<number> {
  const ofTopic = sql`moved.chat_id = ${chatId} AND moved.topic_id = ${topicId}`;
  const doubles = await run(
    tx,
    sql`DELETE FROM ${table} moved WHERE ${ofTopic} AND EXISTS (
      SELECT 1 FROM ${table} own WHERE own.chat_id = ${chatId} AND own.topic_id = 0 AND ${isSame})`,
  );
  return doubles + (await run(tx, sql`UPDATE ${table} moved SET topic_id = 0 WHERE ${ofTopic}`));
}
