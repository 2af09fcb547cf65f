import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BotProcess } from '../support/bot-process.js';
import { writePosts } from '../support/generate-posts.js';
import { NewsFolder } from '../support/news-folder.js';
import { seedSubscribers } from '../support/seed-subscribers.js';
import { type Questions, type ServerFigures, ServerProcess } from '../support/server-process.js';
import { percentile, report } from './measure.js';
import { measureFanOut, measureStore, measureStories } from './outbox.js';

const seed = 20_220_608;
const latencyMs = 80;
/** Telegram's own (DESIGN.md, "Push rules"). */
const limits = { perSecond: 30, burst: 30, perChatPerSecond: 1, perGroupPerMinute: 20, paidPerSecond: 1_000 };

type Part = (isQuick: boolean) => Promise<void>;

/** Run in this order, by the names that the command line takes. */
const parts: Readonly<Record<string, Part>> = {
  pace: measurePace,
  replies: measureReplies,
  paid: measurePaid,
  store: measureStore,
  fanout: measureFanOut,
  stories: measureStories,
};

/**
 * delivery [--quick] [PART…] : the bot as a process against a server in another, with Telegram's limits and 80 ms
 * latency. pace: messages a second over many chats; replies: how long readers wait for an answer while thousands of chats
 * are pushed to; paid: as pace, with paid broadcasts; store: what a delivery costs the database; fanout:
 * what an article with very many costs it; stories: how well reprints are told from look-alikes. All parts unless some are named; --quick takes fewer chats.
 */
export async function run(args: readonly string[]): Promise<void> {
  const named = args.filter((arg) => !arg.startsWith('--'));
  const unknown = named.find((name) => !parts[name]);
  if (unknown) throw new Error(`no part ${unknown}: there are ${Object.keys(parts).join(' ')}`);
  const wanted = named.length > 0 ? named : Object.keys(parts);
  for (const name of wanted) await parts[name]?.(args.includes('--quick'));
}

/** Two articles to each of 3,000 chats at SEND_RATE=28, beside what that allows. */
async function measurePace(isQuick: boolean): Promise<void> {
  await measurePushes({ name: 'pushes', chats: isQuick ? 600 : 3_000, articles: 2, sendRate: 28, env: {} });
}

/** Three articles to each of 3,000 chats at SEND_RATE=1000, paid for. */
async function measurePaid(isQuick: boolean): Promise<void> {
  const env = { PAID_BROADCAST: 'true' };
  await measurePushes({ name: 'paid pushes', chats: isQuick ? 600 : 3_000, articles: 3, sendRate: 1_000, env });
}

interface PushBench {
  readonly name: string;
  readonly chats: number;
  readonly articles: number;
  readonly sendRate: number;
  readonly env: NodeJS.ProcessEnv;
}

async function measurePushes({ name, chats, articles, sendRate, env }: PushBench): Promise<void> {
  const title = `${name}, ${chats} chats x ${articles}, SEND_RATE=${sendRate}`;
  await withBot({ chats, askers: 0, archive: 0, env: { ...env, SEND_RATE: String(sendRate) } }, async (stand) => {
    stand.news.publish(articles);
    const { pushedAtMs, flood } = await stand.pushed(chats * articles);
    const rate = sustainedRate(pushedAtMs);
    report(title, `${rate.toFixed(1)} messages/s`, { to: 'SEND_RATE', value: rate / sendRate });
    report('  refused with 429', `${flood.refused}, ${flood.earlyCalls} early`);
  });
}

/** From 5 % to 95 % of the messages: without the burst at the start and the stragglers. */
function sustainedRate(pushedAtMs: readonly number[]): number {
  const from = Math.floor(pushedAtMs.length * 0.05);
  const to = Math.floor(pushedAtMs.length * 0.95);
  return ((to - from) / ((pushedAtMs[to] ?? Number.NaN) - (pushedAtMs[from] ?? Number.NaN))) * 1_000;
}

