import type { ChooseTerms } from './wanted-terms.js';

/** Documents by which the frequency of a term is judged, and terms of one searched text that are asked for. */
export const sampledDocuments = 48;
const mostTerms = 6;
/** Microseconds, as measured on a million articles: a step along a list of documents, and a look into a text. */
const stepCost = 0.065;
const lookCost = 10;

/** How many of a term's newest documents were looked at, `sampledDocuments` at most, and the smallest number that one of them has. */
export interface TermSample {
  readonly documents: number;
  readonly oldest: number;
}

/** How many documents have a term, by how close together its newest ones are. `end`: the number that the next document gets. */
export function estimateDocuments({ documents, oldest }: TermSample, end: number): number {
  return documents < sampledDocuments ? documents : (documents * end) / (end - oldest);
}

/**
 * Chooses the rarest terms of a text that is verified anyway: as many as cost less to walk through than what they leave out
 * costs to verify. `countAll`: of how many documents.
 */
export function rarestOf(documentsOf: (term: string) => number, countAll: () => number): ChooseTerms {
  return (terms) => {
    if (terms.length === 1) return terms;
    const all = countAll();
    const rarest = terms
      .map((term) => ({ term, documents: documentsOf(term) }))
      .sort((a, b) => a.documents - b.documents)
      .slice(0, mostTerms);
    let walked = 0;
    let left = all;
    const costs = rarest.map(({ documents }, at) => {
      const share = Math.min(1, documents / all);
      walked += documents;
      // Neighbours come together more often than by chance, up to always: every further one is counted by half.
      left *= at === 0 ? share : Math.sqrt(share);
      return walked * stepCost + left * lookCost;
    });
    const best = costs.indexOf(Math.min(...costs));
    return rarest.slice(0, best + 1).map(({ term }) => term);
  };
}
