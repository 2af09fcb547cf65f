import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type LocalBotApi, startLocalBotApi } from '../../bot/local-chat/server.js';
import { BotProcess } from '../support/bot-process.js';
import { NewsFolder } from '../support/news-folder.js';
import { Received } from '../support/received.js';
import { subscribeReaders } from '../support/subscribe-readers.js';

const readers = 12;
/** What a crash may double: the messages in flight, at most one per chat. */
const mostDoubledPerKill = readers;
const postsPerRound = 3;
/** Every so many rounds this many posts come at once, and the kill comes while they are read and stored. */
const burst = { everyRounds: 5, posts: 30 };

/**
 * kill [ROUNDS] : publishes posts and kills the bot with SIGKILL at random moments, 50 times unless told otherwise, while
 * it reads posts and while it pushes; then waits until every reader has every post, in a summary or on a page of a
 * digest. Prints lost and doubled; exit code 1 when any is lost, or more doubled than were in flight.
 */
export async function run(args: readonly string[]): Promise<void> {
  const rounds = Number(args[0] ?? 50);
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-drill-'));
  const news = new NewsFolder(path.join(folder, 'posts'));
  // With some latency a kill finds messages on their way.
  const api = await startLocalBotApi({ latencyMs: 200 });
  const start = () => BotProcess.run(['start'], environment(api, folder, news), folder);
  let bot = start();
  await bot.line(/"firstRead".*source read/);
  const chatIds = await subscribeReaders(api, readers);
  const received = new Received(api);

  for (let round = 0; round < rounds; round += 1) {
    if (round % burst.everyRounds === 0) {
      await bot.line(/bot is listening/);
      news.publish(burst.posts);
      await delay(untilNextSecond() + Math.random() * 250);
    } else {
      news.publish(postsPerRound);
      await delay(Math.random() * 2_500);
    }
    await bot.kill('SIGKILL');
    bot = start();
  }

  const owed = news.newsCount * readers;
  const found = await waitForAll(received, chatIds, news);
  const { doubled } = received;
  const code = await bot.kill('SIGTERM');
  process.stdout.write(
    `${rounds} kills, ${news.newsCount} posts to ${readers} readers in ${received.messageCount} messages: ${found} of ${owed} delivered, ${owed - found} lost, ${doubled} messages doubled, last exit ${code}\n`,
  );
  await api.close();
  fs.rmSync(folder, { recursive: true });
  if (found < owed || doubled > rounds * mostDoubledPerKill || code !== 0) process.exitCode = 1;
}

function environment(api: LocalBotApi, folder: string, news: NewsFolder): NodeJS.ProcessEnv {
  return {
    BOT_TOKEN: api.token,
    TELEGRAM_API_ROOT: api.url,
    SOURCES: news.path,
    DATABASE_URL: `file:${path.join(folder, 'zhaibao.db')}`,
    INGEST_CRON: '* * * * * *',
    PUSH_PER_HOUR: '0',
    PORT: '0',
  };
}

/** The next round over the sources begins then. */
const untilNextSecond = () => 1_000 - (Date.now() % 1_000);

/** Gives how many arrived: all, or those that came within a message a second and chat, and as long again for a slow machine. */
async function waitForAll(received: Received, chatIds: readonly number[], news: NewsFolder): Promise<number> {
  const patienceMs = news.newsCount * 2_000 + 30_000;
  const count = () => received.count(chatIds, 2, news.newest);
  for (const started = performance.now(); performance.now() - started < patienceMs; await delay(500)) {
    if (count() === news.newsCount * chatIds.length) break;
    await received.turnPages();
  }
  return count();
}
