import type { FoldedArticle } from '../../../src/search/match.js';
import {
  bestOf,
  commonTerm,
  comparedTerms,
  comparedTexts,
  rarestTerms,
  relatedBy,
  sameTextAs,
} from '../../search/related.js';
import type { SqliteClient } from '../driver.js';

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
  const lists = comparedTerms(article)
    .map((term) => documentsOf.all(`"${term}"`) as number[])
    .filter(({ length }) => length > 1 && length <= commonTerm)
    .sort((a, b) => a.length - b.length);
  const own = index.prepare(`SELECT docid FROM docs WHERE article_id = ?`).pluck().get(articleId) as number;

  const isSameText = sameTextAs(article);
  const sameText = bestOf(lists, documents)
    .map(({ document }) => document)
    .filter((docid) => docid !== own)
    .slice(0, comparedTexts)
    .filter((docid) => {
      const other = textOf(articleOf.get(docid) as number);
      return other && isSameText(other);
    });
  // A reprint has all the rare terms: what is rare apart from the text itself leads to the others.
  const known = new Set([own, ...sameText]);
  const others = lists
    .map((list) => list.filter((docid) => !known.has(docid)))
    .filter(({ length }) => length > 0)
    .sort((a, b) => a.length - b.length)
    .slice(0, rarestTerms);
  const related = relatedBy(others, documents);
  return [...sameText, ...related].slice(0, limit).map((docid) => articleOf.get(docid) as number);
}
