import { addDays, type Day, dayOf, mondayOf, startOfDay } from '../domain/calendar.js';
import type { Category } from '../domain/category.js';
import type { DayCount } from '../ports.js';
import type { SearchQuery } from '../search/query.js';

/** `days`: the last 30, day by day. `weeks`: the last 26, week by week. Both with the one that is not over yet. */
export type TrendSpan = 'days' | 'weeks';

export interface TrendRequest {
  readonly span: TrendSpan;
  readonly now: Date;
  /** The reader's: whose days and weeks these are. */
  readonly timeZone: string;
}

/** How often something appears, and in which media. */
export interface Trend {
  /** Every day, or the Monday of every week, oldest first, also without a hit. None when the query's own bounds leave none. */
  readonly buckets: readonly Day[];
  /** The media with the most hits, largest first; all others together come last. Those without a hit are left out. */
  readonly series: readonly TrendSeries[];
  readonly total: number;
}

export interface TrendSeries {
  /** That of the medium. Undefined: all other media. */
  readonly category: Category | undefined;
  /** Hits per bucket, as many as there are buckets. */
  readonly counts: readonly number[];
  readonly total: number;
}

/** The days that a trend is about, both included. `last` before `first`: none. */
export interface TrendDays {
  readonly first: Day;
  readonly last: Day;
}

const daysShown = 30;
const weeksShown = 26;
const weekDays = 7;
/** More lines cannot be told apart. */
const seriesShown = 6;

/** Up to today; a query with bounds of its own is only about the days that they touch. */
export function trendDays(
  { span, now, timeZone }: TrendRequest,
  query: Pick<SearchQuery, 'from' | 'until'>,
): TrendDays {
  const today = dayOf(now, timeZone);
  const earliest =
    span === 'days' ? addDays(today, 1 - daysShown) : addDays(mondayOf(today), weekDays * (1 - weeksShown));
  const from = query.from && dayOf(query.from, timeZone);
  const until = query.until && dayOf(new Date(query.until.getTime() - 1), timeZone);
  return {
    first: from && from > earliest ? from : earliest,
    last: until && until < today ? until : today,
  };
}

/** The moments that the days begin and end at, on the clocks of a zone. */
export function momentsOf({ first, last }: TrendDays, timeZone: string): { readonly from: Date; readonly until: Date } {
  return { from: startOfDay(first, timeZone), until: startOfDay(addDays(last, 1), timeZone) };
}

/** Brings what was counted of these days into buckets and series. What is of no known category is among the others. */
export function groupTrend(
  span: TrendSpan,
  days: TrendDays,
  counted: readonly DayCount[],
  categories: readonly Category[],
): Trend {
  const buckets = bucketsOf(span, days);
  const categoryOf = new Map<number | undefined, Category>(categories.map((category) => [category.id, category]));
  const all = [...countsByMedium(span, buckets, counted)]
    .map(([id, counts]) => ({ category: categoryOf.get(id), counts, total: sumOf(counts) }))
    .sort((a, b) => b.total - a.total || (a.category?.id ?? 0) - (b.category?.id ?? 0));
  const shown = all.filter(({ category }) => category !== undefined).slice(0, seriesShown);
  const others = all.filter((series) => !shown.includes(series));
  const series = others.length > 0 ? [...shown, together(others)] : shown;
  return { buckets, series, total: sumOf(all.map(({ total }) => total)) };
}

/** Hits per bucket, by the id of the category. */
function countsByMedium(span: TrendSpan, buckets: readonly Day[], counted: readonly DayCount[]) {
  const placeOf = new Map(buckets.map((bucket, place) => [bucket, place]));
  const byMedium = new Map<number | undefined, number[]>();
  for (const { day, hits } of counted) {
    const place = placeOf.get(bucketOf(span, day));
    if (place === undefined) throw new Error(`${day} was counted, but is none of the days of this trend`);
    for (const [id, count] of hits) {
      const counts = byMedium.get(id) ?? buckets.map(() => 0);
      counts[place] = (counts[place] ?? 0) + count;
      byMedium.set(id, counts);
    }
  }
  return byMedium;
}

function together(series: readonly TrendSeries[]): TrendSeries {
  const [first] = series;
  const counts = first?.counts.map((_, place) => sumOf(series.map(({ counts }) => counts[place] ?? 0))) ?? [];
  return { category: undefined, counts, total: sumOf(counts) };
}

function bucketsOf(span: TrendSpan, { first, last }: TrendDays): readonly Day[] {
  const buckets: Day[] = [];
  const step = span === 'days' ? 1 : weekDays;
  for (let day = bucketOf(span, first); first <= last && day <= last; day = addDays(day, step)) buckets.push(day);
  return buckets;
}

const bucketOf = (span: TrendSpan, day: Day): Day => (span === 'days' ? day : mondayOf(day));
const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0);
