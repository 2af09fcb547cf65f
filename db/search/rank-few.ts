import { type ScoredText, scoreByBm25 } from '../../src/search/bm25.js';
import { type FoldedArticle, findIn, matchPlace, Place } from '../../src/search/match.js';
import { type SearchQuery, searchedTexts } from '../../src/search/query.js';
import { isBefore, type Ordered } from './order.js';

/** Results of up to so many candidates are ranked as a whole. */
export const smallSet = 40;
/** Scores this part of the best apart are one: then the newer article is worth more than a sentence more or less. */
const scoreSteps = 10;

/** A hit of a small result. */
export interface FewHit<C extends Ordered> {
  readonly candidate: C;
  readonly place: Place;
  readonly scored: ScoredText;
}

/** What ranking needs of a candidate; none when its text does not satisfy the query. */
export function lookAtFew<C extends Ordered>(candidate: C, text: FoldedArticle, query: SearchQuery): FewHit<C>[] {
  const place = matchPlace(text, query);
  if (place === undefined) return [];
  const whole = `${text.title}\n${text.body}`;
  const occurrences = searchedTexts(query).map((searched) => countIn(whole, searched));
  return [{ candidate, place, scored: { occurrences, length: whole.length } }];
}

/** A small result as a whole: by place, those in the text by BM25, then newest first. */
export function rankFew<C extends Ordered>(hits: readonly FewHit<C>[]): readonly C[] {
  const scores = scoreByBm25(hits.map(({ scored }) => scored));
  const best = Math.max(...scores);
  return hits
    .map((each, at) => {
      const score = each.place === Place.Body ? Math.round((scoreSteps * (scores[at] ?? 0)) / best) : 0;
      return { ...each, score };
    })
    .sort((a, b) => a.place - b.place || b.score - a.score || (isBefore(a.candidate, b.candidate) ? -1 : 1))
    .map(({ candidate }) => candidate);
}

function countIn(folded: string, searched: string): number {
  let count = 0;
  for (let at = findIn(folded, searched); at >= 0; at = findIn(folded, searched, at + searched.length)) count += 1;
  return count;
}
