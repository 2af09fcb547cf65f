import type { Claim, ClaimedMessage, SendOutcome } from '../domain/delivery.js';
import type { Log, OutboxMark } from '../ports.js';
import { takingTurns } from '../turns.js';
import { createAgenda } from './agenda.js';
import {
  idsOf,
  leavesMessage,
  logOutcome,
  measureOutcome,
  nextLook,
  recordOutcome,
  type SendingOptions,
  sendOne,
  unauthorisedPauseMs,
} from './send-message.js';

export interface DeliverOptions extends SendingOptions {
  readonly log: Log;
  /** PUSH_PER_HOUR; 0: no limit. */
  readonly pushPerHour: number;
  /** Messages per second over all chats, as the sender paces them. */
  readonly sendRate: number;
  /** Only this chat is sent to: the terminal chat must not answer for the chats of a real bot on the same database. */
  readonly onlyChatIds?: readonly number[] | undefined;
  /** Other processes send as well; undefined: this is the only one. */
  readonly shares?: DeliverShares | undefined;
}

/** What this process sends, of all that is owed. */
export interface DeliverShares {
  /** False: nothing more may be taken up. */
  readonly isAlive: () => boolean;
  readonly sendsTo: (chatId: number) => boolean;
}

export interface Deliver {
  /** Sends until stopped: whenever something is due, at the latest every few seconds. Resolves after `stop`. */
  run(): Promise<void>;
  /** Something may have been queued just now. */
  wake(): void;
  /** A chat spoke, or chose another pace: what waits for it may be due. */
  look(chatId: number): void;
  /** Other chats are this process's to send to than before. */
  reassign(): void;
  /**
   * While articles are coming in nothing new is taken up, so that many for one chat come as one digest. Call what it gives
   * when they are in; after a minute it goes on all the same.
   */
  hold(): () => void;
  /** What was queued until now piled up while the bot was down: each chat gets it as one digest. */
  noteBacklog(): void;
  /** No new sends; resolves when those in flight are recorded. */
  stop(): Promise<void>;
}

/** Messages that wait for their turn: what changes meanwhile is not in them, so no more than the sender needs at hand. */
const fewestWaiting = 32;
const secondsWaiting = 0.2;
/** Messages on their way: some may hang for the 30 s that a call may take, and must not hold up the others. */
const mostOnTheirWay = 800;
/** Corrections come last: they take what the pushes leave. */
const mostEdits = 4;
/** The clock was set back by more than this: what was noted for a time has to be noted again. */
const clockJumpMs = 2_000;
/** Chats that are claimed together. */
const claimSize = 50;
/** Another process (`import`) can queue deliveries without waking us; where several share the work they always do. */
const longestSleepMs = 5_000;
const longestSleepSharedMs = 1_000;
const longestHoldMs = 60_000;
const brokenChatPauseMs = 60_000;

