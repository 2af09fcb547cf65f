import type { DayCountRequest, DayCounts, SearchPage } from '../../src/ports.js';

/** What is answered when there was no time for anything, or nothing to look into. */
export const emptyPage: Omit<SearchPage, 'filling'> = {
  items: [],
  hasOlder: false,
  hasNewer: false,
  timedOut: false,
  total: { count: 0, isExact: false },
};

export const nothingCounted = ({ until }: DayCountRequest): Omit<DayCounts, 'filling'> => ({
  days: [],
  timedOut: false,
  countedSince: until,
});
