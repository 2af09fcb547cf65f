import { existsSync } from 'node:fs';
import type { BackupStore, DatabaseCopy, Stores } from '../src/ports.js';
import { type Migration, type MigrationListener, migrateDatabase } from './migrate/migrate.js';
import type { OpenOptions } from './open-options.js';
import { connect, nameOf } from './postgres/database.js';
import { inspectConnection, type ServerState } from './postgres/inspect.js';
import { openPostgresStores } from './postgres/open.js';
import { createBackupStore } from './sqlite/backups.js';
import { copyDatabase } from './sqlite/copy.js';
import { type DatabaseState, inspectFile } from './sqlite/inspect.js';
import { acquireBotLock, type BotLock } from './sqlite/lock.js';
import { openSqliteStores } from './sqlite/open.js';
import { type Restored, restoreDatabase } from './sqlite/restore.js';

export type { DatabaseState, Migration, MigrationListener, OpenOptions, ServerState };

/**
 * Opens the stores behind a DATABASE_URL (`file:PATH`, `file::memory:`, `postgres://…`), bringing the schema up to date.
 * Throws, with a sentence for the operator, when that is not possible.
 */
export async function openStores(url: string, options: OpenOptions = {}): Promise<Stores> {
  return isPostgres(url) ? openPostgresStores(url, options) : openSqliteStores(sqliteFile(url), options);
}

/** Whether a DATABASE_URL names a server, which serves any number of processes. */
export function isPostgres(url: string): boolean {
  return /^postgres(?:ql)?:\/\//u.test(url);
}

/** A DATABASE_URL for messages: without a password. */
export function nameOfDatabase(url: string): string {
  return isPostgres(url) ? nameOf(url) : url;
}

/** Looks at the database behind a DATABASE_URL without changing it. Throws, with a sentence for the operator, when it cannot be read. */
export function inspectDatabase(url: string, budgetMs: number): DatabaseState {
  return inspectFile(sqliteFile(url), budgetMs);
}

/** Looks at the database on a server without changing it. Throws, with a sentence for the operator, when it cannot be reached. */
export async function inspectServer(url: string): Promise<ServerState> {
  const connection = connect(url, { connections: 1 });
  try {
    return await inspectConnection(connection);
  } finally {
    await connection.close();
  }
}

/** Only one bot may send from a file. Throws when another does. Processes on a server share the work (`Stores.workers`). */
export function lockForBot(url: string): BotLock {
  return isPostgres(url) ? { release() {} } : acquireBotLock(sqliteFile(url));
}

export type ProgressListener = (done: number, total: number) => void;

/** Scheduled backups of a database that is a file. */
export function openBackups(url: string): BackupStore {
  return createBackupStore(fileToCopy(url));
}

/** A copy of the database in a new file, also while a bot runs on it. Throws a sentence for the operator. */
export async function backUp(url: string, to: string, onProgress?: ProgressListener): Promise<DatabaseCopy> {
  const file = fileToCopy(url);
  if (!existsSync(file)) throw new Error(`no database at ${file}: set DATABASE_URL`);
  return copyDatabase(file, to, onProgress);
}

/** Puts a backup in the place of the database, which must not be in use. Throws a sentence for the operator. */
export async function restore(url: string, from: string, now: Date, onProgress?: ProgressListener): Promise<Restored> {
  return restoreDatabase(from, fileToCopy(url), now, onProgress);
}

/**
 * Copies a database that is a file to a server, also while a bot runs on it, and compares both. Can be called again, after
 * whatever end, to go on or to bring over what changed. Throws a sentence for the operator.
 */
export async function migrateTo(url: string, to: string, onProgress?: MigrationListener): Promise<Migration> {
  if (isPostgres(url))
    throw new Error('DATABASE_URL is a PostgreSQL server: set it to the SQLite file that is to be copied');
  const connection = connect(to, { connections: migratingConnections });
  try {
    return await migrateDatabase(fileToCopy(url), connection, { onProgress });
  } finally {
    await connection.close();
  }
}

/** Some slices are under way at a time. */
const migratingConnections = 5;

function fileToCopy(url: string): string {
  if (isPostgres(url)) throw new Error(serverCopies);
  const file = sqliteFile(url);
  if (file === ':memory:') throw new Error('a database in memory has no backups');
  return file;
}

const serverCopies =
  'DATABASE_URL is a PostgreSQL server, which has its own: pg_dump --format=custom --file=FILE postgres://… makes a backup while the bot runs, pg_restore --clean --if-exists --single-transaction --dbname=postgres://… FILE puts it back while none does';

function sqliteFile(url: string): string {
  if (!url.startsWith('file:')) throw new Error(`DATABASE_URL ${url.split(':')[0]}: is not supported by this version`);
  return url.slice('file:'.length);
}
