import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStores } from '../../../db/open-stores.js';
import type { ChatTarget, SendOutcome } from '../../../src/domain/delivery.js';
import { nextAttempt, pauseAfterPushMs } from '../../../src/domain/delivery.js';
import type { MessageSender, Stores } from '../../../src/ports.js';
import { createDeliver, type Deliver } from '../../../src/service/deliver.js';
import { articleNumber, itemFor, saveNews, silentLog, TestClock } from '../../support/builders.js';

/** Takes down what it is asked to send, and answers as it is told. */
class RecordingSender implements MessageSender {
  readonly sent: { chatId: number; topicId: number; title: string | undefined; language: string; at: Date }[] = [];
  outcomes: SendOutcome[] = [];
  constructor(private readonly clock: TestClock) {}

  async sendArticle({ chatId, topicId }: ChatTarget, article: { title: string | undefined }, language: 'zh' | 'en') {
    this.sent.push({ chatId, topicId, title: article.title, language, at: this.clock.now() });
    return this.outcomes.shift() ?? { kind: 'sent' as const, messageId: this.sent.length };
  }
}

let stores: Stores;
let clock: TestClock;
let sender: RecordingSender;
let deliver: Deliver;
let running: Promise<void>;
const reader = 5_000_000_001;
const other = 5_000_000_002;

beforeEach(async () => {
  vi.useFakeTimers();
  clock = new TestClock();
  stores = await openStores('file::memory:');
  sender = new RecordingSender(clock);
  await stores.ingest.saveAndEnqueue('news', [itemFor(articleNumber(0))], clock.now(), true);
  const [category] = await stores.categories.list();
  for (const chatId of [reader, other]) {
    await stores.subscriptions.saveChat(chatId, 'private', clock.now());
    await stores.subscriptions.subscribe({ chatId, topicId: 0 }, category?.id ?? 0, clock.now());
  }
  deliver = createDeliver({ ...stores, sender, log: silentLog, now: clock.now, defaultLanguage: 'zh' });
  running = deliver.run();
});
afterEach(async () => {
  await deliver.stop();
  await running;
  await stores.close();
  vi.useRealTimers();
});

/** Lets the time pass in small steps, for the clock and the timers alike. */
async function pass(ms: number): Promise<void> {
  deliver.wake();
  for (let passed = 0; passed < ms; passed += 50) {
    await vi.advanceTimersByTimeAsync(50);
    clock.advance(50);
  }
}
const publish = (...numbers: number[]) =>
  saveNews(
    stores,
    numbers.map((n) => articleNumber(n)),
    clock.now(),
  );
const titlesFor = (chatId: number) => sender.sent.filter((each) => each.chatId === chatId).map(({ title }) => title);
const states = async () => (await stores.articles.stats()).deliveries;

