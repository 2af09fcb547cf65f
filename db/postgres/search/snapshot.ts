import { type SQL, sql } from 'drizzle-orm';
import { analyzerVersion } from '../../../src/search/analyzer.js';
import { Interrupted, type StrictBudget } from '../../search/budget.js';
import { all, codeOf, type Database } from '../database.js';

/** The archive as it is at one moment, for as long as one question takes. */
export interface Snapshot {
  /** Rows of a statement. Throws Interrupted when the time is up; then nothing more can be asked. */
  rows<T>(statement: SQL): Promise<T[]>;
  readonly budget: StrictBudget;
  /** Of what is in the index, 0 without anything. */
  readonly newestArticle: number;
  /** No document has terms of another version of the analyzer. */
  readonly isCurrent: boolean;
  /** Some text has too many terms for the index. */
  readonly hasUnwhole: boolean;
  /** The first and the last moment that a document has, UTC ms; undefined: there is none. */
  readonly span: { readonly oldest: number; readonly newest: number } | undefined;
}

/** A statement that takes longer is stopped by the server: with what was begun in time, a question ends within 2 s. */
const statementMs = 800;
/** https://www.postgresql.org/docs/current/errcodes-appendix.html: query_canceled. */
const cancelled = '57014';

/**
 * Settings for one transaction, so that it does not matter whose connection it is. Statements of ours are written for an index
 * each: what a planner believes of tables that have just grown, of terms that it knows nothing about or of texts that lie
 * elsewhere would only lead it to read everything. Compiling them takes longer than answering them.
 */
const settings: Readonly<Record<string, string>> = {
  statement_timeout: `${statementMs}ms`,
  enable_seqscan: 'off',
  jit: 'off',
  work_mem: '32MB',
};

interface State {
  readonly newest_article: number | null;
  readonly oldest: number | null;
  readonly newest: number | null;
  readonly is_current: boolean;
  readonly has_unwhole: boolean;
}

export async function inSnapshot<T>(
  db: Database,
  budget: StrictBudget,
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  return db.transaction(
    async (tx) => {
      const rows = async <R>(statement: SQL): Promise<R[]> => {
        budget.checkNow();
        try {
          return await all<R>(tx, statement);
        } catch (error) {
          if (codeOf(error) !== cancelled) throw error;
          throw new Interrupted('the server stopped a statement', { cause: error });
        }
      };
      const set = Object.entries(settings).map(([name, value]) => sql`set_config(${name}, ${value}, true)`);
      // Each by an index of its own: the primary key, `search_docs_order`, `search_docs_version`, `search_docs_not_whole`.
      const [state] = await rows<State>(
        sql`SELECT ${sql.join(set, sql`, `)}, (SELECT max(article_id) FROM search_docs) AS newest_article,
          (SELECT min(order_at) FROM search_docs) AS oldest, (SELECT max(order_at) FROM search_docs) AS newest,
          NOT EXISTS (SELECT 1 FROM search_docs WHERE version < ${analyzerVersion})
            AND NOT EXISTS (SELECT 1 FROM search_docs WHERE version > ${analyzerVersion}) AS is_current,
          EXISTS (SELECT 1 FROM search_docs WHERE NOT is_whole) AS has_unwhole`,
      );
      if (!state) throw new Error('the database does not answer');
      const { oldest, newest } = state;
      return work({
        rows,
        budget,
        newestArticle: state.newest_article ?? 0,
        isCurrent: state.is_current,
        hasUnwhole: state.has_unwhole,
        span: oldest === null || newest === null ? undefined : { oldest, newest },
      });
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  );
}
