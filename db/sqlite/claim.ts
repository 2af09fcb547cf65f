import type { AskingCategory, ChatType, Claim, ClaimedMessage } from '../../src/domain/delivery.js';
import { latestAhead } from '../../src/domain/delivery.js';
import type { ClaimRules } from '../../src/ports.js';
import {
  type AskedFor,
  claimNotice,
  type DeliveryRow,
  type EditRow,
  type ForTarget,
  muted,
  namesCategory,
  type OpenChat,
  type OwedRow,
  openChat,
  type PacedChatRow,
  type PartRow,
  type PushPlan,
  planPush,
  soonest,
  toArticle,
  toEdit,
  whyNoEdit,
} from '../claim-rules.js';
import type { SqliteClient } from './driver.js';
import type { Notices } from './notices.js';

/** Takes up the next message of a chat: the rules say which (`planPush`), this finds what they ask about and notes a digest. */
export function createClaimer(
  client: SqliteClient,
  notices: Notices,
): (chatId: number, now: Date, rules: ClaimRules, withEdits: boolean) => Claim {
  const statements = prepare(client);

  const claimPush = (opened: OpenChat, now: Date, rules: ClaimRules): Exclude<Claim, { kind: 'failed' }> => {
    const { chatId: chat } = opened.chat;
    const bounds = { ...toBounds(now), before: rules.queuedBefore?.getTime() ?? Number.MAX_SAFE_INTEGER };
    const owed = statements.owed.all({ chat, ...bounds }) as OwedRow[];
    const findPart = ({ topicId: topic }: ForTarget) =>
      statements.part.get({ chat, topic, ...toBounds(now) }) as PartRow | undefined;
    const plan = planPush(opened, owed, now, rules, findPart);
    switch (plan.kind) {
      case 'article': {
        const { topicId: topic, chatType } = plan.target;
        const id = plan.deliveryId ?? (statements.oldest.get({ chat, topic, ...bounds }) as number);
        const row = statements.delivery.get(id) as DeliveryRow;
        return { kind: 'message', message: toArticle(plan, id, row, askingCategory(chatType, row)) };
      }
      case 'digest':
        return { kind: 'message', message: openDigest(plan, now, bounds) };
      default:
        return plan;
    }
  };

  const askingCategory = (chatType: ChatType, asked: AskedFor): AskingCategory | undefined => {
    if (!namesCategory(chatType, asked)) return undefined;
    const { chat_id, topic_id, article_id } = asked;
    return statements.asking.get({ chat_id, topic_id, article_id }) as AskingCategory | undefined;
  };

  const openDigest = client.transaction(
    (plan: Extract<PushPlan, { kind: 'digest' }>, now: Date, bounds: Bounds): ClaimedMessage => {
      const { target, knownId, attempts, reason, silent } = plan;
      const due = { chat: target.chatId, topic: target.topicId, ...bounds };
      const opened = { chat: target.chatId, topic: target.topicId, now: now.getTime(), reason };
      const digestId = knownId ?? Number(statements.newDigest.run(opened).lastInsertRowid);
      statements.renewDigest.run({ id: digestId, reason });
      const count = statements.fillDigest.run({ ...due, id: digestId }).changes;
      return { kind: 'digest', ...target, digestId, attempts, count, reason, silent };
    },
  ).immediate;

  const claimEdit = ({ chat }: OpenChat, now: Date, withEdits: boolean): Exclude<Claim, { kind: 'failed' }> => {
    const row = statements.edit.get(chat.chatId) as EditRow | undefined;
    const none = whyNoEdit(row, now, withEdits);
    if (none || !row) return none ?? { kind: 'nothing' };
    const message = toEdit(chat, row, (asked) => askingCategory(chat.chatType, asked));
    if (message) return { kind: 'message', message };
    statements.dropEdit.run(row.id);
    return { kind: 'wait', until: now };
  };

  return (chatId, now, rules, withEdits) => {
    const row = statements.chat.get(chatId) as PacedChatRow | undefined;
    const asOfRevision = statements.revision.get() as number;
    const opened = openChat(chatId, row, { now, asOfRevision, timeZone: rules.timeZone });
    if (opened.kind !== 'open') return opened;
    const push = claimPush(opened, now, rules);
    if (push.kind === 'message') return muted(push.message, opened);
    const notice = claimNotice(opened, notices.next(chatId), now);
    if (notice.kind === 'message') return notice;
    const edit = claimEdit(opened, now, withEdits);
    if (edit.kind === 'message') return edit;
    return soonest([push, notice, edit]);
  };
}

