import { analyzerVersion } from '../../../src/search/analyzer.js';
import type { SqliteClient } from '../driver.js';
import type { ArchivedArticle, ArchiveReader } from './archive-reader.js';
import { type IndexState, readState, writeState } from './index-file.js';
import { toIndexText } from './index-terms.js';
import { createTitleWordCounter } from './title-words.js';

/** Keeps one index file in step with the archive, a transaction at a time, so that any number of processes can do it together. */
export interface IndexWriter {
  /** Takes up the next articles; false when there was nothing left to take up. */
  advance(limit: number): boolean;
  /**
   * Compares what the index says it has with what the archive has, from a revision on, and repairs what differs. Gives
   * the revision to go on from; undefined at the end. Finds what no change told of: removed articles, a restored database.
   */
  repair(after: number): number | undefined;
  /** A little merging of segments, then giving back of empty pages; false when there is nothing left to tidy up. */
  tidyUp(): boolean;
  /** From now on `tidyUp` goes on until all segments are one: worth it once an archive has been filled, and no sooner. */
  beginFullMerge(): void;
  isCurrentVersion(): boolean;
  appliedRevision(): number;
  /** Whether what was there when the index was made has been taken up. */
  isFilled(): boolean;
  /** Where the index is; `indexed` and `articles` are counted only on demand, which takes some 10 ms a million. */
  progress(withCounts: boolean): IndexProgress;
}

export interface IndexProgress {
  /** 0 when not counted. */
  readonly indexed: number;
  readonly articles: number;
  /** Every change up to this revision is searchable, and with `isFilled` everything that was there before. */
  readonly appliedRevision: number;
  readonly isFilled: boolean;
}

/** Revisions compared at once in a repair: some 20 ms. */
const repairStretch = 20_000;
/** Pages of an incremental merge: a few ms, which is what a new article may have to wait for. */
const mergePages = 32;
/** Pages given back at once; below so many empty ones, the next articles fill them sooner than it is worth. */
const vacuumPages = 256;
const worthGivingBack = 256;

