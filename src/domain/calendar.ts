import { zoneOffset } from './time-zone.js';

/** A day of the calendar, `2026-01-05`; earlier days sort before later ones. */
export type Day = string;

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** The day that calendars in a zone (IANA name) show at a moment. Throws RangeError for an unknown zone. */
export function dayOf(at: Date, timeZone: string): Day {
  return toDay(at.getTime() + zoneOffset(timeZone, at.getTime()) * minuteMs);
}

/**
 * The first moment at which clocks in a zone show a day. Where they skip its midnight, that is the moment of the change; where
 * midnight comes twice, the first.
 */
export function startOfDay(day: Day, timeZone: string): Date {
  const midnight = Date.parse(day);
  // Whatever the zone, these two lie on both sides of a change near midnight.
  const offsets = [midnight - dayMs, midnight + dayMs].map((time) => zoneOffset(timeZone, time));
  const early = midnight - Math.max(...offsets) * minuteMs;
  const isReached = early + zoneOffset(timeZone, early) * minuteMs >= midnight;
  return new Date(isReached ? early : midnight - Math.min(...offsets) * minuteMs);
}

/** So many days later; earlier when negative. */
export function addDays(day: Day, days: number): Day {
  return toDay(Date.parse(day) + days * dayMs);
}

/** The Monday of the week that a day is in. */
export function mondayOf(day: Day): Day {
  return addDays(day, -((new Date(day).getUTCDay() + 6) % 7));
}

function toDay(wallMs: number): Day {
  return new Date(wallMs).toISOString().slice(0, 10);
}
