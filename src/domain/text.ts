const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });

/** Segmenting costs the square of the length (200,000 units: 38 s), so long texts go through in pieces of this many units. */
const pieceUnits = 256;

/**
 * Characters that never join with a neighbour, whatever it is that comes before: ASCII, Latin letters, punctuation, kana,
 * Han and full-width forms without their combining marks, joiners and direction marks. Line feeds are among them, carriage returns are not.
 */
const standsAlone =
  /^[\n\u0020-\u02ff\u2010-\u2027\u2030-\u205e\u3000-\u3029\u3030-\u3098\u309b-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff9d]*$/u;

/** The visible characters (grapheme clusters) of a text, in time that grows with its length. Longer clusters are split. */
export function* graphemesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const piece = text.slice(start, start + pieceUnits);
    // Most texts need no segmenter, which takes a hundred times as long. The last character may be joined by what follows.
    if (standsAlone.test(piece)) {
      const end = start + piece.length < text.length ? piece.length - 1 : piece.length;
      for (let at = 0; at < end; at += 1) yield piece[at] ?? '';
      start += end;
      continue;
    }
    const clusters = Array.from(graphemes.segment(piece), ({ segment }) => segment);
    // The last cluster may go on in the next piece.
    if (start + piece.length < text.length && clusters.length > 1) clusters.pop();
    for (const cluster of clusters) {
      start += cluster.length;
      yield cluster;
    }
  }
}

/** A visible character has one or two UTF-16 units, an emoji up to some eleven; more is a pile of combining marks. */
const unitsPerChar = 4;

/**
 * The first `maxChars` visible characters, with `…` behind them when something was cut. Also bounded in UTF-16 units, at
 * four per character, so that no text of strange characters outgrows a message.
 */
export function truncate(text: string, maxChars: number, maxUnits = maxChars * unitsPerChar): string {
  let kept = 0;
  let end = 0;
  for (const cluster of graphemesOf(text)) {
    if (kept === maxChars || end + cluster.length > maxUnits) return `${text.slice(0, end)}…`;
    kept += 1;
    end += cluster.length;
  }
  return text;
}

/** The largest index up to `maxUnits` at which the text can be cut between two visible characters; at least 1. */
export function cutIndex(text: string, maxUnits: number): number {
  if (text.length <= maxUnits) return text.length;
  // A cluster that reaches over the limit begins shortly before it.
  const from = Math.max(0, maxUnits - pieceUnits / 2);
  let end = from;
  for (const { index, segment } of graphemes.segment(text.slice(from, from + pieceUnits))) {
    if (from + index + segment.length > maxUnits) break;
    end = from + index + segment.length;
  }
  return end > from ? end : maxUnits;
}
