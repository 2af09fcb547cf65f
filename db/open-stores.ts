import type { Stores } from '../src/ports.js';
import { createArticleStore } from './sqlite/articles.js';
import { createCategoryStore } from './sqlite/categories.js';
import { openDatabase } from './sqlite/database.js';
import { createDeliveryStore } from './sqlite/deliveries.js';
import { createIngestStore } from './sqlite/ingest.js';
import { acquireBotLock, type BotLock } from './sqlite/lock.js';
import { createSubscriptionStore } from './sqlite/subscriptions.js';

/**
 * Opens the stores behind a DATABASE_URL (`file:PATH`, `file::memory:`), bringing the schema up to date.
 * Throws, with a sentence for the operator, when that is not possible.
 */
export async function openStores(url: string): Promise<Stores> {
  const { database, client } = openDatabase(sqliteFile(url));
  return {
    ingest: createIngestStore(database),
    articles: createArticleStore(database),
    categories: createCategoryStore(database),
    subscriptions: createSubscriptionStore(database),
    deliveries: createDeliveryStore(database),
    async close() {
      client.close();
    },
  };
}

/** Only one bot may send from a database. Throws when another does. */
export function lockForBot(url: string): BotLock {
  return acquireBotLock(sqliteFile(url));
}

function sqliteFile(url: string): string {
  if (!url.startsWith('file:')) throw new Error(`DATABASE_URL ${url.split(':')[0]}: is not supported by this version`);
  return url.slice('file:'.length);
}
