import { and, eq, sql } from 'drizzle-orm';
import type { ClaimedMessage } from '../../src/domain/delivery.js';
import type { AfterFailure, DeliveryStore, OutboxMark, WaitingChats } from '../../src/ports.js';
import { toFailed } from '../claim-rules.js';
import { mostLookedThrough, newerHalf, type OwedChat, toWaiting, walkedTo, withPush } from '../outbox-rules.js';
import { createMediaCounter, loadLines } from './articles.js';
import { createClaimer } from './claim.js';
import type { Database } from './database.js';
import type { SqliteClient } from './driver.js';
import { describeFault } from './fault.js';
import { createNotices, type Notices } from './notices.js';
import { chats, deliveries, digests, filters, subscriptions, watches } from './schema.js';

export function createDeliveryStore(db: Database, client: SqliteClient): DeliveryStore {
  const notices = createNotices(client);
  const claimChat = createClaimer(client, notices);
  const countOtherMedia = createMediaCounter(db);
  const statements = prepare(client);

  const complete = client.transaction((message: ClaimedMessage, messageId: number, time: number) => {
    const target = { chat: message.chatId, topic: message.topicId };
    switch (message.kind) {
      case 'article': {
        const { deliveryId: id, articleId, storyId, asOfRevision } = message;
        const sent = { id, message: messageId, now: time };
        // Dropped while it was sent: the reader has the story now, and is not owed its reprint.
        if (statements.sent.run(sent).changes === 0) statements.storySent.run({ ...target, ...sent, story: storyId });
        if (message.asDigest) statements.digested.run({ ...target, now: time });
        else statements.pushed.run({ chat: message.chatId, times: withPush(message.pushedAt, time) });
        if (statements.writtenSince.get(articleId, asOfRevision)) statements.editDelivery.run({ id });
        return;
      }
      case 'digest': {
        const id = message.digestId;
        statements.digestSent.run({ id, message: messageId });
        statements.allSent.run({ id, message: messageId, now: time });
        statements.digested.run({ ...target, now: time });
        if (statements.anyWrittenSince.get(id, message.asOfRevision)) statements.editDigest.run({ id });
        return;
      }
      case 'notice':
        return notices.complete(message.noticeId, messageId, time);
      case 'edit':
        statements.dropEdit.run(message.editId);
    }
  }).immediate;

  const fail = client.transaction((message: ClaimedMessage, next: AfterFailure, time: number) => {
    const { error } = next;
    if (message.kind === 'edit') {
      if (next.kind !== 'retry') statements.dropEdit.run(message.editId);
      else statements.retryEdit.run({ id: message.editId, at: next.at.getTime() });
      return;
    }
    if (message.kind === 'notice') return notices.fail(message.noticeId, next, time);
    const isDigest = message.kind === 'digest';
    const id = isDigest ? message.digestId : message.deliveryId;
    if (next.kind === 'retry')
      (isDigest ? statements.retryAll : statements.retry).run({ id, error, at: next.at.getTime() });
    else if (isDigest) splitDigest(id, error);
    else {
      const { chatId: chat, topicId: topic, storyId: story } = message;
      const payload = next.kind === 'dead' ? next.payload : undefined;
      const { changes } = statements.giveUp.run({ id, error, payload, now: time });
      // A reprint may be taken where this was not. One that was dropped meanwhile has its reprint in its place already.
      if (changes > 0) statements.takeReprint.run({ chat, topic, story });
    }
  }).immediate;

  /** Both halves go as they are, until the article is found that is not taken. */
  const splitDigest = (digestId: number, error: string) => {
    const ids = statements.partsOf.all(digestId) as number[];
    // Nothing of it is owed any more; the chat may be forgotten, and the digest with it.
    if (ids.length === 0) return;
    statements.markPart.run(digestId);
    const half = Number(statements.copyDigest.run(digestId).lastInsertRowid);
    for (const id of newerHalf(ids)) statements.moveToDigest.run({ id, digest: half });
    for (const digest of [digestId, half]) statements.noteError.run({ digest, error });
  };

  return {
    async listWaiting(after) {
      return listWaiting(statements, notices, after);
    },
    async claim(chatIds, now, rules) {
      let editsLeft = rules.mostEdits;
      return chatIds.map((chatId) => {
        try {
          const claim = claimChat(chatId, now, rules, editsLeft > 0);
          if (claim.kind === 'message' && claim.message.kind === 'edit') editsLeft -= 1;
          return claim;
        } catch (error) {
          return toFailed(error, describeFault);
        }
      });
    },
    async probe() {
      statements.probe.run();
    },
    async complete(message, messageId, now) {
      complete(message, messageId, now.getTime());
    },
    async fail(message, next, now) {
      fail(message, next, now.getTime());
    },
    async release() {
      // Nobody else takes anything up.
    },
    async holdChat(chatId, until) {
      db.update(chats)
        .set({ notBefore: sql`max(not_before, ${until.getTime()})` })
        .where(eq(chats.id, chatId))
        .run();
    },
    async moveTopicToChat({ chatId, topicId }) {
      if (topicId === 0) return false;
      return db.transaction(
        (tx) => {
          let moved = 0;
          // A filter of the topic's narrows nothing that the chat itself follows already.
          tx.run(sql`DELETE FROM ${filters} WHERE chat_id = ${chatId} AND topic_id = ${topicId} AND CASE category_id
            WHEN 0 THEN EXISTS (SELECT 1 FROM ${subscriptions} WHERE chat_id = ${chatId} AND topic_id = 0)
              OR EXISTS (SELECT 1 FROM ${watches} WHERE chat_id = ${chatId} AND topic_id = 0)
            ELSE category_id IN (SELECT category_id FROM ${subscriptions} WHERE chat_id = ${chatId} AND topic_id = 0) END`);
          for (const table of [subscriptions, watches, deliveries]) {
            // What the chat itself has already stays; the topic's double goes.
            const where = and(eq(table.chatId, chatId), eq(table.topicId, topicId));
            moved += tx.run(
              sql`UPDATE OR IGNORE ${table} SET topic_id = 0 WHERE chat_id = ${chatId} AND topic_id = ${topicId}`,
            ).changes;
            moved += tx.delete(table).where(where).run().changes;
          }
          tx.run(sql`UPDATE OR IGNORE ${filters} SET topic_id = 0 WHERE chat_id = ${chatId} AND topic_id = ${topicId}`);
          tx.delete(filters)
            .where(and(eq(filters.chatId, chatId), eq(filters.topicId, topicId)))
            .run();
          return moved > 0;
        },
        { behavior: 'immediate' },
      );
    },
    async listArticlesOf(chatId, messageId) {
      const rows = statements.articlesOf.all({ chat: chatId, message: messageId }) as { article_id: number }[];
      return rows.map(({ article_id: id }) => id);
    },
    async findDigest(digestId) {
      const row = db.select().from(digests).where(eq(digests.id, digestId)).get();
      return row && { id: row.id, chatId: row.chatId, reason: row.reason };
    },
    async listDigest(digestId, page, pageSize) {
      const digest = db.select().from(digests).where(eq(digests.id, digestId)).get();
      if (!digest) return undefined;
      const { total } = statements.digestSize.get(digestId) as { total: number };
      const rows = statements.digestPage.all(digestId, pageSize, page * pageSize) as DigestRow[];
      if (rows.length === 0) return undefined;
      const byId = new Map(
        loadLines(
          db,
          rows.map(({ id }) => id),
        ).map((line) => [line.id, line]),
      );
      const items = rows.flatMap(({ id, story_id: storyId, medium }) => {
        const line = byId.get(id);
        return line ? [{ ...line, otherMedia: countOtherMedia({ id, storyId, medium }) }] : [];
      });
      return { id: digestId, chatId: digest.chatId, reason: digest.reason, items, page, total };
    },
    async saveDigestPage(digestId, page) {
      db.update(digests).set({ shownPage: page }).where(eq(digests.id, digestId)).run();
    },
  };
}

