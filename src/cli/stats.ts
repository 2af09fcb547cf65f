import { openStores } from '../../db/open-stores.js';
import { loadContext } from './context.js';

const rejectedShown = 20;

/** Prints what is in the database, and the last rejected posts with their reasons. */
export async function printStats({ json }: { json: boolean }): Promise<void> {
  const { config } = loadContext({ forPeople: true });
  const stores = await openStores(config.databaseUrl, { mustExist: true });
  try {
    const stats = await stores.articles.stats();
    const rejected = await stores.ingest.listRejected(rejectedShown);
    if (json) {
      process.stdout.write(`${JSON.stringify({ ...stats, rejectedPosts: rejected })}\n`);
      return;
    }
    const { deliveries, ...counts } = stats;
    for (const [name, count] of Object.entries(counts)) process.stdout.write(`${name.padEnd(20)} ${count}\n`);
    for (const [state, count] of Object.entries(deliveries))
      process.stdout.write(`${`deliveries ${state}`.padEnd(20)} ${count}\n`);
    for (const { path, reason, detail } of rejected)
      process.stdout.write(`rejected  ${visible(path)}  ${reason}: ${visible(detail)}\n`);
  } finally {
    await stores.close();
  }
}

/** A file name can hold anything, also what steers a terminal. */
function visible(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}
