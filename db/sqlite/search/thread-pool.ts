import { Worker } from 'node:worker_threads';
import type { AnswerMessage, AskMessage, Question, Questions, ThreadData } from './thread-messages.js';

/** Threads that answer questions to the index. */
export interface ThreadPool {
  /**
   * Rejects with NotInTime when the budget, which waiting for a thread is part of, is over; a thread that hangs is replaced. Rejects with
   * IndexUnusable when there is no index, or a broken one.
   * `cancelled` set to something else than 0 makes the thread give up.
   */
  ask<Q extends Question>(
    question: Q,
    args: Questions[Q]['arguments'],
    budgetMs: number,
    cancelled?: SharedArrayBuffer,
  ): Promise<Questions[Q]['answer']>;
  close(): Promise<void>;
}

/** One heavy question must not hold up a light one; more threads than cores only take time from the thread that answers readers. */
const threads = 2;
/** A single step of the database cannot be interrupted: a thread gets this much more than its budget. */
const graceMs = 600;
/** With less time left it is not worth beginning. */
const leastMs = 100;
const maxHeapMb = 512;

/** The question was not answered within its budget. */
export class NotInTime extends Error {
  override readonly name = 'NotInTime';
}

/** The index itself could not answer. */
export class IndexUnusable extends Error {
  override readonly name = 'IndexUnusable';

  constructor(
    message: string,
    readonly reason: 'missing' | 'damaged',
  ) {
    super(message);
  }
}

interface Waiting {
  readonly message: AskMessage;
  /** When the asker stops waiting, by `performance.now()`. */
  readonly deadline: number;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

export function createThreadPool(data: ThreadData): ThreadPool {
  const idle: Worker[] = [];
  const queue: Waiting[] = [];
  const all = new Set<Worker>();
  let lastId = 0;
  let isClosed = false;

  const open = (): Worker => {
    const worker = new Worker(new URL('./search-thread.js', import.meta.url), {
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    });
    // Waiting for questions is no reason for a command to live on; a pending answer holds the process by its timer.
    worker.unref();
    // Also while it has nothing to do: an error that nobody hears would end the process.
    worker.on('error', () => drop(worker));
    all.add(worker);
    return worker;
  };
  const drop = (worker: Worker) => {
    all.delete(worker);
    const at = idle.indexOf(worker);
    if (at >= 0) idle.splice(at, 1);
    void worker.terminate();
  };
  const run = (worker: Worker, { message, deadline, resolve, reject }: Waiting) => {
    const end = () => {
      clearTimeout(timer);
      worker.off('message', answered).off('error', failed).off('exit', exited);
    };
    const answered = (answer: AnswerMessage) => {
      if (answer.id !== message.id) return;
      end();
      idle.push(worker);
      if ('answer' in answer) resolve(answer.answer);
      else if (answer.cause === 'other') reject(new Error(`search index: ${answer.error}`));
      else reject(new IndexUnusable(`search index: ${answer.error}`, answer.cause));
      next();
    };
    const failed = (error: Error) => {
      end();
      drop(worker);
      reject(error);
      next();
    };
    const exited = () => failed(new Error('search index: its thread ended'));
    const leftMs = deadline - performance.now();
    const timer = setTimeout(() => failed(new NotInTime('search index: no answer in time')), leftMs + graceMs);
    worker.on('message', answered).on('error', failed).on('exit', exited);
    worker.postMessage({ ...message, budgetMs: leftMs });
  };
  const next = () => {
    if (isClosed) for (const waiting of queue.splice(0)) waiting.reject(new NotInTime('search index: closed'));
    while (queue.length > 0 && (queue[0]?.deadline ?? 0) - performance.now() < leastMs)
      queue.shift()?.reject(new NotInTime('search index: too many questions at once'));
    if (queue.length === 0) return;
    const worker = idle.pop() ?? (all.size < threads ? open() : undefined);
    const waiting = worker && queue.shift();
    if (waiting) run(worker, waiting);
    // Nobody may be free before the time of the first in the queue is over.
    else setTimeout(next, Math.max(0, (queue[0]?.deadline ?? 0) - performance.now() - leastMs) + 1).unref();
  };

  return {
    ask(question, args, budgetMs, cancelled = new SharedArrayBuffer(4)) {
      lastId += 1;
      const message = { id: lastId, question, arguments: args, budgetMs, cancelled };
      return new Promise((resolve, reject) => {
        const deadline = performance.now() + budgetMs;
        queue.push({
          message,
          deadline,
          resolve: (answer) => resolve(answer as Questions[typeof question]['answer']),
          reject,
        });
        next();
      });
    },
    async close() {
      isClosed = true;
      next();
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
}
