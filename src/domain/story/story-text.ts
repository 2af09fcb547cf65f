import { maxTitleUnits, withoutCredits } from './credits.js';
import { eachGram, foldUnits, maxUnits, toText } from './fold-units.js';

/** Runs of so many characters are what two texts are laid along each other by. */
export const gramChars = 6;
/** Below this a text is a flash. */
export const flashChars = 100;

/** What of an article is compared, computed once. */
export interface StoryText {
  readonly orderAt: Date;
  /** Folded, see `foldUnits`; empty without a title. */
  readonly title: string;
  /** Folded text without datelines and credits, decimal points kept. */
  readonly text: string;
  /** Hash of the six characters that begin at each place of the text. */
  readonly grams: Uint32Array;
}

/** Reads title and text for comparing. Takes time in proportion to the length, whatever the text is made of. */
export function toStoryText(article: { title: string | undefined; text: string; orderAt: Date }): StoryText {
  const units = foldUnits(withoutCredits(article.text.slice(0, maxUnits)), true);
  const grams = new Uint32Array(Math.max(0, units.length - gramChars + 1));
  eachGram(units, gramChars, (hash, at) => {
    grams[at] = hash;
  });
  const title = toText(foldUnits((article.title ?? '').slice(0, maxTitleUnits), true));
  return { orderAt: article.orderAt, title, text: toText(units), grams };
}
