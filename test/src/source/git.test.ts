import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SourceFailure } from '../../../src/domain/source-failure.js';
import type { KnownPost, PostSource, SourceEntry } from '../../../src/ports.js';
import { cacheName, createGitSource } from '../../../src/source/git.js';
import type { GitLimits } from '../../../src/source/git-command.js';
import { parseSourceAddress, sourceKeyOf } from '../../../src/source/source-address.js';
import { GitRepository, packsOf, removeFolder } from '../../support/git-repository.js';
import { type GitServer, type GitServerOptions, startGitServer } from '../../support/git-server.js';

let root: string;
let repository: GitRepository;
let source: PostSource;
let known: Map<string, KnownPost>;
let server: GitServer | undefined;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-git-'));
  repository = new GitRepository(path.join(root, 'served', 'news.git'));
  known = new Map();
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  removeFolder(root);
});

const caches = () => path.join(root, 'caches');
const cacheOf = (entry: string) => path.join(caches(), cacheName(sourceKeyOf(entry)));

function open(entry: string, limits?: { fetchLimits?: GitLimits; mostPacks?: number }): PostSource {
  const address = parseSourceAddress(entry);
  if (address?.kind !== 'git') throw new Error('not a git address');
  return createGitSource({ key: sourceKeyOf(entry), address, cachesFolder: caches(), ...limits });
}

async function serve(options: Omit<GitServerOptions, 'root'> = {}): Promise<GitServer> {
  server = await startGitServer({ root: path.join(root, 'served'), ...options });
  return server;
}

const counts: [changed: number, all: number][] = [];
/** One round, remembered as the ingest remembers it. */
async function round(signal = new AbortController().signal): Promise<SourceEntry[]> {
  const entries: SourceEntry[] = [];
  counts.length = 0;
  const onFound = (changed: number, all: number) => counts.push([changed, all]);
  for await (const batch of source.read(known, { now: new Date(), memory: undefined, signal, onFound }))
    entries.push(...batch);
  for (const { path: file, fingerprint } of entries) known.set(file, { fingerprint, state: 'done' });
  return entries;
}

const paths = (entries: readonly SourceEntry[]) => entries.map((entry) => entry.path);
const outcomes = (entries: readonly SourceEntry[]) =>
  Object.fromEntries(
    entries.map((entry) => [entry.path, entry.kind === 'rejected' ? entry.rejection.reason : entry.post.content]),
  );

describe('a branch of a repository', () => {
  it('is read as a folder is: both endings, oldest name first, other files and other folders left alone', async () => {
    repository.commit({
      '_posts/b/2026-01-02-x.markdown': 'x',
      '_posts/2026-01-03-y.MD': 'y',
      '_posts/a/2026-01-01-z.md': 'z',
      '_posts/.hidden.md': '',
      '_posts/.git2/2026-01-01-q.md': '',
      '_posts/notes.txt': '',
      'other/2026-01-01-q.md': '',
    });
    source = open(`${repository.address}#main:_posts`);
    expect(paths(await round())).toEqual(['a/2026-01-01-z.md', 'b/2026-01-02-x.markdown', '2026-01-03-y.MD']);
    expect(counts).toEqual([[3, 3]]);
  });

  it('may be left out, and so may the folder', async () => {
    repository.commit({ 'a/2026-01-01-z.md': 'hello' });
    repository.commit({ '2026-01-01-other.md': '' }, 'other');
    source = open(repository.address);
    expect(await round()).toMatchObject([
      { kind: 'post', post: { sourceKey: repository.address, fileName: '2026-01-01-z.md', content: 'hello' } },
    ]);
  });

  it('gives what is new or changed since, and nothing when it has not moved', async () => {
    repository.commit({ '1.md': 'one', '2.md': 'two' });
    source = open(`${repository.address}#main`);
    await round();
    expect(await round()).toEqual([]);
    expect(counts).toEqual([[0, 2]]);
    repository.commit({ '1.md': 'one', '2.md': 'TWO', '3.md': 'three' });
    expect(outcomes(await round())).toEqual({ '2.md': 'TWO', '3.md': 'three' });
  });

  it('gives the same after a restart, with the cache or without', async () => {
    repository.commit({ '1.md': 'one' });
    source = open(`${repository.address}#main`);
    await round();
    repository.commit({ '1.md': 'one', '2.md': 'two' });
    source = open(`${repository.address}#main`);
    expect(paths(await round())).toEqual(['2.md']);
    repository.commit({ '1.md': 'one', '2.md': 'two', '3.md': 'three' });
    removeFolder(caches());
    source = open(`${repository.address}#main`);
    expect(paths(await round())).toEqual(['3.md']);
  });

  it('may be rewritten', async () => {
    repository.commit({ '1.md': 'one', '2.md': 'two' });
    source = open(`${repository.address}#main`);
    await round();
    repository.startOver();
    repository.commit({ '1.md': 'one', '2.md': 'another two' });
    expect(outcomes(await round())).toEqual({ '2.md': 'another two' });
  });

  it('names what was moved out only after a complete read', async () => {
    repository.commit({ '_posts/1.md': 'one', '_posts/2.md': 'two' });
    source = open(`${repository.address}#main:_posts`);
    await round();
    repository.commit({ 'old/1.md': 'one', '_posts/2.md': 'two' });
    expect(await round()).toEqual([]);
    expect(source.vanished(known)).toEqual(['1.md']);
  });

  it('concludes nothing from a folder that is gone, and tries again in the next round', async () => {
    repository.commit({ '_posts/1.md': 'one' });
    source = open(`${repository.address}#main:_posts`);
    await round();
    repository.commit({ 'old/1.md': 'one' });
    await expect(round()).rejects.toThrow('the branch has no folder _posts, or it is empty');
    await expect(round()).rejects.not.toBeInstanceOf(SourceFailure);
    expect(source.vanished(known)).toEqual([]);
  });

  it('that is not there is one clear line', async () => {
    repository.commit({ '1.md': 'one' });
    source = open(`${repository.address}#trunk`);
    await expect(round()).rejects.toThrow('the repository has no branch trunk: check SOURCES');
    source = open(`git+file://${root}/nowhere.git`);
    await expect(round()).rejects.toThrow(/^there is no such repository/u);
    await expect(round()).rejects.toBeInstanceOf(SourceFailure);
  });

  it('reads a waiting post again although the branch has not moved', async () => {
    repository.commit({ '1.md': 'one' });
    source = open(`${repository.address}#main`);
    const [entry] = await round();
    known.set('1.md', { fingerprint: entry?.fingerprint ?? '', state: 'waiting' });
    expect(paths(await round())).toEqual(['1.md']);
  });
});

