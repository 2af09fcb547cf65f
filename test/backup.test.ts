import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { User } from '../bot/local-chat/bot-api.js';
import { type LocalBotApi, startLocalBotApi } from '../bot/local-chat/server.js';
import { Sqlite } from '../db/sqlite/driver.js';
import { BotProcess } from './support/bot-process.js';
import { NewsFolder } from './support/news-folder.js';

let folder: string;
let news: NewsFolder;
let api: LocalBotApi;
let reader: User;
let running: BotProcess | undefined;
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-backup-'));
  news = new NewsFolder(path.join(folder, 'posts'));
  api = await startLocalBotApi();
  reader = api.addUser();
});
afterEach(async () => {
  await running?.kill('SIGKILL');
  await api.close();
  fs.rmSync(folder, { recursive: true });
});

const database = () => path.join(folder, 'zhaibao.db');
const environment = (over: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  BOT_TOKEN: api.token,
  TELEGRAM_API_ROOT: api.url,
  SOURCES: news.path,
  DATABASE_URL: `file:${database()}`,
  INGEST_CRON: '* * * * * *',
  PUSH_PER_HOUR: '0',
  PORT: '0',
  ...over,
});
async function start(over: NodeJS.ProcessEnv = {}): Promise<BotProcess> {
  running = BotProcess.run(['start'], environment(over), folder);
  await running.line(/bot is listening/);
  await running.line(/source read/);
  return running;
}
async function run(...args: readonly string[]) {
  const command = BotProcess.run(args, environment(), folder);
  return { code: await command.ended(), lines: command.lines };
}
async function statistics() {
  const { lines } = await run('stats', '--json');
  return JSON.parse(lines.at(-1) ?? '') as { articles: number; chats: number; subscriptions: number };
}
const pushesOf = (n: number) => api.transcript.filter(({ text }) => text.startsWith(`示例${n}\n`)).length;
const pushed = (n: number) => api.waitForMessage(({ text }) => text.startsWith(`示例${n}\n`));
const backups = () => fs.readdirSync(folder).filter((name) => name.includes('.db.backup-'));

