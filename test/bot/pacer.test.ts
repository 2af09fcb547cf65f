import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPacer, type Pacer, PacerClosed, type Priority } from '../../bot/pacer.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Sent {
  readonly at: number;
  readonly priority: Priority;
  readonly chatId: number;
}

/** What went through a pacer, and when, in ms from the start. */
function recorder(pacer: Pacer) {
  const start = Date.now();
  const sent: Sent[] = [];
  const ask = (priority: Priority, chatId: number) =>
    void pacer.take(priority, chatId).then(() => sent.push({ at: Date.now() - start, priority, chatId }));
  const timesOf = (priority: Priority, chatId?: number) =>
    sent.filter((each) => each.priority === priority && (chatId ?? each.chatId) === each.chatId).map(({ at }) => at);
  return { sent, ask, timesOf };
}

/** `count` chats, from this id on (downwards for groups), get a message each. */
function askEach(ask: (priority: Priority, chatId: number) => void, priority: Priority, count: number, from = 1) {
  for (let n = 0; n < count; n += 1) ask(priority, from < 0 ? from - n : from + n);
}

describe('the budget of all chats', () => {
  it.each([1, 10, 28, 30, 250, 1_000])('lets pushes through at the rate, %i a second', async (rate) => {
    const { sent, ask } = recorder(createPacer(rate, Date.now));
    askEach(ask, 'push', rate * 20);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent.length).toBeGreaterThanOrEqual(rate * 10 * 0.97);
    expect(sent.length).toBeLessThanOrEqual(rate * 10 + Math.max(1, rate / 14));
    for (const [n, { at }] of sent.entries()) {
      const inSecondBefore = sent.slice(Math.max(0, n - rate * 2), n + 1).filter((each) => each.at > at - 1_000).length;
      expect(inSecondBefore).toBeLessThanOrEqual(rate + Math.max(1, rate / 14));
    }
  });

  it('makes up for timers that come late', async () => {
    const { sent, ask } = recorder(createPacer(28, Date.now));
    askEach(ask, 'push', 600);
    const original = setTimeout;
    vi.stubGlobal('setTimeout', (work: () => void, ms: number) => original(work, ms + 20));
    try {
      await vi.advanceTimersByTimeAsync(10_000);
    } finally {
      vi.unstubAllGlobals();
    }
    expect(sent.length).toBeGreaterThanOrEqual(280 * 0.97);
  });

  it('lets replies go at once, and makes pushes wait for the room they took', async () => {
    const { ask, timesOf } = recorder(createPacer(10, Date.now));
    askEach(ask, 'push', 10);
    askEach(ask, 'reply', 9, 100);
    await vi.advanceTimersByTimeAsync(1);
    expect(timesOf('reply')).toHaveLength(9);
    await vi.advanceTimersByTimeAsync(900);
    expect(timesOf('push')).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_200);
    expect(timesOf('push')).toHaveLength(10);
  });

  it('answers within 150 ms while pushes to 10,000 chats wait', async () => {
    const pacer = createPacer(28, Date.now);
    const { ask } = recorder(pacer);
    askEach(ask, 'push', 10_000);
    const waits: number[] = [];
    for (let n = 0; n < 300; n += 1) {
      await vi.advanceTimersByTimeAsync(40 + (n % 20));
      const asked = Date.now();
      void pacer.take('reply', 20_000 + n).then(() => waits.push(Date.now() - asked));
    }
    await vi.advanceTimersByTimeAsync(1_000);
    expect(waits).toHaveLength(300);
    expect(Math.max(...waits)).toBeLessThan(150);
  });

  it('lets an edit go only when no reply and no push waits for its turn', async () => {
    const { sent, ask } = recorder(createPacer(10, Date.now));
    askEach(ask, 'edit', 5, 1_000);
    askEach(ask, 'push', 20);
    await vi.advanceTimersByTimeAsync(500);
    askEach(ask, 'reply', 10, 2_000);
    await vi.advanceTimersByTimeAsync(5_000);
    const order = sent.map(({ priority }) => priority);
    // The first was there alone.
    expect(order[0]).toBe('edit');
    expect(order.indexOf('edit', 1)).toBeGreaterThan(order.lastIndexOf('push'));
    expect(order.filter((each) => each === 'edit')).toHaveLength(5);
  });

  it('lets the chats take turns in the order in which they came', async () => {
    const { sent, ask } = recorder(createPacer(28, Date.now));
    for (let turn = 0; turn < 3; turn += 1) askEach(ask, 'push', 100);
    await vi.advanceTimersByTimeAsync(15_000);
    const inTurn = Array.from({ length: 100 }, (_, n) => n + 1);
    expect(sent.map(({ chatId }) => chatId)).toEqual([...inTurn, ...inTurn, ...inTurn]);
  });
});

