/** The numbering a line opens with. */
export interface Numbering {
  /** Lines of one series share it: the kind of numeral and the mark around it. */
  readonly style:
    | 'chinese'
    | 'chinese-bracket'
    | 'arabic'
    | 'arabic-bracket'
    | 'ordinal'
    | 'labelled'
    | 'circled'
    | 'one-is';
  readonly number: number;
  /** Characters the numbering takes. */
  readonly length: number;
}

const chineseDigits = '一二三四五六七八九十';
const circledDigits = '①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳';

const forms: readonly { readonly style: Numbering['style']; readonly pattern: RegExp }[] = [
  { style: 'chinese', pattern: /^([一二三四五六七八九十]{1,3})[\s\u3000]*[、.．][\s\u3000]*/u },
  {
    style: 'chinese-bracket',
    pattern: /^[（(][\s\u3000]*([一二三四五六七八九十]{1,3})[\s\u3000]*[）)][、.．]?[\s\u3000]*/u,
  },
  { style: 'one-is', pattern: /^(?:其)?([一二三四五六七八九十]{1,2})(?:是|要)/u },
  {
    style: 'ordinal',
    pattern:
      /^第([一二三四五六七八九十]{1,3}|\d{1,2})(?:[章节部分篇条点步招问]|部分)?[\s\u3000]*[，,、：:.．\s\u3000][\s\u3000]*/u,
  },
  { style: 'arabic', pattern: /^(\d{1,2})(?:[\s\u3000]*[、．][\s\u3000]*|\.(?!\d)[\s\u3000]*)/u },
  { style: 'arabic-bracket', pattern: /^[（(](\d{1,2})[）)][、.．]?[\s\u3000]*/u },
  {
    style: 'labelled',
    pattern:
      /^(?:[\p{Script=Han}A-Z]{1,4}?)[\s\u3000]?(\d{1,2}|[一二三四五六七八九十]{1,2})[\s\u3000]*[、：:.．丨|][\s\u3000]*/u,
  },
  { style: 'circled', pattern: /^([①-⑳])[\s\u3000]*/u },
];

/** The numbering at the start of a line; undefined when there is none. */
export function readNumbering(text: string): Numbering | undefined {
  const start = text.slice(0, 16);
  if (
    !/^[（(]?[一二三四五六七八九十\d①-⑳第其]|^[\p{Script=Han}A-Z]{1,4}[\s\u3000]?[\d一二三四五六七八九十]{1,2}[\s\u3000]*[、：:.．丨|]/u.test(
      start,
    )
  )
    return undefined;
  for (const { style, pattern } of forms) {
    const match = pattern.exec(start);
    if (match) return { style, number: readNumber(match[1] as string), length: match[0].length };
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