export function createDeliver(options: DeliverOptions): Deliver {
  const { deliveries, now, log } = options;
  const mostWaiting = Math.max(fewestWaiting, Math.ceil(options.sendRate * secondsWaiting));
  const agenda = createAgenda();
  const inFlight = new Map<number, Promise<void>>();
  /** Chats in flight that have to be looked at again when they are through, whatever came of it. */
  const again = new Set<number>();
  /** Outcomes that the database would not take. Nothing is sent until it does: what Telegram accepted must not go again. */
  const unrecorded = new Map<number, () => Promise<unknown>>();
  /** Since when articles are coming in, for each round that is not over. */
  const holds = new Map<object, Date>();
  let triedLateAt = Number.NEGATIVE_INFINITY;
  let waiting = 0;
  let edits = 0;
  let lastTime = Number.NEGATIVE_INFINITY;
  const { timeZone, pushPerHour } = options;
  let backlogUntil: Date | undefined;
  let mark: OutboxMark | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let stopped = false;
  /** What the database said when it last failed; undefined: it works. */
  let outage: string | undefined;
  /** What was said of a broken page, once. */
  let damage: string | undefined;
  let pausedUntil = 0;
  let woken = true;
  let wakeUp: () => void = () => {};

  const later = (ms: number) => new Date(now().getTime() + ms);
  const isOurs = (chatId: number) =>
    (options.onlyChatIds?.includes(chatId) ?? true) && (options.shares?.sendsTo(chatId) ?? true);
  const lookEveryMs = options.shares ? longestSleepSharedMs : longestSleepMs;

  /** Chats that something was queued for since the last time. */
  const takeUpNew = async () => {
    const isTime = woken || now().getTime() >= lookedAt + lookEveryMs;
    if (holds.size > 0 || !isTime) return;
    woken = false;
    lookedAt = now().getTime();
    const found = await deliveries.listWaiting(mark);
    // There may be more than one call brings.
    const { deliveryId, noticeId } = found.upTo;
    if (mark && (deliveryId > mark.deliveryId || noticeId > mark.noticeId)) woken = true;
    mark = found.upTo;
    for (const { chatId, articleId } of found.chats) {
      if (inFlight.has(chatId)) again.add(chatId);
      else if (isOurs(chatId)) agenda.add(chatId, articleId);
    }
  };

  /** What goes on failing in the same way is said once, and when it is over. */
  const tellFailure = (fields: { readonly error: string; readonly chatId?: number }, event: string) => {
    log[outage === fields.error ? 'debug' : 'error'](fields, event);
    outage = fields.error;
  };
  const endOutage = async () => {
    if (outage === undefined || unrecorded.size > 0) return;
    await deliveries.probe();
    log.info({}, 'the database takes writes again');
    outage = undefined;
  };

  const record = async (message: ClaimedMessage, outcome: SendOutcome) => {
    const { chatId } = message;
    measureOutcome(message, outcome, options);
    const note = async () => {
      await recordOutcome(message, outcome, options);
      // Otherwise the chat would be this process's for as long as that lives.
      if (leavesMessage(outcome)) await deliveries.release(chatId);
    };
    try {
      await note();
    } catch (error) {
      tellFailure({ ...idsOf(message), error: (error as Error).message }, 'outcome could not be recorded');
      unrecorded.set(chatId, note);
      triedLateAt = Number.NEGATIVE_INFINITY;
    }
    logOutcome(message, outcome, log);
    if (outcome.kind === 'unauthorised') pausedUntil = later(unauthorisedPauseMs).getTime();
    const at = nextLook(message, outcome, now());
    if (at) agenda.addAt(chatId, at);
    if (outcome.kind === 'migrated') agenda.add(outcome.toChatId, 0);
  };
  const start = (message: ClaimedMessage) => {
    const { chatId } = message;
    if (message.kind === 'edit') edits += 1;
    waiting += 1;
    let waits = true;
    const onTurn = () => {
      if (!waits) return;
      waits = false;
      waiting -= 1;
      signal();
    };
    const sending = sendOne(message, onTurn, options)
      // Whatever is wrong with it, it must not keep its chat for ever: it is tried again later and later.
      .catch((error: Error): SendOutcome => ({ kind: 'transient', detail: `cannot be prepared: ${error.message}` }))
      .then((outcome) => record(message, outcome))
      .finally(() => {
        onTurn();
        if (message.kind === 'edit') edits -= 1;
        inFlight.delete(chatId);
        if (again.delete(chatId)) agenda.addAt(chatId, now());
        signal();
      });
    inFlight.set(chatId, sending);
  };

  /** What the database did not take is offered again. When it is only that one outcome, only that chat waits for it. */
  const recordLate = async (): Promise<void> => {
    if (unrecorded.size === 0 || now().getTime() < triedLateAt + longestSleepMs) return;
    for (const [chatId, recordAgain] of unrecorded) {
      try {
        await recordAgain();
        unrecorded.delete(chatId);
        agenda.addAt(chatId, now());
      } catch (error) {
        tellFailure({ chatId, error: (error as Error).message }, 'outcome could still not be recorded');
      }
    }
    if (unrecorded.size > 0) await deliveries.probe();
    triedLateAt = now().getTime();
  };

  /** Starts what may be sent now. */
  const startDue = async (): Promise<void> => {
    await recordLate();
    await endOutage();
    noticeClockJump();
    await takeUpNew();
    const turn = takingTurns();
    while (!stopped && now().getTime() >= pausedUntil && (options.shares?.isAlive() ?? true)) {
      const room = Math.min(claimSize, mostWaiting - waiting, mostOnTheirWay - inFlight.size);
      const chatIds = nextChats(room);
      if (chatIds.length === 0) return;
      for (const [index, claim] of (await claimAll(chatIds)).entries()) {
        const chatId = chatIds[index] ?? 0;
        if (claim.kind === 'message') start(claim.message);
        if (claim.kind === 'wait') agenda.addAt(chatId, claim.until);
        if (claim.kind !== 'failed') continue;
        const isKnown = claim.isDamage && damage === claim.error;
        log[isKnown ? 'debug' : 'error']({ chatId, error: claim.error }, 'chat cannot be claimed');
        if (claim.isDamage) damage = claim.error;
        agenda.addAt(chatId, later(brokenChatPauseMs));
      }
      // Very many chats can have to wait.
      await turn();
    }
  };
  const claimAll = async (chatIds: readonly number[]): Promise<readonly Claim[]> => {
    const [queuedBefore] = [...holds.values()].sort((a, b) => a.getTime() - b.getTime());
    const rules = { timeZone, pushPerHour, backlogUntil, queuedBefore, mostEdits: mostEdits - edits };
    try {
      return await deliveries.claim(chatIds, now(), rules);
    } catch (error) {
      for (const chatId of chatIds) agenda.addAt(chatId, later(longestSleepMs));
      throw error;
    }
  };
  /** Times that were noted before the clock was set back lie too far ahead. */
  const noticeClockJump = () => {
    const time = now().getTime();
    if (time < lastTime - clockJumpMs) {
      log.warn({ byMs: lastTime - time }, 'clock was set back');
      agenda.addAllWaiting();
      lookedAt = Number.NEGATIVE_INFINITY;
      pausedUntil = 0;
    }
    lastTime = time;
  };
  const nextChats = (most: number): readonly number[] => {
    const chatIds: number[] = [];
    while (chatIds.length < most) {
      const chatId = agenda.next(now());
      if (chatId === undefined) break;
      // It has become another process's since it was noted.
      if (!isOurs(chatId)) continue;
      // One at a time per chat keeps the order, and is what the pace of a chat means.
      if (inFlight.has(chatId)) again.add(chatId);
      else if (!unrecorded.has(chatId)) chatIds.push(chatId);
    }
    return chatIds;
  };

  let signalled = false;
  function signal(): void {
    signalled = true;
    wakeUp();
  }
  const sleep = async (): Promise<void> => {
    if (signalled || stopped || (woken && holds.size === 0)) return;
    const time = now().getTime();
    const isFull = waiting >= mostWaiting || inFlight.size >= mostOnTheirWay;
    const next = isFull ? undefined : agenda.nextAt();
    const nextLook = holds.size > 0 ? time + longestSleepMs : lookedAt + lookEveryMs;
    const until = Math.min(Math.max(next?.getTime() ?? nextLook, pausedUntil), nextLook);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(until - time, 1));
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };

  return {
    wake() {
      woken = true;
      signal();
    },
    look(chatId) {
      if (!isOurs(chatId)) return;
      if (inFlight.has(chatId)) again.add(chatId);
      else agenda.add(chatId, 0);
      signal();
    },
    reassign() {
      mark = undefined;
      woken = true;
      signal();
    },
    hold() {
      const held = {};
      holds.set(held, now());
      const release = () => {
        clearTimeout(timer);
        if (!holds.delete(held)) return;
        woken = true;
        signal();
      };
      const timer = setTimeout(release, longestHoldMs);
      timer.unref();
      return release;
    },
    noteBacklog() {
      backlogUntil = now();
    },
    async run() {
      while (!stopped) {
        signalled = false;
        try {
          await startDue();
          await sleep();
        } catch (error) {
          tellFailure({ error: (error as Error).message }, 'outbox could not be read or written');
          await new Promise((resolve) => {
            setTimeout(resolve, longestSleepMs).unref();
            wakeUp = () => {
              if (stopped) resolve(undefined);
            };
          });
        }
      }
    },
    async stop() {
      stopped = true;
      signal();
      await Promise.all(inFlight.values());
    },
  };
}
