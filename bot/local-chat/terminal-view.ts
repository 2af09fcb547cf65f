import type { InlineKeyboardButton, MessageEntity } from './bot-api.js';
import type { ChatMessage } from './world.js';

export type ShownMessage = Pick<ChatMessage, 'text' | 'entities' | 'replyMarkup'>;

export interface TerminalOptions {
  /** Styles as ANSI sequences; without it no escape sequence comes out at all. */
  readonly color: boolean;
  /** Columns of the terminal; a Chinese character takes two. */
  readonly width: number;
  /** The number of the first button; 1 when left out. */
  readonly firstButton?: number;
}

/** Start and end of a style. */
const ansi: Readonly<Record<string, readonly [number, number]>> = {
  bold: [1, 22],
  italic: [3, 23],
  underline: [4, 24],
  text_link: [4, 24],
  strikethrough: [9, 29],
};

const quoteMark = '│ ';
const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });

/** One visible character with what styles it. */
interface Cell {
  readonly text: string;
  readonly styles: readonly string[];
  readonly isQuoted: boolean;
}

interface Line {
  readonly cells: readonly Cell[];
  readonly isQuoted: boolean;
}

/** The buttons of a message in the order in which they are numbered. */
export function buttonsOf(message: ShownMessage): readonly InlineKeyboardButton[] {
  return message.replyMarkup?.inline_keyboard.flat() ?? [];
}

/**
 * A message as lines of a terminal, without a newline at the end: styles by ANSI sequences, quotes behind a bar, the
 * target of a link once behind its text, buttons numbered below. Control characters of the message come out as
 * visible signs, so that no text can steer the terminal.
 */
export function renderForTerminal(message: ShownMessage, options: TerminalOptions): string {
  const lines = splitLines(cellsOf(message)).flatMap((line) => wrap(line, options.width));
  return [...lines.map((line) => paint(line, options.color)), ...buttonLines(message, options)].join('\n');
}

/** The message's characters, with the targets of links put in behind their texts. */
function cellsOf({ text, entities }: ShownMessage): readonly Cell[] {
  const targets = linkTargets(text, entities);
  const cells: Cell[] = [];
  for (const { segment, index } of graphemes.segment(text)) {
    const around = entities.filter(({ offset, length }) => offset <= index && index < offset + length);
    const isQuoted = around.some(({ type }) => type.endsWith('blockquote'));
    const styles = around.map(({ type }) => type).filter((type) => type in ansi);
    cells.push({ text: segment === '\r\n' ? '\n' : neutralize(segment), styles, isQuoted });
    const target = targets.get(index + segment.length);
    if (target !== undefined) {
      for (const part of graphemes.segment(neutralize(` (${target})`))) {
        cells.push({ text: part.segment, styles: [], isQuoted });
      }
    }
  }
  return cells;
}

/** What to print at which position: the address of a link that cannot be read anywhere before. */
function linkTargets(text: string, entities: readonly MessageEntity[]): ReadonlyMap<number, string> {
  const targets = new Map<number, string>();
  const seen = new Set<string>();
  for (const { url, offset, length } of entities) {
    if (url === undefined || seen.has(url)) continue;
    seen.add(url);
    const label = text.slice(offset, offset + length);
    if (withoutSlash(label) !== withoutSlash(url)) targets.set(offset + length, url);
  }
  return targets;
}

/** Telegram adds a slash to an address without a path. */
function withoutSlash(url: string): string {
  return url.replace(/\/$/, '');
}

const escapes = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Control characters as their pictures (␛), marks that turn the reading direction as a replacement sign. */
function neutralize(text: string): string {
  return text.replace(escapes, (character) => {
    const code = character.charCodeAt(0);
    if (character === '\n') return '\n';
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : '\ufffd';
  });
}

