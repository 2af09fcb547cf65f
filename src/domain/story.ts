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

const hourMs = 3_600_000;

/** Articles further apart are never one story. Shorter than a week, so that issues of a weekly column never meet. */
export const storyWindowMs = 5 * 24 * hourMs;

/** A longer text is known by its beginning, in UTF-16 units: the longest essays of the archive have a third of that. */
const maxUnits = 40_000;
/** Shorter texts say too little: 详见图片 stands under any picture. */
const minChars = 12;
const markCount = 16;
const markChars = 8;
const gramChars = 6;

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

/** Below this a text is a flash. */
const flashChars = 100;
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

// ---- Folding ----

const unknown = 0xffff;
const isSeveral = 0xfffe;
/** For each UTF-16 unit what it folds to: 0 is nothing. Filled as units are met. */
const folded = new Uint16Array(0x10000).fill(unknown);
const point = 0x2e;

/**
 * Letters and digits only, without case, width and accents, one by one: normalising a whole text takes the square of its
 * length when it is a pile of combining marks. With `keepsPoints` also the point between two digits.
 */
function foldUnits(text: string, keepsPoints: boolean): Uint16Array {
  const end = Math.min(text.length, maxUnits);
  let units = new Uint16Array(end);
  let length = 0;
  for (let at = 0; at < end && length < maxUnits; at += 1) {
    const unit = text.charCodeAt(at);
    let to = folded[unit] as number;
    if (to === unknown) to = learn(unit);
    if (to < isSeveral) {
      if (to !== 0) units[length++] = to;
      else if (keepsPoints && isPoint(unit) && isDigit(units[length - 1] ?? 0) && isDigit(fullToHalf(text, at + 1)))
        units[length++] = point;
      continue;
    }
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    at += character.length - 1;
    const letters = foldCharacter(character);
    // One character becomes 18 at most (ﷺ).
    if (length + letters.length + end - at > units.length) units = grown(units, letters.length + end);
    for (let letter = 0; letter < letters.length; letter += 1) units[length++] = letters.charCodeAt(letter);
  }
  return units.subarray(0, length);
}

function grown(units: Uint16Array, by: number): Uint16Array<ArrayBuffer> {
  const larger = new Uint16Array(units.length + by);
  larger.set(units);
  return larger;
}

/** Works out what a unit folds to and remembers it; half of a pair is left to its character. */
function learn(unit: number): number {
  const isHalf = unit >= 0xd800 && unit <= 0xdfff;
  const letters = isHalf ? '' : foldCharacter(String.fromCharCode(unit));
  const to = isHalf || letters.length > 1 ? isSeveral : letters === '' ? 0 : letters.charCodeAt(0);
  folded[unit] = to;
  return to;
}

const foldCharacter = (character: string): string =>
  character
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;
const isPoint = (unit: number): boolean => unit === point || unit === 0xff0e;

function fullToHalf(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xff10 && unit <= 0xff19 ? unit - 0xfee0 : unit;
}

const decoder = new TextDecoder('utf-16le');
const toText = (units: Uint16Array): string => decoder.decode(units);

/** Calls back with a hash of every run of `chars` units and where it begins. */
function eachGram(units: Uint16Array, chars: number, use: (hash: number, at: number) => void): void {
  let leaving = 1;
  for (let power = 0; power < chars; power += 1) leaving = Math.imul(leaving, base);
  let hash = 0;
  for (let at = 0; at < units.length; at += 1) {
    hash = (Math.imul(hash, base) + (units[at] as number)) | 0;
    if (at >= chars) hash = (hash - Math.imul(leaving, units[at - chars] as number)) | 0;
    if (at >= chars - 1) use(hash >>> 0, at - chars + 1);
  }
}

const base = 0x2c1b3c6d;

