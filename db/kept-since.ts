import { storyWindowMs } from '../src/domain/story/story.js';

const dayMs = 86_400_000;
/** The newest but so many tell the time: a single date, or a clock for an hour, may be wrong by years. */
export const newestPassedOver = 9;
/** Later reprints have to find an article as long as its story can grow. */
const shortestKeepMs = storyWindowMs + dayMs;

/**
 * Before when articles are no longer kept: so many days before now, or before the archive's newest, whichever is earlier. By
 * a clock that was set forward, or when sources are silent for long, nothing is too old. Undefined: everything is kept.
 * `newest`: `order_at` of the newest behind those that are passed over, if there is one.
 */
export function keptSince(newest: number | undefined, days: number, now: Date): number | undefined {
  if (newest === undefined) return undefined;
  return Math.min(newest, now.getTime()) - Math.max(days * dayMs, shortestKeepMs);
}
