import { describe, expect, it } from 'vitest';
import { hrefOf, parseRoute } from '../../../bot/web/app/route.js';

describe('addresses of views', () => {
  it.each([
    ['', { view: 'home', id: undefined, params: {} }],
    ['#/', { view: 'home', id: undefined, params: {} }],
    ['#/?source=3', { view: 'home', id: undefined, params: { source: '3' } }],
    ['#/article/12', { view: 'article', id: 12, params: {} }],
    [
      '#/search?q=%E5%85%BB%E8%80%81%3F&order=newest',
      { view: 'search', id: undefined, params: { q: '养老?', order: 'newest' } },
    ],
    ['#/article', { view: 'home', id: undefined, params: {} }],
    ['#/article/x', { view: 'home', id: undefined, params: {} }],
    ['#/elsewhere', { view: 'home', id: undefined, params: {} }],
    ['#tgWebAppData=x', { view: 'home', id: undefined, params: {} }],
  ])('%s', (hash, route) => expect(parseRoute(hash)).toEqual(route));

  it('lead where they were written for', () => {
    expect(parseRoute(hrefOf('search', undefined, { q: 'in:"甲 & 乙" #1', order: undefined }))).toEqual({
      view: 'search',
      id: undefined,
      params: { q: 'in:"甲 & 乙" #1' },
    });
    expect([hrefOf('home'), hrefOf('source', 5), hrefOf('saved')]).toEqual(['#/', '#/source/5', '#/saved']);
  });
});
