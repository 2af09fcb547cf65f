import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText } from '../../../src/search/fold.js';
import { parseQuery } from '../../../src/search/query.js';

const zone = 'Asia/Shanghai';
const query = (clauses: string[][], over: object = {}) => ({
  kind: 'query',
  query: {
    clauses,
    excluded: [],
    categoryNames: [],
    excludedCategoryNames: [],
    from: undefined,
    until: undefined,
    ...over,
  },
});
const at = (time: string) => new Date(`${time}+08:00`);

describe('parseQuery', () => {
  it.each([
    ['words', '养老保险 改革', query([['养老保险'], ['改革']])],
    ['an ideographic space', '养老　改革', query([['养老'], ['改革']])],
    ['a phrase, without its space between ideographs', '"个人 养老金" 试点', query([['个人养老金'], ['试点']])],
    ['a phrase of words with its space', '"New  York" 纽约', query([['new york'], ['纽约']])],
    ['full-width quotes', '“个人养老金”', query([['个人养老金']])],
    ['corner brackets', '「个人养老金」', query([['个人养老金']])],
    ['an open quote', '"个人养老金', query([['个人养老金']])],
    ['an exclusion', '银行 -股票', query([['银行']], { excluded: ['股票'] })],
    ['a full-width minus', '银行 －股票', query([['银行']], { excluded: ['股票'] })],
    ['a phrase excluded', '银行 -"港股 通"', query([['银行']], { excluded: ['港股通'] })],
    ['a hyphen inside a word', 'C919-200', query([['c919-200']])],
    ['alternatives', '养老 OR 医疗', query([['养老', '医疗']])],
    [
      'several alternatives, tighter than and',
      '改革 养老 OR 医疗 OR 工伤',
      query([['改革'], ['养老', '医疗', '工伤']]),
    ],
    ['full-width letters as alternatives', '养老 ＯＲ 医疗', query([['养老', '医疗']])],
    ['a dangling OR as nothing', 'OR 养老 OR', query([['养老']])],
    ['an upright stroke as OR', '养老 | 医疗｜工伤', query([['养老', '医疗', '工伤']])],
    ['an OR without its spaces', '养老OR医疗', query([['养老', '医疗']])],
    ['AND as what a space means', '养老 AND 医疗', query([['养老'], ['医疗']])],
    ['NOT as a minus', '养老 NOT 医疗', query([['养老']], { excluded: ['医疗'] })],
    ['an OR before an exclusion as a mistake', '养老 OR -医疗', { kind: 'bad-or' }],
    ['an OR before a category as a mistake', '养老 OR in:云溪日报', { kind: 'bad-or' }],
    ['an OR behind a category as a mistake', 'in:云溪日报 OR 养老', { kind: 'bad-or' }],
    ['a range that ends before it begins', '养老 after:2023 before:2022', { kind: 'bad-range' }],
    ['a space behind the colon', '养老 in: 云溪日报', query([['养老']], { categoryNames: ['云溪日报'] })],
    ['an operator at the end as nothing', '养老 in:', query([['养老']])],
    ['brackets that came along', '(养老)', query([['养老']])],
    ['or in quotes as a phrase', '"OR"', query([['or']])],
    ['or in small letters as a word', 'or', query([['or']])],
    ['a word said twice once', '养老 养老', query([['养老']])],
    ['traditional characters', '養老保險', query([['养老保险']])],
    ['a category', '社保 in:中国劳动保障报', query([['社保']], { categoryNames: ['中国劳动保障报'] })],
    [
      'a quoted category',
      'in:"示例周刊 示例客户端" 社保',
      query([['社保']], { categoryNames: ['示例周刊 示例客户端'] }),
    ],
    ['a full-width colon', 'in：云溪日报 社保', query([['社保']], { categoryNames: ['云溪日报'] })],
    ['a category alone', 'in:云溪日报', query([], { categoryNames: ['云溪日报'] })],
    ['a category left out', '社保 -in:云溪日报', query([['社保']], { excludedCategoryNames: ['云溪日报'] })],
    ['a year', '社保 after:2022', query([['社保']], { from: at('2022-01-01T00:00') })],
    ['a month', '社保 before:2022-06', query([['社保']], { until: at('2022-06-01T00:00') })],
    ['a day', 'after:2022-06-08 社保', query([['社保']], { from: at('2022-06-08T00:00') })],
    [
      'other ways to write a day',
      '社保 after：2022年6月8日 before:2023/1/2',
      query([['社保']], { from: at('2022-06-08T00:00'), until: at('2023-01-02T00:00') }),
    ],
    ['a time alone', 'after:2022-06', query([], { from: at('2022-06-01T00:00') })],
    ['no day of the calendar', '社保 after:2022-13', { kind: 'bad-date', text: '2022-13' }],
    ['no date', 'before:明天', { kind: 'bad-date', text: '明天' }],
    ['full width and case', 'ＥＴＦ 5Ｇ', query([['etf'], ['5g']])],
    ['one character', '税', query([['税']])],
    ['marks that came along', '，社保。 100% c++', query([['社保'], ['100%'], ['c++']])],
    ['nothing', '  ', { kind: 'empty' }],
    ['marks only', '"" - “” ！', { kind: 'empty' }],
    ['only exclusions', '-股票 -in:云溪日报', { kind: 'empty' }],
    ['an empty category', 'in:""', { kind: 'empty' }],
  ])('reads %s', (_name, text, expected) => expect(parseQuery(text, zone)).toEqual(expected));

  it('takes any text without throwing, and gives folded terms', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const parsed = parseQuery(text, zone);
        if (parsed.kind !== 'query') return;
        for (const term of [...parsed.query.clauses.flat(), ...parsed.query.excluded])
          expect(foldText(term)).toBe(term);
      }),
    );
  });

  it('is quick on long input', () => {
    expect(parseQuery('"'.repeat(1_000_000), zone).kind).toBe('empty');
  });
});
