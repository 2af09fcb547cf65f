import { type Category, foldName } from '../domain/category.js';

/** What a typed name means. `near` are the ones to offer as buttons, best first. */
export type Resolution =
  | { readonly kind: 'one'; readonly category: Category }
  | { readonly kind: 'several'; readonly near: readonly Category[] }
  | { readonly kind: 'none'; readonly near: readonly Category[] };

const mostOffered = 8;

/**
 * Finds a category by exact name (with or without 新闻), slug, the beginning or a part of either; else the nearest
 * names by edit distance. `categories` come largest first, which is the order among equals.
 */
export function resolveCategory(typed: string, categories: readonly Category[]): Resolution {
  const name = foldName(typed);
  if (!name) return { kind: 'none', near: categories.slice(0, mostOffered) };
  const withoutSuffix = name.replace(/新闻$/u, '');
  const tiers: readonly ((category: Category, foldedName: string) => boolean)[] = [
    (_category, folded) => folded === name,
    (_category, folded) => folded === withoutSuffix,
    ({ slug }) => slug !== undefined && foldName(slug) === name,
    (_category, folded) => folded.startsWith(name) || folded.includes(name),
    ({ slug }) => slug !== undefined && name.length >= 3 && foldName(slug).startsWith(name),
  ];
  const folded = categories.map((category) => ({ category, name: foldName(category.name) }));
  for (const matches of tiers) {
    const found = folded.filter((each) => matches(each.category, each.name)).map((each) => each.category);
    if (found.length === 1 && found[0]) return { kind: 'one', category: found[0] };
    if (found.length > 1) return { kind: 'several', near: found.slice(0, mostOffered) };
  }
  return { kind: 'none', near: nearest(name, folded) };
}

/** Names that hold all typed characters in order (劳动报), then those of which at most a third differs. */
function nearest(name: string, folded: readonly { category: Category; name: string }[]): readonly Category[] {
  const typed = name.slice(0, maxComparedChars);
  return folded
    .map(({ category, name: other }) => ({
      category,
      distance: isSubsequence(typed, other) ? 0 : editDistance(typed, other),
      longer: Math.max(typed.length, other.length),
    }))
    .filter(({ distance, longer }) => distance <= Math.max(1, Math.floor(longer / 3)) && distance < longer)
    .sort((a, b) => a.distance - b.distance || b.category.articleCount - a.category.articleCount)
    .slice(0, mostOffered)
    .map(({ category }) => category);
}

function isSubsequence(typed: string, name: string): boolean {
  if (typed.length < 2) return false;
  let at = 0;
  for (const character of name) if (character === typed[at]) at += 1;
  return at === typed.length;
}

/** Longest name that is compared: a pasted essay is no name, and the comparison is quadratic. */
const maxComparedChars = 40;

/** Levenshtein distance over UTF-16 units of the first 40. */
function editDistance(a: string, b: string): number {
  const from = a.slice(0, maxComparedChars);
  const to = b.slice(0, maxComparedChars);
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
