import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createGate } from '../../src/gate.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const open = () => createGate({ atOnce: 1, waitMs: 1_000, mostWaiting: 2 });

describe('a gate', () => {
  it('lets the first in, and the others in their order when there is room', async () => {
    const gate = open();
    const order: string[] = [];
    const enter = async (name: string) => {
      const leave = await gate.enter();
      order.push(name);
      return leave;
    };
    const first = await enter('first');
    const second = enter('second');
    const third = enter('third');
    await vi.advanceTimersByTimeAsync(10);
    expect(order).toEqual(['first']);
    first?.();
    // Leaving twice makes no room for two.
    first?.();
    (await second)?.();
    (await third)?.();
    expect(order).toEqual(['first', 'second', 'third']);
  });

  it('lets nobody wait for longer than the time, nor more than so many', async () => {
    const gate = open();
    const leave = await gate.enter();
    const waiting = [gate.enter(), gate.enter()];
    expect(await gate.enter()).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1_001);
    expect(await Promise.all(waiting)).toEqual([undefined, undefined]);
    leave?.();
    expect(await gate.enter()).toBeDefined();
  });

  it('forgets who left while waiting', async () => {
    const gate = open();
    const leave = await gate.enter();
    const asker = new AbortController();
    const left = gate.enter(asker.signal);
    const next = gate.enter();
    asker.abort();
    expect(await left).toBeUndefined();
    expect(await gate.enter(asker.signal)).toBeUndefined();
    leave?.();
    expect(await next).toBeDefined();
  });
});
