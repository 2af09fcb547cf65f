/** A longer text is known by its beginning, in UTF-16 units: the longest essays of the archive have a third of that. */
export const maxUnits = 40_000;

const unknown = 0xffff;
const isSeveral = 0xfffe;
/** For each UTF-16 unit what it folds to: 0 is nothing. Filled as units are met. */
const folded = new Uint16Array(0x10000).fill(unknown);
const point = 0x2e;

/**
 * Letters and digits only, without case, width and accents, one by one: normalising a whole text takes the square of its
 * length when it is a pile of combining marks. With `keepsPoints` also the point between two digits.
 */
export function foldUnits(text: string, keepsPoints: boolean): Uint16Array {
  const end = Math.min(text.length, maxUnits);
  let units = new Uint16Array(end);
  let length = 0;
  for (let at = 0; at < end && length < maxUnits; at += 1) {
    const unit = text.charCodeAt(at);
    let to = folded[unit] as number;
    if (to === unknown) to = learn(unit);
    if (to < isSeveral) {
      if (to !== 0) units[length++] = to;
      else if (keepsPoints && isPoint(unit) && isDigit(units[length - 1] ?? 0) && isDigit(fullToHalf(text, at + 1)))
        units[length++] = point;
      continue;
    }
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    at += character.length - 1;
    const letters = foldCharacter(character);
    // One character becomes 18 at most (ﷺ).
    if (length + letters.length + end - at > units.length) units = grown(units, letters.length + end);
    for (let letter = 0; letter < letters.length; letter += 1) units[length++] = letters.charCodeAt(letter);
  }
  return units.subarray(0, length);
}

function grown(units: Uint16Array, by: number): Uint16Array<ArrayBuffer> {
  const larger = new Uint16Array(units.length + by);
  larger.set(units);
  return larger;
}

/** Works out what a unit folds to and remembers it; half of a pair is left to its character. */
function learn(unit: number): number {
  const isHalf = unit >= 0xd800 && unit <= 0xdfff;
  const letters = isHalf ? '' : foldCharacter(String.fromCharCode(unit));
  const to = isHalf || letters.length > 1 ? isSeveral : letters === '' ? 0 : letters.charCodeAt(0);
  folded[unit] = to;
  return to;
}

const foldCharacter = (character: string): string =>
  character
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;
const isPoint = (unit: number): boolean => unit === point || unit === 0xff0e;

function fullToHalf(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xff10 && unit <= 0xff19 ? unit - 0xfee0 : unit;
}

const decoder = new TextDecoder('utf-16le');
export const toText = (units: Uint16Array): string => decoder.decode(units);

/** Calls back with a hash of every run of `chars` units and where it begins. */
export function eachGram(units: Uint16Array, chars: number, use: (hash: number, at: number) => void): void {
  let leaving = 1;
  for (let power = 0; power < chars; power += 1) leaving = Math.imul(leaving, base);
  let hash = 0;
  for (let at = 0; at < units.length; at += 1) {
    hash = (Math.imul(hash, base) + (units[at] as number)) | 0;
    if (at >= chars) hash = (hash - Math.imul(leaving, units[at - chars] as number)) | 0;
    if (at >= chars - 1) use(hash >>> 0, at - chars + 1);
  }
}

const base = 0x2c1b3c6d;

/** Spreads a hash evenly (the finalizer of MurmurHash3). */
export function scramble(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
