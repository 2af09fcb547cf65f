import { openBackups } from '../../../db/open-stores.js';
import type { Config } from '../../config.js';
import type { Stores } from '../../ports.js';
import { hasTimeBetween } from '../../schedule.js';
import { backupErrorKey } from '../../service/scheduled-backups.js';
import { about, type Finding } from './finding.js';

/** A backup takes its time, and one that failed is tried again within the hour. */
const graceMs = 3_600_000;

/** Whether scheduled backups are made as they should be, and what to do. */
export async function checkBackups(
  { backupCron, timeZone, databaseUrl }: Config,
  stores: Stores,
  now: Date,
): Promise<Finding> {
  const backups = about('backups');
  if (!backupCron)
    return backups.note('BACKUP_CRON is not set: set it, or run `backup FILE` now and then, to another disk');
  const error = await stores.botState.find(backupErrorKey);
  if (error) return backups.bad(`the last one failed: ${error}`);
  const [newest] = await openBackups(databaseUrl).list();
  if (!newest) return backups.note('there is none yet: a running bot makes the first within the hour');
  const { file, madeAt } = newest;
  if (await hasTimeBetween(backupCron, timeZone, madeAt, new Date(now.getTime() - graceMs)))
    return backups.bad(`${file} is older than BACKUP_CRON asks for: see the log of the bot, if it runs`);
  return backups.ok(`the newest is ${file}`);
}
