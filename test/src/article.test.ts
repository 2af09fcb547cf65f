import { describe, expect, it } from 'vitest';
import { displayTitle, orderTime } from '../../src/domain/article.js';
import { foldName } from '../../src/domain/category.js';

describe('displayTitle', () => {
  const untitled = { title: undefined, lead: undefined, text: '' };
  it.each([
    ['the title as printed', { ...untitled, title: '示例标题', lead: '导语。' }, '示例标题'],
    ['a short lead whole', { ...untitled, lead: '导语。' }, '导语。'],
    [
      'the first 30 characters of a long lead',
      { ...untitled, lead: '一二三四五六七八九十'.repeat(4) },
      `${'一二三四五六七八九十'.repeat(3)}…`,
    ],
    ['whole visible characters only', { ...untitled, lead: '👩‍🚀'.repeat(25) }, `${'👩‍🚀'.repeat(24)}…`],
    ['visible characters, not units', { ...untitled, lead: '𠮷'.repeat(40) }, `${'𠮷'.repeat(30)}…`],
    ['the text when there is no lead', { ...untitled, text: '只有正文' }, '只有正文'],
  ])('%s', (_name, article, expected) => expect(displayTitle(article)).toBe(expected));
});

describe('orderTime', () => {
  const seen = new Date('2026-06-08T02:00:00Z');
  it.each([
    ['published before', new Date('2026-06-07T00:00:00Z'), new Date('2026-06-07T00:00:00Z')],
    ['published in the future', new Date('2027-01-01T00:00:00Z'), seen],
    ['not dated', undefined, seen],
  ])('%s', (_name, published, expected) => expect(orderTime(published, seen)).toEqual(expected));
});

describe('foldName', () => {
  it.each([
    ['full width', '２１世纪　经济报道', '21世纪经济报道'],
    ['brackets and case', '《Financial Times》中文网', 'financialtimes中文网'],
  ])('%s', (_name, name, expected) => expect(foldName(name)).toBe(expected));
});
