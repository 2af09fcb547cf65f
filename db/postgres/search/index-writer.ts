import { sql } from 'drizzle-orm';
import { analyzerVersion } from '../../../src/search/analyzer.js';
import type { SearchedArticle } from '../../../src/search/match.js';
import { takingTurns } from '../../../src/turns.js';
import { termsOfArticle } from '../../search/article-terms.js';
import { firstCountedDay, type TitledArticle, wordsToCount } from '../../search/rising-words.js';
import { all, arrayOf, run, type Transaction } from '../database.js';
import { spaces } from './stored-runs.js';
import { bytesInIndex, timeTerms } from './stretches.js';
import { settleTerms } from './terms-index.js';

/** An article as the index takes it. */
export interface ArticleToIndex extends SearchedArticle {
  readonly id: number;
  /** UTC ms. */
  readonly orderAt: number;
  readonly categoryIds: readonly number[];
}

/** What a tsvector holds (https://www.postgresql.org/docs/current/textsearch-limitations.html). */
const mostBytes = 2 ** 20 - 1;
/** Bytes of terms that are sent at once. */
const bytesPerStatement = 4 * 1024 * 1024;

interface Doc {
  readonly id: number;
  readonly order_at: number;
  readonly is_whole: boolean;
  readonly is_plain: boolean;
  readonly is_literal: boolean;
  /** Between spaces. */
  readonly terms: string;
}

/**
 * Makes new and changed articles findable, in the transaction that stores them. The words of a title count for what is on the
 * rise when the article is seen first, as in db/sqlite/search/index-writer.ts: a correction is no second article.
 */
export async function indexArticles(
  tx: Transaction,
  articles: readonly ArticleToIndex[],
  now: Date = new Date(),
): Promise<void> {
  const known = new Set<number>();
  for await (const docs of docsOf(articles)) {
    for (const id of await writeDocs(tx, docs)) known.add(id);
  }
  if (articles.length > 0) await settleTerms(tx);
  await countTitles(
    tx,
    articles.filter(({ id }) => !known.has(id)),
    now,
  );
}

/** Makes removed articles unfindable. */
export async function unindexArticles(tx: Transaction, ids: readonly number[]): Promise<void> {
  if (ids.length > 0) await run(tx, sql`DELETE FROM search_docs WHERE article_id = ANY(${arrayOf(ids)})`);
}

/** What the index takes of articles, as many at a time as are worth one statement. Others have their turn in between: terms of a long text take tens of ms. */
export async function* docsOf(articles: readonly ArticleToIndex[]): AsyncGenerator<readonly Doc[]> {
  const turn = takingTurns();
  let docs: Doc[] = [];
  let bytes = 0;
  for (const article of articles) {
    await turn();
    const doc = toDoc(article);
    docs.push(doc);
    bytes += doc.terms.length;
    if (bytes < bytesPerStatement) continue;
    yield docs;
    docs = [];
    bytes = 0;
  }
  if (docs.length > 0) yield docs;
}

function toDoc(article: ArticleToIndex): Doc {
  const { terms, isPlain, isPlainWithout } = termsOfArticle(article);
  // A word that was cut inside a character ends in half of it, which is none in UTF-8.
  const found = [...terms, ...timeTerms(article.orderAt)].join(' ').toWellFormed();
  const isWhole = bytesInIndex(found) <= mostBytes;
  return {
    id: article.id,
    order_at: article.orderAt,
    is_whole: isWhole,
    is_plain: isPlain,
    is_literal: isPlain || isPlainWithout(spaces),
    terms: isWhole ? found : '',
  };
}

/** Writes what is not there yet as it is. Gives the ids of those of which something was there. */
export async function writeDocs(tx: Transaction, docs: readonly Doc[]): Promise<readonly number[]> {
  // A statement sees what was there before it, also where it writes.
  const known = await all<{ id: number }>(
    tx,
    sql`WITH docs AS MATERIALIZED (
      SELECT * FROM json_to_recordset(${JSON.stringify(docs)}::json)
        AS d (id bigint, order_at bigint, is_whole boolean, is_plain boolean, is_literal boolean, terms text)
    ), written AS (
      INSERT INTO search_docs (article_id, order_at, version, is_whole, is_plain, is_literal, terms)
      SELECT id, order_at, ${analyzerVersion}::integer, is_whole, is_plain, is_literal, terms FROM docs ORDER BY id
      ON CONFLICT (article_id) DO UPDATE SET order_at = excluded.order_at, version = excluded.version,
        is_whole = excluded.is_whole, is_plain = excluded.is_plain, is_literal = excluded.is_literal, terms = excluded.terms
      WHERE (search_docs.order_at, search_docs.version, search_docs.is_whole, search_docs.is_plain,
          search_docs.is_literal, search_docs.terms)
        IS DISTINCT FROM (excluded.order_at, excluded.version, excluded.is_whole, excluded.is_plain,
          excluded.is_literal, excluded.terms)
    )
    SELECT article_id AS id FROM search_docs WHERE article_id IN (SELECT id FROM docs)`,
  );
  return known.map(({ id }) => id);
}

/** Counts the words of recent titles, by day. */
export async function countTitles(tx: Transaction, articles: readonly TitledArticle[], now: Date): Promise<void> {
  const counts = new Map<string, { day: number; word: string; articles: number }>();
  for (const article of articles) {
    const { day, words } = wordsToCount(article, now);
    for (const word of words) {
      const count = counts.get(`${day} ${word}`) ?? { day, word, articles: 0 };
      count.articles += 1;
      counts.set(`${day} ${word}`, count);
    }
  }
  if (counts.size === 0) return;
  await run(
    tx,
    sql`WITH forgotten AS (DELETE FROM title_words WHERE day < ${firstCountedDay(now)})
      INSERT INTO title_words (day, word, articles)
      SELECT day, word, articles FROM json_to_recordset(${JSON.stringify([...counts.values()])}::json)
        AS c (day bigint, word text, articles integer)
      ORDER BY day, word
      ON CONFLICT (day, word) DO UPDATE SET articles = title_words.articles + excluded.articles`,
  );
}
