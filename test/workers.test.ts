import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { User } from '../bot/local-chat/bot-api.js';
import { type LocalBotApi, startLocalBotApi } from '../bot/local-chat/server.js';
import { callApi } from './support/bot-api-client.js';
import { BotProcess } from './support/bot-process.js';
import { findFreePort } from './support/free-port.js';
import { startFreezableWay } from './support/freezable-way.js';
import { serverUrl, startServerDatabase, type TestPostgres } from './support/postgres.js';
import { aPost } from './support/posts.js';

const secret = 'the-secret_of-this-test';
const starting = { timeout: 60_000 };

let folder: string;
let bots: BotProcess[];
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-workers-'));
  fs.mkdirSync(path.join(folder, 'posts'));
  bots = [];
});
afterEach(async () => {
  await Promise.all(bots.map((bot) => bot.kill('SIGKILL')));
  fs.rmSync(folder, { recursive: true });
});

describe('zhaibao start --only', () => {
  const run = async (args: readonly string[], env: NodeJS.ProcessEnv) => {
    const bot = BotProcess.run(['start', ...args], { PORT: '0', ...env }, folder);
    return { code: await bot.ended(), said: bot.lines.join('\n') };
  };
  const token = '7000000001:AAexampleexampleexampleexample';

  it('is refused where one process has the database for itself', async () => {
    const { code, said } = await run(['--only=web'], { BOT_TOKEN: token, TELEGRAM_API_ROOT: 'http://127.0.0.1:9' });
    expect(code).toBe(1);
    expect(said).toContain('--only is for several processes on one server: set DATABASE_URL=postgres://…');
  });

  it('is refused without a token', async () => {
    const { code, said } = await run(['--only=web'], {});
    expect(code).toBe(1);
    expect(said).toContain('--only is for a bot on Telegram: set BOT_TOKEN');
  });

  it('says what can be chosen', async () => {
    const { code, said } = await run(['--only=web,mail'], {});
    expect(code).toBe(2);
    expect(said).toContain('some of web,ingest,deliver');
  });
});

