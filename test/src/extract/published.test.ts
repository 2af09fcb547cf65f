import { describe, expect, it } from 'vitest';
import { zoneOffset } from '../../../src/domain/time-zone.js';
import { formatWithOffset, parsePublished } from '../../../src/extract/published.js';

const isoOf = (text: string, zone = 'Asia/Shanghai') => parsePublished(text, zone)?.at.toISOString();

describe('parsePublished', () => {
  it.each<[string, string]>([
    ['2022-06-08 10:02:59 +0800', '2022-06-08T02:02:59.000Z'],
    ['2022-06-08 10:02:59 +08:00', '2022-06-08T02:02:59.000Z'],
    ['2022-06-08T10:02:59+0800', '2022-06-08T02:02:59.000Z'],
    ['2022-06-08 10:02:59 -0330', '2022-06-08T13:32:59.000Z'],
    ['2022-06-08T10:02:59Z', '2022-06-08T10:02:59.000Z'],
    ['2022-06-08T10:02:59.123Z', '2022-06-08T10:02:59.000Z'],
    ['2022-06-08 10:02:59 UTC', '2022-06-08T10:02:59.000Z'],
    ['2022-06-08 10:02:59', '2022-06-08T02:02:59.000Z'],
    ['2022-06-08 10:02', '2022-06-08T02:02:00.000Z'],
    ['2022-06-08', '2022-06-07T16:00:00.000Z'],
    ['2022/6/8 1:02', '2022-06-07T17:02:00.000Z'],
    ['2024-02-29 00:00:00', '2024-02-28T16:00:00.000Z'],
    ['  2022-06-08 10:02:59  ', '2022-06-08T02:02:59.000Z'],
  ])('%s', (text, expected) => expect(isoOf(text)).toBe(expected));

  it.each([
    [''],
    ['昨天'],
    ['2024-13-45'],
    ['2023-02-29'],
    ['2024-00-10'],
    ['2024-01-01 24:00:00'],
    ['2024-01-01 10:60:00'],
    ['2024-01-01 10:00:00 +9900'],
    ['2024-01-01 10:00:00 CST'],
    ['20240101'],
    ['1704038400'],
    ['2024-01/02'],
  ])('no date: %s', (text) => expect(isoOf(text)).toBeUndefined());

  it.each<[string, string, string]>([
    ['summer time', '2024-07-01 12:00', '2024-07-01T16:00:00.000Z'],
    ['winter time', '2024-01-01 12:00', '2024-01-01T17:00:00.000Z'],
    ['the hour before the clocks go forward', '2024-03-10 01:59', '2024-03-10T06:59:00.000Z'],
    ['the hour after', '2024-03-10 03:00', '2024-03-10T07:00:00.000Z'],
  ])('reads local time in a zone with summer time: %s', (_name, text, expected) =>
    expect(isoOf(text, 'America/New_York')).toBe(expected),
  );

  it('tells a printed offset from a supplied one', () => {
    expect(parsePublished('2022-06-08 10:02:59 -0500', 'Asia/Shanghai')?.offsetMinutes).toBe(-300);
    expect(parsePublished('2022-06-08 10:02:59', 'Asia/Shanghai')?.offsetMinutes).toBeUndefined();
  });
});

it('prints times with an offset', () => {
  const at = new Date('2022-06-08T02:02:59Z');
  expect(formatWithOffset(at, 480)).toBe('2022-06-08T10:02:59+08:00');
  expect(formatWithOffset(at, -210)).toBe('2022-06-07T22:32:59-03:30');
  expect(formatWithOffset(at, 0)).toBe('2022-06-08T02:02:59+00:00');
});

it('knows the offset of a zone at a moment', () => {
  expect(zoneOffset('Asia/Shanghai', Date.UTC(2022, 5, 8))).toBe(480);
  expect(zoneOffset('Asia/Kolkata', Date.UTC(2022, 5, 8))).toBe(330);
  expect(zoneOffset('America/New_York', Date.UTC(2022, 5, 8))).toBe(-240);
  expect(() => zoneOffset('Mars/Olympus', 0)).toThrow(RangeError);
});
