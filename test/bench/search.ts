import { createReadStream, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openStores } from '../../db/open-stores.js';
import { Sqlite, type SqliteClient } from '../../db/sqlite/driver.js';
import { toMatchExpression } from '../../db/sqlite/search/index-terms.js';
import type { SearchPlace, Stores } from '../../src/ports.js';
import { foldArticle, matchPlace, Place } from '../../src/search/match.js';
import type { SearchQuery } from '../../src/search/query.js';
import { itemFor } from '../support/builders.js';
import { Corpus } from '../support/generate-corpus.js';
import { megabytes, percentile, report, timeMs } from './measure.js';
import {
  fill,
  groupBy,
  lateness,
  type Probe,
  pickProbes,
  printTimes,
  seed,
  type Timed,
  toQuery,
} from './search-probes.js';

const runs = 5;
const pageOfAll = 1_000;
/** Above, its index takes longer to build than all the rest of the bench. */
const trigramUpTo = 100_000;
const largeArticles = 200_000;
const dayMs = 86_400_000;

/**
 * search [COUNT] [--trigram | --quick] [--keep FOLDER]: a generated archive of COUNT articles, its index, and 60 queries, ten each by number of hits, beside
 * a LIKE scan, `ORDER BY bm25` over the same index and FTS5's trigram tokenizer (up to 100,000 articles, or with --trigram; not with --quick).
 * Checks every result as a whole against a look at every article. --keep leaves the archive there for the next run.
 */
export async function run(args: readonly string[]): Promise<void> {
  const count = Number(args.find((arg) => /^\d+$/u.test(arg)) ?? 100_000);
  const kept = args.includes('--keep') ? args[args.indexOf('--keep') + 1] : undefined;
  const folder = kept ?? mkdtempSync(path.join(tmpdir(), 'zhaibao-bench-'));
  const file = path.join(folder, `search-${count}.db`);
  const corpus = new Corpus(seed);
  const isNew = !existsSync(file);
  const stores = await openStores(`file:${file}`);
  const raw = new Sqlite(file, { readonly: true });
  try {
    if (isNew) await fill(stores, corpus, count);
    await buildIndex(stores, raw, file, count);
    await readAll(file);
    const index = new Sqlite(`${file}.search-1`, { readonly: true });
    const probes = await pickProbes(stores, corpus, count);
    await checkResults(stores, raw, probes);
    const ours = await timeOurs(stores, probes);
    await timeDayCounts(stores, probes);
    const wantsTrigram = args.includes('--trigram') || (count <= trigramUpTo && !args.includes('--quick'));
    timeOthers(raw, index, probes, ours, wantsTrigram, folder);
    await measureEventLoop(stores, probes);
    await measureInsert(stores, corpus, count);
    index.close();
  } finally {
    raw.close();
    await stores.close();
    if (!kept) rmSync(folder, { recursive: true });
  }
}

async function buildIndex(stores: Stores, raw: SqliteClient, file: string, count: number): Promise<void> {
  const wasThere = existsSync(`${file}.search-1`);
  const tookMs = await timeMs(() => stores.search.caughtUp());
  if (!wasThere) report('index built', `${((count / tookMs) * 1_000).toFixed(0)} articles/s`);
  await settled(file);
  const text = raw
    .prepare(`SELECT sum(octet_length(title) + octet_length(text)) FROM articles`)
    .pluck()
    .get() as number;
  const bytes = statSync(`${file}.search-1`).size;
  report('text', megabytes(text));
  report('index', megabytes(bytes), { to: 'the text', value: bytes / text });
}

/** Brings the files into memory, for whoever comes first as for the others. */
async function readAll(file: string): Promise<void> {
  for (const each of [file, `${file}.search-1`])
    for await (const chunk of createReadStream(each, { highWaterMark: 1 << 20 })) void chunk;
}

/** Waits until merging has come to rest and the log is written back. */
async function settled(file: string): Promise<void> {
  for (let last = -1; ; ) {
    const size = [`${file}.search-1`, `${file}.search-1-wal`].reduce(
      (sum, each) => sum + (statSync(each, { throwIfNoEntry: false })?.mtimeMs ?? 0),
      0,
    );
    if (size === last) break;
    last = size;
    await new Promise((resolve) => setTimeout(resolve, 3_000));
  }
  const client = new Sqlite(`${file}.search-1`);
  client.pragma('wal_checkpoint(TRUNCATE)');
  client.close();
}

