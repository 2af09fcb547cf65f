import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startLocalBotApi } from '../../bot/local-chat/server.js';
import { signInitData } from '../../bot/mini-app/init-data.js';
import { BotProcess } from '../support/bot-process.js';
import { writePosts } from '../support/generate-posts.js';
import { median, percentile, report } from './measure.js';

const seed = 20_220_608;
const clients = 50;
const questions = 40;
/** Below SEND_RATE, which is 28 a second. */
const betweenMs = 60;

/**
 * http [COUNT]: how long a reader of the bot waits for /help while 50 clients ask the HTTP server as fast as they are answered,
 * beside the same without them; on an archive of generated posts.
 */
export async function run(args: readonly string[]): Promise<void> {
  const count = Number(args[0] ?? 5_000);
  const folder = mkdtempSync(path.join(tmpdir(), 'zhaibao-http-'));
  const posts = path.join(folder, 'posts');
  const api = await startLocalBotApi();
  const reader = api.addUser({ firstName: 'Reader' });
  const env = {
    BOT_TOKEN: api.token,
    TELEGRAM_API_ROOT: api.url,
    SOURCES: posts,
    DATABASE_URL: `file:${path.join(folder, 'bench.db')}`,
    PORT: '0',
    PUBLIC_URL: 'http://127.0.0.1:9',
  };
  writePosts(posts, count, seed);
  await BotProcess.run(['import'], env, folder).ended();
  const bot = BotProcess.run(['start'], env, folder);
  try {
    const { port } = JSON.parse(await bot.line(/HTTP server is listening/)) as { port: number };
    await bot.line(/bot is listening/);
    // Somebody else each time: one chat gets a message a second.
    const ask = async (): Promise<number> => {
      const asker = api.addUser();
      const started = performance.now();
      const answered = api.nextMessage(({ chatId }) => chatId === asker.id, 60_000);
      api.sendText({ chat: asker, text: '/help' });
      await answered;
      return performance.now() - started;
    };
    await ask();
    const alone = await times(ask);
    report('/help alone', `${median(alone).toFixed(0)} ms p50`);
    const authorization = `tma ${signInitData({ id: reader.id, firstName: 'Reader' }, api.token, new Date())}`;
    const query = encodeURIComponent('养老');
    for (const [name, address] of [
      ['API: articles', '/api/v1/articles?limit=100'],
      ['API: categories', '/api/v1/categories?limit=100'],
      ['API: search', `/api/v1/search?q=${query}`],
      ['Atom', '/atom/category/1.xml'],
      ['Mini App: categories', '/app/api/categories'],
      ['Mini App: search', `/app/api/search?q=${query}`],
      ['Mini App: trend', `/app/api/trend?q=${query}`],
      ['Mini App: article', '/app/api/articles/1'],
    ] as const) {
      const flood = startFlood(port, address, authorization);
      await delay(300);
      const beside = await times(ask);
      const asked = await flood.stop();
      report(`/help beside ${clients} x ${name} (${asked})`, `${median(beside).toFixed(0)} ms p50`, {
        to: `alone; p99 ${percentile(beside, 99).toFixed(0)} ms`,
        value: median(beside) / median(alone),
      });
    }
  } finally {
    await bot.kill('SIGKILL');
    await api.close();
    rmSync(folder, { recursive: true });
  }
}

async function times(ask: () => Promise<number>): Promise<readonly number[]> {
  const all: number[] = [];
  for (let n = 0; n < questions; n += 1) {
    all.push(await ask());
    await delay(betweenMs);
  }
  return all;
}

/** Clients that ask again as soon as they are answered. `stop` gives how many answers there were. */
function startFlood(port: number, address: string, authorization: string) {
  let isOn = true;
  let answers = 0;
  const agent = new http.Agent({ keepAlive: true, maxSockets: clients });
  const ask = () =>
    new Promise<void>((resolve) => {
      http
        .get({ port, path: address, agent, headers: { authorization } }, (response) => {
          response.resume().on('end', resolve);
          answers += 1;
        })
        .on('error', () => resolve());
    });
  const client = async () => {
    while (isOn) await ask();
  };
  const all = Array.from({ length: clients }, client);
  return {
    async stop() {
      isOn = false;
      await Promise.all(all);
      agent.destroy();
      return answers;
    },
  };
}
