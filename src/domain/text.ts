const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });

/** The first `maxChars` visible characters (grapheme clusters), with `…` behind them when something was cut. */
export function truncate(text: string, maxChars: number): string {
  let kept = 0;
  for (const { index } of graphemes.segment(text)) {
    if (kept === maxChars) return `${text.slice(0, index)}…`;
    kept += 1;
  }
  return text;
}
