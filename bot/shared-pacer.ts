import type { SharedBudget } from '../src/worker-ports.js';
import { type Pacer, PacerClosed, type Priority } from './pacer.js';

export interface SharedPacing {
  readonly budget: SharedBudget;
  /** False: other processes count this one as dead and send what it holds. */
  readonly isAlive: () => boolean;
}

/** Room is asked for ahead of so much time: one message at 28 a second, 40 at 1,000. */
const grantMs = 40;
/** setTimeout takes no more than 24 days. */
const longestSleepMs = 3_600_000;

/**
 * The pacer of a process that shares its budget with others: first the turn among its own messages, then that of the chat, then
 * room in the rate of all. Pushes ask for room one grant at a time, so that replies of any process find little ahead of them.
 */
export function sharePacer(pacer: Pacer, perSecond: number, { budget, isAlive }: SharedPacing): Pacer {
  const closing = new AbortController();
  const pushesClosing = new AbortController();
  const grantSize = Math.max(1, Math.round((perSecond * grantMs) / 1_000));
  /** Times of the pacer's clock at which pushes may go, ascending. */
  let granted: number[] = [];
  let lastPush: Promise<unknown> = Promise.resolve();

  const check = (closed: AbortSignal) => {
    if (closed.aborted) throw new PacerClosed('nothing more is sent');
    if (!isAlive()) throw new PacerClosed('other processes have taken over');
  };
  const untilChatIsFree = async (chatId: number, isReply: boolean, closed: AbortSignal) => {
    for (;;) {
      const waitMs = await budget.takeChatTurn(chatId, isReply);
      if (waitMs <= 0) return;
      await sleep(waitMs, closed);
      if (closed.aborted) throw new PacerClosed('nothing more is sent');
    }
  };
  const untilRoom = async (priority: Priority, closed: AbortSignal) => {
    if (granted.length === 0) {
      const asked = pacer.nowMs();
      granted = (await budget.reserve(priority, perSecond, grantSize)).map((ms) => asked + ms);
    }
    const at = granted.shift() ?? 0;
    await sleep(at - pacer.nowMs(), closed);
    check(closed);
  };
  const takeAsReply = async (chatId: number) => {
    const closed = closing.signal;
    await untilChatIsFree(chatId, true, closed);
    const [waitMs = 0] = await budget.reserve('reply', perSecond, 1);
    await sleep(waitMs, closed);
    if (closed.aborted) throw new PacerClosed('nothing more is sent');
  };
  const takeInTurn = async (priority: Priority, chatId: number) => {
    const closed = pushesClosing.signal;
    check(closed);
    await untilChatIsFree(chatId, false, closed);
    const mine = lastPush.then(() => untilRoom(priority, closed));
    // Whoever comes next waits for this one, whatever becomes of it.
    lastPush = mine.catch(() => {});
    await mine;
  };
  return {
    ...pacer,
    async take(priority, chatId) {
      await pacer.take(priority, chatId);
      return priority === 'reply' ? takeAsReply(chatId) : takeInTurn(priority, chatId);
    },
    hold(chatId, untilMs) {
      pacer.hold(chatId, untilMs);
      const heldMs = pacer.allHeldForMs();
      // Where it cannot be told, each process finds out by itself.
      if (heldMs > 0) budget.holdAll(heldMs).catch(() => {});
    },
    closeForPushes() {
      pushesClosing.abort();
      pacer.closeForPushes();
    },
    close() {
      pushesClosing.abort();
      closing.abort();
      pacer.close();
    },
  };
}

/** Ends early when nothing more is sent. */
function sleep(ms: number, closed: AbortSignal): Promise<void> {
  if (ms <= 0 || closed.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      closed.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.min(Math.ceil(ms), longestSleepMs));
    closed.addEventListener('abort', end);
  });
}
