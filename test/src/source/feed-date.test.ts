import { expect, it } from 'vitest';
import { printFeedDate } from '../../../src/source/feed-date.js';

it.each([
  ['Fri, 02 Jan 2026 03:04:05 +0800', '2026-01-02 03:04:05 +0800'],
  ['Fri, 2 Jan 2026 03:04:05 GMT', '2026-01-02 03:04:05 +0000'],
  ['02 Jan 26 03:04 EST', '2026-01-02 03:04:00 -0500'],
  ['Friday, 02-Jan-2026 3:04:05 GMT+08:00', '2026-01-02 03:04:05 +0800'],
  ['2 January 2026', '2026-01-02 00:00:00'],
  // China's time in one feed, Chicago's in another.
  ['Fri, 02 Jan 2026 03:04:05 CST', '2026-01-02 03:04:05'],
  ['2026-01-02T03:04:05+08:00', '2026-01-02 03:04:05+08:00'],
  ['2026-01-02T03:04:05.123Z', '2026-01-02 03:04:05.123Z'],
  ['2026-01-02 03:04', '2026-01-02 03:04'],
  ['2026/1/2', '2026/1/2'],
  ['yesterday', ''],
  ['2026-01-02\ntitle: x', ''],
  ['Fri, 02 Foo 2026 03:04:05 +0800', ''],
  ['', ''],
  [undefined, ''],
])('%s is printed as %s', (written, printed) => expect(printFeedDate(written)).toBe(printed));
