import TinyQueue from 'tinyqueue';
import { type ChatPace, createChatPace, createFreePace } from '../src/domain/chat-pace.js';
import { aheadOfRate } from '../src/domain/send-rate.js';
import type { Urgency } from '../src/domain/urgency.js';

const priorities = ['reply', 'push', 'edit'] as const satisfies readonly Urgency[];
export type Priority = Urgency;

/** The one budget of everything that is sent: replies, pushes and edits. */
export interface Pacer {
  /**
   * Resolves when the message may go: when its chat may get one, and the budget has room that nothing more urgent can
   * use. Rejects with PacerClosed when nothing more is sent.
   */
  take(priority: Priority, chatId: number): Promise<void>;
  /**
   * Nothing goes to the chat before `untilMs` (of `nowMs`), not even what waits already. When several chats are held
   * at one time it is the bot's own limit: everything waits for the last of them.
   */
  hold(chatId: number, untilMs: number): void;
  /** How long the chat by itself is still held; 0: it is not. */
  heldForMs(chatId: number): number;
  /** How long everything is held, because the limit is the bot's own; 0: it is not. */
  allHeldForMs(): number;
  /** The pacer's clock: ms from some moment on, never set back. */
  nowMs(): number;
  /** Chats that it keeps in mind, because something waits or limits them. */
  rememberedChats(): number;
  /** Pushes and edits that wait are turned away; replies still go. */
  closeForPushes(): void;
  /** Everything that waits is turned away. */
  close(): void;
}

export class PacerClosed extends Error {
  override readonly name = 'PacerClosed';
}

/** So many chats with a rate limit at one time are no accident of those chats (DESIGN.md, "Push rules"). */
const chatsOfGlobalLimit = 3;
/** setTimeout takes no more than 24 days. */
const longestSleepMs = 3_600_000;

interface Waiter {
  /** Its place in the order of arrival. */
  readonly turn: number;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
  next: Waiter | undefined;
}

/** What waits for one chat with one priority. While it is not empty it stands in one queue: `ready` or `later`. */
interface Lane {
  readonly priority: Priority;
  readonly chat: PacedChat;
  first: Waiter | undefined;
  last: Waiter | undefined;
  isPlaced: boolean;
}

interface PacedChat {
  readonly id: number;
  readonly pace: ChatPace;
  readonly lanes: { [priority in Priority]?: Lane };
  heldUntil: number;
}

/**
 * A budget of `perSecond` messages, as `aheadOfRate` has it. `limitsChats: false` leaves out the pace of each chat.
 */
