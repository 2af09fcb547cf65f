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
    page = page ? `${page}\n\n${paragraph}` : paragraph;
  }
  if (page) pages.push(page);
  return pages;
}

const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });

function splitParagraph(paragraph: string, maxUnits: number): readonly string[] {
  if (paragraph.length <= maxUnits) return paragraph.trim() ? [paragraph] : [];
  const pieces: string[] = [];
  let piece = '';
  let sentenceEnd = 0;
  for (const { segment } of graphemes.segment(paragraph)) {
    if (piece.length + segment.length > maxUnits) {
      const cut = sentenceEnd > maxUnits / 2 ? sentenceEnd : piece.length;
      if (cut > 0) pieces.push(piece.slice(0, cut));
      piece = piece.slice(cut);
      sentenceEnd = 0;
    }
    // One cluster can be longer than a page (a letter under thousands of combining marks): then it is cut after all.
    for (piece += segment; piece.length > maxUnits; piece = piece.slice(maxUnits))
      pieces.push(piece.slice(0, maxUnits));
    if (/[。！？!?]/u.test(segment)) sentenceEnd = piece.length;
  }
  return piece ? [...pieces, piece] : pieces;
}
