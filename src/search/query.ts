import { foldName } from '../domain/category.js';
import { foldText } from './analyzer.js';

/** A parsed /search text: every word or phrase must occur, no excluded one may. */
export interface SearchQuery {
  /** Folded literal texts that must all occur. */
  readonly required: readonly string[];
  /** Folded literal texts of which none may occur. */
  readonly excluded: readonly string[];
  /** Category names as typed after `in:`; the caller resolves them. An article must be in one of them. */
  readonly categoryNames: readonly string[];
  /** What `categoryNames` were resolved to; undefined: no restriction. */
  readonly categoryIds?: readonly number[] | undefined;
}

export type QueryResult =
  | { readonly kind: 'query'; readonly query: SearchQuery }
  | { readonly kind: 'empty' }
  /** Part of the search language that is not built yet; searching for it as words would look like an empty archive. */
  | { readonly kind: 'unsupported'; readonly operator: string };

const notBuiltYet = /^(?:OR$|after:(?=.)|before:(?=.))/u;

/** Longest query text that is looked at; the rest of a pasted essay would only make every search empty. */
export const maxQueryChars = 200;

/** One token: an optional minus, an optional `in:`, then a quoted phrase or a run without white space. */
const tokenPattern = /(?<minus>-)?(?<scope>in:)?(?:"(?<phrase>[^"]*)"?|(?<word>[^\s"]+))/giu;

/**
 * Reads the search language: words are AND, `"…"` is a phrase, `-word` excludes, `in:CATEGORY` restricts (quoted when
 * it has spaces). Full-width quotes, colons, minus signs and spaces work. `empty`: nothing to search for.
 */
export function parseQuery(text: string): QueryResult {
  const required: string[] = [];
  const excluded: string[] = [];
  const categoryNames: string[] = [];
  for (const { groups = {} } of normalizeMarks(text.slice(0, maxQueryChars)).matchAll(tokenPattern)) {
    const literal = (groups.phrase ?? groups.word ?? '').trim();
    const operator = notBuiltYet.exec(groups.word ?? '')?.[0];
    if (operator) return { kind: 'unsupported', operator };
    if (groups.scope) {
      if (foldName(literal)) categoryNames.push(literal);
      continue;
    }
    const folded = foldText(literal);
    if (/[\p{L}\p{N}]/u.test(folded)) (groups.minus ? excluded : required).push(folded);
  }
  if (required.length === 0 && categoryNames.length === 0) return { kind: 'empty' };
  return { kind: 'query', query: { required, excluded, categoryNames } };
}

/** Typographic and full-width forms of the marks that mean something here, as the plain ones. */
function normalizeMarks(text: string): string {
  return text
    .replace(/[“”„‟「」『』＂]/gu, '"')
    .replace(/[：]/gu, ':')
    .replace(/(?<=^|\s)[－−–—]/gu, '-');
}
