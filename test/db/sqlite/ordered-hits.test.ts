import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isBefore } from '../../../db/search/order.js';
import { type Candidate, newestFirst } from '../../../db/sqlite/search/ordered-hits.js';

/** Documents numbered as they came in, each with its order time; some of them are candidates. */
const documents = fc.array(fc.record({ orderAt: fc.nat(50), isCandidate: fc.boolean() }), { maxLength: 60 });

function toCandidates(docs: readonly { orderAt: number; isCandidate: boolean }[]): Candidate[] {
  let newest = Number.NEGATIVE_INFINITY;
  const all = docs.map(({ orderAt, isCandidate }, docid) => {
    const candidate = { docid, articleId: docid, orderAt, newestBefore: newest, isPlain: 1 };
    newest = Math.max(newest, orderAt);
    return { candidate, isCandidate };
  });
  return all.flatMap(({ candidate, isCandidate }) => (isCandidate ? [candidate] : [])).reverse();
}

it('gives candidates newest first, in whatever order they were numbered', () => {
  fc.assert(
    fc.property(documents, (docs) => {
      const candidates = toCandidates(docs);
      const sorted = [...candidates].sort((a, b) => (isBefore(a, b) ? -1 : 1));
      expect([...newestFirst(candidates)]).toEqual(sorted);
    }),
    { numRuns: 2_000 },
  );
});

it('reads no further than it has to when documents came in order', () => {
  const candidates = toCandidates(Array.from({ length: 1_000 }, (_, n) => ({ orderAt: n, isCandidate: true })));
  let read = 0;
  function* counted() {
    for (const candidate of candidates) {
      read += 1;
      yield candidate;
    }
  }
  const hits = newestFirst(counted());
  for (let n = 0; n < 5; n += 1) hits.next();
  expect(read).toBeLessThan(8);
});
