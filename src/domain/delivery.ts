/** Where a push goes: a chat, or one forum topic of it (0: the chat itself). */
export interface ChatTarget {
  readonly chatId: number;
  readonly topicId: number;
}

/** One article owed to one chat, taken up for sending. */
export interface DueDelivery extends ChatTarget {
  readonly id: number;
  readonly articleId: number;
  /** The keyword query that asked for it, when no category did: the reader is told. */
  readonly keywords: string | undefined;
  /** Attempts that already failed. */
  readonly attempts: number;
  readonly chatType: ChatType;
}

export type ChatType = 'private' | 'group' | 'supergroup' | 'channel';

/** What became of one send. Codes and `parameters` decide first (DESIGN.md, "Push rules"). */
export type SendOutcome =
  | { readonly kind: 'sent'; readonly messageId: number }
  | { readonly kind: 'rate-limited'; readonly retryAfterSeconds: number }
  | { readonly kind: 'gone'; readonly detail: string }
  | { readonly kind: 'topic-gone'; readonly detail: string }
  | { readonly kind: 'migrated'; readonly toChatId: number }
  | { readonly kind: 'transient'; readonly detail: string }
  /** Never left this process. */
  | { readonly kind: 'postponed'; readonly detail: string }
  | { readonly kind: 'unauthorised'; readonly detail: string }
  | { readonly kind: 'refused'; readonly detail: string };

/** Attempts after which a transient failure is given up: with the delays below, after more than a day. */
const maxAttempts = 36;
const firstDelayMs = 2_000;
const longestDelayMs = 3_600_000;

/**
 * When to try again after `attempts` failures: doubling from 2 s to an hour, plus up to a half at random so that a
 * recovering server is not hit by everything at once. `undefined`: give up. `random` is in [0, 1).
 */
export function nextAttempt(attempts: number, now: Date, random: number): Date | undefined {
  if (attempts >= maxAttempts) return undefined;
  const delayMs = Math.min(firstDelayMs * 2 ** (attempts - 1), longestDelayMs);
  return new Date(now.getTime() + Math.round(delayMs * (1 + random / 2)));
}

/** Pause between two pushes to one chat: 1/s for a private chat, 20/min for a group or channel (Bot API FAQ). */
export function pauseAfterPushMs(chatType: ChatType): number {
  return chatType === 'private' ? 1_000 : 3_000;
}
