import { Worker } from 'node:worker_threads';
import type { Post } from './domain/post.js';
import type { ParseOptions, ParseResult } from './extract/parse-post.js';
import type { ParseRequest, ParseResponse } from './extract/parse-worker.js';

/** Parses posts on a thread of its own. */
export interface Parser {
  /** One result per post, in order. Never rejects: a post that the thread dies of, or is stuck on, is rejected itself. */
  parse(posts: readonly Post[]): Promise<readonly ParseResult[]>;
  close(): Promise<void>;
}

export interface WorkerParserOptions extends ParseOptions {
  /** The thread's module; for tests. */
  readonly workerUrl?: URL;
  readonly batchTimeoutMs?: number;
  readonly postTimeoutMs?: number;
}

/** A usual batch takes 30 ms, the slowest known post half a second. */
const defaultBatchTimeoutMs = 30_000;
const defaultPostTimeoutMs = 10_000;
/** More than any post of 2 MB was seen to need; beyond it the thread ends, and the bot does not. */
const maxHeapMb = 1_024;

/**
 * A parser behind a thread that starts with the first post: the bot answers while posts are read, whatever they contain.
 * When a batch fails as a whole, its posts are tried one by one, so that only the guilty one is rejected.
 */
export function createWorkerParser(options: WorkerParserOptions): Parser {
  const workerUrl = options.workerUrl ?? new URL('./extract/parse-worker.js', import.meta.url);
  let worker: Worker | undefined;
  let lastId = 0;

  const openWorker = (): Worker => {
    const opened = new Worker(workerUrl, {
      workerData: { timeZone: options.timeZone },
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    });
    // Waiting for posts is no reason for a command to live on; `ask` holds it while it waits for an answer.
    opened.unref();
    return opened;
  };
  const ask = (posts: readonly Post[], timeoutMs: number): Promise<readonly ParseResult[]> => {
    worker ??= openWorker();
    const asked = worker;
    lastId += 1;
    const id = lastId;
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        asked.off('message', answered).off('error', failed).off('exit', exited);
      };
      const answered = (response: ParseResponse) => {
        if (response.id !== id) return;
        end();
        resolve(response.results);
      };
      const failed = (error: Error) => {
        end();
        if (worker === asked) worker = undefined;
        void asked.terminate();
        reject(error);
      };
      const exited = () => failed(new Error('the parser ended'));
      const timer = setTimeout(() => failed(new Error(`not parsed within ${timeoutMs} ms`)), timeoutMs);
      asked.on('message', answered).on('error', failed).on('exit', exited);
      const request: ParseRequest = { id, posts };
      asked.postMessage(request);
    });
  };
  const parseOne = async (post: Post): Promise<ParseResult> => {
    try {
      const [result] = await ask([post], options.postTimeoutMs ?? defaultPostTimeoutMs);
      if (result) return result;
      throw new Error('the parser gave no answer');
    } catch (error) {
      return { kind: 'rejected', rejection: { reason: 'unparsable', detail: (error as Error).message } };
    }
  };

  return {
    async parse(posts) {
      try {
        return await ask(posts, options.batchTimeoutMs ?? defaultBatchTimeoutMs);
      } catch {
        // The reason comes again with the guilty post, and stands in its rejection.
        const results: ParseResult[] = [];
        for (const post of posts) results.push(await parseOne(post));
        return results;
      }
    },
    async close() {
      await worker?.terminate();
      worker = undefined;
    },
  };
}
