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
  let takenAt: Date | undefined;
  let closed = false;
  let abandoned = false;
  let forgetting: NodeJS.Timeout | undefined;

  const run = (update: Update) => {
    const running: Promise<void> = handle(update)
      .then(async () => {
        if (!abandoned) await store.markHandled(update.update_id);
      })
      // It is handled once more by the next start.
      .catch((error: Error) =>
        log.error({ updateId: update.update_id, error: error.message }, 'handled update not noted'),
      )
      .finally(() => inHand.delete(running));
    inHand.add(running);
  };
  const forget = () => {
    store
      .forgetHandled(new Date(now().getTime() - rememberedMs))
      .catch((error: Error) => log.warn({ error: error.message }, 'handled updates not forgotten'));
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
      const { payloads, givenUp } = await store.takeUpAgain(mostStarts);
      for (const updateId of givenUp) log.error({ updateId }, 'update given up: every start that took it up ended');
      const left = payloads.map((payload) => JSON.parse(payload) as Update);
      const known = new Set(left.map(({ update_id }) => update_id));
      if (left.length > 0) log.info({ count: left.length }, 'updates taken up that were not handled');
      const all = [...left, ...early.filter(({ update_id }) => !known.has(update_id))];
      early = undefined;
      for (const update of all) run(update);
      forget();
      forgetting = setInterval(forget, forgetEveryMs).unref();
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
