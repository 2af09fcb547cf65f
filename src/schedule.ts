import cron from 'node-cron';
import type { Log } from './ports.js';
import { takingTurns } from './turns.js';

export interface Schedule {
  /** The next two times. */
  nextRuns(): readonly Date[];
  stop(): Promise<void>;
}

/**
 * Calls `job`, with the time that it is for, at the times of a cron expression (5 or 6 fields) in a time zone. A time that comes while the job still
 * runs is skipped: the next one does the same work. Times that passed unseen (a machine that slept, a clock set forward) are one run.
 * A job that fails is a line in the log.
 */
export function schedule(
  expression: string,
  timeZone: string,
  job: (slot: Date) => Promise<unknown>,
  log: Log,
): Schedule {
  let running = false;
  let lastError: string | undefined;
  const run = async (slot: Date) => {
    if (running) return log.debug({}, 'scheduled job still running: skipped');
    running = true;
    try {
      await job(slot);
      lastError = undefined;
    } catch (error) {
      const { message } = error as Error;
      // What goes on failing in the same way is said once.
      log[message === lastError ? 'debug' : 'error']({ error: message }, 'scheduled job failed');
      lastError = message;
    } finally {
      running = false;
    }
  };
  // node-cron knows the times; the waiting is done here. Its own timer counts every time between the one that it waits for
  // and now: after a clock that was set, or a laptop that slept, that holds up the process for minutes and runs nothing.
  const task = cron.createTask(expression, () => {}, { timezone: timeZone });
  const nextRuns = (count: number) => task.getNextRuns(count);
  let next = nextTime();
  let lookedAt = Date.now();
  let timer = setTimeout(look, waitMs());

  function look(): void {
    const now = Date.now();
    if (now >= next) {
      void run(new Date(next));
      next = nextTime();
    } else if (now < lookedAt - setBackMs) {
      log.warn({ byMs: now - lookedAt, expression }, 'clock was set back: the schedule starts anew');
      next = nextTime();
    }
    lookedAt = now;
    timer = setTimeout(look, waitMs());
  }
  function nextTime(): number {
    return nextRuns(1)[0]?.getTime() ?? Number.POSITIVE_INFINITY;
  }
  function waitMs(): number {
    return Math.min(Math.max(next - Date.now(), 1), lookEveryMs);
  }
  return {
    nextRuns: () => nextRuns(2),
    async stop() {
      clearTimeout(timer);
      await task.destroy();
    },
  };
}

/** A timer does not hear that the clock was set: nobody waits for longer than this without looking. */
const lookEveryMs = 1_000;
/** Less than this is a clock being corrected: a time that has just run would run again. */
const setBackMs = 2_000;

const minuteMs = 60_000;
/** Further back nobody looks: what was missed for so long is missed either way. */
const longestLookMs = 32 * 86_400_000;

/** Whether a time of a cron expression lies behind `after` and not behind `until`, or the two are more than 32 days apart. */
export async function hasTimeBetween(expression: string, timeZone: string, after: Date, until: Date): Promise<boolean> {
  if (until.getTime() - after.getTime() > longestLookMs) return true;
  const turn = takingTurns();
  const task = cron.createTask(expression, () => {}, { timezone: timeZone });
  try {
    const offsets = cron.parse(expression).second.map((second) => second * 1_000);
    const lies = (time: number) => time > after.getTime() && time <= until.getTime();
    const first = Math.floor(until.getTime() / minuteMs) * minuteMs;
    for (let minute = first; minute + minuteMs > after.getTime(); minute -= minuteMs) {
      // Whether a minute matches does not depend on which of the seconds is tried.
      const offset = offsets.find((each) => lies(minute + each));
      if (offset !== undefined && task.match(new Date(minute + offset))) return true;
      await turn();
    }
    return false;
  } finally {
    await task.destroy();
  }
}
