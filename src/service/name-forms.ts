import { foldText } from '../search/fold.js';
import { readingsOf } from '../search/pinyin.js';
import type { Sounding } from './slips.js';

/** A Chinese character, or a run of letters and digits, and all that can be typed for it. */
export interface NameUnit {
  readonly text: string;
  /** Whole: itself and its readings. */
  readonly spellings: readonly string[];
  /** Short: itself and how its readings begin. */
  readonly initials: readonly string[];
  readonly either: readonly string[];
}

/** A name as it is compared with others; sound is worked out when first asked for. */
export class NameForms implements Sounding {
  /** NFKC, lower case, simplified, letters and digits only. */
  readonly key: string;
  /** Its first characters, one by one: a pasted essay is no name, and the comparison is quadratic. */
  readonly characters: readonly string[];
  #sounds: readonly (readonly string[])[] | undefined;
  #units: readonly NameUnit[] | undefined;
  #pinyin: string | undefined;
  #initials: string | undefined;
  #pinyinLetters: Sounding | undefined;
  #initialLetters: Sounding | undefined;

  constructor(readonly name: string) {
    this.key = foldText(name).replace(/[^\p{L}\p{N}]+/gu, '');
    this.characters = [...this.key].slice(0, maxComparedChars);
  }

  /** The readings of each of the characters, none for letters and digits. */
  get sounds(): readonly (readonly string[])[] {
    this.#sounds ??= readingsOf(this.characters.join(''));
    return this.#sounds;
  }

  get units(): readonly NameUnit[] {
    this.#units ??= toUnits(this.characters, this.sounds);
    return this.#units;
  }

  /** Works out everything now. */
  prepare(): void {
    this.#pinyinLetters = lettersOf(this.pinyin);
    this.#initialLetters = lettersOf(this.initials);
  }

  /** In the readings that fit, on end: zhongguolaodongbaozhangbao. */
  get pinyin(): string {
    this.#pinyin ??= this.units.map(({ text, spellings }) => spellings[1] ?? text).join('');
    return this.#pinyin;
  }

  /** The first letters of the same. */
  get initials(): string {
    this.#initials ??= this.units.map(({ text, spellings }) => (spellings[1] ?? text).charAt(0)).join('');
    return this.#initials;
  }

  get pinyinLetters(): Sounding {
    this.#pinyinLetters ??= lettersOf(this.pinyin);
    return this.#pinyinLetters;
  }

  get initialLetters(): Sounding {
    this.#initialLetters ??= lettersOf(this.initials);
    return this.#initialLetters;
  }
}

const maxComparedChars = 40;

/** Letters one by one, as slips are counted: they sound like nothing but themselves. */
export function lettersOf(text: string): Sounding {
  return { characters: [...text.slice(0, maxComparedLetters)], sounds: [] };
}

const maxComparedLetters = 120;

function toUnits(characters: readonly string[], sounds: readonly (readonly string[])[]): readonly NameUnit[] {
  const units: NameUnit[] = [];
  let run = '';
  const endRun = () => {
    if (run) units.push({ text: run, spellings: [run], initials: [run, run.charAt(0)], either: [run, run.charAt(0)] });
    run = '';
  };
  for (const [at, text] of characters.entries()) {
    const readings = sounds[at] ?? [];
    if (readings.length > 0) {
      endRun();
      units.push(unitOf(text, readings));
    } else {
      // 21财经APP: letters are typed on end, or their first one; so are digits, and 5G is two of these.
      if (run && isDigit(run.charAt(run.length - 1)) !== isDigit(text)) endRun();
      run += text;
    }
  }
  endRun();
  return units;
}

const isDigit = (character: string) => character >= '0' && character <= '9';

const keptUnits = new Map<string, NameUnit>();

/** One for all names that have this character read in this way first. */
function unitOf(text: string, readings: readonly string[]): NameUnit {
  const key = text + readings[0];
  const known = keptUnits.get(key);
  if (known) return known;
  const spellings = [text, ...readings.flatMap(spellingsOf)];
  const initials = [...new Set([text, ...readings.flatMap(initialsOf)])];
  const unit = { text, spellings, initials, either: [...new Set([...spellings, ...initials])] };
  keptUnits.set(key, unit);
  return unit;
}

/** 女 is typed nv, nu and in passports nyu. */
function spellingsOf(reading: string): readonly string[] {
  return reading.includes('v') ? [reading, reading.replace('v', 'u'), reading.replace('v', 'yu')] : [reading];
}

function initialsOf(reading: string): readonly string[] {
  const first = reading.charAt(0);
  return /^[zcs]h/u.test(reading) ? [first, `${first}h`] : [first];
}

/** How many names are remembered: those of an archive several times over. */
const maxRemembered = 20_000;
const remembered = new Map<string, NameForms>();

/** The forms of a name, worked out once: an archive has the same 2,000 names at every question. */
export function formsOf(name: string): NameForms {
  const known = remembered.get(name);
  if (known) return known;
  if (remembered.size >= maxRemembered) remembered.clear();
  const forms = new NameForms(name);
  remembered.set(name, forms);
  return forms;
}

/** How far into a name some typed letters reach. */
export interface Spelled {
  /** The units that were spelled, from `start`; the last one perhaps in part. */
  readonly units: number;
  readonly isWhole: boolean;
}

type Style = 'spellings' | 'initials' | 'either';

/** Whether all of the typed text spells a name from a unit on: by whole syllables, by initials, or now one and now the other. */
export function spell(typed: string, units: readonly NameUnit[], start: number, style: Style): Spelled | undefined {
  let reached: readonly number[] = [0];
  for (let at = start; at < units.length && reached.length > 0; at += 1) {
    const next: number[] = [];
    let isInside = false;
    for (const form of (units[at] as NameUnit)[style]) {
      for (const from of reached) {
        if (typed.startsWith(form, from)) {
          if (!next.includes(from + form.length)) next.push(from + form.length);
        } else if (typed.length - from < form.length && form.startsWith(typed.slice(from))) isInside = true;
      }
    }
    if (next.includes(typed.length)) return { units: at + 1 - start, isWhole: at + 1 === units.length };
    if (isInside) return { units: at + 1 - start, isWhole: false };
    reached = next;
  }
  return undefined;
}
