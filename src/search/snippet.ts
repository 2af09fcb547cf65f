import { graphemesOf } from '../domain/text.js';
import { foldText, Kind, kindAt } from './fold.js';
import { findIn } from './match.js';

/** A piece of a snippet; `hit` pieces are what was searched for. Joined, the pieces are the snippet. */
export interface SnippetPart {
  readonly text: string;
  readonly hit: boolean;
}

/** Visible characters shown before the first hit. */
const contextBefore = 16;

/**
 * The text around the first place where one of the folded `terms` occurs, at most `maxChars` characters, every hit in it
 * marked; without a hit, the opening of the text. Nothing is cut inside a character; `…` marks a cut end.
 */
export function makeSnippet(text: string, terms: readonly string[], maxChars: number): readonly SnippetPart[] {
  const window = findWindow(text, terms, maxChars);
  const shown = foldByCharacter(window.text);
  const first = Math.min(...terms.map((term) => shown.find(term, 0)).filter((at) => at >= 0), Number.POSITIVE_INFINITY);
  const from = Number.isFinite(first) ? skipMarks(shown.characters, Math.max(0, first - contextBefore), first) : 0;
  const to = Math.min(shown.characters.length, from + maxChars);
  const marked = markAll(shown, terms, from, to);
  const parts: { text: string; hit: boolean }[] = from > 0 || window.isCutBefore ? [{ text: '…', hit: false }] : [];
  for (let at = from; at < to; at += 1)
    append(parts, shown.characters[at]?.replace('\n', ' ') ?? '', marked[at] ?? false);
  if (to < shown.characters.length || window.isCutBehind) append(parts, '…', false);
  return parts;
}

/** A title as a whole, every place where one of the folded `terms` occurs marked. */
export function markHits(title: string, terms: readonly string[]): readonly SnippetPart[] {
  const shown = foldByCharacter(title);
  const marked = markAll(shown, terms, 0, shown.characters.length);
  const parts: { text: string; hit: boolean }[] = [];
  for (const [at, character] of shown.characters.entries()) append(parts, character, marked[at] ?? false);
  return parts;
}

/** A snippet that starts in the middle does not start with the end of the sentence before. */
function skipMarks(characters: readonly string[], from: number, to: number): number {
  if (from === 0) return 0;
  const marks = characters.slice(from, to).findIndex((character) => !/^[\s。，、；：！？.,;:!?”’）)]/u.test(character));
  return marks < 0 ? to : from + marks;
}

/** Looked through at once: folding a piece costs a tenth of taking it apart by character. */
const pieceUnits = 256;
/** A character has up to some eleven UTF-16 units; nearly all have one. */
const unitsPerChar = 4;

/** The part of a text around its first hit, or its opening: all that has to be looked at by character. */
function findWindow(text: string, terms: readonly string[], maxChars: number) {
  // A term can be longer as it was written: spaces between ideographs are dropped.
  const overlapUnits = 2 * Math.max(16, ...terms.map((term) => term.length));
  const size = pieceUnits + overlapUnits + maxChars * unitsPerChar;
  if (text.length <= size) return { text, isCutBefore: false, isCutBehind: false };
  let start = 0;
  for (let at = 0; at < text.length; at += pieceUnits) {
    const folded = foldText(text.slice(at, at + pieceUnits + overlapUnits));
    if (!terms.some((term) => findIn(folded, term) >= 0)) continue;
    start = Math.max(0, at - contextBefore * unitsPerChar);
    break;
  }
  const piece = text.slice(start, start + size);
  return { text: piece, isCutBefore: start > 0, isCutBehind: start + piece.length < text.length };
}

/** Which characters from `from` up to `to` belong to a hit. */
function markAll(
  { find, endOf }: ReturnType<typeof foldByCharacter>,
  terms: readonly string[],
  from: number,
  to: number,
): readonly boolean[] {
  const marked = new Array<boolean>(to).fill(false);
  for (const term of terms) {
    for (let at = find(term, from); at >= 0 && at < to; at = find(term, at + 1)) {
      marked.fill(true, at, Math.min(to, endOf(at, term)));
    }
  }
  return marked;
}

function append(parts: { text: string; hit: boolean }[], text: string, hit: boolean): void {
  const last = parts.at(-1);
  if (last && last.hit === hit) last.text += text;
  else parts.push({ text, hit });
}

/** Folding changes lengths (… becomes three dots, spaces go), so it is done per character and every folded offset is led back. */
function foldByCharacter(text: string) {
  const characters: string[] = [];
  const owners: number[] = [];
  let folded = '';
  let gap = '';
  for (const segment of graphemesOf(text.replace(/\s+/gu, (space) => (/[\n\r]/u.test(space) ? '\n' : ' ')))) {
    const piece = foldText(segment);
    if (piece && gap && (gap === '\n' || isBetweenWords(folded, piece))) {
      folded += gap;
      owners.push(characters.length - 1);
    }
    if (piece) gap = '';
    else if (gap !== '\n') gap = segment === '\n' ? '\n' : ' ';
    for (let unit = 0; unit < piece.length; unit += 1) owners.push(characters.length);
    folded += piece;
    characters.push(segment);
  }
  const offsetOf = (character: number): number => {
    let low = 0;
    let high = owners.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((owners[middle] ?? 0) < character) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    characters,
    /** Index of the character at which a folded term begins, at or after `from`; -1 when there is none. */
    find(term: string, from: number): number {
      const at = findIn(folded, term, offsetOf(from));
      return at < 0 ? -1 : (owners[at] ?? -1);
    },
    endOf(character: number, term: string): number {
      return (owners[findIn(folded, term, offsetOf(character)) + term.length - 1] ?? character) + 1;
    },
  };
}

/** As `foldText` decides whether a space stays. */
function isBetweenWords(before: string, behind: string): boolean {
  return before !== '' && kindAt(before, before.length - 1) === Kind.Word && kindAt(behind, 0) === Kind.Word;
}
