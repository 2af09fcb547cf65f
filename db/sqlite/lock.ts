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
  // Beside the file itself: a link to it is the same database.
  const lockFile = `${existsSync(databaseFile) ? realpathSync(databaseFile) : databaseFile}.lock`;
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