/** Every result, all its pages, against a look at every article: recall and precision. */
async function checkResults(stores: Stores, raw: SqliteClient, probes: readonly Probe[]): Promise<void> {
  const queries = probes.map(({ words }) => toQuery(words));
  const truth = probes.map(() => new Set<number>());
  const rows = raw.prepare(`SELECT id, title, byline, outline, text FROM articles`).iterate() as Iterable<{
    id: number;
    title: string;
    byline: string | null;
    outline: string;
    text: string;
  }>;
  for (const { id, title, outline, text } of rows) {
    const folded = foldArticle({ title, byline: undefined, outline: JSON.parse(outline), text });
    for (const [at, query] of queries.entries()) if (matchPlace(folded, query) !== undefined) truth[at]?.add(id);
  }
  let found = 0;
  let right = 0;
  let wanted = 0;
  for (const [at, query] of queries.entries()) {
    const ids = await allPages(stores, query);
    const expected = truth[at] ?? new Set();
    found += ids.length;
    right += new Set(ids.filter((id) => expected.has(id))).size;
    wanted += expected.size;
  }
  report('recall of complete paged results', (right / wanted).toFixed(6));
  report('precision', (right / found).toFixed(6), { to: `${wanted} hits`, value: found / wanted });
}

async function allPages(stores: Stores, query: SearchQuery): Promise<readonly number[]> {
  const ids: number[] = [];
  for (let from: { direction: 'older'; place: SearchPlace } | undefined; ; ) {
    const page = await stores.search.search({ query, order: 'ranked', limit: pageOfAll, from, countUpTo: 0 });
    if (!page || page.timedOut) throw new Error('a page of the check was cut short');
    ids.push(...page.items.map(({ id }) => id));
    const last = page.items.at(-1);
    if (!page.hasOlder || !last) return ids;
    from = { direction: 'older', place: last.place };
  }
}

async function timeOurs(stores: Stores, probes: readonly Probe[]): Promise<readonly Timed[]> {
  const pages: Timed[] = [];
  const counts: Timed[] = [];
  for (let round = 0; round < runs; round += 1) {
    for (const probe of probes) {
      const query = toQuery(probe.words);
      const page = (most: number) =>
        timeMs(() => stores.search.search({ query, order: 'ranked', limit: 5, countUpTo: most }));
      pages.push({ probe, ms: await page(0) });
      counts.push({ probe, ms: await page(1_000) });
    }
  }
  printTimes('first page of five, with has-more', pages);
  printTimes('the same and the count up to 1,000', counts);
  const byLength = groupBy(pages, ({ probe }) => lengthGroup(probe));
  for (const [group, timed] of [...byLength].sort()) printTimes(`  ${group}`, timed);
  for (const group of new Set(probes.map((probe) => probe.group)))
    printTimes(
      `  ${group} hits`,
      pages.filter(({ probe }) => probe.group === group),
    );
  return pages;
}

/** The newest days of the archive, counted day by day. */
async function timeDayCounts(stores: Stores, probes: readonly Probe[]): Promise<void> {
  const [newest] = (await stores.articles.listLatest(undefined, { limit: 1 })).items;
  const until = newest?.orderAt ?? new Date();
  for (const days of [30, 90]) {
    const from = new Date(until.getTime() - days * dayMs);
    const timed: Timed[] = [];
    let cutShort = 0;
    for (const probe of [...probes, ...probes]) {
      const request = { query: toQuery(probe.words), from, until, timeZone: 'Asia/Shanghai' };
      const ms = await timeMs(async () => {
        if ((await stores.search.countByDay(request))?.timedOut) cutShort += 1;
      });
      timed.push({ probe, ms });
    }
    printTimes(`count by day, ${days} days`, timed);
    for (const [group, some] of groupBy(timed, ({ probe }) => probe.group)) printTimes(`  ${group} hits`, some);
    report('  that ran out of time', `${cutShort} of ${timed.length}`);
  }
}

function lengthGroup({ words }: Probe): string {
  if (words.length > 1) return 'two words';
  const length = words[0]?.length ?? 0;
  return length <= 3 ? `${length} characters` : length <= 6 ? '4 to 6 characters' : '7 to 15 characters';
}

