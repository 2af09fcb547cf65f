import { type Category, mediaEnding } from '../domain/category.js';
import { takingTurns } from '../turns.js';
import { formsOf, lettersOf, NameForms, spell } from './name-forms.js';
import { isOneSlip, slipsBetween, soundAlike } from './slips.js';

/** What a typed name means. `near` are the ones to offer as buttons, best first. */
export type Resolution =
  | { readonly kind: 'one'; readonly category: Category }
  | { readonly kind: 'several'; readonly near: readonly Category[] }
  | { readonly kind: 'none'; readonly near: readonly Category[] };

const mostOffered = 8;
/** Longer than any name: the rest of a pasted essay is not looked at. */
const maxTypedUnits = 200;

/** How a name fits what was typed. */
interface Fit {
  /** `whole`: all of the name, in one of its forms. `partly`: some of it, or its initials. `slip`: only with mistakes. */
  readonly kind: 'whole' | 'partly' | 'slip';
  /** Whole forms by form, from -4 to -1; then up to 1 what fits or is one slip away; above that what is merely near. */
  readonly cost: number;
  /** Is specific enough to be acted on when no other name fits. */
  readonly isClear: boolean;
}

interface Candidate {
  readonly category: Category;
  readonly fit: Fit;
}

interface Typed {
  readonly written: string;
  readonly forms: NameForms;
  /** The same without 新闻 behind it, which the archive's tags have and its names have not. */
  readonly withoutSuffix: string;
  /** Letters and digits only, tone marks dropped; undefined when there are other characters. */
  readonly letters: string | undefined;
}

/**
 * Finds a category by its name as written; the same in other widths, characters, spaces and brackets; slug and pinyin;
 * its beginning or another part; initials; else the nearest names by slips of the hand and of the ear. Only a clear
 * winner is `one`: two names that share a slug, a spelling or a form are offered, never merged. `categories` come largest
 * first, which is the order among equals.
 */
export function resolveCategory(text: string, categories: readonly Category[]): Resolution {
  const typed = readTyped(text);
  if (!typed.written) return { kind: 'none', near: categories.slice(0, mostOffered) };
  const whole = fitAll(categories, (category) => fitWhole(typed, category));
  if (whole[0])
    return isWinner(whole[0].fit, whole[1]?.fit) ? one(whole[0]) : { kind: 'several', near: offered(whole) };
  const { forms, letters } = typed;
  if (!forms.key) return { kind: 'none', near: categories.slice(0, mostOffered) };
  const found = fitAll(categories, ({ name, slug }) => {
    const known = formsOf(name);
    const part = fitPart(typed, known);
    if (part || letters === undefined) return part ?? fitSlips(forms, known);
    return fitSpelling(letters, known) ?? fitSlug(letters, slug);
  });
  const [best, next] = found;
  if (!best) {
    const misspelled =
      letters === undefined ? [] : fitAll(categories, ({ name }) => fitMisspelling(letters, formsOf(name)));
    return { kind: 'none', near: offered(misspelled) };
  }
  if (isWinner(best.fit, next?.fit)) return one(best);
  const fitting = found.filter(({ fit }) => fit.cost <= 1);
  const areSeveral = best.fit.kind !== 'slip' && fitting.length > 1;
  return areSeveral ? { kind: 'several', near: offered(fitting) } : { kind: 'none', near: offered(found) };
}

const one = ({ category }: Candidate): Resolution => ({ kind: 'one', category });

const offered = (candidates: readonly Candidate[]): readonly Category[] =>
  candidates.slice(0, mostOffered).map(({ category }) => category);

/** The categories that fit, best first. */
function fitAll(categories: readonly Category[], fitOf: (category: Category) => Fit | undefined): readonly Candidate[] {
  const candidates: Candidate[] = [];
  for (const category of categories) {
    const fit = fitOf(category);
    if (fit) candidates.push({ category, fit });
  }
  return candidates.sort((a, b) => a.fit.cost - b.fit.cost);
}

