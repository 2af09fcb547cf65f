import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { schedule } from '../../src/schedule.js';
import { silentLog } from '../support/builders.js';

afterEach(() => vi.useRealTimers());

it.each([
  ['back by hours', -7],
  ['forward by days', 72],
])('goes on when the clock is set %s', async (_title, hours) => {
  // Only the clock on the wall: timers, and what they are measured by, go on as they did.
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-01-05T02:00:00Z') });
  const started = performance.now();
  let shiftMs = 0;
  const tick = setInterval(() => {
    vi.setSystemTime(new Date('2026-01-05T02:00:00Z').getTime() + shiftMs + performance.now() - started);
  }, 20);
  let runs = 0;
  const times = schedule('* * * * * *', 'Asia/Shanghai', async () => runs++, silentLog);
  try {
    await delay(2_200);
    expect(runs).toBeGreaterThan(0);
    shiftMs = hours * 3_600_000;
    await delay(200);
    const before = runs;
    await delay(4_000);
    expect(runs).toBeGreaterThan(before);
  } finally {
    clearInterval(tick);
    await times.stop();
  }
});
