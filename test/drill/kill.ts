import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startLocalBotApi } from '../../bot/local-chat/server.js';
import { BotProcess } from '../support/bot-process.js';
import { aPost } from '../support/posts.js';

const readers = 4;
const postsPerRound = 3;
/** What a crash may double: the messages in flight, at most one per chat. */
const mostDoubledPerKill = readers;

/**
 * kill [ROUNDS] : publishes posts and kills the bot with SIGKILL at random moments, 50 times unless told otherwise; then
 * waits until every reader has every post. Prints lost and doubled; exit code 1 when any is lost, or more doubled than
 * were in flight.
 */
export async function run(args: readonly string[]): Promise<void> {
  const rounds = Number(args[0] ?? 50);
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-drill-'));
  const posts = path.join(folder, 'posts');
  fs.mkdirSync(posts);
  const api = await startLocalBotApi();
  const env = {
    BOT_TOKEN: api.token,
    TELEGRAM_API_ROOT: api.url,
    SOURCES: posts,
    DATABASE_URL: `file:${path.join(folder, 'zhaibao.db')}`,
    INGEST_CRON: '* * * * * *',
    PORT: '0',
  };
  let published = 0;
  const publish = () => {
    published += 1;
    const content = aPost(`<p>第${published}天，菜园里的番茄熟了。</p>`, {
      title: `示例${published}`,
      link: `https://news.example/${published}`,
    });
    fs.writeFileSync(path.join(posts, `2024-03-01-EX${published}.md`), content);
  };
  publish();
  let bot = BotProcess.run(['start'], env, folder);
  await bot.line(/"firstRead".*source read/);
  for (let n = 0; n < readers; n += 1) {
    const reader = api.addUser();
    api.sendText({ chat: reader, text: '/subscribe 示例日报' });
    await api.waitForMessage(({ chatId, text }) => chatId === reader.id && text.includes('已订阅'));
  }
  for (let round = 0; round < rounds; round += 1) {
    for (let n = 0; n < postsPerRound; n += 1) publish();
    await delay(Math.random() * 2_500);
    await bot.kill('SIGKILL');
    bot = BotProcess.run(['start'], env, folder);
  }
  const owed = (published - 1) * readers;
  const counts = () => {
    const byDelivery = new Map<string, number>();
    for (const { chatId, text } of api.transcript) {
      const title = /^示例\d+(?=\n)/u.exec(text)?.[0];
      if (title) byDelivery.set(`${chatId} ${title}`, (byDelivery.get(`${chatId} ${title}`) ?? 0) + 1);
    }
    return byDelivery;
  };
  // One message a second and chat, and as long again for a slow machine.
  const patienceMs = published * 2_000 + 30_000;
  for (const started = performance.now(); counts().size < owed && performance.now() - started < patienceMs; )
    await delay(500);
  const found = counts();
  const doubled = [...found.values()].reduce((sum, times) => sum + times - 1, 0);
  const code = await bot.kill('SIGTERM');
  process.stdout.write(
    `${rounds} kills, ${published - 1} posts to ${readers} readers: ${found.size} of ${owed} delivered, ${owed - found.size} lost, ${doubled} doubled, last exit ${code}\n`,
  );
  await api.close();
  fs.rmSync(folder, { recursive: true });
  if (found.size < owed || doubled > rounds * mostDoubledPerKill || code !== 0) process.exitCode = 1;
}
