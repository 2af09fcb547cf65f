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
  const all = index.prepare(`SELECT count(*) FROM docs`).pluck().get() as number;
  const toList = (found: readonly number[]) => ({ documents: found, size: found.length });
  const lists = comparedTerms(article)
    .map((term) => toList(documentsOf.all(`"${term}"`) as number[]))
    .filter(({ size }) => size > 1 && size <= commonTerm)
    .sort((a, b) => a.size - b.size);
  const own = index.prepare(`SELECT docid FROM docs WHERE article_id = ?`).pluck().get(articleId) as number;

  const isSameText = sameTextAs(article);
  const sameText = bestOf(lists, all)
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
    .map((list) => toList(list.documents.filter((docid) => !known.has(docid))))
    .filter(({ size }) => size > 0)
    .sort((a, b) => a.size - b.size)
    .slice(0, rarestTerms);
  const related = relatedBy(others, all);
  return [...sameText, ...related].slice(0, limit).map((docid) => articleOf.get(docid) as number);
}
