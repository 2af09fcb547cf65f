import { type SQL, sql } from 'drizzle-orm';
import { mark } from '../../search/article-terms.js';
import { dayNumber } from '../../search/rising-words.js';

/**
 * An archive is searched stretch by stretch of time, the newest first, and every term in the index begins with a character that
 * stands for half a year: so new articles are written to the newest part only of an index that may be far larger than memory,
 * and a stretch is looked up without touching the rest.
 */
const halfYearDays = 182;
const dayMs = 86_400_000;
/** Everything before 1970 is in the first, everything after 2300 in the last; each character takes two bytes. */
const mostHalfYears = 700;
const firstCharacter = 0x100;

const halfYearOf = (orderAt: number): number =>
  Math.min(mostHalfYears, Math.floor(Math.max(0, orderAt) / (halfYearDays * dayMs)));

export const characterOf = (halfYear: number): string => String.fromCharCode(firstCharacter + halfYear);

/** Those of all half years of a span, the newest first. */
export function charactersBetween(span: { readonly oldest: number; readonly newest: number } | undefined): string[] {
  if (!span) return [];
  const [first, last] = [halfYearOf(span.oldest), halfYearOf(span.newest)];
  return Array.from({ length: last - first + 1 }, (_, n) => characterOf(last - n));
}

const characterOfDoc = sql.raw(
  `chr(${firstCharacter} + least(${mostHalfYears}, greatest(0, order_at) / ${halfYearDays * dayMs})::integer)`,
);

/** What `search_docs_terms` is made of: a statement has to say the same to be answered by it. */
export const termsOfDoc: SQL = sql`(array_to_tsvector(string_to_array(${characterOfDoc} || replace(terms, ' ', ' ' || ${characterOfDoc}), ' ')))`;

/** Bytes of terms, between spaces, at most, as `search_docs_terms` has them. */
export const bytesInIndex = (terms: string): number => Buffer.byteLength(terms) + 2 * terms.split(' ').length;

/** Under which terms a document's time is found: its day, and that it is in the half year at all. */
export const timeTerms = (orderAt: number): readonly string[] => [dayTerm(dayNumber(orderAt)), anyDay];
const dayTerm = (day: number) => mark.day + day;
const anyDay = mark.day;

export const isAnyDay = (days: Stretch['days']): boolean => days[0] === anyDay;

/** A stretch of time, UTC ms, first and last moment. */
export interface Stretch {
  readonly halfYear: number;
  readonly from: number;
  readonly to: number;
  /** Terms one of which every document of the stretch has, and few others. */
  readonly days: readonly string[];
}

/** In days: what is in most of the newest articles is found in the last two days. */
const firstStretches = [2, 6, 18, 54];
const mostDays = 60;

/** The stretches from a time back to another, newest first. No moment is in two of them. */
export function stretchesBack(newest: number, oldest: number): readonly Stretch[] {
  const stretches: Stretch[] = [];
  const lengths = [...firstStretches];
  for (let to = newest; to >= oldest; ) {
    const halfYear = halfYearOf(to);
    const length = lengths.shift() ?? halfYearDays;
    const begin = Math.max(beginOf(halfYear), (dayNumber(to) - length + 1) * dayMs);
    const from = Math.max(begin, oldest);
    stretches.push({ halfYear, from, to, days: daysOf(from, to) });
    to = from - 1;
  }
  return stretches;
}

const beginOf = (halfYear: number) => (halfYear === 0 ? Number.MIN_SAFE_INTEGER : halfYear * halfYearDays * dayMs);

function daysOf(from: number, to: number): readonly string[] {
  const first = dayNumber(from);
  const count = dayNumber(to) - first + 1;
  if (count > mostDays) return [anyDay];
  return Array.from({ length: count }, (_, n) => dayTerm(first + n));
}