describe('the pace of a chat', () => {
  it('gives a private chat three replies in a row, then one a second', async () => {
    const { ask, timesOf } = recorder(createPacer(28, Date.now));
    for (let n = 0; n < 6; n += 1) ask('reply', 5);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(timesOf('reply')).toEqual([0, 0, 0, 1_000, 2_000, 3_000]);
  });

  it.each([
    ['a private chat', 5, 1_000],
    ['a group', -5, 3_000],
  ])('keeps pushes and corrections to %s apart from what came before', async (_name, chatId, spacingMs) => {
    const { sent, ask } = recorder(createPacer(28, Date.now));
    for (const priority of ['reply', 'push', 'edit', 'push'] as const) ask(priority, chatId);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(sent.map(({ at }) => at)).toEqual([0, spacingMs, 2 * spacingMs, 3 * spacingMs]);
    expect(sent.map(({ priority }) => priority)).toEqual(['reply', 'push', 'push', 'edit']);
  });

  it('gives a group twenty messages in any minute, replies as close together as they come', async () => {
    const { ask, timesOf } = recorder(createPacer(28, Date.now));
    for (let n = 0; n < 25; n += 1) ask('reply', -5);
    await vi.advanceTimersByTimeAsync(59_999);
    expect(timesOf('reply')).toHaveLength(20);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(timesOf('reply')).toHaveLength(25);
  });

  it('is left out where there is no limit', async () => {
    const { sent, ask } = recorder(createPacer(28, Date.now, { limitsChats: false }));
    for (let n = 0; n < 25; n += 1) ask('reply', 5);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toHaveLength(25);
  });
});

