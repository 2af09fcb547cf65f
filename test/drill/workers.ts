import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type LocalBotApi, startLocalBotApi } from '../../bot/local-chat/server.js';
import { spareOf } from '../../src/domain/send-rate.js';
import { callApi } from '../support/bot-api-client.js';
import { BotProcess } from '../support/bot-process.js';
import { NewsFolder } from '../support/news-folder.js';
import { serverUrl, startServerDatabase } from '../support/postgres.js';
import { Received } from '../support/received.js';
import { seedSubscribers } from '../support/seed-subscribers.js';

const senders = 4;
const sendRate = 28;
/** What Telegram lets through; a bot that keeps SEND_RATE is never refused. */
const limits = { perSecond: 30, burst: 30, perChatPerSecond: 1, perGroupPerMinute: 20 };
/** With it a kill finds messages on their way. */
const latencyMs = 200;
/** Until what Telegram answered is noted, a kill makes it be sent again. */
const notingMs = 150;
const longestPauseMs = 5_000;
const sizes = { long: { chats: 250, posts: 24, restMs: 15_000 }, short: { chats: 40, posts: 5, restMs: 5_000 } };

/**
 * workers [short] : four processes that send, one that reads sources and one that answers readers, on one PostgreSQL (the server
 * of TEST_DATABASE_URL), while one of the four after the other is killed with SIGKILL every few seconds, until 6,000 deliveries
 * are made (`short`: 200). Prints lost and doubled, and how many messages came at the busiest; exit code 1 when any was
 * lost, more were doubled than were on their way, or they came faster than SEND_RATE.
 */
export async function run(args: readonly string[]): Promise<void> {
  if (!serverUrl) throw new Error('workers needs a PostgreSQL server: TEST_DATABASE_URL=postgres://…');
  const { chats, posts, restMs } = args[0] === 'short' ? sizes.short : sizes.long;
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-drill-'));
  const news = new NewsFolder(path.join(folder, 'posts'));
  const database = await startServerDatabase(serverUrl);
  if (!database.url) throw new Error('the processes need an address');
  const api = await startLocalBotApi({ latencyMs, limits });
  const readers = Array.from({ length: chats }, () => api.addUser());
  for (const reader of readers) api.unblockBot(reader);
  // The bot has long known that all these let it in.
  await callApi(api, 'deleteWebhook', { drop_pending_updates: true });
  const calls: SendCall[] = [];
  api.on('call', ({ method, receivedAt, at }) => {
    if (method === 'sendMessage') calls.push({ receivedAt: receivedAt.getTime(), at: at.getTime() });
  });
  await seedSubscribers(
    database.url,
    readers.map(({ id }) => ({ id, type: 'private' as const })),
    NewsFolder.category,
  );
  const env = environment(api, database.url, news);
  const start = (only: string) => BotProcess.run(['start', `--only=${only}`], env, folder);
  const reading = start('ingest');
  const answering = start('web');
  const sending = Array.from({ length: senders }, () => start('deliver'));
  // When this script fails, they go with it.
  process.once('exit', () => {
    for (const bot of [reading, answering, ...sending]) bot.child.kill('SIGKILL');
  });
  await reading.line(/"firstRead".*source read/);
  await Promise.all([answering, ...sending].map((bot) => bot.line(/bot is listening|HTTP server is listening/)));
  const received = new Received(api);
  const kills: number[] = [];
  const started = performance.now();

  const publishing = publish(news, posts, chats);
  let isOver = false;
  const killing = (async () => {
    for (let n = 0; !isOver; n += 1) {
      await delay(Math.random() * longestPauseMs);
      if (isOver) break;
      const at = n % senders;
      kills.push(Date.now());
      await sending[at]?.kill('SIGKILL');
      sending[at] = start('deliver');
    }
  })();
  await publishing;
  const owed = news.newsCount * chats;
  const ids = readers.map(({ id }) => id);
  const found = await waitForAll(received, ids, news, owed);
  const tookS = (performance.now() - started) / 1_000;
  isOver = true;
  await killing;
  // What was being sent once more when the last one arrived.
  await delay(restMs);
  const codes = await Promise.all([reading, answering, ...sending].map((bot) => bot.kill('SIGTERM')));
  const onTheirWay = kills.reduce((sum, kill) => sum + countOnTheirWay(calls, kill), 0);
  const arrivals = calls.map(({ receivedAt }) => receivedAt);
  const second = busiest(arrivals, 1_000);
  const tenSeconds = busiest(arrivals, 10_000);
  const { refused } = api.flood;
  process.stdout.write(
    [
      `${senders} processes that send, ${kills.length} kills in ${tookS.toFixed(0)} s`,
      `${found} of ${owed} delivered in ${received.messageCount} messages, ${owed - found} lost`,
      `${received.doubled} doubled of ${onTheirWay} on their way`,
      `busiest second ${second} messages, busiest ten ${tenSeconds}, ${refused} refused, ${(received.messageCount / tookS).toFixed(1)}/s`,
      `last exits ${[...new Set(codes)].join(' ')}\n`,
    ].join('; '),
  );
  await api.close();
  await database.close();
  fs.rmSync(folder, { recursive: true });
  const isBroken =
    found < owed ||
    received.doubled > onTheirWay ||
    // The rate, what may be ahead of it, and of each sender one message that was granted before and sent late: each asks for
    // room one message at a time.
    tenSeconds > sendRate * 10 + spareOf(sendRate) + senders ||
    refused > 0 ||
    codes.some((code) => code !== 0);
  if (isBroken) process.exitCode = 1;
}

interface SendCall {
  readonly receivedAt: number;
  readonly at: number;
}

/** A post to all at a time, and the next when the rate has let that through: readers get each on its own. */
async function publish(news: NewsFolder, posts: number, chats: number): Promise<void> {
  for (let n = 0; n < posts; n += 1) {
    news.publish(1);
    await delay((chats / sendRate) * 1_000);
  }
}

/** Gives how many arrived: all, or those that came within the time that the rate needs, and two minutes. */
async function waitForAll(
  received: Received,
  chatIds: readonly number[],
  news: NewsFolder,
  owed: number,
): Promise<number> {
  const count = () => received.count(chatIds, 2, news.newest);
  const patienceMs = (owed / sendRate) * 1_000 + 120_000;
  for (const started = performance.now(); performance.now() - started < patienceMs; await delay(500)) {
    if (count() === owed) break;
    await received.turnPages();
  }
  return count();
}

/** Messages whose outcome a process that died at this time cannot have noted. */
function countOnTheirWay(calls: readonly SendCall[], time: number): number {
  return calls.filter(({ receivedAt, at }) => receivedAt - notingMs <= time && time <= at + notingMs).length;
}

/** Most of these times within so long. */
function busiest(times: readonly number[], withinMs: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  let most = 0;
  let first = 0;
  for (const [at, time] of sorted.entries()) {
    while ((sorted[first] ?? time) <= time - withinMs) first += 1;
    most = Math.max(most, at - first + 1);
  }
  return most;
}

function environment(api: LocalBotApi, databaseUrl: string, news: NewsFolder): NodeJS.ProcessEnv {
  return {
    BOT_TOKEN: api.token,
    TELEGRAM_API_ROOT: api.url,
    SOURCES: news.path,
    DATABASE_URL: databaseUrl,
    INGEST_CRON: '* * * * * *',
    SEND_RATE: String(sendRate),
    PUSH_PER_HOUR: '0',
    PORT: '0',
  };
}
