import type { Filter } from '../domain/filter.js';
import { graphemesOf } from '../domain/text.js';
import { foldText } from './fold.js';
import type { SearchTerms } from './query.js';

export type FilterWordsResult =
  | ({ readonly kind: 'words' } & Pick<Filter, 'included' | 'excluded'>)
  /** Nothing that could stand in a text. */
  | { readonly kind: 'no-words' }
  /** A word with neither sign before it. */
  | { readonly kind: 'unsigned'; readonly word: string }
  /** Wanted and unwanted at once. */
  | { readonly kind: 'both'; readonly word: string }
  | { readonly kind: 'too-many'; readonly most: number }
  | { readonly kind: 'too-long'; readonly word: string; readonly mostChars: number };

const mostWords = 20;
const mostCharsPerWord = 30;

/** A sign at the start or behind white space, with something behind it. */
const signedWord = /(?:^|(?<=\s))[+-]\s*(?=[^\s+-])/u;
/** A sign between ideographs, or before a quote: typed without the space. */
const gluedSign = /(?<=\p{Script=Han})[+-](?=[\p{Script=Han}"])/u;
/** Every subscription, with or without a space behind the mark. */
const starred = /^\s*\*\s*(?=[+-]|$)/u;
/**
 * An optional sign, then a quoted phrase or a run without white space, without what stands between the words of a list, and
 * without a glued sign.
 */
const token =
  /(?:(?<sign>[+-])\s*)?(?:"(?<phrase>[^"]*)"?|(?<word>(?:(?!(?<=\p{Script=Han})[+-](?=[\p{Script=Han}"]))[^\s"，、；;,]|,(?=\d))+))/gu;
/** A sentence's marks come along when words are copied. */
const outerMarks = /^[\s+\-,.，。!！?？;；:：、…~～([（【]+|[\s,.，。!！?？;；:：、…~～)\]）】]+$/gu;

/** What was typed, at its first signed word: the name of a subscription before it, the words from there on. */
export function splitFilterText(typed: string): { readonly name: string; readonly words: string } {
  const text = normalizeSigns(typed);
  const star = starred.exec(text);
  if (star) return { name: '*', words: text.slice(star[0].length).trim() };
  const at = text.search(signedWord);
  return splitAt(typed, text, at);
}

/** The same for a text in which no sign has white space before it: a name can hold a dash, so that this is the second guess. */
export function splitGluedFilterText(typed: string): { readonly name: string; readonly words: string } {
  const text = normalizeSigns(typed);
  const at = text.search(gluedSign);
  return splitAt(typed, text, at);
}

/** The name as it was typed: its dashes and quotes are its own. */
function splitAt(typed: string, text: string, at: number) {
  if (at < 0) return { name: typed.trim(), words: '' };
  return { name: typed.slice(0, at).trim(), words: text.slice(at).trim() };
}

/**
 * Reads `+养老 -股票`, `＋养老`, `-"港股 通"`: up to 20 words of 30 visible characters, each wanted or unwanted. What folds to the
 * same is one word.
 */
export function parseFilterWords(typed: string): FilterWordsResult {
  const included = new Map<string, string>();
  const excluded = new Map<string, string>();
  for (const { groups = {} } of normalizeSigns(typed).matchAll(token)) {
    const word = (groups.phrase ?? groups.word ?? '').replace(outerMarks, '').replace(/\s+/gu, ' ');
    const folded = foldText(word);
    if (!/[\p{L}\p{N}]/u.test(folded)) continue;
    if (!groups.sign) return { kind: 'unsigned', word };
    if ([...graphemesOf(word)].length > mostCharsPerWord)
      return { kind: 'too-long', word, mostChars: mostCharsPerWord };
    const [into, other] = groups.sign === '+' ? [included, excluded] : [excluded, included];
    if (other.has(folded)) return { kind: 'both', word };
    if (!into.has(folded)) into.set(folded, word);
    if (included.size + excluded.size > mostWords) return { kind: 'too-many', most: mostWords };
  }
  if (included.size + excluded.size === 0) return { kind: 'no-words' };
  return { kind: 'words', included: [...included.values()], excluded: [...excluded.values()] };
}

/** What an article has to satisfy to get through all of these filters. */
export function filterTerms(...filters: readonly Pick<Filter, 'included' | 'excluded'>[]): SearchTerms {
  return {
    clauses: filters.filter(({ included }) => included.length > 0).map(({ included }) => included.map(foldText)),
    excluded: filters.flatMap(({ excluded }) => excluded.map(foldText)),
  };
}

/** Full-width and typographic forms of the marks that mean something here, as the plain ones, unit by unit. */
function normalizeSigns(text: string): string {
  return (
    text
      .replace(/[“”„‟「」『』＂]/gu, '"')
      .replace(/[＋﹢➕]/gu, '+')
      .replace(/＊/gu, '*')
      .replace(/(?<=^|\s|["*、，；])[－−–—]/gu, '-')
      // Inside a text a dash can be meant; this one is only ever typed for the sign.
      .replace(/－/gu, '-')
  );
}
