import type { SearchPage, SearchStore } from '../../../src/ports.js';
import { createAskers } from '../../search/askers.js';
import { createBudget } from '../../search/budget.js';
import { emptyPage, nothingCounted } from '../../search/empty-answers.js';
import type { SqliteClient } from '../driver.js';
import { createAnswerer } from './answer.js';
import { createArchiveReader } from './archive-reader.js';
import { createIndexKeeper } from './index-keeper.js';
import type { IndexProgress } from './index-writer.js';
import { openIndex } from './open-index.js';
import type { Questions } from './thread-messages.js';
import { createThreadPool, IndexUnusable, NotInTime } from './thread-pool.js';

/** What the other stores tell the search index. */
export interface SearchIndex extends SearchStore {
  noteChange(change: 'stored' | 'removed'): void;
  close(): Promise<void>;
}

export interface SearchIndexOptions {
  readonly databaseFile: string;
  readonly client: SqliteClient;
  readonly onLog: (level: 'info' | 'warn' | 'error', fields: object, event: string) => void;
}

/** Questions that readers wait for and that a reader has one of at a time. */
type ReadersQuestion = 'search' | 'byDay';

/** A search gets an answer within 2 s (DESIGN.md, "Commands"): this, what it waits before, and what a thread takes to notice. */
const searchBudgetMs = 1_100;
/** How long a search waits for what was stored right before it. */
const catchUpMs = 300;
/** Articles that are indexed in about that time. */
const mostAwaited = 300;
/** Comparing a million articles takes a second or two. */
const checkBudgetMs = 60_000;

/**
 * The search index of a database file, on threads of its own: one keeps the index in step with the articles, some answer
 * questions. Readers' questions go: store -> queue -> thread -> page of hits.
 */
export function createSearchIndex({ databaseFile, client, onLog }: SearchIndexOptions): SearchIndex {
  const archive = createArchiveReader(client);
  const keeper = createIndexKeeper({ databaseFile, onLog });
  const pool = createThreadPool({ databaseFile });
  const askers = createAskers();

  /** What a reader has to be told: that the index is still being filled. A few articles that are on their way are not worth it. */
  const fillingOf = (progress: IndexProgress | undefined): SearchPage['filling'] => {
    if (progress && (progress.isFilled || !progress.articles) && !isFarBehind(progress)) return undefined;
    return progress?.articles ? progress : { indexed: 0, articles: archive.countArticles() };
  };
  const isFarBehind = ({ appliedRevision }: IndexProgress) => archive.hasMoreChanges(appliedRevision, mostAwaited);
  /** What is far behind does not catch up while a reader waits. */
  const isWorthWaiting = (progress: IndexProgress | undefined) =>
    !progress || (progress.isFilled && !isFarBehind(progress));

  /** `nothing`: the answer when there is none. */
  const ask = async <Q extends ReadersQuestion>(
    question: Q,
    args: Questions[Q]['arguments'],
    nothing: Questions[Q]['answer'],
    cancelled: SharedArrayBuffer,
  ): Promise<{ answer: Questions[Q]['answer']; filling?: SearchPage['filling'] }> => {
    try {
      return { answer: await pool.ask(question, args, searchBudgetMs, cancelled) };
    } catch (error) {
      if (error instanceof NotInTime) return { answer: { ...nothing, timedOut: true } };
      if (!(error instanceof IndexUnusable)) throw error;
      keeper.wake(error.reason === 'damaged' ? 'damaged' : 'stored');
      return { answer: nothing, filling: { indexed: 0, articles: archive.countArticles() } };
    }
  };
  /** The same for a reader: of what was stored right before, and until the reader asks for something else. */
  const askFor = async <Q extends ReadersQuestion>(
    asker: string | undefined,
    question: Q,
    args: Questions[Q]['arguments'],
    nothing: Questions[Q]['answer'],
  ) => {
    const asked = askers.begin(asker);
    try {
      if (isWorthWaiting(keeper.progress())) await keeper.waitFor(archive.state().revision, catchUpMs);
      if (asked.isGivenUp()) return undefined;
      const { answer, filling } = await ask(question, args, nothing, asked.flag.buffer);
      if (asked.isGivenUp()) return undefined;
      return { ...answer, filling: filling ?? fillingOf(keeper.progress()) };
    } finally {
      asked.end();
    }
  };

  return {
    search: (request, asker) => askFor(asker, 'search', [request], emptyPage),
    countByDay: (request, asker) => askFor(asker, 'byDay', [request], nothingCounted(request)),
    cancel: (asker) => askers.cancel(asker),
    async listRelated(articleId, limit) {
      await keeper.waitFor(0, catchUpMs);
      return pool.ask('related', [articleId, limit], searchBudgetMs);
    },
    async listRising(now, limit) {
      await keeper.waitFor(0, catchUpMs);
      return pool.ask('rising', [now, limit], searchBudgetMs);
    },
    async caughtUp(onProgress) {
      await keeper.waitFor(archive.state().revision, undefined, onProgress);
    },
    rebuild: (onProgress) => keeper.rebuild(onProgress),
    check: () => pool.ask('check', [], checkBudgetMs),
    noteChange: (change) => keeper.wake(change),
    stopFollowing: () => keeper.stop(),
    async close() {
      await Promise.all([keeper.close(), pool.close()]);
    },
  };
}

/** The same on the calling thread and in memory: for databases that live in memory, where there is nothing to share. */
export function createInMemorySearchIndex(client: SqliteClient, now: () => Date): SearchIndex {
  const archive = createArchiveReader(client);
  const index = openIndex(':memory:', 1, archive, now);
  const answerer = createAnswerer({ databaseFile: ':memory:', archiveClient: client, openIndex: () => index.client });
  const budget = () => createBudget(searchBudgetMs, () => false);
  let hasRemovals = false;
  const keepUp = () => {
    while (index.writer.advance(1_000));
    for (let from: number | undefined = hasRemovals ? 0 : undefined; from !== undefined; )
      from = index.writer.repair(from);
    hasRemovals = false;
  };
  return {
    async search(request) {
      keepUp();
      return { ...answerer.answer('search', [request], budget()), filling: undefined };
    },
    async countByDay(request) {
      keepUp();
      return { ...answerer.answer('byDay', [request], budget()), filling: undefined };
    },
    cancel() {},
    async listRelated(articleId, limit) {
      keepUp();
      return answerer.answer('related', [articleId, limit], budget());
    },
    async listRising(at, limit) {
      keepUp();
      return answerer.answer('rising', [at, limit], budget());
    },
    async caughtUp() {
      keepUp();
    },
    async rebuild() {
      keepUp();
    },
    async check() {
      return answerer.answer('check', [], budget());
    },
    noteChange(change) {
      if (change === 'removed') hasRemovals = true;
    },
    stopFollowing() {},
    async close() {
      index.client.close();
    },
  };
}
