import { Kind, kindAt } from './fold.js';

/** Raised whenever the same text would get other terms: an index of another version is built anew. */
export const analyzerVersion = 1;

/** Longer words are known by their beginning; what stands behind it is verified on the text. */
const maxWordUnits = 40;

/**
 * The terms under which folded text is found: every two neighbouring ideographs, every word of letters and digits, and that
 * word joined with the ideograph that follows it directly (`5g网`), so that mixed runs are as rare as they really are. A lone
 * ideograph is no term here: see `titleTerms`.
 */
export function textTerms(folded: string): Set<string> {
  const terms = new Set<string>();
  walk(folded, (term, kind) => {
    if (kind !== 'single') terms.add(term);
  });
  return terms;
}

/** Whether a term is a word joined with an ideograph: an index keeps these apart from the words, whose beginnings are looked for. */
export function isJoined(term: string): boolean {
  // Nearly every term begins with a Han character.
  const first = term.charCodeAt(0);
  if (first >= 0x3400 && first < 0xa000) return false;
  return kindAt(term, 0) === Kind.Word && kindAt(term, term.length - 1) !== Kind.Word;
}

/** The same and every single ideograph: for titles and headings, the only places in which one character is looked for. */
export function titleTerms(folded: string): Set<string> {
  const terms = new Set<string>();
  walk(folded, (term) => terms.add(term));
  return terms;
}

/** What an index has to hold of a text that contains a searched text. */
export interface LookUp {
  readonly terms: readonly string[];
  /** Some term that begins with this must be there as well: the last word may go on. */
  readonly prefix: string | undefined;
  /** Whatever has these terms contains the searched text: there is nothing left to verify. */
  readonly isExact: boolean;
  /** Too short for the text: looked for in titles and headings only, as `titleTerms`. */
  readonly inTitles: boolean;
}

/** How to look up a folded searched text, one word or phrase. `terms` and `prefix` are never both empty when it has a letter or digit. */
export function lookUpOf(searched: string): LookUp {
  const terms = new Set<string>();
  const singles = new Set<string>();
  let prefix: string | undefined;
  walk(searched, (term, kind, end) => {
    if (kind === 'single') singles.add(term);
    else if (kind === 'word' && end === searched.length) prefix = term;
    // With the ideograph behind it it says more.
    else if (kind === 'word' && kindAt(searched, end) === Kind.Ideograph && term.length < maxWordUnits) return;
    else terms.add(term);
  });
  const inTitles = isTitleOnly(searched);
  // Without a neighbour there are only single ideographs to go by.
  const wanted = terms.size === 0 && prefix === undefined ? singles : terms;
  const isExact = wanted.size + (prefix === undefined ? 0 : 1) === 1 && (prefix ?? [...wanted][0]) === searched;
  return { terms: [...wanted], prefix, isExact, inTitles };
}

/**
 * Whether a folded searched text is looked for in titles and headings only: a single character, or ideographs none of
 * which has a neighbour. In a long text nearly every character stands somewhere.
 */
export function isTitleOnly(searched: string): boolean {
  if (searched.length <= unitsAt(searched, 0)) return true;
  let before: Kind = Kind.Mark;
  for (let index = 0; index < searched.length; index += unitsAt(searched, index)) {
    const kind = kindAt(searched, index);
    if (kind === Kind.Word || (kind === Kind.Ideograph && before === Kind.Ideograph)) return false;
    before = kind;
  }
  return true;
}

type Visit = (term: string, kind: 'single' | 'pair' | 'word' | 'joined', end: number) => void;

/** Tells every term and where in the text it ends. */
function walk(folded: string, visit: Visit): void {
  for (let index = 0; index < folded.length; ) {
    const start = index;
    const kind = kindAt(folded, index);
    index += unitsAt(folded, index);
    if (kind === Kind.Ideograph) {
      visit(folded.slice(start, index), 'single', index);
      const next = index + unitsAt(folded, index);
      if (index < folded.length && kindAt(folded, index) === Kind.Ideograph)
        visit(folded.slice(start, next), 'pair', next);
    } else if (kind === Kind.Word) {
      while (index < folded.length && kindAt(folded, index) === Kind.Word) index += unitsAt(folded, index);
      visit(folded.slice(start, Math.min(index, start + maxWordUnits)), 'word', index);
      const next = index + unitsAt(folded, index);
      if (index - start < maxWordUnits && index < folded.length && kindAt(folded, index) === Kind.Ideograph)
        visit(folded.slice(start, next), 'joined', next);
    }
  }
}

/** UTF-16 units of the character at an index. */
function unitsAt(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  return unit >= 0xd800 && unit < 0xdc00 ? 2 : 1;
}
