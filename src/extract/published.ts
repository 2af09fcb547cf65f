import { fromWallClock } from '../domain/time-zone.js';

/** A point in time and the offset from UTC that it was printed with. */
export interface Published {
  readonly at: Date;
  /** Minutes east of UTC; undefined when the post names no zone. */
  readonly offsetMinutes: number | undefined;
}

// `2022-06-08 10:02:59 +0800`, `2022-06-08T10:02:59.123Z`, `2022/6/8 10:02`, `2022-06-08`.
const writtenDate =
  /^(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?:(?:[Tt]|[ \u3000]+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?)?[ \u3000]*(?:([Zz]|UTC|GMT)|([+-])(\d{2}):?(\d{2}))?$/u;
const minuteMs = 60_000;
const maxOffsetMinutes = 14 * 60;

/**
 * Reads a date as the front matter writes it. Without a zone it is local time in `timeZone` (IANA name).
 * Undefined for an empty text and for anything that is not a date of the calendar (2024-13-45 is not rolled over).
 */
export function parsePublished(text: string, timeZone: string): Published | undefined {
  const match = writtenDate.exec(text.trim());
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = [1, 3, 4, 5, 6, 7].map((group) => Number(match[group] ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const wallMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const wall = new Date(wallMs);
  const exists =
    wall.getUTCFullYear() === year &&
    wall.getUTCMonth() === month - 1 &&
    wall.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60;
  if (!exists) return undefined;
  if (match[8] !== undefined) return { at: wall, offsetMinutes: 0 };
  if (match[9] === undefined) {
    return { at: fromWallClock(wallMs, timeZone), offsetMinutes: undefined };
  }
  const offset = (match[9] === '-' ? -1 : 1) * (Number(match[10]) * 60 + Number(match[11]));
  if (Math.abs(offset) > maxOffsetMinutes || Number(match[11]) > 59) return undefined;
  return { at: new Date(wallMs - offset * minuteMs), offsetMinutes: offset };
}

/** ISO 8601 with offset, to the second: `2022-06-08T10:02:59+08:00`. */
export function formatWithOffset(at: Date, offsetMinutes: number): string {
  const wall = new Date(at.getTime() + offsetMinutes * minuteMs).toISOString().slice(0, 19);
  const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60];
  return `${wall}${offsetMinutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}
