import fs from 'node:fs';
import path from 'node:path';
import type { DatabaseCopy } from '../../src/ports.js';
import { Sqlite, type SqliteClient } from './driver.js';
import { describeFault } from './fault.js';

/** Pages copied at once: some ms of reading and writing. */
const pagesPerStep = 1_024;
/** So often what was copied is written out: all at the end would make every other write on the disk wait for it. */
const stepsPerFlush = 4;
const busyTimeoutMs = 5_000;
/** What a copy is described by, and compared with what it was taken of. */
const countedTables = ['articles', 'chats', 'subscriptions', 'watches', 'saved', 'deliveries'] as const;

/**
 * Copies a database as it is at this moment, while others read and write it, into one file without a `-wal` beside it. Goes by
 * a file beside `to` that is looked through and synchronised before it gets the name: what bears the name is whole. Throws a
 * sentence for the operator; then `to` is as it was.
 */
export async function copyDatabase(
  from: string,
  to: string,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<DatabaseCopy> {
  const started = performance.now();
  const part = `${to}.part-${process.pid}`;
  needRoom(from, to);
  try {
    const rows = await copyPages(from, part, onProgress);
    checkCopy(part, from, rows);
    const { size: bytes } = fs.statSync(part);
    moveIntoPlace(part, to);
    return { file: to, bytes, rows, tookMs: Math.round(performance.now() - started) };
  } catch (error) {
    for (const suffix of ['', '-journal', '-wal', '-shm']) fs.rmSync(`${part}${suffix}`, { force: true });
    throw error;
  }
}

/** The same at once, for a moment when nobody is served yet: a compact copy. */
export function copyDatabaseNow(client: SqliteClient, to: string): void {
  const part = `${to}.part-${process.pid}`;
  needRoom(client.name, to);
  fs.rmSync(part, { force: true });
  try {
    client.prepare('VACUUM INTO ?').run(part);
    checkCopy(part, client.name, countRows(client));
    moveIntoPlace(part, to);
  } catch (error) {
    fs.rmSync(part, { force: true });
    throw error;
  }
}

/** A copy that does not fit would fill the disk up, and the bot could not write either. Throws when it would. */
function needRoom(from: string, to: string): void {
  const folder = path.dirname(to);
  if (!fs.existsSync(from) || !fs.existsSync(folder)) return;
  const { bavail, bsize } = fs.statfsSync(folder);
  const bytes = [from, `${from}-wal`].reduce(
    (sum, file) => sum + (fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
  const inMegabytes = (count: number) => `${Math.ceil(count / 1024 / 1024)} MB`;
  if (bavail * bsize < bytes)
    throw new Error(
      `${folder} has no room for a copy: it needs ${inMegabytes(bytes)}, ${inMegabytes(bavail * bsize)} are free`,
    );
}

/** Gives how many rows there were at the moment that was copied. */
async function copyPages(from: string, part: string, onProgress: (done: number, total: number) => void) {
  const client = new Sqlite(from, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs });
  try {
    // A transaction holds on to this moment: without it the copy would begin anew whenever another process writes.
    client.exec('BEGIN');
    const rows = countRows(client);
    let steps = 0;
    await client.backup(part, {
      progress({ totalPages, remainingPages }) {
        steps += 1;
        if (steps % stepsPerFlush === 0) synchronize(part, 'r+');
        onProgress(totalPages - remainingPages, totalPages);
        return pagesPerStep;
      },
    });
    return rows;
  } catch (error) {
    throw new Error(`${from} cannot be copied: ${describeFault(error)?.text ?? (error as Error).message}`, {
      cause: error,
    });
  } finally {
    client.close();
  }
}

/** What is wrong with a database file, and what to do; undefined: it is whole. Reads all of it. */
export function findDamage(file: string): string | undefined {
  try {
    const client = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs });
    try {
      const found = client.pragma('quick_check(1)', { simple: true }) as string;
      return found === 'ok' ? undefined : `${firstLine(found)}: stop the bot and \`restore\` the newest good backup`;
    } finally {
      client.close();
    }
  } catch (error) {
    return describeFault(error)?.text ?? (error as Error).message;
  }
}

function countRows(client: SqliteClient): DatabaseCopy['rows'] {
  const isThere = client.prepare(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?`);
  const rows: Record<string, number> = {};
  for (const table of countedTables)
    if (isThere.get(table)) rows[table] = client.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
  return rows;
}

/** Throws when the copy is not whole: a broken page of the original is copied like any other. */
function checkCopy(part: string, from: string, rows: DatabaseCopy['rows']): void {
  let found: string;
  try {
    const client = new Sqlite(part, { fileMustExist: true });
    try {
      // One file, that needs nothing beside it and can be read from a folder that takes no writes.
      client.pragma('journal_mode = DELETE');
      found = client.pragma('quick_check(1)', { simple: true }) as string;
      if (found === 'ok' && JSON.stringify(countRows(client)) !== JSON.stringify(rows)) found = 'rows are missing';
    } finally {
      client.close();
    }
  } catch (error) {
    found = (error as Error).message;
  }
  if (found !== 'ok') throw new Error(`${from} is damaged (${firstLine(found)}): \`restore\` the newest good backup`);
}

const firstLine = (text: string) => text.replace(/^\*\*\* in database \w+ \*\*\*\n/u, '').split('\n')[0];

/** Gives a finished file its name, safe from a power cut. */
export function moveIntoPlace(part: string, to: string): void {
  synchronize(part, 'r+');
  fs.renameSync(part, to);
  synchronizeFolder(path.dirname(to));
}

export function synchronizeFolder(folder: string): void {
  try {
    synchronize(folder, 'r');
  } catch (error) {
    // Not every system synchronises folders.
    if (!['EPERM', 'EISDIR', 'EINVAL', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

function synchronize(file: string, flags: 'r' | 'r+'): void {
  const handle = fs.openSync(file, flags);
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}
