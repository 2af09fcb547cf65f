import cron from 'node-cron';
import type { Log } from './ports.js';
import { takingTurns } from './turns.js';

export interface Schedule {
  /** The next two times. */
  nextRuns(): readonly Date[];
  stop(): Promise<void>;
}

/**
 * Calls `job` at the times of a cron expression (5 or 6 fields) in a time zone. A time that comes while the job still
 * runs is skipped: the next one does the same work. A job that fails is a line in the log.
 */
export function schedule(expression: string, timeZone: string, job: () => Promise<unknown>, log: Log): Schedule {
  let running = false;
  let lastError: string | undefined;
  const run = async () => {
    if (running) return log.debug({}, 'scheduled job still running: skipped');
    running = true;
    try {
      await job();
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
  const arm = () => cron.schedule(expression, run, { timezone: timeZone, logger: cronLogger(log) });
  let task = arm();
  const stopWatching = onClockJump((byMs) => {
    log.warn({ byMs, expression }, 'clock was set: the schedule starts anew');
    void task.destroy();
    task = arm();
  });
  return {
    nextRuns: () => task.getNextRuns(2),
    async stop() {
      stopWatching();
      await task.destroy();
    },
  };
}

const lookAtClockMs = 1_000;
const clockJumpMs = 2_000;

/**
 * node-cron waits for the time that it noted: after the clock was set back by hours it would be silent for as long, and after
 * it was set forward it counts every time that was skipped. Gives a function that ends the watch.
 */
function onClockJump(jumped: (byMs: number) => void): () => void {
  const difference = () => Date.now() - performance.now();
  let before = difference();
  const timer = setInterval(() => {
    const byMs = Math.round(difference() - before);
    before = difference();
    if (Math.abs(byMs) > clockJumpMs) jumped(byMs);
  }, lookAtClockMs);
  timer.unref();
  return () => clearInterval(timer);
}

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

/** node-cron writes coloured lines to the console by itself: what it has to say goes into the log. */
function cronLogger(log: Log) {
  const text = (message: string | Error) => (message instanceof Error ? message.message : message);
  return {
    info: (message: string) => log.debug({ detail: message }, 'cron'),
    warn: (message: string) => log.warn({ detail: message }, 'cron'),
    error: (message: string | Error) => log.error({ detail: text(message) }, 'cron'),
    debug: (message: string | Error) => log.debug({ detail: text(message) }, 'cron'),
  };
}
