/** Messages that were sent longer ago stay as they are (DESIGN.md, "Push rules"). */
export const correctedForMs = 48 * 3_600_000;

/** An article that was just stored, and the first article of its story: itself, when there is none before it. */
export interface QueuedArticle {
  readonly id: number;
  readonly storyId: number;
}

/** What the words of an article decide: the queries that it satisfies, the filters that keep it out. */
export interface MatchedWords {
  readonly queryIds: readonly number[];
  readonly filterIds: readonly number[];
}
