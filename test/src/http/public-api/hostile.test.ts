import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { articleNumber } from '../../../support/builders.js';
import { PublicApi } from '../../../support/public-api.js';

let api: PublicApi;
beforeAll(async () => {
  api = await PublicApi.start(Array.from({ length: 5 }, (_, n) => articleNumber(n)));
});
afterAll(() => api.close());

const numberOrText = fc.oneof(fc.integer().map(String), fc.double().map(String), fc.string({ unit: 'binary' }));
const searchText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '食堂',
        ' ',
        'OR',
        '-',
        '"',
        'in:',
        'in:云溪日报',
        'after:',
        'before:2026',
        '|',
        '\u0000',
        '%',
        '*',
        'NEAR(',
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));
/** Percent signs that escape nothing, plus signs, brackets, the same name twice. */
const rawQuery = fc.string({ unit: 'grapheme-ascii', maxLength: 60 }).map((text) => text.replace(/#/gu, ''));
const query = fc.oneof(
  rawQuery,
  fc
    .record(
      {
        q: searchText,
        filter: searchText,
        category: numberOrText,
        limit: fc.oneof(fc.integer({ min: -5, max: 200 }).map(String), numberOrText),
        cursor: fc.oneof(fc.base64String(), numberOrText),
        order: fc.constantFrom('ranked', 'newest', '__proto__', ''),
      },
      { requiredKeys: [] },
    )
    .map((fields) => new URLSearchParams(fields).toString()),
);

describe('any query string', () => {
  it.each([
    '/api/v1/categories',
    '/api/v1/categories/1',
    '/api/v1/articles',
    '/api/v1/articles/1',
    '/api/v1/articles/1/story',
    '/api/v1/search',
    '/atom/category/1.xml',
    '/atom/search.xml',
    '/api/v1/',
  ])('%s answers, or says what is wrong', async (path) => {
    await fc.assert(
      fc.asyncProperty(query, async (text) => {
        const { status } = await api.get(`${path}?${text}`);
        expect(status === 200 || status === 400 || status === 404).toBe(true);
      }),
      { numRuns: 150 },
    );
    expect(api.errors).toEqual([]);
  });
});

describe('any path', () => {
  it('answers, or says what is wrong', async () => {
    const segment = fc.oneof(
      numberOrText.map(encodeURIComponent),
      fc.constantFrom('..', '%', '%zz', '%00', 'story', '1.xml'),
    );
    const place = fc.constantFrom('/api/v1/articles', '/api/v1/categories', '/atom/category', '/atom', '/api/v1');
    await fc.assert(
      fc.asyncProperty(place, fc.array(segment, { maxLength: 3 }), async (base, segments) => {
        const { status } = await api.get([base, ...segments].join('/'));
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 300 },
    );
    expect(api.errors).toEqual([]);
  });
});
