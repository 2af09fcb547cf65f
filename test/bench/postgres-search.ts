import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { sql } from 'drizzle-orm';
import { openStores } from '../../db/open-stores.js';
import { type Connection, connect, get } from '../../db/postgres/database.js';
import { openPostgresStores } from '../../db/postgres/open.js';
import { ensureTermsIndex, hasTermsIndex } from '../../db/postgres/search/terms-index.js';
import type { SearchPage, SearchRequest, Stores } from '../../src/ports.js';
import { parseQuery, type SearchQuery } from '../../src/search/query.js';
import { resolveQuery } from '../../src/service/resolve-query.js';
import { Corpus, randomFrom } from '../support/generate-corpus.js';
import { megabytes, percentile, report, timeMs } from './measure.js';
import { fill, lateness, pickProbes, seed } from './search-probes.js';

const runs = 5;
const perKind = 10;
const dayMs = 86_400_000;
/** From so many articles on, the index is made when they are all there: article by article takes hours. */
const bulkFrom = 200_000;

/** A question that both engines are asked. */
interface Question {
  readonly kind: string;
  readonly text: string;
  /** All that is not timed; what it gives is asked as often as wanted, and gives what can be compared. */
  prepare(stores: Stores): Promise<() => Promise<unknown>>;
}

/**
 * postgres-search [COUNT] [--keep FOLDER]: the same generated archive of COUNT articles (100,000) in SQLite and on the server
 * of TEST_DATABASE_URL, and what each kind of search takes on both. Tells how many of the answers are not the same. --keep
 * leaves the SQLite file there, and the database on the server, for the next run; the file may be one of `search --keep`.
 */
export async function run(args: readonly string[]): Promise<void> {
  const server = process.env.TEST_DATABASE_URL;
  if (!server) throw new Error('set TEST_DATABASE_URL to a server where a database can be made');
  const count = Number(args.find((arg) => /^\d+$/u.test(arg)) ?? 100_000);
  const kept = args.includes('--keep') ? args[args.indexOf('--keep') + 1] : undefined;
  const folder = kept ?? mkdtempSync(path.join(tmpdir(), 'zhaibao-bench-'));
  const file = path.join(folder, `search-${count}.db`);
  const name = `zhaibao_search_${count}`;
  const corpus = new Corpus(seed);
  await administer(server, kept ? [] : [`DROP DATABASE IF EXISTS ${name}`], name);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const sqlite = await openStores(`file:${file}`);
  const postgres = await openPostgresStores(url.toString(), {});
  const connection = connect(url.toString(), { connections: 1 });
  try {
    await fillSqlite(sqlite, corpus, count, file);
    await fillPostgres(postgres, connection, corpus, await sqlite.articles.count());
    const questions = await makeQuestions(sqlite, corpus, count);
    const different = await compareAnswers(questions, sqlite, postgres);
    report('questions', `${questions.length}`);
    report('answered otherwise by PostgreSQL', `${different.length}`);
    for (const { kind, text } of different) process.stdout.write(`  ${kind}: ${text}\n`);
    await timeBoth(questions, sqlite, postgres);
    await measureEventLoop(questions, { SQLite: sqlite, PostgreSQL: postgres });
  } finally {
    await connection.close();
    await postgres.close();
    await sqlite.close();
    if (!kept) {
      rmSync(folder, { recursive: true });
      await administer(server, [`DROP DATABASE ${name}`]);
    }
  }
}

async function administer(server: string, statements: readonly string[], created?: string): Promise<void> {
  const { database, close } = connect(server, { connections: 1 });
  try {
    for (const statement of statements) await database.execute(sql.raw(statement));
    const there = created && (await get(database, sql`SELECT 1 FROM pg_database WHERE datname = ${created}`));
    if (created && !there) await database.execute(sql.raw(`CREATE DATABASE ${created}`));
  } finally {
    await close();
  }
}

async function fillSqlite(stores: Stores, corpus: Corpus, count: number, file: string): Promise<void> {
  const stored = await stores.articles.count();
  if (stored < count) await fill(stores, corpus, count, stored);
  const tookMs = await timeMs(() => stores.search.caughtUp());
  if (stored < count) report('SQLite: index built', `${(((count - stored) / tookMs) * 1_000).toFixed(0)} articles/s`);
  report('SQLite: index', megabytes(statSync(`${file}.search-1`).size));
}

