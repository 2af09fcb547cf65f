import type { RisingWord } from '../../../src/ports.js';
import {
  comparedDays,
  firstCountedDay,
  pickRising,
  type TitledArticle,
  type WordCount,
  wordsToCount,
} from '../../search/rising-words.js';
import type { SqliteClient } from '../driver.js';

export interface TitleWordCounter {
  /** Counts the words of a recent article's title, by day. Called in the transaction that writes the article's terms. */
  count(article: TitledArticle): void;
}

export function createTitleWordCounter(index: SqliteClient, now: () => Date): TitleWordCounter {
  const increment = index.prepare(`
    INSERT INTO title_words VALUES (?, ?, 1) ON CONFLICT (day, word) DO UPDATE SET articles = articles + 1`);
  const forget = index.prepare(`DELETE FROM title_words WHERE day < ?`);
  let firstDay = 0;
  return {
    count(article) {
      const at = now();
      const first = firstCountedDay(at);
      if (first !== firstDay) forget.run(first);
      firstDay = first;
      const { day, words } = wordsToCount(article, at);
      for (const word of words) increment.run(day, word);
    },
  };
}

/** Words whose share of the titles rose most in the seven days up to now, against the four weeks before those. */
export function listRising(index: SqliteClient, now: Date, limit: number): readonly RisingWord[] {
  const counts = index
    .prepare(
      `SELECT word, sum(CASE WHEN day >= @week THEN articles ELSE 0 END) AS recent, sum(CASE WHEN day < @week THEN articles ELSE 0 END) AS earlier
      FROM title_words WHERE day >= @first AND day < @tomorrow GROUP BY word`,
    )
    .all(comparedDays(now)) as WordCount[];
  return pickRising(counts, limit);
}
