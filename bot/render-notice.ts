import type { Language } from '../src/domain/language.js';
import { html } from './html.js';
import { locales } from './locale/index.js';
import type { Rendered } from './render-article.js';

/** An announcement as every chat gets it: its text as typed, and a last line that says whose it is. */
export function renderNotice(text: string, language: Language): Rendered {
  return { text: html`${text}\n\n<i>${locales[language].fromOperator}</i>`, keyboard: [] };
}
