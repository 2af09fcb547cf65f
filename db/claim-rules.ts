import {
  type AskingCategory,
  type ChatType,
  type Claim,
  type ClaimedArticle,
  type ClaimedEdit,
  type ClaimedMessage,
  hasCome,
} from '../src/domain/delivery.js';
import { type ChatPace, type DigestReason, type PushRules, planNext, whyHeld } from '../src/domain/digest.js';
import type { Detail, Script } from '../src/domain/display.js';
import type { Language } from '../src/domain/language.js';
import type { DescribeFault } from './storage-faults.js';
import { toDate } from './to-domain.js';

/** What taking up the next message of a chat is decided by, alike for every engine: rows come in, and what is to be done comes out. */

/** A row of `chats`, as the engines read it. */
export interface PacedChatRow {
  readonly type: ChatType;
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
  readonly silent: number | boolean;
  readonly script: Script | null;
  readonly detail: Detail;
}

/** What all messages to one chat have in common. */
export type ForChat = Pick<
  ClaimedMessage,
  'chatId' | 'chatType' | 'language' | 'timeZone' | 'script' | 'detail' | 'claimedAt' | 'asOfRevision'
>;
export type ForTarget = ForChat & Pick<ClaimedMessage, 'topicId'>;

/** A chat that may be sent to. */
export interface OpenChat {
  readonly kind: 'open';
  readonly chat: ForChat;
  readonly pace: ChatPace;
  /** Pushes arrive without a sound. */
  readonly isSilent: boolean;
}

export type NoMessage = Extract<Claim, { kind: 'wait' | 'nothing' }>;

/** Whether a chat may be sent to at all. `timeZone`: unless it chose one. */
export function openChat(
  chatId: number,
  row: PacedChatRow | undefined,
  { now, asOfRevision, timeZone }: { readonly now: Date; readonly asOfRevision: number; readonly timeZone: string },
): OpenChat | NoMessage {
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
    asOfRevision,
  };
  return { kind: 'open', chat, pace: toPace(row, timeZone), isSilent: Boolean(row.silent) };
}

