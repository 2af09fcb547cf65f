import type { Config } from './config.js';
import { parsePost } from './extract/parse-post.js';
import type { Log, Stores } from './ports.js';
import { createIngest, type Ingest } from './service/ingest.js';
import { createDirectorySource } from './source/directory.js';

/** The ingest of the configured sources on its own: what `import` runs. */
export function openIngest(config: Config, stores: Stores, log: Log): Ingest {
  return createIngest({
    sources: config.sources.map((folder) => createDirectorySource(folder)),
    store: stores.ingest,
    parse: (post) => parsePost(post, { timeZone: config.timeZone }),
    log,
    now: () => new Date(),
  });
}
