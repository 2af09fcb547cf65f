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
    return { at: new Date(wallMs - localOffset(timeZone, wallMs) * minuteMs), offsetMinutes: undefined };
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

/** Offset of a local wall-clock time, itself given as if it were UTC. In the hour that a change to summer time skips, the later offset. */
function localOffset(timeZone: string, wallMs: number): number {
  const first = zoneOffset(timeZone, wallMs);
  return zoneOffset(timeZone, wallMs - first * minuteMs);
}

const quarterHourMs = 15 * minuteMs;
const maxCachedOffsets = 4096;
const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

/** Minutes east of UTC in a zone at a moment. Throws RangeError for an unknown zone. */
export function zoneOffset(timeZone: string, utcMs: number): number {
  // Every change of an offset falls on a quarter hour; Intl is slow enough to be worth the map.
  const slot = Math.floor(utcMs / quarterHourMs);
  const key = `${timeZone} ${slot}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  if (offsets.size >= maxCachedOffsets) offsets.clear();
  const offset = readOffset(timeZone, slot * quarterHourMs);
  offsets.set(key, offset);
  return offset;
}

function readOffset(timeZone: string, utcMs: number): number {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    formats.set(timeZone, format);
  }
  const name = format.formatToParts(utcMs).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  const match = /^GMT(?:([+-])(\d{2}):(\d{2}))?/u.exec(name);
  const minutes = Number(match?.[2] ?? 0) * 60 + Number(match?.[3] ?? 0);
  return match?.[1] === '-' ? -minutes : minutes;
}
