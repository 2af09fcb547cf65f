/** Terms that were found to be common lately: not worth another look. */
export interface CommonTerms {
  has(term: string): boolean;
  add(term: string): void;
}

/** Some MB at most. */
const mostTerms = 50_000;
/** A term becomes rarer only where old articles are removed. */
const keptMs = 3_600_000;

export function createCommonTerms(now: () => Date): CommonTerms {
  let terms = new Set<string>();
  let since = 0;
  const current = () => {
    if (now().getTime() - since > keptMs || terms.size > mostTerms) {
      terms = new Set();
      since = now().getTime();
    }
    return terms;
  };
  return {
    has: (term) => current().has(term),
    add: (term) => void current().add(term),
  };
}