/** Works out beforehand what the first questions would wait for, some 200 ms for 2,000 names, in short stretches. */
export async function prepareNames(categories: readonly Category[]): Promise<void> {
  const turn = takingTurns();
  for (const { name, slug } of categories) {
    formsOf(name).prepare();
    if (slug !== undefined) formsOf(slug);
    await turn();
  }
}

/** A whole name has to be the only one of its form; a part the only fit; a slip much nearer than the next. */
function isWinner(best: Fit, next: Fit | undefined): boolean {
  if (!best.isClear) return false;
  if (!next) return true;
  if (best.kind === 'whole') return Math.floor(next.cost) > Math.floor(best.cost);
  return best.kind === 'partly' ? next.cost >= costOfOther : next.cost - best.cost >= 1;
}

/** Of one character in place of another that does not even sound like it. */
const costOfOther = 1;

function readTyped(text: string): Typed {
  const written = text.trim();
  const forms = new NameForms(written.slice(0, maxTypedUnits));
  // ē is e with a mark; ü stays, as v.
  const plain = forms.key
    .normalize('NFD')
    .replace(/u\u0308/gu, 'v')
    .replace(/\p{M}/gu, '');
  return {
    written,
    forms,
    withoutSuffix: forms.key.replace(/(?<=.)新闻$/u, ''),
    letters: /^[a-z0-9]{1,120}$/u.test(plain) ? plain : undefined,
  };
}

function fitWhole({ written, forms, withoutSuffix, letters }: Typed, { name, slug }: Category): Fit | undefined {
  if (name === written) return { kind: 'whole', cost: -4, isClear: true };
  const known = formsOf(name);
  if (!forms.key || !known.key) return undefined;
  if (known.key === forms.key) return { kind: 'whole', cost: -3, isClear: true };
  if (known.key === withoutSuffix) return { kind: 'whole', cost: -2, isClear: true };
  if (slug !== undefined && formsOf(slug).key === (letters ?? forms.key))
    return { kind: 'whole', cost: -1, isClear: true };
  if (letters === undefined || !spell(letters, known.units, 0, 'spellings')?.isWhole) return undefined;
  return { kind: 'whole', cost: known.pinyin === letters ? -1 : -0.9, isClear: true };
}

/** The name begins with what was typed, or has it. */
function fitPart({ forms, letters }: Typed, name: NameForms): Fit | undefined {
  const { key } = forms;
  const at = name.key.indexOf(key);
  if (at < 0) return undefined;
  const isOwn = isNameOfItsOwn(name.key.slice(0, at), key, name.key.slice(at + key.length));
  const least = (at === 0 ? 2 : 3) + (letters === undefined ? 0 : 1);
  const cost = (at === 0 ? 0.2 : 0.3) + 0.7 * missing(key.length, name.key.length);
  return { kind: 'partly', cost, isClear: key.length >= least && !isOwn };
}

/** A slug that is not the pinyin of its name begins with what was typed. */
function fitSlug(letters: string, slug: string | undefined): Fit | undefined {
  const key = slug === undefined ? '' : formsOf(slug).key;
  if (letters.length < 3 || !key.startsWith(letters)) return undefined;
  return { kind: 'partly', cost: 0.3 + 0.7 * missing(letters.length, key.length), isClear: letters.length > 4 };
}

const missing = (typed: number, all: number) => (all - typed) / all;

/**
 * 经济日报 is a paper, and not the 河北经济日报 that has these characters; 人民日报 is not its edition abroad. Only the country in front
 * is often left out.
 */
function isNameOfItsOwn(before: string, part: string, after: string): boolean {
  return (after !== '' || !/^(?:中国|全国|国家)?$/u.test(before)) && mediaEnding.test(part);
}