type Statements = ReturnType<typeof prepare>;

function listWaiting(statements: Statements, notices: Notices, after: OutboxMark | undefined): WaitingChats {
  // Numbers are never used twice, so that what comes later is behind them, whatever is deleted meanwhile.
  const last = new Map(
    (statements.lastIds.all() as { name: string; seq: number }[]).map(({ name, seq }) => [name, seq]),
  );
  const edited = statements.editedChats.all(after?.editId ?? 0) as { chat_id: number }[];
  const owed = (
    after ? statements.owedSince.all(after.deliveryId, mostLookedThrough) : statements.owedAtAll.all()
  ) as OwedChat[];
  const noticed = notices.listWaiting(after?.noticeId);
  return toWaiting(
    owed,
    noticed.chatIds,
    edited.map(({ chat_id }) => chat_id),
    {
      deliveryId: walkedTo(owed, last.get('deliveries') ?? 0, after?.deliveryId),
      editId: Math.max(last.get('edits') ?? 0, after?.editId ?? 0),
      noticeId: noticed.upTo,
    },
  );
}

interface DigestRow {
  readonly id: number;
  readonly story_id: number | null;
  readonly medium: string | null;
}

/** Prepared once: they run for every message. */
function prepare(client: SqliteClient) {
  const sent = "state = 'sent', message_id = :message, finished_at = :now, last_error = NULL";
  const retry = 'attempts = attempts + 1, last_error = :error, next_attempt_at = :at';
  const dead = "state = 'failed', last_error = :error, payload = :payload, finished_at = :now, attempts = attempts + 1";
  const owing = "state = 'pending'";
  return {
    lastIds: client.prepare("SELECT name, seq FROM sqlite_sequence WHERE name IN ('deliveries', 'edits')"),
    owedAtAll: client.prepare(`
      SELECT max(id) AS id, chat_id, min(article_id) AS article_id FROM deliveries WHERE ${owing} GROUP BY chat_id`),
    owedSince: client.prepare(`
      SELECT id, chat_id, article_id FROM deliveries WHERE id > ? ORDER BY id LIMIT ?`),
    editedChats: client.prepare('SELECT DISTINCT chat_id FROM edits WHERE id > ?'),
    sent: client.prepare(`UPDATE deliveries SET ${sent}, digest_id = NULL WHERE id = :id AND ${owing}`),
    allSent: client.prepare(`UPDATE deliveries SET ${sent} WHERE digest_id = :id AND ${owing}`),
    digestSent: client.prepare('UPDATE digests SET message_id = :message WHERE id = :id'),
    storySent: client.prepare(`
      UPDATE deliveries SET ${sent} WHERE chat_id = :chat AND topic_id = :topic AND story_id = :story AND ${owing}`),
    pushed: client.prepare('UPDATE chats SET pushed_at = :times WHERE id = :chat'),
    digested: client.prepare(`
      INSERT INTO targets (chat_id, topic_id, digested_at) SELECT id, :topic, :now FROM chats WHERE id = :chat
      ON CONFLICT DO UPDATE SET digested_before_at = digested_at, digested_at = excluded.digested_at`),
    writtenSince: client.prepare('SELECT 1 FROM articles WHERE id = ? AND revision > ?'),
    anyWrittenSince: client.prepare(`
      SELECT 1 FROM deliveries d JOIN articles a ON a.id = d.article_id WHERE d.digest_id = ? AND a.revision > ?`),
    editDelivery: client.prepare(`
      INSERT OR REPLACE INTO edits (chat_id, delivery_id, next_attempt_at)
      SELECT chat_id, id, 0 FROM deliveries WHERE id = :id`),
    editDigest: client.prepare(`
      INSERT OR REPLACE INTO edits (chat_id, digest_id, next_attempt_at) SELECT chat_id, id, 0 FROM digests WHERE id = :id`),
    dropEdit: client.prepare('DELETE FROM edits WHERE id = ?'),
    retryEdit: client.prepare('UPDATE edits SET attempts = attempts + 1, next_attempt_at = :at WHERE id = :id'),
    retry: client.prepare(`UPDATE deliveries SET ${retry} WHERE id = :id AND ${owing}`),
    retryAll: client.prepare(`UPDATE deliveries SET ${retry} WHERE digest_id = :id AND ${owing}`),
    partsOf: client.prepare(`SELECT id FROM deliveries WHERE digest_id = ? AND ${owing} ORDER BY id`).pluck(),
    markPart: client.prepare('UPDATE digests SET is_part = 1 WHERE id = ?'),
    copyDigest: client.prepare(`
      INSERT INTO digests (chat_id, topic_id, reason, created_at, is_part)
      SELECT chat_id, topic_id, reason, created_at, 1 FROM digests WHERE id = ?`),
    moveToDigest: client.prepare('UPDATE deliveries SET digest_id = :digest WHERE id = :id'),
    noteError: client.prepare(`
      UPDATE deliveries SET attempts = attempts + 1, last_error = :error WHERE digest_id = :digest AND ${owing}`),
    giveUp: client.prepare(`UPDATE deliveries SET ${dead} WHERE id = :id AND ${owing}`),
    takeReprint: client.prepare(`
      UPDATE deliveries SET state = 'pending' WHERE id = (
        SELECT d.id FROM articles a JOIN deliveries d ON d.article_id = a.id AND d.chat_id = :chat
        WHERE a.story_id = :story AND d.topic_id = :topic AND d.state = 'merged' ORDER BY d.id LIMIT 1)`),
    // The state as the index deliveries_story has it: that finds the chat.
    articlesOf: client.prepare(`
      SELECT article_id FROM deliveries
      WHERE chat_id = :chat AND state IN ('pending', 'sent') AND message_id = :message ORDER BY id`),
    probe: client.prepare('UPDATE archive SET revision = revision'),
    digestSize: client.prepare('SELECT count(*) AS total FROM deliveries WHERE digest_id = ?'),
    digestPage: client.prepare(`
      SELECT a.id, a.story_id, a.medium FROM deliveries d JOIN articles a ON a.id = d.article_id WHERE d.digest_id = ?
      ORDER BY a.order_at DESC, a.id DESC LIMIT ? OFFSET ?`),
  };
}
