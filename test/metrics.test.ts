import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ApiError } from '../bot/local-chat/api-error.js';
import type { User } from '../bot/local-chat/bot-api.js';
import { type LocalBotApi, startLocalBotApi } from '../bot/local-chat/server.js';
import { projectFile } from '../src/paths.js';
import { BotProcess } from './support/bot-process.js';
import { aPost } from './support/posts.js';

interface AlertFile {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string;
      readonly expr: string;
      readonly labels: { readonly severity: string };
      readonly annotations: { readonly summary: string };
    }[];
  }[];
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[];
}

/** DESIGN.md, "HTTP", each with the labels that it must have. */
const promised = [
  'zhaibao_articles_total',
  'zhaibao_ingest_rejected_total{reason=',
  'zhaibao_deliveries_total{state=',
  'zhaibao_deliveries_pending',
  'zhaibao_push_latency_seconds_bucket{le=',
  'zhaibao_telegram_errors_total{code=',
  'zhaibao_search_seconds_bucket{le=',
  'zhaibao_update_seconds_bucket{le=',
];

let folder: string;
let api: LocalBotApi;
let bot: BotProcess;
let reader: User;
let port: number;
let refuses = false;

const post = (n: number, body = `<p>第${n}天，菜园里的番茄熟了。</p>`) =>
  fs.writeFileSync(
    path.join(folder, 'posts', `2024-03-0${n}-EX${n}.md`),
    aPost(body, { title: `"示例${n}"`, link: `https://news.example/${n}` }),
  );
const scrape = async () => {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  return { type: response.headers.get('content-type'), text: await response.text() };
};
/** The value of a sample, as it is written. */
const sample = async (name: string) => {
  const line = (await scrape()).text.split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
};

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-metrics-'));
  fs.mkdirSync(path.join(folder, 'posts'));
  post(1);
  fs.writeFileSync(path.join(folder, 'posts', '2024-03-01-bad.md'), 'no front matter');
  api = await startLocalBotApi({
    beforeMethod: ({ method, params }) => {
      if (refuses && method === 'sendMessage' && params.text('text').includes('示例3'))
        throw new ApiError(400, 'Bad Request: something new');
    },
  });
  reader = api.addUser();
  const env = {
    BOT_TOKEN: api.token,
    TELEGRAM_API_ROOT: api.url,
    SOURCES: path.join(folder, 'posts'),
    DATABASE_URL: `file:${path.join(folder, 'zhaibao.db')}`,
    INGEST_CRON: '* * * * * *',
    PORT: '0',
  };
  bot = BotProcess.run(['start'], env, folder);
  await bot.line(/bot is listening/);
  await bot.line(/"firstRead".*source read/);
  port = (JSON.parse(await bot.line(/HTTP server is listening/)) as { port: number }).port;
});
afterAll(async () => {
  await bot.kill('SIGKILL');
  await api.close();
  fs.rmSync(folder, { recursive: true });
});

