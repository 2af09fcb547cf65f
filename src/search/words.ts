import { foldText } from './fold.js';

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });
const shortestWord = 2;

/** The words of a title, folded, each once: what dictionaries know as a word, at least two characters, no plain numbers. */
export function titleWords(title: string): ReadonlySet<string> {
  const words = new Set<string>();
  for (const { segment, isWordLike } of segmenter.segment(foldText(title))) {
    if (isWordLike && segment.length >= shortestWord && !/^[\p{N}.,%]+\p{L}?$/u.test(segment)) words.add(segment);
  }
  return words;
}

/** The words that a folded searched text is made of, in their order, each of at least two characters or of letters; itself when it is one. */
export function wordsOf(searched: string): readonly string[] {
  const words = Array.from(segmenter.segment(searched), ({ segment }) => segment);
  const isSplit = words.length > 1 && words.every((word) => word.length >= shortestWord);
  return isSplit ? words : [searched];
}
