import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText, hasPlainIdeographs } from '../../../src/search/fold.js';

describe('foldText', () => {
  it.each([
    ['full width as half width', 'ＥＴＦ（５Ｇ）', 'etf(5g)'],
    ['capitals as small letters', 'GDP Ünïon', 'gdp ünïon'],
    ['traditional as simplified characters', '養老保險與臺灣', '养老保险与台湾'],
    ['the same characters wherever they stand', '乾 乾隆', '干干隆'],
    ['characters that become several', '㎡…½①', 'm2...1⁄21'],
    ['traditional characters out of those that become several', '㈼', '(监)'],
    ['accents written apart as one letter', 'cafe\u0301', 'café'],
    ['no space between ideographs', '李　雷 说', '李雷说'],
    ['no space between a word and an ideograph', '5G 网络 和 GDP', '5g网络和gdp'],
    ['one space between words', 'New \t York', 'new york'],
    ['no space beside a mark', 'Hello , world', 'hello,world'],
    ['line ends as one', ' 第一段 \r\n\n　第二段\n', '第一段\n第二段'],
    ['nothing for what cannot be seen', '养\u200b老\ufeff', '养老'],
    ['characters beyond the first plane', '𠮷野家 𝐀', '𠮷野家a'],
    ['compatibility ideographs', '\uf900', '岂'],
    ['half of a pair without breaking', '\ud800社保', '\ufffd社保'],
    ['nothing', '', ''],
  ])('has %s', (_name, text, expected) => expect(foldText(text)).toBe(expected));

  const texts = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'养老保險 　\n5Ｇａe\u0301é…ー👍🏽') }),
  );

  it('joins what folds to parts of one syllable', () => {
    expect(foldText('㉮ㄳ')).toBe('갃');
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(foldText(foldText(text))).toBe(foldText(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('changes nothing the second time, for every character of the first plane', () => {
    for (let unit = 0; unit < 0x1_0000; unit += 1) {
      const folded = foldText(`a${String.fromCharCode(unit)}`);
      if (foldText(folded) !== folded) throw new Error(`U+${unit.toString(16)}: ${folded}`);
    }
  });

  it('folds a line as it folds it inside a longer text', () => {
    const lines = fc.array(fc.string({ unit: fc.constantFrom(...'养老保險 　5Ｇａé…ー👍，') }), { maxLength: 5 });
    fc.assert(
      fc.property(lines, (all) => {
        const folded = all.map(foldText).filter(Boolean).join('\n');
        expect(foldText(all.join('\n'))).toBe(folded);
      }),
    );
  });

  it('is quick on long and strange text', () => {
    expect(foldText('\u0301'.repeat(200_000)).length).toBeGreaterThan(0);
    expect(foldText(' '.repeat(1_000_000))).toBe('');
    expect(foldText(`${'\u0301'.repeat(500_000)}${'\u0327'.repeat(500_000)}`).length).toBeLessThan(1_000);
    expect(foldText(`养${'\ufdfa'.repeat(600_000)}老`)).toBe('养老');
  });
});

describe('hasPlainIdeographs', () => {
  it.each([
    ['plain text', '养老保险，ＥＴＦ 100%。\n社保', true],
    ['traditional characters', '養老', false],
    ['a space between ideographs', '张 三', false],
    ['a space beside a word', '5G 网络', true],
    ['half-width kana', 'ｱﾆﾒ', false],
    ['characters beyond the first plane', '𠮷野家', false],
    ['a compatibility ideograph', '\uf900', false],
  ])('of %s', (_name, text, expected) => expect(hasPlainIdeographs(text, foldText(text))).toBe(expected));

  it('lets ideographs be looked for in the text itself', () => {
    const text = fc.string({ unit: fc.constantFrom(...'养老保險 　\n5Ｇａé…ー裡ｱ、'), maxLength: 20 });
    const searched = fc.string({ unit: fc.constantFrom(...'养老保险ーア里'), minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(text, searched, (raw, ideographs) => {
        const folded = foldText(raw);
        if (hasPlainIdeographs(raw, folded)) expect(raw.includes(ideographs)).toBe(folded.includes(ideographs));
      }),
      { numRuns: 5_000 },
    );
  });
});
