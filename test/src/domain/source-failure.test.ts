import { describe, expect, it } from 'vitest';
import { isDue, nextTry } from '../../../src/domain/source-failure.js';

const now = new Date('2026-03-01T08:00:00Z');
const inMinutes = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const never = () => 0;
const always = () => 1;

describe('the next try of a source that failed', () => {
  it.each([
    ['five minutes after the first failure', 1, 5],
    ['longer after the second', 2, 10],
    ['an hour and more after the fifth', 5, 80],
    ['six hours after many', 12, 360],
    ['six hours after very many', 100_000, 360],
  ])('is %s', (_title, failures, minutes) => {
    expect(nextTry(failures, now, undefined, never)).toEqual(inMinutes(minutes));
  });

  it('is a little later by chance, but never more than six hours away', () => {
    expect(nextTry(2, now, undefined, always)).toEqual(inMinutes(12.5));
    expect(nextTry(12, now, undefined, always)).toEqual(inMinutes(360));
  });

  it('is not before the server wants it, within a day', () => {
    expect(nextTry(1, now, inMinutes(90), never)).toEqual(inMinutes(90));
    expect(nextTry(1, now, inMinutes(1), never)).toEqual(inMinutes(5));
    expect(nextTry(1, now, inMinutes(10_000_000), never)).toEqual(inMinutes(24 * 60));
  });
});

describe('a source', () => {
  it('is due when its time has come, or it has none', () => {
    expect(isDue(undefined, now)).toBe(true);
    expect(isDue(inMinutes(0), now)).toBe(true);
    expect(isDue(inMinutes(1), now)).toBe(false);
  });

  it('is due when the clock was set back and its time lies days ahead', () => {
    expect(isDue(inMinutes(3 * 24 * 60), now)).toBe(true);
  });
});