describe.skipIf(!serverUrl)('processes on one server', () => {
  let database: TestPostgres;
  let api: LocalBotApi;
  let reader: User;
  beforeEach(async () => {
    database = await startServerDatabase(serverUrl ?? '');
    api = await startLocalBotApi({ takesHttpWebhooks: true });
    reader = api.addUser({ id: 5_000_001 });
    api.unblockBot(reader);
    // The bot has long known that it was let in.
    await callApi(api, 'deleteWebhook', { drop_pending_updates: true });
  }, starting.timeout);
  afterEach(async () => {
    await Promise.all(bots.map((bot) => bot.kill('SIGKILL')));
    await api.close();
    await database.close();
  });
  const start = (only: string, over: NodeJS.ProcessEnv = {}) => {
    const env = {
      BOT_TOKEN: api.token,
      TELEGRAM_API_ROOT: api.url,
      SOURCES: path.join(folder, 'posts'),
      DATABASE_URL: database.url,
      INGEST_CRON: '* * * * * *',
      PORT: '0',
      ...over,
    };
    const bot = BotProcess.run(['start', `--only=${only}`], env, folder);
    bots.push(bot);
    return bot;
  };
  const publish = (n: number) =>
    fs.writeFileSync(
      path.join(folder, 'posts', `2024-03-0${n}-EX${n}.md`),
      aPost(`<p>第${n}天，菜园里的番茄熟了。</p>`, { title: `示例${n}`, link: `https://news.example/${n}` }),
    );

  it(
    'answer, read and push, each its own part, and go on when the one that polls is killed',
    async () => {
      publish(1);
      const [first, second] = [start('web'), start('web')];
      const reading = [start('ingest'), start('ingest')];
      const sending = start('deliver');
      await Promise.all([first, second].map((bot) => bot.line(/bot is listening/)));
      await sending.line(/HTTP server is listening/);
      await Promise.any(reading.map((bot) => bot.line(/"firstRead":true.*source read/)));
      api.sendText({ chat: reader, text: '/subscribe 示例日报' });
      await api.waitForMessage(({ text }) => text.includes('已订阅'), 30_000);
      publish(2);
      await api.waitForMessage(({ text }) => text.includes('示例2'), 30_000);
      // Whichever polls.
      await first.kill('SIGKILL');
      await reading[0]?.kill('SIGKILL');
      api.sendText({ chat: reader, text: '/subscriptions' });
      await api.waitForMessage(({ text }) => text.includes('示例日报') && text.includes('订阅'), 40_000);
      publish(3);
      await api.waitForMessage(({ text }) => text.includes('示例3'), 40_000);
      expect(api.transcript.filter(({ text }) => /示例[23]/u.test(text))).toHaveLength(2);
      const codes = await Promise.all([second, reading[1], sending].map((bot) => bot?.kill('SIGTERM')));
      expect(codes).toEqual([0, 0, 0]);
      expect([...bots].flatMap(({ lines }) => lines).filter((line) => line.includes('"level":50'))).toEqual([]);
    },
    starting.timeout * 3,
  );

  it(
    'answer an update once, to whichever of them Telegram brings it, and bring it again',
    async () => {
      const ports = [await findFreePort(), await findFreePort()];
      const web = ports.map((port) =>
        start('web', {
          PORT: String(port),
          WEBHOOK_URL: `http://127.0.0.1:${ports[0]}/telegram`,
          WEBHOOK_SECRET: secret,
        }),
      );
      await Promise.all(web.map((bot) => bot.line(/bot is listening/)));
      const deliver = (port: number | undefined, updateId: number) =>
        fetch(`http://127.0.0.1:${port}/telegram`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secret },
          body: JSON.stringify({
            update_id: updateId,
            message: {
              message_id: updateId,
              date: Math.floor(Date.now() / 1_000),
              chat: { id: reader.id, type: 'private', first_name: '读者' },
              from: { id: reader.id, is_bot: false, first_name: '读者' },
              text: `/search 第${updateId}问`,
            },
          }),
        });
      for (let updateId = 101; updateId <= 105; updateId += 1) {
        const answers = await Promise.all([...ports, ...ports].map((port) => deliver(port, updateId)));
        expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
        await api.waitForMessage(({ text }) => text.includes(`第${updateId}问`), 20_000);
      }
      const codes = await Promise.all(web.map((bot) => bot.kill('SIGTERM')));
      expect(codes).toEqual([0, 0]);
      const questions = api.transcript.map(({ text }) => /第(\d+)问/u.exec(text)?.[1]).filter(Boolean);
      expect(questions.sort()).toEqual(['101', '102', '103', '104', '105']);
    },
    starting.timeout * 2,
  );

  it(
    'go on when another server takes the place of one that vanished',
    async () => {
      publish(1);
      const way = await startFreezableWay(database.url ?? '');
      const bot = start('web,ingest,deliver', { DATABASE_URL: way.url });
      await bot.line(/"firstRead":true.*source read/);
      api.sendText({ chat: reader, text: '/subscribe 示例日报' });
      await api.waitForMessage(({ text }) => text.includes('已订阅'), 30_000);
      way.freeze();
      publish(2);
      api.sendText({ chat: reader, text: '/subscriptions' });
      way.openAnew();
      await api.waitForMessage(({ text }) => text.includes('示例2'), 60_000);
      await api.waitForMessage(({ text }) => text.includes('示例日报') && text.includes('订阅'), 30_000);
      expect(api.transcript.filter(({ text }) => text.includes('示例2'))).toHaveLength(1);
      expect(await bot.kill('SIGTERM')).toBe(0);
      way.close();
    },
    starting.timeout * 3,
  );

  it(
    'stop within 5 s while the database does not answer',
    async () => {
      publish(1);
      const way = await startFreezableWay(database.url ?? '');
      const bot = start('web,ingest,deliver', { DATABASE_URL: way.url });
      await bot.line(/bot is listening/);
      await bot.line(/"firstRead":true.*source read/);
      way.freeze();
      // Somebody asks meanwhile, and the bot says that it lives.
      api.sendText({ chat: reader, text: '/latest' });
      await delay(5_000);
      const started = performance.now();
      expect(await bot.kill('SIGTERM')).toBe(0);
      expect(performance.now() - started).toBeLessThan(5_500);
      way.close();
    },
    starting.timeout * 2,
  );
});
