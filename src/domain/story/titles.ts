import { commonLength } from './align.js';
import { isTurned, likeness } from './conflict.js';
import { type Amount, numbersConflict, numbersIn } from './numbers.js';
import type { StoryText } from './story-text.js';

const minCommonTitleChars = 4;

/** True for titles on one template, 某指数收涨1% and 某指数收跌2%, whose difference is one of the texts too. */
export function titlesConflict(a: StoryText, b: StoryText): boolean {
  const most = Math.min(a.title.length, b.title.length);
  const head = commonLength(a.title, 0, b.title, 0);
  let tail = 0;
  while (tail < most - head && a.title.at(-1 - tail) === b.title.at(-1 - tail)) tail += 1;
  if (head + tail < Math.max(minCommonTitleChars, most / 2)) return false;
  const [endA, endB] = [a.title.length - tail, b.title.length - tail];
  if (isTurned(a.title.slice(head, endA), b.title.slice(head, endB))) return true;
  const own = (amounts: readonly Amount[], other: StoryText) => amounts.filter(({ raw }) => !other.text.includes(raw));
  return numbersConflict(own(numbersIn(a.title, head, endA), b), own(numbersIn(b.title, head, endB), a));
}

/** Of a title's neighbouring pairs of characters, how many its text should have. */
const minTitleInText = 0.3;

/** False when two flashes have different titles that do not go with the text: the same line stands under every video. */
export function titlesFit(a: StoryText, b: StoryText): boolean {
  if (a.title.includes(b.title) || b.title.includes(a.title)) return true;
  return [a, b].every(({ title, text }) => likeness(title, text) >= minTitleInText);
}
