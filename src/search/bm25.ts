/** A hit as ranking sees it. */
export interface ScoredText {
  /** How often each searched text occurs, in the order of the query. */
  readonly occurrences: readonly number[];
  /** Length of the text in characters. */
  readonly length: number;
}

const saturation = 1.2;
const lengthWeight = 0.75;

/**
 * Okapi BM25 (Robertson and Zaragoza 2009, k1 = 1.2, b = 0.75) with the hits themselves as the collection, so that a score depends on
 * them alone and stays the same while other articles come in. One score per hit, in order; larger is better.
 */
export function scoreByBm25(hits: readonly ScoredText[]): readonly number[] {
  const averageLength = hits.reduce((sum, { length }) => sum + length, 0) / hits.length || 1;
  const texts = hits[0]?.occurrences.length ?? 0;
  const rarities = Array.from({ length: texts }, (_, at) => {
    const having = hits.filter(({ occurrences }) => (occurrences[at] ?? 0) > 0).length;
    return Math.log(1 + (hits.length - having + 0.5) / (having + 0.5));
  });
  return hits.map(({ occurrences, length }) => {
    const norm = saturation * (1 - lengthWeight + (lengthWeight * length) / averageLength);
    return occurrences.reduce(
      (sum, count, at) => sum + ((rarities[at] ?? 0) * count * (saturation + 1)) / (count + norm),
      0,
    );
  });
}
