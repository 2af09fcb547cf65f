import type { Heading } from '../../../src/domain/article.js';
import type { IndexedArticle } from '../../search/article-terms.js';
import type { SqliteClient } from '../driver.js';

/** An article as the index takes it. */
export interface ArchivedArticle extends IndexedArticle {
  readonly id: number;
  readonly revision: number;
  /** UTC ms. */
  readonly orderAt: number;
}

export interface ArchiveState {
  readonly revision: number;
  readonly generation: number;
}

/** Reads articles from the database for the index, on whatever connection the thread has. */
export interface ArchiveReader {
  state(): ArchiveState;
  countArticles(): number;
  changedSince(revision: number, limit: number): readonly ArchivedArticle[];
  /** Whether more than so many articles changed since: revisions alone do not tell, they come in leaps. */
  hasMoreChanges(revision: number, than: number): boolean;
  /** In the order of lists, behind a key, up to a revision. */
  inOrder(behind: { orderAt: number; id: number }, upTo: number, limit: number): readonly ArchivedArticle[];
  byIds(ids: readonly number[]): readonly ArchivedArticle[];
  /** `[revision, id]` of all articles between two revisions, in their order; cheap: from an index. */
  revisions(after: number, upTo: number, limit: number): readonly (readonly [number, number])[];
}

interface Row {
  readonly id: number;
  readonly revision: number;
  readonly order_at: number;
  readonly title: string | null;
  readonly byline: string | null;
  readonly outline: string;
  readonly text: string;
  readonly categories: string | null;
}

const columns = `a.id, a.revision, a.order_at, a.title, a.byline, a.outline, a.text,
  (SELECT group_concat(category_id) FROM article_categories WHERE article_id = a.id) AS categories`;

export function createArchiveReader(client: SqliteClient): ArchiveReader {
  const state = client.prepare(`SELECT revision, search_generation AS generation FROM archive`);
  const count = client.prepare(`SELECT count(*) FROM articles`).pluck();
  const changed = client.prepare(`SELECT ${columns} FROM articles a WHERE a.revision > ? ORDER BY a.revision LIMIT ?`);
  const changes = client.prepare(`SELECT 1 FROM articles WHERE revision > ? ORDER BY revision LIMIT 1 OFFSET ?`);
  const ordered = client.prepare(`
    SELECT ${columns} FROM articles a WHERE (a.order_at, a.id) > (?, ?) AND a.revision <= ?
    ORDER BY a.order_at, a.id LIMIT ?`);
  const one = client.prepare(`SELECT ${columns} FROM articles a WHERE a.id = ?`);
  const revisions = client
    .prepare(`SELECT revision, id FROM articles WHERE revision > ? AND revision <= ? ORDER BY revision LIMIT ?`)
    .raw();
  return {
    state: () => reading(() => (state.get() as ArchiveState | undefined) ?? { revision: 0, generation: 1 }),
    countArticles: () => reading(() => count.get() as number),
    changedSince: (revision, limit) => reading(() => (changed.all(revision, limit) as Row[]).map(toArticle)),
    hasMoreChanges: (revision, than) => reading(() => changes.get(revision, than) !== undefined),
    inOrder: ({ orderAt, id }, upTo, limit) =>
      reading(() => (ordered.all(orderAt, id, upTo, limit) as Row[]).map(toArticle)),
    byIds: (ids) => reading(() => ids.flatMap((id) => (one.all(id) as Row[]).map(toArticle))),
    revisions: (after, upTo, limit) => reading(() => revisions.all(after, upTo, limit) as [number, number][]),
  };
}

/** What is wrong with the database must not be taken for something wrong with the index: it goes on without its code. */
function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`the database cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

function toArticle(row: Row): ArchivedArticle {
  return {
    id: row.id,
    revision: row.revision,
    orderAt: row.order_at,
    title: row.title ?? undefined,
    byline: row.byline ?? undefined,
    outline: JSON.parse(row.outline) as Heading[],
    text: row.text,
    categoryIds: row.categories?.split(',').map(Number) ?? [],
  };
}
