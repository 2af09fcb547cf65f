import type { Language } from '../src/domain/language.js';

/** Making one costs a hundred times as much as using it. Zones are a few hundred, so that it stays small. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** Date and time of day in a zone, the year only when it is not this year's: `6月8日 10:02`, `8 Jun 2022, 10:02`. */
export function formatTime(time: Date, timeZone: string, language: Language, now: Date): string {
  const year = (date: Date) => formatFor(timeZone, 'en', { year: 'numeric' }).format(date);
  return formatFor(timeZone, language === 'zh' ? 'zh-CN' : 'en-GB', {
    month: language === 'zh' ? 'long' : 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(year(time) === year(now) ? {} : { year: 'numeric' }),
  }).format(time);
}

/** The time of day when it is less than a day away, else with its date: `08:00`, `6月8日 10:02`. */
export function formatSoon(time: Date, timeZone: string, language: Language, now: Date): string {
  if (Math.abs(time.getTime() - now.getTime()) >= 86_400_000) return formatTime(time, timeZone, language, now);
  return formatFor(timeZone, 'en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(time);
}

function formatFor(timeZone: string, locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${timeZone} ${locale} ${Object.keys(options).join()}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone });
  formats.set(key, format);
  return format;
}
