const minuteMs = 60_000;
const quarterHourMs = 15 * minuteMs;
const maxCachedOffsets = 4096;
const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

/** Minutes east of UTC in a zone (IANA name) at a moment. Throws RangeError for an unknown zone. */
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

/**
 * The moment at which clocks in a zone show a wall-clock time, itself given as if it were UTC (`Date.UTC(…)`). In the hour
 * that a change to summer time skips, by the later offset.
 */
export function fromWallClock(wallMs: number, timeZone: string): Date {
  const first = zoneOffset(timeZone, wallMs);
  return new Date(wallMs - zoneOffset(timeZone, wallMs - first * minuteMs) * minuteMs);
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
