import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { ApiError } from '../bot/local-chat/api-error.js';
import type { User } from '../bot/local-chat/bot-api.js';
import { type LocalBotApi, startLocalBotApi } from '../bot/local-chat/server.js';
import { signInitData } from '../bot/mini-app/init-data.js';
import { BotProcess } from './support/bot-process.js';
import { aPost } from './support/posts.js';

let folder: string;
let posts: string;
let api: LocalBotApi;
let reader: User;
let running: BotProcess | undefined;
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-process-'));
  posts = path.join(folder, 'posts');
  fs.mkdirSync(posts);
  api = await startLocalBotApi();
  reader = api.addUser();
});
afterEach(async () => {
  await running?.kill('SIGKILL');
  await api.close();
  fs.rmSync(folder, { recursive: true });
});

function environment(over: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    BOT_TOKEN: api.token,
    TELEGRAM_API_ROOT: api.url,
    SOURCES: posts,
    DATABASE_URL: `file:${path.join(folder, 'zhaibao.db')}`,
    INGEST_CRON: '* * * * * *',
    PORT: '0',
    ...over,
  };
}
async function start(over: NodeJS.ProcessEnv = {}): Promise<BotProcess> {
  running = BotProcess.run(['start'], environment(over), folder);
  await running.line(/bot is listening/);
  await running.line(/"firstRead".*source read/);
  return running;
}
const publish = (n: number) =>
  fs.writeFileSync(
    path.join(posts, `2024-03-0${n}-EX${n}.md`),
    aPost(`<p>第${n}天，菜园里的番茄熟了。</p>`, { title: `"示例${n}"`, link: `https://news.example/${n}` }),
  );
const pushesOf = (n: number) => api.transcript.filter(({ text }) => text.startsWith(`示例${n}\n`));

