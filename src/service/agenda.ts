import TinyQueue from 'tinyqueue';

/** Which chats to look at, and when. A hint and no more: what a chat is owed is read when its turn comes. */
export interface Agenda {
  /**
   * The chat can be looked at now. Chats of one lane come in order, lanes take turns: a large one does not starve a small one.
   * A chat that stands in a lane below 0 moves to another: an announcement to all must not make its news late.
   */
  add(chatId: number, lane: number): void;
  /** Not before this time; what is noted for an earlier one stays. */
  addAt(chatId: number, at: Date): void;
  /** The next chat whose turn it is; it is noted no more. */
  next(now: Date): number | undefined;
  /** When the next chat that waits may be looked at; undefined when none waits. */
  nextAt(): Date | undefined;
  /** Every chat that waits can be looked at now. */
  addAllWaiting(): void;
}

/** Chats whose time has come again, after those that were never looked at in theirs. */
const laneOfReturning = 0;

export function createAgenda(): Agenda {
  const lanes = new Map<number, Set<number>>();
  /** Each with its lane. */
  const ready = new Map<number, number>();
  const waiting = new TinyQueue<{ readonly chatId: number; readonly at: number }>([], (a, b) => a.at - b.at);
  const waitsUntil = new Map<number, number>();
  /** What is in the queue, overtaken or not, so that a chat that is looked at again and again is there once for a time. */
  const queued = new Set<string>();
  const keyOf = (chatId: number, at: number) => `${chatId} ${at}`;
  const popWaiting = () => {
    const first = waiting.pop();
    if (first) queued.delete(keyOf(first.chatId, first.at));
  };

  const add = (chatId: number, lane: number) => {
    const before = ready.get(chatId);
    if (before !== undefined && (before >= 0 || lane < 0)) return;
    if (before !== undefined) lanes.get(before)?.delete(chatId);
    waitsUntil.delete(chatId);
    ready.set(chatId, lane);
    const chats = lanes.get(lane) ?? new Set();
    lanes.set(lane, chats.add(chatId));
  };
  /** The first that still waits; entries that were overtaken are dropped on the way. */
  const firstWaiting = () => {
    for (let first = waiting.peek(); first; first = waiting.peek()) {
      if (waitsUntil.get(first.chatId) === first.at) return first;
      popWaiting();
    }
    return undefined;
  };
  return {
    add,
    addAt(chatId, at) {
      const time = at.getTime();
      if (ready.has(chatId) || (waitsUntil.get(chatId) ?? Number.POSITIVE_INFINITY) <= time) return;
      waitsUntil.set(chatId, time);
      if (queued.has(keyOf(chatId, time))) return;
      queued.add(keyOf(chatId, time));
      waiting.push({ chatId, at: time });
    },
    next(now) {
      for (let first = firstWaiting(); first && first.at <= now.getTime(); first = firstWaiting()) {
        popWaiting();
        add(first.chatId, laneOfReturning);
      }
      for (const [lane, chats] of lanes) {
        const [chatId] = chats;
        lanes.delete(lane);
        if (chatId === undefined) continue;
        chats.delete(chatId);
        ready.delete(chatId);
        // Behind the others.
        if (chats.size > 0) lanes.set(lane, chats);
        return chatId;
      }
      return undefined;
    },
    nextAt() {
      if (ready.size > 0) return new Date(0);
      const first = firstWaiting();
      return first && new Date(first.at);
    },
    addAllWaiting() {
      for (const chatId of [...waitsUntil.keys()]) add(chatId, laneOfReturning);
    },
  };
}
