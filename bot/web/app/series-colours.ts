type Theme = 'light' | 'dark';

/**
 * Told apart by lightness as well as by hue, for readers who see few hues (after Okabe and Ito, https://jfly.uni-koeln.de/color/);
 * each at least 3:1 on the background of its theme (WCAG 1.4.11).
 */
const palettes: Readonly<Record<Theme, readonly string[]>> = {
  light: ['#1a5fa6', '#d97300', '#0d7a5f', '#b3478f', '#4690c8', '#84680b', '#7c3217', '#5a5f9e'],
  dark: ['#6ab2f2', '#f2a541', '#4cc9a0', '#e58ac6', '#c3dcf5', '#d8c84f', '#e0876a', '#a5a2ec'],
};

const others: Readonly<Record<Theme, string>> = { light: '#858d96', dark: '#7d8c9b' };

/** One for each, in their order. */
export function seriesColours(
  theme: Theme,
  series: readonly { readonly name: string | undefined }[],
): readonly string[] {
  const palette = palettes[theme];
  return series.map(({ name }, at) =>
    name === undefined ? others[theme] : (palette[at % palette.length] ?? others[theme]),
  );
}
