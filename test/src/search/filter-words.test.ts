import { describe, expect, it } from 'vitest';
import { parseFilterWords, splitFilterText, splitGluedFilterText } from '../../../src/search/filter-words.js';

const words = (included: readonly string[], excluded: readonly string[] = []) => ({
  kind: 'words',
  included,
  excluded,
});

describe('parseFilterWords', () => {
  it.each([
    ['both signs', '+养老 -股票', words(['养老'], ['股票'])],
    ['several of each', '+养老 -股票 +社保 -基金', words(['养老', '社保'], ['股票', '基金'])],
    ['full-width signs', '＋养老　－股票', words(['养老'], ['股票'])],
    ['dashes of other kinds', '+养老 –股票 —基金 −港股', words(['养老'], ['股票', '基金', '港股'])],
    ['a space behind the sign', '+ 养老 - 股票', words(['养老'], ['股票'])],
    [
      'quoted words with spaces',
      '+"养老 金" -“Hong  Kong” +「社会 保险」',
      words(['养老 金', '社会 保险'], ['Hong Kong']),
    ],
    ['a quote that is not closed', '+"养老 金', words(['养老 金'])],
    ['signs without spaces', '+养老+社保-股票', words(['养老', '社保'], ['股票'])],
    ['signs behind quotes', '+"养老 金"-"港股 通"-基金', words(['养老 金'], ['港股 通', '基金'])],
    ['a sign inside quotes', '-"北京-天津"', words([], ['北京-天津'])],
    ['marks of a list', '+养老、+社保，-股票；-基金。', words(['养老', '社保'], ['股票', '基金'])],
    ['marks inside a word', '+covid-19 +C++ +3.5% +1,000', words(['covid-19', 'C++', '3.5%', '1,000'])],
    ['the same word once, however it is spelled', '+養老 +养老 +ＥＴＦ +etf', words(['養老', 'ＥＴＦ'])],
    ['a dash inside a word', '+粤港澳—大湾区', words(['粤港澳—大湾区'])],
    ['a sign too many', '++养老 -', words(['养老'])],
    ['30 characters', `+${'长'.repeat(30)}`, words(['长'.repeat(30)])],
    ['31 characters', `+${'长'.repeat(31)}`, { kind: 'too-long', word: '长'.repeat(31), mostChars: 30 }],
    ['the same word on both sides', '+养老 -養老', { kind: 'both', word: '養老' }],
    ['a word without a sign', '+养老 股票', { kind: 'unsigned', word: '股票' }],
    ['marks alone', '+。 -"" +', { kind: 'no-words' }],
    ['nothing', '', { kind: 'no-words' }],
  ])('takes %s', (_name, text, expected) => expect(parseFilterWords(text)).toEqual(expected));

  it('takes up to 20 words', () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => `+词${n}`).join(' ');
    expect(parseFilterWords(many(20))).toMatchObject({ kind: 'words' });
    expect(parseFilterWords(`${many(20)} -别`)).toEqual({ kind: 'too-many', most: 20 });
  });
});

describe('splitFilterText', () => {
  it.each([
    ['云溪日报 +养老 -股票', '云溪日报', '+养老 -股票'],
    ['云溪 晚报　－股票', '云溪 晚报', '-股票'],
    ['示例-周刊 +养老', '示例-周刊', '+养老'],
    ['示例-周刊', '示例-周刊', ''],
    ['示例—“周刊” —养老', '示例—“周刊”', '-养老'],
    ['+养老', '', '+养老'],
    ['* -股票', '*', '-股票'],
    ['＊＋养老', '*', '+养老'],
    ['*', '*', ''],
    ['', '', ''],
  ])('%s', (text, name, rest) => expect(splitFilterText(text)).toEqual({ name, words: rest }));

  it('as a second guess takes a sign that touches the name', () => {
    expect(splitGluedFilterText('云溪日报＋养老-股票')).toEqual({ name: '云溪日报', words: '+养老-股票' });
    expect(splitGluedFilterText('云溪日报')).toEqual({ name: '云溪日报', words: '' });
  });
});
