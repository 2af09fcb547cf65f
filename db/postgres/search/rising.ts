import { sql } from 'drizzle-orm';
import type { RisingWord } from '../../../src/ports.js';
import { comparedDays, pickRising, type WordCount } from '../../search/rising-words.js';
import { all, type Queries } from '../database.js';

/** Words whose share of the titles rose most in the seven days up to now, against the four weeks before those. */
export async function listRising(queries: Queries, now: Date, limit: number): Promise<readonly RisingWord[]> {
  const { first, week, tomorrow } = comparedDays(now);
  const counts = await all<WordCount>(
    queries,
    sql`SELECT word, coalesce(sum(articles) FILTER (WHERE day >= ${week}), 0) AS recent,
        coalesce(sum(articles) FILTER (WHERE day < ${week}), 0) AS earlier
      FROM title_words WHERE day >= ${first} AND day < ${tomorrow} GROUP BY word`,
  );
  return pickRising(counts, limit);
}
