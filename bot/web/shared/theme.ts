import { keep, kept } from './kept.js';

export type Theme = 'light' | 'dark';

const dark = matchMedia('(prefers-color-scheme: dark)');
const storageKey = 'zhaibao.theme';

/** What the reader chose here before, else what the system says. */
export function currentTheme(): Theme {
  return chosenTheme() ?? (dark.matches ? 'dark' : 'light');
}

/** What the reader chose here before. */
export function chosenTheme(): Theme | undefined {
  const chosen = kept(storageKey);
  return chosen === 'light' || chosen === 'dark' ? chosen : undefined;
}

export function applyTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
}

/** Kept for the next time in this browser. Undefined: as the system says from now on. */
export function chooseTheme(theme: Theme | undefined): void {
  keep(storageKey, theme);
  applyTheme(theme ?? currentTheme());
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
