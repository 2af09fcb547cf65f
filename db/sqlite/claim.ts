import type { Claim, ClaimedEdit, ClaimedMessage } from '../../src/domain/delivery.js';
import { type ChatPace, type PushRules, planNext } from '../../src/domain/digest.js';
import type { Language } from '../../src/domain/language.js';
import type { SqliteClient } from './driver.js';

interface ChatRow {
  readonly type: ClaimedMessage['chatType'];
  readonly state: 'active' | 'gone';
  readonly language: Language | null;
  readonly time_zone: string | null;
  readonly not_before: number;
  readonly digest_times: string | null;
  readonly quiet_from: number | null;
  readonly quiet_until: number | null;
  readonly paused_at: number | null;
  readonly resumed_at: number | null;
  readonly digested_at: number | null;
  readonly pushed_at: string | null;
}

/** What one topic of a chat is owed. Of what is due: how much, since when, the first, and the first that goes on its own. */
interface OwedRow {
  readonly topic_id: number;
  readonly count: number;
  readonly oldest: number | null;
  readonly first_id: number | null;
  readonly alone_id: number | null;
  /** When the next that is not due yet will be. */
  readonly next_at: number | null;
}

/** What all messages to one chat have in common. */
type ForChat = Pick<ClaimedMessage, 'chatId' | 'chatType' | 'language' | 'timeZone' | 'claimedAt'>;

/** Takes up the next message of a chat: the rules say which (`planNext`), this finds what they ask about and notes a digest. */
export function createClaimer(client: SqliteClient): (chatId: number, now: Date, rules: PushRules) => Claim {
  const statements = prepare(client);

  const claimPush = (chat: ForChat, pace: ChatPace, now: Date, rules: PushRules): Claim => {
    const time = now.getTime();
    const times: number[] = [];
    for (const owed of statements.owed.all({ chat: chat.chatId, now: time }) as OwedRow[]) {
      if (owed.next_at !== null) times.push(owed.next_at);
      if (owed.first_id === null || owed.oldest === null) continue;
      const count = owed.alone_id === null ? owed.count : 1;
      const next = planNext(pace, { count, oldestQueuedAt: new Date(owed.oldest) }, now, rules);
      if (next.kind === 'wait') {
        if (next.until) times.push(next.until.getTime());
        continue;
      }
      const target = { ...chat, topicId: owed.topic_id };
      if (next.kind === 'single') {
        const id = owed.alone_id ?? owed.first_id;
        const row = statements.delivery.get(id) as { article_id: number; attempts: number; keywords: string | null };
        const { article_id: articleId, attempts } = row;
        const { asDigest, silent } = next;
        const { pushedAt } = pace;
        const what = {
          deliveryId: id,
          articleId,
          attempts,
          keywords: row.keywords ?? undefined,
          asDigest,
          silent,
          pushedAt,
        };
        return { kind: 'message', message: { kind: 'article', ...target, ...what } };
      }
      const { reason, silent } = next;
      const digest = openDigest(chat.chatId, owed.topic_id, reason, time);
      return { kind: 'message', message: { kind: 'digest', ...target, ...digest, reason, silent } };
    }
    return times.length > 0 ? { kind: 'wait', until: new Date(Math.min(...times)) } : { kind: 'nothing' };
  };

  /** All that is due to a target becomes one digest; one that was tried before is taken up again, with what came since. */
  const openDigest = client.transaction((chatId: number, topicId: number, reason: string, time: number) => {
    const target = { chat: chatId, topic: topicId, now: time };
    const known = statements.knownDigest.get(target) as { id: number | null; attempts: number };
    const digestId = known.id ?? Number(statements.newDigest.run({ ...target, reason }).lastInsertRowid);
    statements.renewDigest.run({ id: digestId, reason });
    statements.fillDigest.run({ ...target, id: digestId });
    return { digestId, attempts: known.attempts };
  }).immediate;

  const claimEdit = (chat: ForChat, now: Date): Claim => {
    const row = statements.edit.get(chat.chatId) as EditRow | undefined;
    if (!row) return { kind: 'nothing' };
    if (row.next_attempt_at > now.getTime()) return { kind: 'wait', until: new Date(row.next_attempt_at) };
    const message = toEdit(chat, row);
    if (message) return { kind: 'message', message };
    // What it was about is gone.
    statements.dropEdit.run(row.id);
    return claimEdit(chat, now);
  };

  return (chatId, now, rules) => {
    const row = statements.chat.get(chatId) as ChatRow | undefined;
    if (!row || row.state === 'gone') return { kind: 'nothing' };
    if (row.not_before > now.getTime()) return { kind: 'wait', until: new Date(row.not_before) };
    const chat: ForChat = {
      chatId,
      chatType: row.type,
      language: row.language ?? undefined,
      timeZone: row.time_zone ?? undefined,
      claimedAt: now,
    };
    const push = claimPush(chat, toPace(row, rules.timeZone), now, rules);
    if (push.kind === 'message') return push;
    const edit = claimEdit(chat, now);
    if (edit.kind === 'message' || push.kind === 'nothing') return edit;
    return edit.kind === 'wait' && edit.until < push.until ? edit : push;
  };
}

