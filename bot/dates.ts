import type { Language } from '../src/domain/language.js';

/** Date and time of day in a zone, the year only when it is not this year's: `6月8日 10:02`, `8 Jun 2022, 10:02`. */
export function formatTime(time: Date, timeZone: string, language: Language, now: Date): string {
  const year = (date: Date) => new Intl.DateTimeFormat('en', { timeZone, year: 'numeric' }).format(date);
  return new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    timeZone,
    month: language === 'zh' ? 'long' : 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(year(time) === year(now) ? {} : { year: 'numeric' }),
  }).format(time);
}
