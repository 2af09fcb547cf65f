import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { User } from '../bot/local-chat/bot-api.js';
import { type LocalBotApi, startLocalBotApi } from '../bot/local-chat/server.js';
import { callApi } from './support/bot-api-client.js';
import { BotProcess } from './support/bot-process.js';
import { findFreePort } from './support/free-port.js';
import { aPost } from './support/posts.js';

const secret = 'the-secret_of-this-test';
let folder: string;
let port: number;
let api: LocalBotApi;
let reader: User;
/** What the local server runs before the bot's calls. */
let beforeMethod: (method: string, text: string) => Promise<void> | void;
let running: BotProcess | undefined;

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-webhook-'));
  fs.mkdirSync(path.join(folder, 'posts'));
  fs.writeFileSync(
    path.join(folder, 'posts', '2024-03-01-EX1.md'),
    aPost('<p>菜园里的番茄熟了。</p>', { title: '"示例"', link: 'https://news.example/1' }),
  );
  port = await findFreePort();
  beforeMethod = () => {};
  api = await startLocalBotApi({
    takesHttpWebhooks: true,
    beforeMethod: ({ method, params }) => beforeMethod(method, params.text('text')),
  });
  reader = api.addUser({ id: 5_000_001 });
});
afterEach(async () => {
  await running?.kill('SIGKILL');
  await api.close();
  fs.rmSync(folder, { recursive: true });
});

const environment = (over: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  BOT_TOKEN: api.token,
  TELEGRAM_API_ROOT: api.url,
  SOURCES: path.join(folder, 'posts'),
  DATABASE_URL: `file:${path.join(folder, 'zhaibao.db')}`,
  PORT: String(port),
  WEBHOOK_URL: `http://127.0.0.1:${port}/telegram`,
  WEBHOOK_SECRET: secret,
  LOG_LEVEL: 'debug',
  ...over,
});
async function start(over: NodeJS.ProcessEnv = {}): Promise<BotProcess> {
  running = BotProcess.run(['start'], environment(over), folder);
  await running.line(/bot is listening/);
  await running.line(/"firstRead".*source read/);
  return running;
}
const methods = () => api.calls.map(({ method }) => method);
const saying = (words: string) => api.waitForMessage(({ text }) => text.includes(words));
const statusOf = async (headers: Record<string, string>, body: string) =>
  (await fetch(`http://127.0.0.1:${port}/telegram`, { method: 'POST', headers, body })).status;
const asTelegram = { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secret };
const anUpdate = (updateId: number, text: string, id = reader.id) => ({
  update_id: updateId,
  message: {
    message_id: updateId,
    date: 1_767_600_000,
    chat: { id, type: 'private', first_name: '读者' },
    from: { id, is_bot: false, first_name: '读者' },
    text,
    ...(text.startsWith('/') && { entities: [{ type: 'bot_command', offset: 0, length: text.split(' ')[0]?.length }] }),
  },
});

