import { type Alignment, commonLength, type Gap } from './align.js';
import { numbersConflict, numbersIn, numeral, without } from './numbers.js';
import { areOtherLists, namesOtherPlaces } from './places.js';
import { flashChars, type StoryText } from './story-text.js';

/** Characters that another desk may put or leave without saying anything else. */
const neutral =
  /昨日|昨天|昨晚|今日|今天|今晨|今早|今晚|当日|当天|日前|近日|近期|前日|前天|明日|明天|本报|本网|记者|获悉|了解到|表示|介绍说|介绍|指出|认为|告诉|快讯|[说称的了]/gu;
const maxUncoveredInFlash = { chars: 4, share: 0.1 };
/** Longer than this on either side a gap is a passage of its own and compared as such. */
const maxReplacedChars = 40;
const maxPassageChars = 600;

export function isNearlyAll({ covered, gaps }: Alignment, short: StoryText, long: StoryText): boolean {
  if (short.text.length * 2 < long.text.length) return false;
  const neutralChars = gaps.reduce((sum, gap) => {
    const own = short.text.slice(gap.shortFrom, gap.shortTo);
    return sum + own.length - own.replace(neutral, '').length;
  }, 0);
  const uncovered = short.text.length - covered - neutralChars;
  return uncovered <= Math.max(maxUncoveredInFlash.chars, short.text.length * maxUncoveredInFlash.share);
}

/** True when something in the one text stands in the place of something else that makes it another event. */
export function hasConflict({ gaps }: Alignment, short: StoryText, long: StoryText): boolean {
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
export function likeness(a: string, b: string): number {
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
export function isTurned(a: string, b: string): boolean {
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
