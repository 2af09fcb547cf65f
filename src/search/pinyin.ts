import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);
let library: typeof import('pinyin-pro') | undefined;

/** Readings of single characters, kept: names share some 2,000 of them. */
const kept = new Map<string, readonly string[]>();

/**
 * How each character of a text can be read, in letters a to z without tones, ü as v: the reading that fits its neighbours
 * first (chong in 重庆, then zhong), then every other one of the dictionary. None for what is no Chinese character.
 */
export function readingsOf(text: string): readonly (readonly string[])[] {
  // Some 50 ms, so not before the first text: the bot's start does without.
  library ??= load('pinyin-pro') as typeof import('pinyin-pro');
  const { pinyin } = library;
  const characters = [...text];
  const fitting = pinyin(text, { toneType: 'none', type: 'array', v: true });
  return characters.map((character, at) => {
    const all = allReadings(character, pinyin);
    const first = fitting.length === characters.length ? fitting[at] : undefined;
    if (!first || first === all[0] || !all.includes(first)) return all;
    return [first, ...all.filter((reading) => reading !== first)];
  });
}

function allReadings(character: string, pinyin: typeof import('pinyin-pro').pinyin): readonly string[] {
  const known = kept.get(character);
  if (known) return known;
  const readings = /^\p{Script=Han}$/u.test(character)
    ? pinyin(character, { toneType: 'none', type: 'array', multiple: true })
        .map((reading) => reading.replaceAll('ü', 'v'))
        // A character that is not in the dictionary comes back as it is.
        .filter((reading) => /^[a-z]+$/u.test(reading))
    : [];
  const different = [...new Set(readings)];
  kept.set(character, different);
  return different;
}