async function fillPostgres(stores: Stores, { database }: Connection, corpus: Corpus, count: number): Promise<void> {
  const stored = await stores.articles.count();
  const isBulk = count - stored >= bulkFrom;
  const wal = async () =>
    (await get<{ bytes: number }>(database, sql`SELECT pg_current_wal_lsn() - '0/0' AS bytes`))?.bytes ?? 0;
  const before = await wal();
  if (isBulk) await database.execute(sql`DROP INDEX search_docs_terms`);
  if (stored < count) {
    const tookMs = await timeMs(() => fill(stores, corpus, count, stored));
    report('PostgreSQL: stored and indexed', `${(((count - stored) / tookMs) * 1_000).toFixed(0)} articles/s`);
  }
  if (!(await hasTermsIndex(database))) {
    const tookMs = await timeMs(() => ensureTermsIndex(database));
    report('PostgreSQL: index made at the end', `${((count / tookMs) * 1_000).toFixed(0)} articles/s`);
  }
  if (stored < count) {
    const perArticle = ((await wal()) - before) / (count - stored) / 1_024;
    report('PostgreSQL: log written', `${perArticle.toFixed(0)} KB/article`);
    for (const table of ['articles', 'article_categories', 'search_docs', 'categories'])
      await database.execute(sql.raw(`VACUUM ANALYZE ${table}`));
  }
  const sizes = await get<{ terms: number; index: number }>(
    database,
    sql`SELECT pg_table_size('search_docs') AS terms, pg_relation_size('search_docs_terms') AS index`,
  );
  report('PostgreSQL: terms', megabytes(sizes?.terms ?? 0));
  report('PostgreSQL: their index', megabytes(sizes?.index ?? 0));
}

/** Words and passages by their number of hits, and everything else that the search language has. */
async function makeQuestions(stores: Stores, corpus: Corpus, count: number): Promise<readonly Question[]> {
  const probes = await pickProbes(stores, corpus, count);
  const texts = probes.map(({ words, group }) => ({ group, text: words.map((word) => `"${word}"`).join(' ') }));
  const [newest] = (await stores.articles.listLatest(undefined, { limit: 1 })).items;
  const until = newest?.orderAt ?? new Date();
  const random = randomFrom(seed + 1);
  const word = (most: number) => corpus.words[Math.floor(random() ** 2 * most)] ?? '';
  const day = (back: number) => new Date(until.getTime() - back * dayMs).toISOString().slice(0, 10);
  const latin = corpus.words.filter((each) => /^[a-z]/u.test(each));
  const ideographs = corpus.words.filter((each) => each.length === 1);
  const some = (make: (n: number) => string) => Array.from({ length: perKind }, (_, n) => make(n));
  const others: Readonly<Record<string, readonly string[]>> = {
    'one character': some((n) => ideographs[n * 3] ?? ''),
    'beginning of a word': some((n) => (latin[n * 5] ?? '').slice(0, 1 + (n % 3))),
    'letters in a passage': some((n) => `${word(2_000)}${latin[n * 2]}${word(2_000)}`),
    'either of two': some(() => `${word(3_000)} OR ${word(3_000)}`),
    'without a word': some(() => `${word(500)} -${word(500)}`),
    'without a passage': some(() => `${word(500)} -${word(50)}${word(50)}`),
    'in a category': some((n) => `${word(2_000)} in:示例媒体${n * 4}`),
    'a category': some((n) => `in:示例媒体${n * 4}`),
    'of a month': some((n) => `${word(2_000)} after:${day(n * 30 + 60)} before:${day(n * 30 + 30)}`),
    'of a day': some((n) => `after:${day(n * 10 + 1)} before:${day(n * 10)}`),
  };
  return [
    ...texts.map(({ group, text }) => search(`${group} hits`, text)),
    ...texts.map(({ group, text }) => search(`counted: ${group} hits`, text, { countUpTo: 1_000 })),
    ...texts.map(({ text }) => search('newest first', text, { order: 'newest' })),
    ...texts.map(({ text }) => secondPage(text)),
    ...Object.entries(others).flatMap(([kind, list]) => list.map((text) => search(kind, text, { countUpTo: 1_000 }))),
    ...[30, 90].flatMap((days) =>
      texts.map(({ group, text }) => byDay(`by day, ${days} days: ${group} hits`, text, days, until)),
    ),
    ...some((n) => String(Math.floor(random() * count) + n)).map((number) => related(number, corpus)),
  ];
}

function search(kind: string, text: string, over: Partial<SearchRequest> = {}): Question {
  return {
    kind,
    text,
    async prepare(stores) {
      const query = await queryOf(stores, text);
      return async () => shown(await stores.search.search({ query, order: 'ranked', limit: 5, countUpTo: 0, ...over }));
    },
  };
}

