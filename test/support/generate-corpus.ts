import type { Article } from '../../src/domain/article.js';
import { foldText } from '../../src/search/fold.js';

/**
 * Articles for measuring searches: words drawn from a Zipf distribution (s = 1.0) over 30,000 words of one to four
 * characters, 300 to 2,500 characters a text, 1,250 on average. Two things are set so that a text has as many different
 * neighbours as news have (0.65 of all, counted on 60 real posts; words drawn each on its own give 0.8): words are made
 * of 3,500 characters by a flattened Zipf law, and now and then a text says again one to three words that it has said
 * before, which changes nothing in how often a word is drawn. One word in fifty is of letters and digits. The same seed gives the
 * same articles; an article depends on the seed and its own number only.
 */
export class Corpus {
  readonly words: readonly string[];
  readonly #pickWord: (fraction: number) => number;

  constructor(readonly seed: number) {
    const random = randomFrom(seed);
    this.words = makeWords(random);
    this.#pickWord = zipf(this.words.length, 1, 0);
  }

  article(number: number): Article {
    const random = randomFrom(mix(this.seed, number));
    const word = this.#speaker(random);
    const paragraphs: string[] = [];
    const outline: { level: 1; text: string }[] = [];
    const wanted = lengthOf(random());
    for (let written = 0; written < wanted; ) {
      if (outline.length < 5 && random() < 0.25) {
        const text = phrase(word, 4 + Math.floor(random() * 10));
        outline.push({ level: 1, text });
        paragraphs.push(text);
      }
      const paragraph = sentences(word, random, Math.min(wanted - written, 80 + Math.floor(random() * 240)));
      paragraphs.push(paragraph);
      written += paragraph.length;
    }
    const medium = `示例媒体${Math.floor(random() ** 2 * 50)}`;
    return {
      identity: `https://example.com/${number}`,
      postIdentity: `corpus#${number}`,
      title: phrase(word, 8 + Math.floor(random() * 17)),
      byline: undefined,
      outline,
      lead: paragraphs[0]?.slice(0, 40),
      keySentences: [],
      url: `https://example.com/${number}`,
      published: new Date(Date.UTC(2019, 0, 1) + number * 150_000),
      medium,
      categories: [{ name: medium, slug: undefined }],
      text: paragraphs.join('\n'),
    };
  }

  /** The next word of a text: a new one, or one that was said before, with what followed it. */
  #speaker(random: () => number): () => string {
    const said: string[] = [];
    let again: string[] = [];
    return () => {
      if (again.length === 0 && said.length > 20 && random() < shareSaidAgain) {
        const from = Math.floor(random() * said.length);
        again = said.slice(from, from + 1 + Math.floor(random() * mostSaidAgain));
      }
      const next = again.shift() ?? this.words[this.#pickWord(random())] ?? '';
      said.push(next);
      return next;
    };
  }

  /** Some text of `words` words on end, as it stands in an article. */
  passage(number: number, random: () => number, words: number): string {
    const { text } = this.article(number);
    const lines = text.split(/[\n，。]/u).filter((line) => line.length > words);
    const line = lines[Math.floor(random() * lines.length)] ?? '';
    const from = Math.floor(random() * Math.max(1, line.length - words * 2));
    return line.slice(from, from + words * 2);
  }
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const mix = (seed: number, number: number) => Math.imul(seed ^ Math.imul(number + 1, 0x9e3779b1), 0x85ebca6b);

/** From a number in [0, 1) to a rank from 0 to `count` - 1, by the law of Zipf and Mandelbrot: 1 / (rank + offset)^exponent. */
function zipf(count: number, exponent: number, offset: number): (fraction: number) => number {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let rank = 0; rank < count; rank += 1) {
    sum += (rank + 1 + offset) ** -exponent;
    sums[rank] = sum;
  }
  return (fraction) => {
    const wanted = fraction * sum;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

const wordCount = 30_000;
const characterCount = 3_500;
/** Many of the commonest words are single characters, as 的 and 在 are. */
const commonWords = 200;
const singleShare = { common: 0.15, other: 0.03 };
const shareSaidAgain = 0.15;
const mostSaidAgain = 3;

function makeWords(random: () => number): readonly string[] {
  const characters = commonCharacters(random);
  const pick = zipf(characters.length, 1.3, 80);
  const words = new Set<string>();
  while (words.size < wordCount) {
    if (words.size % 50 === 49) words.add(latinWord(random));
    const share = words.size < commonWords ? singleShare.common : singleShare.other;
    const length = random() < share ? 1 : lengthOfWord(random());
    words.add(Array.from({ length }, () => characters[pick(random())]).join(''));
  }
  return [...words];
}

const lengthOfWord = (fraction: number) => (fraction < 0.72 ? 2 : fraction < 0.89 ? 3 : 4);

function latinWord(random: () => number): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from({ length: 2 + Math.floor(random() * 3) }, () => alphabet[Math.floor(random() * 36)]).join('');
}

/** Ideographs that folding leaves as they are, in a random order of frequency. */
function commonCharacters(random: () => number): readonly string[] {
  const characters: string[] = [];
  for (let code = 0x4e00; characters.length < characterCount; code += 3) {
    const character = String.fromCharCode(code);
    if (foldText(character) === character) characters.push(character);
  }
  for (let at = characters.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [characters[at], characters[other]] = [characters[other] ?? '', characters[at] ?? ''];
  }
  return characters;
}

/** 300 to 2,500 characters, 1,250 on average. */
const lengthOf = (fraction: number) => 300 + Math.floor(2_200 * fraction ** 1.32);

function phrase(word: () => string, length: number): string {
  let text = '';
  while (text.length < length) text += word();
  return text;
}

function sentences(word: () => string, random: () => number, length: number): string {
  let text = '';
  let sinceMark = 0;
  while (text.length < length) {
    const next = word();
    text += next;
    sinceMark += next.length;
    if (sinceMark > 5 && random() < 0.2) {
      text += random() < 0.3 ? '。' : '，';
      sinceMark = 0;
    }
  }
  return `${text.replace(/[，。]$/u, '')}。`;
}
