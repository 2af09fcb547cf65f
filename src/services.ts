import type { Services } from '../bot/conversation.js';
import type { Config } from './config.js';
import type { Stores } from './ports.js';
import { createAdmin } from './service/admin.js';
import { createBrowse } from './service/browse.js';
import { createFilters } from './service/filter.js';
import { createOutlooks } from './service/outlook.js';
import { createOwnData } from './service/own-data.js';
import { createSaved } from './service/saved.js';
import { createSettings } from './service/settings.js';
import { createSubscriptions } from './service/subscribe.js';
import { createWatches } from './service/watch.js';
import { createWhy } from './service/why.js';
import { sourceKeyOf } from './source/source-address.js';

/** What the use cases are told of the configuration. */
export type ServiceConfig = Pick<Config, 'timeZone' | 'pushPerHour' | 'adminIds' | 'sources'>;

/** The use cases on a database. `onQueued`: something is owed to a chat, or to all (undefined). */
export function createServices(
  { timeZone, pushPerHour, adminIds, sources }: ServiceConfig,
  stores: Stores,
  onQueued: (chatId: number | undefined) => void,
): Services {
  const watches = createWatches({ ...stores, timeZone });
  return {
    browse: createBrowse({ ...stores, timeZone }),
    subscriptions: createSubscriptions(stores),
    watches,
    filters: createFilters(stores),
    saved: createSaved(stores),
    ownData: createOwnData({ ...stores, watches }),
    settings: createSettings({ ...stores, timeZone }),
    outlooks: createOutlooks({ ...stores, timeZone, pushPerHour }),
    why: createWhy({ ...stores, timeZone, pushPerHour }),
    chats: stores.chats,
    admin: createAdmin({ ...stores, adminIds, sources: sources.map(sourceKeyOf), onQueued }),
  };
}
