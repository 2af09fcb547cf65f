import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { joinWorkers, senderOf } from '../../src/membership.js';
import type { Worker, WorkerStore } from '../../src/worker-ports.js';
import { silentLog } from '../support/builders.js';

const aliveMs = 12_000;

/** What the database would say, in memory. */
function fakeWorkers(id: string) {
  const state = { others: [] as Worker[], down: false, woken: [] as number[], left: false };
  const store = {
    id,
    async beat(roles) {
      if (state.down) throw new Error('the database cannot be reached');
      return [...state.others, { id, roles }].sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    async leave() {
      state.left = true;
    },
    async listWoken() {
      return { chatIds: state.woken.splice(0), upTo: { at: 0, ids: new Set<number>() } };
    },
  } satisfies Partial<WorkerStore>;
  return { state, store: store as unknown as WorkerStore };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe('a process', () => {
  const join = async () => {
    const { state, store } = fakeWorkers('b');
    const onChanged = vi.fn();
    const onWoken = vi.fn();
    const membership = await joinWorkers({
      workers: store,
      roles: ['deliver'],
      log: silentLog,
      onChanged,
      onWoken,
      nowMs: Date.now,
      aliveMs,
    });
    return { state, membership, onChanged, onWoken };
  };

  it('sends to all chats while it is alone, and shares them with one that comes', async () => {
    const { state, membership, onChanged } = await join();
    const chats = Array.from({ length: 100 }, (_, n) => 5_000_000_000 + n);
    expect(chats.every(membership.sendsTo)).toBe(true);
    state.others = [{ id: 'a', roles: ['deliver'] }];
    await vi.advanceTimersByTimeAsync(aliveMs);
    expect(onChanged).toHaveBeenCalledTimes(1);
    const own = chats.filter(membership.sendsTo).length;
    expect(own).toBeGreaterThan(25);
    expect(own).toBeLessThan(75);
    state.others = [];
    await vi.advanceTimersByTimeAsync(aliveMs);
    expect(onChanged).toHaveBeenCalledTimes(2);
    expect(chats.every(membership.sendsTo)).toBe(true);
    await membership.leave();
    expect(state.left).toBe(true);
  });

  it('leaves chats to no process that does not send', async () => {
    const { state, membership } = await join();
    state.others = [{ id: 'a', roles: ['web', 'ingest'] }];
    await vi.advanceTimersByTimeAsync(aliveMs);
    expect([1, 2, 3, 4, 5].every(membership.sendsTo)).toBe(true);
    await membership.leave();
  });

  it('that cannot say that it lives stops before the others take over, and looks at everything anew when it can', async () => {
    const { state, membership, onChanged } = await join();
    state.down = true;
    await vi.advanceTimersByTimeAsync(aliveMs - 1);
    expect(membership.isAlive()).toBe(true);
    await vi.advanceTimersByTimeAsync(1);
    expect(membership.isAlive()).toBe(false);
    expect(onChanged).not.toHaveBeenCalled();
    state.down = false;
    await vi.advanceTimersByTimeAsync(aliveMs / 3);
    expect(membership.isAlive()).toBe(true);
    expect(onChanged).toHaveBeenCalledTimes(1);
    await membership.leave();
    expect(membership.isAlive()).toBe(false);
  });

  it('hears of chats that are its own to send to', async () => {
    const { state, membership, onWoken } = await join();
    state.others = [{ id: 'a', roles: ['deliver'] }];
    await vi.advanceTimersByTimeAsync(aliveMs);
    const chats = Array.from({ length: 20 }, (_, n) => n + 1);
    state.woken = [...chats];
    await vi.advanceTimersByTimeAsync(1_000);
    expect(onWoken.mock.calls.map(([chatId]) => chatId)).toEqual(chats.filter(membership.sendsTo));
    await membership.leave();
  });
});

describe('the sender of a chat', () => {
  const names = fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 8 });

  it('is one of those that live, whoever works it out, in whatever order they come', () => {
    fc.assert(
      fc.property(names, fc.integer(), (senders, chatId) => {
        const chosen = senderOf(chatId, senders);
        expect(senders).toContain(chosen);
        expect(senderOf(chatId, [...senders].reverse())).toBe(chosen);
      }),
    );
  });

  it('changes with one that goes only for its own chats', () => {
    fc.assert(
      fc.property(names, fc.integer(), fc.nat(), (senders, chatId, at) => {
        const gone = senders[at % senders.length];
        const chosen = senderOf(chatId, senders);
        const left = senders.filter((name) => name !== gone);
        if (chosen !== gone) expect(senderOf(chatId, left)).toBe(chosen);
      }),
    );
  });

  it('is nobody where nobody sends', () => {
    expect(senderOf(1, [])).toBeUndefined();
  });

  it('is each of four for about a quarter of neighbouring chats, private ones and groups', () => {
    const senders = ['4f5e', '9b1c', '0d22', 'c1a7'];
    const counts = new Map<string | undefined, number>();
    for (let n = 0; n < 4_000; n += 1) {
      const sender = senderOf(n % 2 ? 5_000_000_000 + n : -1_001_000_000_000 - n, senders);
      counts.set(sender, (counts.get(sender) ?? 0) + 1);
    }
    for (const sender of senders) {
      expect(counts.get(sender)).toBeGreaterThan(850);
      expect(counts.get(sender)).toBeLessThan(1_150);
    }
  });
});
