const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** RFC 822, and years, days of the week and seconds as feeds write them in spite of it. */
const mailDate =
  /^(?:\p{L}{2,9}\.?,?\s+)?(\d{1,2})[\s-]+(\p{L}{3})\p{L}*\.?[\s-]+(\d{4}|\d{2})(?!\d)(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?\s*(\S.*)?$/iu;
const webDate =
  /^\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)?\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?$/iu;
/** CST is missing: it is China's time in one feed and Chicago's in another. Without a zone, the configured one holds. */
const zones: Readonly<Record<string, string>> = {
  UT: '+0000',
  UTC: '+0000',
  GMT: '+0000',
  Z: '+0000',
  EST: '-0500',
  EDT: '-0400',
  CDT: '-0500',
  MST: '-0700',
  MDT: '-0600',
  PST: '-0800',
  PDT: '-0700',
};

/** A feed's date as the front matter of a post writes it, with its offset; empty when it is none. */
export function printFeedDate(written: string | undefined): string {
  const text = (written ?? '').trim().slice(0, 100);
  if (webDate.test(text)) return text.replace(/[T\s]+/iu, ' ');
  const [, day = '', month = '', year = '', hour = '0', minute = '00', second = '00', zone = ''] =
    mailDate.exec(text) ?? [];
  const monthNumber = months.indexOf(month.toLowerCase()) + 1;
  if (monthNumber === 0) return '';
  const fullYear = year.length === 4 ? year : `${Number(year) < 70 ? 20 : 19}${year}`;
  const two = (value: string | number) => String(value).padStart(2, '0');
  const date = `${fullYear}-${two(monthNumber)}-${two(day)} ${two(hour)}:${minute}:${second}`;
  return `${date} ${printZone(zone)}`.trim();
}

function printZone(zone: string): string {
  const offset = /^(?:GMT|UTC)?([+-]\d{2}):?(\d{2})\b/iu.exec(zone);
  if (offset) return `${offset[1]}${offset[2]}`;
  return zones[/^[a-z]+/iu.exec(zone)?.[0].toUpperCase() ?? ''] ?? '';
}
