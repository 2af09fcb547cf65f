import { openBackups } from '../db/open-stores.js';
import type { Config } from './config.js';
import type { Log, Stores } from './ports.js';
import { hasTimeBetween, schedule } from './schedule.js';
import { createRetention } from './service/retention.js';
import { createScheduledBackups } from './service/scheduled-backups.js';

export interface MaintenanceOptions {
  readonly config: Pick<Config, 'databaseUrl' | 'timeZone' | 'backupCron' | 'backupKeep' | 'retentionDays'>;
  readonly stores: Stores;
  readonly log: Log;
  readonly now: () => Date;
  /** Where several processes share the database, one of them runs a job of the schedule. */
  readonly once: (job: string, work: () => Promise<unknown>) => (slot: Date) => Promise<unknown>;
}

export interface Maintenance {
  stop(): Promise<void>;
}

/** Whatever the clock and the machine did meanwhile: a missed time is noticed after so long. */
const lookEveryMs = 3_600_000;
/** At night where most sources are. */
const dailyAt = '40 3 * * *';

/** What a database needs from day to day: backups (BACKUP_CRON), and that it does not grow for ever (RETENTION_DAYS). */
export function startMaintenance({ config, stores, log, now, once }: MaintenanceOptions): Maintenance {
  const jobs = [keepBackups(), keepWithinDays()];
  return {
    async stop() {
      await Promise.all(jobs.map((stop) => stop()));
    },
  };

  function keepBackups(): () => Promise<unknown> {
    const { backupCron, timeZone, backupKeep: keep } = config;
    if (!backupCron) return async () => {};
    const backups = createScheduledBackups({
      backups: openBackups(config.databaseUrl),
      state: stores.botState,
      keep,
      log,
      now,
      hasTimeBetween: (after, until) => hasTimeBetween(backupCron, timeZone, after, until),
    });
    const look = () =>
      void backups.runIfDue().catch((error) => log.error({ error: error.message }, 'backups cannot be looked at'));
    const times = schedule(backupCron, timeZone, backups.run, log);
    const timer = setInterval(look, lookEveryMs);
    timer.unref();
    look();
    return () => {
      clearInterval(timer);
      return Promise.all([times.stop(), backups.stop()]);
    };
  }

  function keepWithinDays(): () => Promise<unknown> {
    if (!config.retentionDays) return async () => {};
    const retention = createRetention({ retention: stores.retention, days: config.retentionDays, log, now });
    const run = once('retention', retention.run);
    const times = schedule(dailyAt, config.timeZone, run, log);
    run(now()).catch((error) => log.error({ error: error.message }, 'old articles could not be looked for'));
    return () => Promise.all([times.stop(), retention.stop()]);
  }
}
