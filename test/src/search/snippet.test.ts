import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText } from '../../../src/search/fold.js';
import { makeSnippet, markHits } from '../../../src/search/snippet.js';

const marked = (text: string, terms: string[], chars = 40) =>
  makeSnippet(text, terms, chars)
    .map((part) => (part.hit ? `[${part.text}]` : part.text))
    .join('');

describe('markHits', () => {
  it.each([
    [
      'keeps a title whole',
      '灵活就业的人怎样参加养老保险，又怎样领取待遇',
      ['领取'],
      '灵活就业的人怎样参加养老保险，又怎样[领取]待遇',
    ],
    ['joins hits that overlap', '哈哈哈', ['哈哈', '哈'], '[哈哈哈]'],
    ['marks nothing when nothing is there', '标题', ['正文'], '标题'],
    ['is empty for an empty title', '', ['社保'], ''],
  ])('%s', (_name, title, terms, expected) => {
    const parts = markHits(title, terms);
    expect(parts.map(({ text, hit }) => (hit ? `[${text}]` : text)).join('')).toBe(expected);
  });
});

describe('makeSnippet', () => {
  const long = `${'前文'.repeat(30)}养老保险${'后文'.repeat(30)}`;
  it.each([
    ['marks every hit', '社保卡和社保费', ['社保'], '[社保]卡和[社保]费'],
    ['marks several terms', '养老与医疗', ['养老', '医疗'], '[养老]与[医疗]'],
    ['finds folded text and shows what was written', '申报ＥＴＦ：', ['etf'], '申报[ＥＴＦ]：'],
    ['is right behind characters that fold to several', '……㎡价 社保', ['社保'], '……㎡价 [社保]'],
    ['shows the opening when nothing is there', '只有正文', ['标题'], '只有正文'],
    ['cuts both ends', long, ['养老保险'], `…${'前文'.repeat(8)}[养老保险]${'后文'.repeat(10)}…`],
    ['joins hits that overlap', '哈哈哈', ['哈哈'], '[哈哈哈]'],
    ['finds simplified what was written traditionally', '養老 保險待遇', ['养老保险'], '[養老 保險]待遇'],
    ['leaves the middle of a word alone', 'netflix ETF50', ['etf'], 'netflix [ETF]50'],
    ['finds nothing across a line end', '社\n保', ['社保'], '社 保'],
    ['has line ends as spaces', '第一段\n社保', ['社保'], '第一段 [社保]'],
    ['is empty for an empty text', '', ['社保'], ''],
  ])('%s', (_name, text, terms, expected) => expect(marked(text, terms)).toBe(expected));

  it('finds a hit far into a long text', () => {
    const text = `${'前文里什么也没有。'.repeat(50_000)}社保${'后文'.repeat(200_000)}`;
    expect(marked(text, ['社保'], 20)).toMatch(/^….{1,16}\[社保\]后文.*…$/u);
  });

  it('never cuts inside a character', () => {
    expect(marked('👨‍👩‍👧'.repeat(5), ['x'], 2)).toBe('👨‍👩‍👧👨‍👩‍👧…');
  });

  it('shows pieces of the text, bounded, for any text and term', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.string({ unit: 'grapheme', maxLength: 5 }),
        (text, word) => {
          const term = foldText(word);
          const parts = makeSnippet(text, term ? [term] : [], 20);
          const shown = parts.map((part) => part.text).join('');
          expect(text.replace(/\s+/gu, ' ')).toContain(shown.replace(/^…|…$/gu, ''));
        },
      ),
    );
  });
});
