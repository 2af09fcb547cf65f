import { randomUUID } from 'node:crypto';
import type { Stores } from '../../src/ports.js';
import { refuseIncompleteCopy } from '../migrate/mark.js';
import type { OpenOptions } from '../open-options.js';
import { withStorageFaults } from '../storage-faults.js';
import { createAdminStore } from './admin.js';
import { createAnnouncementStore } from './announcements.js';
import { createArticleStore } from './articles.js';
import { createBotStateStore } from './bot-state.js';
import { createSharedBudget } from './budget.js';
import { createCategoryStore } from './categories.js';
import { createChatStore } from './chats.js';
import { bringUpToDate, type Connection, compareSchema, connect, toSentence, withoutStatement } from './database.js';
import { createDeliveryStore } from './deliveries.js';
import { createFateStore } from './fates.js';
import { describePostgresFault } from './fault.js';
import { createFilterStore } from './filters.js';
import { createIngestStore } from './ingest.js';
import { createOwnDataStore } from './own-data.js';
import { createRetentionStore } from './retention.js';
import { createSavedStore } from './saved.js';
import { createSearchStore } from './search/search-store.js';
import { createSubscriptionStore } from './subscriptions.js';
import { createUpdateStore } from './updates.js';
import { createWatchStore } from './watches.js';
import { createWorkerStore } from './workers.js';

/** Opens the stores on a server. Throws, with a sentence for the operator, when that is not possible. */
export async function openPostgresStores(url: string, options: OpenOptions): Promise<Stores> {
  const connection = connect(url, {
    onBroken: (error) => options.log?.warn({ error: error.message }, 'a connection to the database broke'),
  });
  try {
    if (options.mustExist && (await compareSchema(connection.database)).schema === 'none')
      throw new Error(`no tables in ${connection.name} yet: run \`import\` or \`start\` first, or set DATABASE_URL`);
    await bringUpToDate(connection);
    await refuseIncompleteCopy(connection);
    return createPostgresStores(connection, options);
  } catch (error) {
    await connection.close();
    throw toSentence(error, connection.name);
  }
}

/** The stores on a database whose schema is this version's. */
export function createPostgresStores(connection: Connection, options: Pick<OpenOptions, 'now' | 'log'> = {}): Stores {
  const { database: db } = connection;
  const workerId = randomUUID();
  const stores = {
    ingest: createIngestStore(db),
    articles: createArticleStore(db),
    search: createSearchStore(db, options.now ?? (() => new Date()), options.log),
    categories: createCategoryStore(db),
    chats: createChatStore(db),
    subscriptions: createSubscriptionStore(db),
    watches: createWatchStore(db),
    filters: createFilterStore(db),
    saved: createSavedStore(db),
    ownData: createOwnDataStore(db),
    deliveries: createDeliveryStore(db, workerId),
    fates: createFateStore(db),
    announcements: createAnnouncementStore(db),
    admin: createAdminStore(db),
    botState: createBotStateStore(db),
    updates: createUpdateStore(db, workerId),
    retention: createRetentionStore(db),
    workers: createWorkerStore(db, workerId),
    budget: createSharedBudget(db),
  };
  const wrapped = Object.entries(stores).map(([name, store]) => [
    name,
    withStorageFaults(store, connection.name, describePostgresFault, withoutStatement),
  ]);
  return {
    ...(Object.fromEntries(wrapped) as typeof stores),
    async close() {
      await stores.search.close();
      await connection.close();
    },
  };
}
