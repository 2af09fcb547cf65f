import { describe, expect, it } from 'vitest';
import { readingsOf } from '../../../src/search/pinyin.js';

describe('readingsOf', () => {
  it.each([
    ['重庆', ['chong', 'qing'], 'zhong'],
    ['长江', ['chang', 'jiang'], 'zhang'],
    ['银行', ['yin', 'hang'], 'xing'],
    ['厦门', ['xia', 'men'], 'sha'],
    ['乐山', ['le', 'shan'], 'yue'],
    ['音乐', ['yin', 'yue'], 'le'],
    ['绿女', ['lv', 'nv'], 'lu'],
  ])('reads %s as its neighbours ask, and knows the other reading', (text, fitting, other) => {
    const readings = readingsOf(text);
    expect(readings.map(([first]) => first)).toEqual(fitting);
    expect(readings.flat()).toContain(other);
  });

  it('gives one list a character, empty for what is not Chinese', () => {
    expect(readingsOf('报A1 𠮷é')).toEqual([['bao'], [], [], [], expect.any(Array), []]);
    expect(readingsOf('')).toEqual([]);
  });
});