describe('what is no post', () => {
  it('is refused with its reason and reported once', async () => {
    repository.commit(
      new Map<string, string | Buffer | { link: string }>([
        ['real.md', 'text'],
        ['gbk.md', Buffer.from([0xb9, 0xe3, 0xb6, 0xab])],
        ['link.md', { link: '/etc/passwd' }],
        ['link', { link: 'real.md' }],
        ['folder.md/2026-01-01-x.md', 'x'],
      ]),
    );
    source = open(`${repository.address}#main`);
    expect(outcomes(await round())).toEqual({
      'real.md': 'text',
      'gbk.md': 'not-utf8',
      'link.md': 'not-a-file',
      'folder.md/2026-01-01-x.md': 'x',
    });
    expect(await round()).toEqual([]);
  });

  it('is not even fetched when it is too large for a first read', async () => {
    const { url } = await serve();
    const large = Buffer.from(Array.from({ length: 3_000_000 }, () => 32 + Math.floor(Math.random() * 95)));
    repository.commit(
      new Map<string, string | Buffer>([
        ['1.md', 'one'],
        ['2.md', large],
      ]),
    );
    source = open(`git+${url}/news.git#main`);
    expect(outcomes(await round())).toEqual({ '1.md': 'one', '2.md': 'too-large' });
    expect(server?.transferred).toBeLessThan(20_000);
    expect(await round()).toEqual([]);
    repository.commit(
      new Map<string, string | Buffer>([
        ['1.md', 'one'],
        ['2.md', 'short'],
        ['3.md', large],
      ]),
    );
    expect(outcomes(await round())).toEqual({ '2.md': 'short', '3.md': 'too-large' });
  });

  it('may have any name that git takes, and none of them is an option or another file', async () => {
    const names = [
      '-f.md',
      '--upload-pack=touch x.md',
      'a"b\'c.md',
      'line\nbreak.md',
      ' $(id);`id`.md',
      '摘报.md',
      ':!x.md',
      '*.md',
    ];
    repository.commit(
      new Map<string | Buffer, string>([
        ...names.map((name) => [name, `content of ${name}`] as const),
        [Buffer.from([0xb9, 0xe3, 0x2e, 0x6d, 0x64]), 'one'],
        [Buffer.from([0xb9, 0xe4, 0x2e, 0x6d, 0x64]), 'two'],
      ]),
    );
    source = open(`${repository.address}#main`);
    const all = Object.fromEntries(names.map((name) => [name, `content of ${name}`]));
    expect(outcomes(await round())).toEqual({ ...all, '\\xb9\\xe3.md': 'one', '\\xb9\\xe4.md': 'two' });
  });
});

