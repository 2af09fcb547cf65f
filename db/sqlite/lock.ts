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
  const client = new Sqlite(`${databaseFile}.lock`, { timeout: 0 });
  try {
    client.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    client.close();
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
