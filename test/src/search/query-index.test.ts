import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText } from '../../../src/search/fold.js';
import { foldArticle } from '../../../src/search/match.js';
import { parseQuery, type SearchQuery } from '../../../src/search/query.js';
import { createQueryIndex, type MatchedArticle, satisfies } from '../../../src/search/query-index.js';

const article = (over: Partial<MatchedArticle> = {}): MatchedArticle => ({
  title: '社保卡换新',
  byline: '记者 张三',
  outline: [{ text: '怎么换' }],
  text: '怎么换\n老人的養老金照发，5G 网络和 ETF50 也有。',
  categoryIds: [3],
  orderAt: Date.UTC(2026, 0, 5),
  ...over,
});
const query = (text: string, over: Partial<SearchQuery> = {}): SearchQuery => {
  const parsed = parseQuery(text, 'Asia/Shanghai');
  if (parsed.kind !== 'query') throw new Error(`nothing to look for in ${text}`);
  const { clauses, excluded, from, until } = parsed.query;
  return { clauses, excluded, from, until, categoryIds: undefined, excludedCategoryIds: [], ...over };
};
const matches = (wanted: SearchQuery, over: Partial<MatchedArticle> = {}) => {
  const index = createQueryIndex();
  index.add(7, wanted);
  return index.match(article(over)).length === 1;
};

describe('a query index', () => {
  it.each([
    ['a word', query('养老金'), true],
    ['another word', query('医保'), false],
    ['two words, only one of them there', query('养老金 医保'), false],
    ['either of two', query('医保 OR 养老金'), true],
    ['a word and an excluded one', query('养老金 -社保'), false],
    ['the beginning of a word', query('etf'), true],
    ['a mixed run', query('5g网络'), true],
    ['ideographs and the beginning of a word', query('和et'), true],
    ['one character of the title', query('卡'), true],
    ['one character of a heading', query('怎'), true],
    ['one character of the text', query('金'), false],
    ['a byline', query('记者张三'), true],
    ['a category alone', query('in:x', { clauses: [], categoryIds: [2, 3] }), true],
    ['a word in another category', query('养老金', { categoryIds: [4] }), false],
    ['a word outside of a category', query('养老金', { excludedCategoryIds: [3] }), false],
    ['a word since then', query('养老金 after:2026'), true],
    ['a word until then', query('养老金 before:2026'), false],
  ])('looks for %s', (_name, wanted, expected) => expect(matches(wanted)).toBe(expected));

  it('tells each query once, and only what is satisfied', () => {
    const index = createQueryIndex();
    for (const [id, text] of ['养老 OR 老金 OR 社保', '养老金', '医保', 'e OR et OR etf'].entries())
      index.add(id, query(text));
    expect([...index.match(article())].sort()).toEqual([0, 1, 3]);
    expect(index.size).toBe(4);
  });

  it('finds what looping over all queries finds', () => {
    const text = fc.string({ unit: fc.constantFrom(...'养老保险a5g网 。\n臺'), maxLength: 15 });
    const articles = fc.record({
      title: text,
      outline: fc.array(fc.record({ text }), { maxLength: 2 }),
      text,
      byline: text,
    });
    const word = fc.string({ unit: fc.constantFrom(...'养老保险a5g网台'), minLength: 1, maxLength: 4 }).map(foldText);
    const clauses = fc.array(fc.array(word, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 });
    const queries = fc.array(fc.record({ clauses, excluded: fc.array(word, { maxLength: 1 }) }), { maxLength: 20 });
    fc.assert(
      fc.property(articles, fc.array(articles, { maxLength: 4 }), queries, (over, earlier, words) => {
        const all = words.map((each) => ({ ...query('x'), ...each }));
        const index = createQueryIndex();
        for (const [id, each] of all.entries()) index.add(id, each);
        // Other articles before it: queries move when they are met in vain.
        for (const before of earlier) index.match(article(before));
        const wanted = article(over);
        const folded = foldArticle(wanted);
        const expected = all.flatMap((each, id) => (satisfies(wanted, folded, each) ? [id] : []));
        expect([...index.match(wanted)].sort((a, b) => a - b)).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
  });
});
