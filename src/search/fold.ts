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
  if (text.length === 1) return foldUnit(text, tables);
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

/** A single unit on its own. */
function foldUnit(text: string, { folded, kinds, expansions }: Tables): string {
  const unit = text.charCodeAt(0);
  const kind = kinds[unit] as Kind;
  if (kind === Kind.Space || kind === Kind.LineEnd) return '';
  if (kind === Kind.Complex) return foldSimple(foldCharacters(text, tables as Tables), tables as Tables, true) ?? '';
  const plain = folded[unit] as number;
  if (plain === unit) return text;
  return plain === 0 ? (expansions.get(unit) ?? '') : String.fromCharCode(plain);
}

/**
 * Whether the ideographs of a text stand in it as they are compared: none was simplified or widened, and no space between
 * two of them was dropped. Then whether ideographs are in the folded text can be asked of the text itself.
 */
export function hasPlainIdeographs(text: string, folded: string): boolean {
  tables ??= buildTables();
  const { kinds } = tables;
  let at = 0;
  for (let index = 0; index < text.length; ) {
    // Up to the next ideograph in both, which has to begin a run in both or in neither.
    const start = index;
    const startAt = at;
    while (index < text.length && kinds[text.charCodeAt(index)] !== Kind.Ideograph) {
      if (kinds[text.charCodeAt(index)] === Kind.Complex) return false;
      index += 1;
    }
    while (at < folded.length && kinds[folded.charCodeAt(at)] !== Kind.Ideograph) at += 1;
    if (index === text.length || at === folded.length) return index === text.length && at === folded.length;
    if (text.charCodeAt(index) !== folded.charCodeAt(at)) return false;
    if (index > start !== at > startAt) return false;
    index += 1;
    at += 1;
  }
  while (at < folded.length && kinds[folded.charCodeAt(at)] !== Kind.Ideograph) at += 1;
  return at === folded.length;
}

/** The usual case, a table look-up per unit. Undefined: the text has something that needs more. */
function foldSimple(text: string, { folded, kinds, expansions }: Tables, keepComplex = false): string | undefined {
  let out = reuse(text.length + spareUnits);
  let length = 0;
  let last: Kind = Kind.LineEnd;
  let gap: Kind | undefined;
  // One loop and no calls: this is where reading an article for a search spends its time.
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    let kind = kinds[unit] as Kind;
    if (kind === Kind.Complex) {
      if (!keepComplex) return undefined;
      kind = kindAt(text, unit >= 0xdc00 && unit < 0xe000 ? index - 1 : index);
    }
    if (kind === Kind.Space || kind === Kind.LineEnd) {
      if (gap !== Kind.LineEnd) gap = kind;
      continue;
    }
    const plain = keepComplex && kinds[unit] === Kind.Complex ? unit : (folded[unit] as number);
    const expanded = plain === 0 ? (expansions.get(unit) ?? '') : '';
    if (expanded) kind = kinds[expanded.charCodeAt(0)] as Kind;
    if (gap !== undefined) {
      if (gap === Kind.LineEnd && length > 0) out[length++] = 0x0a;
      else if (gap === Kind.Space && last === Kind.Word && kind === Kind.Word) out[length++] = 0x20;
      gap = undefined;
    }
    if (plain !== 0) {
      out[length++] = plain;
      last = kind;
    }
    if (!expanded) continue;
    if (length + expanded.length + text.length - index + spareUnits > out.length) out = longer(out, expanded.length);
    for (let at = 0; at < expanded.length; at += 1) out[length++] = expanded.charCodeAt(at);
    last = kinds[expanded.charCodeAt(expanded.length - 1)] as Kind;
  }
  return Buffer.from(out.buffer, 0, length * 2).toString('utf16le');
}

/** Room for a gap before every unit is never needed at once: each one drops at least the white space that it stands for. */
const spareUnits = 64;
let buffer = new Uint16Array(8_192);

/** One buffer for all texts, as long as the longest so far. */
function reuse(units: number): Uint16Array {
  if (buffer.length < units) buffer = new Uint16Array(units * 2);
  return buffer;
}

function longer(units: Uint16Array, more: number): Uint16Array {
  buffer = new Uint16Array((units.length + more) * 2);
  buffer.set(units);
  return buffer;
}

/** Arabic formulas in one character, which fold to up to eighteen: a text of them would grow past all bounds. */
const formulas = /[\ufdfa\ufdfb]/gu;

/**
 * More marks on one letter are none that anybody writes, and normalizing them costs the square of their number. The limit is
 * that of stream-safe text (https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format).
 */
const tooManyMarks = /(?<kept>\p{M}{30})\p{M}+/gu;

/** The whole string through the platform, then character by character: for texts with combining marks or surrogates. */
function foldCharacters(text: string, { simplified }: Tables): string {
  let out = '';
  const bounded = text.toWellFormed().replace(tooManyMarks, '$<kept>').replace(formulas, ' ');
  for (const character of bounded.normalize('NFKC').replace(/\p{Variation_Selector}/gu, '')) {
    const lower = character.toLowerCase();
    out += simplified.get(lower) ?? lower;
  }
  return out.normalize('NFC');
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
    const plain = character.replace(formulas, ' ') === character ? foldOne(character, simplified) : ' ';
    if (plain.length === 1 && !isComplex(plain.charCodeAt(0), plain)) {
      folded[unit] = plain.charCodeAt(0);
      kinds[unit] = kindOfCharacter(plain);
    } else if ([...plain].some(needsMore)) {
      kinds[unit] = Kind.Complex;
    } else {
      expansions.set(unit, plain);
    }
  }
  return { folded, kinds, expansions, simplified };
}

function foldOne(character: string, simplified: ReadonlyMap<string, string>): string {
  const lower = character.normalize('NFKC').toLowerCase().normalize('NFKC');
  // ㈼ becomes (監) first.
  return Array.from(lower, (each) => simplified.get(each) ?? each).join('');
}

/** Part of an expansion that cannot simply be put in: it joins with a neighbour, or may have to go. */
function needsMore(character: string): boolean {
  const kind = kindOfCharacter(character);
  return (
    character.length > 1 ||
    isComplex(character.charCodeAt(0), character) ||
    kind === Kind.Space ||
    kind === Kind.LineEnd
  );
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
