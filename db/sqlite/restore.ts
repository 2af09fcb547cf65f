import fs from 'node:fs';
import path from 'node:path';
import type { DatabaseCopy } from '../../src/ports.js';
import { copyDatabase, synchronizeFolder } from './copy.js';
import { appliedVersion, newestVersion } from './database.js';
import { Sqlite } from './driver.js';
import { acquireBotLock } from './lock.js';

export interface Restored extends DatabaseCopy {
  /** The database that was there before; undefined: there was none. */
  readonly keptAside: string | undefined;
}

const besides = ['-wal', '-shm', '-journal'];

/**
 * Puts a copy of the backup in the place of a database and keeps what was there beside it, as `.before-restore-<time>`. The
 * next start brings it up to date, and its search index, too. Throws a sentence for the operator when a bot or another
 * command uses the database, or the backup is no whole database of this version or an earlier one; then nothing was changed.
 */
export async function restoreDatabase(
  backup: string,
  databaseFile: string,
  now: Date,
  onProgress?: (done: number, total: number) => void,
): Promise<Restored> {
  if (!fs.existsSync(backup)) throw new Error(`there is no file ${backup}`);
  fs.mkdirSync(path.dirname(databaseFile), { recursive: true });
  // A link to the database stays one.
  const file = fs.existsSync(databaseFile) ? fs.realpathSync(databaseFile) : databaseFile;
  if (fs.realpathSync(backup) === file) throw new Error(`${backup} is the database itself`);
  const lock = acquireBotLock(file);
  try {
    checkBackup(backup);
    const fresh = `${file}.restoring`;
    const copy = await copyDatabase(backup, fresh, onProgress);
    try {
      const keptAside = keepAside(file, now);
      fs.renameSync(fresh, file);
      synchronizeFolder(path.dirname(file));
      return { ...copy, file: databaseFile, keptAside };
    } finally {
      fs.rmSync(fresh, { force: true });
    }
  } finally {
    lock.release();
  }
}

/** Throws when this is no database of ours, or one of a newer version. */
function checkBackup(backup: string): void {
  let version: number;
  try {
    const client = new Sqlite(backup, { readonly: true, fileMustExist: true });
    try {
      version = appliedVersion(client);
    } finally {
      client.close();
    }
  } catch (error) {
    throw new Error(`${backup} is no backup of a database: ${(error as Error).message}`, { cause: error });
  }
  if (version === 0) throw new Error(`${backup} is no backup of a zhaibao database`);
  if (version > newestVersion())
    throw new Error(`${backup} was made by a newer version of zhaibao: install that version, then restore it`);
}

/** The database under another name, besides its own: it is replaced in one step. */
function keepAside(file: string, now: Date): string | undefined {
  if (!fs.existsSync(file)) {
    for (const suffix of besides) fs.rmSync(`${file}${suffix}`, { force: true });
    return undefined;
  }
  foldIn(file);
  const time = now.toISOString().replace(/\D/gu, '');
  const aside = `${file}.before-restore-${time.slice(0, 8)}-${time.slice(8, 14)}`;
  // What a damaged database could not take in goes with it: a `-wal` would be played into the restored one.
  for (const suffix of besides)
    if (fs.existsSync(`${file}${suffix}`)) fs.renameSync(`${file}${suffix}`, `${aside}${suffix}`);
  try {
    fs.linkSync(file, aside);
  } catch {
    // Not every file system has links.
    fs.renameSync(file, aside);
  }
  return aside;
}

/** Takes the `-wal` into the database, which only works when nobody else has it open. A damaged one stays as it is. */
function foldIn(file: string): void {
  try {
    const client = new Sqlite(file, { timeout: 1_000 });
    try {
      client.pragma('journal_mode = DELETE');
    } finally {
      client.close();
    }
  } catch (error) {
    if ((error as { code?: string }).code === 'SQLITE_BUSY')
      throw new Error(`another command is using ${file}: wait for its end, then restore`, { cause: error });
  }
}
