import type { BackupStore, BotStateStore, Log } from '../ports.js';

export interface ScheduledBackupsOptions {
  readonly backups: BackupStore;
  readonly state: BotStateStore;
  /** BACKUP_KEEP. */
  readonly keep: number;
  readonly log: Log;
  readonly now: () => Date;
  /** Whether a time of BACKUP_CRON lies behind the first and not behind the second. */
  readonly hasTimeBetween: (after: Date, until: Date) => Promise<boolean>;
}

export interface ScheduledBackups {
  /** Makes one now. A failure is one line in the log, and kept for `doctor`. */
  run(): Promise<void>;
  /** The same when a time passed since the newest, or there is none. */
  runIfDue(): Promise<void>;
  /** One under way is given up. */
  stop(): Promise<void>;
}

/** What the last try that failed said, in BotStateStore; empty after one that went well. */
export const backupErrorKey = 'backup_error';

export function createScheduledBackups(options: ScheduledBackupsOptions): ScheduledBackups {
  const { backups, state, keep, log, now } = options;
  const stopping = new AbortController();
  let running: Promise<void> | undefined;

  const make = async () => {
    try {
      const { file, bytes, rows, tookMs } = await backups.make(now(), stopping.signal);
      const removed = await backups.prune(keep, file);
      log.info({ file, bytes, ...rows, tookMs, removed }, 'backup made');
      await state.save(backupErrorKey, '');
    } catch (error) {
      if (stopping.signal.aborted) return;
      const { message } = error as Error;
      log.error({ error: message }, 'NO BACKUP COULD BE MADE');
      // On a full disk this cannot be kept either; `doctor` finds that the newest backup is too old.
      await state.save(backupErrorKey, message).catch(() => {});
    }
  };
  const run = () => {
    running ??= make().finally(() => {
      running = undefined;
    });
    return running;
  };
  return {
    run,
    async runIfDue() {
      const newest = (await backups.list()).find(({ madeAt }) => madeAt <= now());
      if (newest && !(await options.hasTimeBetween(newest.madeAt, now())))
        return log.debug({ newest: newest.file }, 'backup is not due');
      if (!stopping.signal.aborted) await run();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
