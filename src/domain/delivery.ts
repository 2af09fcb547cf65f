import type { DigestReason } from './digest.js';
import type { Detail, Script } from './display.js';
import type { Language } from './language.js';

/** Where a push goes: a chat, or one forum topic of it (0: the chat itself). */
export interface ChatTarget {
  readonly chatId: number;
  readonly topicId: number;
}

/** A message that may be sent now, taken up for sending. */
export type ClaimedMessage = ClaimedArticle | ClaimedDigest | ClaimedNotice | ClaimedEdit;

interface Claimed extends ChatTarget {
  readonly chatType: ChatType;
  /** The chat's own choices; undefined: the configured default. */
  readonly language: Language | undefined;
  readonly timeZone: string | undefined;
  readonly script?: Script | undefined;
  readonly detail?: Detail | undefined;
  /** Attempts that already failed. */
  readonly attempts: number;
  readonly claimedAt: Date;
  /** The archive's revision at that time: what was written later has to be edited. */
  readonly asOfRevision: number;
}

/** One article owed to one chat. */
export interface ClaimedArticle extends Claimed {
  readonly kind: 'article';
  readonly deliveryId: number;
  readonly articleId: number;
  readonly storyId: number;
  /** The keyword query that asked for it, when no category did: the reader is told. */
  readonly keywords: string | undefined;
  /** The number of that query. */
  readonly queryId: number | undefined;
  /** The category that it was asked for by; known in private chats, whose reader can give it up. */
  readonly subscription: AskingCategory | undefined;
  /** When it came to be owed: its article was stored then. */
  readonly queuedAt: Date;
  /** It takes the place of a digest, and counts as one. */
  readonly asDigest: boolean;
  /** When the chat's pushes of the last hour were sent: this one is going to be among them. */
  readonly pushedAt: readonly Date[];
  readonly silent: boolean;
}

/** A category that is subscribed to and carries an article. */
export interface AskingCategory {
  readonly id: number;
  readonly name: string;
}

/** Several articles owed to one chat, as one message. */
export interface ClaimedDigest extends Claimed {
  readonly kind: 'digest';
  readonly digestId: number;
  readonly reason: DigestReason;
  readonly silent: boolean;
  /** How many articles it holds. */
  readonly count: number;
}

/** An announcement owed to one chat: it counts as no push, and is never folded. */
export interface ClaimedNotice extends Claimed {
  readonly kind: 'notice';
  readonly noticeId: number;
  /** As its author typed it. */
  readonly text: string;
}

/** A message that was sent and has to say something else. */
export interface ClaimedEdit extends Claimed {
  readonly kind: 'edit';
  readonly editId: number;
  readonly messageId: number;
  readonly of:
    | {
        readonly kind: 'article';
        readonly articleId: number;
        readonly keywords: string | undefined;
        readonly queryId: number | undefined;
        readonly subscription: AskingCategory | undefined;
        /** The chat keeps it: its button says so. */
        readonly isSaved: boolean;
      }
    | { readonly kind: 'digest'; readonly digestId: number; readonly page: number };
}

/** What became of taking up a chat. */
export type Claim =
  | { readonly kind: 'message'; readonly message: ClaimedMessage }
  /** Nothing may go before this time. */
  | { readonly kind: 'wait'; readonly until: Date }
  /** Nothing is owed, or nothing until the chat speaks. */
  | { readonly kind: 'nothing' }
  /** What is stored of this chat cannot be read: that must not keep the others. */
  | {
      readonly kind: 'failed';
      readonly error: string;
      /** A broken page of the database, which others may meet as well. */
      readonly isDamage?: boolean;
    };

export type ChatType = 'private' | 'group' | 'supergroup' | 'channel';

/** What became of one send. Codes and `parameters` decide first (DESIGN.md, "Push rules"). */
export type SendOutcome =
  | { readonly kind: 'sent'; readonly messageId: number }
  /** There is nothing to edit any more, or it reads so already. */
  | { readonly kind: 'dropped'; readonly detail: string }
  | { readonly kind: 'rate-limited'; readonly retryAfterSeconds: number }
  | { readonly kind: 'gone'; readonly detail: string }
  | { readonly kind: 'topic-gone'; readonly detail: string }
  | { readonly kind: 'migrated'; readonly toChatId: number }
  | { readonly kind: 'transient'; readonly detail: string }
  /** Never left this process. */
  | { readonly kind: 'postponed'; readonly detail: string }
  | { readonly kind: 'unauthorised'; readonly detail: string }
  /** Telegram will never take it. `payload`: what was refused, to be looked at. */
  | { readonly kind: 'refused'; readonly detail: string; readonly payload?: string | undefined };

const firstDelayMs = 2_000;
const longestDelayMs = 3_600_000;

/**
 * When to try again after `attempts` failures: doubling from 2 s to an hour, plus up to a half at random so that a
 * recovering server is not hit by everything at once. Never given up: an outage may last. `random` is in [0, 1).
 */
export function nextAttempt(attempts: number, now: Date, random: number): Date {
  const delayMs = Math.min(firstDelayMs * 2 ** (attempts - 1), longestDelayMs);
  return new Date(now.getTime() + Math.round(delayMs * (1 + random / 2)));
}

/** With what comes at random on top. */
const longestRetryMs = longestDelayMs * 1.5;
/** Telegram's retry_after has been seen to be many hours. */
const longestHoldMs = 24 * 3_600_000;

/**
 * Whether a time (UTC ms) that something was to be tried again at has come, or lies so far ahead that it was noted by a clock
 * that has been set back since. `of`: a message, or all that goes to a chat.
 */
export function hasCome(time: number, now: Date, of: 'message' | 'chat'): boolean {
  return time <= now.getTime() || time > latestAhead(now, of);
}

/** No time to try again is later than this. */
export function latestAhead(now: Date, of: 'message' | 'chat'): number {
  return now.getTime() + (of === 'chat' ? longestHoldMs : longestRetryMs);
}

/** Pause between two pushes to one chat: 1/s for a private chat, 20/min for a group or channel (Bot API FAQ). */
export function pauseAfterPushMs(chatType: ChatType): number {
  return chatType === 'private' ? 1_000 : 3_000;
}
