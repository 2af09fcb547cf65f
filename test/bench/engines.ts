import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'drizzle-orm';
import { openStores } from '../../db/open-stores.js';
import { all, connect } from '../../db/postgres/database.js';
import { Sqlite } from '../../db/sqlite/driver.js';
import type { ClaimedMessage } from '../../src/domain/delivery.js';
import type { Stores } from '../../src/ports.js';
import { articleNumber, claimRules, itemFor } from '../support/builders.js';
import { generatePosts } from '../support/generate-posts.js';
import { serverUrl, startServerDatabase, type TestPostgres } from '../support/postgres.js';
import { median, megabytes, percentile, timeMs } from './measure.js';

const categories = 2_000;
const subscriptionsPerChat = 10;
const firstChat = 5_000_000_000;
const textChars = 1_200;
const baseChars = 5_000;
const claimSize = 50;
const parallelSenders = 4;
/** Subscribers of the categories that articles are published in, as near as there is one. */
const audiences = [10, 100, 1_000, 10_000, 100_000];
const calls = 300;
const now = new Date();

/** One engine with the same population as the other. */
interface Engine {
  readonly name: string;
  open(): Promise<Stores>;
  /** The same SQL on both: what the stores would take hours to write. */
  execute(statement: string): Promise<void>;
  /** What was filled in is on the disk, and its statistics are known: neither is to be done while something is timed. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

type Figures = Map<string, number>;

/**
 * engines [CHATS] [ARTICLES] : SQLite and PostgreSQL (the server of TEST_DATABASE_URL) with the same population: CHATS chats
 * (10,000 unless told otherwise) with 10 subscriptions each to 2,000 categories of very different size, and ARTICLES articles
 * (20,000). Prints side by side what an article costs by its number of readers, how many messages the outbox takes up and notes
 * a second, and what readers wait for; then the size of each table on PostgreSQL. These are the curves of the scale model
 * (db/postgres/README.md). What is found by searching is another bench (postgres-search): here PostgreSQL's search index begins
 * empty, and SQLite's is waited for, which is made beside the database by a thread.
 */
export async function run(args: readonly string[]): Promise<void> {
  const url = serverUrl;
  if (!url) throw new Error('engines needs a PostgreSQL server: TEST_DATABASE_URL=postgres://…');
  const [chats = 10_000, articles = 20_000] = args.map(Number);
  const figures: Figures[] = [];
  const names: string[] = [];
  for (const open of [openSqlite, () => openServer(url)]) {
    const engine = await open();
    names.push(engine.name);
    try {
      const tookMs = await timeMs(() => populate(engine, chats, articles));
      await engine.settle();
      process.stdout.write(`${engine.name}: ${chats} chats, ${articles} articles, filled in ${seconds(tookMs)}\n`);
      figures.push(await measure(engine));
      if ('sizes' in engine) await (engine as Engine & { sizes(): Promise<void> }).sizes();
    } finally {
      await engine.close();
    }
  }
  printTable(names, figures);
}

async function openSqlite(): Promise<Engine> {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-bench-'));
  const url = `file:${path.join(folder, 'zhaibao.db')}`;
  await (await openStores(url)).close();
  const execute = async (statement: string) => {
    const client = new Sqlite(url.slice('file:'.length));
    client.pragma('synchronous = OFF');
    client.exec(statement);
    client.close();
  };
  return {
    name: 'SQLite',
    open: () => openStores(url),
    execute,
    // What is written is on the disk when the last connection is closed.
    settle: () => execute('ANALYZE'),
    async close() {
      fs.rmSync(folder, { recursive: true });
    },
  };
}

async function openServer(url: string): Promise<Engine & { sizes(): Promise<void> }> {
  const server: TestPostgres = await startServerDatabase(url);
  const connection = connect(server.url ?? '', { connections: 1 });
  return {
    name: 'PostgreSQL',
    open: () => openStores(server.url ?? ''),
    async execute(statement) {
      await connection.database.execute(sql.raw(statement));
    },
    async settle() {
      await connection.database.execute(sql`VACUUM ANALYZE`);
      await connection.database.execute(sql`CHECKPOINT`);
    },
    async sizes() {
      await connection.database.execute(sql`ANALYZE`);
      const rows = await all<{ name: string; rows: number; table_bytes: number; index_bytes: number }>(
        connection.database,
        sql`SELECT c.relname AS name, c.reltuples::bigint AS rows, pg_table_size(c.oid) AS table_bytes,
            pg_indexes_size(c.oid) AS index_bytes
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.reltuples >= 1000 ORDER BY pg_total_relation_size(c.oid) DESC`,
      );
      for (const row of rows) {
        const perRow = (bytes: number) => `${Math.round(bytes / row.rows)} B`;
        process.stdout.write(
          `  ${row.name.padEnd(20)} ${String(row.rows).padStart(9)} rows  ${megabytes(row.table_bytes).padStart(8)} (${perRow(row.table_bytes)} a row)  indexes ${megabytes(row.index_bytes).padStart(8)} (${perRow(row.index_bytes)} a row)\n`,
        );
      }
    },
    async close() {
      await connection.close();
      await server.close();
    },
  };
}

/** The same rows in both. A category's place in the list cubed is its share, so that the largest has an eighth of all chats. */
async function populate({ execute }: Engine, chats: number, articles: number): Promise<void> {
  const time = now.getTime();
  const count = (n: number) =>
    `WITH RECURSIVE n(i) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i < ${n})`;
  const some = (seed: string) => `(((${seed}) % 10007) / 10007.0)`;
  const category = (seed: string) =>
    `1 + CAST(floor(${categories} * ${some(seed)} * ${some(seed)} * ${some(seed)}) AS integer)`;
  await execute(`INSERT INTO categories (name, folded_name, slug, article_count)
    ${count(categories)} SELECT '云溪' || i || '报', '云溪' || i || '报', 'yunxi' || i, 1 FROM n`);
  await execute(`INSERT INTO chats (id, type, state, not_before, first_seen_at, last_seen_at, detail)
    ${count(chats)} SELECT ${firstChat} + i, 'private', 'active', 0, ${time}, ${time}, 'both' FROM n`);
  await execute(`INSERT INTO subscriptions (chat_id, topic_id, category_id, created_at)
    ${count(chats * subscriptionsPerChat)}
    SELECT ${firstChat} + 1 + (i - 1) / ${subscriptionsPerChat}, 0, ${category('i * 7919 + (i / 10007) * 31')}, ${time}
    FROM n WHERE true ON CONFLICT DO NOTHING`);
  const base = [...generatePosts(8, 7)]
    .map(({ content }) => content.replace(/[^\p{Script=Han}。，]/gu, ''))
    .join('')
    .slice(0, baseChars);
  const stretch = Math.max(1, base.length - textChars);
  await execute(`INSERT INTO articles
      (identity, title, lead, outline, key_sentences, url, medium, published_at, first_seen_at, order_at, text, revision)
    ${count(articles)}
    SELECT 'https://news.example/' || i, '云溪第' || i || '期', '番茄熟了。', '[]', '[]', 'https://news.example/' || i, '云溪报',
      ${time} - i * 60000, ${time} - i * 60000, ${time} - i * 60000,
      substr('${base}', CAST(1 + (i * 37) % ${stretch} AS integer), ${textChars}), i
    FROM n`);
  await execute(`INSERT INTO article_categories (article_id, category_id, order_at)
    SELECT id, ${category('id * 7907')}, order_at FROM articles`);
  await execute(`UPDATE archive SET revision = ${articles + 1}`);
}

async function measure(engine: Engine): Promise<Figures> {
  const figures: Figures = new Map();
  const stores = await engine.open();
  try {
    await stores.search.caughtUp();
    await measureFanOut(stores, figures);
    await measureReading(stores, figures);
    await measureOutbox(engine, stores, figures);
  } finally {
    await stores.close();
  }
  return figures;
}

/** What storing an article costs, by how many readers it has. */
async function measureFanOut(stores: Stores, figures: Figures): Promise<void> {
  const largestFirst = await Promise.all(
    [1, 2, 4, 10, 40, 150, 500, 1_000, 1_900].map(async (id) => stores.categories.find(id)),
  );
  let n = 0;
  const publish = async (name: string) => {
    n += 1;
    const article = articleNumber(1_000_000 + n, {
      categories: [{ name, slug: undefined }],
      text: `第${n}天，${String(n * 7_919).repeat(40)}`,
    });
    return stores.ingest.saveAndEnqueue('bench', [itemFor(article)], now, false);
  };
  await publish('没有人订阅的报');
  const quiet: number[] = [];
  for (let times = 0; times < 20; times += 1) quiet.push(await timeMs(() => publish('没有人订阅的报')));
  figures.set('an article without readers, ms', median(quiet));
  const measured = new Map<number, number>();
  for (const category of largestFirst) {
    if (!category) continue;
    let queued = 0;
    const times: number[] = [];
    for (let run = 0; run < 3; run += 1)
      times.push(
        await timeMs(async () => {
          ({ queued } = await publish(category.name));
        }),
      );
    if (queued > 0) measured.set(queued, median(times));
  }
  for (const audience of audiences) {
    const nearest = [...measured].sort(
      ([a], [b]) => Math.abs(Math.log(a / audience)) - Math.abs(Math.log(b / audience)),
    )[0];
    if (!nearest || nearest[0] < audience / 3 || nearest[0] > audience * 3) continue;
    figures.set(`an article for about ${audience} chats, ms per 1,000`, (nearest[1] / nearest[0]) * 1_000);
  }
}

/** What readers wait for: the store's part of their commands. */
async function measureReading({ articles, subscriptions, chats }: Stores, figures: Figures): Promise<void> {
  const each = async (name: string, work: (chatId: number) => Promise<unknown>) => {
    const times: number[] = [];
    for (let n = 0; n < calls; n += 1) times.push(await timeMs(() => work(firstChat + 1 + ((n * 7) % 1_000))));
    figures.set(`${name}, p50 ms`, percentile(times, 50));
    figures.set(`${name}, p99 ms`, percentile(times, 99));
  };
  await each('a chat speaks', (id) => chats.save(id, 'private', now));
  await each('newest of its subscriptions', async (chatId) => {
    const followed = await subscriptions.list({ chatId, topicId: 0 });
    await articles.listLatest(
      followed.map(({ id }) => id),
      { limit: 5 },
    );
  });
  await each('unsubscribe and subscribe', async (chatId) => {
    const [first] = await subscriptions.list({ chatId, topicId: 0 });
    if (!first) return;
    await subscriptions.unsubscribe({ chatId, topicId: 0 }, first.id);
    await subscriptions.subscribe({ chatId, topicId: 0 }, first.id, now);
  });
}

/** Messages taken up and noted as sent, by one process and by several. */
async function measureOutbox(engine: Engine, stores: Stores, figures: Figures): Promise<void> {
  const all = await timeMs(async () => void (await stores.deliveries.listWaiting(undefined)));
  figures.set('all chats that wait, ms', all);
  const waiting = (await stores.deliveries.listWaiting(undefined)).chats.map(({ chatId }) => chatId);
  const sizes = {
    one: Math.min(2_000, Math.floor(waiting.length / 2)),
    many: Math.min(4_000, Math.floor(waiting.length / 2)),
  };
  const alone = waiting.slice(0, sizes.one);
  const tookMs = await timeMs(() => deliver(stores, alone));
  figures.set('messages taken up and noted, one process, /s', (alone.length / tookMs) * 1_000);
  if (!stores.workers) return;
  const senders = await Promise.all(Array.from({ length: parallelSenders }, () => engine.open()));
  const rest = waiting.slice(sizes.one, sizes.one + sizes.many);
  const share = Math.ceil(rest.length / senders.length);
  const together = await timeMs(() =>
    Promise.all(senders.map((each, at) => deliver(each, rest.slice(at * share, (at + 1) * share)))),
  );
  figures.set(`messages taken up and noted, ${parallelSenders} side by side, /s`, (rest.length / together) * 1_000);
  await Promise.all(senders.map((each) => each.close()));
}

/** As the bot does it: claimed by 50, completed each on its own while others are. */
async function deliver({ deliveries }: Stores, chatIds: readonly number[]): Promise<void> {
  for (let from = 0; from < chatIds.length; from += claimSize) {
    const claims = await deliveries.claim(chatIds.slice(from, from + claimSize), new Date(), claimRules);
    const messages = claims.flatMap((claim): ClaimedMessage[] => (claim.kind === 'message' ? [claim.message] : []));
    await Promise.all(messages.map((message) => deliveries.complete(message, 7, new Date())));
  }
}

function printTable(names: readonly string[], figures: readonly Figures[]): void {
  const [first, second] = figures;
  if (!first || !second) return;
  const line = (cells: readonly string[]) =>
    `${(cells[0] ?? '').padEnd(56)}${cells
      .slice(1)
      .map((cell) => cell.padStart(13))
      .join('')}\n`;
  process.stdout.write(line(['', ...names, 'ratio']));
  for (const name of new Set([...first.keys(), ...second.keys()])) {
    const [a, b] = [first.get(name), second.get(name)];
    const ratio = a !== undefined && b !== undefined ? `${(b / a).toFixed(2)} x` : '';
    process.stdout.write(line([name, show(a), show(b), ratio]));
  }
}

const show = (value: number | undefined) =>
  value === undefined ? '-' : value >= 100 ? value.toFixed(0) : value.toFixed(2);
const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