/** Without when digests were sent, which each topic has its own of. */
export function toPace(row: PacedChatRow, defaultTimeZone: string): ChatPace {
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

/** What one topic of a chat is owed. Of what is due: how much, since when, the first, and the last digest that was tried. */
export interface OwedRow {
  readonly topic_id: number;
  readonly count: number;
  readonly oldest: number | null;
  readonly first_id: number | null;
  readonly digest_id: number | null;
  /** The most that any of it had. */
  readonly attempts: number | null;
  readonly digested_at: number | null;
  readonly digested_before_at: number | null;
  /** When the next that is not due yet will be. */
  readonly next_at: number | null;
}

/** The first part of a digest that was refused as a whole. */
export interface PartRow {
  readonly id: number;
  readonly count: number;
  readonly first_id: number;
  readonly reason: DigestReason;
  readonly attempts: number;
}

/** What a chat is to be pushed. */
export type PushPlan =
  | Exclude<Claim, { kind: 'failed' }>
  | ArticlePlan
  /** All that is due to the target becomes one digest; one that was tried before is taken up again, with what came since. */
  | {
      readonly kind: 'digest';
      readonly target: ForTarget;
      readonly knownId: number | undefined;
      readonly attempts: number;
      readonly reason: DigestReason;
      readonly silent: boolean;
    };

interface ArticlePlan {
  readonly kind: 'article';
  readonly target: ForTarget;
  /** Undefined: of the few that are due, the one that was published first. */
  readonly deliveryId: number | undefined;
  readonly asDigest: boolean;
  readonly silent: boolean;
  readonly pushedAt: readonly Date[];
}

/** Which of what is owed goes now, if any. `findPart` is asked where something was part of a digest. Throws where a chat's choices mean nothing. */
export function planPush(
  { chat, pace }: OpenChat,
  owed: readonly OwedRow[],
  now: Date,
  rules: PushRules,
  findPart: (target: ForTarget) => PartRow | undefined,
): PushPlan {
  const times: number[] = [];
  for (const row of owed) {
    if (row.next_at !== null) times.push(row.next_at);
    if (row.first_id === null || row.oldest === null) continue;
    const target = { ...chat, topicId: row.topic_id };
    const part = row.digest_id !== null && !whyHeld(pace, now) ? findPart(target) : undefined;
    if (part) return planPart(target, part);
    const digested = { digestedAt: toDate(row.digested_at), digestedBeforeAt: toDate(row.digested_before_at) };
    const what = { count: row.count, oldestQueuedAt: new Date(row.oldest) };
    const next = planNext({ ...pace, ...digested }, what, now, rules);
    switch (next.kind) {
      case 'wait':
        if (next.until) times.push(next.until.getTime());
        break;
      case 'single': {
        const { asDigest, silent } = next;
        const deliveryId = row.count === 1 ? row.first_id : undefined;
        return { kind: 'article', target, deliveryId, asDigest, silent, pushedAt: pace.pushedAt };
      }
      case 'digest': {
        const { reason, silent } = next;
        const known = { knownId: row.digest_id ?? undefined, attempts: row.attempts ?? 0 };
        return { kind: 'digest', target, ...known, reason, silent };
      }
    }
  }
  return waitUntil(times);
}

/** What is left of a digest that was refused goes as it is, whatever the pace: the reader has waited for it. */
function planPart(target: ForTarget, { id, count, first_id, reason, attempts }: PartRow): PushPlan {
  if (count === 1) return { kind: 'article', target, deliveryId: first_id, asDigest: true, silent: true, pushedAt: [] };
  const digest = { kind: 'digest', ...target, digestId: id, count, reason, attempts, silent: true } as const;
  return { kind: 'message', message: digest };
}

/** Why an article is owed to somebody. */
export interface AskedFor {
  readonly chat_id: number;
  readonly topic_id: number;
  readonly article_id: number;
  readonly keywords: string | null;
}

export interface DeliveryRow extends AskedFor {
  readonly query_id: number | null;
  readonly story_id: number;
  readonly attempts: number;
  readonly created_at: number;
}

export function toArticle(
  { target, asDigest, silent, pushedAt }: ArticlePlan,
  deliveryId: number,
  row: DeliveryRow,
  subscription: AskingCategory | undefined,
): ClaimedArticle {
  return {
    kind: 'article',
    ...target,
    deliveryId,
    articleId: row.article_id,
    storyId: row.story_id,
    attempts: row.attempts,
    keywords: row.keywords ?? undefined,
    queryId: row.query_id ?? undefined,
    subscription,
    queuedAt: new Date(row.created_at),
    asDigest,
    silent,
    pushedAt,
  };
}

/** Nobody is alone with a subscription of a group, and a query is named by its keywords. */
export function namesCategory(chatType: ChatType, { keywords }: Pick<AskedFor, 'keywords'>): boolean {
  return chatType === 'private' && keywords === null;
}

/** The next notice of a chat. */
export interface NoticeRow {
  readonly id: number;
  readonly attempts: number;
  readonly next_attempt_at: number;
  readonly text: string;
}

/** A pause and quiet hours hold it, as they hold pushes; digest times and the hour's limit do not. */
export function claimNotice(
  { chat, pace }: OpenChat,
  row: NoticeRow | undefined,
  now: Date,
): Exclude<Claim, { kind: 'failed' }> {
  if (!row) return { kind: 'nothing' };
  if (!hasCome(row.next_attempt_at, now, 'message')) return { kind: 'wait', until: new Date(row.next_attempt_at) };
  const held = whyHeld(pace, now);
  if (held) return held.until ? { kind: 'wait', until: held.until } : { kind: 'nothing' };
  const { id: noticeId, attempts, text } = row;
  return { kind: 'message', message: { kind: 'notice', ...chat, topicId: 0, noticeId, attempts, text } };
}

/** The next correction of a chat's messages. */
export interface EditRow {
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
  readonly is_saved: number | boolean;
}

/** A chat has other things to wait for than room for its correction. */
const editPauseMs = 1_000;

/** Undefined: it may be sent now. */
export function whyNoEdit(row: EditRow | undefined, now: Date, hasRoom: boolean): NoMessage | undefined {
  if (!row) return { kind: 'nothing' };
  if (!hasCome(row.next_attempt_at, now, 'message')) return { kind: 'wait', until: new Date(row.next_attempt_at) };
  return hasRoom ? undefined : { kind: 'wait', until: new Date(now.getTime() + editPauseMs) };
}

/** Undefined: what it was about is gone. */
export function toEdit(
  chat: ForChat,
  row: EditRow,
  findAsking: (asked: AskedFor) => AskingCategory | undefined,
): ClaimedEdit | undefined {
  const edit = { ...chat, kind: 'edit', topicId: 0, editId: row.id, attempts: row.attempts } as const;
  if (row.digest_id !== null && row.digest_message_id !== null) {
    const of = { kind: 'digest', digestId: row.digest_id, page: row.shown_page ?? 0 } as const;
    return { ...edit, messageId: row.digest_message_id, of };
  }
  const { article_id, keywords } = row;
  if (article_id === null || row.message_id === null) return undefined;
  const { chat_id, topic_id } = row;
  const subscription = findAsking({ chat_id, topic_id: topic_id ?? 0, article_id, keywords });
  const asked = { keywords: keywords ?? undefined, queryId: row.query_id ?? undefined, subscription };
  const of = { kind: 'article', articleId: article_id, ...asked, isSaved: Boolean(row.is_saved) } as const;
  return { ...edit, messageId: row.message_id, of };
}

/** A push as the chat wants to hear it. */
export function muted(message: ClaimedMessage, { isSilent }: OpenChat): Claim {
  const hasSound = message.kind === 'article' || message.kind === 'digest';
  return { kind: 'message', message: isSilent && hasSound ? { ...message, silent: true } : message };
}

/** Of claims that gave no message, the one that waits shortest. */
export function soonest(claims: readonly NoMessage[]): NoMessage {
  return waitUntil(claims.flatMap((claim) => (claim.kind === 'wait' ? [claim.until.getTime()] : [])));
}

function waitUntil(times: readonly number[]): NoMessage {
  return times.length > 0 ? { kind: 'wait', until: new Date(Math.min(...times)) } : { kind: 'nothing' };
}

/** What a chat is told of that cannot be claimed. Throws what is everybody's: a broken page may be one chat's, a full disk is not. */
export function toFailed(error: unknown, describe: DescribeFault): Claim {
  const fault = describe(error);
  if (fault && fault.kind !== 'damaged') throw error;
  if (fault) return { kind: 'failed', error: fault.text, isDamage: true };
  return { kind: 'failed', error: (error as Error).message };
}
