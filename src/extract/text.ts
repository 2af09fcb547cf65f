// Invisible: soft hyphen, zero-width and direction marks, byte order mark; and what no database or chat takes.
const invisible =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe\uffff\u0000-\u0008\u000e-\u001f\u007f-\u009f]+/gu;
const needsWork = /[^\S ]| {2}|^ | $|[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufffe\uffff]|<|\p{Cc}|\p{Cs}/u;
// Tags that were escaped twice arrive as text; a known name is needed, so that 3 < 5 and <未完> stay.
const escapedTag =
  /<\/?(?:p|br|div|span|strong|b|i|u|em|a|img|font|center|section|h[1-6]|ul|ol|li|table|tbody|tr|td|th|script|style|iframe|blockquote)(?:[\s/][^<>]{0,2000})?>/giu;

/**
 * Text as it is stored: invisible characters out, white space as one space (a full-width space inside a line stays one),
 * none at the ends, and none where a line of Chinese was wrapped.
 */
export function normalizeText(text: string): string {
  if (!needsWork.test(text)) return text;
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

const sentenceEnd = /[。！？!?]/u;
const closers = '”’」』"\'）)】》';

/**
 * The first sentence: up to the first 。！？ outside round brackets, with the quotes that close behind it. A full stop inside
 * a quotation counts. The whole text when no sentence ends.
 */
export function firstSentence(text: string): string {
  return text.slice(0, sentenceLength(text, 0)).trim();
}

/** The sentences of a paragraph, in order; joined they are the paragraph. */
export function splitSentences(text: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  while (start < text.length) {
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
    const char = text[index] as string;
    if (char === '（' || char === '(') depth += 1;
    else if (char === '）' || char === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0 && endsSentence(text, index)) return closeQuotes(text, index + 1) - start;
  }
  return text.length - start;
}

function endsSentence(text: string, index: number): boolean {
  const char = text[index] as string;
  if (char === '。' || char === '！' || char === '？') return true;
  // Half-width marks end a sentence in Chinese text, not in a link or a code.
  return (char === '!' || char === '?') && /[\u4e00-\u9fff”」』]/u.test(text[index - 1] ?? '');
}

/** The index behind further end marks and closing quotes, also when a space stands before the quote. */
function closeQuotes(text: string, index: number): number {
  let end = index;
  while (end < text.length && (sentenceEnd.test(text[end] as string) || '”’」』'.includes(text[end] as string)))
    end += 1;
  if (text[end] === ' ' && '”’」』'.includes(text[end + 1] ?? '\0')) return closeQuotes(text, end + 2);
  return end;
}

/** The text without brackets and quotes that close at its end and punctuation before them. */
export function trimEndMarks(text: string): string {
  return text.replace(/[\s。：:；;，,]+$/u, '');
}

/** Whether a line ends as a sentence does: with an end mark, closing quotes and brackets behind it allowed. */
export function endsLikeSentence(text: string): boolean {
  let index = text.length - 1;
  while (index > 0 && closers.includes(text[index] as string)) index -= 1;
  return '。！？!?；;…：:'.includes(text[index] as string);
}
