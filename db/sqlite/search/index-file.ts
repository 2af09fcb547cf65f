import { analyzerVersion } from '../../../src/search/analyzer.js';
import { Sqlite, type SqliteClient } from '../driver.js';

/**
 * The search index is a file of its own beside the database: it can always be made again from the articles, so that it is
 * written on its own thread, synchronised less strictly, and left out of backups.
 */
export function indexPath(databaseFile: string, generation: number): string {
  return databaseFile === ':memory:' ? ':memory:' : `${databaseFile}.search-${generation}`;
}

/** What an index knows of itself; written in the transaction that writes the terms. */
export interface IndexState {
  readonly analyzerVersion: number;
  /** Every change of the archive up to this revision is in the index, apart from what `buildUntil` still leaves out. */
  readonly appliedRevision: number;
  /** While the first filling goes on: articles up to this revision are read in their order, up to the two keys below so far. */
  readonly buildUntil: number | null;
  readonly buildOrderAt: number;
  readonly buildId: number;
  readonly nextDocId: number;
  /** The latest `order_at` of any document. */
  readonly newest: number;
}

const schema = `
  CREATE TABLE IF NOT EXISTS state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    analyzer_version INTEGER NOT NULL,
    applied_revision INTEGER NOT NULL,
    build_until INTEGER,
    build_order_at INTEGER NOT NULL,
    build_id INTEGER NOT NULL,
    next_docid INTEGER NOT NULL,
    newest INTEGER NOT NULL
  );
  -- A document is one article at one revision. Documents are numbered as they come in, which is nearly the order of
  -- order_at; newest_before is the latest order_at of all smaller numbers, so that a walk down knows when it has seen enough.
  -- is_plain: ideographs can be looked for in the article as it is stored (hasPlainIdeographs).
  CREATE TABLE IF NOT EXISTS docs (
    docid INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL UNIQUE,
    revision INTEGER NOT NULL,
    order_at INTEGER NOT NULL,
    newest_before INTEGER NOT NULL,
    is_plain INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS docs_revision ON docs (revision, article_id);
  -- Only which document has which term: no positions, no text. Hits of several terms are verified on the article.
  CREATE VIRTUAL TABLE IF NOT EXISTS terms USING fts5 (list, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');
  CREATE TABLE IF NOT EXISTS title_words (
    day INTEGER NOT NULL,
    word TEXT NOT NULL,
    articles INTEGER NOT NULL,
    PRIMARY KEY (day, word)
  ) WITHOUT ROWID;
`;

/**
 * Bytes of terms that a transaction collects before it writes them: fewer, larger segments while an archive is filled. A
 * BigInt, because plain numbers are bound as REAL, which this setting refuses.
 */
const hashBytes = 64n * 1024n * 1024n;
/** A thread that waits inside the database cannot be stopped: it waits a little, and tries again by itself. */
const busyTimeoutMs = 250;

/** Opens an index for writing and makes it when it is missing; `revision` is the archive's now. Throws when that is not possible. */
export function openIndexForWriting(file: string, revision: number): SqliteClient {
  const client = new Sqlite(file, { timeout: busyTimeoutMs });
  try {
    // Takes effect only in a file that is still empty: pages that merging leaves empty can be given back later.
    client.pragma('auto_vacuum = INCREMENTAL');
    client.pragma('journal_mode = WAL');
    // Lost commits are made again from the archive; a torn file is not possible in WAL mode either way.
    client.pragma('synchronous = NORMAL');
    client.pragma('journal_size_limit = 67108864');
    client
      .transaction(() => {
        client.exec(schema);
        const made = client
          .prepare(
            `INSERT OR IGNORE INTO state VALUES (1, @version, @revision, @revision, ${Number.MIN_SAFE_INTEGER}, 0, 1, ${Number.MIN_SAFE_INTEGER})`,
          )
          .run({ version: analyzerVersion, revision });
        if (made.changes === 0) return;
        const configure = client.prepare(`INSERT INTO terms (terms, rank) VALUES (?, ?)`);
        configure.run('hashsize', hashBytes);
        // Merging is done in idle moments, a little at a time, and not by the transaction that happens to be the fourth.
        configure.run('automerge', 0n);
      })
      .immediate();
  } catch (error) {
    client.close();
    throw error;
  }
  return client;
}

/** The schema under which an index that is read has the database beside it. */
export const archiveSchema = 'archive';

/** Opens an index that is there, for reading, with the database attached. Throws when there is none, or it is only just being made. */
export function openIndexForReading(file: string, databaseFile: string): SqliteClient {
  const client = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs });
  try {
    if (!client.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'terms'`).get())
      throw new Error('the search index is being made');
    client.prepare(`ATTACH ? AS ${archiveSchema}`).run(databaseFile);
    client.pragma('cache_size = -16384');
  } catch (error) {
    client.close();
    throw error;
  }
  return client;
}

export function readState(client: SqliteClient): IndexState {
  return client
    .prepare(
      `SELECT analyzer_version AS analyzerVersion, applied_revision AS appliedRevision, build_until AS buildUntil,
        build_order_at AS buildOrderAt, build_id AS buildId, next_docid AS nextDocId, newest FROM state`,
    )
    .get() as IndexState;
}

export function writeState(client: SqliteClient, state: IndexState): void {
  client
    .prepare(
      `UPDATE state SET analyzer_version = @analyzerVersion, applied_revision = @appliedRevision, build_until = @buildUntil,
        build_order_at = @buildOrderAt, build_id = @buildId, next_docid = @nextDocId, newest = @newest`,
    )
    .run(state);
}