function timeOthers(
  raw: SqliteClient,
  index: SqliteClient,
  probes: readonly Probe[],
  ours: readonly Timed[],
  wantsTrigram: boolean,
  folder: string,
): void {
  const time = (probe: Probe, work: () => unknown): Timed => {
    const started = performance.now();
    work();
    return { probe, ms: performance.now() - started };
  };
  const like = (words: readonly string[]) => words.map(() => `(title LIKE ? OR text LIKE ?)`).join(' AND ');
  // A scan of a million articles takes its time: every fifth query will do there.
  const sample = probes.length > 0 && isLarge(raw) ? probes.filter((_, n) => n % 5 === 0) : probes;
  const scans = sample.map((probe) =>
    time(probe, () =>
      raw
        .prepare(`SELECT id FROM articles WHERE ${like(probe.words)}`)
        .all(...probe.words.flatMap((word) => [`%${word}%`, `%${word}%`])),
    ),
  );
  printTimes(`LIKE scan (${sample.length} queries)`, scans, ours);
  const ranked = index.prepare(`SELECT rowid FROM terms WHERE terms MATCH ? ORDER BY bm25(terms) LIMIT 6`);
  const byBm25 = probes.map((probe) =>
    time(probe, () => ranked.all(toMatchExpression(toQuery(probe.words), Place.Body, 0))),
  );
  printTimes('ORDER BY bm25 over the same index', byBm25, ours);
  if (!wantsTrigram) {
    process.stdout.write('FTS5 trigram: left out (--trigram includes it)\n');
    return;
  }
  timeTrigram(raw, probes, ours, path.join(folder, 'trigram.db'));
}

const isLarge = (raw: SqliteClient) =>
  (raw.prepare(`SELECT count(*) FROM articles`).pluck().get() as number) > largeArticles;

function timeTrigram(raw: SqliteClient, probes: readonly Probe[], ours: readonly Timed[], file: string): void {
  rmSync(file, { force: true });
  const trigram = new Sqlite(file);
  trigram.pragma('journal_mode = OFF');
  trigram.exec(`CREATE VIRTUAL TABLE t USING fts5 (text, content = '', tokenize = 'trigram')`);
  const insert = trigram.prepare(`INSERT INTO t (rowid, text) VALUES (?, ?)`);
  const started = performance.now();
  trigram.exec('BEGIN');
  for (const [id, text] of raw
    .prepare(`SELECT id, title || char(10) || text FROM articles`)
    .raw()
    .iterate() as Iterable<[number, string]>)
    insert.run(id, text);
  trigram.exec('COMMIT');
  report('FTS5 trigram built', `${((performance.now() - started) / 1_000).toFixed(0)} s`);
  report('FTS5 trigram index', megabytes(statSync(file).size));
  const find = trigram.prepare(`SELECT rowid FROM t WHERE t MATCH ? ORDER BY rowid DESC LIMIT 6`);
  const expression = ({ words }: Probe) => words.map((word) => `"${word}"`).join(' AND ');
  let empty = 0;
  const times = probes.map((probe) => {
    const begun = performance.now();
    const hits = find.all(expression(probe)).length;
    if (hits === 0 && probe.group !== '0') empty += 1;
    return { probe, ms: performance.now() - begun };
  });
  printTimes('FTS5 trigram, newest six, unverified', times, ours);
  report('  queries with hits that it finds nothing for', `${empty}`);
  trigram.close();
  rmSync(file);
}

/** How late timers are while 20 heavy queries run, beside the same with nothing to do. */
async function measureEventLoop(stores: Stores, probes: readonly Probe[]): Promise<void> {
  const heavy = probes.filter(({ group }) => group === 'over 1 %' || group === 'up to 1 %').slice(0, 20);
  const idle = await lateness(() => new Promise((resolve) => setTimeout(resolve, 2_000)));
  const busy = await lateness(async () => {
    await Promise.all(
      heavy.map(({ words }) =>
        stores.search.search({ query: toQuery(words), order: 'ranked', limit: 5, countUpTo: 1_000_000 }),
      ),
    );
  });
  report('event loop p99 late, idle', `${percentile(idle, 99).toFixed(2)} ms`);
  report(`event loop p99 late, ${heavy.length} complete counts`, `${percentile(busy, 99).toFixed(2)} ms`, {
    to: `${busy.length} samples, at most ${Math.max(...busy).toFixed(1)} ms late; idle`,
    value: percentile(busy, 99) / percentile(idle, 99),
  });
}

/** One article stored, a transaction each; then the same until it can be found. */
async function measureInsert(stores: Stores, corpus: Corpus, count: number): Promise<void> {
  const some = 500;
  // An archive that was kept has those of the last run.
  const from = Math.max(count, (await stores.articles.stats()).articles);
  const items = Array.from({ length: some * 2 }, (_, n) => itemFor(corpus.article(from + n)));
  const store = async (from: number, each: () => Promise<unknown>) =>
    timeMs(async () => {
      for (const item of items.slice(from, from + some)) {
        await stores.ingest.saveAndEnqueue('corpus', [item], new Date(), true);
        await each();
      }
    });
  const stored = (await store(0, async () => {})) / some;
  await stores.search.caughtUp();
  const found = (await store(some, () => stores.search.caughtUp())) / some;
  report('one article stored', `${stored.toFixed(2)} ms`);
  report('one article stored and searchable', `${found.toFixed(2)} ms`, { to: 'stored only', value: found / stored });
}
