import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalBotApi, startLocalBotApi } from '../bot/local-chat/server.js';
import { BotProcess } from './support/bot-process.js';
import { GitRepository, removeFolder } from './support/git-repository.js';
import { type GitServer, startGitServer } from './support/git-server.js';
import { aPost } from './support/posts.js';

const credentials = { user: 'reader-7f', password: 'wo#rd 9%e' };
let folder: string;
let repository: GitRepository;
let server: GitServer;
let running: BotProcess | undefined;
let api: LocalBotApi | undefined;
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-git-process-'));
  repository = new GitRepository(path.join(folder, 'served', 'news.git'));
  server = await startGitServer({ root: path.join(folder, 'served'), credentials });
});
afterEach(async () => {
  await running?.kill('SIGKILL');
  running = undefined;
  await api?.close();
  api = undefined;
  await server.close();
  removeFolder(folder);
});

const source = (place: string, password = credentials.password) =>
  `git+${server.url.replace('://', `://${credentials.user}:${encodeURIComponent(password)}@`)}/${place}`;
const commit = (count: number) =>
  repository.commit(
    Object.fromEntries(
      Array.from({ length: count }, (_, n) => [
        `_posts/2024-03-01-EX${n}.md`,
        aPost(`<p>第${n}天，菜园里的番茄熟了。</p>`, { title: `示例${n}`, link: `https://news.example/${n}` }),
      ]),
    ),
  );
async function run(command: string, sources: string) {
  const process = BotProcess.run([command], { SOURCES: sources, DATABASE_URL: 'file:zhaibao.db' }, folder);
  return { code: await process.ended(), text: process.lines.join('\n') };
}
/** In no form: as it is, in an address, or in a header. */
const secrets = [credentials.user, credentials.password, encodeURIComponent(credentials.password), 'wr0ng'];

describe('a repository behind a password', () => {
  it('is imported, beside whatever a bot keeps of it', async () => {
    commit(3);
    expect(await run('import', source('news.git#main:_posts'))).toMatchObject({
      code: 0,
      text: expect.stringContaining('3 posts read, 3 new'),
    });
    commit(5);
    expect((await run('import', source('news.git#main:_posts'))).text).toContain('2 posts read, 2 new');
    expect(fs.readdirSync(path.join(folder, 'zhaibao.db.git'))).toEqual([]);
    for (const secret of secrets) {
      const files = ['-rlF', '-e', secret, path.join(folder, 'zhaibao.db')];
      expect(() => execFileSync('grep', files)).toThrow();
    }
  });

  it.each([
    ['ok', () => source('news.git#main:_posts'), 'can be read (commit '],
    ['bad', () => source('news.git#trunk:_posts'), 'the repository has no branch trunk: check SOURCES'],
    ['bad', () => source('news.git#main:posts'), 'the branch has no folder posts: correct SOURCES'],
    [
      'bad',
      () => source('news.git#main:_posts', 'wr0ng'),
      'the server refuses them: the server wants a user and a token',
    ],
    ['bad', () => source('old.git#main:_posts'), 'there is no such repository'],
    ['bad', () => 'git+https://user:wr0ng@host.invalid/x.git', 'name is not found: check SOURCES and DNS'],
  ])('is told by doctor to be %s', async (state, entry, text) => {
    commit(1);
    const report = await run('doctor', entry());
    const line = report.text.split('\n').find((each) => / sources /u.test(each)) ?? '';
    expect(line).toMatch(new RegExp(`^${state} `, 'u'));
    expect(line).toContain(text);
    for (const secret of secrets) expect(report.text).not.toContain(secret);
  });

  it('is refused without its password when the address is no good', async () => {
    const { code, text } = await run('doctor', source('news.git#-f', 'wr0ng'));
    expect(code).toBe(1);
    expect(text).toContain(`SOURCES names a branch that git does not allow: git+${server.url}/news.git#-f`);
    expect(text).not.toContain('wr0ng');
  });

  it('that hangs holds up neither the bot nor its end', async () => {
    commit(200);
    server.hangBehind(2_000);
    api = await startLocalBotApi();
    const environment = {
      BOT_TOKEN: api.token,
      TELEGRAM_API_ROOT: api.url,
      SOURCES: source('news.git#main:_posts'),
      DATABASE_URL: `file:${path.join(folder, 'zhaibao.db')}`,
      PORT: '0',
    };
    running = BotProcess.run(['start'], environment, folder);
    await running.line(/bot is listening/);
    await untilFetches(1);
    const stopped = Date.now();
    expect(await running.kill('SIGTERM')).toBe(0);
    expect(Date.now() - stopped).toBeLessThan(5_000);
    await untilFetches(0);
    for (const secret of secrets) expect(running.lines.join('\n')).not.toContain(secret);
  });

  /** How many fetches of this test's cache run. */
  async function untilFetches(count: number): Promise<void> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const lines = execFileSync('ps', ['-eo', 'args', '-e', 'e'], { encoding: 'utf8' }).split('\n');
      const fetches = lines.filter((line) => line.startsWith('git fetch') && line.includes(folder));
      if (fetches.length === count) return;
      if (Date.now() > deadline) throw new Error(`${fetches.length} fetches run`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
});