describe('backup and restore', () => {
  it('copy a database that a bot writes to, and bring it back: nothing is lost, doubled is only what came later', async () => {
    const bot = await start();
    api.sendText({ chat: reader, text: `/subscribe ${NewsFolder.category}` });
    await api.waitForMessage(({ text }) => text.includes('已订阅'));
    news.publish(1);
    await pushed(2);
    await bot.line(/pushed/);

    const copying = run('backup', 'copy.db');
    news.publish(1);
    const { code, lines } = await copying;
    expect(code, lines.join('\n')).toBe(0);
    const [, articles] = /^copy\.db: [\d.]+ MB, (\d+) articles, 1 chats, 1 subscriptions,/.exec(lines[0] ?? '') ?? [];
    expect(fs.readdirSync(folder).filter((name) => name.startsWith('copy.db'))).toEqual(['copy.db']);
    await pushed(3);

    const refused = await run('restore', 'copy.db');
    expect(refused).toMatchObject({
      code: 1,
      lines: [expect.stringMatching(/another bot is running on .*: stop it first/)],
    });
    await bot.kill('SIGKILL');
    expect(fs.existsSync(`${database()}-wal`)).toBe(true);
    news.publish(1);

    const restored = await run('restore', 'copy.db');
    expect(restored.code, restored.lines.join('\n')).toBe(0);
    expect(fs.existsSync(`${database()}-wal`)).toBe(false);
    const aside = restored.lines[1]?.replace('what was there before is ', '') ?? '';
    expect(aside).toContain('.before-restore-');
    const before = new Sqlite(aside, { readonly: true });
    expect(before.prepare('SELECT count(*) FROM articles').pluck().get()).toBe(3);
    before.close();
    expect(await statistics()).toMatchObject({ articles: Number(articles), chats: 1, subscriptions: 1 });

    await start();
    await pushed(4);
    news.publish(1);
    await pushed(5);
    expect([1, 2, 4, 5].map(pushesOf)).toEqual([0, 1, 1, 1]);
    expect(pushesOf(3)).toBeGreaterThanOrEqual(1);
    const { lines: found } = await run('search', '番茄', '--json');
    expect(found).toHaveLength(5);
  });

  it('refuse what would do harm, each with what to do', async () => {
    await run('import');
    expect(await run('backup', 'copy.db')).toMatchObject({ code: 0 });
    const linesOf = async (...args: readonly string[]) => {
      const { code, lines } = await run(...args);
      expect(code).toBe(1);
      return lines.join('\n');
    };
    expect(await linesOf('backup', 'copy.db')).toMatch(/is there already: .*--force/);
    expect(await linesOf('backup', '--force', 'zhaibao.db')).toMatch(/is the database itself/);
    expect(await linesOf('backup', 'nowhere/copy.db')).toMatch(/directory does not exist/);
    expect(await linesOf('restore', 'missing.db')).toMatch(/there is no file/);
    expect(await linesOf('restore', 'zhaibao.db')).toMatch(/is the database itself/);
    expect(await run('backup', '--force', 'copy.db')).toMatchObject({ code: 0 });

    const notes = path.join(folder, 'notes.db');
    fs.writeFileSync(notes, 'no database '.repeat(100));
    expect(await linesOf('restore', 'notes.db')).toMatch(/is no backup of a database: file is not a database/);
    const future = path.join(folder, 'future.db');
    fs.copyFileSync(path.join(folder, 'copy.db'), future);
    const client = new Sqlite(future);
    client.exec(`INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('of the future', 9999999999999)`);
    client.close();
    expect(await linesOf('restore', 'future.db')).toMatch(/newer version of zhaibao: install that version/);
    damage(path.join(folder, 'copy.db'));
    expect(await linesOf('restore', 'copy.db')).toMatch(/copy\.db .*(?:damaged|malformed)/);
    expect(await statistics()).toMatchObject({ articles: 1 });
    expect(fs.readdirSync(folder).filter((name) => /part|restor/u.test(name))).toEqual([]);
  }, 40_000);

  it('go over a damaged database, which is kept for whoever can still read it', async () => {
    await run('import');
    await run('backup', 'copy.db');
    damage(database());
    const failed = await run('backup', 'second.db');
    expect(failed).toMatchObject({ code: 1, lines: [expect.stringMatching(/`restore` the newest good backup/)] });
    expect(fs.existsSync(path.join(folder, 'second.db'))).toBe(false);
    expect(await run('restore', 'copy.db')).toMatchObject({ code: 0 });
    expect(await statistics()).toMatchObject({ articles: 1 });
    fs.rmSync(database());
    expect(await run('restore', 'copy.db')).toMatchObject({ code: 0, lines: [expect.stringContaining('1 articles')] });
    expect(await statistics()).toMatchObject({ articles: 1 });
  });
});

describe('scheduled backups', () => {
  it('are made beside the database while the bot answers, and only the newest are kept', async () => {
    const bot = await start({ BACKUP_CRON: '* * * * * *', BACKUP_KEEP: '2' });
    await bot.line(/"removed":[1-9].*backup made/);
    expect(backups().filter((name) => /\.backup-\d{8}-\d{6}$/u.test(name)).length).toBeLessThanOrEqual(3);
    const [newest = ''] = backups().sort().reverse();
    await bot.kill('SIGTERM');
    expect(await run('restore', newest)).toMatchObject({ code: 0 });
  });

  it('make up for a time that was missed, and for no other', async () => {
    const daily = { BACKUP_CRON: '0 4 1 1 *', LOG_LEVEL: 'debug' };
    const first = await start(daily);
    await first.line(/backup made/);
    expect(await first.kill('SIGTERM')).toBe(0);
    const second = await start(daily);
    await second.line(/backup is not due/);
    expect(await second.kill('SIGTERM')).toBe(0);
    const [only = ''] = backups();
    fs.renameSync(path.join(folder, only), path.join(folder, only.replace(/\d{8}-\d{6}$/u, '20240301-000000')));
    const third = await start(daily);
    await third.line(/backup made/);
    expect(backups()).toHaveLength(2);
    const doctor = BotProcess.run(['doctor'], environment(daily), folder);
    await doctor.line(/^ok +backups +the newest is .*\.backup-/);
    await doctor.ended();
    await third.kill('SIGTERM');
  });
});

/** Overwrites pages in the middle of a database file. */
function damage(file: string): void {
  const { size } = fs.statSync(file);
  const handle = fs.openSync(file, 'r+');
  for (let at = 4_096 * 2; at < size; at += 4_096) fs.writeSync(handle, Buffer.alloc(2_048, 0xa5), 0, 2_048, at);
  fs.closeSync(handle);
}