export function createPacer(
  perSecond: number,
  nowMs: () => number = () => performance.now(),
  { limitsChats = true }: { readonly limitsChats?: boolean } = {},
): Pacer {
  const intervalMs = 1_000 / perSecond;
  /** How far ahead of the rate a message may be. */
  const aheadMs = {
    reply: aheadOfRate('reply', perSecond),
    push: aheadOfRate('push', perSecond),
    edit: aheadOfRate('edit', perSecond),
  };
  const chats = new Map<number, PacedChat>();
  const held = new Map<number, number>();
  /** Lanes whose chat may get a message, by who came first; lanes whose chat may not yet, by when it may. A lane can
   * have become later since it was put there, never earlier: it is looked at again when it comes out. */
  const ready = { reply: createQueue(), push: createQueue(), edit: createQueue() };
  const later = createQueue();
  const closed = { reply: false, push: false, edit: false };
  /** When what was sent so far is used up at the rate. */
  let spentUntil = Number.NEGATIVE_INFINITY;
  let allHeldUntil = Number.NEGATIVE_INFINITY;
  let turns = 0;
  let timer: NodeJS.Timeout | undefined;
  let timerAt = Number.POSITIVE_INFINITY;

  const find = (chatId: number): PacedChat => {
    const known = chats.get(chatId);
    if (known) return known;
    forgetIdle();
    const pace = limitsChats ? createChatPace(chatId) : createFreePace();
    const chat: PacedChat = { id: chatId, pace, lanes: {}, heldUntil: Number.NEGATIVE_INFINITY };
    chats.set(chatId, chat);
    return chat;
  };
  /** Two for each that comes: the oldest, in turn, so that what is kept shrinks to those that matter. */
  const forgetIdle = () => {
    const now = nowMs();
    let looked = 0;
    for (const [id, chat] of chats) {
      looked += 1;
      chats.delete(id);
      if (!isIdle(chat, now)) chats.set(id, chat);
      if (looked === 2) return;
    }
  };
  const place = (lane: Lane, now: number) => {
    lane.isPlaced = lane.first !== undefined;
    if (!lane.first) return;
    const at = freeAt(lane);
    if (at <= now) ready[lane.priority].push({ key: lane.first.turn, lane });
    else later.push({ key: at, lane });
  };
  /** The most urgent lane whose chat may get a message; those that may not any more are put where they belong. */
  const findNext = (now: number): Lane | undefined => {
    for (const priority of priorities) {
      for (let lane = ready[priority].peek()?.lane; lane; lane = ready[priority].peek()?.lane) {
        if (lane.first && freeAt(lane) <= now) return lane;
        ready[priority].pop();
        place(lane, now);
      }
    }
    return undefined;
  };
  const roomAt = (priority: Priority) => Math.max(spentUntil - aheadMs[priority], allHeldUntil);
  const send = (lane: Lane, now: number) => {
    const waiter = lane.first;
    lane.first = waiter?.next;
    if (!lane.first) lane.last = undefined;
    spentUntil = Math.max(spentUntil, now) + intervalMs;
    lane.chat.pace.sent(now);
    ready[lane.priority].pop();
    place(lane, now);
    waiter?.resolve();
  };
  const wakeAt = (at: number, now: number) => {
    if (at >= timerAt) return;
    clearTimeout(timer);
    timerAt = at;
    timer = setTimeout(
      () => {
        timerAt = Number.POSITIVE_INFINITY;
        sendAllPossible();
      },
      Math.min(Math.max(0, Math.ceil(at - now)), longestSleepMs),
    );
  };
  const sendAllPossible = () => {
    const now = nowMs();
    for (let due = later.peek(); due && due.key <= now; due = later.peek()) {
      later.pop();
      place(due.lane, now);
    }
    for (let lane = findNext(now); lane; lane = findNext(now)) {
      const at = roomAt(lane.priority);
      if (at > now) {
        wakeAt(at, now);
        break;
      }
      send(lane, now);
    }
    const next = later.peek();
    if (next) wakeAt(Math.max(next.key, allHeldUntil), now);
  };
  const turnAway = (turned: readonly Priority[]) => {
    for (const priority of turned) closed[priority] = true;
    for (const { lanes } of chats.values()) {
      for (const priority of turned) {
        const lane = lanes[priority];
        if (!lane) continue;
        for (let waiter = lane.first; waiter; waiter = waiter.next)
          waiter.reject(new PacerClosed('nothing more is sent'));
        lane.first = undefined;
        lane.last = undefined;
      }
    }
  };

  return {
    nowMs,
    take(priority, chatId) {
      if (closed[priority]) return Promise.reject(new PacerClosed('nothing more is sent'));
      return new Promise((resolve, reject) => {
        const chat = find(chatId);
        const lane = chat.lanes[priority] ?? { priority, chat, first: undefined, last: undefined, isPlaced: false };
        chat.lanes[priority] = lane;
        const waiter: Waiter = { turn: turns, resolve, reject, next: undefined };
        turns += 1;
        if (lane.last) lane.last.next = waiter;
        else lane.first = waiter;
        lane.last = waiter;
        if (!lane.isPlaced) place(lane, nowMs());
        sendAllPossible();
      });
    },
    hold(chatId, untilMs) {
      const chat = find(chatId);
      chat.heldUntil = Math.max(chat.heldUntil, untilMs);
      held.set(chatId, chat.heldUntil);
      if (held.size < chatsOfGlobalLimit) return;
      const now = nowMs();
      for (const [id, until] of held) if (until <= now) held.delete(id);
      // As long as so many are held, and no longer: one of them may have a long limit of its own.
      const until = [...held.values()].sort((a, b) => b - a)[chatsOfGlobalLimit - 1];
      if (until !== undefined) allHeldUntil = Math.max(allHeldUntil, until);
    },
    heldForMs: (chatId) => Math.max(0, (chats.get(chatId)?.heldUntil ?? Number.NEGATIVE_INFINITY) - nowMs()),
    allHeldForMs: () => Math.max(0, allHeldUntil - nowMs()),
    rememberedChats: () => chats.size,
    closeForPushes: () => turnAway(['push', 'edit']),
    close() {
      turnAway(priorities);
      clearTimeout(timer);
    },
  };
}

function createQueue() {
  return new TinyQueue<{ readonly key: number; readonly lane: Lane }>([], (a, b) => a.key - b.key);
}

/** From when on the chat may get the lane's next message. Only a reply may follow close on the message before. */
function freeAt({ chat, priority }: Lane): number {
  return Math.max(chat.pace.freeAt(priority !== 'reply'), chat.heldUntil);
}

function isIdle({ lanes, heldUntil, pace }: PacedChat, now: number): boolean {
  if (heldUntil > now || !pace.isForgettable(now)) return false;
  return priorities.every((priority) => !lanes[priority]?.isPlaced);
}
