import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPacer } from '../../bot/pacer.js';

describe('the message budget', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Times at which `count` pushes may go, in ms from now. */
  function pushTimes(pacer: ReturnType<typeof createPacer>, count: number): number[] {
    const times: number[] = [];
    const start = Date.now();
    for (let n = 0; n < count; n += 1) void pacer.take('push', n).then(() => times.push(Date.now() - start));
    return times;
  }

  it('lets pushes through at the rate', async () => {
    const times = pushTimes(createPacer(28, Date.now), 100);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(times).toHaveLength(100);
    const inFirstSecond = times.filter((time) => time < 1_000).length;
    expect(inFirstSecond).toBeGreaterThan(26);
    expect(inFirstSecond).toBeLessThanOrEqual(28 + 3);
    expect(times.at(-1)).toBeGreaterThan(3_400);
  });

  it('lets replies go at once, and makes pushes wait for the room they took', async () => {
    const pacer = createPacer(10, Date.now);
    const times = pushTimes(pacer, 10);
    for (let n = 0; n < 10; n += 1) await pacer.take('reply', n);
    await vi.advanceTimersByTimeAsync(900);
    expect(times.length).toBeLessThanOrEqual(1);
    await vi.advanceTimersByTimeAsync(1_200);
    expect(times).toHaveLength(10);
  });
});