/** Letters that spell some of the name, or are its initials. */
function fitSpelling(letters: string, name: NameForms): Fit | undefined {
  const { units } = name;
  const part = (start: number, count: number, least: number): { cost: number; isClear: boolean } => {
    const text = (from: number, until?: number) =>
      units
        .slice(from, until)
        .map((unit) => unit.text)
        .join('');
    const isOwn = isNameOfItsOwn(text(0, start), text(start, start + count), text(start + count));
    return { cost: 0.7 * missing(count, units.length), isClear: count >= least && !isOwn };
  };
  const initials = spell(letters, units, 0, 'initials');
  if (initials?.isWhole) {
    const isClear = units.length > 3 && letters.length > 3;
    return { kind: 'partly', cost: name.initials === letters ? 0 : 0.1, isClear };
  }
  const beginning = spell(letters, units, 0, 'spellings');
  if (beginning) {
    const { cost, isClear } = part(0, beginning.units, 2);
    return { kind: 'partly', cost: 0.2 + cost, isClear: isClear && letters.length > 4 };
  }
  if (letters.length < 3) return undefined;
  const mixed = spell(letters, units, 0, 'either');
  if (mixed) return { kind: 'partly', cost: 0.25 + part(0, mixed.units, 2).cost, isClear: false };
  for (let start = 1; start < units.length; start += 1) {
    const inside = spell(letters, units, start, 'spellings');
    if (!inside) continue;
    const { cost, isClear } = part(start, inside.units, 3);
    return { kind: 'partly', cost: 0.3 + cost, isClear: isClear && letters.length > 7 };
  }
  return undefined;
}

/** Names that hold all typed characters in order (劳动报), that sound like it in part, or of which at most a third differs. */
function fitSlips(forms: NameForms, name: NameForms): Fit | undefined {
  const longer = Math.max(forms.characters.length, name.characters.length);
  const most = Math.max(costOfOther, Math.floor(longer / 3));
  const cost = Math.min(slipsBetween(forms, name, most), costInPart(forms, name));
  if (cost > most || cost >= longer) return undefined;
  const isClear = cost < costOfOther && name.characters.length > 4 && isOneSlip(forms, name);
  return { kind: 'slip', cost, isClear };
}

/** zhongguolaodonbaozhangbao: pinyin, or initials, of which at most a fifth of the letters differs. Never clear: a letter changes the word. */
function fitMisspelling(letters: string, name: NameForms): Fit | undefined {
  const most = Math.min(maxMisspelled, Math.floor(letters.length / 5));
  if (most < 1) return undefined;
  const typed = lettersOf(letters);
  const cost = Math.min(slipsBetween(typed, name.pinyinLetters, most), slipsBetween(typed, name.initialLetters, 1));
  return cost > most ? undefined : { kind: 'slip', cost: 1 + cost, isClear: false };
}

function costInPart(typed: NameForms, name: NameForms): number {
  const [a, b] = [typed.characters.length, name.characters.length];
  if (a < 2 || a >= b) return Number.POSITIVE_INFINITY;
  const inOrder = isSubsequence(typed.characters, name.characters) ? 1.1 + missing(a, b) : Number.POSITIVE_INFINITY;
  return a < 3 ? inOrder : Math.min(inOrder, costBySound(typed, name));
}

const maxMisspelled = 3;

/** 劳动宝障 for part of 中国劳动保障报: at least half of the characters as they are, the others by ear. */
function costBySound(typed: NameForms, name: NameForms): number {
  const [a, b] = [typed.characters, name.characters];
  for (let start = 0; start + a.length <= b.length; start += 1) {
    let heard = 0;
    const fits = a.every((character, at) => {
      if (character === b[start + at]) return true;
      heard += 1;
      return heard * 2 <= a.length && soundAlike(typed.sounds[at] ?? [], name.sounds[start + at] ?? []);
    });
    if (fits) return 0.4 * heard + 0.6 * missing(a.length, b.length);
  }
  return Number.POSITIVE_INFINITY;
}

function isSubsequence(typed: readonly string[], name: readonly string[]): boolean {
  let at = 0;
  for (const character of name) if (character === typed[at]) at += 1;
  return at === typed.length;
}
