import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lookUpOf, textTerms, titleTerms } from '../../../src/search/analyzer.js';
import { foldText } from '../../../src/search/fold.js';
import { findIn } from '../../../src/search/match.js';

describe('textTerms', () => {
  it.each([
    ['neighbouring ideographs', '养老保险', ['养老', '老保', '保险']],
    ['nothing across a mark or a line end', '养老,保险\n社保', ['养老', '保险', '社保']],
    ['words as they stand', 'gdp c919-etf', ['gdp', 'c919', 'etf']],
    ['a word, and with the ideograph behind it', '5g网络', ['5g', '5g网', '网络']],
    ['a word behind an ideograph', '中国gdp', ['中国', 'gdp']],
    ['numbers in parts', '3.15晚会', ['3', '15', '15晚', '晚会']],
    ['no lone ideograph', '税', []],
    ['kana like ideographs', 'アニメ', ['アニ', 'ニメ']],
    ['characters beyond the first plane', '𠮷野家', ['𠮷野', '野家']],
    ['the beginning of a very long word', 'x'.repeat(60), ['x'.repeat(40)]],
  ])('gives %s', (_name, text, expected) => expect([...textTerms(text)]).toEqual(expected));

  it('adds single ideographs for titles', () => {
    expect([...titleTerms('a股税')]).toEqual(['a', 'a股', '股', '股税', '税']);
  });
});

describe('lookUpOf', () => {
  it.each([
    ['two ideographs, exactly', '社保', { terms: ['社保'], prefix: undefined, isExact: true, inTitles: false }],
    ['a phrase', '养老金', { terms: ['养老', '老金'], prefix: undefined, isExact: false, inTitles: false }],
    ['a word that may go on', 'etf', { terms: [], prefix: 'etf', isExact: true, inTitles: false }],
    ['a mixed run', '5g网络', { terms: ['5g网', '网络'], prefix: undefined, isExact: false, inTitles: false }],
    ['a股 exactly', 'a股', { terms: ['a股'], prefix: undefined, isExact: true, inTitles: false }],
    ['a word behind ideographs', '中国gd', { terms: ['中国'], prefix: 'gd', isExact: false, inTitles: false }],
    ['marks inside', 'c++', { terms: ['c'], prefix: undefined, isExact: false, inTitles: false }],
    ['one ideograph', '税', { terms: ['税'], prefix: undefined, isExact: true, inTitles: true }],
    ['one letter', 'a', { terms: [], prefix: 'a', isExact: true, inTitles: true }],
    ['ideographs apart', '税、费', { terms: ['税', '费'], prefix: undefined, isExact: false, inTitles: true }],
  ])('reads %s', (_name, searched, expected) => expect(lookUpOf(searched)).toEqual(expected));

  const alphabet = fc.constantFrom(...'养老保险a5g 网、。\n', '𠮷', 'ー', 'é');
  const text = fc.string({ unit: alphabet, maxLength: 30 }).map(foldText);

  it('asks only for what a text that contains it has, and is exact only where nothing else can be', () => {
    const inside = fc.tuple(text, fc.nat(30), fc.integer({ min: 1, max: 6 }), text);
    fc.assert(
      fc.property(inside, ([folded, from, length, other]) => {
        const searched = foldText(
          Array.from(folded)
            .slice(from, from + length)
            .join(''),
        );
        if (!/[\p{L}\p{N}]/u.test(searched)) return;
        const lookUp = lookUpOf(searched);
        expect(lookUp.terms.length + (lookUp.prefix === undefined ? 0 : 1)).toBeGreaterThan(0);
        for (const each of [folded, other]) {
          const terms = lookUp.inTitles ? titleTerms(each) : textTerms(each);
          const isCandidate =
            lookUp.terms.every((term) => terms.has(term)) &&
            (lookUp.prefix === undefined || [...terms].some((term) => term.startsWith(lookUp.prefix ?? '')));
          const isThere = findIn(each, searched) >= 0;
          if (isThere) expect(isCandidate).toBe(true);
          if (lookUp.isExact) expect(isThere).toBe(isCandidate);
        }
      }),
      { numRuns: 5_000 },
    );
  });
});
