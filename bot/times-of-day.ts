import type { DigestTimes, QuietHours } from '../src/domain/chat-times.js';

/** Times of one chat's day: more make no digests any more. */
const mostTimes = 24;
const hourlyWords = /^(?:hourly|每小时|每小时一次|整点|整点汇总)$/iu;
/** Words that turn a setting off. */
const offWords = /^(?:off|none|关|关闭|取消|不要|即时)$/iu;

export function isOff(text: string): boolean {
  return offWords.test(text.trim());
}

/** `08:00,20:00`, `8:30`, `hourly`: digest times as people type them. Undefined: not understood. */
export function parseDigestTimes(text: string): DigestTimes | undefined {
  const trimmed = text.normalize('NFKC').trim();
  if (hourlyWords.test(trimmed)) return 'hourly';
  const parts = trimmed.split(/[,、;\s]+/u).filter(Boolean);
  const minutes = parts.map(parseTime);
  if (parts.length === 0 || minutes.some((each) => each === undefined)) return undefined;
  const times = [...new Set(minutes as number[])].sort((a, b) => a - b);
  return times.length <= mostTimes ? times : undefined;
}

/** `23:00-07:00`, also with 到 or a dash of another kind. Undefined: not understood, or no time at all. */
export function parseQuietHours(text: string): QuietHours | undefined {
  const parts = text
    .normalize('NFKC')
    .trim()
    .split(/\s*(?:-|–|—|~|到|至)\s*/u);
  const [from, until] = parts.map(parseTime);
  if (parts.length !== 2 || from === undefined || until === undefined || from === until) return undefined;
  return { from, until };
}

/** Minutes after midnight as a clock shows them: `08:00`. */
export function formatMinutes(minutes: number): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** Minutes after midnight. `24:00` is midnight too. */
function parseTime(text: string): number | undefined {
  const match = /^(?<hours>\d{1,2})(?::(?<minutes>\d{2})|点|点整)$/u.exec(text)?.groups;
  if (!match) return undefined;
  const hours = Number(match.hours);
  const minutes = Number(match.minutes ?? 0);
  if (minutes > 59 || hours > 24 || (hours === 24 && minutes > 0)) return undefined;
  return (hours % 24) * 60 + minutes;
}
