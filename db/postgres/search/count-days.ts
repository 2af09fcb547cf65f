import { type SQL, sql } from 'drizzle-orm';
import { addDays, type Day, dayOf, startOfDay } from '../../../src/domain/calendar.js';
import type { DayCountRequest, DayCounts } from '../../../src/ports.js';
import { categoryOfMedium } from '../../search/article-medium.js';
import { Interrupted } from '../../search/budget.js';
import { createDayCounter, type DayCounter } from '../../search/day-counts.js';
import { arrayOf } from '../database.js';
import type { Batches, Candidate } from './candidate-walk.js';
import { hitsAmong, openSearch, type Search } from './index-reader.js';
import type { Snapshot } from './snapshot.js';

/** Some hits, no newer than those before them: rows of article_id and order_at, and the first moment that they cover. */
interface Portion {
  readonly hits: SQL;
  readonly since: number;
}

/** Counts all hits of a span by day and medium; when it is interrupted, the newest. */
export async function countDays(
  snapshot: Snapshot,
  { query, from, until, timeZone }: DayCountRequest,
): Promise<Omit<DayCounts, 'filling'>> {
  const within = { ...query, from: later(query.from, from), until: earlier(query.until, until) };
  const search = openSearch(snapshot, { query: within, order: 'newest', limit: 0, countUpTo: 0 });
  const counter = createDayCounter(timeZone);
  let countedSince = within.until;
  try {
    const isTold = search.isExact && snapshot.isCurrent;
    const days = startsOfDays(search, timeZone);
    for await (const { hits, since } of isTold ? byStretch(search) : byBatch(search)) {
      await countPortion(snapshot, hits, days, counter);
      countedSince = new Date(since);
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    return { days: counter.days, timedOut: true, countedSince };
  }
  return { days: counter.days, timedOut: false, countedSince: from };
}

const later = (a: Date | undefined, b: Date) => (a && a > b ? a : b);
const earlier = (a: Date | undefined, b: Date) => (a && a < b ? a : b);

/** Where terms tell what is a hit, the database counts without giving out what. */
async function* byStretch(search: Search): AsyncGenerator<Portion> {
  for (const stretch of search.stretches) {
    const others = await search.listUnwhole([stretch]);
    const known = sql`SELECT d.article_id, d.order_at FROM ${search.withTerms([stretch])}`;
    const hits = others.length > 0 ? sql`${known} UNION ALL ${rowsOf(await hitsOf(search, others))}` : known;
    yield { hits, since: stretch.from };
  }
}

async function* byBatch(search: Search): AsyncGenerator<Portion> {
  for await (const batch of search.candidates()) {
    const hits = await hitsOf(search, batch);
    const last = batch.at(-1);
    if (last) yield { hits: rowsOf(hits), since: last.orderAt };
  }
}

async function hitsOf(search: Search, candidates: readonly Candidate[]): Promise<readonly Candidate[]> {
  const hits: Candidate[] = [];
  async function* batches(): Batches {
    yield candidates;
  }
  for await (const hit of hitsAmong(search, batches(), undefined)) hits.push(hit);
  return hits;
}

const rowsOf = (hits: readonly Candidate[]): SQL =>
  sql`SELECT article_id, order_at FROM search_docs WHERE article_id = ANY(${arrayOf(hits.map(({ articleId }) => articleId))})`;

/** The first moments of all days that hits can be of, UTC ms, ascending. */
function startsOfDays({ stretches }: Search, timeZone: string): readonly number[] {
  const [newest, oldest] = [stretches[0]?.to, stretches.at(-1)?.from];
  if (newest === undefined || oldest === undefined) return [];
  const starts: number[] = [];
  const last = dayOf(new Date(newest), timeZone);
  for (let day: Day = dayOf(new Date(oldest), timeZone); day <= last; day = addDays(day, 1))
    starts.push(startOfDay(day, timeZone).getTime());
  return starts;
}

/** Hits of a day that were filed alike. */
interface Group {
  /** From 1. */
  readonly day: number;
  /** JSON: categories and their folded names, in the order in which they were filed under them. */
  readonly filed: string;
  /** Null also where there is nothing to choose. */
  readonly medium: string | null;
  readonly articles: number;
}

async function countPortion(
  { rows }: Snapshot,
  hits: SQL,
  days: readonly number[],
  counter: DayCounter,
): Promise<void> {
  // By the primary keys. Grouped before anything is compared: a day has far fewer media than articles.
  const groups = await rows<Group>(
    sql`SELECT g.day, (
        SELECT coalesce(json_agg(json_build_array(c.id, c.folded_name) ORDER BY f.place), '[]')::text
        FROM unnest(g.filed) WITH ORDINALITY AS f (id, place) JOIN categories c ON c.id = f.id) AS filed,
      g.medium, g.articles
    FROM (
      SELECT width_bucket(h.order_at, ${arrayOf(days)}) AS day, f.filed,
        CASE WHEN cardinality(f.filed) <> 1 THEN (SELECT medium FROM articles WHERE id = h.article_id) END AS medium,
        count(*) AS articles
      FROM (${hits}) h CROSS JOIN LATERAL (
        SELECT array_agg(category_id ORDER BY filed) AS filed FROM article_categories WHERE article_id = h.article_id) f
      GROUP BY 1, 2, 3) g
    ORDER BY g.day DESC`,
  );
  for (const { day, filed, medium, articles } of groups) {
    const names = new Map(JSON.parse(filed) as [number, string][]);
    const category = categoryOfMedium([...names.keys()], medium ?? undefined, (id) => names.get(id));
    counter.count(days[day - 1] ?? 0, category, articles);
  }
}
