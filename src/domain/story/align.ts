import { scramble } from './fold-units.js';
import { gramChars, type StoryText } from './story-text.js';

/** A place where the one text has something else than the other, between two passages that both have. */
export interface Gap {
  readonly shortFrom: number;
  readonly shortTo: number;
  readonly longFrom: number;
  readonly longTo: number;
}

export interface Alignment {
  /** Characters of the shorter text that the longer has too, in passages of six or more. */
  readonly covered: number;
  readonly gaps: readonly Gap[];
}

/** How far ahead the text is taken up again behind a gap. */
const nearChars = 400;
/** A passage found elsewhere says something only when it is longer than a usual phrase. */
const farChars = 16;
/** Places of a repeated run that are tried, so that a text of one character takes no longer than others. */
const maxPlaces = 12;

/** Walks through the shorter text, taking the longest passages that the longer has as well, in its order where possible. */
export function align(short: StoryText, long: StoryText): Alignment {
  const places = indexGrams(long.grams);
  const gaps: Gap[] = [];
  let covered = 0;
  let shortEnd = 0;
  let longEnd = 0;
  for (let at = 0; at < short.grams.length; ) {
    const found = findPassage(short, long, at, longEnd, places);
    if (!found) {
      at += 1;
      continue;
    }
    if (found.isNear) gaps.push({ shortFrom: shortEnd, shortTo: at, longFrom: longEnd, longTo: found.place });
    covered += found.length;
    shortEnd = at + found.length;
    longEnd = found.place + found.length;
    at = shortEnd;
  }
  gaps.push({ shortFrom: shortEnd, shortTo: short.text.length, longFrom: longEnd, longTo: long.text.length });
  return { covered, gaps };
}

interface Places {
  readonly first: Int32Array;
  readonly next: Int32Array;
}

function indexGrams(grams: Uint32Array): Places {
  let size = 64;
  while (size < grams.length * 2) size *= 2;
  const first = new Int32Array(size).fill(-1);
  const next = new Int32Array(grams.length);
  for (let at = grams.length - 1; at >= 0; at -= 1) {
    const slot = scramble(grams[at] as number) & (size - 1);
    next[at] = first[slot] as number;
    first[slot] = at;
  }
  return { first, next };
}

function findPassage(short: StoryText, long: StoryText, at: number, longEnd: number, { first, next }: Places) {
  const hash = short.grams[at] as number;
  let best: { place: number; length: number; isNear: boolean } | undefined;
  let place = first[scramble(hash) & (first.length - 1)] as number;
  for (let tried = 0; place >= 0 && tried < maxPlaces; place = next[place] as number) {
    if (long.grams[place] !== hash) continue;
    tried += 1;
    const length = commonLength(short.text, at, long.text, place);
    const isNear = place >= longEnd && place - longEnd <= nearChars;
    if (length < (isNear ? gramChars : farChars)) continue;
    if (isNear) return { place, length, isNear };
    if (!best || length > best.length) best = { place, length, isNear };
  }
  return best;
}

export function commonLength(a: string, atA: number, b: string, atB: number, endA = a.length, endB = b.length): number {
  const most = Math.min(endA - atA, endB - atB);
  let length = 0;
  while (length < most && a.charCodeAt(atA + length) === b.charCodeAt(atB + length)) length += 1;
  return length;
}
