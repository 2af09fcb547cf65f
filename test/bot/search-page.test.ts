import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSearchPage, parseSearchPage } from '../../bot/search-page.js';
import type { SearchPlace } from '../../src/ports.js';

const place: fc.Arbitrary<SearchPlace> = fc.oneof(
  fc.record({
    kind: fc.constant('key' as const),
    place: fc.integer({ min: 0, max: 2 }),
    orderAt: fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }),
    articleId: fc.integer({ min: 1, max: 2 ** 40 }),
  }),
  fc.record({ kind: fc.constant('set' as const), asOf: fc.nat(2 ** 40), offset: fc.nat(60) }),
);
const page = fc.record(
  {
    order: fc.constantFrom('ranked' as const, 'newest' as const),
    number: fc.integer({ min: 1, max: 200_000 }),
    from: fc.record({ direction: fc.constantFrom('older' as const, 'newer' as const), place }),
  },
  { requiredKeys: ['order', 'number'] },
);

describe('a page of a search', () => {
  it('survives the way through button data, which has room for 64 bytes', () => {
    fc.assert(
      fc.property(page, (address) => {
        const data = formatSearchPage(address);
        expect(`q:9999999999:${data}`.length).toBeLessThanOrEqual(64);
        expect(parseSearchPage(data.split(':'))).toEqual(address);
      }),
    );
  });

  it.each([
    ['an older version', 'oabc.1', undefined],
    ['no order', 'ok1.1.1', ''],
    ['an unknown order', '', 'x'],
    ['no place', undefined, 'r'],
    ['a forged place', 'ok9.1.1', 'r'],
    ['a number that no column holds', `ok1.1.1${'0'.repeat(20)}`, 'r'],
    ['a time that no column holds', `ok1.-1${'0'.repeat(20)}.1`, 'r'],
    ['a size that no column holds', `os1${'0'.repeat(20)}.1`, 'r'],
    ['a forged direction', 'xk1.1.1', 'r'],
    ['a forged number', '', 'r', '../..'],
  ])('of %s is not ours', (_name, ...fields) => expect(parseSearchPage(fields)).toBeUndefined());
});
