import type { RisingWord } from '../../src/ports.js';
import { titleWords } from '../../src/search/words.js';

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

/** Days since 1970 of a UTC time in ms. */
export const dayNumber = (time: number) => Math.floor(time / dayMs);

/** The first day of which words are still counted. */
export const firstCountedDay = (now: Date) => dayNumber(now.getTime()) - keptDays + 1;

export interface TitledArticle {
  readonly title: string | undefined;
  /** UTC ms. */
  readonly orderAt: number;
}

/** Under which words and which day an article's title counts, each once; none when it is too old, or has no title. */
export function wordsToCount({ title, orderAt }: TitledArticle, now: Date): { day: number; words: readonly string[] } {
  const day = dayNumber(orderAt);
  return { day, words: !title || day < firstCountedDay(now) ? [] : [allTitles, ...titleWords(title)] };
}

/** The days that are compared: the week before `tomorrow` begins at `week`, the weeks before it at `first`. */
export function comparedDays(now: Date): { readonly first: number; readonly week: number; readonly tomorrow: number } {
  const tomorrow = dayNumber(now.getTime()) + 1;
  return { first: tomorrow - weekDays * (weeksBefore + 1), week: tomorrow - weekDays, tomorrow };
}

/** How many titles have a word, in the week and in the weeks before it. */
export interface WordCount {
  readonly word: string;
  readonly recent: number;
  readonly earlier: number;
}

/** The words whose share of the titles rose most. */
export function pickRising(counts: readonly WordCount[], limit: number): readonly RisingWord[] {
  const titles = counts.find(({ word }) => word === allTitles);
  if (!titles || titles.recent === 0) return [];
  return counts
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