describe('GET /metrics', () => {
  it('counts what came in, what went out, and how long it took', async () => {
    api.sendText({ chat: reader, text: '/subscribe 示例日报' });
    await api.waitForMessage(({ text }) => text.includes('已订阅 示例日报'));
    api.sendText({ chat: reader, text: '/search 番茄' });
    await api.waitForMessage(({ text }) => text.includes('示例1'));
    post(2);
    await api.waitForMessage(({ text }) => text.startsWith('示例2\n'));
    refuses = true;
    post(3);
    await expect.poll(() => sample('zhaibao_deliveries_total{state="failed"}'), { timeout: 8_000 }).toBe(1);
    expect(await sample('zhaibao_articles_total')).toBe(3);
    expect(await sample('zhaibao_ingest_rejected_total{reason="no-front-matter"}')).toBe(1);
    expect(await sample('zhaibao_deliveries_total{state="pending"}')).toBe(2);
    expect(await sample('zhaibao_deliveries_total{state="sent"}')).toBe(1);
    expect(await sample('zhaibao_deliveries_pending')).toBe(0);
    expect(await sample('zhaibao_push_latency_seconds_count')).toBe(1);
    expect(await sample('zhaibao_push_latency_seconds_sum')).toBeLessThan(5);
    expect(await sample('zhaibao_telegram_errors_total{code="400"}')).toBeGreaterThan(0);
    expect(await sample('zhaibao_telegram_errors_total{code="401"}')).toBe(0);
    expect(await sample('zhaibao_search_seconds_count')).toBe(1);
    expect(await sample('zhaibao_update_seconds_count')).toBe(2);
    expect(await sample('zhaibao_ready{check="database"}')).toBe(1);
    expect(await sample('zhaibao_workers{role="deliver"}')).toBe(1);
  });

  it('has every metric that is promised, and those of the process, in the text format of Prometheus', async () => {
    const { type, text } = await scrape();
    expect(type).toMatch(/^text\/plain; version=0\.0\.4/);
    const lines = text.split('\n');
    for (const name of [...promised, 'process_cpu_seconds_total', 'nodejs_eventloop_lag_p99_seconds'])
      expect(
        lines.some((line) => line.startsWith(name)),
        name,
      ).toBe(true);
    expect(
      lines.filter((line) => line !== '' && !/^(?:# (?:HELP|TYPE) |\w+(?:\{[^}]*\})? [-+\w.]+$)/u.test(line)),
    ).toEqual([]);
  });
});

/** Names of metrics in an expression; `up` is Prometheus's own. */
const namesIn = (expr: string) => expr.match(/\b(?:zhaibao|process|nodejs)_\w+/gu) ?? [];

describe('the files beside it', () => {
  const read = (name: string) => fs.readFileSync(projectFile('deploy', name), 'utf8');
  const alerts = () => (parse(read('alerts.yml')) as AlertFile).groups.flatMap(({ rules }) => rules);
  const dashboard = () =>
    JSON.parse(read('grafana-dashboard.json')) as {
      readonly panels: readonly Panel[];
      readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
    };
  const queries = () => dashboard().panels.flatMap(({ targets = [] }) => targets);

  it('name only metrics and labels that a scrape has', async () => {
    const { text } = await scrape();
    const samples = new Set(text.split('\n').map((line) => line.split(/[{ ]/u)[0]));
    const exprs = [...alerts(), ...queries()].map(({ expr }) => expr);
    for (const expr of exprs) {
      if (!/^up\b/.test(expr)) expect(namesIn(expr), expr).not.toEqual([]);
      for (const name of namesIn(expr)) expect(samples, expr).toContain(name);
      for (const [, label, value] of expr.matchAll(/\b(code|state)="(\w+)"/gu))
        expect(text, expr).toContain(`${label}="${value}"`);
      expect([...expr].filter((c) => c === '(').length, expr).toBe([...expr].filter((c) => c === ')').length);
    }
  });

  it('have an alert for each way in which nothing comes any more', () => {
    const rules = alerts();
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { alert, labels, annotations } of rules) {
      expect(alert).toMatch(/^Zhaibao[A-Z]\w+$/);
      expect(['warning', 'critical']).toContain(labels.severity);
      expect(annotations.summary).not.toBe('');
    }
    const all = rules.map(({ expr }) => expr).join('\n');
    for (const needed of [
      'zhaibao_ready',
      'zhaibao_workers',
      'code="401"',
      'code="409"',
      'zhaibao_articles_total',
      'zhaibao_deliveries_pending',
    ])
      expect(all).toContain(needed);
  });

  it('have a dashboard with a panel for each metric, on a data source of choice', () => {
    const { panels, templating } = dashboard();
    const shown = new Set(queries().flatMap(({ expr }) => namesIn(expr)));
    for (const name of promised.map((each) => each.split('{')[0] ?? '')) expect([...shown]).toContain(name);
    expect(templating.list).toContainEqual(expect.objectContaining({ name: 'datasource', type: 'datasource' }));
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { type, datasource, targets = [] } of panels.filter((panel) => panel.type !== 'row')) {
      expect(type).not.toBe('row');
      for (const each of [datasource, ...targets.map((target) => target.datasource)])
        expect(each?.uid).toMatch(/^\$\{datasource\}$/);
    }
    for (const [at, { gridPos: a }] of panels.entries())
      for (const { gridPos: b } of panels.slice(at + 1))
        expect(a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y).toBe(true);
  });
});