describe('a rate limit', () => {
  it('holds what waits already, to the millisecond, and nobody behind it', async () => {
    const pacer = createPacer(28, Date.now);
    const { ask, timesOf } = recorder(pacer);
    for (let n = 0; n < 3; n += 1) ask('push', 1);
    ask('reply', 1);
    askEach(ask, 'push', 50, 2);
    pacer.hold(1, Date.now() + 7_000);
    expect(pacer.heldForMs(1)).toBe(7_000);
    ask('reply', 1);
    await vi.advanceTimersByTimeAsync(6_999);
    expect(timesOf('push').length).toBe(51);
    expect([...timesOf('push', 1), ...timesOf('reply', 1)]).toEqual([0, 0]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(timesOf('reply', 1)).toEqual([0, 7_000]);
    expect(timesOf('push', 1)).toEqual([0, 8_000, 9_000]);
  });

  it('is never shortened by another', async () => {
    const pacer = createPacer(28, Date.now);
    const { ask, sent } = recorder(pacer);
    pacer.hold(1, Date.now() + 9_000);
    pacer.hold(1, Date.now() + 1_000);
    ask('push', 1);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(sent.map(({ at }) => at)).toEqual([9_000]);
  });

  it('of three chats holds everything for as long as three are held', async () => {
    const pacer = createPacer(28, Date.now);
    const { ask, sent } = recorder(pacer);
    pacer.hold(1, Date.now() + 4_000);
    pacer.hold(-2, Date.now() + 6_000);
    ask('reply', 10);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toHaveLength(1);
    pacer.hold(3, Date.now() + 2_000);
    askEach(ask, 'reply', 5, 20);
    askEach(ask, 'push', 5, 30);
    await vi.advanceTimersByTimeAsync(1_998);
    expect(sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sent).toHaveLength(11);
    expect(sent[1]).toEqual({ at: 2_001, priority: 'reply', chatId: 20 });
  });

  it('of an hour for one chat, and of a second for two, does not hold all for an hour', async () => {
    const pacer = createPacer(28, Date.now);
    const { ask, sent } = recorder(pacer);
    pacer.hold(-1, Date.now() + 3_600_000);
    await vi.advanceTimersByTimeAsync(1_800_000);
    pacer.hold(2, Date.now() + 1_000);
    pacer.hold(3, Date.now() + 1_000);
    ask('reply', 10);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sent).toHaveLength(1);
  });

  it('of one chat, over and over, is its own', async () => {
    const pacer = createPacer(28, Date.now);
    const { ask, sent } = recorder(pacer);
    for (let n = 0; n < 5; n += 1) pacer.hold(1, Date.now() + 1_000 * n);
    ask('push', 2);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toHaveLength(1);
  });

  it('that is over counts no more', async () => {
    const pacer = createPacer(28, Date.now);
    const { ask, sent } = recorder(pacer);
    for (let chatId = 1; chatId <= 5; chatId += 1) {
      pacer.hold(chatId, Date.now() + 400);
      await vi.advanceTimersByTimeAsync(300);
    }
    ask('push', 9);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toHaveLength(1);
  });
});

