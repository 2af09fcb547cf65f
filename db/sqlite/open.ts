import { existsSync } from 'node:fs';
import type { Stores } from '../../src/ports.js';
import type { OpenOptions } from '../open-options.js';
import { withStorageFaults } from '../storage-faults.js';
import { createAdminStore } from './admin.js';
import { createAnnouncementStore } from './announcements.js';
import { createArticleStore } from './articles.js';
import { createBotStateStore } from './bot-state.js';
import { createCategoryStore } from './categories.js';
import { createChatStore } from './chats.js';
import { openDatabase } from './database.js';
import { createDeliveryStore } from './deliveries.js';
import { createFateStore } from './fates.js';
import { describeFault } from './fault.js';
import { createFilterStore } from './filters.js';
import { createIngestStore } from './ingest.js';
import { createOwnDataStore } from './own-data.js';
import { createRetentionStore } from './retention.js';
import { createSavedStore } from './saved.js';
import { createInMemorySearchIndex, createSearchIndex } from './search/search-store.js';
import { createSubscriptionStore } from './subscriptions.js';
import { createUpdateStore } from './updates.js';
import { createWatchStore } from './watches.js';

/** Opens the stores in a file, or in `:memory:`. Throws, with a sentence for the operator, when that is not possible. */
export function openSqliteStores(file: string, options: OpenOptions): Stores {
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
  const wrapped = Object.entries(stores).map(([name, store]) => [name, withStorageFaults(store, file, describeFault)]);
  return {
    ...(Object.fromEntries(wrapped) as typeof stores),
    workers: undefined,
    budget: undefined,
    async close() {
      await search.close();
      client.close();
    },
  };
}
