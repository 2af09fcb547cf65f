import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStores } from '../../../db/open-stores.js';
import type { StoredArticle } from '../../../src/domain/article.js';
import type {
  ChatTarget,
  ClaimedArticle,
  ClaimedDigest,
  ClaimedEdit,
  ClaimedNotice,
  SendOutcome,
} from '../../../src/domain/delivery.js';
import { nextAttempt, pauseAfterPushMs } from '../../../src/domain/delivery.js';
import type { ChatView, DigestPage, MessageSender, Stores } from '../../../src/ports.js';
import { createDeliver, type Deliver, type DeliverOptions } from '../../../src/service/deliver.js';
import { StorageFault } from '../../../src/storage-fault.js';
import { articleNumber, itemFor, saveNews, silentLog, TestClock } from '../../support/builders.js';

interface Sent {
  readonly chatId: number;
  readonly topicId: number;
  readonly titles: readonly (string | undefined)[];
  readonly view: ChatView;
  readonly kind: 'article' | 'digest' | 'edit' | 'announcement' | 'notice';
  readonly silent: boolean;
  readonly at: Date;
}

/** Takes down what it is asked to send, and answers as it is told. */
class RecordingSender implements MessageSender {
  readonly sent: Sent[] = [];
  outcomes: SendOutcome[] = [];
  /** Nothing gets through. */
  isDown = false;
  constructor(private readonly clock: TestClock) {}

  private async record(
    { chatId, topicId }: ChatTarget,
    sent: Pick<Sent, 'titles' | 'view' | 'kind'> & Partial<Sent>,
  ): Promise<SendOutcome> {
    if (this.isDown) return { kind: 'transient', detail: 'ETIMEDOUT' };
    this.sent.push({ chatId, topicId, silent: false, at: this.clock.now(), ...sent });
    return this.outcomes.shift() ?? { kind: 'sent' as const, messageId: this.sent.length };
  }
  sendArticle(message: ClaimedArticle, { title }: StoredArticle, view: ChatView) {
    return this.record(message, { kind: 'article', titles: [title], view, silent: message.silent });
  }
  sendDigest(message: ClaimedDigest, { items }: DigestPage, view: ChatView) {
    const titles = items.map(({ title }) => title);
    return this.record(message, { kind: 'digest', titles, view, silent: message.silent });
  }
  sendNotice(message: ClaimedNotice, view: ChatView) {
    return this.record(message, { kind: 'announcement', titles: [message.text], view });
  }
  editArticle(message: ClaimedEdit, { title }: StoredArticle, view: ChatView) {
    return this.record(message, { kind: 'edit', titles: [title], view });
  }
  editDigest(message: ClaimedEdit, { items }: DigestPage, view: ChatView) {
    const titles = items.map(({ title }) => title);
    return this.record(message, { kind: 'edit', titles, view });
  }
  async sendTopicGone(chatId: number, view: ChatView) {
    await this.record({ chatId, topicId: 0 }, { kind: 'notice', titles: [], view });
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
    await stores.chats.save(chatId, 'private', clock.now());
    await stores.subscriptions.subscribe({ chatId, topicId: 0 }, category?.id ?? 0, clock.now());
  }
  deliver = openDeliver();
  running = deliver.run();
});
afterEach(async () => {
  await deliver.stop();
  await running;
  await stores.close();
  vi.useRealTimers();
});

function openDeliver(over: Partial<DeliverOptions> = {}): Deliver {
  return createDeliver({
    ...stores,
    sender,
    log: silentLog,
    now: clock.now,
    defaultLanguage: 'zh',
    timeZone: 'Asia/Shanghai',
    pushPerHour: 0,
    sendRate: 28,
    ...over,
  });
}

/** Lets the time pass in small steps, for the clock and the timers alike. */
async function pass(ms: number, stepMs = 50): Promise<void> {
  deliver.wake();
  for (let passed = 0; passed < ms; passed += stepMs) {
    await vi.advanceTimersByTimeAsync(stepMs);
    clock.advance(stepMs);
  }
}
const publish = (...numbers: number[]) =>
  saveNews(
    stores,
    numbers.map((n) => articleNumber(n)),
    clock.now(),
  );
