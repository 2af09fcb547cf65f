import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { median, percentile } from '../bench/measure.js';
import { BotProcess } from '../support/bot-process.js';
import { generatePosts, writePosts } from '../support/generate-posts.js';
import { NewsFolder } from '../support/news-folder.js';
import type { ProbeLine } from '../support/probe.js';
import { seedSubscribers } from '../support/seed-subscribers.js';
import { type Answers, type ServerFigures, ServerProcess } from '../support/server-process.js';

/** With a post every 10 s this is 28 messages a second; with the answers, 29 to 30: what Telegram allows for nothing. */
const chats = 280;
const newsEveryMs = 10_000;
/** Posts of media that nobody follows: read, stored and indexed. */
const otherPostEveryMs = 2_000;
const archivePosts = 2_000;
const seed = 20_220_608;
const questionsPerSecond = 1;
const questions = [
  '搜索 养老保险',
  '/latest 3',
  '搜索 社区食堂 -股票',
  '/search 就业 OR 医疗',
  '/categories',
  '搜索 番茄',
];
const requestEveryMs = 1_000;
const pages = [
  '/healthz',
  '/readyz',
  '/app/',
  '/api/v1/articles?limit=20',
  '/api/v1/search?q=养老保险',
  '/atom/category/1.xml',
];
const probeEveryMs = 2_000;
const latencyMs = 80;
const limits = { perSecond: 30, burst: 30, perChatPerSecond: 1, perGroupPerMinute: 20 };
/** From here on caches are full, and what still grows is a leak. */
const longRunMinutes = 15;
const mostGrowth = { short: 0.4, long: 0.1 };
const mostNewFiles = 10;
const drainMs = 60_000;

interface Sample extends ProbeLine {
  readonly fds: number;
  readonly threads: number;
}

/**
 * soak [MINUTES] : 2 minutes unless told otherwise. A bot under a steady load, by a server in another process: 30 messages a
 * second, posts, searches and HTTP requests. Prints memory, open files, handles and event loop lag by thirds of the time.
 * Exit code 1 when the last third needs much more memory or files than the one before, or anything was not answered or failed.
 */
export async function run(args: readonly string[]): Promise<void> {
  const minutes = Number(args[0] ?? 2);
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-soak-'));
  const server = await ServerProcess.start({ latencyMs, limits, chats, askers: 20 });
  const news = new NewsFolder(path.join(folder, 'posts'));
  const archive = path.join(folder, 'archive');
  writePosts(archive, archivePosts, seed);
  const bot = await startBot(folder, server, [news.path, archive]);
  // When this script fails, the bot goes with it.
  process.once('exit', () => bot.child.kill('SIGKILL'));
  const { port } = JSON.parse(await bot.line(/HTTP server is listening/)) as { port: number };
  process.stdout.write(`soak: ${minutes} min, bot process ${bot.child.pid}\n`);

  const until = performance.now() + minutes * 60_000;
  const samples: Sample[] = [];
  const others = generatePosts(Number.POSITIVE_INFINITY, seed + 1)[Symbol.iterator]();
  const http = { answered: 0, failed: [] as string[] };
  const [answers] = await Promise.all([
    askUntil(server, until),
    every(newsEveryMs, until, () => news.publish(1)),
    every(otherPostEveryMs, until, () => writeNext(others, archive)),
    every(requestEveryMs, until, (n) => request(port, n, http)),
    every(probeEveryMs, until, () => takeSample(samples, bot.child.pid ?? 0, path.join(folder, 'probe'))),
  ]);
  const owed = news.newsCount * chats;
  const { pushedAtMs, flood } = await drain(server, owed);
  const errors = bot.lines.filter((line) => line.includes('"level":50'));
  const code = await bot.kill('SIGTERM');
  await server.close();
  fs.rmSync(folder, { recursive: true });

  const thirds = intoThirds(samples);
  for (const [name, part] of Object.entries(thirds)) process.stdout.write(`${describe(name, part)}\n`);
  const unanswered = answers.asked - answers.latenciesMs.length;
  const growth = medianOf(thirds.end, 'rss') / medianOf(thirds.middle, 'rss') - 1;
  const newFiles = medianOf(thirds.end, 'fds') - medianOf(thirds.middle, 'fds');
  process.stdout.write(
    [
      `${pushedAtMs.length} of ${owed} pushes (${(pushedAtMs.length / (minutes * 60)).toFixed(1)}/s), ${flood.refused} refused`,
      `${answers.asked} questions, ${unanswered} unanswered, p50 ${ms(answers, 50)}, p99 ${ms(answers, 99)}`,
      `${http.answered} HTTP requests, ${http.failed.length} failed ${[...new Set(http.failed)].join(' ')}`,
      `RSS of the last third ${(growth * 100).toFixed(1)} % above the middle, files ${newFiles >= 0 ? '+' : ''}${newFiles}`,
      `${errors.length} errors logged, last exit ${code}\n`,
    ].join('; '),
  );
  for (const line of errors.slice(0, 5)) process.stdout.write(`${line}\n`);
  const isBroken =
    growth > (minutes >= longRunMinutes ? mostGrowth.long : mostGrowth.short) ||
    newFiles > mostNewFiles ||
    pushedAtMs.length < owed ||
    unanswered + http.failed.length + errors.length > 0 ||
    code !== 0;
  if (isBroken) process.exitCode = 1;
}

