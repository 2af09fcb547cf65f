// Invisible: soft hyphen, zero-width and direction marks, byte order mark; and what no database or chat takes.
const invisible =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe\uffff\u0000-\u0008\u000e-\u001f\u007f-\u009f]+/gu;
// Han, full-width forms, quotes, dashes and ASCII without < need nothing done: most blocks are this and no more.
const needsNothing = /^[\u4e00-\u9fff\u3001-\u301f\uff01-\uff5e!-;=-~ \u00b7\u2014\u2018-\u201d\u2026]*$/u;
// Tags that were escaped twice arrive as text; a known name is needed, so that 3 < 5 and <未完> stay.
const escapedTag =
  /<\/?(?:p|br|div|span|strong|b|i|u|em|a|img|font|center|section|h[1-6]|ul|ol|li|table|tbody|tr|td|th|script|style|iframe|blockquote)(?:[\s/][^<>]{0,2000})?>/giu;

/**
 * Text as it is stored: invisible characters out, white space as one space (a full-width space inside a line stays one),
 * none at the ends, and none where a line of Chinese was wrapped.
 */
export function normalizeText(raw: string): string {
  const text = raw.trim();
  if (needsNothing.test(text) && !text.includes('  ')) return text;
  return text
    .replace(escapedTag, '')
    .replace(invisible, '')
    .replace(/\p{Cs}+/gu, '\ufffd')
    .replace(/(?<=[\u3000-\u9fff\uff00-\uffef])[ \t]*[\r\n]+[ \t]*(?=[\u3001-\u9fff\uff00-\uffef])/gu, '')
    .replace(/[^\S\u3000]+/gu, ' ')
    .replace(/[ \u3000]*\u3000[ \u3000]*/gu, '\u3000')
    .trim();
}

/** What two spellings of one line share: NFKC, lower case, letters, digits and Han only. */
export function foldLine(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

/** Character codes: a string index makes a new string for every Chinese character it looks at. */
const codeOf = (char: string) => char.charCodeAt(0);
const stop = codeOf('。');
const exclamation = codeOf('！');
const question = codeOf('？');
const halfExclamation = codeOf('!');
const halfQuestion = codeOf('?');
const opening = [codeOf('（'), codeOf('(')];
const closing = [codeOf('）'), codeOf(')')];
const closingQuotes = new Set(Array.from('”’」』', codeOf));
const closers = new Set(Array.from('”’」』"\'）)】》', codeOf));
const endMarks = new Set(Array.from('。！？!?；;…：:', codeOf));

/**
 * The first sentence: up to the first 。！？ outside round brackets, with the quotes that close behind it. A full stop inside
 * a quotation counts. The whole text when no sentence ends.
 */
export function firstSentence(text: string): string {
  return text.slice(0, sentenceLength(text, 0)).trim();
}

/** The first `max` sentences of a paragraph, in order. All of them, joined, are the paragraph. */
export function splitSentences(text: string, max = Number.POSITIVE_INFINITY): string[] {
  const sentences: string[] = [];
  let start = 0;
  while (start < text.length && sentences.length < max) {
    const end = start + sentenceLength(text, start);
    sentences.push(text.slice(start, end));
    start = end;
  }
  return sentences;
}

/** Length of the sentence that starts at `start`. */
function sentenceLength(text: string, start: number): number {
  let depth = 0;
  for (let index = start; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === opening[0] || code === opening[1]) depth += 1;
    else if (code === closing[0] || code === closing[1]) depth = Math.max(0, depth - 1);
    else if (depth === 0 && endsSentence(text, index, code)) return closeQuotes(text, index + 1) - start;
  }
  return text.length - start;
}

function endsSentence(text: string, index: number, code: number): boolean {
  if (code === stop || code === exclamation || code === question) return true;
  if ((code !== halfExclamation && code !== halfQuestion) || index === 0) return false;
  // Half-width marks end a sentence in Chinese text, not in a link or a code.
  const before = text.charCodeAt(index - 1);
  return (before >= 0x4e00 && before <= 0x9fff) || closingQuotes.has(before);
}

/** The index behind further end marks and closing quotes, also when a space stands before the quote. */
function closeQuotes(text: string, from: number): number {
  let index = from;
  for (;;) {
    const code = text.charCodeAt(index);
    const isMark =
      code === stop || code === exclamation || code === question || code === halfExclamation || code === halfQuestion;
    if (isMark || closingQuotes.has(code)) index += 1;
    else if (code === 32 && closingQuotes.has(text.charCodeAt(index + 1))) index += 2;
    else return index;
  }
}

/**
 * The text without the given characters at its end. A pattern like /[x]+$/ tries from every x of a text, which takes
 * minutes on a hostile one.
 */
export function trimEndOf(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text[end - 1] as string)) end -= 1;
  return text.slice(0, end);
}

/** The text without the punctuation that leads over to what follows. */
export function trimEndMarks(text: string): string {
  return trimEndOf(text, ' \t\n\u3000。：:；;，,');
}

/** Whether a line ends as a sentence does: with an end mark, closing quotes and brackets behind it allowed. */
export function endsLikeSentence(text: string): boolean {
  let index = text.length - 1;
  while (index > 0 && closers.has(text.charCodeAt(index))) index -= 1;
  return endMarks.has(text.charCodeAt(index));
}
