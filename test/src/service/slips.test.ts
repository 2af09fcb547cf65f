import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NameForms } from '../../../src/service/name-forms.js';
import { isOneSlip, type Sounding, slipsBetween } from '../../../src/service/slips.js';

const between = (typed: string, name: string, most = 3) =>
  Number(slipsBetween(new NameForms(typed), new NameForms(name), most).toFixed(6));

describe('slipsBetween', () => {
  it.each([
    ['nothing', '云溪日报', '云溪日报', 0],
    ['a homophone', '云西日报', '云溪日报', 0.4],
    ['neighbours turned', '云日溪报', '云溪日报', 0.6],
    ['a character left out', '云日报', '云溪日报', 0.7],
    ['a character too many', '云溪小日报', '云溪日报', 1],
    ['another character', '云山日报', '云溪日报', 1],
    ['two of them', '云西报', '云溪日报', 1.1],
    ['more than is asked for', '青山晨刊', '云溪日报', Number.POSITIVE_INFINITY],
  ])('counts %s', (_title, typed, name, expected) => expect(between(typed, name)).toBe(expected));

  it('leaves out nothing by looking only near the diagonal', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 9 });
    fc.assert(
      fc.property(text, text, fc.constantFrom(1, 2, 3), (a, b, most) => {
        const [typed, name] = [soundless(a), soundless(b)];
        const all = slipsBetween(typed, name, 100);
        // Sums of tenths: one at the very limit may fall on either side.
        fc.pre(Math.abs(all - most) > 1e-6);
        expect(slipsBetween(typed, name, most)).toBe(all < most ? all : Number.POSITIVE_INFINITY);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('isOneSlip', () => {
  it.each([
    ['a homophone that is no word', '中国劳动宝障报', '中国劳动保障报', true],
    ['neighbours turned', '中国劳动障保报', '中国劳动保障报', true],
    ['a character left out', '中国劳动保报', '中国劳动保障报', true],
    ['a homophone that is a word', '新华社陕西分社', '新华社山西分社', false],
    ['what remains is a word', '中国青年报', '中国青少年报', false],
    ['the first characters', '华择证券研究所', '华泽证券研究所', false],
    ['the last one left out', '中国劳动保障', '中国劳动保障报', false],
    ['a character too many', '中国劳动保障障报', '中国劳动保障报', false],
    ['another character', '中国劳动山障报', '中国劳动保障报', false],
    ['two slips', '中国老动宝障报', '中国劳动保障报', false],
    ['no slip', '中国劳动保障报', '中国劳动保障报', false],
  ])('%s', (_title, typed, name, expected) => {
    expect(isOneSlip(new NameForms(typed), new NameForms(name))).toBe(expected);
  });
});

const soundless = (characters: readonly string[]): Sounding => ({ characters, sounds: [] });
