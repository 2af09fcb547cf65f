import { openStores } from '../../db/open-stores.js';
import { loadContext } from './context.js';
import { withProgress } from './index-progress.js';

/** Makes the search index anew, also while a bot runs on the database, which changes over to it by itself. */
export async function reindex(): Promise<void> {
  const { config, log } = loadContext({ forPeople: true });
  const stores = await openStores(config.databaseUrl, { mustExist: true, log });
  const started = performance.now();
  try {
    await withProgress((onProgress) => stores.search.rebuild(onProgress));
    const { indexed } = await stores.search.check();
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    process.stdout.write(`${indexed} articles indexed in ${seconds} s\n`);
  } finally {
    await stores.close();
  }
}