export function createIndexWriter(index: SqliteClient, archive: ArchiveReader, now: () => Date): IndexWriter {
  const titles = createTitleWordCounter(index, now);
  const findDoc = index.prepare(`SELECT docid, revision FROM docs WHERE article_id = ?`);
  const deleteTerms = index.prepare(`DELETE FROM terms WHERE rowid = ?`);
  const deleteDoc = index.prepare(`DELETE FROM docs WHERE docid = ?`);
  const insertTerms = index.prepare(`INSERT INTO terms (rowid, list) VALUES (?, ?)`);
  const insertDoc = index.prepare(
    `INSERT INTO docs (docid, article_id, revision, order_at, newest_before, is_plain) VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const docRevisions = index
    .prepare(`SELECT revision, article_id FROM docs WHERE revision > ? AND revision <= ? ORDER BY revision`)
    .raw();
  const countDocs = index.prepare(`SELECT count(*) FROM docs`).pluck();
  const mergeSome = index.prepare(`INSERT INTO terms (terms, rank) VALUES ('merge', ?)`);
  const totalChanges = index.prepare(`SELECT total_changes()`).pluck();

  /** False when there was nothing to remove. */
  const remove = (articleId: number): boolean => {
    const known = findDoc.get(articleId) as { docid: number; revision: number } | undefined;
    if (!known) return false;
    deleteTerms.run(known.docid);
    deleteDoc.run(known.docid);
    return true;
  };
  const add = (state: IndexState, article: ArchivedArticle): IndexState => {
    const wasKnown = remove(article.id);
    if (!wasKnown) titles.count(article);
    const { terms, isPlain } = toIndexText(article);
    insertTerms.run(state.nextDocId, terms);
    insertDoc.run(state.nextDocId, article.id, article.revision, article.orderAt, state.newest, isPlain ? 1 : 0);
    return { ...state, nextDocId: state.nextDocId + 1, newest: Math.max(state.newest, article.orderAt) };
  };
  const isIndexed = ({ id, revision }: ArchivedArticle) =>
    (findDoc.get(id) as { revision: number } | undefined)?.revision === revision;

  /** A database that was put back to an earlier state has not come as far as the index knows. */
  const withoutFuture = (state: IndexState): IndexState => {
    const { revision } = archive.state();
    return { ...state, appliedRevision: Math.min(state.appliedRevision, revision) };
  };

  /** The next articles that changed, else those of the first filling, and the state behind them. Undefined: there are none. */
  const takeNext = (state: IndexState, limit: number) => {
    const changed = archive.changedSince(state.appliedRevision, limit);
    const newest = changed.at(-1);
    if (newest) return { articles: changed, next: { ...state, appliedRevision: newest.revision } };
    if (state.buildUntil === null) return undefined;
    const articles = archive.inOrder({ orderAt: state.buildOrderAt, id: state.buildId }, state.buildUntil, limit);
    const last = articles.at(-1);
    const next = last ? { ...state, buildOrderAt: last.orderAt, buildId: last.id } : { ...state, buildUntil: null };
    return { articles, next };
  };

  return {
    advance(limit) {
      // Immediate, and the state read inside: another process may have taken up the same articles meanwhile.
      return index
        .transaction(() => {
          const taken = takeNext(withoutFuture(readState(index)), limit);
          if (!taken) return false;
          let state: IndexState = taken.next;
          for (const article of taken.articles) if (!isIndexed(article)) state = add(state, article);
          writeState(index, state);
          return true;
        })
        .immediate();
    },
    repair(after) {
      return index
        .transaction(() => {
          let state = withoutFuture(readState(index));
          if (state.buildUntil !== null || after >= state.appliedRevision) return undefined;
          const kept = archive.revisions(after, state.appliedRevision, repairStretch);
          const upTo = kept.length < repairStretch ? state.appliedRevision : (kept.at(-1)?.[0] ?? 0);
          const wanted = new Map(kept);
          const stale: number[] = [];
          const docsUpTo = upTo === state.appliedRevision ? Number.MAX_SAFE_INTEGER : upTo;
          for (const [revision, articleId] of docRevisions.all(after, docsUpTo) as [number, number][]) {
            if (wanted.get(revision) === articleId) wanted.delete(revision);
            else stale.push(articleId);
          }
          const current = archive.byIds([...new Set([...stale, ...wanted.values()])]);
          const isThere = new Set(current.map(({ id }) => id));
          for (const articleId of stale) if (!isThere.has(articleId)) remove(articleId);
          for (const article of current) state = add(state, article);
          if (stale.length > 0 || wanted.size > 0) writeState(index, state);
          return upTo;
        })
        .immediate();
    },
    beginFullMerge() {
      // A negative number marks all segments for merging, whatever their sizes (https://sqlite.org/fts5.html#the_merge_command).
      mergeSome.run(-mergePages);
    },
    tidyUp() {
      const before = totalChanges.get() as number;
      mergeSome.run(mergePages);
      // A merge that had something to do changes at least two rows (https://sqlite.org/fts5.html#the_merge_command).
      if ((totalChanges.get() as number) - before >= 2) return true;
      if ((index.pragma('freelist_count', { simple: true }) as number) < worthGivingBack) return false;
      index.pragma(`incremental_vacuum(${vacuumPages})`);
      return true;
    },
    appliedRevision: () => withoutFuture(readState(index)).appliedRevision,
    isFilled: () => readState(index).buildUntil === null,
    isCurrentVersion: () => readState(index).analyzerVersion === analyzerVersion,
    progress(withCounts) {
      const { appliedRevision, buildUntil } = withoutFuture(readState(index));
      return {
        indexed: withCounts ? (countDocs.get() as number) : 0,
        articles: withCounts ? archive.countArticles() : 0,
        appliedRevision,
        isFilled: buildUntil === null,
      };
    },
  };
}
