import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lockForBot, openStores } from '../db/open-stores.js';
import { BotProcess } from './support/bot-process.js';
import { fill } from './support/full-database.js';
import { writePosts } from './support/generate-posts.js';
import { serverUrl, startServerDatabase, type TestPostgres } from './support/postgres.js';

const password = 'a-secret-of-the-server';
let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-migrate-to-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const file = () => path.join(folder, 'zhaibao.db');
const posts = () => path.join(folder, 'posts');

/** Runs a command. Whatever it says, the password is not in it. */
async function run(args: readonly string[], over: NodeJS.ProcessEnv = {}) {
  const env = { SOURCES: posts(), DATABASE_URL: `file:${file()}`, PORT: '0', ...over };
  const command = BotProcess.run(args, env, folder);
  const code = await command.ended();
  expect(command.lines.join('\n')).not.toContain(password);
  return { code, lines: command.lines, text: command.lines.join('\n') };
}

/** Nobody listens there. */
const nowhere = `postgres://zhaibao:${password}@127.0.0.1:1/zhaibao`;

describe('with DATABASE_URL=postgres://…', () => {
  it.each([
    ['backup', ['backup', 'copy.db'], /pg_dump --format=custom/u],
    ['restore', ['restore', 'copy.db'], /pg_restore --clean/u],
    ['stats', ['stats'], /database postgres:\/\/127\.0\.0\.1:1\/zhaibao: .*cannot be reached/u],
    ['search', ['search', '养老'], /database postgres:\/\/127\.0\.0\.1:1\/zhaibao: .*cannot be reached/u],
    ['start', ['start'], /database postgres:\/\/127\.0\.0\.1:1\/zhaibao cannot be opened: .*cannot be reached/u],
    ['migrate-to', ['migrate-to', nowhere], /DATABASE_URL is a PostgreSQL server: set it to the SQLite file/u],
  ])('%s says on one line what is wrong', async (_name, args, line) => {
    const BOT_TOKEN = '123456789:AAabcdefghijklmnopqrstuvwxyz_012345';
    const { code, lines, text } = await run(args, { DATABASE_URL: nowhere, BOT_TOKEN });
    expect([code, text]).toEqual([1, expect.stringMatching(line)]);
    expect(lines.length, text).toBe(1);
  });

  it('doctor tells that the server cannot be reached', async () => {
    const { code, lines } = await run(['doctor'], { DATABASE_URL: nowhere });
    expect([code, lines.find((line) => line.includes(' database '))]).toEqual([
      1,
      expect.stringMatching(/^bad +database +database postgres:\/\/127\.0\.0\.1:1\/zhaibao: .*cannot be reached/u),
    ]);
  });
});

describe('migrate-to', () => {
  it.each([`mysql://me:${password}@h/db`, `postgres://me:${password}@`, 'zhaibao'])(
    'is used wrongly with %s',
    async (url) => {
      const { code, text } = await run(['migrate-to', url]);
      expect([code, text]).toEqual([2, expect.stringContaining('the address has to be postgres://')]);
    },
  );

  it('says that the source is not there, or the server', async () => {
    expect(await run(['migrate-to', nowhere])).toMatchObject({
      code: 1,
      text: expect.stringContaining('no database at'),
    });
    await (await openStores(`file:${file()}`)).close();
    const { code, text } = await run(['migrate-to', nowhere]);
    expect([code, text]).toEqual([1, expect.stringMatching(/^zhaibao: database postgres:.* cannot be opened: /u)]);
  });
});

describe.skipIf(!serverUrl)('with a server (TEST_DATABASE_URL)', () => {
  let server: TestPostgres;
  const to = () => server.url ?? '';
  beforeAll(async () => {
    server = await startServerDatabase(serverUrl ?? '');
  }, 60_000);
  afterAll(() => server?.close(), 60_000);
  beforeEach(async () => {
    await (await server.open()).close();
    writePosts(posts(), 300, 1);
    expect(await run(['import'])).toMatchObject({ code: 0 });
    const source = await openStores(`file:${file()}`);
    await fill(source);
    await source.close();
  });

  it('copies, tells what to do, and brings over the rest; then everything works there', async () => {
    const lock = lockForBot(`file:${file()}`);
    const first = await run(['migrate-to', to()]);
    expect(first.code, first.text).toBe(0);
    expect(first.lines.at(-1)).toMatch(/^a bot is running on .*zhaibao\.db: stop it, run the same command once more/u);
    lock.release();
    const early = await run(['stats'], { DATABASE_URL: to() });
    expect([early.code, early.text]).toEqual([
      1,
      expect.stringMatching(/run `migrate-to` once more, with that bot stopped/u),
    ]);
    writePosts(posts(), 301, 1);
    expect(await run(['import'])).toMatchObject({ code: 0 });

    const second = await run(['migrate-to', to()]);
    expect(second.code, second.text).toBe(0);
    expect(second.lines.find((line) => line.startsWith('articles'))).toMatch(/^articles +317 +1 {2}[0-9a-f]{12}$/u);
    expect(second.lines.at(-2)).toMatch(/^22 tables, \d+ rows the same on both sides, in [\d.]+ s$/u);
    expect(second.lines.at(-1)).toMatch(/^now set DATABASE_URL to the new database and start; /u);

    const [here, there] = [await run(['stats', '--json']), await run(['stats', '--json'], { DATABASE_URL: to() })];
    expect(JSON.parse(there.text)).toEqual(JSON.parse(here.text));
    const search = ['search', '养老保险', '--json', '--limit', '5'];
    expect((await run(search, { DATABASE_URL: to() })).text).toBe((await run(search)).text);
    writePosts(posts(), 302, 1);
    expect((await run(['import'], { DATABASE_URL: to() })).text).toMatch(/1 new, 0 updated/u);
    expect((await run(['reindex'], { DATABASE_URL: to() })).text).toMatch(/^318 articles indexed/u);
    const doctor = await run(['doctor'], { DATABASE_URL: to() });
    expect(doctor.lines.filter((line) => line.startsWith('bad'))).toEqual([]);
    expect(doctor.text).toMatch(/ok +search index +has all 318 articles/u);
    expect(await run(['migrate-to', to()])).toMatchObject({ code: 1, text: expect.stringMatching(/has been used/u) });
  }, 120_000);

  it('goes on after kill -9, and until then nothing else uses the copy', async () => {
    const env = { SOURCES: posts(), DATABASE_URL: `file:${file()}` };
    const dying = BotProcess.run(['migrate-to', to()], env, folder);
    const isUnderWay = async () =>
      ((await server.connection.database.execute('SELECT 1 FROM articles LIMIT 1')) as unknown as { rows: unknown[] })
        .rows.length > 0;
    await expect.poll(isUnderWay, { timeout: 20_000, interval: 5 }).toBe(true);
    await dying.kill('SIGKILL');
    const stats = await run(['stats'], { DATABASE_URL: to() });
    expect(stats).toMatchObject({
      code: 1,
      text: expect.stringContaining('run `migrate-to` again until it is complete'),
    });
    expect(await run(['migrate-to', to()])).toMatchObject({ code: 0 });
    expect(await run(['stats'], { DATABASE_URL: to() })).toMatchObject({ code: 0 });
  }, 60_000);
});
