import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPacer, PacerClosed } from '../../bot/pacer.js';
import { sharePacer } from '../../bot/shared-pacer.js';
import type { SharedBudget } from '../../src/worker-ports.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

/** One budget, as the database keeps it, for several processes in this one. */
function budgetInMemory() {
  let spentUntil = 0;
  const state = { asked: 0, down: false, heldUntil: 0, chatFreeAt: new Map<number, number>() };
  const budget: SharedBudget = {
    async reserve(urgency, perSecond, count) {
      if (state.down) throw new Error('the database cannot be reached');
      state.asked += 1;
      const now = Date.now();
      const intervalMs = 1_000 / perSecond;
      const first = Math.max(spentUntil, now);
      spentUntil = first + count * intervalMs;
      const aheadMs = urgency === 'reply' ? 1_000 - intervalMs : 0;
      return Array.from({ length: count }, (_, at) =>
        Math.max(first + at * intervalMs - aheadMs - now, state.heldUntil - now, 0),
      );
    },
    async takeChatTurn(chatId) {
      const waitMs = Math.max(0, (state.chatFreeAt.get(chatId) ?? 0) - Date.now());
      if (waitMs === 0) state.chatFreeAt.set(chatId, Date.now() + 1_000);
      return waitMs;
    },
    async holdAll(ms) {
      state.heldUntil = Date.now() + ms;
    },
  };
  return { budget, state };
}

function processOn(budget: SharedBudget, perSecond: number, isAlive = () => true) {
  return sharePacer(createPacer(perSecond, Date.now), perSecond, { budget, isAlive });
}

/** At most so many within any second. */
function mostInASecond(times: readonly number[]): number {
  return Math.max(...times.map((start) => times.filter((time) => time >= start && time < start + 1_000).length));
}

describe('processes that share a budget', () => {
  it.each([
    [28, 29],
    [300, 330],
  ])('send %i messages a second together, and never more', async (perSecond, most) => {
    const { budget, state } = budgetInMemory();
    const sentAt: number[] = [];
    const processes = Array.from({ length: 4 }, () => processOn(budget, perSecond));
    const asked = processes.flatMap((pacer, of) =>
      Array.from({ length: perSecond * 2 }, (_, n) =>
        pacer.take('push', 1 + of + n * 4).then(() => sentAt.push(Date.now())),
      ),
    );
    await vi.advanceTimersByTimeAsync(10_000);
    await Promise.all(asked);
    expect(mostInASecond(sentAt)).toBeLessThanOrEqual(most);
    // 8 seconds' worth, and what was asked for and used is nearly the same.
    expect(Math.max(...sentAt) - Math.min(...sentAt)).toBeLessThan(8_600);
    if (perSecond > 50) expect(state.asked).toBeLessThan(sentAt.length / 8);
  });

  it('use nothing of what was granted for a time in which they were paused', async () => {
    const { budget } = budgetInMemory();
    let pausedMs = 0;
    const local = createPacer(28, () => Date.now() + pausedMs);
    const pacer = sharePacer(local, 28, { budget, isAlive: () => true });
    const sentAt: number[] = [];
    // Others have used five seconds of the rate: replies get room from the fourth on.
    await budget.reserve('push', 28, 5 * 28);
    const asked = Array.from({ length: 28 }, (_, n) => pacer.take('reply', 1 + n).then(() => sentAt.push(Date.now())));
    await vi.advanceTimersByTimeAsync(100);
    // It comes to again, and others have gone on meanwhile.
    pausedMs = 9_000;
    await budget.reserve('push', 28, 3 * 28);
    await vi.advanceTimersByTimeAsync(5_400);
    expect(sentAt).toEqual([]);
    await vi.advanceTimersByTimeAsync(10_000);
    await Promise.all(asked);
  });

  it('let a reply pass what waits to be pushed, in whichever process', async () => {
    const { budget } = budgetInMemory();
    const [pushing, answering] = [processOn(budget, 10), processOn(budget, 10)];
    const pushes = Array.from({ length: 30 }, (_, n) => pushing.take('push', 100 + n));
    await vi.advanceTimersByTimeAsync(500);
    const asked = Date.now();
    let repliedAt = 0;
    const reply = answering.take('reply', 7).then(() => {
      repliedAt = Date.now();
    });
    await vi.advanceTimersByTimeAsync(20_000);
    await Promise.all([reply, ...pushes]);
    expect(repliedAt - asked).toBeLessThan(150);
  });

  it('keep a chat’s pace together', async () => {
    const { budget } = budgetInMemory();
    const sentAt: number[] = [];
    const all = [processOn(budget, 28), processOn(budget, 28)].map((pacer) =>
      pacer.take('push', 7).then(() => sentAt.push(Date.now())),
    );
    await vi.advanceTimersByTimeAsync(5_000);
    await Promise.all(all);
    expect((sentAt[1] ?? 0) - (sentAt[0] ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  it('are all held when one finds that the limit is the bot’s own', async () => {
    const { budget, state } = budgetInMemory();
    const pacer = processOn(budget, 28);
    for (const chatId of [1, 2]) pacer.hold(chatId, Date.now() + 5_000);
    expect(state.heldUntil).toBe(0);
    pacer.hold(3, Date.now() + 5_000);
    expect(state.heldUntil).toBe(Date.now() + 5_000);
  });
});

describe('a process', () => {
  it('that others count as dead sends no pushes any more', async () => {
    const { budget } = budgetInMemory();
    let alive = true;
    const pacer = processOn(budget, 1, () => alive);
    const taken = [1, 2].map((chatId) => pacer.take('push', chatId));
    const outcome = Promise.allSettled(taken);
    await vi.advanceTimersByTimeAsync(100);
    alive = false;
    await vi.advanceTimersByTimeAsync(5_000);
    const [first, second] = await outcome;
    expect(first?.status).toBe('fulfilled');
    expect(second).toMatchObject({ status: 'rejected', reason: expect.any(PacerClosed) });
  });

  it('turns away what waits when it stops, replies last', async () => {
    const { budget } = budgetInMemory();
    const pacer = processOn(budget, 1);
    const pushes = Promise.allSettled([1, 2, 3].map((chatId) => pacer.take('push', chatId)));
    await vi.advanceTimersByTimeAsync(100);
    pacer.closeForPushes();
    await vi.advanceTimersByTimeAsync(100);
    expect((await pushes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    const reply = pacer.take('reply', 9);
    await vi.advanceTimersByTimeAsync(5_000);
    await reply;
    pacer.close();
    await expect(pacer.take('reply', 9)).rejects.toThrow(PacerClosed);
  });

  it('goes on when the database answers again', async () => {
    const { budget, state } = budgetInMemory();
    const pacer = processOn(budget, 10);
    state.down = true;
    const failed = pacer.take('push', 1);
    failed.catch(() => {});
    await vi.advanceTimersByTimeAsync(100);
    await expect(failed).rejects.toThrow('cannot be reached');
    state.down = false;
    const next = pacer.take('push', 2);
    await vi.advanceTimersByTimeAsync(2_000);
    await next;
  });
});
