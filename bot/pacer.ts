/** What a message is for: a reader waits for a reply, nobody waits for a push. */
export type Priority = 'reply' | 'push';

export interface Pacer {
  /**
   * Resolves when the message may go: a reply before any push, a push when the budget has room for it. Rejects with
   * PacerClosed when nothing more is sent.
   */
  take(priority: Priority, chatId: number): Promise<void>;
  /** Pushes that wait are turned away; replies still go. */
  closeForPushes(): void;
}

export class PacerClosed extends Error {
  override readonly name = 'PacerClosed';
}

/** Replies that one chat may get in a row before they come one a second. */
const repliesInARow = 20;
/** Replies are let through into debt, because a reader waits, but no deeper than this many seconds' worth. */
const mostDebtSeconds = 1;

/**
 * One budget of `perSecond` messages for everything that is sent, replies first, and one of a message a second for the
 * replies of each chat, so that nobody can use up what belongs to all.
 */
export function createPacer(perSecond: number, nowMs: () => number = () => performance.now()): Pacer {
  // Room for a burst of a second's worth would let two seconds' worth through in one; a small one keeps the average.
  const all = createBucket(perSecond, Math.max(1, Math.ceil(perSecond / 10)), nowMs);
  const chats = new Map<number, Bucket>();
  const closing = new AbortController();
  let replies: Promise<void> = Promise.resolve();
  let pushes: Promise<void> = Promise.resolve();
  let repliesWaiting = 0;

  const takeReply = async (chatId: number) => {
    const chat = chats.get(chatId) ?? createBucket(1, repliesInARow, nowMs);
    chats.set(chatId, chat);
    chat.take();
    if (chat.debtMs() > 0) await sleep(chat.debtMs());
    if (chats.size > 10_000) for (const [id, each] of chats) if (each.isFull()) chats.delete(id);
    repliesWaiting += 1;
    replies = replies.then(async () => {
      while (all.debtMs() > mostDebtSeconds * 1_000) await sleep(all.debtMs() - mostDebtSeconds * 1_000);
      all.take();
      repliesWaiting -= 1;
    });
    return replies;
  };
  const takePush = async () => {
    for (;;) {
      if (closing.signal.aborted) throw new PacerClosed('no more pushes');
      const waitMs = repliesWaiting > 0 ? 1_000 / perSecond : all.waitMs();
      if (waitMs <= 0) break;
      await sleep(waitMs, closing.signal);
    }
    all.take();
  };
  return {
    take(priority, chatId) {
      if (priority === 'reply') return takeReply(chatId);
      const mine = pushes.then(takePush);
      // One that is turned away does not turn away those behind it; they see for themselves.
      pushes = mine.catch(() => {});
      return mine;
    },
    closeForPushes: () => closing.abort(),
  };
}

interface Bucket {
  take(): void;
  /** Until there is a whole token. */
  waitMs(): number;
  /** Until the level is back at zero. */
  debtMs(): number;
  isFull(): boolean;
}

function createBucket(perSecond: number, size: number, nowMs: () => number): Bucket {
  let level = size;
  let filledAt = nowMs();
  const refill = () => {
    const now = nowMs();
    level = Math.min(size, level + ((now - filledAt) / 1_000) * perSecond);
    filledAt = now;
    return level;
  };
  const untilMs = (wanted: number) => Math.max(0, Math.ceil(((wanted - refill()) / perSecond) * 1_000));
  return {
    take() {
      refill();
      level -= 1;
    },
    waitMs: () => untilMs(1),
    debtMs: () => untilMs(0),
    isFull: () => refill() >= size,
  };
}

/** Ends early when the signal says so. */
function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}
