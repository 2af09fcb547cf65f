const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });

/** A visible character has one or two UTF-16 units, an emoji up to some eleven; more is a pile of combining marks. */
const unitsPerChar = 4;

/**
 * The first `maxChars` visible characters (grapheme clusters), with `…` behind them when something was cut. Also bounded
 * in UTF-16 units, at four per character, so that no text of strange characters outgrows a message.
 */
export function truncate(text: string, maxChars: number, maxUnits = maxChars * unitsPerChar): string {
  let kept = 0;
  for (const { index, segment } of graphemes.segment(text)) {
    if (kept === maxChars || index + segment.length > maxUnits) return `${text.slice(0, index)}…`;
    kept += 1;
  }
  return text;
}
