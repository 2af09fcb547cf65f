import { foldName } from '../domain/category.js';
import { fromWallClock } from '../domain/time-zone.js';
import { foldText } from './fold.js';

/** What an article's words have to satisfy. All texts are folded, each a word or a phrase. */
export interface SearchTerms {
  /** Every clause must be satisfied, each by any of its alternatives. */
  readonly clauses: readonly (readonly string[])[];
  /** None of these may occur. */
  readonly excluded: readonly string[];
}

/** A search text as it was read; names of categories still have to be resolved. */
export interface ParsedQuery extends SearchTerms {
  /** As typed after `in:`. An article must be in one of them. */
  readonly categoryNames: readonly string[];
  /** As typed after `-in:`. An article may be in none of them. */
  readonly excludedCategoryNames: readonly string[];
  /** First moment that is wanted, and the first behind those that are. */
  readonly from: Date | undefined;
  readonly until: Date | undefined;
}

/** What stores and matchers work with. */
export interface SearchQuery extends SearchTerms {
  /** Undefined: any. */
  readonly categoryIds: readonly number[] | undefined;
  readonly excludedCategoryIds: readonly number[];
  readonly from: Date | undefined;
  readonly until: Date | undefined;
}

export type QueryResult =
  | { readonly kind: 'query'; readonly query: ParsedQuery }
  | { readonly kind: 'empty' }
  | QueryMistake;

/** What was typed cannot be meant as it stands; searching for something else would look like an answer. */
export type QueryMistake =
  /** What stands behind `after:` or `before:` is no day, month or year. */
  | { readonly kind: 'bad-date'; readonly text: string }
  /** It ends before it begins. */
  | { readonly kind: 'bad-range' }
  /** OR between something else than words. */
  | { readonly kind: 'bad-or' };

/** Longest query text that is looked at; the rest of a pasted essay would only make every search empty. */
export const maxQueryChars = 200;

/** One token: an optional minus, an optional `in:`, `after:` or `before:`, then a quoted phrase or a run without white space. */
const tokenPattern = /(?<minus>-)?(?:(?<operator>in|after|before):\s*)?(?:"(?<phrase>[^"]*)"?|(?<word>[^\s"]+))/giu;
/** An operator with nothing behind it. */
const dangling = /^(?:in|after|before):$/iu;

/**
 * Reads the search language: words are AND, `甲 OR 乙`, `"…"` is a phrase, `-word` excludes, `in:CATEGORY` (quoted when it has
 * spaces) and `-in:CATEGORY`, `after:2022`, `after:2022-06`, `after:2022-06-08` (that day and later), `before:` likewise (earlier
 * than that day). Days are those of `timeZone`. Full-width quotes, colons, minus signs, letters and spaces work. `empty`:
 * nothing to search for.
 */
export function parseQuery(text: string, timeZone: string): QueryResult {
  const clauses: string[][] = [];
  const excluded = new Set<string>();
  const categoryNames: string[] = [];
  const excludedCategoryNames: string[] = [];
  const bounds: { from?: Date; until?: Date } = {};
  /** What came last, as far as it can stand beside an OR. */
  let last: 'nothing' | 'word' | 'or' | 'other' = 'nothing';
  let excludesNext = false;
  for (const { groups = {} } of normalizeMarks(text.slice(0, maxQueryChars)).matchAll(tokenPattern)) {
    const { word, operator = '' } = groups;
    const literal = (groups.phrase ?? word ?? '').trim();
    if (word && !operator && dangling.test(word)) continue;
    if (word && !operator && !groups.minus && connectives.has(word)) {
      if (word === 'NOT') excludesNext = true;
      if (word === 'AND' || word === 'NOT') continue;
      if (last === 'other') return { kind: 'bad-or' };
      if (last === 'word') last = 'or';
      continue;
    }
    const isAlternative = last === 'or';
    const isExcluded = groups.minus !== undefined || excludesNext;
    excludesNext = false;
    const isWord = !operator && !isExcluded;
    if (isAlternative && !isWord) return { kind: 'bad-or' };
    last = isWord ? 'word' : 'other';
    switch (operator.toLowerCase()) {
      case 'in':
        if (foldName(literal)) (isExcluded ? excludedCategoryNames : categoryNames).push(literal);
        break;
      case 'after':
      case 'before': {
        const day = parseDay(literal, timeZone);
        if (!day) return { kind: 'bad-date', text: literal };
        bounds[operator.toLowerCase() === 'after' ? 'from' : 'until'] = day;
        break;
      }
      default: {
        const searched = withoutOuterMarks(foldText(literal));
        if (!/[\p{L}\p{N}]/u.test(searched)) break;
        if (isExcluded) excluded.add(searched);
        else if (isAlternative) clauses.at(-1)?.push(searched);
        else clauses.push([searched]);
      }
    }
  }
  if (bounds.from && bounds.until && bounds.from >= bounds.until) return { kind: 'bad-range' };
  const isEmpty = clauses.length === 0 && categoryNames.length === 0 && !bounds.from && !bounds.until;
  if (isEmpty) return { kind: 'empty' };
  const query = {
    clauses: withoutDoubles(clauses),
    excluded: [...excluded],
    categoryNames,
    excludedCategoryNames,
    from: bounds.from,
    until: bounds.until,
  };
  return { kind: 'query', query };
}

/** Texts worth marking where a hit is shown. */
export function searchedTexts({ clauses }: SearchTerms): readonly string[] {
  return [...new Set(clauses.flat())];
}

/** In capitals, as other searches have them; AND is what a space means anyway. */
const connectives: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', '|', '||']);

/** Typographic and full-width forms of the marks that mean something here, as the plain ones; full-width letters too. */
function normalizeMarks(text: string): string {
  return text
    .replace(/[“”„‟「」『』＂]/gu, '"')
    .replace(/[：]/gu, ':')
    .replace(/(?<=^|\s)[－−–—]/gu, '-')
    .replace(/[Ａ-Ｚａ-ｚ｜]/gu, (letter) => letter.normalize('NFKC'))
    .replace(/(?<=\p{Script=Han})(?:OR|\|)(?=\p{Script=Han})/gu, ' OR ');
}

/** A sentence's marks come along when words are copied; those inside, and those of `c++` or `100%`, are meant. */
function withoutOuterMarks(searched: string): string {
  return searched.replace(/^[,.!?;:、。…~([]+|[,.!?;:、。…~)\]]+$/gu, '');
}

function withoutDoubles(clauses: readonly string[][]): readonly (readonly string[])[] {
  const unique = new Map(
    clauses.map((alternatives) => [...new Set(alternatives)]).map((each) => [each.join('\n'), each]),
  );
  return [...unique.values()];
}

const writtenDay = /^(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月?)|年?)$/u;

/** The first moment of a day, month or year of the calendar: `2022`, `2022-06`, `2022-06-08`, also `2022/6/8` and `2022年6月8日`. */
function parseDay(text: string, timeZone: string): Date | undefined {
  const match = writtenDay.exec(text.normalize('NFKC'));
  if (!match) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2] ?? 1), Number(match[3] ?? 1)];
  const wall = new Date(Date.UTC(year, month - 1, day));
  const exists = year >= 1000 && wall.getUTCMonth() === month - 1 && wall.getUTCDate() === day;
  return exists ? fromWallClock(wall.getTime(), timeZone) : undefined;
}
