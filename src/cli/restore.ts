import { restore } from '../../db/open-stores.js';
import { describeCopy, withPageBar } from './backup.js';
import { loadContext } from './context.js';

/** Puts a backup in the place of the database, and tells where the one before is kept. */
export async function restoreBackup(file: string): Promise<void> {
  const { config } = loadContext({ forPeople: true });
  const restored = await withPageBar((onProgress) => restore(config.databaseUrl, file, new Date(), onProgress));
  process.stdout.write(`${restored.file}: ${describeCopy(restored)}\n`);
  if (restored.keptAside) process.stdout.write(`what was there before is ${restored.keptAside}\n`);
}
