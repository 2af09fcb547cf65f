import { existsSync } from 'node:fs';
import type { Log, Stores } from '../src/ports.js';
import { createAdminStore } from './sqlite/admin.js';
import { createAnnouncementStore } from './sqlite/announcements.js';
import { createArticleStore } from './sqlite/articles.js';
import { createBotStateStore } from './sqlite/bot-state.js';
import { createCategoryStore } from './sqlite/categories.js';
import { createChatStore } from './sqlite/chats.js';
import { openDatabase } from './sqlite/database.js';
import { createDeliveryStore } from './sqlite/deliveries.js';
import { createFateStore } from './sqlite/fates.js';
import { createFilterStore } from './sqlite/filters.js';
import { createIngestStore } from './sqlite/ingest.js';
import { type DatabaseState, inspectFile } from './sqlite/inspect.js';
import { acquireBotLock, type BotLock } from './sqlite/lock.js';
import { createOwnDataStore } from './sqlite/own-data.js';
import { createSavedStore } from './sqlite/saved.js';
import { createInMemorySearchIndex, createSearchIndex } from './sqlite/search/search-store.js';
import { createSubscriptionStore } from './sqlite/subscriptions.js';
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
  const { database, client } = openDatabase(file);
  const search =
    file === ':memory:'
      ? createInMemorySearchIndex(client, options.now ?? (() => new Date()))
      : createSearchIndex({ databaseFile: file, client, onLog: (level, ...what) => options.log?.[level](...what) });
  return {
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

function sqliteFile(url: string): string {
  if (!url.startsWith('file:')) throw new Error(`DATABASE_URL ${url.split(':')[0]}: is not supported by this version`);
  return url.slice('file:'.length);
}
