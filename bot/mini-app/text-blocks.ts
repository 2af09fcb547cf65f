import type { Heading } from '../../src/domain/article.js';
import type { TextBlock } from './protocol.js';

/** Where a heading stands: in a paragraph, from one place to another; what follows it begins at `rest`. */
interface Place {
  readonly paragraph: number;
  readonly from: number;
  readonly rest: number;
}

/**
 * A text (one line for each paragraph) in paragraphs and headings. The headings of the outline are found in their order:
 * a line of its own, the sentence that opens a paragraph, or, of the second level, one inside of it; the paragraph is parted
 * there. One that is not found is only left out.
 */
export function splitIntoBlocks(text: string, outline: readonly Heading[]): readonly TextBlock[] {
  const paragraphs = text.split('\n');
  const blocks: TextBlock[] = [];
  let at = { paragraph: 0, from: 0 };
  const copyUntil = (paragraph: number, from: number) => {
    for (; at.paragraph < paragraph; at = { paragraph: at.paragraph + 1, from: 0 }) {
      blocks.push(...paragraphBlock(paragraphs[at.paragraph]?.slice(at.from)));
    }
    blocks.push(...paragraphBlock(paragraphs[paragraph]?.slice(at.from, from)));
  };
  for (const [index, { level, text: heading }] of outline.entries()) {
    const place = heading ? findHeading(paragraphs, at, heading, level) : undefined;
    if (!place) continue;
    copyUntil(place.paragraph, place.from);
    blocks.push({ level, text: heading, index });
    at = { paragraph: place.paragraph, from: place.rest };
  }
  copyUntil(paragraphs.length, 0);
  return blocks;
}

function paragraphBlock(text = ''): readonly TextBlock[] {
  const trimmed = text.trim();
  return trimmed ? [{ level: 0, text: trimmed }] : [];
}

/** The first place behind `start` where the words stand as a heading does. */
function findHeading(
  paragraphs: readonly string[],
  start: { readonly paragraph: number; readonly from: number },
  heading: string,
  level: Heading['level'],
): Place | undefined {
  for (let paragraph = start.paragraph; paragraph < paragraphs.length; paragraph += 1) {
    const text = paragraphs[paragraph] ?? '';
    for (let from = text.indexOf(heading, paragraph === start.paragraph ? start.from : 0); from >= 0; ) {
      const rest = endOfHeading(text, from + heading.length);
      const opens = isBlankBefore(text, from) || (level === 2 && endsSentence(text, from));
      if (opens && rest !== undefined) return { paragraph, from, rest };
      from = text.indexOf(heading, from + 1);
    }
  }
  return undefined;
}

/** Only what stands right before it is looked at: a heading can occur a hundred thousand times in one paragraph. */
function lastBefore(text: string, end: number): string {
  let at = end - 1;
  while (at >= 0 && /\s/u.test(text.charAt(at))) at -= 1;
  return text.charAt(at);
}

const isBlankBefore = (text: string, end: number) => lastBefore(text, end) === '';
const endsSentence = (text: string, end: number) => /[。！？!?]/u.test(lastBefore(text, end));

/** Behind the marks that an outline leaves out. Undefined: the sentence goes on. */
function endOfHeading(text: string, end: number): number | undefined {
  const opening = /[\s。：:；;，,]*/uy;
  opening.lastIndex = end;
  const marks = opening.exec(text)?.[0] ?? '';
  const isWhole = end + marks.length === text.length;
  return isWhole || marks.startsWith('。') ? end + marks.length : undefined;
}
