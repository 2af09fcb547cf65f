import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { IndexProgress } from './index-writer.js';
import type { IndexCommand, IndexEvent, ThreadData } from './thread-messages.js';

/** The thread that keeps the index in step with the archive, seen from outside. It starts when it is needed first. */
export interface IndexKeeper {
  wake(reason: 'stored' | 'removed' | 'damaged'): void;
  /** The last that was heard. */
  progress(): IndexProgress | undefined;
  /**
   * Resolves when everything up to a revision can be found, or after `atMostMs` all the same. Without that limit it rejects
   * when the index cannot be written.
   */
  waitFor(revision: number, atMostMs?: number, onProgress?: (progress: IndexProgress) => void): Promise<void>;
  rebuild(onProgress?: (progress: IndexProgress) => void): Promise<void>;
  /** Takes up nothing more. */
  stop(): void;
  close(): Promise<void>;
}

export interface IndexKeeperOptions extends ThreadData {
  readonly onLog: (level: 'info' | 'warn' | 'error', fields: object, event: string) => void;
}

/** What the thread is in the middle of gets this long to end well; cut short, its transaction is rolled back, and made up for later. */
const stopGraceMs = 1_500;
/** A thread that died is started again after this long. */
const restartMs = 5_000;

type Listener = (event: IndexEvent | { readonly kind: 'died'; readonly error: Error }) => void;

export function createIndexKeeper({ databaseFile, onLog }: IndexKeeperOptions): IndexKeeper {
  const listeners = new Set<Listener>();
  let worker: Worker | undefined;
  let progress: IndexProgress | undefined;
  let isClosing = false;

  const emit: Listener = (event) => {
    for (const listener of [...listeners]) listener(event);
  };
  const open = (): Worker => {
    const data: ThreadData = { databaseFile };
    const opened = new Worker(new URL('./index-thread.js', import.meta.url), { workerData: data });
    // A command does not live on for it; `waitFor` and `rebuild` hold it while they wait.
    opened.unref();
    opened.on('message', (event: IndexEvent) => {
      if (event.kind === 'progress') progress = event.progress;
      if (event.kind === 'log') onLog(event.level, event.fields, event.event);
      emit(event);
    });
    const died = (error: Error) => {
      if (worker !== opened) return;
      worker = undefined;
      emit({ kind: 'died', error });
      if (isClosing) return;
      onLog('error', { error: error.message }, 'search index thread ended');
      setTimeout(() => {
        if (!isClosing) worker ??= open();
      }, restartMs).unref();
    };
    opened.on('error', died);
    opened.on('exit', () => died(new Error('the thread of the search index ended')));
    return opened;
  };
  const post = (command: IndexCommand) => {
    worker ??= open();
    worker.postMessage(command);
  };
  /** Listens until `isOver` says so, and keeps the process alive for it. */
  const listen = (isOver: (event: Parameters<Listener>[0]) => boolean, atMostMs?: number): Promise<void> => {
    worker?.ref();
    return new Promise((resolve, reject) => {
      const end = (error?: Error) => {
        listeners.delete(listener);
        clearTimeout(timer);
        if (listeners.size === 0) worker?.unref();
        if (error) reject(error);
        else resolve();
      };
      const listener: Listener = (event) => {
        if (event.kind === 'died') end(isClosing || atMostMs !== undefined ? undefined : event.error);
        else if (event.kind === 'failed' && atMostMs === undefined)
          end(new Error(`the search index could not be written: ${event.error}`));
        else if (isOver(event)) end();
      };
      const timer = atMostMs === undefined ? undefined : setTimeout(end, atMostMs);
      listeners.add(listener);
    });
  };

  return {
    wake(reason) {
      // Before anybody searches there is nothing to hurry for; the thread finds what is new when it starts.
      if (worker || reason === 'damaged') post({ kind: reason === 'stored' ? 'wake' : reason });
    },
    progress: () => progress,
    async waitFor(revision, atMostMs, onProgress) {
      const isThere = (known: IndexProgress | undefined) =>
        known?.isFilled === true && known.appliedRevision >= revision;
      if (isThere(progress)) return;
      post({ kind: 'wake' });
      await listen((event) => {
        if (event.kind !== 'progress') return false;
        onProgress?.(event.progress);
        return isThere(event.progress);
      }, atMostMs);
    },
    async rebuild(onProgress) {
      post({ kind: 'rebuild' });
      await listen((event) => {
        if (event.kind === 'rebuilding') onProgress?.(event.progress);
        return event.kind === 'rebuilt';
      });
    },
    stop() {
      isClosing = true;
      worker?.postMessage({ kind: 'stop' } satisfies IndexCommand);
    },
    async close() {
      isClosing = true;
      const closing = worker;
      if (!closing) return;
      const ended = once(closing, 'exit');
      closing.postMessage({ kind: 'stop' } satisfies IndexCommand);
      const timer = setTimeout(() => void closing.terminate(), stopGraceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}
