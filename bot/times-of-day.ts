import type { DigestTimes, QuietHours } from '../src/domain/chat-times.js';

/** Times of one chat's day: more make no digests any more. */
const mostTimes = 24;
const hourlyWords = /^(?:hourly|每小时|每小时一次|整点|整点汇总)$/iu;
/** Words that turn a setting off. */
const offWords = /^(?:off|none|关|关闭|取消|不要|即时)$/iu;

export function isOff(text: string): boolean {
  return offWords.test(text.trim());
}

/** What is wrong with times that were typed. `unclear`: nothing of it looks like times. */
export type TimesFault =
  | { readonly kind: 'no-time'; readonly text: string }
  | { readonly kind: 'too-many'; readonly most: number }
  /** Quiet hours that begin and end at once. */
  | { readonly kind: 'no-span'; readonly minutes: number }
  | { readonly kind: 'unclear' };

export type TypedDigestTimes = { readonly kind: 'times'; readonly times: DigestTimes } | TimesFault;
export type TypedQuietHours = { readonly kind: 'hours'; readonly hours: QuietHours } | TimesFault;

/** `08:00,20:00`, `8:30`, `hourly`: digest times as people type them, or what is wrong with them. */
export function parseDigestTimes(text: string): TypedDigestTimes {
  const trimmed = text.normalize('NFKC').trim();
  if (hourlyWords.test(trimmed)) return { kind: 'times', times: 'hourly' };
  const parts = trimmed.split(/[,、;\s]+/u).filter(Boolean);
  const minutes: number[] = [];
  for (const part of parts) {
    const time = parseTime(withMinutes(part));
    if (time === undefined) return faultOf(part);
    minutes.push(time);
  }
  if (minutes.length === 0) return { kind: 'unclear' };
  const times = [...new Set(minutes)].sort((a, b) => a - b);
  return times.length <= mostTimes ? { kind: 'times', times } : { kind: 'too-many', most: mostTimes };
}

/** `23:00-07:00`, `23-7`, also with 到 or a dash of another kind; or what is wrong with it. */
export function parseQuietHours(text: string): TypedQuietHours {
  const parts = text
    .normalize('NFKC')
    .trim()
    .split(/\s*(?:-|–|—|~|到|至)\s*/u);
  const [from = '', until = '', ...more] = parts.map(withMinutes);
  if (parts.length < 2 || more.length > 0) return { kind: 'unclear' };
  const [begin, end] = [parseTime(from), parseTime(until)];
  if (begin === undefined) return faultOf(parts[0] ?? '');
  if (end === undefined) return faultOf(parts[1] ?? '');
  return begin === end ? { kind: 'no-span', minutes: begin } : { kind: 'hours', hours: { from: begin, until: end } };
}

/** `8` is eight o'clock. */
const withMinutes = (part: string) => (/^\d{1,2}$/u.test(part) ? `${part}:00` : part);

/** Words are no slip in a time: only what begins like one is quoted back. */
function faultOf(part: string): TimesFault {
  return /^\d/u.test(part) ? { kind: 'no-time', text: part } : { kind: 'unclear' };
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