function secondPage(text: string): Question {
  return {
    kind: 'the second page',
    text,
    async prepare(stores) {
      const request = { query: await queryOf(stores, text), order: 'ranked', limit: 5, countUpTo: 0 } as const;
      const place = (await stores.search.search(request))?.items.at(-1)?.place;
      const from = place && ({ direction: 'older', place } as const);
      return async () => shown(await stores.search.search({ ...request, from }));
    },
  };
}

function byDay(kind: string, text: string, days: number, until: Date): Question {
  return {
    kind,
    text,
    async prepare(stores) {
      const query = await queryOf(stores, text);
      const request = { query, from: new Date(until.getTime() - days * dayMs), until, timeZone: 'Asia/Shanghai' };
      return async () => {
        const counted = await stores.search.countByDay(request);
        return counted?.days.map(({ day, hits }) => [day, [...hits.values()].sort((a, b) => a - b)]);
      };
    },
  };
}

function related(number: string, corpus: Corpus): Question {
  return {
    kind: 'related',
    text: number,
    async prepare(stores) {
      const article = await stores.articles.findByIdentity(corpus.article(Number(number)).identity);
      return async () => (await stores.search.listRelated(article?.id ?? 0, 5)).map(({ url }) => url);
    },
  };
}

async function queryOf(stores: Stores, text: string): Promise<SearchQuery> {
  const parsed = parseQuery(text, 'UTC');
  const query = parsed.kind === 'query' ? resolveQuery(parsed.query, await stores.categories.list()) : undefined;
  if (query?.kind !== 'query') throw new Error(`not understood: ${text}`);
  return query.query;
}

/** Without the numbers that articles happen to have. */
const shown = (page: SearchPage | undefined) =>
  page && { ...page, items: page.items.map(({ url, place, snippet }) => [url, place.kind, snippet]) };

async function compareAnswers(
  questions: readonly Question[],
  sqlite: Stores,
  postgres: Stores,
): Promise<readonly Question[]> {
  const different: Question[] = [];
  for (const question of questions) {
    const answers = [];
    for (const stores of [sqlite, postgres]) answers.push(await (await question.prepare(stores))());
    if (!isDeepStrictEqual(answers[0], answers[1])) different.push(question);
  }
  return different;
}

/** One after the other, so that both have the machine as busy. */
async function timeBoth(questions: readonly Question[], sqlite: Stores, postgres: Stores): Promise<void> {
  const times = new Map<string, { sqlite: number[]; postgres: number[] }>();
  for (const question of questions) {
    const [theirs, ours] = [await question.prepare(sqlite), await question.prepare(postgres)];
    const taken = times.get(question.kind) ?? { sqlite: [], postgres: [] };
    for (let n = 0; n < runs; n += 1) {
      taken.sqlite.push(await timeMs(theirs));
      taken.postgres.push(await timeMs(ours));
    }
    times.set(question.kind, taken);
  }
  const at = (values: readonly number[]) => [50, 95, 99].map((p) => percentile(values, p));
  const row = (name: string, cells: readonly string[]) =>
    process.stdout.write(`${name.padEnd(34)}${cells.map((cell) => cell.padStart(9)).join('')}\n`);
  row('ms', ['SQLite 50', '95', '99', 'Postgres', '95', '99', 'ratio 50', '99']);
  for (const [kind, taken] of times) {
    const [theirs, ours] = [at(taken.sqlite), at(taken.postgres)];
    const ratios = [0, 2].map((n) => `${((ours[n] ?? 0) / (theirs[n] ?? 1)).toFixed(1)} x`);
    row(kind, [...[...theirs, ...ours].map((ms) => ms.toFixed(1)), ...ratios]);
  }
}

/** How late timers are while many count all their hits at once. */
async function measureEventLoop(
  questions: readonly Question[],
  engines: Readonly<Record<string, Stores>>,
): Promise<void> {
  const heavy = questions.filter(({ kind }) => /^by day, 90 days: (?:up to|over) 1 %/u.test(kind)).slice(0, 20);
  for (const [name, stores] of Object.entries(engines)) {
    const asked = await Promise.all(heavy.map((question) => question.prepare(stores)));
    const late = await lateness(() => Promise.all(asked.map((ask) => ask())));
    const worst = `${late.length} samples, at most ${Math.max(...late).toFixed(1)} ms`;
    report(`${name}: event loop p99 late`, `${percentile(late, 99).toFixed(2)} ms (${worst})`);
  }
}
