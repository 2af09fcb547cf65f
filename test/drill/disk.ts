import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type LocalBotApi, startLocalBotApi } from '../../bot/local-chat/server.js';
import { Sqlite } from '../../db/sqlite/driver.js';
import { BotProcess } from '../support/bot-process.js';
import { NewsFolder } from '../support/news-folder.js';
import { Received } from '../support/received.js';
import { subscribeReaders } from '../support/subscribe-readers.js';

const readers = 5;
const diskBytes = 24 * 1024 * 1024;
const outageMs = { full: 30_000, short: 7_000 };
const arrivalMs = 60_000;
/** One line of each that meets the fault: the round, the outbox, the search index, and the one message that was on its way. */
const mostLines = 4 + readers;

/**
 * disk [short] : a disk that fills up while a bot reads and pushes, one that takes no writes, and a database with broken
 * pages. Needs to mount a small disk in memory (root, or a container that may); without that, the first two are skipped.
 * Prints a line for each; exit code 1 when anything is lost or doubled, or the bot does not say what is wrong, once.
 */
export async function run(args: readonly string[]): Promise<void> {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-disk-'));
  const disk = path.join(folder, 'disk');
  fs.mkdirSync(disk);
  const isMounted = mount(disk, ['-t', 'tmpfs', '-o', `size=${diskBytes}`, 'tmpfs']);
  const failures: string[] = [];
  const check = (isGood: boolean, what: string) => {
    if (!isGood) failures.push(what);
  };
  try {
    if (isMounted) {
      await fillUp(folder, disk, args[0] === 'short' ? outageMs.short : outageMs.full, check);
      await takeAwayWrites(folder, disk, check);
    } else process.stdout.write('full and read-only disk: skipped, no disk can be mounted here\n');
    await breakPages(folder, check);
  } finally {
    if (isMounted) spawnSync('umount', ['-l', disk]);
    fs.rmSync(folder, { recursive: true, force: true });
  }
  for (const failure of failures) process.stdout.write(`FAILED: ${failure}\n`);
  if (failures.length > 0) process.exitCode = 1;
}

type Check = (isGood: boolean, what: string) => void;

