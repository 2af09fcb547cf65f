/** A number of a text: its value, and the unit behind it. */
export interface Amount {
  readonly value: number;
  readonly unit: string;
  /** Whether it is certainly a number: 一 and 三 also stand in 一些 and 三农. */
  readonly isSure: boolean;
  readonly raw: string;
}

export const numeral = /\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千]+/gu;
const numeralUnit = /[\d.零〇一二两三四五六七八九十百千]/u;
const sureUnit = /^[年月日号时点分秒元万亿吨米人名家户例位岁期股手层届次倍成]/u;

const maxNumeralChars = 20;

/** The numbers in a part of a text; those that reach over its ends are taken whole. */
export function numbersIn(text: string, from: number, to: number): readonly Amount[] {
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
export function numbersConflict(a: readonly Amount[], b: readonly Amount[]): boolean {
  if (a.length === 0 || b.length === 0) return false;
  const onlyA = without(a, b);
  const onlyB = without(b, a);
  return onlyA.some((one) => onlyB.some((other) => (one.isSure && other.isSure) || one.unit === other.unit));
}

/** The amounts of `a` that are left when each of `b` took one of the same value. */
export function without(a: readonly Amount[], b: readonly Amount[]): readonly Amount[] {
  const taken = new Map<number, number>();
  for (const { value } of b) taken.set(value, (taken.get(value) ?? 0) + 1);
  return a.filter(({ value }) => {
    const left = taken.get(value) ?? 0;
    taken.set(value, left - 1);
    return left <= 0;
  });
}
