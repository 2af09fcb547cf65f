import { fromWallClock, zoneOffset } from './time-zone.js';

/** When a chat wants its digests: at every full hour, or at times of the day, in minutes after midnight, ascending. */
export type DigestTimes = 'hourly' | readonly number[];

/** Hours of the day without pushes, in minutes after midnight. `from` later than `until`: over midnight. Never equal. */
export interface QuietHours {
  readonly from: number;
  readonly until: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** The first digest time after a moment, on the clocks of a zone. A time that a change to summer time skips comes all the same, once. */
export function nextDigestTime(times: DigestTimes, timeZone: string, after: Date): Date {
  if (times === 'hourly') return nextFullHour(timeZone, after);
  return soonest(times, timeZone, after);
}

/** When the quiet hours end that a moment lies in; undefined outside of them. */
export function quietUntil({ from, until }: QuietHours, timeZone: string, at: Date): Date | undefined {
  const wall = at.getTime() + zoneOffset(timeZone, at.getTime()) * minuteMs;
  const minute = Math.floor((((wall % dayMs) + dayMs) % dayMs) / minuteMs);
  const isInside = from < until ? minute >= from && minute < until : minute >= from || minute < until;
  return isInside ? soonest([until], timeZone, at) : undefined;
}

function soonest(minutesOfDay: readonly number[], timeZone: string, after: Date): Date {
  const today = startOfDay(timeZone, after);
  // From the day before: clocks that go back over midnight make a day begin twice.
  const days = [-1, 0, 1, 2].map((n) => today + n * dayMs);
  const moments = days.flatMap((day) => minutesOfDay.map((minutes) => momentOf(day + minutes * minuteMs, timeZone)));
  const next = Math.min(...moments.map(Number).filter((time) => time > after.getTime()));
  if (!Number.isFinite(next)) throw new RangeError('no time of the day was given');
  return new Date(next);
}

/** When the clocks of a zone show a time; one that they skip is as long after the skip as it would have been after its beginning. */
function momentOf(wall: number, timeZone: string): Date {
  const moment = fromWallClock(wall, timeZone);
  const isShown = moment.getTime() + zoneOffset(timeZone, moment.getTime()) * minuteMs === wall;
  return isShown ? moment : new Date(wall - zoneOffset(timeZone, wall - dayMs) * minuteMs);
}

/** Midnight of the day on the clocks of a zone, itself given as if it were UTC. */
function startOfDay(timeZone: string, at: Date): number {
  const wall = at.getTime() + zoneOffset(timeZone, at.getTime()) * minuteMs;
  return Math.floor(wall / dayMs) * dayMs;
}

function nextFullHour(timeZone: string, after: Date): Date {
  // Zones are off by quarters of an hour at times, and change at quarters only.
  const step = 15 * minuteMs;
  let time = Math.floor(after.getTime() / step) * step + step;
  while ((time + zoneOffset(timeZone, time) * minuteMs) % hourMs !== 0) time += step;
  return new Date(time);
}
