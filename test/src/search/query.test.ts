import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText } from '../../../src/search/analyzer.js';
import { parseQuery } from '../../../src/search/query.js';

const query = (required: string[], excluded: string[] = [], categoryNames: string[] = []) => ({
  kind: 'query',
  query: { required, excluded, categoryNames },
});

describe('parseQuery', () => {
  it.each([
    ['words', '养老保险 改革', query(['养老保险', '改革'])],
    ['an ideographic space', '养老　改革', query(['养老', '改革'])],
    ['a phrase', '"个人 养老金" 试点', query(['个人 养老金', '试点'])],
    ['full-width quotes', '“个人 养老金”', query(['个人 养老金'])],
    ['corner brackets', '「个人 养老金」', query(['个人 养老金'])],
    ['an open quote', '"个人 养老金', query(['个人 养老金'])],
    ['an exclusion', '银行 -股票', query(['银行'], ['股票'])],
    ['a full-width minus', '银行 －股票', query(['银行'], ['股票'])],
    ['a phrase excluded', '银行 -"港股 通"', query(['银行'], ['港股 通'])],
    ['a hyphen inside a word', 'C919-200', query(['c919-200'])],
    ['a category', '社保 in:中国劳动保障报', query(['社保'], [], ['中国劳动保障报'])],
    ['a quoted category', 'in:"示例周刊 示例客户端" 社保', query(['社保'], [], ['示例周刊 示例客户端'])],
    ['a full-width colon', 'in：云溪日报 社保', query(['社保'], [], ['云溪日报'])],
    ['a category alone', 'in:云溪日报', query([], [], ['云溪日报'])],
    ['full width and case', 'ＥＴＦ 5Ｇ', query(['etf', '5g'])],
    ['one character', '税', query(['税'])],
    ['nothing', '  ', { kind: 'empty' }],
    ['marks only', '"" - “” ！', { kind: 'empty' }],
    ['only exclusions', '-股票', { kind: 'empty' }],
    ['OR, which is not built yet', '养老 OR 医疗', { kind: 'unsupported', operator: 'OR' }],
    ['a date, which is not built yet', '养老 after：2022-06', { kind: 'unsupported', operator: 'after:' }],
    ['or in quotes as a phrase', '"OR"', query(['or'])],
    ['or in small letters as a word', 'or', query(['or'])],
    ['an empty category', 'in:""', { kind: 'empty' }],
  ])('reads %s', (_name, text, expected) => expect(parseQuery(text)).toEqual(expected));

  it('takes any text without throwing, and gives folded terms', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const parsed = parseQuery(text);
        if (parsed.kind !== 'query') return;
        for (const term of [...parsed.query.required, ...parsed.query.excluded]) expect(foldText(term)).toBe(term);
      }),
    );
  });

  it('is quick on long input', () => {
    expect(parseQuery('"'.repeat(1_000_000)).kind).toBe('empty');
  });
});
