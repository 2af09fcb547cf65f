import { fork } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { BackupFile, BackupStore, DatabaseCopy } from '../../src/ports.js';
import type { BackupOrder, BackupResult } from './backup-process.js';

const stamp = /\.backup-(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)-(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)$/u;
const unfinished = /\.backup-\d{8}-\d{6}\.part-\d+(?:-journal|-wal|-shm)?$/u;

/**
 * Scheduled backups of a database file: `zhaibao.db.backup-YYYYMMDD-HHMMSS` beside it, the time in UTC. They are made by a
 * process of their own: nobody waits for it, it can be stopped at any moment, and it ends with this one.
 */
export function createBackupStore(databaseFile: string): BackupStore {
  const folder = path.dirname(databaseFile);
  const own = `${path.basename(databaseFile)}.backup-`;
  const filesHere = () => (fs.existsSync(folder) ? fs.readdirSync(folder) : []).filter((name) => name.startsWith(own));
  const list = (): readonly BackupFile[] =>
    filesHere()
      .flatMap((name) => {
        const madeAt = parseStamp(name);
        return madeAt ? [{ file: path.join(folder, name), madeAt }] : [];
      })
      .sort((a, b) => b.madeAt.getTime() - a.madeAt.getTime());
  return {
    async list() {
      return list();
    },
    async make(now, stopped) {
      // Left by one that was killed: there is one bot to a database, and this is the only place that makes them.
      for (const name of filesHere().filter((each) => unfinished.test(each))) fs.rmSync(path.join(folder, name));
      return copyInProcess({ from: databaseFile, to: `${databaseFile}.backup-${formatStamp(now)}` }, stopped);
    },
    async prune(keep, latest) {
      // By the name of the one just made, whatever clock named the others.
      const old = list().filter(({ file }) => file !== latest);
      const surplus = old.slice(Math.max(keep - 1, 0));
      for (const { file } of surplus) fs.rmSync(file);
      return surplus.length;
    },
  };
}

async function copyInProcess(order: BackupOrder, stopped: AbortSignal): Promise<DatabaseCopy> {
  const child = fork(new URL('./backup-process.js', import.meta.url), [JSON.stringify(order)], { execArgv: [] });
  const stop = () => child.kill('SIGKILL');
  stopped.addEventListener('abort', stop);
  try {
    return await new Promise((resolve, reject) => {
      child.on('message', (result: BackupResult) => {
        if (result.kind === 'copied') resolve(result.copy);
        else reject(new Error(result.error));
      });
      child.on('error', reject);
      child.on('exit', (code, signal) =>
        reject(new Error(stopped.aborted ? 'stopped' : `the process that makes the backup ended (${signal ?? code})`)),
      );
      if (stopped.aborted) stop();
    });
  } finally {
    stopped.removeEventListener('abort', stop);
  }
}

function formatStamp(time: Date): string {
  const digits = time.toISOString().replace(/\D/gu, '');
  return `${digits.slice(0, 8)}-${digits.slice(8, 14)}`;
}

function parseStamp(name: string): Date | undefined {
  const parts = stamp.exec(name)?.groups;
  if (!parts) return undefined;
  const { year, month, day, hour, minute, second } = parts;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