/** Between which times to try again lie that have not come yet. */
function toBounds(now: Date): { readonly now: number; readonly ahead: number } {
  return { now: now.getTime(), ahead: latestAhead(now, 'message') };
}

/** And when what is due was queued at the latest. */
type Bounds = ReturnType<typeof toBounds> & { readonly before: number };

/** Prepared once: they run for every message. */
function prepare(client: SqliteClient) {
  // As `hasCome` has it.
  const hasCome = '(next_attempt_at <= :now OR next_attempt_at > :ahead)';
  const isDue = `${hasCome} AND created_at < :before`;
  const due = `chat_id = :chat AND topic_id = :topic AND state = 'pending' AND ${isDue}`;
  return {
    revision: client.prepare('SELECT revision FROM archive').pluck(),
    chat: client.prepare('SELECT * FROM chats WHERE id = ?'),
    owed: client.prepare(`
      SELECT topic_id,
        count(*) FILTER (WHERE ${isDue}) AS count,
        min(created_at) FILTER (WHERE ${isDue}) AS oldest,
        min(id) FILTER (WHERE ${isDue}) AS first_id,
        max(digest_id) FILTER (WHERE ${isDue}) AS digest_id,
        max(attempts) FILTER (WHERE ${isDue}) AS attempts,
        min(next_attempt_at) FILTER (WHERE NOT ${hasCome} AND created_at < :before) AS next_at,
        (SELECT digested_at FROM targets t WHERE t.chat_id = :chat AND t.topic_id = d.topic_id) AS digested_at,
        (SELECT digested_before_at FROM targets t WHERE t.chat_id = :chat AND t.topic_id = d.topic_id)
          AS digested_before_at
      FROM deliveries d WHERE chat_id = :chat AND state = 'pending' GROUP BY topic_id ORDER BY first_id`),
    oldest: client
      .prepare(`
      SELECT d.id FROM deliveries d JOIN articles a ON a.id = d.article_id WHERE ${due} ORDER BY a.order_at, d.id LIMIT 1`)
      .pluck(),
    delivery: client.prepare(`
      SELECT chat_id, topic_id, article_id, story_id, attempts, created_at, query_id,
        (SELECT text FROM watch_queries WHERE id = query_id) AS keywords
      FROM deliveries WHERE id = ?`),
    // Of several, the one that bears the medium's name: readers know the article by it.
    asking: client.prepare(`
      SELECT c.id, c.name FROM article_categories ac
      JOIN subscriptions s ON s.category_id = ac.category_id AND s.chat_id = :chat_id AND s.topic_id = :topic_id
      JOIN categories c ON c.id = ac.category_id
      WHERE ac.article_id = :article_id
      ORDER BY c.name = (SELECT medium FROM articles WHERE id = :article_id) DESC, c.id LIMIT 1`),
    part: client.prepare(`
      SELECT g.id, count(*) AS count, min(d.id) AS first_id, g.reason, max(d.attempts) AS attempts
      FROM deliveries d JOIN digests g ON g.id = d.digest_id
      WHERE d.chat_id = :chat AND d.topic_id = :topic AND d.state = 'pending' AND ${hasCome} AND g.is_part
      GROUP BY g.id ORDER BY g.id LIMIT 1`),
    newDigest: client.prepare(`
      INSERT INTO digests (chat_id, topic_id, reason, created_at) VALUES (:chat, :topic, :reason, :now)`),
    renewDigest: client.prepare('UPDATE digests SET reason = :reason WHERE id = :id'),
    fillDigest: client.prepare(`UPDATE deliveries SET digest_id = :id WHERE ${due}`),
    edit: client.prepare(`
      SELECT e.id, e.attempts, e.next_attempt_at, e.digest_id, g.shown_page, g.message_id AS digest_message_id,
        e.chat_id, d.topic_id, d.article_id, d.message_id, d.query_id,
        (SELECT text FROM watch_queries WHERE id = d.query_id) AS keywords,
        EXISTS (SELECT 1 FROM saved s WHERE s.chat_id = e.chat_id AND s.article_id = d.article_id) AS is_saved
      FROM edits e LEFT JOIN digests g ON g.id = e.digest_id LEFT JOIN deliveries d ON d.id = e.delivery_id
      WHERE e.chat_id = ? ORDER BY e.next_attempt_at, e.id LIMIT 1`),
    dropEdit: client.prepare('DELETE FROM edits WHERE id = ?'),
  };
}