describe('the bot as a process', () => {
  it('pushes a dropped post within a round, and after kill -9 nothing twice, with the subscription kept', async () => {
    publish(1);
    const first = await start();
    api.sendText({ chat: reader, text: '/subscribe 示例日报' });
    await api.waitForMessage(({ text }) => text.includes('已订阅 示例日报'));
    publish(2);
    await api.waitForMessage(({ text }) => text.startsWith('示例2\n'));
    await first.line(/pushed/);
    expect(await first.kill('SIGKILL')).toBe('SIGKILL');

    publish(3);
    await start();
    publish(4);
    await api.waitForMessage(({ text }) => text.startsWith('示例3\n'));
    await api.waitForMessage(({ text }) => text.startsWith('示例4\n'));
    expect([1, 2, 3, 4].map((n) => pushesOf(n).length)).toEqual([0, 1, 1, 1]);
    api.sendText({ chat: reader, text: '/subscriptions' });
    await api.waitForMessage(({ text }) => text.includes('我的订阅（1）'));
  });

  it('stops at SIGTERM within 5 s, exit code 0', async () => {
    const bot = await start();
    const started = performance.now();
    expect(await bot.kill('SIGTERM')).toBe(0);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('stops within 5 s also while the server stalls, and sends later what it had to give up', async () => {
    publish(1);
    const stalled = new Promise<void>(() => {});
    let stalls = true;
    let sendStarted: () => void = () => {};
    const sending = new Promise<void>((resolve) => {
      sendStarted = resolve;
    });
    await api.close();
    api = await startLocalBotApi({
      beforeMethod: async ({ method, params }) => {
        if (!stalls || method !== 'sendMessage' || !params.text('text').includes('示例2')) return;
        sendStarted();
        await stalled;
      },
    });
    reader = api.addUser();
    const bot = await start();
    api.sendText({ chat: reader, text: '/subscribe 示例日报' });
    await api.waitForMessage(({ text }) => text.includes('已订阅 示例日报'));
    publish(2);
    await sending;
    const started = performance.now();
    expect(await bot.kill('SIGTERM')).toBe(0);
    expect(performance.now() - started).toBeLessThan(5_500);
    expect(bot.lines.join('\n')).not.toContain('not open');
    stalls = false;
    publish(3);
    await start();
    await api.waitForMessage(({ text }) => text.startsWith('示例2\n'));
  });

  it('gets the signal that npm start gets', async () => {
    const child = spawn('npm', ['start'], { env: { ...process.env, ...environment() }, stdio: 'pipe' });
    const bot = BotProcess.watch(child);
    await bot.line(/bot is listening/);
    await bot.kill('SIGTERM');
    await bot.line(/stopped/);
  });

  it('answers GET /healthz, and nothing else', async () => {
    const bot = await start();
    const { port } = JSON.parse(await bot.line(/HTTP server is listening/)) as { port: number };
    const status = async (url: string, method = 'GET') =>
      (await fetch(`http://127.0.0.1:${port}${url}`, { method })).status;
    expect([await status('/healthz'), await status('/healthz', 'POST'), await status('/etc/passwd')]).toEqual([
      200, 405, 404,
    ]);
    expect([await status('/api/v1/articles'), await status('/atom/search.xml?q=a')]).toEqual([404, 404]);
  });

  it('serves API and Atom where PUBLIC_URL says so, with its addresses, and lets a cursor outlive a restart', async () => {
    publish(1);
    publish(2);
    const read = async (bot: BotProcess, url: string) => {
      const { port } = JSON.parse(await bot.line(/HTTP server is listening/)) as { port: number };
      const response = await fetch(`http://127.0.0.1:${port}${url}`);
      return { status: response.status, text: await response.text() };
    };
    const first = await start({ PUBLIC_URL: 'https://news.example/' });
    const page = JSON.parse((await read(first, '/api/v1/articles?limit=1')).text);
    expect(page.items).toMatchObject([{ title: '示例2', url: 'https://news.example/2' }]);
    const feed = await read(first, '/atom/category/1.xml');
    expect(feed.text).toContain('href="https://news.example/atom/category/1.xml"');
    expect(feed.text).not.toContain('127.0.0.1');
    await first.kill('SIGTERM');
    publish(3);
    const second = await start({ PUBLIC_URL: 'https://news.example/' });
    const next = await read(second, `/api/v1/articles?cursor=${page.nextCursor}`);
    expect(JSON.parse(next.text)).toMatchObject({ items: [{ title: '示例1' }], nextCursor: null });
    expect((await read(second, '/api/v1/search?q=番茄')).status).toBe(200);
  });

  it('serves the Mini App where PUBLIC_URL says that it is reached', async () => {
    publish(1);
    const bot = await start({ PUBLIC_URL: 'https://news.example/zhaibao/', FULL_TEXT: 'false' });
    const { port } = JSON.parse(await bot.line(/HTTP server is listening/)) as { port: number };
    const page = await fetch(`http://127.0.0.1:${port}/app/`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<script')]);
    await expect
      .poll(() => api.profile.menuButtons.get(0))
      .toMatchObject({ web_app: { url: 'https://news.example/zhaibao/app/' } });
    const authorization = `tma ${signInitData({ id: reader.id, firstName: '读者' }, api.token, new Date())}`;
    const call = async (path: string) =>
      (await fetch(`http://127.0.0.1:${port}/app/api/${path}`, { headers: { authorization } })).json();
    expect(await call('me')).toMatchObject({ botUsername: api.bot.username, hasFullText: false, articles: 1 });
    expect(await call('latest')).toMatchObject({ items: [{ title: '示例1' }] });
  });

  it.each([
    ['without PUBLIC_URL', {}, 404],
    ['at an address that Telegram does not open', { PUBLIC_URL: 'http://127.0.0.1:8080' }, 200],
  ])('leads to no Mini App %s', async (_title, over, status) => {
    const bot = await start(over);
    const { port } = JSON.parse(await bot.line(/HTTP server is listening/)) as { port: number };
    expect((await fetch(`http://127.0.0.1:${port}/app/`)).status).toBe(status);
    await expect.poll(() => api.profile.menuButtons.get(0)).toEqual({ type: 'commands' });
    api.sendText({ chat: reader, text: '/start' });
    const welcome = await api.waitForMessage(({ text }) => text.includes('摘报'));
    expect(welcome.replyMarkup?.inline_keyboard.flat().some(({ web_app }) => web_app)).toBe(false);
  });

  it('is ready while all is well, and says what is not: another poller, a refused token', async () => {
    let failing: { readonly method: string; readonly failure: ApiError } | undefined;
    await api.close();
    api = await startLocalBotApi({
      beforeMethod: ({ method }) => {
        if (failing?.method === method) throw failing.failure;
      },
    });
    reader = api.addUser();
    const bot = await start();
    const { port } = JSON.parse(await bot.line(/HTTP server is listening/)) as { port: number };
    const ready = async () => {
      const response = await fetch(`http://127.0.0.1:${port}/readyz`);
      return `${response.status} ${await response.text()}`;
    };
    expect(await ready()).toBe('200 ready\n');
    api.sendText({ chat: reader, text: '/subscribe 示例日报' });
    await api.waitForMessage(({ text }) => text.includes('已订阅 示例日报'));

    failing = { method: 'getUpdates', failure: new ApiError(409, 'Conflict: terminated by other getUpdates request') };
    // Ends the poll under way.
    api.sendText({ chat: reader, text: '/help' });
    await expect.poll(ready).toBe('503 polling: another bot or webhook uses this token (409)\n');
    publish(2);
    await api.waitForMessage(({ text }) => text.startsWith('示例2\n'));
    failing = undefined;
    api.sendText({ chat: reader, text: '/help' });
    await expect.poll(ready, { timeout: 10_000 }).toBe('200 ready\n');
    expect(bot.lines.filter((line) => line.includes('another poller'))).toHaveLength(1);

    failing = { method: 'sendMessage', failure: new ApiError(401, 'Unauthorized') };
    publish(3);
    await expect.poll(ready, { timeout: 5_000 }).toBe('503 telegram: the token is refused (401)\n');
    failing = undefined;
    api.sendText({ chat: reader, text: '/subscriptions' });
    await expect.poll(ready, { timeout: 5_000 }).toBe('200 ready\n');
  });

  it('says in one line that another poller does not go, and exits with 1', async () => {
    await api.close();
    let polls = 0;
    api = await startLocalBotApi({
      beforeMethod: ({ method }) => {
        if (method !== 'getUpdates') return;
        polls += 1;
        if (polls > 1) throw new ApiError(409, 'Conflict: terminated by other getUpdates request');
      },
    });
    const script = `
      const { runStart } = await import(${JSON.stringify(`${inject('build')}src/cli/start.js`)});
      const { reportFailure } = await import(${JSON.stringify(`${inject('build')}src/cli/context.js`)});
      await runStart({ conflictLimitMs: 1500 }).catch((error) => {
        reportFailure(error);
        process.exitCode = 1;
      });`;
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: { PATH, HOME, ...environment() },
      cwd: folder,
      stdio: 'pipe',
    });
    const bot = BotProcess.watch(child);
    expect(await bot.ended()).toBe(1);
    expect(bot.lines.at(-1)).toBe(
      'zhaibao: another bot or webhook keeps using BOT_TOKEN (409): stop it, then start this one again',
    );
    expect(bot.lines.filter((line) => line.includes('another poller'))).toHaveLength(1);
  });

  it('is the only one on its database', async () => {
    await start();
    const second = BotProcess.run(['start'], environment(), folder);
    expect(await second.ended()).toBe(1);
    expect(second.lines.filter((line) => line.startsWith('zhaibao:'))).toEqual([
      expect.stringContaining('another bot is running'),
    ]);
  });

  it('is told by doctor that inline mode is off, and how to turn it on', async () => {
    const doctor = async () => {
      const run = BotProcess.run(['doctor'], environment(), folder);
      await run.ended();
      return run.lines.find((line) => line.includes('inline mode'));
    };
    expect(await doctor()).toMatch(/^ok /u);
    api.profile.supportsInlineQueries = false;
    expect(await doctor()).toMatch(/^note .*\/setinline/u);
  });

  it('says in one line that the token is refused, without showing it', async () => {
    const token = `${api.token}x`;
    const bot = BotProcess.run(['start'], environment({ BOT_TOKEN: token }), folder);
    expect(await bot.ended()).toBe(1);
    expect(bot.lines.at(-1)).toBe('zhaibao: Telegram refuses BOT_TOKEN (401): get a valid one from @BotFather');
    expect(bot.lines.join('\n')).not.toContain(token.split(':')[1]);
  });

  it('waits for a server that is not there yet, without showing the token', async () => {
    const url = api.url;
    const token = api.token;
    await api.close();
    running = BotProcess.run(['start'], environment({ TELEGRAM_API_ROOT: url, BOT_TOKEN: token }), folder);
    await running.line(/polling failed/);
    api = await startLocalBotApi({ token, port: Number(new URL(url).port) });
    await running.line(/bot is listening/);
    expect(running.lines.join('\n')).not.toContain(token.split(':')[1]);
  });

  it('waits for a name that cannot be resolved, in one line, without showing the token, and stops at once', async () => {
    running = BotProcess.run(['start'], environment({ TELEGRAM_API_ROOT: 'http://nowhere.invalid' }), folder);
    const line = await running.line(/polling failed/);
    expect(line).toMatch(/ENOTFOUND|EAI_AGAIN/u);
    const { port } = JSON.parse(await running.line(/HTTP server is listening/)) as { port: number };
    expect(await (await fetch(`http://127.0.0.1:${port}/readyz`)).text()).toContain('telegram: no call succeeded');
    expect(running.lines.join('\n')).not.toContain(api.token.split(':')[1]);
    expect(await running.kill('SIGTERM')).toBe(0);
  });

  it('names every bad variable, a line each, and exits with 1', async () => {
    const bot = BotProcess.run(['start'], { LANGUAGE: 'fr', PORT: 'x', SOURCES: posts }, folder);
    expect(await bot.ended()).toBe(1);
    expect(bot.lines.filter((line) => line.startsWith('zhaibao:')).sort()).toEqual([
      'zhaibao: LANGUAGE must be zh or en',
      'zhaibao: PORT must be a port number',
    ]);
  });
});

describe('the command line', () => {
  const run = async (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
    const process = BotProcess.run(args, { SOURCES: posts, DATABASE_URL: environment().DATABASE_URL, ...env }, folder);
    return { code: await process.ended(), lines: process.lines.filter((line) => !line.includes('compiled in')) };
  };

  it('imports, searches and counts', async () => {
    publish(1);
    fs.writeFileSync(path.join(posts, 'broken.md'), 'no front matter');
    expect((await run(['import'])).lines.at(-1)).toMatch(
      /^2 posts read, 1 new, 0 updated, 0 unchanged, 1 rejected, 0 waiting, 0 deliveries queued in /,
    );
    const [hit] = (await run(['search', '番茄', '--json'])).lines.map((line) => JSON.parse(line));
    expect(hit).toEqual({
      id: 1,
      title: '示例1',
      source: '示例日报',
      published: expect.stringMatching(/^2024-/),
      url: 'https://news.example/1',
      snippet: '第1天，菜园里的番茄熟了。',
    });
    expect(JSON.parse((await run(['stats', '--json'])).lines[0] ?? '')).toMatchObject({
      articles: 1,
      rejected: 1,
      rejectedPosts: [{ path: 'broken.md', reason: 'no-front-matter' }],
    });
  });

  it.each([
    [['nonsense'], 2],
    [['search'], 2],
    [['search', 'x', '--limit', '0'], 2],
    [['search', '""'], 1],
    [['--help'], 0],
    [['import', '--help'], 0],
    [['extract', 'nowhere.md'], 1],
  ])('%j exits with %i', async (args, code) => expect((await run(args)).code).toBe(code));

  it('says when there is no folder, and exits with 1', async () => {
    const { code, lines } = await run(['import'], { SOURCES: path.join(folder, 'nowhere') });
    expect(code).toBe(1);
    expect(lines).toContainEqual(expect.stringContaining('folder not found'));
  });
});
