/** A search as the form shows it. Days are `2026-11-26` or empty. */
export interface QueryForm {
  /** In the search language, without what the other fields say. */
  readonly words: string;
  readonly sources: readonly string[];
  readonly from: string;
  /** The last day that counts; `before:` is the first that does not. */
  readonly to: string;
}

const tokenPattern = /-?(?:(?:in|after|before):\s*)?(?:"[^"]*"?|[^\s"]+)/giu;
const sourcePattern = /^in:\s*(?:"(?<quoted>[^"]+)"?|(?<plain>[^\s"]+))$/iu;
const dayPattern = /^(?<operator>after|before):\s*(?<day>\d{4}-\d\d-\d\d)$/iu;

/** Puts into fields what fits into fields; the rest stays in `words`, as it was written. */
export function readQuery(text: string): QueryForm {
  const words: string[] = [];
  const sources: string[] = [];
  const days = { after: [] as string[], before: [] as string[] };
  const tokens = text.normalize('NFC').match(tokenPattern) ?? [];
  for (const token of tokens) {
    const source = sourcePattern.exec(token)?.groups;
    const day = dayPattern.exec(token)?.groups;
    const operator = day?.operator?.toLowerCase() as keyof typeof days | undefined;
    if (source) sources.push((source.quoted ?? source.plain ?? '').trim());
    else if (operator && day?.day && isDay(day.day) && days[operator].length === 0) days[operator].push(day.day);
    else words.push(token);
  }
  const [before = ''] = days.before;
  return { words: words.join(' '), sources, from: days.after[0] ?? '', to: before && shiftDay(before, -1) };
}

/** The same in the search language. */
export function writeQuery({ words, sources, from, to }: QueryForm): string {
  return [
    words.trim(),
    ...sources.map((name) => `in:"${name.replaceAll('"', ' ')}"`),
    from && `after:${from}`,
    to && `before:${shiftDay(to, 1)}`,
  ]
    .filter(Boolean)
    .join(' ');
}

function isDay(day: string): boolean {
  return !Number.isNaN(Date.parse(`${day}T00:00:00Z`)) && shiftDay(day, 0) === day;
}

function shiftDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
