import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { KnownPost, PostSource } from '../../src/ports.js';
import { createGitSource } from '../../src/source/git.js';
import { parseSourceAddress, sourceKeyOf } from '../../src/source/source-address.js';
import { generatePosts } from '../support/generate-posts.js';
import { GitRepository } from '../support/git-repository.js';
import { type GitServer, startGitServer } from '../support/git-server.js';
import { report, timeMs } from './measure.js';

const seed = 20_220_608;
/** Posts that were moved out of the folder before: the history that a clone carries. */
const pastTimes = 2;
const postsPerCommit = 500;
const newPosts = 10;
const rounds = 60;

/**
 * git [COUNT]: seconds and bytes over HTTP for the first and the next rounds over a branch of COUNT posts, with twice as many
 * moved out before, beside a plain `git clone` and `git pull`; and how large the cache gets over sixty rounds that bring something.
 */
export async function run(args: readonly string[]): Promise<void> {
  const count = Number(args[0] ?? 20_000);
  const root = mkdtempSync(path.join(tmpdir(), 'zhaibao-git-bench-'));
  const news = new News(path.join(root, 'news.git'), count);
  for (let n = 0; n <= pastTimes; n += 1) news.publish(count);
  report('repository', size(path.join(root, 'news.git')));
  const server = await startGitServer({ root });
  const measure = measuring(server);
  try {
    const clone = path.join(root, 'clone');
    // The server is of this process: a synchronous call would wait for itself.
    const cloned = await measure(() => finished('git', ['clone', '--quiet', `${server.url}/news.git`, clone]));
    print('git clone', cloned);
    const caches = path.join(root, 'caches');
    const reader = new Reader(`git+${server.url}/news.git#main:_posts`, caches);
    const first = await measure(() => reader.round());
    print(`first round (${reader.lastRead} posts)`, first, cloned, 'a clone');
    report('  cache', size(caches));
    print('a round in which nothing came', await measure(() => reader.round()));
    reader.restart();
    print('  the same after a restart', await measure(() => reader.round()));

    news.publish(newPosts);
    const pulled = await measure(() => finished('git', ['-C', clone, 'pull', '--quiet']));
    print(`git pull of ${newPosts} posts`, pulled);
    print(`a round with ${newPosts} new posts`, await measure(() => reader.round()), pulled, 'a pull');

    const all = { bytes: 0, ms: 0 };
    let largest = 0;
    for (let n = 0; n < rounds; n += 1) {
      news.publish(1);
      const { bytes, ms } = await measure(() => reader.round());
      all.bytes += bytes;
      all.ms += ms;
      largest = Math.max(largest, bytesIn(caches));
    }
    print(`one of ${rounds} rounds with a new post`, { bytes: all.bytes / rounds, ms: all.ms / rounds });
    report('  cache at its largest', `${(largest / 1024 / 1024).toFixed(1)} MB`);
    report('  cache after them', size(caches));
    rmSync(caches, { recursive: true });
    reader.restart();
    print('a round after the cache was lost', await measure(() => reader.round()));
  } finally {
    await server.close();
    rmSync(root, { recursive: true });
  }
}

/** A branch with `kept` posts in a folder, the oldest moved out as new ones come. */
class News {
  private readonly repository: GitRepository;
  private readonly names: string[] = [];
  private readonly posts: Iterator<{ fileName: string; content: string }>;

  constructor(
    folder: string,
    private readonly kept: number,
  ) {
    this.repository = new GitRepository(folder);
    this.posts = generatePosts(Number.MAX_SAFE_INTEGER, seed)[Symbol.iterator]();
  }

  publish(count: number): void {
    const chunks: string[] = [];
    for (let done = 0; done < count; done += postsPerCommit) {
      chunks.push('commit refs/heads/main\ncommitter a <a@b> 1700000000 +0000\ndata 1\nx\n');
      if (done === 0 && this.names.length > 0) chunks.push('from refs/heads/main^0\n');
      for (let n = done; n < Math.min(count, done + postsPerCommit); n += 1) {
        const { fileName, content } = this.posts.next().value;
        chunks.push(`M 100644 inline _posts/${fileName}\ndata ${Buffer.byteLength(content)}\n${content}\n`);
        this.names.push(fileName);
      }
      for (const name of this.names.splice(0, this.names.length - this.kept)) chunks.push(`D _posts/${name}\n`);
    }
    this.repository.git(['fast-import', '--quiet'], Buffer.from(chunks.join('')));
  }
}

class Reader {
  lastRead = 0;
  private readonly known = new Map<string, KnownPost>();
  private source: PostSource;

  constructor(
    private readonly entry: string,
    private readonly cachesFolder: string,
  ) {
    this.source = this.open();
  }

  restart(): void {
    this.source = this.open();
  }

  async round(): Promise<void> {
    this.lastRead = 0;
    const { signal } = new AbortController();
    const round = { now: new Date(), memory: undefined, signal, onFound() {} };
    for await (const batch of this.source.read(this.known, round)) {
      for (const { path: file, fingerprint } of batch) this.known.set(file, { fingerprint, state: 'done' });
      this.lastRead += batch.length;
    }
    for (const file of this.source.vanished(this.known)) this.known.delete(file);
  }

  private open(): PostSource {
    const address = parseSourceAddress(this.entry);
    if (address?.kind !== 'git') throw new Error('not a git address');
    return createGitSource({ key: sourceKeyOf(this.entry), address, cachesFolder: this.cachesFolder });
  }
}

interface Cost {
  readonly bytes: number;
  readonly ms: number;
}

function measuring(server: GitServer) {
  return async (work: () => Promise<void>): Promise<Cost> => {
    const before = server.transferred;
    const ms = await timeMs(work);
    return { bytes: server.transferred - before, ms };
  };
}

function print(name: string, { bytes, ms }: Cost, baseline?: Cost, baselineName = ''): void {
  report(name, `${(ms / 1_000).toFixed(2)} s`, baseline && { to: baselineName, value: ms / baseline.ms });
  const ratio = baseline && { to: baselineName, value: bytes / baseline.bytes };
  report('  over the wire', `${(bytes / 1024).toFixed(0)} KB`, ratio);
}

/** Resolves when a program has ended well. */
async function finished(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command} ${args[0]} ended with ${code}`);
}

function size(folder: string): string {
  return `${(bytesIn(folder) / 1024 / 1024).toFixed(1)} MB`;
}

function bytesIn(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.reduce((sum, file) => sum + statSync(path.join(folder, file)).size, 0);
}
