import type { RisingWord } from '../../../src/ports.js';
import { titleWords } from '../../../src/search/words.js';
import type { SqliteClient } from '../driver.js';

const dayMs = 86_400_000;
const weekDays = 7;
const weeksBefore = 4;
/** Older days say nothing about what rises. */
const keptDays = weekDays * (weeksBefore + 1) + 1;
/** Stands for the titles themselves, of which a word has a share. */
const allTitles = '';
/** Fewer titles are an accident, a smaller rise too. */
const fewestTitles = 3;
const smallestRise = 1.5;

export interface TitleWordCounter {
  /** Counts the words of a recent article's title, by day. Called in the transaction that writes the article's terms. */
  count(article: { readonly title: string | undefined; readonly orderAt: number }): void;
}

export function createTitleWordCounter(index: SqliteClient, now: () => Date): TitleWordCounter {
  const increment = index.prepare(`
    INSERT INTO title_words VALUES (?, ?, 1) ON CONFLICT (day, word) DO UPDATE SET articles = articles + 1`);
  const forget = index.prepare(`DELETE FROM title_words WHERE day < ?`);
  let today = 0;
  return {
    count({ title, orderAt }) {
      const day = dayOf(now().getTime());
      if (day !== today) forget.run(day - keptDays);
      today = day;
      if (!title || dayOf(orderAt) <= day - keptDays) return;
      for (const word of [allTitles, ...titleWords(title)]) increment.run(dayOf(orderAt), word);
    },
  };
}

/** Words whose share of the titles rose most in the seven days up to now, against the four weeks before those. */
export function listRising(index: SqliteClient, now: Date, limit: number): readonly RisingWord[] {
  const tomorrow = dayOf(now.getTime()) + 1;
  const rows = index
    .prepare(
      `SELECT word, sum(CASE WHEN day >= @week THEN articles ELSE 0 END) AS recent, sum(CASE WHEN day < @week THEN articles ELSE 0 END) AS earlier
      FROM title_words WHERE day >= @first AND day < @tomorrow GROUP BY word`,
    )
    .all({ tomorrow, week: tomorrow - weekDays, first: tomorrow - weekDays * (weeksBefore + 1) }) as {
    word: string;
    recent: number;
    earlier: number;
  }[];
  const titles = rows.find(({ word }) => word === allTitles);
  if (!titles || titles.recent === 0) return [];
  return rows
    .filter(({ word, recent }) => word !== allTitles && recent >= fewestTitles)
    .map(({ word, recent, earlier }) => ({
      word,
      thisWeek: recent,
      before: earlier / weeksBefore,
      share: recent / titles.recent,
      earlierShare: earlier / Math.max(1, titles.earlier),
    }))
    .filter(({ share, earlierShare }) => share >= smallestRise * earlierShare)
    .sort((a, b) => b.share - b.earlierShare - (a.share - a.earlierShare) || (a.word < b.word ? -1 : 1))
    .slice(0, limit)
    .map(({ word, thisWeek, before }) => ({ word, thisWeek, before }));
}

const dayOf = (time: number) => Math.floor(time / dayMs);
