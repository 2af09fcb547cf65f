import { createAdminStore } from '../../db/sqlite/admin.js';
import type { SqliteClient } from '../../db/sqlite/driver.js';
import { createUpdateStore } from '../../db/sqlite/updates.js';
import { createMeter } from '../../src/http/metrics.js';
import { silentLog } from '../support/builders.js';
import { median, percentile, report, timeMs } from './measure.js';
import { withOutbox } from './outbox.js';

const now = new Date();
const oneByOne = 300;

/**
 * operation [--quick]: what a scrape of /metrics takes on a large outbox, what its triggers cost an article with many
 * deliveries and a delivery that is sent, and what it takes to make an update safe that came by webhook.
 */
export async function run(args: readonly string[]): Promise<void> {
  const isQuick = args.includes('--quick');
  await measureScrape(isQuick ? 100_000 : 1_000_000);
  await measureTriggers(isQuick ? 5_000 : 50_000, isQuick ? 5 : 9);
  await measureUpdates(isQuick ? 500 : 3_000);
}

async function measureScrape(rows: number): Promise<void> {
  const chats = 1_000;
  await withOutbox(chats, async ({ client }) => {
    fill(client, rows / chats, chats);
    const admin = createAdminStore(client);
    const { routes } = createMeter({
      countWorkers: () => ({}),
      readTotals: () => admin.totals(),
      checks: [],
      log: silentLog,
    });
    const scrapes: number[] = [];
    const scrape = async () => (await routes.request('/metrics')).text();
    await scrape();
    for (let n = 0; n < oneByOne; n += 1) scrapes.push(await timeMs(scrape));
    const counts: number[] = [];
    for (let n = 0; n < 5; n += 1)
      counts.push(await timeMs(() => client.prepare('SELECT state, count(*) FROM deliveries GROUP BY state').all()));
    report(`GROUP BY state, ${rows} deliveries`, `${median(counts).toFixed(1)} ms`);
    report('a scrape: median', `${median(scrapes).toFixed(1)} ms`, {
      to: 'the GROUP BY',
      value: median(scrapes) / median(counts),
    });
    report('a scrape: p99', `${percentile(scrapes, 99).toFixed(1)} ms`);
  });
}

/** So many articles for every chat, nearly all of them sent. */
function fill(client: SqliteClient, articles: number, chats: number): void {
  client
    .prepare(`
    INSERT INTO deliveries (chat_id, topic_id, article_id, story_id, state, next_attempt_at, created_at, finished_at, message_id)
    WITH RECURSIVE story(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM story WHERE n < ?)
    SELECT id, 0, 1, n, CASE WHEN n % 50 = 0 THEN 'pending' ELSE 'sent' END, 0, 0, 0, n FROM story, chats WHERE id <= ?`)
    .run(articles, chats);
}

async function measureTriggers(chats: number, runs: number): Promise<void> {
  await withOutbox(chats, async ({ client, publish }) => {
    await publish(1);
    const times = { with: [] as number[], without: [] as number[] };
    const sent = { with: [] as number[], without: [] as number[] };
    const triggers = client
      .prepare("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'deliveries'")
      .all() as { name: string; sql: string }[];
    const send = client.prepare("UPDATE deliveries SET state = 'sent' WHERE id = ?");
    // By turns, so that both meet the same noise.
    for (let n = 1; n <= runs; n += 1) {
      for (const kind of ['with', 'without'] as const) {
        if (kind === 'without') for (const { name } of triggers) client.exec(`DROP TRIGGER ${name}`);
        times[kind].push(await timeMs(() => publish(100 * n + (kind === 'with' ? 1 : 2))));
        const ids = client
          .prepare("SELECT id FROM deliveries WHERE state = 'pending' ORDER BY id DESC LIMIT ?")
          .pluck()
          .all(oneByOne) as number[];
        sent[kind].push((await timeMs(() => ids.map((id) => send.run(id)))) / oneByOne);
        if (kind === 'without') for (const { sql } of triggers) client.exec(sql);
      }
    }
    report(`an article with ${chats} deliveries, no triggers`, `${median(times.without).toFixed(0)} ms`);
    report('with triggers', `${median(times.with).toFixed(0)} ms`, {
      to: 'without',
      value: median(times.with) / median(times.without),
    });
    report('one is sent, no triggers', `${median(sent.without).toFixed(3)} ms`);
    report('with triggers', `${median(sent.with).toFixed(3)} ms`, {
      to: 'without',
      value: median(sent.with) / median(sent.without),
    });
  });
}

async function measureUpdates(count: number): Promise<void> {
  await withOutbox(1, async ({ client }) => {
    const store = createUpdateStore(client);
    const payload = JSON.stringify({ update_id: 1, message: { text: '养老保险'.repeat(20) } });
    client.exec('CREATE TABLE bare (id INTEGER PRIMARY KEY, payload TEXT)');
    const bare = client.prepare('INSERT INTO bare (payload) VALUES (?)');
    const times = { bare: [] as number[], add: [] as number[], handled: [] as number[] };
    for (let id = 1; id <= count; id += 1) {
      times.bare.push(await timeMs(() => bare.run(payload)));
      times.add.push(await timeMs(() => store.add(id, payload, now)));
      times.handled.push(await timeMs(() => store.markHandled(id)));
    }
    const figures = (ms: readonly number[]) => `${median(ms).toFixed(2)}/${percentile(ms, 99).toFixed(2)} ms`;
    report('bare INSERT and commit: median/p99', figures(times.bare));
    report('an update is taken', figures(times.add), {
      to: 'the bare INSERT',
      value: median(times.add) / median(times.bare),
    });
    report('and noted as handled', figures(times.handled));
  });
}