/** Spreads a hash evenly (the finalizer of MurmurHash3). */
function scramble(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

// ---- Credits ----

const maxTitleUnits = 200;
const openingChars = 160;
const closingChars = 80;
/** Lines at either end in which datelines and credits stand. */
const edgeLines = 3;

/** What may open a text without being part of it; each is tried again behind another. */
const openings: readonly RegExp[] = [
  // 示例社柳川3月1日电
  /^[^，,。！？：:；“”（）()]{2,24}?\d{1,2}日(?:专|快|综合)?(?:电|讯|消息|报道)/u,
  // 本报讯, 柳川日报讯, 示例网消息
  /^[^，,。！？：:；“”（）()]{1,16}?(?:[报网社台刊端]|快|专)(?:电|讯|消息)(?=[\s，,：:（(丨|])/u,
  // 据柳川日报报道，
  /^据[^，,。：:]{2,24}(?:报道|消息|讯)[，,：:]/u,
  // （记者 李雷）
  /^[（(【[［][^（()）【】]{0,40}(?:记者|通讯员|编辑|作者|实习生)[^（()）【】]{0,40}[）)】\]］]/u,
];
const closing =
  /[（(](?:[^（()）]{0,40}(?:记者|通讯员|编辑|责编|校对|来源|作者|供图|摄)[^（()）]{0,40}|[\p{Script=Han}\s]{1,8})[）)]\s*$/u;
const creditLine =
  /^[（(【[\s]*(?:(?:(?:文章|本文|信息|资料|图片|稿件)?来源|责任编辑|责编|编辑|校对|审核|监制|作者|撰文|采写|摄影|文|图)[\s:：/／|｜]|(?:本报|本网)?(?:记者|通讯员)\s*[^，。]{0,24}$|原标题|本文来自|版权声明|免责声明|[（(][^（()）]{1,20}[）)]$)/u;
const maxCreditChars = 60;
const flashTitle = /^【[^】]{2,60}】/u;

/** The text without datelines at its opening and without lines and brackets that only say whose it is. */
function withoutCredits(text: string): string {
  const lines = text.split('\n').filter((line) => line.length > maxCreditChars || !creditLine.test(line.trim()));
  for (let at = 0; at < Math.min(edgeLines, lines.length); at += 1) lines[at] = withoutOpening(lines[at] ?? '');
  for (let at = Math.max(0, lines.length - edgeLines); at < lines.length; at += 1)
    lines[at] = withoutClosing(lines[at] ?? '');
  return lines.join('\n');
}

function withoutOpening(line: string): string {
  const own = flashTitle.exec(line)?.[0] ?? '';
  let rest = line.slice(own.length).trimStart();
  for (let more = 0; more < openings.length; more += 1) {
    const head = rest.slice(0, openingChars);
    const found = openings.map((opening) => opening.exec(head)?.[0].length ?? 0).find((length) => length > 0);
    if (found === undefined) break;
    rest = rest.slice(found).replace(/^[\s，,：:丨|]{0,8}/u, '');
  }
  // A title in brackets that is repeated behind a dateline stays with the text.
  return own + rest;
}

function withoutClosing(line: string): string {
  const from = Math.max(0, line.length - closingChars);
  return line.slice(0, from) + line.slice(from).replace(closing, '');
}

// ---- Aligning ----

/** A place where the one text has something else than the other, between two passages that both have. */
interface Gap {
  readonly shortFrom: number;
  readonly shortTo: number;
  readonly longFrom: number;
  readonly longTo: number;
}

interface Alignment {
  /** Characters of the shorter text that the longer has too, in passages of six or more. */
  readonly covered: number;
  readonly gaps: readonly Gap[];
}

/** How far ahead the text is taken up again behind a gap. */
const nearChars = 400;
/** A passage found elsewhere says something only when it is longer than a usual phrase. */
const farChars = 16;
/** Places of a repeated run that are tried, so that a text of one character takes no longer than others. */
const maxPlaces = 12;

/** Walks through the shorter text, taking the longest passages that the longer has as well, in its order where possible. */
function align(short: StoryText, long: StoryText): Alignment {
  const places = indexGrams(long.grams);
  const gaps: Gap[] = [];
  let covered = 0;
  let shortEnd = 0;
  let longEnd = 0;
  for (let at = 0; at < short.grams.length; ) {
    const found = findPassage(short, long, at, longEnd, places);
    if (!found) {
      at += 1;
      continue;
    }
    if (found.isNear) gaps.push({ shortFrom: shortEnd, shortTo: at, longFrom: longEnd, longTo: found.place });
    covered += found.length;
    shortEnd = at + found.length;
    longEnd = found.place + found.length;
    at = shortEnd;
  }
  gaps.push({ shortFrom: shortEnd, shortTo: short.text.length, longFrom: longEnd, longTo: long.text.length });
  return { covered, gaps };
}

interface Places {
  readonly first: Int32Array;
  readonly next: Int32Array;
}

function indexGrams(grams: Uint32Array): Places {
  let size = 64;
  while (size < grams.length * 2) size *= 2;
  const first = new Int32Array(size).fill(-1);
  const next = new Int32Array(grams.length);
  for (let at = grams.length - 1; at >= 0; at -= 1) {
    const slot = scramble(grams[at] as number) & (size - 1);
    next[at] = first[slot] as number;
    first[slot] = at;
  }
  return { first, next };
}

function findPassage(short: StoryText, long: StoryText, at: number, longEnd: number, { first, next }: Places) {
  const hash = short.grams[at] as number;
  let best: { place: number; length: number; isNear: boolean } | undefined;
  let place = first[scramble(hash) & (first.length - 1)] as number;
  for (let tried = 0; place >= 0 && tried < maxPlaces; place = next[place] as number) {
    if (long.grams[place] !== hash) continue;
    tried += 1;
    const length = commonLength(short.text, at, long.text, place);
    const isNear = place >= longEnd && place - longEnd <= nearChars;
    if (length < (isNear ? gramChars : farChars)) continue;
    if (isNear) return { place, length, isNear };
    if (!best || length > best.length) best = { place, length, isNear };
  }
  return best;
}

function commonLength(a: string, atA: number, b: string, atB: number, endA = a.length, endB = b.length): number {
  const most = Math.min(endA - atA, endB - atB);
  let length = 0;
  while (length < most && a.charCodeAt(atA + length) === b.charCodeAt(atB + length)) length += 1;
  return length;
}

// ---- Judging ----

/** Characters that another desk may put or leave without saying anything else. */
const neutral =
  /昨日|昨天|昨晚|今日|今天|今晨|今早|今晚|当日|当天|日前|近日|近期|前日|前天|明日|明天|本报|本网|记者|获悉|了解到|表示|介绍说|介绍|指出|认为|告诉|快讯|[说称的了]/gu;
const maxUncoveredInFlash = { chars: 4, share: 0.1 };
/** Longer than this on either side a gap is a passage of its own and compared as such. */
const maxReplacedChars = 40;
const maxPassageChars = 600;

function isNearlyAll({ covered, gaps }: Alignment, short: StoryText, long: StoryText): boolean {
  if (short.text.length * 2 < long.text.length) return false;
  const neutralChars = gaps.reduce((sum, gap) => {
    const own = short.text.slice(gap.shortFrom, gap.shortTo);
    return sum + own.length - own.replace(neutral, '').length;
  }, 0);
  const uncovered = short.text.length - covered - neutralChars;
  return uncovered <= Math.max(maxUncoveredInFlash.chars, short.text.length * maxUncoveredInFlash.share);
}

/** True when something in the one text stands in the place of something else that makes it another event. */
function hasConflict({ gaps }: Alignment, short: StoryText, long: StoryText): boolean {
  const replaced = new Set<string>();
  return gaps.some((gap, number) => {
    const shortChars = gap.shortTo - gap.shortFrom;
    const longChars = gap.longTo - gap.longFrom;
    if (shortChars > maxPassageChars || longChars > maxPassageChars) return false;
    if (shortChars > maxReplacedChars || longChars > maxReplacedChars)
      return isSameTemplate(gap, short, long) || areOtherLists(gap, short.text, long.text);
    // What follows the last common passage need not be in the place of one another: both may have been cut there.
    const isLast = number === gaps.length - 1;
    if (isLast && short.text.length >= flashChars) return false;
    return (
      numbersConflict(
        numbersIn(short.text, gap.shortFrom, gap.shortTo),
        numbersIn(long.text, gap.longFrom, gap.longTo),
      ) ||
      namesOtherPlaces(gap, short.text, long.text) ||
      splitGap(gap, short.text, long.text).some((part) => wordsConflict(part, short, long, replaced))
    );
  });
}

/** A number of a text: its value, and the unit behind it. */
interface Amount {
  readonly value: number;
  readonly unit: string;
  /** Whether it is certainly a number: 一 and 三 also stand in 一些 and 三农. */
  readonly isSure: boolean;
  readonly raw: string;
}

const numeral = /\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千]+/gu;
const numeralUnit = /[\d.零〇一二两三四五六七八九十百千]/u;
const sureUnit = /^[年月日号时点分秒元万亿吨米人名家户例位岁期股手层届次倍成]/u;

const maxNumeralChars = 20;

/** The numbers in a part of a text; those that reach over its ends are taken whole. */
function numbersIn(text: string, from: number, to: number): readonly Amount[] {
  let start = from;
  let end = to;
  while (start > Math.max(0, from - maxNumeralChars) && numeralUnit.test(text.charAt(start - 1))) start -= 1;
  while (end < Math.min(text.length, to + maxNumeralChars) && numeralUnit.test(text.charAt(end))) end += 1;
  if (start === end) return [];
  const amounts: Amount[] = [];
  for (const { 0: raw, index } of text.slice(start, end).matchAll(numeral)) {
    const behind = start + index + raw.length;
    const unit = text.slice(behind, behind + 1);
    if (raw === '百' && unit === '分') continue;
    const isArabic = raw.charCodeAt(0) < 0x3a;
    const value = (isArabic ? Number(raw) : chineseValue(raw)) * (unit === '万' ? 1e4 : unit === '亿' ? 1e8 : 1);
    amounts.push({ value, unit, raw, isSure: isArabic || raw.length > 1 || sureUnit.test(unit) });
  }
  return amounts;
}

const digits = '零一二三四五六七八九';

/** The value of 三十五, 一百二 or 二〇二四. */
function chineseValue(raw: string): number {
  let total = 0;
  let digit = 0;
  for (const character of raw) {
    const tens = '十百千'.indexOf(character);
    if (tens < 0) {
      digit = digit * 10 + Math.max(0, digits.indexOf(character === '两' ? '二' : character));
    } else {
      total += (digit || 1) * 10 ** (tens + 1);
      digit = 0;
    }
  }
  return total + digit;
}

/** True when each side has a number that the other has not: one that was left out or put in is no contradiction. */
function numbersConflict(a: readonly Amount[], b: readonly Amount[]): boolean {
  if (a.length === 0 || b.length === 0) return false;
  const onlyA = without(a, b);
  const onlyB = without(b, a);
  return onlyA.some((one) => onlyB.some((other) => (one.isSure && other.isSure) || one.unit === other.unit));
}

/** The amounts of `a` that are left when each of `b` took one of the same value. */
function without(a: readonly Amount[], b: readonly Amount[]): readonly Amount[] {
  const taken = new Map<number, number>();
  for (const { value } of b) taken.set(value, (taken.get(value) ?? 0) + 1);
  return a.filter(({ value }) => {
    const left = taken.get(value) ?? 0;
    taken.set(value, left - 1);
    return left <= 0;
  });
}

/** A longer passage that says the like with other numbers: the rows of a price list. */
function isSameTemplate(gap: Gap, short: StoryText, long: StoryText): boolean {
  const a = short.text.slice(gap.shortFrom, gap.shortTo);
  const b = long.text.slice(gap.longFrom, gap.longTo);
  if (Math.min(a.length, b.length) * 2 < Math.max(a.length, b.length)) return false;
  const numbersA = numbersIn(a, 0, a.length);
  const numbersB = numbersIn(b, 0, b.length);
  const fewer = Math.min(numbersA.length, numbersB.length);
  if (fewer < 2 || without(numbersA, numbersB).length * 2 < fewer || !numbersConflict(numbersA, numbersB)) return false;
  return likeness(a.replace(numeral, ''), b.replace(numeral, '')) >= minTemplateLikeness;
}

const minTemplateLikeness = 0.5;

/** Share of the neighbouring pairs of the shorter one that the other has too, from 0 to 1. */
function likeness(a: string, b: string): number {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length < 2) return 0;
  const pairs = new Set<string>();
  for (let at = 0; at + 1 < long.length; at += 1) pairs.add(long.slice(at, at + 2));
  let shared = 0;
  for (let at = 0; at + 1 < short.length; at += 1) if (pairs.has(short.slice(at, at + 2))) shared += 1;
  return shared / (short.length - 1);
}

const upwards = /[涨升增扩盈胜高强买]/gu;
const downwards = /[跌降减缩亏败低弱卖]/gu;
const negation = /^(?:未|不|没|没有|未能|不会|不再|并未|并不|尚未|无|否认|拒绝)$/u;

const minCommonChars = 2;

/** The parts of a gap between what its sides have in common, the longest taken first. At most 40 characters a side. */
function splitGap(gap: Gap, short: string, long: string): readonly Gap[] {
  let [best, shortAt, longAt] = [0, 0, 0];
  for (let i = gap.shortFrom; i < gap.shortTo; i += 1) {
    for (let j = gap.longFrom; j < gap.longTo; j += 1) {
      if (short.charCodeAt(i) !== long.charCodeAt(j)) continue;
      const length = commonLength(short, i, long, j, gap.shortTo, gap.longTo);
      if (length > best) [best, shortAt, longAt] = [length, i, j];
    }
  }
  if (best < minCommonChars) return [gap];
  const before = { ...gap, shortTo: shortAt, longTo: longAt };
  const behind = { ...gap, shortFrom: shortAt + best, longFrom: longAt + best };
  return [...splitGap(before, short, long), ...splitGap(behind, short, long)];
}

/** True when the words in a gap turn the sense round, or name another place or person. */
function wordsConflict(gap: Gap, short: StoryText, long: StoryText, replaced: Set<string>): boolean {
  const a = short.text.slice(gap.shortFrom, gap.shortTo).replace(neutral, '');
  const b = long.text.slice(gap.longFrom, gap.longTo).replace(neutral, '');
  if (a === b) return false;
  if (negation.test(a) !== negation.test(b)) return true;
  if (a === '' || b === '') return false;
  if (isTurned(a, b)) return true;
  if (startsWithOtherName(a, b, short, long)) return true;
  if (a.length < 2 || b.length < 2 || long.text.includes(a) || short.text.includes(b)) return false;
  // Put for one another more than once, or in the titles too, they are what the texts are about.
  const pair = `${a}\n${b}`;
  if (replaced.has(pair) || (short.title.includes(a) && long.title.includes(b))) return true;
  replaced.add(pair);
  return false;
}

/** True when the one goes up where the other goes down. */
function isTurned(a: string, b: string): boolean {
  const count = (text: string, words: RegExp) => text.match(words)?.length ?? 0;
  const up = count(a, upwards) - count(b, upwards);
  const down = count(a, downwards) - count(b, downwards);
  return (up > 0 && down < 0) || (up < 0 && down > 0);
}

const surnames =
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵钱严覃武戴莫孔向汤樊纪葛闵欧';
const surnameStart = new RegExp(`^[${surnames}]\\p{Script=Han}`, 'u');

function startsWithOtherName(a: string, b: string, short: StoryText, long: StoryText): boolean {
  if (!surnameStart.test(a) || !surnameStart.test(b)) return false;
  return !long.text.includes(a.slice(0, 2)) && !short.text.includes(b.slice(0, 2));
}

/** 青石镇, 东渠街; not 我市, 公路 or 市场, which may stand in other words for the same thing. */
const placeEnd = new RegExp(
  `(?<![我本全该各])(?:${[
    '[县巷岛苑寨屯庄馆]',
    '省(?![略钱心力去])',
    '镇(?!定)',
    '街(?![头坊道上])',
    '(?<![城超上股都门楼车])市(?![场民值价面])',
    '(?<![地小社园山景])区(?![域别分间块])',
    '(?<![城家返下])乡(?![亲村愁])',
    '(?<![农乡新])村(?!民)',
    '(?<![道公铁马思出一])路(?![上边面])',
    '(?<!大)桥(?!梁)',
    '(?<![车网])站(?![在起位立])',
    '(?<!海)[港湾](?![口股])',
    '(?<![当结])局(?![面势部限])',
    '(?<![医学法])院(?![士长校])',
    '(?<!工)厂(?![家商房])',
    '(?<![部军团球排])队(?![伍员友])',
  ].join('|')})`,
  'gu',
);
/** The end of a place's name that is compared: 石镇 of 青石镇. */
const placeEndChars = 2;
/** In a list of places there is one every so many characters at least. */
const maxListedChars = 8;

/** A longer passage that lists places on both sides, and other ones: what a notice applies to. */
function areOtherLists(gap: Gap, short: string, long: string): boolean {
  const isList = (side: string) => (side.match(placeEnd)?.length ?? 0) * maxListedChars >= side.length;
  return (
    isList(short.slice(gap.shortFrom, gap.shortTo)) &&
    isList(long.slice(gap.longFrom, gap.longTo)) &&
    namesOtherPlaces(gap, short, long)
  );
}

/** True when each side of a gap names a place that the other side does not. */
function namesOtherPlaces(gap: Gap, short: string, long: string): boolean {
  const shortSide = short.slice(Math.max(0, gap.shortFrom - placeEndChars), gap.shortTo + 1);
  const longSide = long.slice(Math.max(0, gap.longFrom - placeEndChars), gap.longTo + 1);
  return (
    hasOwnPlace(short, gap.shortFrom, gap.shortTo, longSide) && hasOwnPlace(long, gap.longFrom, gap.longTo, shortSide)
  );
}

/** 东河镇 is not 西河镇; what stands before other names (在, 从, 位于) is no part of them. */
const partOfName = /[东西南北上下大小前后新老中内外]/u;

/** Whether this part of a text names a place, its end perhaps behind the part, that the other side does not name. */
function hasOwnPlace(text: string, from: number, to: number, otherSide: string): boolean {
  const start = Math.max(0, from - placeEndChars);
  for (const { index } of text.slice(start, to + 2).matchAll(placeEnd)) {
    const end = start + index + 1;
    // Only where the name itself differs, not what stands before or behind it.
    if (end - placeEndChars < from || end > to + 1) continue;
    const name = text.slice(end - placeEndChars, end);
    if (!otherSide.includes(name)) return true;
    const before = text.charAt(end - placeEndChars - 1);
    if (partOfName.test(before) && !otherSide.includes(before + name)) return true;
  }
  return false;
}

// ---- Titles ----

const minCommonTitleChars = 4;

/** True for titles on one template, 某指数收涨1% and 某指数收跌2%, whose difference is one of the texts too. */
function titlesConflict(a: StoryText, b: StoryText): boolean {
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
function titlesFit(a: StoryText, b: StoryText): boolean {
  if (a.title.includes(b.title) || b.title.includes(a.title)) return true;
  return [a, b].every(({ title, text }) => likeness(title, text) >= minTitleInText);
}
