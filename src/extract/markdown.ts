import { trimEndOf } from './text.js';

/** One line of Markdown, without its marks. */
export type MarkdownLine =
  | { readonly kind: 'blank' }
  | { readonly kind: 'rule' }
  | { readonly kind: 'heading'; readonly text: string; readonly level: number }
  | { readonly kind: 'quote'; readonly text: string }
  | { readonly kind: 'item'; readonly text: string }
  | { readonly kind: 'row'; readonly cells: readonly string[] }
  | { readonly kind: 'text'; readonly text: string; readonly isStrong: boolean; readonly opensWithImage: boolean };

const headingLine = /^(#{1,6})[ \t]+(\S.*)$/u;
const ruleLine = /^(?:[-*_=][ \t]*){3,}$/u;
const quoteLine = /^>[> \t]*(.*)$/u;
const itemLine = /^(?:[-*+][ \t]|\d{1,3}[.)、][ \t]?|[（(]\d{1,3}[)）])/u;
const rowLine = /^\|.*\|$/u;
const strongLine = /^(?:\*\*([^*]+)\*\*|__([^_]+)__)$/u;

/** Reads a line that stands outside any HTML block. A numbered item keeps its number, as it is printed. */
export function readMarkdownLine(line: string): MarkdownLine {
  const trimmed = line.trim();
  if (trimmed === '') return { kind: 'blank' };
  const heading = headingLine.exec(trimmed);
  if (heading) {
    const [, marks = '', words = ''] = heading;
    return { kind: 'heading', text: plainInline(withoutClosingMarks(words)), level: marks.length };
  }
  if (ruleLine.test(trimmed)) return { kind: 'rule' };
  const quote = quoteLine.exec(trimmed);
  if (quote) return { kind: 'quote', text: plainInline(quote[1] as string) };
  if (itemLine.test(trimmed)) return { kind: 'item', text: plainInline(trimmed.replace(/^[-*+][ \t]+/u, '')) };
  if (rowLine.test(trimmed)) {
    if (/^[|\s:-]+$/u.test(trimmed)) return { kind: 'rule' };
    const cells = plainInline(trimmed.slice(1, -1)).split('|');
    return { kind: 'row', cells: cells.map((cell) => cell.trim()) };
  }
  const strong = strongLine.exec(trimmed);
  return {
    kind: 'text',
    text: strong ? ((strong[1] ?? strong[2]) as string) : plainInline(line),
    isStrong: strong !== null,
    opensWithImage: trimmed.startsWith('!['),
  };
}

/** `Words ##` is `Words`; `C#` keeps its mark, because no blank stands before it. */
function withoutClosingMarks(words: string): string {
  const open = trimEndOf(words, '#');
  return open.length < words.length && /[ \t]$/u.test(open) ? trimEndOf(open, ' \t') : words;
}

const image = /!\[[^\][]*\]\([^()]*\)/gu;
const link = /\[([^\][]*)\]\([^()]*\)/gu;

/** Text without inline marks: links and emphasis as their words, images gone, escapes undone. */
export function plainInline(line: string): string {
  let text = line;
  if (text.includes('](')) text = text.replace(image, '').replace(link, '$1');
  if (text.includes('**') || text.includes('__') || text.includes('`')) text = text.replace(/\*\*|__|`+/gu, '');
  return text.includes('\\') ? text.replace(/\\([\\`*_{}[\]()#+\-.!>|])/gu, '$1') : text;
}
