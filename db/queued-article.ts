import type { FoundWords } from './filter-index.js';

/** Messages that were sent longer ago stay as they are (DESIGN.md, "Push rules"). */
export const correctedForMs = 48 * 3_600_000;

/** An article that was just stored, and the first article of its story: itself, when there is none before it. */
export interface QueuedArticle {
  readonly id: number;
  readonly storyId: number;
}

/** What the words of an article decide. */
export interface MatchedWords {
  /** The queries that it satisfies. */
  readonly queryIds: readonly number[];
  /** By which filters keep it out; undefined: there are none. */
  readonly found: FoundWords | undefined;
}