describe('a folder named in SOURCES', () => {
  it.each(['-f', 'a b'.replace(' ', '*'), ':(glob)**', '摘报/帖子'])('may be called %s', async (folder) => {
    repository.commit({ [`${folder}/1.md`]: 'one', 'other/2.md': 'two' });
    source = open(`${repository.address}#main:${folder}`);
    expect(paths(await round())).toEqual(['1.md']);
  });
});

describe('a cache', () => {
  const entry = () => `${repository.address}#main`;
  const packed = () => path.join(cacheOf(entry()), 'objects', 'pack');
  beforeEach(async () => {
    repository.commit({ '1.md': 'one' });
    source = open(entry());
    await round();
    repository.commit({ '1.md': 'one', '2.md': 'two' });
  });

  it.each<[string, () => void]>([
    [
      'whose packs are damaged',
      () => {
        for (const pack of packsOf(cacheOf(entry()))) {
          const file = path.join(packed(), pack);
          fs.chmodSync(file, 0o600);
          fs.writeFileSync(file, Buffer.alloc(fs.statSync(file).size, 7));
        }
      },
    ],
    ['whose packs are gone', () => removeFolder(packed())],
    ['with a lock that was left', () => fs.writeFileSync(path.join(cacheOf(entry()), 'shallow.lock'), '')],
    ['with half a pack that was left', () => fs.writeFileSync(path.join(packed(), 'tmp_pack_x'), 'x')],
    ['that is no repository', () => fs.rmSync(path.join(cacheOf(entry()), 'HEAD'))],
    [
      'that is an empty folder',
      () => {
        removeFolder(cacheOf(entry()));
        fs.mkdirSync(cacheOf(entry()));
      },
    ],
    ['whose branch is garbage', () => fs.writeFileSync(path.join(cacheOf(entry()), 'refs/zhaibao/posts'), 'garbage')],
  ])('%s is made anew in the same round', async (_title, damage) => {
    damage();
    expect(outcomes(await round())).toEqual({ '2.md': 'two' });
    expect(counts).toEqual([[1, 2]]);
    expect(fs.readdirSync(caches())).toEqual([cacheName(sourceKeyOf(entry()))]);
  });

  it('whose content alone is damaged is made anew, and nothing is given twice', async () => {
    known.clear();
    await round();
    for (const pack of packsOf(cacheOf(entry())).slice(1)) {
      const file = path.join(packed(), pack);
      fs.chmodSync(file, 0o600);
      const bytes = fs.readFileSync(file);
      fs.writeFileSync(file, bytes.fill(0xff, 20, bytes.length - 20));
    }
    known.clear();
    source = open(entry());
    const entries = await round();
    expect(outcomes(entries)).toEqual({ '1.md': 'one', '2.md': 'two' });
    expect(entries).toHaveLength(2);
  });

  it('does not grow for ever', async () => {
    source = open(entry(), { mostPacks: 6 });
    for (let n = 0; n < 12; n += 1) {
      repository.commit({ '1.md': `version ${n}` });
      expect(outcomes(await round())).toEqual({ '1.md': `version ${n}` });
    }
    expect(packsOf(cacheOf(entry())).length).toBeLessThanOrEqual(8);
  });
});

describe('a server', () => {
  it('is asked one thing in a round over a branch that has not moved', async () => {
    const { url } = await serve();
    repository.commit({ '1.md': 'one' });
    source = open(`git+${url}/news.git#main`);
    await round();
    const before = server?.requests ?? 0;
    await round();
    expect((server?.requests ?? 0) - before).toBe(2);
  });

  it('that knows neither filters nor single objects is read all the same', async () => {
    const { url } = await serve({ isOld: true });
    repository.commit({ '_posts/1.md': 'one' });
    source = open(`git+${url}/news.git#main:_posts`);
    expect(paths(await round())).toEqual(['1.md']);
    repository.commit({ '_posts/1.md': 'one', '_posts/2.md': 'two' });
    expect(paths(await round())).toEqual(['2.md']);
  });

  it('that filters but gives no single objects is read all the same', async () => {
    repository.git(['config', 'uploadpack.allowAnySHA1InWant', 'false']);
    repository.git(['config', 'uploadpack.allowFilter', 'true']);
    const { url } = await serve({ protocol: 0 });
    repository.commit({ '_posts/1.md': 'one' });
    source = open(`git+${url}/news.git#main:_posts`);
    expect(paths(await round())).toEqual(['1.md']);
    repository.commit({ '_posts/1.md': 'one', '_posts/2.md': 'two' });
    expect(paths(await round())).toEqual(['2.md']);
  });

  it('is not asked without a git to ask with', async () => {
    const { PATH } = process.env;
    process.env.PATH = root;
    try {
      source = open(`${repository.address}#main`);
      await expect(round()).rejects.toThrow('git is not installed: install it (Debian: apt install git)');
    } finally {
      process.env.PATH = PATH;
    }
  });

  it('that is down is a failure to be tried later, and the cache stays', async () => {
    const { url } = await serve();
    const entry = `git+${url}/news.git#main`;
    repository.commit({ '1.md': 'one' });
    source = open(entry);
    await round();
    await server?.close();
    await expect(round()).rejects.toThrow(SourceFailure);
    await expect(round()).rejects.toThrow('the server cannot be reached');
    expect(fs.existsSync(cacheOf(entry))).toBe(true);
  });
});

