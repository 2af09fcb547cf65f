import cron from 'node-cron';
import type { Log } from './ports.js';

export interface Schedule {
  stop(): Promise<void>;
}

/**
 * Calls `job` at the times of a cron expression (5 or 6 fields) in a time zone. A time that comes while the job still
 * runs is skipped: the next one does the same work. A job that fails is a line in the log.
 */
export function schedule(expression: string, timeZone: string, job: () => Promise<unknown>, log: Log): Schedule {
  const run = async () => {
    try {
      await job();
    } catch (error) {
      log.error({ error: (error as Error).message }, 'scheduled job failed');
    }
  };
  const task = cron.schedule(expression, run, { timezone: timeZone, noOverlap: true });
  return {
    async stop() {
      await task.destroy();
    },
  };
}