describe('the end', () => {
  it('turns pushes and edits away, waiting and new ones, and lets replies go', async () => {
    const pacer = createPacer(28, Date.now);
    for (let n = 0; n < 3; n += 1) await pacer.take('reply', 1);
    const waiting = (['push', 'edit', 'reply'] as const).map((priority) => pacer.take(priority, 1));
    pacer.closeForPushes();
    const results = Promise.allSettled([...waiting, pacer.take('push', 2), pacer.take('reply', 2)]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect((await results).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    await expect(waiting[0]).rejects.toThrow(PacerClosed);
  });

  it('turns replies away as well when it is for good', async () => {
    const pacer = createPacer(28, Date.now);
    pacer.hold(1, Date.now() + 60_000);
    const waiting = pacer.take('reply', 1);
    pacer.close();
    await expect(waiting).rejects.toThrow(PacerClosed);
    await expect(pacer.take('reply', 2)).rejects.toThrow(PacerClosed);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('what it keeps in mind', () => {
  it('is not every chat it ever sent to', async () => {
    const pacer = createPacer(1_000, Date.now);
    const { ask, sent } = recorder(pacer);
    for (let second = 0; second < 100; second += 1) {
      askEach(ask, 'push', 900, 1 + second * 1_000);
      askEach(ask, 'push', 10, -1 - second * 1_000);
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(sent).toHaveLength(91_000);
    expect(pacer.rememberedChats()).toBeLessThan(5_000);
  });

  it('serves those that come while thousands wait', async () => {
    vi.useRealTimers();
    let now = 0;
    let sent = 0;
    const pacer = createPacer(1_000, () => now);
    const turnedAway = () => {};
    const ask = (priority: Priority, chatId: number) =>
      void pacer.take(priority, chatId).then(() => {
        sent += 1;
      }, turnedAway);
    askEach(ask, 'push', 5_000);
    for (let n = 0; n < 50_000; n += 1) {
      now += 1;
      ask(n % 10 === 0 ? 'reply' : 'push', 10_000 + (n % 9_000));
    }
    await Promise.resolve();
    expect(sent).toBeGreaterThan(49_000);
    pacer.close();
  }, 30_000);
});

/** A server that grants Telegram's limits, written the other way round: buckets that fill. */
class StrictServer {
  readonly refusals: string[] = [];
  readonly #buckets = new Map<number | 'all', { level: number; at: number }>();
  readonly #groups = new Map<number, number[]>();
  readonly #last = new Map<number, number>();
  readonly #heldUntil = new Map<number | 'all', number>();

  hold(chatId: number | 'all', until: number) {
    this.#heldUntil.set(chatId, Math.max(until, this.#heldUntil.get(chatId) ?? 0));
  }

  accept({ at, priority, chatId }: Sent) {
    const say = (what: string) => this.refusals.push(`${what}: ${priority} to ${chatId} at ${at}`);
    if (!this.#take('all', 30, 30, at)) say('too many in all');
    if (at < (this.#heldUntil.get(chatId) ?? 0) || at < (this.#heldUntil.get('all') ?? 0)) say('held');
    if (chatId > 0 && !this.#take(chatId, 1, 3, at)) say('too many in a chat');
    if (chatId < 0) {
      const times = (this.#groups.get(chatId) ?? []).filter((time) => time > at - 60_000);
      if (times.length >= 20) say('too many in a group');
      this.#groups.set(chatId, [...times, at]);
    }
    const since = at - (this.#last.get(chatId) ?? Number.NEGATIVE_INFINITY);
    if (priority !== 'reply' && since < (chatId < 0 ? 3_000 : 1_000)) say('too close');
    this.#last.set(chatId, at);
  }

  #take(key: number | 'all', perSecond: number, size: number, at: number): boolean {
    const before = this.#buckets.get(key) ?? { level: size, at };
    const level = Math.min(size, before.level + ((at - before.at) / 1_000) * perSecond) - 1;
    this.#buckets.set(key, { level, at });
    return level > -1e-6;
  }
}

describe('any mix of messages', () => {
  const chatIds = [1, 2, 3, 4, 5, 6, 7, 8, -1, -2, -3];
  const event = fc.record({
    afterMs: fc.oneof(fc.constant(0), fc.nat(60), fc.nat(4_000)),
    what: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom<Priority>('reply', 'push', 'edit') },
      { weight: 1, arbitrary: fc.constant('hold' as const) },
    ),
    chatId: fc.oneof(fc.constantFrom(...chatIds), fc.integer({ min: 100, max: 10_000 })),
    times: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 40 })),
  });

  it('is never more than the server grants, and nothing is lost', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 60 }), fc.boolean(), async (events, spread) => {
        const pacer = createPacer(28, Date.now);
        const server = new StrictServer();
        const held = new Map<number, number>();
        const start = Date.now();
        const time = () => Date.now() - start;
        let [asked, sent] = [0, 0];
        for (const { afterMs, what, chatId, times } of events) {
          await vi.advanceTimersByTimeAsync(afterMs);
          if (what === 'hold') {
            const until = time() + times * 200;
            pacer.hold(chatId, start + until);
            server.hold(chatId, until);
            held.set(chatId, Math.max(until, held.get(chatId) ?? 0));
            const now = [...held.values()].filter((each) => each > time());
            if (now.length >= 3) server.hold('all', now.sort((a, b) => b - a)[2] ?? 0);
            continue;
          }
          for (let n = 0; n < times; n += 1) {
            const to = spread ? chatId + Math.sign(chatId) * n : chatId;
            asked += 1;
            void pacer.take(what, to).then(() => {
              sent += 1;
              server.accept({ at: time(), priority: what, chatId: to });
            });
          }
        }
        // At the longest: 40 messages to one group, 60 times over, at 20 a minute.
        for (let minutes = 0; sent < asked && minutes < 180; minutes += 1) await vi.advanceTimersByTimeAsync(60_000);
        expect(server.refusals).toEqual([]);
        expect(sent).toBe(asked);
        expect(vi.getTimerCount()).toBe(0);
        pacer.close();
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
