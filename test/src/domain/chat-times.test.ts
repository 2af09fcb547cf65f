import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DigestTimes, nextDigestTime, quietUntil } from '../../../src/domain/chat-times.js';

const minutes = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

describe('the next digest time', () => {
  it.each<[string, DigestTimes, string, string, string]>([
    ['is later today', [480, 1200], 'Asia/Shanghai', '2026-01-05T01:00:00Z', '2026-01-05T12:00:00Z'],
    ['is tomorrow, behind the last of today', [480], 'Asia/Shanghai', '2026-01-05T01:00:00Z', '2026-01-06T00:00:00Z'],
    ['is never now', [480], 'Asia/Shanghai', '2026-01-05T00:00:00Z', '2026-01-06T00:00:00Z'],
    ['is in another year', [0], 'Asia/Shanghai', '2025-12-31T15:59:59Z', '2025-12-31T16:00:00Z'],
    ['is at the clock of the zone, in summer', [480], 'Europe/Berlin', '2026-07-01T00:00:00Z', '2026-07-01T06:00:00Z'],
    ['and in winter', [480], 'Europe/Berlin', '2026-12-01T00:00:00Z', '2026-12-01T07:00:00Z'],
    ['comes on the day that skips it', [150], 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-29T01:30:00Z'],
    ['comes once on the day that has it twice', [150], 'Europe/Berlin', '2026-10-25T01:30:00Z', '2026-10-26T01:30:00Z'],
    ['is the next full hour', 'hourly', 'Asia/Shanghai', '2026-01-05T01:00:01Z', '2026-01-05T02:00:00Z'],
    ['is full on the clocks of the zone', 'hourly', 'Asia/Kolkata', '2026-01-05T01:00:00Z', '2026-01-05T01:30:00Z'],
  ])('%s', (_title, times, zone, after, expected) => {
    expect(nextDigestTime(times, zone, new Date(after))).toEqual(new Date(expected));
  });

  it('is met once a day, whatever the zone and the time of the year', () => {
    const zones = fc.constantFrom(
      'Asia/Shanghai',
      'Europe/London',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
    );
    const day = fc.integer({ min: 0, max: 364 });
    fc.assert(
      fc.property(zones, day, fc.integer({ min: 0, max: 1_439 }), (zone, start, time) => {
        const from = Date.UTC(2026, 0, 1 + start);
        const met: number[] = [];
        for (let at = from; met.length < 5; at = met.at(-1) ?? at)
          met.push(nextDigestTime([time], zone, new Date(at)).getTime());
        const gaps = met.slice(1).map((each, index) => (each - (met[index] ?? 0)) / 3_600_000);
        expect(Math.min(...gaps)).toBeGreaterThanOrEqual(22.5);
        expect(Math.max(...gaps)).toBeLessThanOrEqual(25.5);
      }),
      { numRuns: 200 },
    );
  });
});

describe('quiet hours', () => {
  const night = { from: minutes('23:00'), until: minutes('07:00') };
  const noon = { from: minutes('12:00'), until: minutes('14:00') };
  it.each([
    ['begin to the minute', night, '2026-01-05T15:00:00Z', '2026-01-05T23:00:00Z'],
    ['last over midnight', night, '2026-01-05T18:30:00Z', '2026-01-05T23:00:00Z'],
    ['end to the minute', night, '2026-01-05T23:00:00Z', undefined],
    ['leave the day alone', night, '2026-01-05T04:00:00Z', undefined],
    ['can lie within a day', noon, '2026-01-05T04:30:00Z', '2026-01-05T06:00:00Z'],
    ['and leave its rest alone', noon, '2026-01-05T03:59:59Z', undefined],
  ])('%s', (_title, hours, at, expected) => {
    expect(quietUntil(hours, 'Asia/Shanghai', new Date(at))).toEqual(expected && new Date(expected));
  });

  it('are as short as they are set, also the night before the clocks change within them', () => {
    const short = { from: minutes('01:45'), until: minutes('02:15') };
    // New York, 8 March 2026: 02:00 becomes 03:00.
    expect(quietUntil(short, 'America/New_York', new Date('2026-03-07T17:00:00Z'))).toBeUndefined();
    expect(quietUntil(short, 'America/New_York', new Date('2026-03-08T06:50:00Z'))).toEqual(
      new Date('2026-03-08T07:15:00Z'),
    );
  });

  it('follow the clocks when they change', () => {
    // The night of 29 March 2026 is an hour shorter in Berlin.
    expect(quietUntil(night, 'Europe/Berlin', new Date('2026-03-28T22:30:00Z'))).toEqual(
      new Date('2026-03-29T05:00:00Z'),
    );
  });
});
