import { cutIndex } from '../src/domain/text.js';

/**
 * Pages of at most `maxUnits` UTF-16 units, broken between paragraphs where possible, else behind a sentence, else
 * between two visible characters. Nothing is lost: joined without white space, the pages are the text.
 */
export function splitText(text: string, maxUnits: number): readonly string[] {
  const pages: string[] = [];
  let page = '';
  for (const paragraph of text.split('\n').flatMap((each) => splitParagraph(each, maxUnits))) {
    if (page && page.length + 2 + paragraph.length > maxUnits) {
      pages.push(page);
      page = '';
    }
    page = page ? page + gapBetween(page, paragraph) + paragraph : paragraph;
  }
  if (page) pages.push(page);
  return pages;
}

/** Rows of a table (cells two spaces apart) stand close together, paragraphs do not. */
function gapBetween(page: string, paragraph: string): string {
  const isRow = (line: string) => /\S {2}\S/u.test(line);
  return isRow(paragraph) && isRow(page.slice(page.lastIndexOf('\n') + 1)) ? '\n' : '\n\n';
}

/** Cut behind the last sentence that ends in the page's second half, else between two visible characters. */
function splitParagraph(paragraph: string, maxUnits: number): readonly string[] {
  const pieces: string[] = [];
  let rest = paragraph;
  while (rest.length > maxUnits) {
    const end = cutIndex(rest, maxUnits);
    const sentenceEnd = lastSentenceEnd(rest.slice(0, end));
    const cut = sentenceEnd > maxUnits / 2 ? sentenceEnd : end;
    pieces.push(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
  return rest.trim() ? [...pieces, rest] : pieces;
}

function lastSentenceEnd(text: string): number {
  return Math.max(...['。', '！', '？', '!', '?'].map((mark) => text.lastIndexOf(mark))) + 1;
}
