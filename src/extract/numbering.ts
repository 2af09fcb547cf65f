/** `第一章` and `第一条` are series of their own, as are `误区1` and `案例1`. */
export type NumberingStyle =
  | 'chinese'
  | 'chinese-bracket'
  | 'arabic'
  | 'arabic-bracket'
  | 'circled'
  | 'one-is'
  | `ordinal ${string}`
  | `labelled ${string}`;

/** The numbering a line opens with. */
export interface Numbering {
  /** Lines of one series share it: the kind of numeral and the mark around it. */
  readonly style: NumberingStyle;
  readonly number: number;
  /** Characters the numbering takes. */
  readonly length: number;
}

const chineseDigits = '一二三四五六七八九十';
const circledDigits = '①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳';

interface Form {
  readonly style:
    | 'chinese'
    | 'chinese-bracket'
    | 'arabic'
    | 'arabic-bracket'
    | 'circled'
    | 'one-is'
    | 'ordinal'
    | 'labelled';
  /** Group `n` is the numeral, group `unit` what makes a series of its own. */
  readonly pattern: RegExp;
}

const forms: readonly Form[] = [
  { style: 'chinese', pattern: /^(?<n>[一二三四五六七八九十]{1,3})\s*[、.．]\s*/u },
  { style: 'chinese-bracket', pattern: /^[（(]\s*(?<n>[一二三四五六七八九十]{1,3})\s*[）)][、.．]?\s*/u },
  { style: 'one-is', pattern: /^其?(?<n>[一二三四五六七八九十]{1,2})(?:是|要)/u },
  {
    style: 'ordinal',
    pattern:
      /^第(?<n>[一二三四五六七八九十]{1,3}|\d{1,2})(?:(?<unit>[章节篇]|部分)\s*|(?<unit2>[条点步招问个]?)\s*[，,、：:.．\s]\s*)/u,
  },
  { style: 'arabic', pattern: /^(?<n>\d{1,2})(?:\s*[、．]\s*|\.(?!\d)\s*)/u },
  { style: 'arabic-bracket', pattern: /^[（(](?<n>\d{1,2})[）)][、.．]?\s*/u },
  {
    style: 'labelled',
    pattern: /^(?<unit>[\p{Script=Han}A-Z]{1,4}?)\s?(?<n>\d{1,2}|[一二三四五六七八九十]{1,2})\s*[、：:.．丨|]\s*/u,
  },
  { style: 'circled', pattern: /^(?<n>[①-⑳])\s*/u },
];

/** Numbered things that are no sections: figures, tables, questions and answers. */
const numberedThings = /^(?:图|表|图表|注|附|附件|问|答|问题?|Q|A|截至|截止)$/u;
const mayBeNumbered = /^[（(]?\s*[一二三四五六七八九十\d①-⑳第其]|^[\u4e00-\u9fffA-Z]{1,4}\s?[\d一二三四五六七八九十]/u;

/** The numbering at the start of a line; undefined when there is none. */
export function readNumbering(text: string): Numbering | undefined {
  const start = text.slice(0, 16);
  if (!mayBeNumbered.test(start)) return undefined;
  for (const { style, pattern } of forms) {
    const match = pattern.exec(start);
    if (!match?.groups) continue;
    const { n = '', unit, unit2 } = match.groups;
    const length = match[0].length;
    const number = readNumber(n);
    if (style === 'ordinal') return { style: `ordinal ${unit ?? unit2 ?? ''}`, number, length };
    if (style !== 'labelled') return { style, number, length };
    return unit === undefined || numberedThings.test(unit) ? undefined : { style: `labelled ${unit}`, number, length };
  }
  return undefined;
}

function readNumber(numeral: string): number {
  if (/^\d/u.test(numeral)) return Number(numeral);
  const circled = circledDigits.indexOf(numeral);
  if (circled >= 0) return circled + 1;
  const ten = numeral.indexOf('十');
  if (ten < 0) return chineseDigits.indexOf(numeral) + 1;
  const tens = ten === 0 ? 1 : chineseDigits.indexOf(numeral[ten - 1] as string) + 1;
  const ones = numeral.length > ten + 1 ? chineseDigits.indexOf(numeral[ten + 1] as string) + 1 : 0;
  return tens * 10 + ones;
}
