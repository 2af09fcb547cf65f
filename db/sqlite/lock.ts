import { existsSync, realpathSync } from 'node:fs';
import { Sqlite } from './driver.js';

export interface BotLock {
  release(): void;
}

/**
 * Makes this process the only bot on a database file, by an exclusive transaction on a file beside it: the kernel
 * releases it with the process, so a restart after kill -9 waits for nothing. Throws when another bot has it.
 */
export function acquireBotLock(databaseFile: string): BotLock {
  if (databaseFile === ':memory:') return { release() {} };
  const lockFile = lockFileOf(databaseFile);
  const client = new Sqlite(lockFile, { timeout: 0 });
  try {
    client.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    client.close();
    const isTaken = (error as { code?: string }).code === 'SQLITE_BUSY';
    if (!isTaken)
      throw new Error(`lock file ${lockFile} cannot be used: ${(error as Error).message}`, { cause: error });
    throw new Error(`another bot is running on ${databaseFile}: stop it first, or give this one its own DATABASE_URL`, {
      cause: error,
    });
  }
  return {
    release() {
      client.close();
    },
  };
}

/** Whether a bot runs on a database file. Changes nothing. */
export function isBotRunning(databaseFile: string): boolean {
  const lockFile = lockFileOf(databaseFile);
  // The first bot makes it.
  if (!existsSync(lockFile)) return false;
  const client = new Sqlite(lockFile, { readonly: true, timeout: 0 });
  try {
    client.prepare('SELECT count(*) FROM sqlite_master').get();
    return false;
  } catch (error) {
    if ((error as { code?: string }).code === 'SQLITE_BUSY') return true;
    throw new Error(`lock file ${lockFile} cannot be read: ${(error as Error).message}`, { cause: error });
  } finally {
    client.close();
  }
}

/** Beside the file itself: a link to it is the same database. */
function lockFileOf(databaseFile: string): string {
  return `${existsSync(databaseFile) ? realpathSync(databaseFile) : databaseFile}.lock`;
}
