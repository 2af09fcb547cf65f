import { describe, expect, it } from 'vitest';
import { miniAppEn } from '../../bot/locale/mini-app-en.js';
import { miniAppZh } from '../../bot/locale/mini-app-zh.js';

/** Every text by its key; functions are called with stand-ins. */
function textsOf(value: unknown, key: string): [string, string][] {
  if (typeof value === 'string') return [[key, value]];
  if (typeof value === 'function') return textsOf(value(3, 5, 'a', 'b'), key);
  return Object.entries(value as object).flatMap(([name, child]) => textsOf(child, key ? `${key}.${name}` : name));
}

const [zh, en] = [textsOf(miniAppZh, ''), textsOf(miniAppEn, '')];

describe('what the Mini App says', () => {
  it('has the same keys in both languages', () => {
    expect(en.map(([key]) => key)).toEqual(zh.map(([key]) => key));
    expect(zh.length).toBeGreaterThan(150);
  });

  it.each([...zh, ...en])('%s is not empty: %s', (_key, text) => expect(text.trim()).not.toBe(''));

  it.each(en)('%s has no full-width punctuation: %s', (_key, text) => {
    expect(text).not.toMatch(/[，。：；！？（）【】《》、「」]/u);
  });

  it.each(zh)('%s has no half-width punctuation between Chinese characters: %s', (_key, text) => {
    expect(text).not.toMatch(/\p{Script=Han}[,;:!?]\p{Script=Han}/u);
  });
});
