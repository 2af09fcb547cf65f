import { spawnSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { load } from 'cheerio';
import matter from 'gray-matter';
import { openStores } from '../../db/open-stores.js';
import { createIngest } from '../../src/service/ingest.js';
import { createDirectorySource } from '../../src/source/directory.js';
import { createWorkerParser } from '../../src/worker-parser.js';
import { silentLog } from '../support/builders.js';
import { writePosts } from '../support/generate-posts.js';
import { median, megabytes, report, timeMs } from './measure.js';

const seed = 20_220_608;

/**
 * import [COUNT] : an import of generated posts into a new database, everything included, beside gray-matter plus
 * `load` of cheerio with its default options over the same files; then a round over the unchanged folder beside
 * `readdir` + `lstat`. Baseline and import take turns, three times each; the median counts.
 */
export async function run(args: readonly string[]): Promise<void> {
  const count = Number(args[0] ?? 20_000);
  const folder = mkdtempSync(path.join(tmpdir(), 'zhaibao-bench-'));
  const posts = path.join(folder, 'posts');
  try {
    writePosts(posts, count, seed);
    const bare: number[] = [];
    const imports: number[] = [];
    const searchable: number[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      bare.push(await timeMs(() => parseBare(posts)));
      imports.push(await timeMs(() => importAll(posts, path.join(folder, `${turn}.db`), false)));
      searchable.push(await timeMs(() => importAll(posts, path.join(folder, `${turn}-indexed.db`), true)));
    }
    const bareRate = (count / median(bare)) * 1_000;
    const importRate = (count / median(imports)) * 1_000;
    report('gray-matter + cheerio load', `${bareRate.toFixed(0)} posts/s`);
    report('import', `${importRate.toFixed(0)} posts/s`, { to: 'the bare parse', value: importRate / bareRate });
    const searchableRate = (count / median(searchable)) * 1_000;
    report('import until all can be found', `${searchableRate.toFixed(0)} posts/s`, {
      to: 'the bare parse',
      value: searchableRate / bareRate,
    });
    report('database', megabytes(statSync(path.join(folder, '0.db')).size));
    report('peak memory of `zhaibao import`', peakMemory(posts, path.join(folder, 'peak.db')));
    await roundOverUnchanged(posts, path.join(folder, '0.db'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function parseBare(posts: string): void {
  for (const name of readdirSync(posts)) {
    const { content } = matter(readFileSync(path.join(posts, name), 'utf8'), {});
    load(content);
  }
}

async function openIngest(posts: string, database: string) {
  const stores = await openStores(`file:${database}`);
  const parser = createWorkerParser({ timeZone: 'Asia/Shanghai' });
  const ingest = createIngest({
    sources: [createDirectorySource(posts)],
    store: stores.ingest,
    parse: (batch) => parser.parse(batch),
    log: silentLog,
    now: () => new Date(),
  });
  const close = async () => {
    await parser.close();
    await stores.close();
  };
  return { ingest, stores, close };
}

/** As the command does it: with `isIndexed`, the index is filled beside the reading, and what it lacks is waited for. */
async function importAll(posts: string, database: string, isIndexed: boolean): Promise<void> {
  const { ingest, stores, close } = await openIngest(posts, database);
  const indexed = isIndexed ? stores.search.caughtUp() : undefined;
  await ingest.round();
  await indexed;
  if (isIndexed) await stores.search.caughtUp();
  await close();
}

/** Of the whole process, as the kernel counted it. */
function peakMemory(posts: string, database: string): string {
  const launcher = path.resolve('src/launch.mjs');
  const command = `process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS + '\\n'));`;
  const preload = `data:text/javascript,${encodeURIComponent(command)}`;
  const env = { ...process.env, BOT_TOKEN: '', SOURCES: posts, DATABASE_URL: `file:${database}` };
  const { stderr } = spawnSync(process.execPath, ['--import', preload, launcher, 'import'], { env, encoding: 'utf8' });
  return megabytes(Number(/peak (\d+)/.exec(stderr)?.[1]) * 1024);
}

async function roundOverUnchanged(posts: string, database: string): Promise<void> {
  const { ingest, close } = await openIngest(posts, database);
  const first = await timeMs(() => ingest.round());
  const rounds: number[] = [];
  const looks: number[] = [];
  for (let turn = 0; turn < 5; turn += 1) {
    looks.push(await timeMs(() => readdirSync(posts).map((name) => lstatSync(path.join(posts, name)))));
    rounds.push(await timeMs(() => ingest.round()));
  }
  await close();
  const look = median(looks);
  report('readdir + lstat', `${look.toFixed(1)} ms`);
  report('first round after a start, nothing changed', `${first.toFixed(1)} ms`, {
    to: 'readdir + lstat',
    value: first / look,
  });
  const round = median(rounds);
  report('later round, nothing changed', `${round.toFixed(1)} ms`, { to: 'readdir + lstat', value: round / look });
}