async function startBot(folder: string, server: ServerProcess, sources: readonly string[]): Promise<BotProcess> {
  const { url, token, chats: subscribers } = server.ready;
  const databaseUrl = `file:${path.join(folder, 'zhaibao.db')}`;
  await seedSubscribers(databaseUrl, subscribers, NewsFolder.category);
  const env = {
    BOT_TOKEN: token,
    TELEGRAM_API_ROOT: url,
    SOURCES: sources.join(' '),
    DATABASE_URL: databaseUrl,
    INGEST_CRON: '* * * * * *',
    SEND_RATE: '30',
    PUSH_PER_HOUR: '0',
    PORT: '0',
    // As in deploy/.
    MALLOC_ARENA_MAX: '2',
    PUBLIC_URL: 'https://news.example',
    PROBE_FILE: path.join(folder, 'probe'),
    PROBE_EVERY_MS: String(probeEveryMs),
    NODE_OPTIONS: `--import=${fileURLToPath(new URL('../support/probe.js', import.meta.url))}`,
  };
  const bot = BotProcess.run(['start'], env, folder);
  await bot.line(/"firstRead".*archive.*source read|archive.*"firstRead".*source read/);
  await bot.line(/bot is listening/);
  return bot;
}

/** The last post needs its ten seconds, and what a busy machine put off comes behind it. */
async function drain(server: ServerProcess, owed: number): Promise<ServerFigures> {
  let figures = await server.figures();
  for (const started = performance.now(); performance.now() - started < drainMs; figures = await server.figures()) {
    if (figures.pushedAtMs.length >= owed) break;
    await delay(1_000);
  }
  return figures;
}

async function every(waitMs: number, until: number, work: (n: number) => Promise<void> | void): Promise<void> {
  for (let n = 0, next = performance.now(); next < until; n += 1, next += waitMs) {
    await delay(Math.max(0, next - performance.now()));
    await work(n);
  }
}

/** In stretches: the server keeps what belongs to one. */
async function askUntil(server: ServerProcess, until: number): Promise<Answers> {
  let asked = 0;
  const latenciesMs: number[] = [];
  for (let leftMs = until - performance.now(); leftMs > 0; leftMs = until - performance.now()) {
    const forMs = Math.min(30_000, leftMs);
    const answers = await server.ask({ texts: questions, perSecond: questionsPerSecond, forMs });
    asked += answers.asked;
    latenciesMs.push(...answers.latenciesMs);
  }
  return { asked, latenciesMs };
}

function writeNext(posts: Iterator<{ fileName: string; content: string }>, folder: string): void {
  const { value } = posts.next();
  fs.writeFileSync(path.join(folder, value.fileName.replace('NW', 'LATER')), value.content.replaceAll('NW2', 'LATER2'));
}

async function request(port: number, n: number, seen: { answered: number; failed: string[] }): Promise<void> {
  const page = pages[n % pages.length] ?? '/';
  try {
    const response = await fetch(`http://127.0.0.1:${port}${page}`, { signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    if (response.ok) seen.answered += 1;
    else seen.failed.push(`${page} ${response.status}`);
  } catch (error) {
    seen.failed.push(`${page} ${(error as Error).name}`);
  }
}

/** What the bot says of itself, and what the kernel says of it. */
function takeSample(samples: Sample[], pid: number, probeFile: string): void {
  if (!fs.existsSync(probeFile)) return;
  const lines = fs.readFileSync(probeFile, 'utf8').split('\n').filter(Boolean);
  const last = lines.map((line) => JSON.parse(line) as ProbeLine).findLast((line) => line.pid === pid);
  // Small while it is read each time.
  fs.writeFileSync(probeFile, '');
  if (!last) return;
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  const threads = Number(/^Threads:\s*(?<count>\d+)/mu.exec(status)?.groups?.count);
  samples.push({ ...last, threads, fds: fs.readdirSync(`/proc/${pid}/fd`).length });
}

function intoThirds(samples: readonly Sample[]) {
  const third = samples.length / 3;
  return {
    start: samples.slice(0, third),
    middle: samples.slice(third, 2 * third),
    end: samples.slice(2 * third),
  };
}

const medianOf = (samples: readonly Sample[], key: keyof Sample) => median(samples.map((sample) => sample[key]));
const inMegabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(0)} MB`;
const ms = ({ latenciesMs }: Answers, percent: number) => `${percentile(latenciesMs, percent).toFixed(0)} ms`;

function describe(name: string, samples: readonly Sample[]): string {
  const highest = (key: keyof Sample) => Math.max(...samples.map((sample) => sample[key]));
  const lowest = (key: keyof Sample) => Math.min(...samples.map((sample) => sample[key]));
  return [
    `${name.padEnd(6)} RSS ${inMegabytes(medianOf(samples, 'rss'))} (at most ${inMegabytes(highest('rss'))})`,
    `heap after collection ${inMegabytes(lowest('heapUsed'))}`,
    `external ${inMegabytes(medianOf(samples, 'external'))}`,
    `files ${medianOf(samples, 'fds')} (${highest('fds')})`,
    `handles ${medianOf(samples, 'handles')} (${highest('handles')})`,
    `threads ${medianOf(samples, 'threads')}`,
    `lag p99 ${medianOf(samples, 'lagP99Ms').toFixed(0)} ms, at most ${highest('lagMaxMs').toFixed(0)} ms`,
  ].join(', ');
}