describe('the bot behind a webhook', () => {
  it('sets it with a secret, polls not, and answers what Telegram delivers', async () => {
    await start();
    api.sendText({ chat: reader, text: '/search 番茄' });
    await saying('示例');
    await api.updatesConfirmed();
    expect(methods()).not.toContain('getUpdates');
    expect(api.calls.find(({ method }) => method === 'setWebhook')?.params).toMatchObject({
      url: `http://127.0.0.1:${port}/telegram`,
      secret_token: secret,
      allowed_updates: expect.arrayContaining(['message', 'callback_query', 'my_chat_member', 'chat_member']),
    });
  });

  it('derives the secret from the token when none is set, the same at every start', async () => {
    const secretSent = () => api.calls.findLast(({ method }) => method === 'setWebhook')?.params.secret_token;
    const first = await start({ WEBHOOK_SECRET: '' });
    const derived = secretSent();
    expect(derived).toMatch(/^[\w-]{43}$/);
    await first.kill('SIGTERM');
    const second = await start({ WEBHOOK_SECRET: '' });
    expect(secretSent()).toBe(derived);
    expect([...first.lines, ...second.lines].join('\n')).not.toContain(derived);
    api.sendText({ chat: reader, text: '/help' });
    await saying('/subscribe');
  });

  it('reads a character whose bytes come in two chunks', async () => {
    await start();
    api.sendText({ chat: reader, text: '/start' });
    await saying('摘报');
    const body = Buffer.from(JSON.stringify(anUpdate(7, '/search 番茄酱')));
    const cut = body.indexOf(Buffer.from('茄')) + 1;
    const socket = connect(port, '127.0.0.1');
    const answered = new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
    socket.write(
      `POST /telegram HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n` +
        `x-telegram-bot-api-secret-token: ${secret}\r\n\r\n`,
    );
    socket.write(body.subarray(0, cut));
    await new Promise((resolve) => setTimeout(resolve, 100));
    socket.write(body.subarray(cut));
    expect(await answered).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
    expect((await saying('番茄酱')).text).not.toContain('\uFFFD');
  });

  it.each([
    ['without the secret', { 'content-type': 'application/json' }, '{"update_id":1}', 403],
    ['with another secret', { ...asTelegram, 'x-telegram-bot-api-secret-token': `${secret}x` }, '{"update_id":1}', 403],
    ['that says it is no JSON', { ...asTelegram, 'content-type': 'text/plain' }, '{"update_id":1}', 415],
    ['that is no JSON', asTelegram, '{"update_id":', 400],
    ['that is no update', asTelegram, '{"update_id":"1"}', 400],
    ['that is not UTF-8', asTelegram, new Uint8Array([0x7b, 0xe5, 0x7d]), 400],
    ['of more than a megabyte', asTelegram, JSON.stringify({ update_id: 1, x: 'x'.repeat(1_000_001) }), 413],
    ['of a kind that it does not know', asTelegram, '{"update_id":1,"something_new":{}}', 200],
  ])('answers a body %s, and nothing more', async (_name, headers, body, status) => {
    await start();
    const response = await fetch(`http://127.0.0.1:${port}/telegram`, { method: 'POST', headers, body });
    expect([response.status, await response.text()]).toEqual([status, '']);
    expect((await fetch(`http://127.0.0.1:${port}/telegram`)).status).toBe(404);
  });

  it('handles a repeated update once, also after a restart', async () => {
    const first = await start();
    api.sendText({ chat: reader, text: '/start' });
    await saying('摘报');
    const answers = () => api.transcript.filter(({ text }) => text.includes('搜不到的词')).length;
    const post = () => statusOf(asTelegram, JSON.stringify(anUpdate(7, '/search 搜不到的词')));
    expect(await Promise.all([post(), post(), post()])).toEqual([200, 200, 200]);
    await expect.poll(answers).toBe(1);
    await first.kill('SIGTERM');
    const second = await start();
    expect(await post()).toBe(200);
    await second.line(/update repeated/);
    expect(answers()).toBe(1);
  });

  it('answers many chats side by side, each in order', async () => {
    await start();
    const chats = Array.from({ length: 20 }, () => api.addUser());
    for (const chat of chats) for (const n of [1, 2, 3]) api.sendText({ chat, text: `/search 没有${n}` });
    await expect.poll(() => api.transcript.length, { timeout: 10_000 }).toBe(60);
    for (const { id } of chats) {
      const answers = api.transcript.filter(({ chatId }) => chatId === id).map(({ text }) => /没有\d/u.exec(text)?.[0]);
      expect(answers).toEqual(['没有1', '没有2', '没有3']);
    }
  });

  it('loses nothing to kill -9 between accepting an update and answering it', async () => {
    const stalled = new Promise<void>(() => {});
    let sending: () => void = () => {};
    const sent = new Promise<void>((resolve) => {
      sending = resolve;
    });
    const first = await start();
    api.sendText({ chat: reader, text: '/start' });
    await saying('摘报');
    await api.idle();
    beforeMethod = (method, text) => {
      if (method !== 'sendMessage' || !text.includes('第一个')) return;
      sending();
      return stalled;
    };
    api.sendText({ chat: reader, text: '/search 第一个' });
    api.sendText({ chat: reader, text: '/search 第二个' });
    await sent;
    // Telegram has its 200 for both: it will not come again with them.
    await api.updatesConfirmed();
    await first.kill('SIGKILL');
    beforeMethod = () => {};
    const second = await start();
    await second.line(/"count":2.*updates taken up that were not handled/);
    await saying('第二个');
    const order = api.transcript.map(({ text }) => /第.个/u.exec(text)?.[0]).filter(Boolean);
    expect(order).toEqual(['第一个', '第二个']);
    await second.kill('SIGTERM');
    await start();
    expect(running?.lines.join('\n')).not.toContain('not handled');
  });

  it('answers 503 while it stops, and the next start gets what came meanwhile', async () => {
    let release: () => void = () => {};
    let sending: () => void = () => {};
    const sent = new Promise<void>((resolve) => {
      sending = resolve;
    });
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = await start();
    api.sendText({ chat: reader, text: '/start' });
    await saying('摘报');
    await api.idle();
    beforeMethod = (method, text) => {
      if (method !== 'sendMessage' || !text.includes('慢的')) return;
      sending();
      return held;
    };
    api.sendText({ chat: reader, text: '/search 慢的' });
    await sent;
    const stopped = first.kill('SIGTERM');
    await first.line(/stopping/);
    const body = JSON.stringify(anUpdate(900_001, '/search 来晚的'));
    expect(await statusOf(asTelegram, body)).toBe(503);
    api.sendText({ chat: reader, text: '/search 之后的' });
    release();
    expect(await stopped).toBe(0);
    await saying('慢的');
    expect(api.pendingUpdateCount).toBe(1);
    await start();
    await api.waitForMessage(({ text }) => text.includes('之后的'), 15_000);
    expect(api.transcript.filter(({ text }) => text.includes('慢的'))).toHaveLength(1);
  });

  it('polls again without WEBHOOK_URL, and handles what was left', async () => {
    const first = await start();
    await first.kill('SIGTERM');
    api.sendText({ chat: reader, text: '/help' });
    await start({ WEBHOOK_URL: '' });
    await saying('/subscribe');
    expect(methods()).toContain('deleteWebhook');
  });

  it('is ready while the webhook is its own, and sets it again when somebody else changed it', async () => {
    const script = `
      const { runStart } = await import(${JSON.stringify(`${inject('build')}src/cli/start.js`)});
      await runStart({ checkEveryMs: 100 });`;
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: { PATH, HOME, ...environment() },
      cwd: folder,
      stdio: 'pipe',
    });
    running = BotProcess.watch(child);
    await running.line(/"firstRead".*source read/);
    const ready = async () => {
      const response = await fetch(`http://127.0.0.1:${port}/readyz`);
      return `${response.status} ${await response.text()}`;
    };
    await expect.poll(ready).toBe('200 ready\n');
    // Somebody else takes it away, and it is set again.
    await callApi(api, 'deleteWebhook');
    await running.line(/another program changed the webhook/);
    await expect.poll(ready).toBe('200 ready\n');
    expect((await callApi(api, 'getWebhookInfo')).result.url).toBe(`http://127.0.0.1:${port}/telegram`);
  });

  it('goes on trying when the webhook is refused', async () => {
    await api.close();
    api = await startLocalBotApi();
    running = BotProcess.run(['start'], environment(), folder);
    await running.line(/An HTTPS URL must be provided.*webhook could not be set/);
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain(
      'webhook: not set: 400: Bad Request: bad webhook: An HTTPS URL must be provided',
    );
  });
});
