import { foldName } from '../../../src/domain/category.js';
import type { CategoryEntry } from '../../mini-app/protocol.js';

/** A source with what is typed for it, folded once. */
export interface FoldedSource {
  readonly entry: CategoryEntry;
  readonly name: string;
  readonly slug: string;
}

export type SourceOrder = 'size' | 'letter';

/** `convert` is for names in other characters than what is typed: both go through it. */
export function foldSources(entries: readonly CategoryEntry[], convert = asItIs): readonly FoldedSource[] {
  return entries.map((entry) => ({ entry, name: convert(foldName(entry.name)), slug: foldName(entry.slug ?? '') }));
}

/**
 * Those that what is typed can mean, best first: by name, pinyin, initials or slug, whole before beginning before part, at last with
 * characters left out (劳动报 for 中国劳动保障报). Equals stay in the order in which they come. Nothing typed: all of them.
 */
export function matchSources(
  sources: readonly FoldedSource[],
  typed: string,
  convert = asItIs,
): readonly FoldedSource[] {
  const text = convert(foldName(typed).replace(/['’]/gu, ''));
  if (!text) return sources;
  const tiers: FoldedSource[][] = [];
  for (const source of sources) {
    const tier = tierOf(source, text);
    if (tier === undefined) continue;
    tiers[tier] ??= [];
    tiers[tier].push(source);
  }
  return tiers.flat();
}

/** The order in which they are listed: most articles first, as they come, or by letter. */
export function orderSources(sources: readonly FoldedSource[], order: SourceOrder): readonly FoldedSource[] {
  if (order === 'size') return sources;
  return [...sources].sort((a, b) => {
    const [ofA, ofB] = [readingOf(a), readingOf(b)];
    // What begins with no letter stands at the end, as `#`.
    const [isLetterA, isLetterB] = [letterOf(a) !== '#', letterOf(b) !== '#'];
    if (isLetterA !== isLetterB) return isLetterA ? -1 : 1;
    return ofA < ofB ? -1 : ofA > ofB ? 1 : 0;
  });
}

/** A to Z, or `#`. */
export function letterOf(source: FoldedSource): string {
  const first = readingOf(source).charAt(0).toUpperCase();
  return /^[A-Z]$/u.test(first) ? first : '#';
}

function readingOf({ entry, name }: FoldedSource): string {
  return entry.pinyin || name;
}

function tierOf({ entry: { pinyin, initials }, name, slug }: FoldedSource, text: string): number | undefined {
  if (name === text) return 0;
  if (initials === text || pinyin === text || slug === text) return 1;
  if (name.startsWith(text)) return 2;
  if (initials.startsWith(text)) return 3;
  if (name.includes(text)) return 4;
  if (pinyin.startsWith(text) || slug.startsWith(text)) return 5;
  if (text.length > 1 && initials.includes(text)) return 6;
  if (text.length > 2 && (pinyin.includes(text) || slug.includes(text))) return 7;
  return text.length > 1 && /\p{Script=Han}/u.test(text) && hasInOrder(name, text) ? 8 : undefined;
}

function hasInOrder(name: string, text: string): boolean {
  let from = 0;
  for (const character of text) {
    const at = name.indexOf(character, from);
    if (at < 0) return false;
    from = at + character.length;
  }
  return true;
}

function asItIs(text: string): string {
  return text;
}
