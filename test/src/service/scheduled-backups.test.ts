import { describe, expect, it } from 'vitest';
import { openStores } from '../../../db/open-stores.js';
import { hasTimeBetween } from '../../../src/schedule.js';
import { backupErrorKey, createScheduledBackups } from '../../../src/service/scheduled-backups.js';
import { silentLog, TestClock } from '../../support/builders.js';

const hourMs = 3_600_000;

async function setUp(cron = '0 4 * * *') {
  const clock = new TestClock();
  const { botState } = await openStores('file::memory:');
  const errors: object[] = [];
  const made: Date[] = [];
  const disk = { isFull: false };
  const backups = createScheduledBackups({
    backups: {
      async list() {
        return made.map((madeAt) => ({ file: madeAt.toISOString(), madeAt })).reverse();
      },
      async make(now) {
        if (disk.isFull) throw new Error('database or disk is full');
        made.push(now);
        return { file: now.toISOString(), bytes: 1, rows: {}, tookMs: 1 };
      },
      async prune() {
        return 0;
      },
    },
    state: botState,
    keep: 7,
    log: { ...silentLog, error: (fields, event) => errors.push({ ...fields, event }) },
    now: clock.now,
    hasTimeBetween: (after, until) => hasTimeBetween(cron, 'Asia/Shanghai', after, until),
  });
  return { backups, clock, errors, made, disk, state: botState };
}

describe('scheduled backups', () => {
  it('are made when there is none, and when a time has passed since the newest', async () => {
    const { backups, clock, made } = await setUp();
    await backups.runIfDue();
    await backups.runIfDue();
    expect(made).toHaveLength(1);
    clock.time = new Date('2026-01-05T19:59:59Z');
    await backups.runIfDue();
    expect(made).toHaveLength(1);
    clock.time = new Date('2026-01-05T20:00:00Z');
    await backups.runIfDue();
    expect(made).toHaveLength(2);
  });

  it('make up once for many times that passed while the bot was down', async () => {
    const { backups, clock, made } = await setUp();
    await backups.run();
    clock.advance(90 * 24 * hourMs);
    await backups.runIfDue();
    await backups.runIfDue();
    expect(made).toHaveLength(2);
  });

  it('go on after a clock was set back', async () => {
    const { backups, clock, made } = await setUp();
    await backups.run();
    clock.advance(-400 * 24 * hourMs);
    await backups.runIfDue();
    clock.advance(24 * hourMs);
    await backups.runIfDue();
    expect(made).toHaveLength(3);
  });

  it('that fail are one line in the log and kept for the doctor, until one goes well', async () => {
    const { backups, errors, disk, state } = await setUp();
    disk.isFull = true;
    await backups.run();
    expect(errors).toEqual([{ event: 'NO BACKUP COULD BE MADE', error: 'database or disk is full' }]);
    expect(await state.find(backupErrorKey)).toBe('database or disk is full');
    disk.isFull = false;
    await backups.runIfDue();
    expect(await state.find(backupErrorKey)).toBe('');
  });
});

describe('a time of a cron expression', () => {
  const at = (text: string) => new Date(`2026-01-05T${text}Z`);
  it.each([
    ['lies behind the first and not behind the second', '0 4 * * *', '19:00:00', '20:00:00', true],
    ['is not the first itself', '0 4 * * *', '20:00:00', '21:00:00', false],
    ['has seconds', '30 0 4 * * *', '20:00:00', '20:00:29', false],
    ['may be the last second', '30 0 4 * * *', '20:00:00', '20:00:30', true],
    ['is in the time zone', '0 20 * * *', '19:00:00', '21:00:00', false],
    ['lies nowhere when time went back', '* * * * *', '21:00:00', '19:00:00', false],
  ])('%s', async (_title, expression, after, until, expected) => {
    expect(await hasTimeBetween(expression, 'Asia/Shanghai', at(after), at(until))).toBe(expected);
  });
});
