import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, dayOf, mondayOf, startOfDay } from '../../../src/domain/calendar.js';

describe('a day', () => {
  it.each([
    ['begins at midnight of the zone', '2026-01-05', 'Asia/Shanghai', '2026-01-04T16:00:00Z'],
    ['west of Greenwich later', '2026-01-05', 'America/New_York', '2026-01-05T05:00:00Z'],
    ['of an odd offset', '2026-01-05', 'Asia/Kathmandu', '2026-01-04T18:15:00Z'],
    ['on which summer time begins', '2026-03-08', 'America/New_York', '2026-03-08T05:00:00Z'],
    ['behind it', '2026-03-09', 'America/New_York', '2026-03-09T04:00:00Z'],
    ['on which summer time ends', '2026-11-01', 'America/New_York', '2026-11-01T04:00:00Z'],
    ['behind it', '2026-11-02', 'America/New_York', '2026-11-02T05:00:00Z'],
    ['whose midnight is skipped begins with the change', '2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00Z'],
    ['with two midnights begins with the first', '2021-10-29', 'Asia/Amman', '2021-10-28T21:00:00Z'],
  ])('%s', (_title, day, zone, start) => expect(startOfDay(day, zone)).toEqual(new Date(start)));

  it('has every moment from its beginning to that of the next', () => {
    const zone = fc.constantFrom(
      'Asia/Shanghai',
      'America/New_York',
      'America/Havana',
      'America/Santiago',
      'Africa/Cairo',
      'Australia/Lord_Howe',
      'Asia/Amman',
    );
    const at = fc.date({ min: new Date('2015-01-01'), max: new Date('2027-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(at, zone, (at, zone) => {
        const day = dayOf(at, zone);
        expect(startOfDay(day, zone) <= at).toBe(true);
        expect(startOfDay(addDays(day, 1), zone) > at).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['2026-01-05', '2026-01-05'],
    ['2026-01-11', '2026-01-05'],
    ['2026-01-04', '2025-12-29'],
    ['2024-03-02', '2024-02-26'],
  ])('%s is in the week of %s', (day, monday) => expect(mondayOf(day)).toBe(monday));
});
