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
  const run = async () => {
    if (running) return log.debug({}, 'scheduled job still running: skipped');
    running = true;
    try {
      await job();
    } catch (error) {
      log.error({ error: (error as Error).message }, 'scheduled job failed');
    } finally {
      running = false;
    }
  };
  const task = cron.schedule(expression, run, { timezone: timeZone, logger: cronLogger(log) });
  return {
    nextRuns: () => task.getNextRuns(2),
    async stop() {
      await task.destroy();
    },
  };
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
