import {
  type AskingCategory,
  type ChatType,
  type Claim,
  type ClaimedArticle,
  type ClaimedEdit,
  type ClaimedMessage,
  hasCome,
  latestAhead,
} from '../../src/domain/delivery.js';
import { type ChatPace, type DigestReason, planNext, whyHeld } from '../../src/domain/digest.js';
import type { Detail, Script } from '../../src/domain/display.js';
import type { Language } from '../../src/domain/language.js';
import type { ClaimRules } from '../../src/ports.js';
import type { SqliteClient } from './driver.js';
import type { Notices } from './notices.js';

export interface ChatRow {
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
  readonly pushed_at: string | null;
  readonly silent: number;
  readonly script: Script | null;
  readonly detail: Detail;
}

/** What one topic of a chat is owed. Of what is due: how much, since when, the first, and the last digest that was tried. */
interface OwedRow {
  readonly topic_id: number;
  readonly count: number;
  readonly oldest: number | null;
  readonly first_id: number | null;
  readonly digest_id: number | null;
  readonly digested_at: number | null;
  readonly digested_before_at: number | null;
  /** When the next that is not due yet will be. */
  readonly next_at: number | null;
}

/** What all messages to one chat have in common. */
type ForChat = Pick<
  ClaimedMessage,
  'chatId' | 'chatType' | 'language' | 'timeZone' | 'script' | 'detail' | 'claimedAt' | 'asOfRevision'
>;