async function fillUp(folder: string, disk: string, forMs: number, check: Check): Promise<void> {
  const news = new NewsFolder(path.join(folder, 'posts-full'));
  const api = await startLocalBotApi();
  const bot = BotProcess.run(['start'], environment(api, news.path, path.join(disk, 'zhaibao.db')), folder);
  await bot.line(/"firstRead":true.*source read/);
  const chatIds = await subscribeReaders(api, readers);
  const received = new Received(api);
  news.publish(3);
  await arrive(received, chatIds, news);

  const filler = path.join(disk, 'filler');
  const handle = fs.openSync(filler, 'w');
  const block = Buffer.alloc(64 * 1024);
  const fill = () => {
    for (const size of [block.length, 4_096]) {
      try {
        for (;;) fs.writeSync(handle, block, 0, size);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
  };
  const from = bot.lines.length;
  const published = Date.now();
  while (Date.now() - published < forMs) {
    fill();
    news.publish(2);
    await delay(500);
  }
  const backup = BotProcess.run(
    ['backup', path.join(disk, 'copy.db')],
    environment(api, news.path, path.join(disk, 'zhaibao.db')),
    folder,
  );
  check((await backup.ended()) === 1 && backup.lines.some((line) => /no room/u.test(line)), 'full disk: backup');
  const lines = bot.lines.slice(from).filter((line) => /"level":[45]0/u.test(line));
  const duringOutage = received.count(chatIds, 2, news.newest);
  fs.closeSync(handle);
  fs.rmSync(filler);
  const found = await arrive(received, chatIds, news);
  const owed = news.newsCount * readers;
  const code = await bot.kill('SIGTERM');
  await api.close();
  process.stdout.write(
    `full disk for ${forMs / 1_000} s: ${found} of ${owed} delivered (${duringOutage} before there was room), ${received.doubled} doubled, ${lines.length} lines of warning, exit ${code}\n`,
  );
  for (const line of lines.slice(0, 3)) process.stdout.write(`  ${line}\n`);
  check(found === owed, `full disk: ${owed - found} lost`);
  check(received.doubled === 0, `full disk: ${received.doubled} doubled`);
  check(code === 0, `full disk: exit ${code}`);
  check(lines.length > 0 && lines.length <= mostLines, `full disk: ${lines.length} lines`);
  check(
    lines.some((line) => /disk is full: make room/u.test(line)),
    'full disk: no line says what to do',
  );
}

async function takeAwayWrites(folder: string, disk: string, check: Check): Promise<void> {
  const news = new NewsFolder(path.join(folder, 'posts-read-only'));
  const api = await startLocalBotApi();
  mount(disk, ['-o', 'remount,ro']);
  const env = environment(api, news.path, path.join(disk, 'zhaibao.db'));
  const bot = BotProcess.run(['start'], env, folder);
  const code = await bot.ended();
  const [line = ''] = bot.lines.filter((each) => each.startsWith('zhaibao:'));
  mount(disk, ['-o', 'remount,rw']);
  const second = BotProcess.run(['start'], env, folder);
  await second.line(/bot is listening/);
  const secondCode = await second.kill('SIGTERM');
  await api.close();
  process.stdout.write(`read-only disk at start: exit ${code}; with writes again: exit ${secondCode}\n  ${line}\n`);
  check(code === 1 && /correct the permissions/u.test(line), `read-only disk: exit ${code}, "${line}"`);
  check(secondCode === 0, `read-only disk: exit ${secondCode} afterwards`);
}

async function breakPages(folder: string, check: Check): Promise<void> {
  const news = new NewsFolder(path.join(folder, 'posts-damaged'));
  const api = await startLocalBotApi();
  const database = path.join(folder, 'damaged.db');
  const env = environment(api, news.path, database);
  const run = async (...args: readonly string[]) => {
    const command = BotProcess.run(args, env, folder);
    return { code: await command.ended(), lines: command.lines };
  };
  const first = BotProcess.run(['start'], env, folder);
  await first.line(/"firstRead":true.*source read/);
  const chatIds = await subscribeReaders(api, readers);
  const received = new Received(api);
  news.publish(3);
  await arrive(received, chatIds, news);
  await first.kill('SIGTERM');
  await run('backup', 'good.db');

  breakRoot(database, 'articles');
  news.publish(1);
  const broken = BotProcess.run(['start'], env, folder);
  const line = await Promise.race([
    broken.line(/malformed|damaged/).catch(() => ''),
    delay(15_000, '', { ref: false }),
  ]);
  await broken.kill('SIGKILL');
  const backup = await run('backup', 'bad.db');
  const doctor = await run('doctor');
  const restored = await run('restore', 'good.db');
  const again = BotProcess.run(['start'], env, folder);
  const found = await arrive(received, chatIds, news);
  const code = await again.kill('SIGTERM');
  await api.close();
  const owed = news.newsCount * readers;
  process.stdout.write(
    `broken page: backup exit ${backup.code}, doctor exit ${doctor.code}, restore exit ${restored.code}; then ${found} of ${owed} delivered, ${received.doubled} doubled, exit ${code}\n  ${line}\n`,
  );
  check(/`restore` the newest good backup/u.test(line), `broken page: the bot says "${line}"`);
  check(backup.code === 1 && !fs.existsSync(path.join(folder, 'bad.db')), 'broken page: it was backed up');
  check(doctor.code === 1, 'broken page: doctor finds nothing');
  check(restored.code === 0 && code === 0, 'broken page: no way back');
  check(found === owed && received.doubled === 0, `broken page: ${owed - found} lost, ${received.doubled} doubled`);
}

/** Writes rubbish over the first page of a table. */
function breakRoot(database: string, table: string): void {
  const client = new Sqlite(database);
  client.pragma('journal_mode = DELETE');
  const root = client.prepare('SELECT rootpage FROM sqlite_master WHERE name = ?').pluck().get(table) as number;
  const size = client.pragma('page_size', { simple: true }) as number;
  client.close();
  const handle = fs.openSync(database, 'r+');
  fs.writeSync(handle, Buffer.alloc(size, 0xa5), 0, size, (root - 1) * size);
  fs.closeSync(handle);
}

function mount(place: string, options: readonly string[]): boolean {
  return spawnSync('mount', [...options, place]).status === 0;
}

function environment(api: LocalBotApi, posts: string, database: string): NodeJS.ProcessEnv {
  return {
    BOT_TOKEN: api.token,
    TELEGRAM_API_ROOT: api.url,
    SOURCES: posts,
    DATABASE_URL: `file:${database}`,
    INGEST_CRON: '* * * * * *',
    PUSH_PER_HOUR: '0',
    PORT: '0',
  };
}

async function arrive(received: Received, chatIds: readonly number[], news: NewsFolder): Promise<number> {
  const count = () => received.count(chatIds, 2, news.newest);
  for (const started = Date.now(); Date.now() - started < arrivalMs; await delay(250)) {
    if (count() === news.newsCount * chatIds.length) break;
    await received.turnPages();
  }
  return count();
}
