import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { User } from '../../bot/local-chat/bot-api.js';
import { type LocalBotApi, startLocalBotApi } from '../../bot/local-chat/server.js';
import { BotProcess } from '../support/bot-process.js';
import { findFreePort } from '../support/free-port.js';

const readers = 8;
const pauseMs = 150;
const longestLifeMs = 3_000;

/**
 * webhook [ROUNDS] : readers keep asking while the bot, delivered to by webhook, is killed with SIGKILL at random moments, 20
 * times unless told otherwise. Prints which questions were never answered, which more than once, and which chats had their
 * first answers out of order; exit code 1 when any was lost or out of order, or more doubled than can have been in hand.
 */
export async function run(args: readonly string[]): Promise<void> {
  const rounds = Number(args[0] ?? 20);
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-drill-'));
  const port = await findFreePort();
  // With some latency a kill finds answers on their way.
  const api = await startLocalBotApi({ latencyMs: 100, takesHttpWebhooks: true });
  const start = () => BotProcess.run(['start'], environment(api, folder, port), folder);
  let bot = start();
  await bot.line(/bot is listening/);
  const people = Array.from({ length: readers }, () => api.addUser());
  const asking = new AbortController();
  const asked = ask(api, people, asking.signal);

  for (let round = 0; round < rounds; round += 1) {
    // Sometimes while it still starts.
    if (round % 4 > 0) await bot.line(/bot is listening/);
    await delay(Math.random() * longestLifeMs);
    await bot.kill('SIGKILL');
    bot = start();
  }
  await bot.line(/bot is listening/);
  asking.abort();
  const questions = await asked;
  await api.updatesConfirmed(180_000);
  // A chat gets one answer a second.
  for (const until = performance.now() + questions * 1_500 + 10_000; performance.now() < until; await delay(500))
    if (sum(people.map(({ id }) => new Set(answersTo(api, id)).size)) === questions * readers) break;
  const code = await bot.kill('SIGTERM');

  const answers = people.map(({ id }) => answersTo(api, id));
  const answered = sum(answers.map((list) => new Set(list).size));
  const doubled = sum(answers.map((list) => list.length)) - answered;
  const mixedUp = answers.filter((list) => {
    const first = [...new Set(list)];
    return first.some((n, at) => at > 0 && n < (first[at - 1] ?? 0));
  }).length;
  const lost = questions * readers - answered;
  process.stdout.write(
    `${rounds} kills, ${questions * readers} questions of ${readers} readers: ${lost} lost, ${doubled} answered twice, ${mixedUp} chats out of order, last exit ${code}\n`,
  );
  await api.close();
  fs.rmSync(folder, { recursive: true });
  if (lost > 0 || mixedUp > 0 || doubled > rounds * readers || code !== 0) process.exitCode = 1;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);

/** Everybody asks, one question after the other, until told to stop; gives how many each has asked. */
async function ask(api: LocalBotApi, people: readonly User[], until: AbortSignal): Promise<number> {
  let count = 0;
  while (!until.aborted) {
    count += 1;
    for (const chat of people) api.sendText({ chat, text: `/search 第${count}问` });
    await delay(pauseMs * readers);
  }
  return count;
}

function answersTo(api: LocalBotApi, chatId: number): readonly number[] {
  return api.transcript
    .filter((message) => message.chatId === chatId)
    .flatMap(({ text }) => {
      const number = /第(\d+)问/u.exec(text)?.[1];
      return number === undefined ? [] : [Number(number)];
    });
}

function environment(api: LocalBotApi, folder: string, port: number): NodeJS.ProcessEnv {
  return {
    BOT_TOKEN: api.token,
    TELEGRAM_API_ROOT: api.url,
    DATABASE_URL: `file:${path.join(folder, 'zhaibao.db')}`,
    PORT: String(port),
    WEBHOOK_URL: `http://127.0.0.1:${port}/telegram`,
  };
}
