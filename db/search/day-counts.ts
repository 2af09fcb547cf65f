import { dayOf, startOfDay } from '../../src/domain/calendar.js';
import type { DayCount } from '../../src/ports.js';

/** Adds up articles per day of a zone and medium. They come newest first. */
export interface DayCounter {
  /** So many hits at a time: `orderAt`, UTC milliseconds, no later than any before. */
  count(orderAt: number, categoryId: number | undefined, articles?: number): void;
  /** Newest day first. */
  readonly days: readonly DayCount[];
}

export function createDayCounter(timeZone: string): DayCounter {
  const days: DayCount[] = [];
  let hits = new Map<number | undefined, number>();
  let start = Number.POSITIVE_INFINITY;
  return {
    days,
    count(orderAt, categoryId, articles = 1) {
      // What a day is called takes long to find out: it is asked once a day.
      if (orderAt < start) {
        const day = dayOf(new Date(orderAt), timeZone);
        start = startOfDay(day, timeZone).getTime();
        hits = new Map();
        days.push({ day, hits });
      }
      hits.set(categoryId, (hits.get(categoryId) ?? 0) + articles);
    },
  };
}
