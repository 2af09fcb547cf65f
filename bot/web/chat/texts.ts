import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { chatPageEn } from '../../locale/chat-page-en.js';
import type { ChatPageLocale } from '../../locale/chat-page-shape.js';
import { chatPageZh } from '../../locale/chat-page-zh.js';
import { keep, kept } from '../shared/kept.js';

const storageKey = 'zhaibao.chat.language';

export const pageTexts: Readonly<Record<'zh' | 'en', ChatPageLocale>> = { zh: chatPageZh, en: chatPageEn };

export const Texts = createContext<ChatPageLocale>(chatPageZh);

export const useTexts = () => useContext(Texts);

/** What was chosen in this browser, else what is configured. */
export function chosenLanguage(configured: 'zh' | 'en'): 'zh' | 'en' {
  const chosen = kept(storageKey);
  return chosen === 'zh' || chosen === 'en' ? chosen : configured;
}

export function chooseLanguage(language: 'zh' | 'en'): void {
  keep(storageKey, language);
}
