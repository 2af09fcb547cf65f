import { once } from 'node:events';
import fs from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStores } from '../../../db/open-stores.js';
import { Sqlite } from '../../../db/sqlite/driver.js';
import { judgeDisk } from '../../../src/cli/doctor/files.js';
import { checkNode } from '../../../src/cli/doctor/machine.js';
import { judgeWebhook } from '../../../src/cli/doctor/telegram.js';
import { BotProcess } from '../../support/bot-process.js';
import { writePosts } from '../../support/generate-posts.js';

const secret = 'AAexampleexampleexampleexample';
const token = `7000000001:${secret}`;

let folder: string;
let servers: Server[];
let telegram: Telegram;
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-doctor-'));
  fs.mkdirSync(path.join(folder, 'posts'));
  servers = [];
  telegram = { me: {}, webhookUrl: '', aheadMs: 0 };
});
afterEach(async () => {
  for (const server of servers) server.close();
  fs.rmSync(folder, { recursive: true });
});

interface Telegram {
  me: Readonly<Record<string, unknown>>;
  webhookUrl: string;
  aheadMs: number;
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const serveTelegram = () =>
  serve((request, response) => {
    const result = request.url?.endsWith('getMe')
      ? { username: 'example_bot', can_join_groups: true, can_read_all_group_messages: false, ...telegram.me }
      : { url: telegram.webhookUrl, pending_update_count: 3 };
    const isKnown = request.url?.startsWith(`/bot${token}/`);
    response.statusCode = isKnown ? 200 : 401;
    response.setHeader('date', new Date(Date.now() + telegram.aheadMs).toUTCString());
    response.end(JSON.stringify(isKnown ? { ok: true, result } : { ok: false, error_code: 401 }));
  });

const databaseFile = () => path.join(folder, 'zhaibao.db');

/** Runs the command. Its lines by subject, and whether it found nothing bad. */
async function doctor(over: NodeJS.ProcessEnv = {}) {
  const env = {
    BOT_TOKEN: token,
    TELEGRAM_API_ROOT: await serveTelegram(),
    SOURCES: path.join(folder, 'posts'),
    DATABASE_URL: `file:${databaseFile()}`,
    PORT: '0',
    ...over,
  };
  const run = BotProcess.run(['doctor'], env, folder);
  const code = await run.ended();
  expect(run.lines.join('\n')).not.toContain(secret);
  const findings = run.lines
    .map((line) => /^(?<state>ok|note|bad) +(?<subject>.{14}) (?<text>.*)$/u.exec(line)?.groups)
    .filter((groups) => groups !== undefined);
  const of = (subject: string) =>
    findings.flatMap((each) => (each.subject?.trim() === subject ? [`${each.state}: ${each.text}`] : [])).join('\n');
  const subjects = findings.map((each) => each.subject?.trim());
  return { code, of, subjects };
}

async function importPosts(count: number): Promise<void> {
  writePosts(path.join(folder, 'posts'), count, 1);
  const env = { SOURCES: path.join(folder, 'posts'), DATABASE_URL: `file:${databaseFile()}` };
  expect(await BotProcess.run(['import'], env, folder).ended()).toBe(0);
}

/** One change in the database, with no bot about. */
function change(sql: string): void {
  const client = new Sqlite(databaseFile());
  client.exec(sql);
  client.close();
}

describe('zhaibao doctor', () => {
  it('finds all in order where it is, and exits with 0', async () => {
    await importPosts(5);
    const { code, of, subjects } = await doctor();
    expect(code).toBe(0);
    expect(subjects).toEqual([
      ...['node', 'configuration', 'locale', 'sources', 'folder', 'disk', 'schema', 'integrity', 'database'],
      ...['search index', 'backups', 'port', 'token', 'inline mode', 'groups', 'privacy mode', 'webhook', 'clock'],
    ]);
    for (const subject of subjects.filter((each) => each !== 'backups' && each !== 'node' && each !== 'inline mode'))
      expect(of(subject ?? ''), subject).toMatch(/^ok: /u);
    expect(of('database')).toContain('5 articles');
    expect(of('token')).toBe('ok: Telegram knows the bot as @example_bot');
  });

  it('says that there is no database yet, and does not make one', async () => {
    const { code, of } = await doctor();
    expect([code, of('database')]).toEqual([0, expect.stringMatching(/^note: there is none .* `import` makes it$/u)]);
    expect(fs.existsSync(databaseFile())).toBe(false);
  });

  it('tells rights, a webhook of somebody else and a wrong clock, each with its remedy', async () => {
    telegram = {
      me: { can_join_groups: false, can_read_all_group_messages: true, supports_inline_queries: true },
      webhookUrl: 'https://elsewhere.example/hidden-path',
      aheadMs: 300_000,
    };
    const { code, of } = await doctor();
    expect(code).toBe(1);
    expect(of('inline mode')).toMatch(/^ok: is on/u);
    expect(of('groups')).toMatch(/^note: .*\/setjoingroups/u);
    expect(of('privacy mode')).toMatch(/^note: is off.*\/setprivacy/u);
    expect(of('webhook')).toMatch(/^bad: updates go to elsewhere\.example, .*deleteWebhook/u);
    expect(of('webhook')).not.toContain('hidden-path');
    expect(of('clock')).toMatch(/^bad: is (?:299|300|301) s behind Telegram's: .*timedatectl/u);
  });

  it.each([
    ['a refused token', { BOT_TOKEN: `7000000002:${secret}` }, /^bad: Telegram refuses it \(401\): .*@BotFather$/u],
    [
      'no way to Telegram',
      { TELEGRAM_API_ROOT: 'http://127.0.0.1:49151' },
      /^bad: .*\(ECONNREFUSED\): check the network/u,
    ],
    ['no token', { BOT_TOKEN: '' }, /^note: BOT_TOKEN is not set.*@BotFather/u],
  ])('tells %s without showing one', async (_title, over, expected) => {
    expect((await doctor(over)).of('token')).toMatch(expected);
  });

  it('tells who else may read the token in .env', async () => {
    const file = path.join(folder, '.env');
    fs.writeFileSync(file, `BOT_TOKEN=${token}\n`, { mode: 0o644 });
    expect((await doctor()).of('.env')).toBe(
      'note: .env holds the token and every user of this machine may read it: chmod 600 .env',
    );
    fs.chmodSync(file, 0o640);
    expect((await doctor()).of('.env')).toBe('ok: .env is read');
  });

  it('tells a folder in which anybody may put a database, and one where none can be', async () => {
    const open = path.join(folder, 'open');
    fs.mkdirSync(open);
    fs.chmodSync(open, 0o777);
    expect((await doctor({ DATABASE_URL: `file:${open}/a.db` })).of('folder')).toMatch(/^bad: .* chmod o-w /u);
    fs.writeFileSync(path.join(folder, 'file'), '');
    const { code, of } = await doctor({ DATABASE_URL: `file:${folder}/file/a.db` });
    expect([code, of('folder')]).toEqual([1, expect.stringMatching(/^bad: .*file is no folder: set DATABASE_URL/u)]);
  });

  it.each([
    [
      'older',
      'DELETE FROM __drizzle_migrations WHERE created_at = (SELECT max(created_at) FROM __drizzle_migrations)',
      0,
    ],
    ['newer', 'UPDATE __drizzle_migrations SET created_at = created_at + 1000000000000', 1],
  ])('tells a schema that is %s, and changes nothing', async (_title, sql, expectedCode) => {
    await (await openStores(`file:${databaseFile()}`)).close();
    change(sql);
    const before = fs.readFileSync(databaseFile());
    const { code, of, subjects } = await doctor();
    expect(code).toBe(expectedCode);
    expect(of('schema')).toMatch(
      expectedCode === 0 ? /^note: lacks 1 of this version's changes: the next start/u : /^bad: .*newer version/u,
    );
    expect(subjects).not.toContain('search index');
    expect(fs.readFileSync(databaseFile()).equals(before)).toBe(true);
  });

  it('tells a damaged page, and a file that is no database', async () => {
    await importPosts(300);
    change('PRAGMA wal_checkpoint(TRUNCATE)');
    const content = fs.readFileSync(databaseFile());
    content.fill(0xff, content.length / 2, content.length * 0.75);
    fs.writeFileSync(databaseFile(), content);
    const damaged = await doctor();
    expect([damaged.code, damaged.of('integrity')]).toEqual([
      1,
      expect.stringMatching(/^bad: the file is damaged \(.*\): stop the bot, keep this file, and restore a backup$/u),
    ]);
    fs.writeFileSync(databaseFile(), 'no database at all, though long enough to look like one'.repeat(100));
    expect((await doctor()).of('integrity')).toMatch(/^bad: .*file is not a database/u);
  });

  it('tells a port that is taken, by the bot or by another program, and a host that is not here', async () => {
    const bot = await serve((_request, response) => response.end('ok\n'));
    const other = await serve((_request, response) => response.end('<html>'));
    const port = (url: string) => new URL(url).port;
    expect((await doctor({ PORT: port(bot) })).of('port')).toMatch(/^ok: the bot is running at 127\.0\.0\.1:/u);
    expect((await doctor({ PORT: port(other) })).of('port')).toMatch(/^bad: another program has .*: set PORT$/u);
    expect((await doctor({ HOST: '192.0.2.1', PORT: '8080' })).of('port')).toMatch(
      /^bad: 192\.0\.2\.1 is no address of this machine: set HOST/u,
    );
  });

  it('follows PUBLIC_URL', async () => {
    const bot = await serve((_request, response) => response.end('ok\n'));
    const other = await serve((_request, response) => response.end('<html>'));
    expect((await doctor({ PUBLIC_URL: bot })).of('public url')).toMatch(/^note: .* is not https/u);
    expect((await doctor({ PUBLIC_URL: other })).of('public url')).toMatch(
      /^note: .*\(another page\): start the bot, then run this again$/u,
    );
    const { code, of } = await doctor({ PUBLIC_URL: 'https://nowhere.invalid' });
    expect([code, of('public url')]).toEqual([1, expect.stringMatching(/^bad: .*no such host: correct PUBLIC_URL/u)]);
  });

  it('says what is wrong with the configuration, and stops there', async () => {
    const { code, of, subjects } = await doctor({ LANGUAGE: 'fr' });
    expect([code, of('configuration')]).toEqual([1, 'bad: LANGUAGE must be zh or en']);
    expect(subjects).toEqual(['node', 'configuration']);
  });
});

describe('what is judged by figures', () => {
  const megabytes = (count: number) => count * 1024 * 1024;
  it.each([
    ['a full disk', 499, 1, 'bad'],
    ['no room for a copy', 1_500, 800, 'bad'],
    ['room enough', 1_700, 800, 'ok'],
  ])('%s', (_title, free, database, state) => {
    expect(judgeDisk({ freeBytes: megabytes(free), databaseBytes: megabytes(database) }).state).toBe(state);
  });

  const own = 'https://news.example/hidden-path';
  it.each([
    ['none, where the bot polls', {}, undefined, /^ok: none is set, the bot polls; 0 updates wait$/u],
    ['none yet, where one is configured', {}, own, /^note: none is set yet: the next start sets WEBHOOK_URL/u],
    ['its own', { url: own, pending_update_count: 3 }, own, /^ok: is WEBHOOK_URL, 3 updates wait$/u],
    [
      'its own, where Telegram does not get through',
      { url: own, last_error_message: 'Connection refused' },
      own,
      /^note: is WEBHOOK_URL, .*last failed to deliver: Connection refused$/u,
    ],
    ['another’s, where the bot polls', { url: own }, undefined, /^bad: updates go to news\.example, .*deleteWebhook/u],
    ['another’s than its own', { url: 'https://elsewhere.example/x' }, own, /^bad: updates go to elsewhere\.example,/u],
    ['an address that is none', { url: 'no address' }, own, /^bad: updates go to another address,/u],
  ])('a webhook: %s', (_title, info, configured, expected) => {
    const { state, text } = judgeWebhook(info, configured);
    expect(`${state}: ${text}`).toMatch(expected);
    expect(text).not.toContain('hidden-path');
  });
  it('tells a Node.js that gets no fixes any more', () => {
    expect(checkNode(new Date('2024-01-01')).state).toBe('ok');
    expect(checkNode(new Date('2035-01-01')).text).toMatch(
      /no security fixes since 20\d\d-\d\d-\d\d: install|is needed/u,
    );
  });
});