describe('the outbox', () => {
  it('sends what is due to every chat, in the chat’s language', async () => {
    await stores.subscriptions.setLanguage(other, 'en');
    await publish(1);
    await pass(200);
    expect(sender.sent.map(({ chatId, language }) => [chatId, language])).toEqual([
      [reader, 'zh'],
      [other, 'en'],
    ]);
    expect(await states()).toEqual({ pending: 0, sent: 2, failed: 0 });
  });

  it('sends each chat one message a second, in order', async () => {
    await publish(1, 2, 3);
    await pass(4_000);
    expect(titlesFor(reader)).toEqual(['第1篇', '第2篇', '第3篇']);
    const times = sender.sent.filter(({ chatId }) => chatId === reader).map(({ at }) => at.getTime());
    for (const [index, time] of times.slice(1).entries())
      expect(time - (times[index] ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  it('sees within seconds what another process queued', async () => {
    await pass(1_000);
    await publish(1);
    for (let passed = 0; passed < 6_000; passed += 50) {
      await vi.advanceTimersByTimeAsync(50);
      clock.advance(50);
    }
    expect(sender.sent).toHaveLength(2);
  });

  it('obeys retry_after for that chat, and counts no attempt', async () => {
    sender.outcomes = [{ kind: 'rate-limited', retryAfterSeconds: 7 }];
    await publish(1);
    await pass(6_900);
    expect(titlesFor(reader)).toHaveLength(1);
    expect(titlesFor(other)).toHaveLength(1);
    await pass(400);
    expect(titlesFor(reader)).toHaveLength(2);
    expect(await states()).toEqual({ pending: 0, sent: 2, failed: 0 });
  });

  it('tries a transient failure again later, others unhindered', async () => {
    sender.outcomes = [{ kind: 'transient', detail: '502: Bad Gateway' }];
    await publish(1, 2);
    await pass(1_500);
    expect(titlesFor(other)).toEqual(['第1篇', '第2篇']);
    await pass(5_000);
    expect(titlesFor(reader).sort()).toEqual(['第1篇', '第1篇', '第2篇']);
    expect(await states()).toEqual({ pending: 0, sent: 4, failed: 0 });
  });

  it('tries nothing more to a chat that is gone, keeps its subscriptions, and goes on when it speaks', async () => {
    sender.outcomes = [{ kind: 'gone', detail: '403: Forbidden: bot was blocked by the user' }];
    await publish(1);
    await pass(60_000);
    expect(titlesFor(reader)).toHaveLength(1);
    expect(await stores.subscriptions.list({ chatId: reader, topicId: 0 })).toHaveLength(1);
    await stores.subscriptions.saveChat(reader, 'private', clock.now());
    await pass(500);
    expect(titlesFor(reader)).toHaveLength(2);
  });

  it('follows a chat that moved', async () => {
    sender.outcomes = [{ kind: 'migrated', toChatId: -100_777 }];
    await publish(1);
    await pass(500);
    expect(titlesFor(-100_777)).toEqual(['第1篇']);
    expect(await stores.subscriptions.list({ chatId: -100_777, topicId: 0 })).toHaveLength(1);
  });

  it('gives up what Telegram refuses, and goes on with the next', async () => {
    sender.outcomes = [{ kind: 'refused', detail: '400: Bad Request: something new' }];
    await publish(1, 2);
    await pass(3_000);
    expect(titlesFor(reader)).toEqual(['第1篇', '第2篇']);
    expect(await states()).toEqual({ pending: 0, sent: 3, failed: 1 });
  });

  it('holds everything when several chats get a rate limit at once', async () => {
    const third = 5_000_000_003;
    const fourth = 5_000_000_004;
    const [category] = await stores.categories.list();
    for (const chatId of [third, fourth]) {
      await stores.subscriptions.saveChat(chatId, 'private', clock.now());
      await stores.subscriptions.subscribe({ chatId, topicId: 0 }, category?.id ?? 0, clock.now());
    }
    await publish(1);
    sender.outcomes = Array.from({ length: 4 }, () => ({ kind: 'rate-limited' as const, retryAfterSeconds: 5 }));
    await pass(300);
    await publish(2);
    await pass(4_500);
    expect(sender.sent).toHaveLength(4);
    await pass(4_000);
    expect(await states()).toEqual({ pending: 0, sent: 8, failed: 0 });
  });

  it('sends nothing again that was accepted but could not be recorded', async () => {
    const { deliveries } = stores;
    const markSent = vi.spyOn(deliveries, 'markSent').mockRejectedValue(new Error('database or disk is full'));
    await publish(1, 2);
    await pass(30_000);
    expect(sender.sent).toHaveLength(2);
    markSent.mockRestore();
    await pass(10_000);
    expect(titlesFor(reader)).toEqual(['第1篇', '第2篇']);
    expect(await states()).toEqual({ pending: 0, sent: 4, failed: 0 });
  });

  it('sends nothing of a subscription that was given up', async () => {
    await publish(1, 2, 3);
    await pass(200);
    const [category] = await stores.categories.list();
    await stores.subscriptions.unsubscribe({ chatId: reader, topicId: 0 }, category?.id ?? 0);
    await pass(4_000);
    expect(titlesFor(reader)).toEqual(['第1篇']);
    expect(titlesFor(other)).toHaveLength(3);
  });

  it('stops all sending for a while when the token is refused, and loses nothing', async () => {
    sender.outcomes = Array.from({ length: 2 }, () => ({ kind: 'unauthorised' as const, detail: '401: Unauthorized' }));
    await publish(1);
    await pass(59_000);
    expect(sender.sent).toHaveLength(2);
    await pass(3_000);
    expect(await states()).toEqual({ pending: 0, sent: 2, failed: 0 });
  });
});

it('sends to one chat only when it is told so', async () => {
  await deliver.stop();
  await running;
  deliver = createDeliver({
    ...stores,
    sender,
    log: silentLog,
    now: clock.now,
    defaultLanguage: 'zh',
    onlyChatId: other,
  });
  running = deliver.run();
  await publish(1);
  await pass(2_000);
  expect(sender.sent.map(({ chatId }) => chatId)).toEqual([other]);
  expect(await states()).toMatchObject({ pending: 1, sent: 1 });
});

describe('nextAttempt', () => {
  const now = new Date(0);
  it('grows from two seconds to an hour, jittered by up to a half, and ends', () => {
    expect(nextAttempt(1, now, 0)).toEqual(new Date(2_000));
    expect(nextAttempt(1, now, 1)).toEqual(new Date(3_000));
    expect(nextAttempt(5, now, 0)).toEqual(new Date(32_000));
    expect(nextAttempt(20, now, 0)).toEqual(new Date(3_600_000));
    expect(nextAttempt(36, now, 0)).toBeUndefined();
  });

  it('holds out for more than a day', () => {
    let total = 0;
    for (let attempts = 1; ; attempts += 1) {
      const next = nextAttempt(attempts, now, 0);
      if (!next) break;
      total += next.getTime();
    }
    expect(total).toBeGreaterThan(24 * 3_600_000);
  });
});

it('pauses longer in groups', () => {
  expect([pauseAfterPushMs('private'), pauseAfterPushMs('supergroup')]).toEqual([1_000, 3_000]);
});
