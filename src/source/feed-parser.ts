import { Worker } from 'node:worker_threads';
import { SourceFailure } from '../domain/source-failure.js';
import type { Feed, FeedDocument } from './parse-feed.js';

/** Reads feeds: rejects with SourceFailure for whatever a server can have answered, and when the signal is aborted. */
export type FeedParser = (document: FeedDocument, signal: AbortSignal) => Promise<Feed>;

export type FeedWorkerAnswer =
  | { readonly kind: 'feed'; readonly feed: Feed }
  | { readonly kind: 'failed'; readonly message: string };

export interface FeedParserOptions {
  /** The thread's module; for tests. */
  readonly workerUrl?: URL;
  readonly timeoutMs?: number;
}

/** A feed of 10 MB takes some 2 s. */
const usualTimeoutMs = 30_000;
const maxHeapMb = 512;

/**
 * Each feed on a thread of its own, one after the other: a large one takes seconds, and readers are answered meanwhile. What
 * makes the thread hang or run out of memory costs that feed alone.
 */
export function createFeedParser(options: FeedParserOptions = {}): FeedParser {
  let last: Promise<unknown> = Promise.resolve();
  return (document, signal) => {
    const parsed = last.then(() => parseOnThread(document, signal, options));
    last = parsed.catch(() => {});
    return parsed;
  };
}

function parseOnThread(
  document: FeedDocument,
  signal: AbortSignal,
  { workerUrl, timeoutMs = usualTimeoutMs }: FeedParserOptions,
) {
  return new Promise<Feed>((resolve, reject) => {
    if (signal.aborted) return reject(new SourceFailure('stopped'));
    const worker = new Worker(workerUrl ?? new URL('./feed-worker.js', import.meta.url), {
      workerData: document,
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    });
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    };
    const fail = (message: string) => {
      end();
      reject(new SourceFailure(message));
      void worker.terminate();
    };
    const stop = () => fail('stopped');
    signal.addEventListener('abort', stop);
    const timer = setTimeout(() => fail(`cannot be understood within ${timeoutMs / 1_000} s`), timeoutMs);
    worker
      .on('message', (answer: FeedWorkerAnswer) => {
        if (answer.kind === 'failed') return fail(answer.message);
        end();
        resolve(answer.feed);
      })
      .on('error', (error) => fail(`cannot be understood: ${error.message}`))
      .on('exit', () => fail('cannot be understood: its reader ended'));
  });
}
