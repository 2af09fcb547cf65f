import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitText } from '../../bot/split.js';

describe('splitText', () => {
  it.each([
    ['keeps a short text on one page', '一。\n二。', 20, ['一。\n\n二。']],
    ['breaks between paragraphs', '一一一\n二二二\n三三三', 8, ['一一一\n\n二二二', '三三三']],
    ['breaks a long paragraph behind a sentence', '一二三四五。六七八九。', 8, ['一二三四五。', '六七八九。']],
    ['breaks a long sentence anywhere else', '一二三四五六七八九', 4, ['一二三四', '五六七八', '九']],
    [
      'keeps the rows of a table together',
      '前文。\n档次  金额\n一档  100\n后文。',
      40,
      ['前文。\n\n档次  金额\n一档  100\n\n后文。'],
    ],
    ['has no page for an empty text', '', 10, []],
  ])('%s', (_name, text, max, pages) => expect(splitText(text, max)).toEqual(pages));

  it('loses nothing and keeps every page in bounds, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 60 }), { maxLength: 8 }),
        fc.integer({ min: 4, max: 40 }),
        (paragraphs, max) => {
          const text = paragraphs.join('\n');
          const pages = splitText(text, max);
          for (const page of pages) expect(page.length).toBeLessThanOrEqual(max);
          expect(pages.join('').replace(/\s/gu, '')).toBe(text.replace(/\s/gu, ''));
        },
      ),
    );
  });

  it('takes one long paragraph', () => {
    expect(splitText('没有句号'.repeat(250_000), 3_000)).toHaveLength(334);
  });

  it('is bounded by one huge cluster', () => {
    const pages = splitText(`a${'\u0301'.repeat(10_000)}`, 100);
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(100);
  });
});
