import type { Update } from 'telegraf/types';
import type { Log, UpdateStore } from '../src/ports.js';
import { mayPass } from '../src/storage-fault.js';
import { sleep } from './sleep.js';

/**
 * Updates on their way from Telegram to the bot. Each is stored before it counts as taken, so that it outlives a crash, and is
 * handled once: a number that was seen is not taken up again. Only what was being handled when the process died, or was
 * taken for dead, is handled twice.
 */
export interface UpdateIntake {
  /** Resolves when the update is safe. Throws when it cannot be stored. */
  take(update: Update): Promise<'taken' | 'stopping'>;
  /** Takes up what earlier starts left, then what came meanwhile; from now on what comes. */
  open(): Promise<void>;
  /** Once it is open: takes up what processes that are gone have left. */
  takeOver(): Promise<void>;
  /**
   * Does what an update asks for, at its turn. When the database is out of reach it is done again until it is not: nobody can
   * be told meanwhile. `isRepeated`: so it would be this time; after some failures of a database that does answer it is not, and
   * whoever asked is to be told. Not done where another process has taken the update over. What `work` throws otherwise is
   * thrown.
   */
  work(updateId: number, work: (isRepeated: boolean) => Promise<void>): Promise<void>;
  /** The last time that anything was taken. */
  takenAt(): Date | undefined;
  /** Resolves when everything that was taken up is handled, and noted as such. */
  idle(): Promise<void>;
  /** Nothing is taken any more. */
  close(): void;
  /** What is being handled stays stored, whatever becomes of it: its calls are aborted. */
  abandon(): void;
}

export interface IntakeOptions {
  readonly store: UpdateStore;
  /** Starts the work at once, so that the order is kept; resolves when it is done. Must not throw. */
  readonly handle: (update: Update) => Promise<void>;
  /** Another process may take over what this one was given; undefined: there are no others. */
  readonly shared?: SharedIntake | undefined;
  readonly log: Log;
  readonly now: () => Date;
}

export interface SharedIntake {
  /** False: the others count this process as dead. */
  readonly isAlive: () => boolean;
  /** Another number whenever it was counted as dead in between. */
  readonly lives: () => number;
}

/** An update that so many starts have taken up is given up. */
const mostStarts = 5;
/** Telegram keeps what it cannot deliver for a day; what it may repeat is remembered for longer. */
const rememberedMs = 25 * 3_600_000;
const forgetEveryMs = 3_600_000;
const longestPauseMs = 5_000;
/** Times that an update is tried again while the database answers, and yet not what it needs. */
const mostRepeats = 4;

