import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDatabase } from '../../db/sqlite/database.js';
import { createDeliveryStore } from '../../db/sqlite/deliveries.js';
import type { SqliteClient } from '../../db/sqlite/driver.js';
import { createIngestStore } from '../../db/sqlite/ingest.js';
import type { ClaimedMessage } from '../../src/domain/delivery.js';
import { isSameStory, storyMarks } from '../../src/domain/story/story.js';
import { toStoryText } from '../../src/domain/story/story-text.js';
import type { DeliveryStore } from '../../src/ports.js';
import { articleNumber, claimRules, itemFor } from '../support/builders.js';
import { generateStoryPairs, type StoryArticle, scoreStories, tallyStories } from '../support/generate-stories.js';
import { median, report, timeMs } from './measure.js';

const category = { name: '云溪日报', slug: 'yunxiribao' };
const now = new Date();

interface Outbox {
  readonly client: SqliteClient;
  readonly deliveries: DeliveryStore;
  /** Saves the nth article, which owes one delivery to every chat. */
  publish(n: number, text?: string): Promise<void>;
}

/** Store cost per delivery: claims in batches, each completed on its own, beside one bare `UPDATE` and commit. */
export async function measureStore(isQuick: boolean): Promise<void> {
  const chats = isQuick ? 2_000 : 10_000;
  const block = 500;
  await withOutbox(chats, async ({ client, deliveries, publish }) => {
    await publish(1);
    await publish(2);
    const ids = client
      .prepare('SELECT id FROM deliveries WHERE article_id = 2 ORDER BY chat_id')
      .pluck()
      .all() as number[];
    const bare = client.prepare("UPDATE deliveries SET state = 'sent', message_id = ?, finished_at = ? WHERE id = ?");
    const ours: number[] = [];
    const theirs: number[] = [];
    // By turns, so that both meet the same noise: the first article goes by the store, the second by the bare statement.
    for (let from = 0; from < chats; from += block) {
      const chatIds = Array.from({ length: block }, (_, n) => from + n + 1);
      ours.push((await timeMs(() => deliver(deliveries, chatIds))) / block);
      const some = ids.slice(from, from + block);
      const updateAll = () => {
        for (const id of some) bare.run(7, now.getTime(), id);
      };
      theirs.push((await timeMs(updateAll)) / block);
    }
    const perSecond = (ms: number) => `${Math.round(1_000 / ms)} deliveries/s`;
    report('bare UPDATE and commit, synchronous=FULL', perSecond(median(theirs)));
    report('claimed by 50, completed one by one', perSecond(median(ours)), {
      to: 'the bare UPDATE (time)',
      value: median(ours) / median(theirs),
    });
  });
}

/** Fan-out: one article to every subscriber, beside a bare `INSERT … SELECT` into the same table and its indexes. */
export async function measureFanOut(isQuick: boolean): Promise<void> {
  const chats = isQuick ? 5_000 : 50_000;
  const runs = isQuick ? 5 : 9;
  await withOutbox(chats, async ({ client, publish }) => {
    const bare = client.prepare(`
      INSERT INTO deliveries (chat_id, topic_id, article_id, story_id, query_id, state, next_attempt_at, created_at)
      SELECT chat_id, topic_id, :article, :story, NULL, 'pending', :now, :now FROM subscriptions WHERE category_id = 1`);
    await publish(1);
    const text = longText(2);
    const times = { bare: [] as number[], ours: [] as number[], reprint: [] as number[] };
    for (let n = 1; n <= runs; n += 1) {
      times.bare.push(await timeMs(() => bare.run({ article: 1, story: -n, now: now.getTime() })));
      times.ours.push(await timeMs(() => publish(100 + n)));
      if (n === 1) await publish(2, text);
      times.reprint.push(await timeMs(() => publish(200 + n, text)));
    }
    const rate = (ms: readonly number[]) => `${Math.round(chats / median(ms))}k rows/s`;
    const ratio = (ms: readonly number[]) => ({
      to: 'the bare INSERT (time)',
      value: median(ms) / median(times.bare),
    });
    report(`bare INSERT … SELECT, ${chats} rows`, rate(times.bare));
    report(`an article with ${chats} deliveries`, rate(times.ours), ratio(times.ours));
    report('a reprint, merged for all of them', rate(times.reprint), ratio(times.reprint));
  });
}

/** The story test set, by kind; seeds that nothing was tuned on. */
export async function measureStories(isQuick: boolean): Promise<void> {
  const seeds = isQuick ? [101] : [101, 202, 303, 404, 505];
  const pairs = seeds.flatMap((seed) => [...generateStoryPairs(seed)]);
  const isFound = (a: StoryArticle, b: StoryArticle) => {
    const marks = new Set(storyMarks(a.text));
    const shared = storyMarks(b.text).filter((mark) => marks.has(mark)).length;
    return shared >= 2 && isSameStory(toStoryText(a), toStoryText(b));
  };
  const tallies = tallyStories(pairs, isFound);
  for (const { kind, pairs: all, judgedSame, isSame } of tallies) {
    const right = isSame ? judgedSame : all - judgedSame;
    report(`  ${kind}`, `${right} of ${all}`, { to: 'all', value: right / all });
  }
  const { precision, recall } = scoreStories(tallies);
  report(`stories, ${pairs.length} pairs: precision, recall`, `${precision.toFixed(4)}, ${recall.toFixed(4)}`);
}

async function deliver(deliveries: DeliveryStore, chatIds: readonly number[]): Promise<void> {
  for (let from = 0; from < chatIds.length; from += 50) {
    const claims = await deliveries.claim(chatIds.slice(from, from + 50), now, claimRules);
    for (const claim of claims)
      if (claim.kind === 'message') await deliveries.complete(claim.message as ClaimedMessage, 7, now);
  }
}

/** A database file with a category that so many chats follow. */
export async function withOutbox(chats: number, work: (outbox: Outbox) => Promise<void>): Promise<void> {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-bench-'));
  const { database, client } = openDatabase(path.join(folder, 'zhaibao.db'));
  const ingest = createIngestStore(database, client, () => {});
  const time = now.getTime();
  const publish = async (n: number, text = longText(n)) => {
    const article = articleNumber(n, { categories: [category], text, published: now });
    await ingest.saveAndEnqueue('bench', [itemFor(article)], now, false);
  };
  try {
    await ingest.saveAndEnqueue('bench', [itemFor(articleNumber(0, { categories: [category] }))], now, true);
    const chat = client.prepare(
      "INSERT INTO chats (id, type, first_seen_at, last_seen_at) VALUES (?, 'private', ?, ?)",
    );
    const subscription = client.prepare(
      'INSERT INTO subscriptions (chat_id, category_id, created_at) VALUES (?, 1, ?)',
    );
    client.transaction(() => {
      for (let id = 1; id <= chats; id += 1) {
        chat.run(id, time, time);
        subscription.run(id, time);
      }
    })();
    await work({ client, deliveries: createDeliveryStore(database, client), publish });
  } finally {
    client.close();
    fs.rmSync(folder, { recursive: true });
  }
}

/** A text of its own for every number: no two are one story. */
function longText(n: number): string {
  return Array.from(
    { length: 12 },
    (_, at) => `第${n * 97 + at * 31}号渡口在${n * 13 + at}时${at}分开出第${n + at}班船。`,
  ).join('');
}
