import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '../bot/local-chat/api-error.js';
import type { User } from '../bot/local-chat/bot-api.js';
import { type LocalBotApi, startLocalBotApi } from '../bot/local-chat/server.js';
import { hideSecrets } from '../src/domain/secrets.js';
import { BotProcess } from './support/bot-process.js';
import { findFreePort } from './support/free-port.js';
import { aPost } from './support/posts.js';

const token = '7000000001:AAthis_part-is_what_nobody_may_see_0123';
const webhookSecret = 'neither-may_this-one';

let folder: string;
let port: number;
let api: LocalBotApi;
let reader: User;
let failure: ApiError | undefined;
let running: BotProcess | undefined;
/** All that somebody could read. */
let seen: string[];

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-secrets-'));
  fs.mkdirSync(path.join(folder, 'posts'));
  port = await findFreePort();
  failure = undefined;
  seen = [];
  api = await startLocalBotApi({
    token,
    takesHttpWebhooks: true,
    beforeMethod: ({ method }) => {
      if (failure && method !== 'setWebhook') throw failure;
    },
    log: { error() {} },
  });
  reader = api.addUser();
  publish(1);
});
afterEach(async () => {
  await running?.kill('SIGKILL');
  await api.close();
  fs.rmSync(folder, { recursive: true });
});

const publish = (n: number) =>
  fs.writeFileSync(
    path.join(folder, 'posts', `2024-03-0${n}-EX${n}.md`),
    aPost(`<p>第${n}天，菜园里的番茄熟了。</p>`, { title: `"示例${n}"`, link: `https://news.example/${n}` }),
  );
function run(over: NodeJS.ProcessEnv = {}): BotProcess {
  running = BotProcess.run(
    ['start'],
    {
      BOT_TOKEN: token,
      TELEGRAM_API_ROOT: api.url,
      SOURCES: path.join(folder, 'posts'),
      DATABASE_URL: `file:${path.join(folder, 'zhaibao.db')}`,
      INGEST_CRON: '* * * * * *',
      ADMIN_IDS: String(reader.id),
      LOG_LEVEL: 'debug',
      PORT: String(port),
      ...over,
    },
    folder,
  );
  return running;
}
async function look(...paths: readonly string[]): Promise<void> {
  for (const each of paths) seen.push(await (await fetch(`http://127.0.0.1:${port}${each}`)).text());
}
/** Nothing that was seen has a part of the token or the webhook's secret. */
function expectNothingShown(): void {
  const all = [...seen, ...(running?.lines ?? []), ...api.transcript.map(({ text }) => text)].join('\n');
  const tail = token.split(':')[1] ?? '';
  for (const secret of [tail, webhookSecret])
    for (let at = 0; at + 8 <= secret.length; at += 1) expect(all).not.toContain(secret.slice(at, at + 8));
}

describe('a whole process that fails in every way', () => {
  it('shows no secret while it polls', async () => {
    const bot = run();
    await bot.line(/bot is listening/);
    api.sendText({ chat: reader, text: '/subscribe 示例日报' });
    await api.waitForMessage(({ text }) => text.includes('已订阅'));
    api.sendText({ chat: reader, text: '/admin' });
    await api.waitForMessage(({ text }) => /\d/.test(text) && text.includes('文章'));
    failure = new ApiError(401, `Unauthorized: bot${token}`);
    publish(2);
    await bot.line(/push not accepted/);
    await look('/readyz', '/metrics', '/healthz', `/${token}`);
    failure = new ApiError(400, `Bad Request: https://api.telegram.org/bot${token.replace(':', '%3A')}/sendMessage`);
    await expect.poll(() => bot.lines.filter((line) => line.includes('polling failed')).length).toBeGreaterThan(0);
    failure = undefined;
    const { url } = api;
    await api.close();
    // The HTTP library's message has the address of the call.
    await expect.poll(() => bot.lines.some((line) => line.includes('network')), { timeout: 10_000 }).toBe(true);
    await look('/readyz', '/metrics');
    expect(url).not.toContain(token);
    expect(await bot.kill('SIGTERM')).toBe(0);
    expectNothingShown();
  });

  it('shows no secret behind a webhook', async () => {
    const bot = run({ WEBHOOK_URL: `http://127.0.0.1:${port}/telegram`, WEBHOOK_SECRET: webhookSecret });
    await bot.line(/bot is listening/);
    api.sendText({ chat: reader, text: '/admin' });
    await api.waitForMessage(({ text }) => text.includes('文章'));
    const deliver = async (body: string, secret = webhookSecret) => {
      const headers = { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secret };
      const response = await fetch(`http://127.0.0.1:${port}/telegram`, { method: 'POST', headers, body });
      seen.push(await response.text(), JSON.stringify([...response.headers]));
      return response.status;
    };
    expect(await deliver(`{"update_id":1,"message":"${token}"}`)).toBe(200);
    expect(await deliver(`{"update_id":`)).toBe(400);
    expect(await deliver('{}', `${webhookSecret}x`)).toBe(403);
    failure = new ApiError(400, `Bad Request: ${token} ${webhookSecret}`);
    api.sendText({ chat: reader, text: '/help' });
    await bot.line(/update failed|could not be handled/);
    await look('/readyz', '/metrics', '/telegram');
    expect(await bot.kill('SIGTERM')).toBe(0);
    expectNothingShown();
  });

  it('shows no secret when the first call is refused', async () => {
    failure = new ApiError(401, `Unauthorized: ${token}`);
    expect(await run().ended()).toBe(1);
    expectNothingShown();
  });
});

describe('a text without secrets', () => {
  it.each([
    [
      `request to https://api.telegram.org/bot${token}/getMe failed`,
      'request to https://api.telegram.org/bot…/getMe failed',
    ],
    [`/bot${encodeURIComponent(token)}/getMe`, '/bot…/getMe'],
    ['git+https://me:pass@word@host/repo.git', 'git+https://host/repo.git'],
    ['socks5://me:password@127.0.0.1:1080', 'socks5://127.0.0.1:1080'],
    ['{"url":"https://a.cn","mail":"me@a.cn"}', '{"url":"https://a.cn","mail":"me@a.cn"}'],
    ['12:30:45 文章 123456', '12:30:45 文章 123456'],
  ])('%s', (text, shown) => expect(hideSecrets(text)).toBe(shown));

  it('hides what it is told, but nothing that could be a word', () => {
    expect(hideSecrets('a long-secret, a', ['long-secret', 'a'])).toBe('a …, a');
  });
});
