import { Worker } from 'node:worker_threads';
import type { AnswerMessage, AskMessage, Question, Questions, ThreadData } from './thread-messages.js';

/** Threads that answer questions to the index. */
export interface ThreadPool {
  /**
   * Rejects when the question fails, or is not answered some time after its budget: then the thread that hangs is replaced.
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
const graceMs = 3_000;
/** A thread that opens its files takes longer the first time. */
const maxHeapMb = 512;

interface Waiting {
  readonly message: AskMessage;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

export function createThreadPool(data: ThreadData): ThreadPool {
  const idle: Worker[] = [];
  const queue: Waiting[] = [];
  const all = new Set<Worker>();
  let lastId = 0;

  const open = (): Worker => {
    const worker = new Worker(new URL('./search-thread.js', import.meta.url), {
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    });
    // Waiting for questions is no reason for a command to live on; a pending answer holds the process by its timer.
    worker.unref();
    all.add(worker);
    return worker;
  };
  const drop = (worker: Worker) => {
    all.delete(worker);
    void worker.terminate();
  };
  const run = (worker: Worker, { message, resolve, reject }: Waiting) => {
    const end = () => {
      clearTimeout(timer);
      worker.off('message', answered).off('error', failed).off('exit', exited);
    };
    const answered = (answer: AnswerMessage) => {
      if (answer.id !== message.id) return;
      end();
      idle.push(worker);
      if ('error' in answer) reject(new Error(`search index: ${answer.error}`));
      else resolve(answer.answer);
      next();
    };
    const failed = (error: Error) => {
      end();
      drop(worker);
      reject(error);
      next();
    };
    const exited = () => failed(new Error('search index: its thread ended'));
    const timer = setTimeout(() => failed(new Error('search index: no answer in time')), message.budgetMs + graceMs);
    worker.on('message', answered).on('error', failed).on('exit', exited);
    worker.postMessage(message);
  };
  const next = () => {
    const worker = idle.pop() ?? (queue.length > 0 && all.size < threads ? open() : undefined);
    if (!worker) return;
    const waiting = queue.shift();
    if (waiting) run(worker, waiting);
    else idle.push(worker);
  };

  return {
    ask(question, args, budgetMs, cancelled = new SharedArrayBuffer(4)) {
      lastId += 1;
      const message: AskMessage = { id: lastId, question, arguments: args, budgetMs, cancelled };
      return new Promise((resolve, reject) => {
        queue.push({ message, resolve: (answer) => resolve(answer as Questions[typeof question]['answer']), reject });
        next();
      });
    },
    async close() {
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
}
