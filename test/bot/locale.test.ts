import { describe, expect, it } from 'vitest';
import { commands } from '../../bot/commands/index.js';
import { Html } from '../../bot/html.js';
import { chatPageEn } from '../../bot/locale/chat-page-en.js';
import { chatPageZh } from '../../bot/locale/chat-page-zh.js';
import { locales } from '../../bot/locale/index.js';
import { readHtml } from '../support/read-html.js';

/** Every text of a language by its key; functions are called with stand-ins. */
function textsOf(value: unknown, key: string): [string, string | Html][] {
  if (typeof value === 'string' || value instanceof Html) return [[key, value]];
  if (typeof value === 'function') return textsOf(value(3, 5), key);
  return Object.entries(value as object).flatMap(([name, child]) => textsOf(child, key ? `${key}.${name}` : name));
}

const texts = Object.entries(locales).flatMap(([language, locale]) =>
  textsOf(locale, '').map(([key, text]) => [language, key, text] as const),
);

describe('locales', () => {
  it('have the same keys', () => {
    const keys = (language: string) => texts.filter(([each]) => each === language).map(([, key]) => key);
    expect(keys('en')).toEqual(keys('zh'));
    expect(keys('zh').length).toBeGreaterThan(50);
  });

  it.each(texts)('%s %s is not empty, and Telegram can parse it', (_language, _key, text) => {
    const plain = text instanceof Html ? readHtml(text.markup).text : text;
    expect(plain.trim()).not.toBe('');
  });

  it.each(texts.filter(([language]) => language === 'en'))(
    '%s %s has no full-width punctuation',
    (_language, _key, text) => {
      expect(text instanceof Html ? text.plain : text).not.toMatch(/[，。：；！？（）【】《》、「」]/u);
    },
  );

  it.each(texts.filter(([, key]) => key.startsWith('buttons.')))('%s %s fits a button', (_language, _key, text) => {
    expect(String(text).length).toBeLessThan(30);
  });

  it('say what the bot is for within Telegram’s 512 and 120 characters', () => {
    for (const { description, shortDescription } of Object.values(locales)) {
      expect([...description].length).toBeLessThanOrEqual(512);
      expect([...shortDescription].length).toBeLessThanOrEqual(120);
    }
  });

  it('describe every command within Telegram’s 256 characters', () => {
    for (const locale of Object.values(locales)) {
      for (const { name } of commands) {
        const description = (locale.commands as Record<string, string>)[name] ?? '';
        expect(description.length).toBeGreaterThan(0);
        expect(description.length).toBeLessThanOrEqual(256);
      }
    }
  });
});

/** What pages say, which is plain text. */
describe.each([['the local chat', chatPageZh, chatPageEn]])('the texts of %s', (_page, zh, en) => {
  const [inChinese, inEnglish] = [textsOf(zh, ''), textsOf(en, '')];

  it('have the same keys, and none is empty', () => {
    expect(inEnglish.map(([key]) => key)).toEqual(inChinese.map(([key]) => key));
    expect([...inChinese, ...inEnglish].filter(([, text]) => String(text).trim() === '')).toEqual([]);
  });

  it('have no full-width punctuation in English', () => {
    expect(inEnglish.filter(([, text]) => /[，。：；！？（）【】《》、「」]/u.test(String(text)))).toEqual([]);
  });
});