/** Takes up the next message of a chat: the rules say which (`planNext`), this finds what they ask about and notes a digest. */
export function createClaimer(
  client: SqliteClient,
  notices: Notices,
): (chatId: number, now: Date, rules: ClaimRules, withEdits: boolean) => Claim {
  const statements = prepare(client);

  const claimPush = (chat: ForChat, pace: ChatPace, now: Date, rules: ClaimRules): Claim => {
    const times: number[] = [];
    const before = rules.queuedBefore?.getTime() ?? Number.MAX_SAFE_INTEGER;
    for (const owed of statements.owed.all({ chat: chat.chatId, ...toBounds(now), before }) as OwedRow[]) {
      if (owed.next_at !== null) times.push(owed.next_at);
      if (owed.first_id === null || owed.oldest === null) continue;
      const target = { ...chat, topicId: owed.topic_id };
      const part = owed.digest_id !== null && !whyHeld(pace, now) ? claimPart(target, now) : undefined;
      if (part) return { kind: 'message', message: part };
      const digested = { digestedAt: toDate(owed.digested_at), digestedBeforeAt: toDate(owed.digested_before_at) };
      const what = { count: owed.count, oldestQueuedAt: new Date(owed.oldest) };
      const next = planNext({ ...pace, ...digested }, what, now, rules);
      switch (next.kind) {
        case 'wait':
          if (next.until) times.push(next.until.getTime());
          break;
        case 'single':
          return { kind: 'message', message: toArticle(target, oldestOf(target, owed, now, before), pace, next) };
        case 'digest': {
          const { reason, silent } = next;
          const digest = openDigest(target, reason, now, before);
          return { kind: 'message', message: { kind: 'digest', ...target, ...digest, reason, silent } };
        }
      }
    }
    return times.length > 0 ? { kind: 'wait', until: new Date(Math.min(...times)) } : { kind: 'nothing' };
  };

  /** Of a few, the one that was published first. */
  const oldestOf = (
    { chatId, topicId }: ForTarget,
    { count, first_id }: OwedRow,
    now: Date,
    before: number,
  ): number => {
    if (count === 1 && first_id !== null) return first_id;
    return statements.oldest.get({ chat: chatId, topic: topicId, ...toBounds(now), before }) as number;
  };

  /** What is left of a digest that was refused goes as it is, whatever the pace: the reader has waited for it. */
  const claimPart = (target: ForTarget, now: Date): ClaimedMessage | undefined => {
    const part = statements.part.get({ chat: target.chatId, topic: target.topicId, ...toBounds(now) });
    if (!part) return undefined;
    const { id: digestId, count, first_id, reason, attempts } = part as PartRow;
    if (count > 1) return { kind: 'digest', ...target, digestId, count, reason, attempts, silent: true };
    return toArticle(target, first_id, undefined, { asDigest: true, silent: true });
  };

  const toArticle = (
    target: ForTarget,
    deliveryId: number,
    pace: ChatPace | undefined,
    { asDigest, silent }: Pick<ClaimedArticle, 'asDigest' | 'silent'>,
  ): ClaimedArticle => {
    const row = statements.delivery.get(deliveryId) as DeliveryRow;
    return {
      kind: 'article',
      ...target,
      deliveryId,
      articleId: row.article_id,
      storyId: row.story_id,
      attempts: row.attempts,
      keywords: row.keywords ?? undefined,
      queryId: row.query_id ?? undefined,
      subscription: askingCategory(target.chatType, row),
      queuedAt: new Date(row.created_at),
      asDigest,
      silent,
      pushedAt: pace?.pushedAt ?? [],
    };
  };

  /** Nobody is alone with a subscription of a group, and a query is named by its keywords. */
  const askingCategory = (chatType: ChatType, row: AskedFor): AskingCategory | undefined => {
    if (chatType !== 'private' || row.keywords !== null) return undefined;
    const { chat_id, topic_id, article_id } = row;
    return statements.asking.get({ chat_id, topic_id, article_id }) as AskingCategory | undefined;
  };

  /** All that is due to a target becomes one digest; one that was tried before is taken up again, with what came since. */
  const openDigest = client.transaction((target: ForTarget, reason: DigestReason, now: Date, before: number) => {
    const due = { chat: target.chatId, topic: target.topicId, ...toBounds(now), before };
    const { id, attempts } = statements.knownDigest.get(due) as { id: number | null; attempts: number };
    const opened = { chat: target.chatId, topic: target.topicId, now: now.getTime(), reason };
    const digestId = id ?? Number(statements.newDigest.run(opened).lastInsertRowid);
    statements.renewDigest.run({ id: digestId, reason });
    const count = statements.fillDigest.run({ ...due, id: digestId }).changes;
    return { digestId, attempts, count };
  }).immediate;

  /** A pause and quiet hours hold it, as they hold pushes; digest times and the hour's limit do not. */
  const claimNotice = (chat: ForChat, pace: ChatPace, now: Date): Claim => {
    const notice = notices.claim(chat, now);
    const held = notice.kind === 'message' ? whyHeld(pace, now) : undefined;
    if (!held) return notice;
    return held.until ? { kind: 'wait', until: held.until } : { kind: 'nothing' };
  };

  const claimEdit = (chat: ForChat, now: Date, withEdits: boolean): Claim => {
    const row = statements.edit.get(chat.chatId) as EditRow | undefined;
    if (!row) return { kind: 'nothing' };
    if (!hasCome(row.next_attempt_at, now, 'message')) return { kind: 'wait', until: new Date(row.next_attempt_at) };
    if (!withEdits) return { kind: 'wait', until: new Date(now.getTime() + editPauseMs) };
    const message = toEdit(chat, row, askingCategory);
    if (message) return { kind: 'message', message };
    // What it was about is gone.
    statements.dropEdit.run(row.id);
    return { kind: 'wait', until: now };
  };

  return (chatId, now, rules, withEdits) => {
    const row = statements.chat.get(chatId) as ChatRow | undefined;
    if (!row || row.state === 'gone') return { kind: 'nothing' };
    if (!hasCome(row.not_before, now, 'chat')) return { kind: 'wait', until: new Date(row.not_before) };
    const chat: ForChat = {
      chatId,
      chatType: row.type,
      language: row.language ?? undefined,
      timeZone: row.time_zone ?? undefined,
      script: row.script ?? undefined,
      detail: row.detail,
      claimedAt: now,
      asOfRevision: statements.revision.get() as number,
    };
    const pace = toPace(row, rules.timeZone);
    const push = claimPush(chat, pace, now, rules);
    if (push.kind === 'message') return row.silent ? muted(push) : push;
    const notice = claimNotice(chat, pace, now);
    if (notice.kind === 'message') return notice;
    const edit = claimEdit(chat, now, withEdits);
    if (edit.kind === 'message') return edit;
    return soonest([push, notice, edit]);
  };
}