describe('credentials', () => {
  const secret = 'p@ss/word:1';
  const credentials = { user: 'reader', password: secret };
  const address = (url: string, password: string) =>
    `git+${url.replace('://', `://reader:${encodeURIComponent(password)}@`)}/news.git#main`;
  beforeEach(() => repository.commit({ '1.md': 'one' }));

  it('in the address open the repository, and are kept nowhere', async () => {
    const { url } = await serve({ credentials });
    source = open(address(url, secret));
    expect(paths(await round())).toEqual(['1.md']);
    expect(source.key).not.toContain('reader');
    const grep = () => execFileSync('grep', ['-rlE', 'p@ss|p%40ss|reader|cEBzcy', caches()]);
    expect(grep).toThrow();
  });

  it('that are wrong or missing give one line without them', async () => {
    const { url } = await serve({ credentials });
    for (const entry of [address(url, 'wr0ng!'), `git+${url}/news.git#main`]) {
      source = open(entry);
      const error = await round().catch((cause: Error) => cause);
      expect(error).toBeInstanceOf(SourceFailure);
      expect((error as Error).message).toMatch(/git\+https:\/\/USER:TOKEN@/u);
      expect(`${(error as Error).stack} ${((error as Error).cause as Error).stack}`).not.toMatch(/wr0ng|reader/u);
    }
  });

  it('are not in the arguments of any process', async () => {
    const { url } = await serve({ credentials });
    server?.hangBehind(40);
    source = open(address(url, secret));
    const stop = new AbortController();
    const reading = round(stop.signal).catch(() => {});
    const seen: string[] = [];
    for (let n = 0; n < 20; n += 1) {
      seen.push(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }));
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    stop.abort();
    await reading;
    expect(seen.join()).toContain('git ls-remote zhaibao');
    expect(seen.join()).not.toMatch(/p@ss|p%40ss/u);
  });
});

describe('a fetch', () => {
  const entry = () => `git+${server?.url}/news.git#main`;
  beforeEach(async () => {
    await serve();
    repository.commit(Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`${n}.md`, `${Math.random()}`])));
  });

  it('is killed within a second of a stop, with all that it started, and the next round makes up for it', async () => {
    server?.hangBehind(5_000);
    source = open(entry());
    const stop = new AbortController();
    const reading = round(stop.signal);
    reading.catch(() => {});
    await untilProcess(/git fetch/u, true);
    const stopped = Date.now();
    stop.abort();
    await expect(reading).rejects.toThrow(/abort/iu);
    expect(Date.now() - stopped).toBeLessThan(1_500);
    await untilProcess(/git (?:fetch|index-pack|remote-http)/u, false);
    server?.hangBehind(undefined);
    source = open(entry());
    expect(await round()).toHaveLength(400);
  });

  it('without a sign of life is given up', async () => {
    server?.hangBehind(5_000);
    source = open(entry(), { fetchLimits: { idleMs: 700, totalMs: 60_000 } });
    await expect(round()).rejects.toThrow(/^git made no progress/u);
  });

  /** Processes about this test's server. */
  async function untilProcess(pattern: RegExp, isThere: boolean): Promise<void> {
    const deadline = Date.now() + 5_000;
    for (;;) {
      const args = execFileSync('ps', ['-eo', 'args', '-e', 'e'], { encoding: 'utf8' });
      const mine = args.split('\n').filter((line) => line.includes(caches()) && pattern.test(line));
      if (mine.length > 0 === isThere) return;
      if (Date.now() > deadline) throw new Error(`still ${mine.length} processes like ${pattern}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
});
