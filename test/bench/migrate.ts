import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { backUp, migrateTo } from '../../db/open-stores.js';
import { Sqlite } from '../../db/sqlite/driver.js';
import { writePosts } from '../support/generate-posts.js';
import { serverUrl, startServerDatabase } from '../support/postgres.js';
import { megabytes, report, timeMs } from './measure.js';

const firstChat = 5_000_000_000;
const subscriptionsPerChat = 10;

/**
 * migrate [ARTICLES] [CHATS] : a SQLite database of ARTICLES generated articles (20,000 unless told otherwise) and CHATS chats
 * (2,000) with 10 subscriptions each is copied to the server of TEST_DATABASE_URL, and once more after a little has changed, beside
 * `backup`, which copies the file.
 */
export async function run(args: readonly string[]): Promise<void> {
  if (!serverUrl) throw new Error('migrate needs a PostgreSQL server: TEST_DATABASE_URL=postgres://…');
  const [articles = 20_000, chats = 2_000] = args.map(Number);
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-bench-'));
  const server = await startServerDatabase(serverUrl);
  try {
    const file = path.join(folder, 'zhaibao.db');
    fill(folder, file, articles, chats);
    const copyMs = await timeMs(() => backUp(`file:${file}`, path.join(folder, 'copy.db')));
    report(`backup, ${megabytes(fs.statSync(file).size)}`, seconds(copyMs));
    const ratio = (ms: number) => ({ to: 'backup', value: ms / copyMs });
    const copy = () => copyAll(file, server.url ?? '');
    const first = await copy();
    const rows = first.rows + first.indexed;
    report(`migrate-to, ${rows} rows and index entries`, seconds(first.tookMs), ratio(first.tookMs));
    report('rows and index entries a second', `${Math.round(rows / (first.tookMs / 1_000))}`);
    change(file);
    const second = await copy();
    report(`once more, ${second.written} rows changed`, seconds(second.tookMs), ratio(second.tookMs));
    report('memory at the most', megabytes(process.resourceUsage().maxRSS * 1024));
  } finally {
    await server.close();
    fs.rmSync(folder, { recursive: true });
  }
}

function fill(folder: string, file: string, articles: number, chats: number): void {
  const posts = path.join(folder, 'posts');
  writePosts(posts, articles, 1);
  const env = { ...process.env, BOT_TOKEN: '', SOURCES: posts, DATABASE_URL: `file:${file}` };
  spawnSync(process.execPath, [path.resolve('src/launch.mjs'), 'import'], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const client = new Sqlite(file);
  client.exec(`
    WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${chats})
    INSERT INTO chats (id, type, first_seen_at, last_seen_at) SELECT ${firstChat} + n, 'private', 0, 0 FROM n;
    INSERT INTO subscriptions (chat_id, category_id, created_at) SELECT c.id, k.id, 0 FROM chats c
      JOIN categories k ON (k.id + c.id) % (SELECT count(*) FROM categories) < ${subscriptionsPerChat}`);
  client.close();
}

/** What an hour of a bot may change. */
function change(file: string): void {
  const client = new Sqlite(file);
  client.exec(`
    UPDATE articles SET title = title || '（更正）' WHERE id % 1000 = 7;
    UPDATE chats SET last_seen_at = 1 WHERE id % 10 = 3;
    DELETE FROM subscriptions WHERE id % 200 = 5;
    INSERT INTO deliveries (chat_id, article_id, story_id, next_attempt_at, created_at)
      SELECT id, (SELECT max(id) FROM articles), 0, 0, 0 FROM chats`);
  client.close();
}

async function copyAll(file: string, to: string) {
  const { tables, indexed, differences, tookMs } = await migrateTo(`file:${file}`, to);
  if (differences.length > 0) throw new Error(`not the same: ${differences.join(', ')}`);
  const sum = (pick: (table: (typeof tables)[number]) => number) => tables.reduce((all, table) => all + pick(table), 0);
  return { rows: sum(({ source }) => source.rows), written: sum(({ written }) => written), indexed, tookMs };
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
