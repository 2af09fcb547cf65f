import { to } from 'opencc-js/preset/t2cn';

/** What a UTF-16 unit is to search. A surrogate is judged by its pair: see `kindAt`. Numbers, because every unit is looked up. */
export const Kind = {
  /** Punctuation, symbols: stands between words. */
  Mark: 0,
  /** Letters and digits of scripts that put spaces between words. */
  Word: 1,
  /** Han, kana, bopomofo: scripts without spaces, found by any two neighbours. */
  Ideograph: 2,
  Space: 3,
  LineEnd: 4,
  /** Only the whole string can tell what becomes of it: combining marks, surrogates, conjoining jamo. */
  Complex: 5,
} as const;

export type Kind = (typeof Kind)[keyof typeof Kind];

interface Tables {
  /** Folded unit of every unit that folds to one; 0 for those that fold to several or to none. */
  readonly folded: Uint16Array;
  readonly kinds: Uint8Array;
  readonly expansions: ReadonlyMap<number, string>;
  /** Traditional characters beyond the first plane, and those that are simplified into it or out of it. */
  readonly simplified: ReadonlyMap<string, string>;
}

const units = 0x1_0000;
let tables: Tables | undefined;

/**
 * What article text and query text are compared as: NFKC (full width to half width and the like), lower case, traditional
 * characters as simplified ones, line ends as `\n`, and white space only where it separates two words of letters or
 * digits: `5G 网络` and `5G网络` are one text. Index and query both go through here; what is shown stays as written.
 * Linear in the length. Folding twice changes nothing.
 */
export function foldText(text: string): string {
  tables ??= buildTables();
  return foldSimple(text, tables) ?? foldSimple(foldCharacters(text, tables), tables, true) ?? '';
}

/** The kind of the character at an index of folded text. */
export function kindAt(text: string, index: number): Kind {
  tables ??= buildTables();
  const unit = text.charCodeAt(index);
  const kind = tables.kinds[unit] as Kind;
  return kind === Kind.Complex ? kindOfCharacter(String.fromCodePoint(text.codePointAt(index) ?? 0)) : kind;
}

const ideograph = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}ー]$/u;
const word = /^[\p{L}\p{N}\p{M}]$/u;

function kindOfCharacter(character: string): Kind {
  if (ideograph.test(character)) return Kind.Ideograph;
  if (word.test(character)) return Kind.Word;
  if (/^[\n\v\f\r\u0085\u2028\u2029]$/u.test(character)) return Kind.LineEnd;
  // A zero-width character is no more to see than a space, and as little to search for.
  return /^[\s\p{Cc}\p{Cf}]$/u.test(character) ? Kind.Space : Kind.Mark;
}

/** The usual case, a table look-up per unit. Undefined: the text has something that needs more. */
function foldSimple(text: string, { folded, kinds, expansions }: Tables, keepComplex = false): string | undefined {
  const out = new FoldedText(text.length);
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    const kind = kinds[unit] as Kind;
    if (kind === Kind.Complex && !keepComplex) return undefined;
    const plain = folded[unit] as number;
    if (kind === Kind.Complex) out.add(unit, kindAt(text, unit >= 0xdc00 && unit < 0xe000 ? index - 1 : index));
    else if (plain !== 0 || kind >= Kind.Space) out.add(plain, kind);
    else for (const each of expansions.get(unit) ?? '') out.add(each.charCodeAt(0), kinds[each.charCodeAt(0)] as Kind);
  }
  return out.toString();
}

/** The whole string through the platform, then character by character: for texts with combining marks or surrogates. */
function foldCharacters(text: string, { simplified }: Tables): string {
  let out = '';
  for (const character of text
    .toWellFormed()
    .normalize('NFKC')
    .replace(/\p{Variation_Selector}/gu, '')) {
    const lower = character.toLowerCase();
    out += simplified.get(lower) ?? lower;
  }
  return out.normalize('NFC');
}

/** Text in the making: decides which white space stays. */
class FoldedText {
  #units: Uint16Array;
  #length = 0;
  #last: Kind = Kind.LineEnd;
  #gap: Kind | undefined;

  constructor(capacity: number) {
    this.#units = new Uint16Array(capacity + 16);
  }

  add(unit: number, kind: Kind): void {
    if (kind === Kind.Space || kind === Kind.LineEnd) {
      if (this.#gap !== Kind.LineEnd) this.#gap = kind;
      return;
    }
    if (this.#gap === Kind.LineEnd && this.#length > 0) this.#push(0x0a);
    else if (this.#gap === Kind.Space && this.#last === Kind.Word && kind === Kind.Word) this.#push(0x20);
    this.#gap = undefined;
    this.#push(unit);
    this.#last = kind;
  }

  #push(unit: number): void {
    if (this.#length === this.#units.length) {
      const longer = new Uint16Array(this.#units.length * 2);
      longer.set(this.#units);
      this.#units = longer;
    }
    this.#units[this.#length] = unit;
    this.#length += 1;
  }

  toString(): string {
    return Buffer.from(this.#units.buffer, 0, this.#length * 2).toString('utf16le');
  }
}

/** Some 20 ms, once per thread, at the first text. */
function buildTables(): Tables {
  const simplified = readSimplified();
  const folded = new Uint16Array(units);
  const kinds = new Uint8Array(units);
  const expansions = new Map<number, string>();
  for (let unit = 0; unit < units; unit += 1) {
    const character = String.fromCharCode(unit);
    if (isComplex(unit, character)) {
      kinds[unit] = Kind.Complex;
      continue;
    }
    const plain = foldOne(character, simplified);
    if (plain.length === 1) {
      folded[unit] = plain.charCodeAt(0);
      kinds[unit] = kindOfCharacter(plain);
    } else if ([...plain].some((each) => each.length > 1 || isComplex(each.charCodeAt(0), each))) {
      kinds[unit] = Kind.Complex;
    } else {
      expansions.set(unit, plain);
    }
  }
  return { folded, kinds, expansions, simplified };
}

function foldOne(character: string, simplified: ReadonlyMap<string, string>): string {
  const lower = character.normalize('NFKC').toLowerCase().normalize('NFKC');
  return simplified.get(lower) ?? lower;
}

function isComplex(unit: number, character: string): boolean {
  const isSurrogate = unit >= 0xd800 && unit < 0xe000;
  const isJamo = unit >= 0x1100 && unit < 0x1200;
  return isSurrogate || isJamo || /^\p{M}$/u.test(character);
}

/**
 * Traditional to simplified by the characters of OpenCC's dictionary (https://github.com/BYVoid/OpenCC, by way of
 * opencc-js). Its phrases are left out: what they decide depends on the neighbours, and a part of a text has to fold as the whole.
 */
function readSimplified(): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (const dictionary of (to.cn ?? []).flat()) {
    const entries =
      typeof dictionary === 'string' ? dictionary.split('|').map((entry) => entry.split(' ')) : dictionary;
    for (const [from = '', simple = ''] of entries)
      if ([...from].length === 1 && [...simple].length === 1) map.set(from, simple);
  }
  // A few lead to a character that is simplified itself.
  for (const [from, simple] of map) map.set(from, map.get(simple) ?? simple);
  return map;
}
