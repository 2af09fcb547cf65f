import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { User } from '../bot/local-chat/bot-api.js';
import { type LocalBotApi, startLocalBotApi } from '../bot/local-chat/server.js';
import { BotProcess } from './support/bot-process.js';
import { anRss, type FeedServer, serving, startFeedServer } from './support/feed-server.js';
import { aPost } from './support/posts.js';
import { startProxy, type TestProxy } from './support/proxy.js';

let folder: string;
let api: LocalBotApi;
let server: FeedServer;
let reader: User;
let proxy: TestProxy | undefined;
let running: BotProcess | undefined;
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-feeds-'));
  api = await startLocalBotApi();
  server = await startFeedServer();
  reader = api.addUser();
});
afterEach(async () => {
  await running?.kill('SIGKILL');
  running = undefined;
  proxy?.close();
  proxy = undefined;
  await server.close();
  await api.close();
  fs.rmSync(folder, { recursive: true });
});

function run(command: string, over: NodeJS.ProcessEnv = {}): BotProcess {
  const environment = {
    BOT_TOKEN: api.token,
    TELEGRAM_API_ROOT: api.url,
    SOURCES: server.url.replace('//', '//me:secretword@'),
    ALLOW_PRIVATE_FEEDS: 'true',
    DATABASE_URL: `file:${path.join(folder, 'zhaibao.db')}`,
    INGEST_CRON: '* * * * * *',
    PORT: '0',
    LOG_LEVEL: 'debug',
    ...over,
  };
  running = BotProcess.run([command], environment, folder);
  return running;
}
const entry = (n: number) => ({ title: `示例${n}`, link: `https://news.example/${n}`, html: `<p>第${n}天。</p>` });
const offer = (...numbers: readonly number[]) => {
  server.answer = serving(anRss(numbers.map(entry)), { connection: 'close' });
};

describe('a bot that reads a feed', () => {
  it.each(['http', 'socks5'] as const)('pushes what comes in, all of it through a proxy (%s)', async (kind) => {
    proxy = await startProxy(kind);
    offer(1);
    const bot = run('start', { PROXY_URL: proxy.url.replace('//', kind === 'http' ? '//me:secretword@' : '//') });
    await bot.line(/"firstRead".*source read/);
    api.sendText({ chat: reader, text: '/subscribe 云溪日报' });
    await api.waitForMessage(({ text }) => text.includes('已订阅 云溪日报'));
    offer(2, 1);
    await api.waitForMessage(({ text }) => text.startsWith('示例2\n'));
    const ports = new Set(proxy.asked.map((asked) => asked.split(' ')[0]?.split(':').at(-1)));
    expect(ports).toEqual(new Set([new URL(api.url).port, String(server.port)]));
    expect(await bot.kill('SIGTERM')).toBe(0);
    expect(bot.lines.join('\n')).not.toContain('secretword');
  });

  it('pushes from a folder while the feed hangs, and stops at once', async () => {
    const posts = path.join(folder, 'posts');
    fs.mkdirSync(posts);
    server.answer = () => {};
    const bot = run('start', { SOURCES: `${server.url} ${posts}` });
    await bot.line(/"firstRead".*source read/);
    const publish = (n: number) =>
      fs.writeFileSync(path.join(posts, `2026-01-0${n}-${n}.md`), aPost('<p>一。</p>', { title: `示例${n}` }));
    publish(1);
    await bot.line(/"added":1/);
    api.sendText({ chat: reader, text: '/subscribe 示例日报' });
    await api.waitForMessage(({ text }) => text.includes('已订阅 示例日报'));
    publish(2);
    await api.waitForMessage(({ text }) => text.startsWith('示例2\n'));
    const started = performance.now();
    expect(await bot.kill('SIGTERM')).toBe(0);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});

describe('the command line', () => {
  it('imports a feed, and says when one that failed is tried again', async () => {
    offer(1, 2);
    const first = run('import');
    expect(await first.ended()).toBe(0);
    expect(first.lines.at(-1)).toMatch(/^2 posts read, 2 new/);
    server.answer = (_request, response) => response.writeHead(503, { 'retry-after': '3600' }).end();
    expect(await run('import').ended()).toBe(1);
    const asked = server.requests.length;
    const again = run('import');
    expect(await again.ended()).toBe(1);
    expect(again.lines.join('\n')).toMatch(/failed \(answers 503.*\) and is not tried before 20/);
    expect(server.requests).toHaveLength(asked);
    expect(again.lines.join('\n')).not.toContain('secretword');
  });

  it('doctor says what is the matter with a feed', async () => {
    const sources = async (over: NodeJS.ProcessEnv = {}) => {
      const doctor = run('doctor', over);
      await doctor.ended();
      expect(doctor.lines.join('\n')).not.toContain('secretword');
      return doctor.lines.find((line) => line.includes(' sources '));
    };
    offer(1, 2);
    expect(await sources()).toMatch(/^ok .* is RSS, 2 entries of 云溪日报$/u);
    expect(await sources({ ALLOW_PRIVATE_FEEDS: 'false' })).toMatch(/^bad .*ALLOW_PRIVATE_FEEDS=true allows that/u);
    server.answer = serving('<!doctype html><html></html>');
    expect(await sources()).toMatch(/^bad .*is a web page, not a feed/u);
    server.answer = (_request, response) => response.writeHead(404).end();
    expect(await sources()).toMatch(/^bad .*answers 404 .*correct SOURCES/u);
  });
});
