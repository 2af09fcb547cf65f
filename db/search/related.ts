import { isJoined, textTerms } from '../../src/search/analyzer.js';
import type { FoldedArticle } from '../../src/search/match.js';

/** What is compared of an article: its title, its headings and how it begins. */
const comparedUnits = 400;
/** A term of more articles tells nothing about one of them. */
export const commonTerm = 2_000;
/** Terms that are left when the same text was found: so many of the rarest. */
export const rarestTerms = 16;
/** Best articles whose whole text is compared. */
export const comparedTexts = 30;
/** Share of common terms above which two texts are one (reprints with another title, a paragraph more or less). */
const sameShare = 0.6;
/** Share of the rare terms' weight that makes an article a related one. */
const smallestShare = 0.25;
const fewestShared = 3;

/** The documents that have a term. */
export interface TermList {
  readonly documents: readonly number[];
  /** How many there are in all, when only some are looked at. */
  readonly size: number;
}

/** A document by the weight of the rare terms that it has. */
export interface Scored {
  readonly document: number;
  readonly score: number;
  readonly shared: number;
}

/** What others are found by. */
export function comparedTerms({ title, headings, body }: FoldedArticle): readonly string[] {
  const opening = `${title}\n${headings}\n${body.slice(0, comparedUnits)}`;
  return [...textTerms(opening)].filter((term) => !isJoined(term));
}

/** Rarer terms weigh more. */
const weightOf = (size: number, all: number) => Math.log(1 + all / size);

/**
 * Documents by the weight of the lists that they are in, the best first; among equals the one with the larger number, which
 * came later.
 */
export function bestOf(lists: readonly TermList[], all: number): readonly Scored[] {
  const found = new Map<number, { document: number; score: number; shared: number }>();
  for (const { documents, size } of lists) {
    const weight = weightOf(size, all);
    for (const document of documents) {
      const known = found.get(document) ?? { document, score: 0, shared: 0 };
      known.score += weight;
      known.shared += 1;
      found.set(document, known);
    }
  }
  return [...found.values()].sort((a, b) => b.score - a.score || b.document - a.document);
}

/** Tells of other articles whether they are the same text as this one. */
export function sameTextAs({ body }: FoldedArticle): (other: FoldedArticle) => boolean {
  const terms = textTerms(body);
  return (other) => shareOf(terms, textTerms(other.body)) >= sameShare;
}

/** Jaccard similarity: common terms of all terms. */
function shareOf(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0;
  for (const term of a) if (b.has(term)) common += 1;
  return common / (a.size + b.size - common || 1);
}

/** The documents that have enough of some rare terms, the best first. */
export function relatedBy(lists: readonly TermList[], all: number): readonly number[] {
  const most = lists.reduce((sum, { size }) => sum + weightOf(size, all), 0);
  return bestOf(lists, all)
    .filter(({ score, shared }) => score >= most * smallestShare && shared >= fewestShared)
    .map(({ document }) => document);
}
