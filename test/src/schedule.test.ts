import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { schedule } from '../../src/schedule.js';
import { silentLog } from '../support/builders.js';

const noon = new Date('2026-01-05T04:00:00Z');
const hourMs = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ now: noon });
});
afterEach(() => vi.useRealTimers());

/** When a job of this expression ran, as seconds after noon in Shanghai. */
function runsOf(expression: string) {
  const seconds: number[] = [];
  const times = schedule(
    expression,
    'Asia/Shanghai',
    async () => seconds.push(Math.floor((Date.now() - noon.getTime()) / 1_000)),
    silentLog,
  );
  return { seconds, times };
}

it('runs at its times, by the clock of its zone', async () => {
  const { seconds, times } = runsOf('10,40 5 12 * * *');
  expect(times.nextRuns()).toEqual([new Date('2026-01-05T04:05:10Z'), new Date('2026-01-05T04:05:40Z')]);
  await vi.advanceTimersByTimeAsync(24 * hourMs + 400_000);
  expect(seconds).toEqual([310, 340, 86_710, 86_740]);
  await times.stop();
  await vi.advanceTimersByTimeAsync(24 * hourMs);
  expect(seconds).toHaveLength(4);
});

it('skips the times that come while its job runs', async () => {
  let finish = () => {};
  const job = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)));
  const times = schedule('* * * * * *', 'Asia/Shanghai', job, silentLog);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(job).toHaveBeenCalledTimes(1);
  finish();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(job).toHaveBeenCalledTimes(2);
  await times.stop();
});

describe('a clock that is set', () => {
  it.each([
    ['back by hours', -7 * hourMs],
    ['back by a year', -8_760 * hourMs],
    ['forward by days', 72 * hourMs],
    ['forward by a year', 8_760 * hourMs],
  ])('%s: goes on, and what was passed over is one run', async (_title, byMs) => {
    // Not on a full second: what looks at the clock once a second comes after the time that is waited for.
    await vi.advanceTimersByTimeAsync(300);
    const { seconds, times } = runsOf('* * * * * *');
    await vi.advanceTimersByTimeAsync(3_300);
    expect(seconds).toHaveLength(3);
    vi.setSystemTime(Date.now() + byMs);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(seconds.length).toBeGreaterThanOrEqual(3 + 3);
    expect(seconds.length).toBeLessThanOrEqual(3 + 5);
    await times.stop();
  });

  it('back by a moment: runs no time twice', async () => {
    const { seconds, times } = runsOf('* * * * *');
    await vi.advanceTimersByTimeAsync(60_001);
    expect(seconds).toEqual([60]);
    vi.setSystemTime(Date.now() - 500);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(seconds).toEqual([60]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(seconds).toEqual([60, 120]);
    await times.stop();
  });
});
