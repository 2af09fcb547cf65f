import { isJoined, textTerms } from '../../../src/search/analyzer.js';
import type { FoldedArticle } from '../../../src/search/match.js';
import type { SqliteClient } from '../driver.js';

/** What is compared of an article: its title, its headings and how it begins. */
const comparedUnits = 400;
/** A term of more articles tells nothing about one of them. */
const commonTerm = 2_000;
const rarestTerms = 16;
/** Best articles whose whole text is compared. */
const comparedTexts = 30;
/** Share of common terms above which two texts are one (reprints with another title, a paragraph more or less). */
const sameShare = 0.6;
/** Share of the rare terms' weight that makes an article a related one. */
const smallestShare = 0.25;
const fewestShared = 3;

/**
 * Ids of the articles about the same as one, the same text first, then by the rare terms that they share. `textOf` gives the
 * text of an article, undefined when it is gone.
 */
export function listRelated(
  index: SqliteClient,
  articleId: number,
  limit: number,
  textOf: (articleId: number) => FoldedArticle | undefined,
): readonly number[] {
  const article = textOf(articleId);
  if (!article) return [];
  const documentsOf = index
    .prepare(`SELECT rowid FROM terms WHERE terms MATCH ? ORDER BY rowid DESC LIMIT ${commonTerm + 1}`)
    .pluck();
  const articleOf = index.prepare(`SELECT article_id FROM docs WHERE docid = ?`).pluck();
  const documents = index.prepare(`SELECT count(*) FROM docs`).pluck().get() as number;
  const opening = `${article.title}\n${article.headings}\n${article.body.slice(0, comparedUnits)}`;
  const lists = [...textTerms(opening)]
    .filter((term) => !isJoined(term))
    .map((term) => documentsOf.all(`"${term}"`) as number[])
    .filter(({ length }) => length > 1 && length <= commonTerm)
    .sort((a, b) => a.length - b.length);
  const own = index.prepare(`SELECT docid FROM docs WHERE article_id = ?`).pluck().get(articleId) as number;

  const terms = textTerms(article.body);
  const sameText = best(lists, documents)
    .filter(({ docid }) => docid !== own)
    .slice(0, comparedTexts)
    .filter(({ docid }) => {
      const other = textOf(articleOf.get(docid) as number);
      return other && shareOf(terms, textTerms(other.body)) >= sameShare;
    });
  // A reprint has all the rare terms: what is rare apart from the text itself leads to the others.
  const known = new Set([own, ...sameText.map(({ docid }) => docid)]);
  const others = lists
    .map((list) => list.filter((docid) => !known.has(docid)))
    .filter(({ length }) => length > 0)
    .sort((a, b) => a.length - b.length)
    .slice(0, rarestTerms);
  const most = others.reduce((sum, list) => sum + weightOf(list, documents), 0);
  const related = best(others, documents).filter(
    ({ score, shared }) => score >= most * smallestShare && shared >= fewestShared,
  );
  return [...sameText, ...related].slice(0, limit).map(({ docid }) => articleOf.get(docid) as number);
}

/** Documents by the weight of the lists that they are in. */
function best(lists: readonly (readonly number[])[], documents: number) {
  const found = new Map<number, { docid: number; score: number; shared: number }>();
  for (const list of lists) {
    const weight = weightOf(list, documents);
    for (const docid of list) {
      const known = found.get(docid) ?? { docid, score: 0, shared: 0 };
      known.score += weight;
      known.shared += 1;
      found.set(docid, known);
    }
  }
  return [...found.values()].sort((a, b) => b.score - a.score || b.docid - a.docid);
}

/** Rarer terms weigh more. */
const weightOf = ({ length }: readonly number[], documents: number) => Math.log(1 + documents / length);

/** Jaccard similarity: common terms of all terms. */
function shareOf(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0;
  for (const term of a) if (b.has(term)) common += 1;
  return common / (a.size + b.size - common || 1);
}
