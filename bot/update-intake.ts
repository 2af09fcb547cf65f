import type { Update } from 'telegraf/types';
import type { Log, UpdateStore } from '../src/ports.js';

/**
 * Updates on their way from the webhook to the bot. Each is stored before it counts as taken, so that it outlives a crash,
 * and is handled once: a number that was seen is not taken up again. Only what was being handled when the process died is
 * handled twice.
 */
export interface UpdateIntake {
  /** Resolves when the update is safe. Throws when it cannot be stored. */
  take(update: Update): Promise<'taken' | 'stopping'>;
  /** Takes up what earlier starts left, then what came meanwhile; from now on what comes. */
  open(): Promise<void>;
  /** Once it is open: takes up what processes that are gone have left. */
  takeOver(): Promise<void>;
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
  readonly log: Log;
  readonly now: () => Date;
}

/** An update that so many starts have taken up is given up. */
const mostStarts = 5;
/** Telegram keeps what it cannot deliver for a day; what it may repeat is remembered for longer. */
const rememberedMs = 25 * 3_600_000;
const forgetEveryMs = 3_600_000;

export function createUpdateIntake({ store, handle, log, now }: IntakeOptions): UpdateIntake {
  /** Undefined: it is open. */
  let early: Update[] | undefined = [];
  const inHand = new Set<Promise<void>>();
  /** Their numbers. */
  const running = new Set<number>();
  let takenAt: Date | undefined;
  let closed = false;
  let abandoned = false;
  let forgetting: NodeJS.Timeout | undefined;

  const run = (update: Update) => {
    running.add(update.update_id);
    const handling: Promise<void> = handle(update)
      .then(async () => {
        if (!abandoned) await store.markHandled(update.update_id);
      })
      // It is handled once more by the next start.
      .catch((error: Error) =>
        log.error({ updateId: update.update_id, error: error.message }, 'handled update not noted'),
      )
      .finally(() => {
        running.delete(update.update_id);
        inHand.delete(handling);
      });
    inHand.add(handling);
  };
  const forget = () => {
    store
      .forgetHandled(new Date(now().getTime() - rememberedMs))
      .catch((error: Error) => log.warn({ error: error.message }, 'handled updates not forgotten'));
  };

  const takeUpLeft = async (): Promise<readonly Update[]> => {
    const { payloads, givenUp } = await store.takeUpAgain(mostStarts);
    for (const updateId of givenUp) log.error({ updateId }, 'update given up: every start that took it up ended');
    if (payloads.length > 0) log.info({ count: payloads.length }, 'updates taken up that were not handled');
    return payloads.map((payload) => JSON.parse(payload) as Update);
  };

  return {
    async take(update) {
      if (closed) return 'stopping';
      const isNew = await store.add(update.update_id, JSON.stringify(update), now());
      takenAt = now();
      if (!isNew) log.debug({ updateId: update.update_id }, 'update repeated');
      else if (early) early.push(update);
      else run(update);
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
      if (early || closed) return;
      for (const update of await takeUpLeft()) if (!running.has(update.update_id)) run(update);
    },
    takenAt: () => takenAt,
    async idle() {
      while (inHand.size > 0) await Promise.all(inHand);
    },
    close() {
      closed = true;
      clearInterval(forgetting);
    },
    abandon() {
      abandoned = true;
    },
  };
}
