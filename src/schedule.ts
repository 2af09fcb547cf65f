import cron from 'node-cron';
import type { Log } from './ports.js';

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
