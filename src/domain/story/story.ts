import { type Alignment, align } from './align.js';
import { hasConflict, isNearlyAll } from './conflict.js';
import { eachGram, foldUnits, scramble } from './fold-units.js';
import { flashChars, type StoryText } from './story-text.js';
import { titlesConflict, titlesFit } from './titles.js';

const hourMs = 3_600_000;

/** Articles further apart are never one story. Shorter than a week, so that issues of a weekly column never meet. */
export const storyWindowMs = 5 * 24 * hourMs;

/** Shorter texts say too little: 详见图片 stands under any picture. */
const minChars = 12;
const markCount = 16;
const markChars = 8;

/**
 * Up to 16 different numbers (unsigned, 32 bit, ascending) by which candidates are found: two texts that share a third of
 * their words share five on average, unrelated ones none. They are the smallest hashes of all runs of eight letters or
 * digits, so a part of a text has those marks of the whole that lie in it. The same for the same text everywhere; empty
 * for a text of fewer than 12 letters and digits.
 */
export function storyMarks(text: string): readonly number[] {
  const units = foldUnits(text, false);
  if (units.length < minChars) return [];
  const marks: number[] = [];
  eachGram(units, markChars, (hash) => {
    const mark = scramble(hash);
    const largest = marks[marks.length - 1] ?? 0;
    if (marks.length === markCount && mark >= largest) return;
    let at = marks.length;
    while (at > 0 && (marks[at - 1] ?? 0) > mark) at -= 1;
    if (marks[at - 1] === mark) return;
    marks.splice(at, 0, mark);
    if (marks.length > markCount) marks.pop();
  });
  return marks;
}

/** Flashes in the same words come daily: 今日开展…亿元逆回购操作. */
const flashWindowMs = 18 * hourMs;
/** A shorter part of a text is an item of a roundup, or a quotation. */
const minShare = 0.3;
/** Of the shorter text, how much the other must have as well. */
const minCovered = 0.7;

/**
 * True when both carry the same text, as reprints do: retitled, signed by others, shortened, with a paragraph more or less,
 * lightly edited. False when they only share a template or quotations: what stands in the same place must not differ in a
 * number, a direction (涨, 跌), a place or a name. In doubt false.
 */
export function isSameStory(a: StoryText, b: StoryText): boolean {
  const gapMs = Math.abs(a.orderAt.getTime() - b.orderAt.getTime());
  const [short, long] = isOrdered(a, b) ? [a, b] : [b, a];
  const isFlash = short.text.length < flashChars;
  if (!(gapMs <= (isFlash ? flashWindowMs : storyWindowMs))) return false;
  if (short.text.length < minChars || short.text.length < long.text.length * minShare) return false;
  if (titlesConflict(short, long)) return false;
  if (short.text === long.text) return !isFlash || titlesFit(short, long);
  const alignment = align(short, long);
  if (isFlash ? !isNearlyAll(alignment, short, long) : alignment.covered < short.text.length * minCovered) return false;
  if (isItem(alignment, short, long) || isFrame(alignment, short)) return false;
  if (hasConflict(alignment, short, long)) return false;
  return !isFlash || titlesFit(short, long);
}

/** What is cut down further is cut at its end. */
const minShareOfMiddle = 0.6;
const maxOpeningShare = 0.15;
const minItemTitleChars = 5;

/** True for a text that stands among others in the longer one: not at its beginning, or with its own title above it. */
function isItem({ gaps }: Alignment, short: StoryText, long: StoryText): boolean {
  if (short.text.length >= long.text.length * minShareOfMiddle) return false;
  const { title, text } = short;
  if ((gaps[0]?.longTo ?? 0) > long.text.length * maxOpeningShare) return true;
  return title.length >= minItemTitleChars && long.text.includes(title) && !text.includes(title);
}

const minReplacedChars = 20;
const maxReplacedShare = 0.15;

/** True when long passages of the one stand where the other has others: a column of which only the frame is the same. */
function isFrame({ gaps }: Alignment, short: StoryText): boolean {
  const replacedChars = gaps.slice(1, -1).reduce((sum, { shortFrom, shortTo, longFrom, longTo }) => {
    const both = Math.min(shortTo - shortFrom, longTo - longFrom);
    return both > minReplacedChars ? sum + both : sum;
  }, 0);
  return replacedChars > short.text.length * maxReplacedShare;
}

/** The shorter first; of two that are as long, one whatever the order they came in. */
function isOrdered(a: StoryText, b: StoryText): boolean {
  return a.text.length === b.text.length ? a.text <= b.text : a.text.length < b.text.length;
}
