import { keep, kept } from './kept.js';

export type Theme = 'light' | 'dark';

const dark = matchMedia('(prefers-color-scheme: dark)');
const storageKey = 'zhaibao.theme';

/** What the reader chose here before, else what the system says. */
export function currentTheme(): Theme {
  const chosen = kept(storageKey);
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return dark.matches ? 'dark' : 'light';
}

export function applyTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
}

/** Kept for the next time in this browser. */
export function chooseTheme(theme: Theme): void {
  keep(storageKey, theme);
  applyTheme(theme);
}

/** Shows the theme of the moment, and follows the system for as long as nobody has chosen one. */
export function followTheme(onChange: (theme: Theme) => void = () => {}): void {
  const show = () => {
    applyTheme(currentTheme());
    onChange(currentTheme());
  };
  dark.addEventListener('change', show);
  show();
}
