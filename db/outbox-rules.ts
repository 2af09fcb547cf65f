import type { OutboxMark, WaitingChats } from '../src/ports.js';

/** Rows looked through in one call: what goes to very many must not hold up the others. */
export const mostLookedThrough = 5_000;
/** In place of an article: an announcement to many thousands leaves room for what comes meanwhile. */
const laneOfNotices = -1;
/** In place of an article: corrections. */
const laneOfEdits = 0;

export interface OwedChat {
  readonly id: number;
  readonly chat_id: number;
  readonly article_id: number;
}

/** Who has to be looked at because of what was found in the outbox: each chat once, with the first article that it is owed. */
export function toWaiting(
  owed: readonly OwedChat[],
  noticed: readonly number[],
  edited: readonly number[],
  upTo: OutboxMark,
): WaitingChats {
  const lanes = new Map<number, number>();
  const add = (chatId: number, lane: number) => {
    if (!lanes.has(chatId)) lanes.set(chatId, lane);
  };
  for (const { chat_id, article_id } of owed) add(chat_id, article_id);
  for (const chatId of noticed) add(chatId, laneOfNotices);
  for (const chatId of edited) add(chatId, laneOfEdits);
  return { chats: Array.from(lanes, ([chatId, articleId]) => ({ chatId, articleId })), upTo };
}

/**
 * How far a walk along the numbers of an outbox has come: to `last`, the last that there was when it began, unless it found as
 * many as one call may. Never back: numbers are not used twice, whatever is deleted.
 */
export function walkedTo(found: readonly { readonly id: number }[], last: number, after: number | undefined): number {
  const isAll = after === undefined || found.length < mostLookedThrough;
  return isAll ? Math.max(last, after ?? 0) : (found.at(-1)?.id ?? after);
}

/** Pushes of the last hour are what the pace rests on. */
const pushesKeptMs = 3_600_000;
const mostPushesKept = 1_000;

/** The pushes of the last hour with one more, as JSON. */
export function withPush(pushedAt: readonly Date[], time: number): string {
  const recent = pushedAt.map(Number).filter((each) => each > time - pushesKeptMs);
  return JSON.stringify([...recent, time].slice(-mostPushesKept));
}

/** What a digest that was refused comes apart into: the older half keeps its number, the newer becomes a digest of its own. */
export function newerHalf(ids: readonly number[]): readonly number[] {
  return ids.slice(Math.ceil(ids.length / 2));
}