/** Of claims that gave no message, the one that waits shortest. */
function soonest(claims: readonly Claim[]): Claim {
  const times = claims.flatMap((claim) => (claim.kind === 'wait' ? [claim.until.getTime()] : []));
  return times.length > 0 ? { kind: 'wait', until: new Date(Math.min(...times)) } : { kind: 'nothing' };
}

/** For a chat that wants no sound. */
function muted({ message }: Extract<Claim, { kind: 'message' }>): Claim {
  const hasSound = message.kind === 'article' || message.kind === 'digest';
  return { kind: 'message', message: hasSound ? { ...message, silent: true } : message };
}

/** A chat has other things to wait for than room for its correction. */
const editPauseMs = 1_000;

type ForTarget = ForChat & Pick<ClaimedMessage, 'topicId'>;

/** Between which times to try again lie that have not come yet. */
function toBounds(now: Date): { readonly now: number; readonly ahead: number } {
  return { now: now.getTime(), ahead: latestAhead(now, 'message') };
}

interface PartRow {
  readonly id: number;
  readonly count: number;
  readonly first_id: number;
  readonly reason: DigestReason;
  readonly attempts: number;
}

interface AskedFor {
  readonly chat_id: number;
  readonly topic_id: number;
  readonly article_id: number;
  readonly keywords: string | null;
}

interface DeliveryRow extends AskedFor {
  readonly query_id: number | null;
  readonly story_id: number;
  readonly attempts: number;
  readonly created_at: number;
}

function toDate(time: number | null): Date | undefined {
  return time === null ? undefined : new Date(time);
}

interface EditRow {
  readonly id: number;
  readonly chat_id: number;
  readonly topic_id: number | null;
  readonly query_id: number | null;
  readonly attempts: number;
  readonly next_attempt_at: number;
  readonly digest_id: number | null;
  readonly shown_page: number | null;
  readonly digest_message_id: number | null;
  readonly article_id: number | null;
  readonly message_id: number | null;
  readonly keywords: string | null;
  readonly is_saved: number;
}

function toEdit(
  chat: ForChat,
  row: EditRow,
  askingCategory: (chatType: ChatType, row: AskedFor) => AskingCategory | undefined,
): ClaimedEdit | undefined {
  const edit = { ...chat, kind: 'edit', topicId: 0, editId: row.id, attempts: row.attempts } as const;
  if (row.digest_id !== null && row.digest_message_id !== null) {
    const of = { kind: 'digest', digestId: row.digest_id, page: row.shown_page ?? 0 } as const;
    return { ...edit, messageId: row.digest_message_id, of };
  }
  const { article_id, keywords } = row;
  if (article_id === null || row.message_id === null) return undefined;
  const { chat_id, topic_id } = row;
  const subscription = askingCategory(chat.chatType, { chat_id, topic_id: topic_id ?? 0, article_id, keywords });
  const asked = { keywords: keywords ?? undefined, queryId: row.query_id ?? undefined, subscription };
  const of = { kind: 'article', articleId: article_id, ...asked, isSaved: row.is_saved === 1 } as const;
  return { ...edit, messageId: row.message_id, of };
}

export function toPace(row: ChatRow, defaultTimeZone: string): ChatPace {
  const { quiet_from: from, quiet_until: until } = row;
  return {
    timeZone: row.time_zone ?? defaultTimeZone,
    digestTimes: row.digest_times === null ? undefined : JSON.parse(row.digest_times),
    quietHours: from === null || until === null ? undefined : { from, until },
    isPaused: row.paused_at !== null,
    resumedAt: toDate(row.resumed_at),
    digestedAt: undefined,
    digestedBeforeAt: undefined,
    pushedAt: row.pushed_at === null ? [] : (JSON.parse(row.pushed_at) as number[]).map((time) => new Date(time)),
  };
}

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
    knownDigest: client.prepare(`
      SELECT max(digest_id) AS id, max(attempts) AS attempts FROM deliveries WHERE ${due}`),
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