/** 20 users ask, two messages a second in all: first with nothing to push, then while 10,000 chats are pushed to. */
async function measureReplies(isQuick: boolean): Promise<void> {
  const chats = isQuick ? 3_000 : 10_000;
  const archive = isQuick ? 500 : 2_000;
  const texts = ['/help', '/latest', '搜索 养老保险', '/latest 3', '搜索 社区食堂', '/categories'];
  const questions = (forMs: number): Questions => ({ texts, perSecond: 2, forMs });
  await withBot({ chats, askers: 20, archive, env: { SEND_RATE: '28' } }, async (stand) => {
    // What is asked for the first time is slower; that is measured elsewhere.
    await stand.server.ask(questions(5_000));
    const resting = await stand.server.ask(questions(isQuick ? 10_000 : 30_000));
    stand.news.publish(1);
    await stand.pushed(1);
    const pushing = await stand.server.ask(questions(isQuick ? 15_000 : 60_000));
    const { pushedAtMs, flood } = await stand.server.figures();
    if (pushedAtMs.length >= chats) throw new Error('the push was over before the questions were');
    for (const percent of [50, 99]) {
      const rest = percentile(resting.latenciesMs, percent);
      const push = percentile(pushing.latenciesMs, percent);
      report(`replies, bot at rest, p${percent}`, `${rest.toFixed(0)} ms`);
      report(`replies, push to ${chats} chats, p${percent}`, `${push.toFixed(0)} ms`, {
        to: 'the bot at rest',
        value: push / rest,
      });
    }
    const unanswered = resting.asked + pushing.asked - resting.latenciesMs.length - pushing.latenciesMs.length;
    report('  unanswered within 5 s', `${unanswered} of ${resting.asked + pushing.asked}`);
    report('  refused with 429', `${flood.refused}, ${flood.earlyCalls} early`);
  });
}

interface Stand {
  readonly server: ServerProcess;
  readonly news: NewsFolder;
  /** Resolves when so many messages went to the chats; fails when none came for a while. */
  pushed(count: number): Promise<ServerFigures>;
}

interface StandOptions {
  readonly chats: number;
  readonly askers: number;
  /** Generated posts that are there before the bot starts. */
  readonly archive: number;
  readonly env: NodeJS.ProcessEnv;
}

/** A server, a database in which every chat follows the news, and a bot that has read its sources. */
async function withBot(options: StandOptions, measure: (stand: Stand) => Promise<void>): Promise<void> {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-bench-'));
  const server = await ServerProcess.start({ latencyMs, limits, chats: options.chats, askers: options.askers });
  const { url, token, chats } = server.ready;
  const databaseUrl = `file:${path.join(folder, 'bench.db')}`;
  const news = new NewsFolder(path.join(folder, 'posts'));
  const archive = path.join(folder, 'archive');
  fs.mkdirSync(archive);
  if (options.archive > 0) writePosts(archive, options.archive, seed);
  await seedSubscribers(databaseUrl, chats, NewsFolder.category);
  const env = {
    BOT_TOKEN: token,
    TELEGRAM_API_ROOT: url,
    SOURCES: `${news.path} ${archive}`,
    DATABASE_URL: databaseUrl,
    INGEST_CRON: '* * * * * *',
    PUSH_PER_HOUR: '0',
    PORT: '0',
    ...options.env,
  };
  const bot = BotProcess.run(['start'], env, folder);
  try {
    await bot.line(/"firstRead".*archive.*source read|archive.*"firstRead".*source read/);
    await bot.line(/bot is listening/);
    await measure({ server, news, pushed: (count) => waitForPushes(server, count) });
  } finally {
    await bot.kill('SIGTERM');
    await server.close();
    fs.rmSync(folder, { recursive: true });
  }
}

const longestSilenceMs = 30_000;

async function waitForPushes(server: ServerProcess, count: number): Promise<ServerFigures> {
  let figures = await server.figures();
  for (let changedAt = performance.now(); figures.pushedAtMs.length < count; ) {
    await delay(250);
    const now = await server.figures();
    if (now.pushedAtMs.length > figures.pushedAtMs.length) changedAt = performance.now();
    if (performance.now() - changedAt > longestSilenceMs)
      throw new Error(`no message for 30 s: ${now.pushedAtMs.length} of ${count}`);
    figures = now;
  }
  return figures;
}
