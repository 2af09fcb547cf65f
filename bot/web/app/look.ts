import { applyTheme, chooseTheme, chosenTheme, currentTheme, type Theme } from '../shared/theme.js';
import { schemeOf, type ThemeParams, type Tokens, tokensFrom } from './colours.js';
import { telegram } from './telegram.js';

const names = ['bg', 'bg-raised', 'text', 'hint', 'accent', 'on-accent'] as const satisfies (keyof Tokens)[];
const root = document.documentElement;
let theirs: ThemeParams | undefined;

/** Shows the page as the client around it looks, for as long as the reader has not chosen a theme. */
export function followLook(themeParams: ThemeParams | undefined): void {
  theirs = themeParams;
  telegram.on('theme_changed', (data) => {
    theirs = (data as { theme_params?: ThemeParams } | undefined)?.theme_params ?? theirs;
    show();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', show);
  // Chosen in another window of this browser, or in the page around this one.
  addEventListener('storage', show);
  show();
}

/** Undefined: as the client, or the system, looks. */
export function chooseLook(theme: Theme | undefined): void {
  chooseTheme(theme);
  show();
}

function show(): void {
  for (const name of names) root.style.removeProperty(`--${name}`);
  const chosen = chosenTheme();
  applyTheme(chosen ?? (theirs && schemeOf(theirs)) ?? currentTheme());
  if (!chosen && theirs) {
    for (const [name, value] of Object.entries(tokensFrom(theirs, readTokens())))
      root.style.setProperty(`--${name}`, value);
  }
  const { bg } = readTokens();
  telegram.paintFrame(bg, bg);
}

function readTokens(): Tokens {
  const style = getComputedStyle(root);
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as Record<
    keyof Tokens,
    string
  >;
}
