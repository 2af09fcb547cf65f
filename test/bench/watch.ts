import { foldArticle } from '../../src/search/match.js';
import type { SearchQuery } from '../../src/search/query.js';
import { createQueryIndex, type MatchedArticle, satisfies } from '../../src/search/query-index.js';
import { Corpus, randomFrom } from '../support/generate-corpus.js';
import { median, report } from './measure.js';

const seed = 20_220_608;
/** Read before the clock starts: queries find their places with the first articles. */
const warmUp = 300;
const articles = 200;
/** Looping takes long: a few articles tell. */
const looped = 20;

/** watch [QUERIES]: an article against 100,000 stored queries by the query index, beside looping over all of them; both must agree. */
export async function run(args: readonly string[]): Promise<void> {
  const count = Number(args[0] ?? 100_000);
  const corpus = new Corpus(seed);
  const random = randomFrom(seed);
  const queries = Array.from({ length: count }, (_, turn) => pickQuery(corpus, random, turn));
  const index = createQueryIndex();
  const started = performance.now();
  for (const [id, query] of queries.entries()) index.add(id, query);
  report(`${count} queries filed`, `${(performance.now() - started).toFixed(0)} ms`);

  const byIndex: number[] = [];
  const byLoop: number[] = [];
  let matched = 0;
  const articleNumber = (number: number): MatchedArticle => ({
    ...corpus.article(number),
    categoryIds: [number % 50],
    orderAt: 0,
  });
  const first = performance.now();
  for (let number = 0; number < warmUp; number += 1) index.match(articleNumber(articles + number));
  report(`each of the first ${warmUp} articles`, `${((performance.now() - first) / warmUp).toFixed(3)} ms`);
  for (let number = 0; number < articles; number += 1) {
    const article = articleNumber(number);
    const begun = performance.now();
    const found = index.match(article);
    byIndex.push(performance.now() - begun);
    matched += found.length;
    if (number >= looped) continue;
    const again = performance.now();
    const folded = foldArticle(article);
    const expected = queries.flatMap((query, id) => (satisfies(article, folded, query) ? [id] : []));
    byLoop.push(performance.now() - again);
    if (expected.length !== found.length)
      throw new Error(`article ${number}: ${found.length} of ${expected.length} queries`);
  }
  report('queries that an article satisfies', (matched / articles).toFixed(0));
  report('an article against all, looping', `${median(byLoop).toFixed(2)} ms`);
  report('an article against all, by the query index', `${median(byIndex).toFixed(3)} ms`, {
    to: 'looping',
    value: median(byIndex) / median(byLoop),
  });
}

/** Words of two and more characters from all ranks, two words, words with an excluded one, and two words joined. */
function pickQuery(corpus: Corpus, random: () => number, turn: number): SearchQuery {
  const word = () => {
    for (;;) {
      const picked = corpus.words[Math.floor(random() * corpus.words.length)] ?? '';
      if (picked.length > 1) return picked;
    }
  };
  const clauses = turn % 4 === 1 ? [[word()], [word()]] : turn % 4 === 2 ? [[word() + word()]] : [[word()]];
  const excluded = turn % 4 === 3 ? [word()] : [];
  return { clauses, excluded, categoryIds: undefined, excludedCategoryIds: [], from: undefined, until: undefined };
}
