import { existsSync } from 'node:fs';
import type { BackupStore, DatabaseCopy, Log, Stores } from '../src/ports.js';
import { createAdminStore } from './sqlite/admin.js';
import { createAnnouncementStore } from './sqlite/announcements.js';
import { createArticleStore } from './sqlite/articles.js';
import { createBackupStore } from './sqlite/backups.js';
import { createBotStateStore } from './sqlite/bot-state.js';
import { createCategoryStore } from './sqlite/categories.js';
import { createChatStore } from './sqlite/chats.js';
import { copyDatabase } from './sqlite/copy.js';
import { openDatabase } from './sqlite/database.js';
import { createDeliveryStore } from './sqlite/deliveries.js';
import { createFateStore } from './sqlite/fates.js';
import { withStorageFaults } from './sqlite/fault.js';
import { createFilterStore } from './sqlite/filters.js';
import { createIngestStore } from './sqlite/ingest.js';
import { type DatabaseState, inspectFile } from './sqlite/inspect.js';
import { acquireBotLock, type BotLock } from './sqlite/lock.js';
import { createOwnDataStore } from './sqlite/own-data.js';
import { type Restored, restoreDatabase } from './sqlite/restore.js';
import { createRetentionStore } from './sqlite/retention.js';
import { createSavedStore } from './sqlite/saved.js';
import { createInMemorySearchIndex, createSearchIndex } from './sqlite/search/search-store.js';
import { createSubscriptionStore } from './sqlite/subscriptions.js';
import { createUpdateStore } from './sqlite/updates.js';
import { createWatchStore } from './sqlite/watches.js';

export type { DatabaseState };

export interface OpenOptions {
  /** Where what happens on other threads is reported. */
  readonly log?: Log;
  readonly now?: () => Date;
  /** Refuse to make a new database: for commands that only read. */
  readonly mustExist?: boolean;
}

/**
 * Opens the stores behind a DATABASE_URL (`file:PATH`, `file::memory:`), bringing the schema up to date.
 * Throws, with a sentence for the operator, when that is not possible.
 */
export async function openStores(url: string, options: OpenOptions = {}): Promise<Stores> {
  const file = sqliteFile(url);
  if (options.mustExist && file !== ':memory:' && !existsSync(file)) {
    throw new Error(`no database at ${file}: run \`import\` or \`start\` first, or set DATABASE_URL`);
  }
  const { database, client } = openDatabase(file, {
    onUpgrade: (copy) => options.log?.info({ copy }, 'database is upgraded; a copy of it was kept'),
  });
  const search =
    file === ':memory:'
      ? createInMemorySearchIndex(client, options.now ?? (() => new Date()))
      : createSearchIndex({ databaseFile: file, client, onLog: (level, ...what) => options.log?.[level](...what) });
  const stores = {
    ingest: createIngestStore(database, client, () => search.noteChange('stored')),
    articles: createArticleStore(database, () => search.noteChange('removed')),
    search,
    categories: createCategoryStore(database),
    chats: createChatStore(database),
    subscriptions: createSubscriptionStore(database),
    watches: createWatchStore(database),
    filters: createFilterStore(database),
    saved: createSavedStore(database),
    ownData: createOwnDataStore(database),
    deliveries: createDeliveryStore(database, client),
    fates: createFateStore(database, client),
    announcements: createAnnouncementStore(database),
    admin: createAdminStore(client),
    botState: createBotStateStore(database),
    updates: createUpdateStore(client),
    retention: createRetentionStore(client, () => search.noteChange('removed')),
  };
  const wrapped = Object.entries(stores).map(([name, store]) => [name, withStorageFaults(store, file)]);
  return {
    ...(Object.fromEntries(wrapped) as typeof stores),
    async close() {
      await search.close();
      client.close();
    },
  };
}

/** Looks at the database behind a DATABASE_URL without changing it. Throws, with a sentence for the operator, when it cannot be read. */
export function inspectDatabase(url: string, budgetMs: number): DatabaseState {
  return inspectFile(sqliteFile(url), budgetMs);
}

/** Only one bot may send from a database. Throws when another does. */
export function lockForBot(url: string): BotLock {
  return acquireBotLock(sqliteFile(url));
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

function fileToCopy(url: string): string {
  const file = sqliteFile(url);
  if (file === ':memory:') throw new Error('a database in memory has no backups');
  return file;
}

function sqliteFile(url: string): string {
  if (!url.startsWith('file:')) throw new Error(`DATABASE_URL ${url.split(':')[0]}: is not supported by this version`);
  return url.slice('file:'.length);
}
