import { describe, expect, it } from 'vitest';
import { pageButtons, parsePlace, renderArticleLines } from '../../bot/article-list.js';
import type { ArticleLine } from '../../src/ports.js';

const options = { language: 'zh', timeZone: 'Asia/Shanghai', now: () => new Date('2026-01-06T00:00:00Z') } as const;

function line(over: Partial<ArticleLine> = {}): ArticleLine {
  const orderAt = new Date('2026-01-05T01:00:00Z');
  return {
    id: 7,
    orderAt,
    title: '标题',
    url: 'https://example.com/1',
    medium: '云溪日报',
    published: orderAt,
    ...over,
  };
}

describe('renderArticleLines', () => {
  it('numbers, links, and tells medium and time', () => {
    const text = renderArticleLines([line(), line({ url: undefined, medium: undefined })], options);
    expect(text.plain).toBe('1. 标题\n云溪日报 · 1月5日 09:00\n2. 标题\n1月5日 09:00');
    expect(text.entityCount).toBe(3);
  });

  it.each([
    ['long titles', '很长的标题，'.repeat(100)],
    ['emoji', '👨‍👩‍👧'.repeat(100)],
    ['combining marks', `a${'\u0301'.repeat(500)}`.repeat(100)],
  ])('fits twenty in one message: %s', (_name, text) => {
    const lines = Array.from({ length: 20 }, () => line({ title: text, medium: text }));
    const rendered = renderArticleLines(lines, options);
    expect(rendered.visibleLength).toBeLessThan(4_000);
    expect(rendered.entityCount).toBeLessThan(100);
  });
});

describe('places in button data', () => {
  it('are read back as they were written, within 64 bytes', () => {
    const items = [line({ id: 2 ** 40 }), line({ id: 8, orderAt: new Date(-5) })];
    const buttons = pageButtons({ items, hasNewer: true, hasOlder: true }, 'q:123456789', options);
    const places = buttons.map((button) => ('data' in button ? button.data : ''));
    expect(places.every((data) => Buffer.byteLength(data) <= 64)).toBe(true);
    expect(places.map((data) => parsePlace(data.split(':')[2]))).toEqual([
      { direction: 'newer', key: { orderAt: items[0]?.orderAt.getTime(), id: 2 ** 40 } },
      { direction: 'older', key: { orderAt: -5, id: 8 } },
    ]);
  });

  it.each(['', 'x', 'o', 'o1', 'o.', 'p1.1', 'o1.1;drop', `o1.${'1'.repeat(20)}`, `o${'z'.repeat(20)}.1`])(
    '%s is not ours',
    (text) => expect(parsePlace(text)).toBeUndefined(),
  );
});
