import { displayTitle, type Heading } from '../../../src/domain/article.js';
import type { ArticleLine } from '../../../src/ports.js';
import { foldText } from '../../../src/search/fold.js';
import { type FoldedArticle, foldArticle } from '../../../src/search/match.js';
import type { SqliteClient } from '../driver.js';

/** Articles by their id, as searches need them, on the thread's own connection. Undefined: it is gone. */
export interface ArticleTexts {
  /** Folded for comparing. */
  folded(articleId: number): FoldedArticle | undefined;
  /** The same without the byline: two articles by one reporter are not about the same. */
  foldedContent(articleId: number): FoldedArticle | undefined;
  /** Title and headings only, which are read without touching the text. */
  foldedHead(articleId: number): Pick<FoldedArticle, 'title' | 'headings'> | undefined;
  line(articleId: number): ArticleLine | undefined;
  lineWithText(articleId: number): { readonly line: ArticleLine; readonly text: string } | undefined;
}

interface TextRow {
  readonly title: string | null;
  readonly byline: string | null;
  readonly outline: string;
  readonly text: string;
}

interface LineRow {
  readonly id: number;
  readonly title: string | null;
  readonly lead: string | null;
  readonly url: string | null;
  readonly medium: string | null;
  readonly published_at: number | null;
  readonly order_at: number;
  readonly text: string;
}

export function createArticleTexts(archive: SqliteClient): ArticleTexts {
  const headOf = archive.prepare(`SELECT title, outline FROM articles WHERE id = ?`);
  const textOf = archive.prepare(`SELECT title, byline, outline, text FROM articles WHERE id = ?`);
  const lineOf = archive.prepare(
    `SELECT id, title, lead, url, medium, published_at, order_at, text FROM articles WHERE id = ?`,
  );
  const read = (articleId: number, withByline: boolean) => {
    const row = textOf.get(articleId) as TextRow | undefined;
    if (!row) return undefined;
    const byline = withByline ? (row.byline ?? undefined) : undefined;
    return foldArticle({ title: row.title ?? undefined, byline, outline: headingsOf(row), text: row.text });
  };
  const lineWithText = (articleId: number) => {
    const row = lineOf.get(articleId) as LineRow | undefined;
    return row && { line: toLine(row), text: row.text };
  };
  return {
    folded: (articleId) => read(articleId, true),
    foldedContent: (articleId) => read(articleId, false),
    foldedHead(articleId) {
      const row = headOf.get(articleId) as Pick<TextRow, 'title' | 'outline'> | undefined;
      if (!row) return undefined;
      const headings = headingsOf(row).map(({ text }) => text);
      return { title: foldText(row.title ?? ''), headings: foldText(headings.join('\n')) };
    },
    line: (articleId) => lineWithText(articleId)?.line,
    lineWithText,
  };
}

const headingsOf = ({ outline }: { readonly outline: string }) => JSON.parse(outline) as Heading[];

function toLine(row: LineRow): ArticleLine {
  return {
    id: row.id,
    title: displayTitle({ title: row.title ?? undefined, lead: row.lead ?? undefined, text: row.text }),
    orderAt: new Date(row.order_at),
    url: row.url ?? undefined,
    medium: row.medium ?? undefined,
    published: row.published_at === null ? undefined : new Date(row.published_at),
  };
}
