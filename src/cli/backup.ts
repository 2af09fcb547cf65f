import { existsSync, realpathSync } from 'node:fs';
import { SingleBar } from 'cli-progress';
import { backUp, type ProgressListener } from '../../db/open-stores.js';
import type { DatabaseCopy } from '../ports.js';
import { loadContext } from './context.js';

/** Copies the database into a new file, and prints what is in it. */
export async function backUpDatabase(file: string, { force }: { force: boolean }): Promise<void> {
  const { config } = loadContext({ forPeople: true });
  if (existsSync(file)) {
    const database = config.databaseUrl.replace(/^file:/u, '');
    if (existsSync(database) && realpathSync(file) === realpathSync(database))
      throw new Error(`${file} is the database itself`);
    if (!force) throw new Error(`${file} is there already: choose another name, or replace it with --force`);
  }
  const copy = await withPageBar((onProgress) => backUp(config.databaseUrl, file, onProgress));
  process.stdout.write(`${file}: ${describeCopy(copy)}\n`);
}

/** Size, rows and time, on one line. */
export function describeCopy({ bytes, rows, tookMs }: DatabaseCopy): string {
  const counts = Object.entries(rows).map(([table, count]) => `${count} ${table}`);
  return `${(bytes / 1024 / 1024).toFixed(1)} MB, ${counts.join(', ')}, in ${(tookMs / 1_000).toFixed(1)} s`;
}

/** Runs the work with a progress bar on a terminal. */
export async function withPageBar<T>(work: (onProgress: ProgressListener) => Promise<T>): Promise<T> {
  const bar = process.stderr.isTTY
    ? new SingleBar({ stream: process.stderr, format: '{bar} {percentage} %, {eta_formatted} left' })
    : undefined;
  let isShown = false;
  try {
    return await work((done, total) => {
      if (!isShown) bar?.start(total, done);
      isShown = true;
      bar?.update(done);
    });
  } finally {
    if (isShown) bar?.stop();
  }
}
