import { storyWindowMs } from '../src/domain/story/story.js';

/** Which stored articles a new one is compared with, in every engine. */

const dayMs = 86_400_000;
/** Texts with the most marks in common that are compared. */
const mostCompared = 8;
/** Unrelated texts may share one by chance. */
const fewestShared = 2;
/** Of one mark, the newest: what very many texts share says nothing about any of them. */
export const mostPerMark = 50;

/** Days since 1970. */
export const dayOf = (time: Date): number => Math.floor(time.getTime() / dayMs);

/** Marks of earlier days are of no use any more. */
export const oldestMarkDay = (now: Date): number => dayOf(new Date(now.getTime() - storyWindowMs));

/** Whether an article can still be, or get, a reprint. */
export const isRecent = (orderAt: Date, now: Date): boolean => orderAt.getTime() > now.getTime() - storyWindowMs;

/** From the articles that have each mark of a text to those that it is compared with, the likeliest first. */
export function rankCandidates(withMarks: Iterable<readonly number[]>): readonly number[] {
  const shared = new Map<number, number>();
  for (const ids of withMarks) for (const id of ids) shared.set(id, (shared.get(id) ?? 0) + 1);
  const alike = [...shared].filter(([, marks]) => marks >= fewestShared);
  const ranked = alike.sort(([a, sharedA], [b, sharedB]) => sharedB - sharedA || b - a);
  return ranked.slice(0, mostCompared).map(([id]) => id);
}
