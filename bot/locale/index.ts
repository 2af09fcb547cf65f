import type { Language } from '../../src/domain/language.js';
import { en } from './en.js';
import { type Locale, zh } from './zh.js';

export type { Locale };

/** Every text that users read, by language. */
export const locales: Readonly<Record<Language, Locale>> = { zh, en };
