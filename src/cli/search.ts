import { openStores } from '../../db/open-stores.js';
import { zoneOffset } from '../domain/time-zone.js';
import { formatWithOffset } from '../extract/published.js';
import { createBrowse } from '../service/browse.js';
import { loadContext } from './context.js';

export interface SearchOptions {
  readonly limit: number;
  readonly json: boolean;
}

/** Prints what /search finds, newest first: JSON lines, or a readable list. False when the query cannot be searched. */
export async function searchArticles(query: string, { limit, json }: SearchOptions): Promise<boolean> {
  const { config } = loadContext({ forPeople: true });
  const stores = await openStores(config.databaseUrl, { mustExist: true });
  try {
    const result = await createBrowse(stores).search(query, { limit });
    if (result.kind === 'empty') throw new Error('nothing to search for: give at least one word');
    if (result.kind === 'unsupported') throw new Error(`${result.operator} is not supported by this version`);
    if (result.kind === 'unknown-category') throw new Error(`no category is called ${result.name}`);
    for (const hit of result.items) {
      const snippet = hit.snippet.map(({ text }) => text).join('');
      const { id, title, medium, published, url } = hit;
      const row = {
        id,
        title,
        source: medium ?? null,
        published: published ? inZone(published, config.timeZone) : null,
        url: url ?? null,
        snippet,
      };
      if (json) process.stdout.write(`${JSON.stringify(row)}\n`);
      else
        process.stdout.write(
          `${row.title}\n  ${[row.source, row.published?.slice(0, 16).replace('T', ' '), row.url].filter(Boolean).join('  ')}\n  ${snippet}\n`,
        );
    }
    if (result.timedOut)
      process.stderr.write('zhaibao: the search took too long; only newer articles were looked at\n');
    return true;
  } finally {
    await stores.close();
  }
}

/** ISO 8601 with the offset of the zone at that time. */
function inZone(time: Date, timeZone: string): string {
  return formatWithOffset(time, zoneOffset(timeZone, time.getTime()));
}
