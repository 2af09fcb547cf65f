import type { DigestTimes } from '../../src/domain/chat-times.js';
import { type ChatPace, planNext } from '../../src/domain/digest.js';
import { randomFrom } from '../support/generate-corpus.js';
import { percentile } from './measure.js';

const categories = 2_000;
const subscriptionsPerChat = 10;
const articlesPerMinute = 100;
/** Sources are read this often (INGEST_CRON). */
const roundMs = 5 * 60_000;
const dayMs = 24 * 3_600_000;
/** Midnight in Shanghai. */
const start = Date.UTC(2026, 0, 4, 16);
const timeZone = 'Asia/Shanghai';
const seed = 20_220_608;
const rates = [
  ['30/s', 30],
  ['1,000/s', 1_000],
] as const;

interface Policy {
  readonly name: string;
  readonly pushPerHour: number;
  readonly digestTimes: DigestTimes | undefined;
}

const atHours = (...hours: readonly number[]): DigestTimes => hours.map((hour) => hour * 60);
const policies: readonly Policy[] = [
  { name: 'PUSH_PER_HOUR=0 (no limit)', pushPerHour: 0, digestTimes: undefined },
  { name: 'PUSH_PER_HOUR=6 (the default)', pushPerHour: 6, digestTimes: undefined },
  { name: 'PUSH_PER_HOUR=1', pushPerHour: 1, digestTimes: undefined },
  { name: '/digest hourly', pushPerHour: 6, digestTimes: 'hourly' },
  { name: '/digest 08:00,12:30,20:00', pushPerHour: 6, digestTimes: atHours(8, 12.5, 20) },
  { name: '/digest 08:00', pushPerHour: 6, digestTimes: atHours(8) },
];

/**
 * scale [CHATS] [SAMPLE] : what readers would get, and Telegram would have to take, with CHATS chats (a million unless told
 * otherwise) that follow 10 of 2,000 media which publish 100 articles a minute: SAMPLE chats (500) are followed through a day by
 * the rules that the bot pushes by (`planNext`). Popular media publish more, and have more readers (Zipf). Prints for each way
 * of being told how many messages a chat gets a day, what rate all would need, and how many chats a rate is enough for.
 */
export async function run(args: readonly string[]): Promise<void> {
  const [chats = 1_000_000, sample = 500] = args.map(Number);
  const random = randomFrom(seed);
  const readerShares = zipf(categories, 1);
  const articleShares = zipf(categories, 0.5);
  const owedPerDay: number[] = [];
  const readers = Array.from({ length: sample }, () => {
    const perRound = subscriptionRate(readerShares, articleShares, random);
    owedPerDay.push((perRound * dayMs) / roundMs);
    return arrivals(perRound, random);
  });
  const owed = mean(owedPerDay);
  process.stdout.write(
    `${chats} chats: ${Math.round(owed)} articles a chat and day (half have fewer than ${Math.round(percentile(owedPerDay, 50))}), ${Math.round((owed * chats) / 86_400)} deliveries/s to be stored\n`,
  );
  const widths = [30, 11, 11, 14, 14, 16, 18];
  const line = (cells: readonly string[]) =>
    `${cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('')}\n`;
  process.stdout.write(
    line(['', 'messages', 'p99', 'mean rate', 'busiest 5 min', ...rates.map(([name]) => `chats at ${name}`)]),
  );
  for (const policy of policies) {
    const perRound = new Array<number>(dayMs / roundMs).fill(0);
    const perChat = readers.map((reader) => followThrough(reader, policy, perRound));
    const messages = mean(perChat);
    const perSecond = (messages * chats) / 86_400;
    const busiest = (Math.max(...perRound) / sample) * (chats / (roundMs / 1_000));
    process.stdout.write(
      line([
        policy.name,
        messages.toFixed(1),
        String(percentile(perChat, 99)),
        `${Math.round(perSecond)}/s`,
        `${Math.round(busiest)}/s`,
        ...rates.map(([, rate]) => String(Math.round((rate * 86_400) / messages))),
      ]),
    );
  }
}

/** One chat's day, asked in every round what is to be sent now; gives how many messages it got, and counts them by round. */
function followThrough(reader: readonly number[], { pushPerHour, digestTimes }: Policy, perRound: number[]): number {
  let pushedAt: Date[] = [];
  let [digestedAt, digestedBeforeAt]: (Date | undefined)[] = [];
  /** When each that is owed was queued, oldest first. */
  const owed: Date[] = [];
  let messages = 0;
  const rules = { timeZone, pushPerHour, backlogUntil: undefined };
  for (const [round, count] of reader.entries()) {
    const now = new Date(start + round * roundMs);
    for (let n = 0; n < count; n += 1) owed.push(now);
    pushedAt = pushedAt.filter((time) => time.getTime() > now.getTime() - 3_600_000);
    for (;;) {
      const [oldestQueuedAt] = owed;
      if (!oldestQueuedAt) break;
      const chat: ChatPace = {
        timeZone,
        digestTimes,
        quietHours: undefined,
        isPaused: false,
        resumedAt: undefined,
        digestedAt,
        digestedBeforeAt,
        pushedAt,
      };
      const next = planNext(chat, { count: owed.length, oldestQueuedAt }, now, rules);
      if (next.kind === 'wait') break;
      messages += 1;
      perRound[round] = (perRound[round] ?? 0) + 1;
      if (next.kind === 'single' && !next.asDigest) {
        owed.shift();
        pushedAt = [...pushedAt, now];
      } else {
        owed.length = 0;
        [digestedBeforeAt, digestedAt] = [digestedAt, now];
      }
    }
  }
  return messages;
}

/** The share of each place, the first the largest. */
function zipf(places: number, exponent: number): readonly number[] {
  const weights = Array.from({ length: places }, (_, place) => (place + 1) ** -exponent);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** Articles a round that the media of a chat publish together. */
function subscriptionRate(
  readerShares: readonly number[],
  articleShares: readonly number[],
  random: () => number,
): number {
  const followed = new Set<number>();
  while (followed.size < subscriptionsPerChat) {
    let left = random();
    const place = readerShares.findIndex((share) => {
      left -= share;
      return left < 0;
    });
    if (place >= 0) followed.add(place);
  }
  const share = [...followed].reduce((sum, place) => sum + (articleShares[place] ?? 0), 0);
  return (share * articlesPerMinute * roundMs) / 60_000;
}

/** How many come in each round of a day (Poisson: by Knuth while few, by the normal distribution where many). */
function arrivals(perRound: number, random: () => number): readonly number[] {
  return Array.from({ length: dayMs / roundMs }, () => {
    if (perRound > 30) {
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      return Math.max(0, Math.round(perRound + normal * Math.sqrt(perRound)));
    }
    let count = 0;
    for (let left = random(), limit = Math.exp(-perRound); left > limit; left *= random()) count += 1;
    return count;
  });
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