/** Lines end at newlines, and where a quote begins or ends in the middle of one. */
function splitLines(cells: readonly Cell[]): readonly Line[] {
  const lines: Line[] = [];
  let current: Cell[] = [];
  let isQuoted = cells[0]?.isQuoted ?? false;
  const close = () => {
    lines.push({ cells: current, isQuoted });
    current = [];
  };
  for (const [index, cell] of cells.entries()) {
    if (current.length > 0 && cell.isQuoted !== isQuoted && cell.text !== '\n') close();
    if (current.length === 0) isQuoted = cell.isQuoted;
    if (cell.text !== '\n') current.push(cell);
    // The newline between a quote and what follows may belong to either: it ends the line, and opens no empty one.
    else if (current.length > 0 || cells[index - 1]?.text === '\n' || index === 0) close();
  }
  if (current.length > 0) close();
  return lines;
}

/** Breaks a line that is wider than the terminal, at the last space if there is one after its first third. */
function wrap(line: Line, width: number): readonly Line[] {
  const room = Math.max(2, width - (line.isQuoted ? quoteMark.length : 0));
  const lines: Line[] = [];
  let rest = line.cells;
  for (let fit = countFitting(rest, room); fit < rest.length; fit = countFitting(rest, room)) {
    const space = rest.slice(0, fit + 1).findLastIndex(({ text }) => text === ' ');
    const cut = space > fit / 3 ? space : fit;
    lines.push({ ...line, cells: rest.slice(0, cut) });
    rest = rest.slice(rest[cut]?.text === ' ' ? cut + 1 : cut);
  }
  return [...lines, { ...line, cells: rest }];
}

function countFitting(cells: readonly Cell[], room: number): number {
  let used = 0;
  const beyond = cells.findIndex(({ text }) => {
    used += columns(text);
    return used > room;
  });
  return beyond < 0 ? cells.length : Math.max(1, beyond);
}

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;
const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

/** The columns that one visible character takes. */
function columns(grapheme: string): number {
  if (zeroWidth.test(grapheme)) return 0;
  return wide.test(grapheme) ? 2 : 1;
}

function paint({ cells, isQuoted }: Line, color: boolean): string {
  let painted = isQuoted ? quoteMark : '';
  let open: readonly string[] = [];
  for (const { text, styles } of [...cells, { text: '', styles: [] }]) {
    // Two types may share a sequence, as a link and an underline do: compare what the terminal sees.
    if (color && codes(styles, 0) !== codes(open, 0)) painted += codes(open, 1) + codes(styles, 0);
    open = styles;
    painted += text;
  }
  return painted.trimEnd();
}

/** The sequences that start (0) or end (1) these styles. */
function codes(styles: readonly string[], which: 0 | 1): string {
  const numbers = new Set(styles.flatMap((style) => ansi[style]?.[which] ?? []));
  return [...numbers].map((number) => `\u001b[${number}m`).join('');
}

function buttonLines(message: ShownMessage, { width, firstButton = 1 }: TerminalOptions): readonly string[] {
  let number = firstButton;
  return (message.replyMarkup?.inline_keyboard ?? []).flatMap((row) => {
    const lines: string[] = [];
    for (const button of row) {
      // The buttons of a list say their numbers themselves.
      const label = describeButton(button);
      const shown = label === String(number) ? `[${number}]` : `[${number}] ${label}`;
      number += 1;
      const joined = `${lines.at(-1)}  ${shown}`;
      if (lines.length > 0 && columnsOf(joined) <= width) lines[lines.length - 1] = joined;
      else lines.push(shown);
    }
    return lines;
  });
}

function describeButton({ text, url, web_app }: InlineKeyboardButton): string {
  const target = url ?? web_app?.url;
  const shown = target === undefined ? text : `${text} ${target}`;
  return neutralize(shown).replace(/\n/g, ' ');
}

function columnsOf(text: string): number {
  return [...graphemes.segment(text)].reduce((sum, { segment }) => sum + columns(segment), 0);
}
