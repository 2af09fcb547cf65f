import type { PageLanguage } from '../../mini-app/protocol.js';

export interface Calendar {
  /** `2026-11-26` */
  dayOf(at: number): string;
  /** `08:05` */
  timeOf(at: number): string;
  /** `11月26日星期四`, with the year when it is not this one. */
  longDay(at: number): string;
  /** `11月26日`, with the year when it is not this one. */
  shortDay(at: number): string;
  /** `2026年11月26日 08:05` */
  full(at: number): string;
  readonly today: string;
  readonly yesterday: string;
}

/** Moments as a reader's calendar has them. */
export function createCalendar(language: PageLanguage, timeZone: string, now = Date.now()): Calendar {
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB';
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { timeZone, ...options });
  const iso = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const time = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const date = { month: language === 'zh' ? 'long' : 'short', day: 'numeric' } as const;
  const [day, dated] = [format(date), format({ ...date, year: 'numeric' })];
  const weekday = { weekday: language === 'zh' ? 'long' : 'short' } as const;
  const [dayOfWeek, datedDayOfWeek] = [
    format({ ...date, ...weekday }),
    format({ ...date, ...weekday, year: 'numeric' }),
  ];
  const dayOf = (at: number) => iso.format(at);
  const today = dayOf(now);
  const isThisYear = (at: number) => dayOf(at).slice(0, 4) === today.slice(0, 4);
  return {
    dayOf,
    timeOf: (at) => time.format(at),
    longDay: (at) => (isThisYear(at) ? dayOfWeek : datedDayOfWeek).format(at),
    shortDay: (at) => (isThisYear(at) ? day : dated).format(at),
    full: (at) => `${dated.format(at)} ${time.format(at)}`,
    today,
    yesterday: dayOf(now - 86_400_000),
  };
}
