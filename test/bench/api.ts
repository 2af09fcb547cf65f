import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openStores } from '../../db/open-stores.js';
import { createGate, searchTurns } from '../../src/gate.js';
import { createHttpApp } from '../../src/http/http-app.js';
import { startHttpServer } from '../../src/http/http-server.js';
import { createPublicApi } from '../../src/http/public-api/public-api.js';
import type { Stores } from '../../src/ports.js';
import { createBrowse } from '../../src/service/browse.js';
import { createPublicArchive } from '../../src/service/public-archive.js';
import { queryFor, saveAll, silentLog } from '../support/builders.js';
import { Corpus } from '../support/generate-corpus.js';
import { percentile, report } from './measure.js';

const seed = 20_220_608;
const batch = 1_000;
const roundMs = 3_000;
const readerSearches = 40;

/**
 * api [COUNT]: requests a second for a page of articles, of hits and a feed, over HTTP and keep-alive, against the bare
 * service call; and how long a reader's search takes while eight clients ask the API for heavy ones.
 */
export async function run(args: readonly string[]): Promise<void> {
  const count = Number(args[0] ?? 10_000);
  const folder = mkdtempSync(path.join(tmpdir(), 'zhaibao-api-'));
  const stores = await openStores(`file:${path.join(folder, 'bench.db')}`);
  const corpus = new Corpus(seed);
  for (let from = 0; from < count; from += batch) {
    const articles = Array.from({ length: Math.min(batch, count - from) }, (_, n) => corpus.article(from + n));
    await saveAll(stores.ingest, 'corpus', articles, new Date(), true);
  }
  await stores.search.caughtUp();
  const browse = createBrowse({ ...stores, timeZone: 'Asia/Shanghai' });
  const archive = createPublicArchive({ ...stores, browse });
  const options = {
    archive,
    publicUrl: 'https://news.example',
    cursorKey: Buffer.from('bench'),
    searchGate: createGate(searchTurns),
    log: silentLog,
  };
  const app = createHttpApp({ mounts: createPublicApi(options), log: silentLog });
  const server = await startHttpServer(app, { host: '127.0.0.1', port: 0 });
  try {
    const word = corpus.words[400] ?? '';
    const get = async (url: string) => {
      const response = await fetch(`${server.url}${url}`);
      await response.arrayBuffer();
      return response.status;
    };
    const health = await perSecond(() => get('/api/v1/articles/0'));
    report('an answer without an article (400)', `${health.toFixed(0)} /s`);
    for (const limit of [20, 100]) {
      const bare = await perSecond(() => archive.listArticles(undefined, undefined, limit));
      report(`${limit} articles, service call`, `${bare.toFixed(0)} /s`);
      reportRatio(
        `/api/v1/articles?limit=${limit}`,
        await perSecond(() => get(`/api/v1/articles?limit=${limit}`)),
        bare,
      );
    }
    const page = { order: 'ranked', limit: 20, behind: undefined } as const;
    const bare = await perSecond(() => archive.search(word, page, 'bench'));
    report('20 hits, service call', `${bare.toFixed(0)} /s`);
    reportRatio('/api/v1/search', await perSecond(() => get(`/api/v1/search?q=${encodeURIComponent(word)}`)), bare);
    report('/atom/category/1.xml', `${(await perSecond(() => get('/atom/category/1.xml'))).toFixed(0)} /s`);
    await measureReaders(stores, corpus, get);
  } finally {
    await server.close();
    await stores.close();
    rmSync(folder, { recursive: true });
  }
}

function reportRatio(name: string, rate: number, bare: number): void {
  report(name, `${rate.toFixed(0)} /s`, { to: 'the service call', value: rate / bare });
}

async function perSecond(work: () => Promise<unknown>): Promise<number> {
  for (let n = 0; n < 20; n += 1) await work();
  const started = performance.now();
  let done = 0;
  while (performance.now() - started < roundMs) {
    await work();
    done += 1;
  }
  return (done * 1_000) / (performance.now() - started);
}

/** A search of the bot's readers, with nothing else to do and beside clients that ask without a pause. */
async function measureReaders(stores: Stores, corpus: Corpus, get: (url: string) => Promise<number>): Promise<void> {
  const search = async () => {
    const times: number[] = [];
    for (let n = 0; n < readerSearches; n += 1) {
      const query = queryFor(corpus.words[300 + n] ?? '');
      const started = performance.now();
      await stores.search.search({ query, order: 'ranked', limit: 5, countUpTo: 1_000 });
      times.push(performance.now() - started);
    }
    return times;
  };
  const alone = await search();
  let isOver = false;
  const statuses: number[] = [];
  const heavy = encodeURIComponent(`${corpus.words[2]} OR ${corpus.words[3]} -${corpus.words[4]}`);
  const clients = Array.from({ length: 8 }, async () => {
    while (!isOver) statuses.push(await get(`/api/v1/search?limit=100&q=${heavy}`));
  });
  const beside = await search();
  isOver = true;
  await Promise.all(clients);
  for (const percent of [50, 99]) {
    const value = percentile(beside, percent) / percentile(alone, percent);
    report(`a reader's search alone, p${percent}`, `${percentile(alone, percent).toFixed(1)} ms`);
    report(`  beside eight clients, p${percent}`, `${percentile(beside, percent).toFixed(1)} ms`, {
      to: 'alone',
      value,
    });
  }
  report('  what the clients got', `${statuses.length} answers`);
}