interface EditRow {
  readonly id: number;
  readonly attempts: number;
  readonly next_attempt_at: number;
  readonly digest_id: number | null;
  readonly shown_page: number | null;
  readonly digest_message_id: number | null;
  readonly article_id: number | null;
  readonly message_id: number | null;
  readonly keywords: string | null;
}

function toEdit(chat: ForChat, row: EditRow): ClaimedEdit | undefined {
  const edit = { ...chat, kind: 'edit', topicId: 0, editId: row.id, attempts: row.attempts } as const;
  if (row.digest_id !== null && row.digest_message_id !== null) {
    const of = { kind: 'digest', digestId: row.digest_id, page: row.shown_page ?? 0 } as const;
    return { ...edit, messageId: row.digest_message_id, of };
  }
  if (row.article_id === null || row.message_id === null) return undefined;
  const of = { kind: 'article', articleId: row.article_id, keywords: row.keywords ?? undefined } as const;
  return { ...edit, messageId: row.message_id, of };
}

function toPace(row: ChatRow, defaultTimeZone: string): ChatPace {
  const { quiet_from: from, quiet_until: until } = row;
  return {
    timeZone: row.time_zone ?? defaultTimeZone,
    digestTimes: row.digest_times === null ? undefined : JSON.parse(row.digest_times),
    quietHours: from === null || until === null ? undefined : { from, until },
    isPaused: row.paused_at !== null,
    resumedAt: row.resumed_at === null ? undefined : new Date(row.resumed_at),
    digestedAt: row.digested_at === null ? undefined : new Date(row.digested_at),
    pushedAt: row.pushed_at === null ? [] : (JSON.parse(row.pushed_at) as number[]).map((time) => new Date(time)),
  };
}

/** Prepared once: they run for every message. */
function prepare(client: SqliteClient) {
  const due = "chat_id = :chat AND topic_id = :topic AND state = 'pending' AND next_attempt_at <= :now AND NOT alone";
  return {
    chat: client.prepare('SELECT * FROM chats WHERE id = ?'),
    owed: client.prepare(`
      SELECT topic_id,
        count(*) FILTER (WHERE next_attempt_at <= :now) AS count,
        min(created_at) FILTER (WHERE next_attempt_at <= :now) AS oldest,
        min(id) FILTER (WHERE next_attempt_at <= :now) AS first_id,
        min(id) FILTER (WHERE next_attempt_at <= :now AND alone) AS alone_id,
        min(next_attempt_at) FILTER (WHERE next_attempt_at > :now) AS next_at
      FROM deliveries WHERE chat_id = :chat AND state = 'pending' GROUP BY topic_id ORDER BY first_id`),
    delivery: client.prepare(`
      SELECT article_id, attempts, (SELECT text FROM watch_queries WHERE id = query_id) AS keywords
      FROM deliveries WHERE id = ?`),
    knownDigest: client.prepare(`
      SELECT max(digest_id) AS id, max(attempts) AS attempts FROM deliveries WHERE ${due}`),
    newDigest: client.prepare(`
      INSERT INTO digests (chat_id, topic_id, reason, created_at) VALUES (:chat, :topic, :reason, :now)`),
    renewDigest: client.prepare('UPDATE digests SET reason = :reason WHERE id = :id'),
    fillDigest: client.prepare(`UPDATE deliveries SET digest_id = :id WHERE ${due}`),
    edit: client.prepare(`
      SELECT e.id, e.attempts, e.next_attempt_at, e.digest_id, g.shown_page, g.message_id AS digest_message_id,
        d.article_id, d.message_id, (SELECT text FROM watch_queries WHERE id = d.query_id) AS keywords
      FROM edits e LEFT JOIN digests g ON g.id = e.digest_id LEFT JOIN deliveries d ON d.id = e.delivery_id
      WHERE e.chat_id = ? ORDER BY e.next_attempt_at, e.id LIMIT 1`),
    dropEdit: client.prepare('DELETE FROM edits WHERE id = ?'),
  };
}