export function createUpdateIntake({ store, handle, shared, log, now }: IntakeOptions): UpdateIntake {
  /** Undefined: it is open. */
  let early: Update[] | undefined = [];
  const inHand = new Set<Promise<void>>();
  /** Their numbers, each with the life in which it was taken up. */
  const running = new Map<number, number | undefined>();
  /** Of those, what is left to another process, or to the next start. */
  const leftOpen = new Set<number>();
  const beingTaken = new Map<number, Promise<unknown>>();
  let takenAt: Date | undefined;
  const closing = new AbortController();
  let abandoned = false;
  let forgetting: NodeJS.Timeout | undefined;

  /** Tries again, later and later, for as long as the intake is open. Throws the last failure when it is closed. */
  const untilDone = async (work: () => Promise<void>, isWorthIt: (error: unknown) => boolean): Promise<void> => {
    for (let tries = 0; ; tries += 1) {
      try {
        return await work();
      } catch (error) {
        if (!isWorthIt(error) || closing.signal.aborted) throw error;
        const pauseMs = Math.min(1_000 * 2 ** tries, longestPauseMs);
        await sleep(pauseMs, closing.signal);
      }
    }
  };
  const noteHandled = async (updateId: number) => {
    if (abandoned || leftOpen.has(updateId)) return;
    let isTold = false;
    const note = () =>
      store.markHandled(updateId).catch((error: Error) => {
        if (!isTold) log.error({ updateId, error: error.message }, 'handled update not noted yet');
        isTold = true;
        throw error;
      });
    // It is handled once more by the next start.
    await untilDone(note, () => !abandoned).catch(() => log.error({ updateId }, 'handled update not noted'));
  };
  const run = (update: Update) => {
    const updateId = update.update_id;
    running.set(updateId, shared?.lives());
    const handling: Promise<void> = handle(update)
      .then(() => noteHandled(updateId))
      .finally(() => {
        running.delete(updateId);
        leftOpen.delete(updateId);
        inHand.delete(handling);
      });
    inHand.add(handling);
  };
  const add = async (update: Update) => {
    const isNew = await store.add(update.update_id, JSON.stringify(update), now());
    takenAt = now();
    if (early) {
      if (isNew) early.push(update);
      return;
    }
    // It may have been stored without our hearing of it.
    if (isNew || (!running.has(update.update_id) && (await store.isOwed(update.update_id)))) run(update);
    else log.debug({ updateId: update.update_id }, 'update repeated');
  };
  const forget = () => {
    store
      .forgetHandled(new Date(now().getTime() - rememberedMs))
      .catch((error: Error) => log.warn({ error: error.message }, 'handled updates not forgotten'));
  };

  const takeUpLeft = async (): Promise<readonly Update[]> => {
    const { payloads, givenUp } = await store.takeUpAgain(mostStarts, [...running.keys()]);
    for (const updateId of givenUp) log.error({ updateId }, 'update given up: every start that took it up ended');
    if (payloads.length > 0) log.info({ count: payloads.length }, 'updates taken up that were not handled');
    return payloads.map((payload) => JSON.parse(payload) as Update);
  };
  const isStillOurs = async (updateId: number) => {
    if (!shared || !running.has(updateId)) return true;
    if (shared.isAlive() && shared.lives() === running.get(updateId)) return true;
    return store.isOwed(updateId);
  };

  return {
    async take(update) {
      if (closing.signal.aborted) return 'stopping';
      // Telegram may repeat what is on its way.
      const before = beingTaken.get(update.update_id);
      const taking = before ?? add(update);
      beingTaken.set(update.update_id, taking);
      await taking.finally(() => beingTaken.delete(update.update_id));
      return 'taken';
    },
    async open() {
      if (!early) return;
      const left = await takeUpLeft();
      const known = new Set(left.map(({ update_id }) => update_id));
      const all = [...left, ...early.filter(({ update_id }) => !known.has(update_id))];
      early = undefined;
      for (const update of all) run(update);
      forget();
      forgetting = setInterval(forget, forgetEveryMs).unref();
    },
    async takeOver() {
      if (early || closing.signal.aborted) return;
      for (const update of await takeUpLeft()) if (!running.has(update.update_id)) run(update);
    },
    async work(updateId, work) {
      let tries = 0;
      let repeats = 0;
      const isRepeated = () => shared !== undefined && repeats < mostRepeats;
      const attempt = async () => {
        tries += 1;
        const isOurs = tries === 1 ? await isStillOurs(updateId) : await store.isOwed(updateId);
        if (tries > 1) repeats += 1;
        if (isOurs) return work(isRepeated());
        leftOpen.add(updateId);
        log.info({ updateId }, 'update left to the process that has taken it over');
      };
      // A bot alone can tell its reader what is wrong.
      const isOutOfReach = (error: unknown) => isRepeated() && mayPass(error);
      try {
        await untilDone(attempt, isOutOfReach);
      } catch (error) {
        if (isOutOfReach(error)) leftOpen.add(updateId);
        throw error;
      }
    },
    takenAt: () => takenAt,
    async idle() {
      while (inHand.size > 0) await Promise.all(inHand);
    },
    close() {
      closing.abort();
      clearInterval(forgetting);
    },
    abandon() {
      abandoned = true;
    },
  };
}
