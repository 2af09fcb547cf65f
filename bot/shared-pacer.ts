import type { SharedBudget } from '../src/worker-ports.js';
import { type Pacer, PacerClosed, type Priority } from './pacer.js';
import { sleep } from './sleep.js';

export interface SharedPacing {
  readonly budget: SharedBudget;
  /** False: other processes count this one as dead and send what it holds. */
  readonly isAlive: () => boolean;
}

/** When a message may go, by the pacer's clock. */
interface Room {
  readonly at: number;
  readonly until: number;
}

/** Room is asked for ahead of so much time: one message at 28 a second, 40 at 1,000. */
const grantMs = 40;
/** As late as a busy machine may be, and the server for an answer. */
const longestLatenessMs = 1_000;

/**
 * The pacer of a process that shares its budget with others: first the turn among its own messages, then that of the chat, then
 * room in the rate of all. Pushes ask for room one grant at a time, so that replies of any process find little ahead of them.
 */
export function sharePacer(pacer: Pacer, perSecond: number, { budget, isAlive }: SharedPacing): Pacer {
  const closing = new AbortController();
  const pushesClosing = new AbortController();
  const grantSize = Math.max(1, Math.round((perSecond * grantMs) / 1_000));
  /** For pushes, ascending. */
  let granted: Room[] = [];
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
  /** Room from now on, and until when each may be used: a server may take its time, and its clock was read in between. */
  const reserve = async (priority: Priority, count: number): Promise<Room[]> => {
    const asked = pacer.nowMs();
    const waits = await budget.reserve(priority, perSecond, count);
    const latest = pacer.nowMs() + longestLatenessMs;
    return waits.map((ms) => ({ at: asked + ms, until: latest + ms }));
  };
  /** Waits for it. False: it is past, because the process was paused, and what it was granted for that time is not for now. */
  const useRoom = async ({ at, until }: Room, closed: AbortSignal): Promise<boolean> => {
    await sleep(at - pacer.nowMs(), closed);
    if (closed.aborted) throw new PacerClosed('nothing more is sent');
    return pacer.nowMs() <= until;
  };
  const untilRoom = async (priority: Priority, closed: AbortSignal) => {
    for (let isUsed = false; !isUsed; ) {
      if (granted.length === 0) granted = await reserve(priority, grantSize);
      const room = granted.shift();
      isUsed = !room || (await useRoom(room, closed));
    }
    check(closed);
  };
  const takeAsReply = async (chatId: number) => {
    const closed = closing.signal;
    await untilChatIsFree(chatId, true, closed);
    for (let isUsed = false; !isUsed; ) {
      const [room] = await reserve('reply', 1);
      isUsed = !room || (await useRoom(room, closed));
    }
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