const titlesFor = (chatId: number) =>
  sender.sent.filter((each) => each.chatId === chatId).flatMap(({ titles }) => titles);
const states = async () => (await stores.articles.stats()).deliveries;

describe('the outbox', () => {
  it('sends what is due to every chat, in the chat’s language', async () => {
    await stores.chats.setLanguage(other, 'en');
    await publish(1);
    await pass(200);
    expect(sender.sent.map(({ chatId, view }) => [chatId, view.language])).toEqual([
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

  it('loses nothing of what came in while Telegram was out of reach for an hour, and repeats nothing', async () => {
    sender.isDown = true;
    const minute = 60_000;
    for (let n = 1; n <= 12; n += 1) {
      await publish(n);
      await pass(5 * minute, 2_000);
    }
    expect(sender.sent).toEqual([]);
    sender.isDown = false;
    // What was tried last waits the longest.
    await pass(95 * minute, 2_000);
    for (const chatId of [reader, other])
      expect([...titlesFor(chatId)].sort()).toEqual(Array.from({ length: 12 }, (_, n) => `第${n + 1}篇`).sort());
    expect(await states()).toEqual({ pending: 0, sent: 24, failed: 0 });
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
    await stores.chats.save(reader, 'private', clock.now());
    deliver.look(reader);
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

  it('sends nothing again that was accepted but could not be recorded', async () => {
    const { deliveries } = stores;
    const complete = vi.spyOn(deliveries, 'complete').mockRejectedValue(new Error('database or disk is full'));
    await publish(1, 2);
    await pass(30_000);
    expect(sender.sent).toHaveLength(2);
    complete.mockRestore();
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
  deliver = openDeliver({ onlyChatIds: [other] });
  running = deliver.run();
  await publish(1);
  await pass(2_000);
  expect(sender.sent.map(({ chatId }) => chatId)).toEqual([other]);
  expect(await states()).toMatchObject({ pending: 1, sent: 1 });
});

describe('many articles for one chat', () => {
  it('come as one digest when a round brings more than five', async () => {
    const release = deliver.hold();
    await publish(1, 2, 3, 4);
    await pass(500);
    await publish(5, 6);
    release();
    await pass(500);
    expect(sender.sent.map(({ kind, titles }) => [kind, titles.length])).toEqual([
      ['digest', 6],
      ['digest', 6],
    ]);
    expect(await states()).toEqual({ pending: 0, sent: 12, failed: 0 });
  });

  it('are not held back for ever by a round that hangs', async () => {
    deliver.hold();
    await publish(1);
    await pass(59_000);
    expect(sender.sent).toEqual([]);
    await pass(2_000);
    expect(sender.sent).toHaveLength(2);
  });

  it('come as one digest, however few, when they piled up while the bot was down', async () => {
    const release = deliver.hold();
    await publish(1, 2);
    deliver.noteBacklog();
    release();
    await pass(500);
    expect(sender.sent.map(({ kind }) => kind)).toEqual(['digest', 'digest']);
    clock.advance(1);
    await publish(3, 4);
    await pass(4_000);
    expect(titlesFor(reader)).toEqual(['第2篇', '第1篇', '第3篇', '第4篇']);
  });

  it('wait for a chat that paused them, and come as one digest', async () => {
    await stores.chats.pause(reader, clock.now());
    await publish(1, 2);
    await pass(60_000);
    expect(titlesFor(reader)).toEqual([]);
    await stores.chats.resume(reader, clock.now());
    deliver.look(reader);
    await pass(200);
    expect(sender.sent.filter(({ chatId }) => chatId === reader)).toMatchObject([{ kind: 'digest' }]);
  });

  it('come apart when Telegram refuses the digest, so that one bad article costs itself only', async () => {
    const isBad = (titles: readonly (string | undefined)[]) => titles.includes('第4篇');
    const refused = { kind: 'refused', detail: '400: Bad Request: something new' } as const;
    const { sendArticle, sendDigest } = sender;
    sender.sendDigest = async (message, page, view) =>
      isBad(page.items.map(({ title }) => title)) ? refused : sendDigest.call(sender, message, page, view);
    sender.sendArticle = async (message, article, view) =>
      isBad([article.title]) ? refused : sendArticle.call(sender, message, article, view);
    await publish(1, 2, 3, 4, 5, 6);
    await pass(10_000);
    expect(titlesFor(reader).sort()).toEqual(['第1篇', '第2篇', '第3篇', '第5篇', '第6篇']);
    expect(await states()).toEqual({ pending: 0, sent: 10, failed: 2 });
  });

  it('that come while a round is going on are left for its end, though the chat is looked at', async () => {
    await publish(1);
    await pass(200);
    await publish(2);
    const release = deliver.hold();
    clock.advance(10);
    await publish(3, 4, 5, 6, 7, 8);
    await pass(5_000);
    expect(titlesFor(reader)).toEqual(['第1篇']);
    release();
    await pass(5_000);
    expect(sender.sent.filter(({ chatId }) => chatId === reader).map(({ kind }) => kind)).toEqual([
      'article',
      'digest',
    ]);
  });
});

it('sends what waits as soon as it is back, when the clock was set back meanwhile', async () => {
  await publish(1, 2);
  await pass(200);
  clock.advance(-3_600_000);
  await pass(7_000);
  expect(titlesFor(reader)).toEqual(['第1篇', '第2篇']);
});

it('does not wait for what a clock that was days ahead noted for the next try', async () => {
  sender.outcomes = [{ kind: 'transient', detail: '502: Bad Gateway' }];
  clock.advance(3 * 86_400_000);
  await publish(1);
  await pass(200);
  clock.advance(-3 * 86_400_000);
  await pass(7_000);
  expect(titlesFor(reader)).toContain('第1篇');
  expect(await states()).toEqual({ pending: 0, sent: 2, failed: 0 });
});

it('says once that the disk is full, loses nothing, doubles nothing, and goes on when there is room', async () => {
  const { deliveries } = stores;
  const { complete, probe, claim } = deliveries;
  const events: string[] = [];
  let isFull = true;
  const full = new StorageFault('full', 'database or disk is full: make room', undefined);
  const unlessFull =
    <A extends unknown[], R>(method: (...args: A) => Promise<R>) =>
    async (...args: A) => {
      if (isFull) throw full;
      return method(...args);
    };
  await deliver.stop();
  await running;
  deliver = openDeliver({
    log: { ...silentLog, info: (_, event) => events.push(event), error: (_, event) => events.push(event) },
    deliveries: { ...deliveries, complete: unlessFull(complete), probe: unlessFull(probe), claim },
  });
  running = deliver.run();
  await publish(1);
  await pass(60_000);
  expect(events.filter((event) => /outbox|outcome|database/u.test(event))).toHaveLength(1);
  const sentMeanwhile = sender.sent.length;
  expect(sentMeanwhile).toBeLessThanOrEqual(2);
  isFull = false;
  await pass(30_000);
  expect(titlesFor(reader)).toEqual(['第1篇']);
  expect(titlesFor(other)).toEqual(['第1篇']);
  expect(events).toContain('the database takes writes again');
});

it('keeps a chat whose outcome cannot be recorded from holding up the others', async () => {
  const { deliveries } = stores;
  const { complete } = deliveries;
  vi.spyOn(deliveries, 'complete').mockImplementation(async (message, ...rest) => {
    if (message.chatId === reader) throw new Error('FOREIGN KEY constraint failed');
    return complete.call(deliveries, message, ...rest);
  });
  await publish(1, 2, 3);
  await pass(20_000);
  expect(titlesFor(reader)).toHaveLength(1);
  expect(titlesFor(other)).toHaveLength(3);
});

it('sends corrections last, beside the pushes of others', async () => {
  const [category] = await stores.categories.list();
  await publish(1);
  await pass(1_500);
  for (let n = 1; n <= 200; n += 1) {
    await stores.chats.save(n, 'private', clock.now());
    await stores.subscriptions.subscribe({ chatId: n, topicId: 0 }, category?.id ?? 0, clock.now());
  }
  await publish(2);
  await pass(10_000);
  sender.sent.length = 0;
  await saveNews(stores, [articleNumber(2, { title: '更正后' })], clock.now());
  await publish(3);
  // The sender takes its time, as the real one does at its rate.
  const { sendArticle, editArticle } = sender;
  const slowly = () => new Promise((resolve) => setTimeout(resolve, 200));
  sender.sendArticle = (...args) => slowly().then(() => sendArticle.apply(sender, args));
  sender.editArticle = (...args) => slowly().then(() => editArticle.apply(sender, args));
  await pass(30_000);
  const kinds = sender.sent.map(({ kind }) => kind);
  const editsAmongPushes = kinds.slice(0, kinds.lastIndexOf('article')).filter((kind) => kind === 'edit').length;
  expect(kinds.filter((kind) => kind === 'article')).toHaveLength(202);
  expect(kinds.filter((kind) => kind === 'edit')).toHaveLength(202);
  expect(editsAmongPushes).toBeLessThan(60);
});

describe('a medium with an article a minute', () => {
  it('reaches a reader as at most six messages and two digests in any hour, every article in one of them', async () => {
    await deliver.stop();
    await running;
    deliver = openDeliver({ pushPerHour: 6, onlyChatIds: [reader] });
    running = deliver.run();
    const hours = 3;
    for (let minute = 1; minute <= hours * 60; minute += 1) {
      await publish(minute);
      deliver.wake();
      for (let step = 0; step < 6; step += 1) {
        await vi.advanceTimersByTimeAsync(10_000);
        clock.advance(10_000);
      }
    }
    // The last ones have half an hour.
    for (let step = 0; step < 200; step += 1) {
      await vi.advanceTimersByTimeAsync(10_000);
      clock.advance(10_000);
    }
    const mostInAnHour = (kind: string) => {
      const times = sender.sent.filter((each) => each.kind === kind).map(({ at }) => at.getTime());
      return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 3_600_000).length));
    };
    expect(mostInAnHour('article')).toBe(6);
    expect(mostInAnHour('digest')).toBeLessThanOrEqual(2);
    expect(await states()).toMatchObject({ sent: hours * 60, pending: hours * 60 });
    const inDigests = sender.sent.filter(({ kind }) => kind === 'digest');
    expect(inDigests.every(({ silent }) => silent)).toBe(true);
    const singles = sender.sent.filter(({ kind }) => kind === 'article').length;
    const counted = await Promise.all(
      Array.from(
        { length: inDigests.length },
        async (_, n) => (await stores.deliveries.listDigest(n + 1, 0, 1))?.total ?? 0,
      ),
    );
    expect(singles + counted.reduce((sum, each) => sum + each, 0)).toBe(hours * 60);
  });
});

describe('a correction', () => {
  const correct = (n: number, title: string) => saveNews(stores, [articleNumber(n, { title })], clock.now());
  const edits = () =>
    sender.sent.filter(({ kind }) => kind === 'edit').map(({ chatId, titles }) => [chatId, titles[0]]);

  it('edits what was sent, and is never pushed', async () => {
    await publish(1);
    await pass(200);
    await correct(1, '更正后');
    await pass(2_000);
    expect(edits()).toEqual([
      [reader, '更正后'],
      [other, '更正后'],
    ]);
    expect(sender.sent).toHaveLength(4);
    await pass(10_000);
    expect(sender.sent).toHaveLength(4);
  });

  it('comes after what is still to be pushed', async () => {
    await publish(1);
    await pass(1_500);
    await publish(2);
    await correct(1, '更正后');
    await pass(5_000);
    expect(sender.sent.filter(({ chatId }) => chatId === reader).map(({ kind, titles }) => [kind, titles[0]])).toEqual([
      ['article', '第1篇'],
      ['article', '第2篇'],
      ['edit', '更正后'],
    ]);
  });

  it('is not made two days later, nor for what readers do not see', async () => {
    await publish(1);
    await pass(1_500);
    await saveNews(stores, [articleNumber(1, { text: '正文里改了一个字。' })], clock.now());
    await pass(3_000);
    clock.advance(48 * 3_600_000);
    await correct(1, '更正后');
    await pass(3_000);
    expect(edits()).toEqual([]);
  });

  it('of an article in a digest shows the digest as it is', async () => {
    await publish(1, 2, 3, 4, 5, 6);
    await pass(1_500);
    await correct(6, '更正后');
    await pass(3_000);
    expect(edits()).toEqual([
      [reader, '更正后'],
      [other, '更正后'],
    ]);
  });

  it('that comes while the message is being sent is made up for', async () => {
    const sending = vi.spyOn(sender, 'sendArticle').mockImplementationOnce(async (message, article, view) => {
      clock.advance(10);
      await correct(1, '更正后');
      sending.mockRestore();
      return sender.sendArticle(message, article, view);
    });
    await publish(1);
    await pass(5_000);
    const [first] = sender.sent;
    expect(first?.titles).toEqual(['第1篇']);
    expect(edits()).toContainEqual([first?.chatId, '更正后']);
  });

  it('is dropped when the message is gone, and tried again when the server fails', async () => {
    await publish(1);
    await pass(1_500);
    sender.outcomes = [
      { kind: 'dropped', detail: '400: Bad Request: message to edit not found' },
      { kind: 'transient', detail: '502: Bad Gateway' },
    ];
    await correct(1, '更正后');
    await pass(10_000);
    expect(edits()).toHaveLength(3);
  });
});

it('tells a group once that its topic is gone, and goes on in the group', async () => {
  const group = -100_200;
  const [category] = await stores.categories.list();
  await stores.chats.save(group, 'supergroup', clock.now());
  await stores.subscriptions.subscribe({ chatId: group, topicId: 7 }, category?.id ?? 0, clock.now());
  await publish(1, 2);
  sender.outcomes = [];
  vi.spyOn(sender, 'sendArticle').mockImplementation(async (message, article) => {
    const { chatId, topicId } = message;
    if (topicId === 7) return { kind: 'topic-gone', detail: '400: Bad Request: message thread not found' };
    const view = { language: 'zh', timeZone: 'UTC' } as const;
    sender.sent.push({
      chatId,
      topicId,
      titles: [article.title],
      view,
      kind: 'article',
      silent: false,
      at: clock.now(),
    });
    return { kind: 'sent', messageId: 1 };
  });
  await pass(15_000);
  const told = sender.sent.filter(({ chatId }) => chatId === group);
  expect(told.map(({ kind, titles }) => [kind, ...titles])).toEqual([
    ['notice'],
    ['article', '第1篇'],
    ['article', '第2篇'],
  ]);
});

describe('an announcement', () => {
  const announce = async (text: string) => {
    const { id } = await stores.announcements.draft(text, reader, clock.now());
    await stores.announcements.send(id, reader, clock.now());
    return id;
  };
  const progress = async () => (await stores.announcements.listNewest(1))[0];

  it('goes to every chat after its pushes, at the same pace, and counts as none', async () => {
    await deliver.stop();
    await running;
    await publish(1);
    await announce('今晚维护');
    deliver = openDeliver({ pushPerHour: 1 });
    running = deliver.run();
    await pass(3_000);
    const got = sender.sent.filter(({ chatId }) => chatId === reader);
    expect(got.map(({ kind, titles }) => [kind, titles[0]])).toEqual([
      ['article', '第1篇'],
      ['announcement', '今晚维护'],
    ]);
    expect((got[1]?.at.getTime() ?? 0) - (got[0]?.at.getTime() ?? 0)).toBeGreaterThanOrEqual(1_000);
    expect(await progress()).toMatchObject({ sent: 2, pending: 0 });
    clock.advance(3_600_000);
    await announce('维护完毕');
    await publish(2);
    await pass(3_000);
    expect(titlesFor(reader).slice(2)).toEqual(['第2篇', '维护完毕']);
  });

  it('comes to a chat that paused when it resumes', async () => {
    await stores.chats.pause(reader, clock.now());
    await announce('今晚维护');
    await pass(10_000);
    expect(titlesFor(reader)).toEqual([]);
    expect(titlesFor(other)).toEqual(['今晚维护']);
    await stores.chats.resume(reader, clock.now());
    deliver.look(reader);
    await pass(200);
    expect(titlesFor(reader)).toEqual(['今晚维护']);
  });

  it('is tried again after a failure, waits where it is told to, and goes on after a restart', async () => {
    sender.outcomes = [
      { kind: 'transient', detail: '502: Bad Gateway' },
      { kind: 'rate-limited', retryAfterSeconds: 4 },
    ];
    await announce('今晚维护');
    await pass(1_000);
    expect(await progress()).toMatchObject({ sent: 0, pending: 2 });
    await deliver.stop();
    await running;
    deliver = openDeliver();
    running = deliver.run();
    await pass(10_000);
    expect(await progress()).toMatchObject({ sent: 2, pending: 0 });
    expect(sender.sent).toHaveLength(4);
  });

  it('is given up where Telegram refuses it, and costs a group whose general topic is closed nothing else', async () => {
    const group = -100_200;
    await stores.chats.save(group, 'supergroup', clock.now());
    vi.spyOn(sender, 'sendNotice').mockImplementation(async ({ chatId }) =>
      chatId === group
        ? { kind: 'topic-gone', detail: '400: Bad Request: TOPIC_CLOSED' }
        : { kind: 'refused', detail: '400: Bad Request: something new' },
    );
    await announce('今晚维护');
    await pass(5_000);
    expect(await progress()).toMatchObject({ sent: 0, pending: 0, gone: 0, failed: 3 });
    expect((await stores.announcements.draft('二', reader, clock.now())).chats).toBe(3);
  });

  it('to very many makes nobody’s news late', async () => {
    const small = { name: '小报', slug: undefined };
    const { id } = await stores.categories.findOrCreate(small.name);
    for (let n = 1; n <= 500; n += 1) await stores.chats.save(n, 'private', clock.now());
    await stores.subscriptions.subscribe({ chatId: 400, topicId: 0 }, id, clock.now());
    const { sendNotice } = sender;
    sender.sendNotice = async (...args) => {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return sendNotice.apply(sender, args);
    };
    await announce('今晚维护');
    await pass(1_200);
    await saveNews(stores, [articleNumber(2, { categories: [small] })], clock.now());
    await pass(2_500);
    expect(sender.sent.findIndex(({ kind }) => kind === 'article')).toBeLessThan(100);
    expect(sender.sent.filter(({ chatId }) => chatId === 400).map(({ kind }) => kind)).toEqual(['article']);
    await pass(20_000);
    expect(await progress()).toMatchObject({ sent: 502, pending: 0 });
  });

  it('goes no further when it is stopped', async () => {
    await stores.chats.pause(other, clock.now());
    const id = await announce('今晚维护');
    await pass(500);
    expect(await stores.announcements.stop(id)).toBe(1);
    await stores.chats.resume(other, clock.now());
    deliver.look(other);
    await pass(5_000);
    expect(sender.sent.map(({ chatId }) => chatId)).toEqual([reader]);
  });
});

it('lets the few readers of one article through beside the many of another', async () => {
  const [category] = await stores.categories.list();
  for (let n = 1; n <= 500; n += 1) {
    await stores.chats.save(n, 'private', clock.now());
    await stores.subscriptions.subscribe({ chatId: n, topicId: 0 }, category?.id ?? 0, clock.now());
  }
  const small = { name: '小报', slug: undefined };
  const smallCategory = await stores.categories.findOrCreate(small.name);
  const smallReader = 600;
  await stores.chats.save(smallReader, 'private', clock.now());
  await stores.subscriptions.subscribe({ chatId: smallReader, topicId: 0 }, smallCategory.id, clock.now());
  await saveNews(stores, [articleNumber(1), articleNumber(2, { categories: [small] })], clock.now());
  await pass(500);
  expect(sender.sent.findIndex(({ chatId }) => chatId === smallReader)).toBeLessThan(5);
});

describe('nextAttempt', () => {
  const now = new Date(0);
  it('grows from two seconds to an hour, jittered by up to a half, and never ends', () => {
    expect(nextAttempt(1, now, 0)).toEqual(new Date(2_000));
    expect(nextAttempt(1, now, 1)).toEqual(new Date(3_000));
    expect(nextAttempt(5, now, 0)).toEqual(new Date(32_000));
    expect(nextAttempt(20, now, 0)).toEqual(new Date(3_600_000));
    expect(nextAttempt(5_000, now, 0)).toEqual(new Date(3_600_000));
  });
});

it('pauses longer in groups', () => {
  expect([pauseAfterPushMs('private'), pauseAfterPushMs('supergroup')]).toEqual([1_000, 3_000]);
});
