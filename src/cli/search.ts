import { openStores } from '../../db/open-stores.js';
import { zoneOffset } from '../domain/time-zone.js';
import { formatWithOffset } from '../extract/published.js';
import type { SearchHit } from '../ports.js';
import { createBrowse, type SearchResult } from '../service/browse.js';
import { loadContext } from './context.js';
import { caughtUp } from './index-progress.js';

export interface SearchOptions {
  readonly limit: number;
  readonly json: boolean;
}

/** Prints what /search finds, in its order: JSON lines, or a readable list. False when the query cannot be searched. */
export async function searchArticles(query: string, { limit, json }: SearchOptions): Promise<boolean> {
  const { config, log } = loadContext({ forPeople: true });
  const stores = await openStores(config.databaseUrl, { mustExist: true, log });
  try {
    // What cannot be brought up to date can still be searched.
    await caughtUp(stores.search).catch((error: Error) => process.stderr.write(`zhaibao: ${error.message}\n`));
    const browse = createBrowse({ ...stores, timeZone: config.timeZone });
    const result = await browse.search(query, { order: 'ranked', limit });
    if (result.kind !== 'found') throw new Error(explain(result));
    for (const hit of result.items)
      process.stdout.write(json ? toJsonLine(hit, config.timeZone) : toText(hit, config.timeZone));
    if (result.filling) process.stderr.write('zhaibao: the search index is not complete\n');
    if (result.items.length === 0 && !result.timedOut) process.stderr.write('zhaibao: no article matches\n');
    if (result.timedOut) process.stderr.write('zhaibao: the search took too long; this is not all\n');
    return true;
  } finally {
    await stores.close();
  }
}

function explain(result: Exclude<SearchResult, { kind: 'found' }>): string {
  switch (result.kind) {
    case 'empty':
      return 'nothing to search for: give at least one word';
    case 'bad-date':
      return `${result.text} is no date: write 2022, 2022-06 or 2022-06-08`;
    case 'bad-range':
      return 'before: has to be later than after:';
    case 'bad-or':
      return 'OR stands between two words to find';
    case 'unclear-category': {
      const names = result.near.map(({ name }) => name).join(', ');
      if (result.fits === 'several') return `in:${result.name} fits several categories: ${names}`;
      return `no category is called ${result.name}${names ? `; near are: ${names}` : ''}`;
    }
    case 'superseded':
      return 'the search was given up';
  }
}

function toJsonLine({ id, title, medium, published, url, snippet }: SearchHit, timeZone: string): string {
  const row = {
    id,
    title,
    source: medium ?? null,
    published: published ? inZone(published, timeZone) : null,
    url: url ?? null,
    snippet: snippet.map(({ text }) => text).join(''),
  };
  return `${JSON.stringify(row)}\n`;
}

function toText({ title, medium, published, url, snippet }: SearchHit, timeZone: string): string {
  const time = published && inZone(published, timeZone).slice(0, 16).replace('T', ' ');
  const shown = snippet.map(({ text }) => text).join('');
  return `${title}\n  ${[medium, time, url].filter(Boolean).join('  ')}\n  ${shown}\n`;
}

/** ISO 8601 with the offset of the zone at that time. */
function inZone(time: Date, timeZone: string): string {
  return formatWithOffset(time, zoneOffset(timeZone, time.getTime()));
}
