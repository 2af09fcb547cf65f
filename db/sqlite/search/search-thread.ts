import { existsSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { createBudget } from '../../search/budget.js';
import { Sqlite } from '../driver.js';
import { createAnswerer, NoIndex } from './answer.js';
import { indexPath, openIndexForReading } from './index-file.js';
import { isDamage } from './open-index.js';
import type { AnswerMessage, AskMessage, Questions, ThreadData } from './thread-messages.js';

/** Answers questions to the index on a thread of its own, one after the other. See search-store.ts. */

const { databaseFile } = workerData as ThreadData;
const archiveClient = new Sqlite(databaseFile, { readonly: true, fileMustExist: true, timeout: 1_000 });
archiveClient.pragma('cache_size = -8192');
const answerer = createAnswerer({
  databaseFile,
  archiveClient,
  openIndex(generation) {
    const file = indexPath(databaseFile, generation);
    return existsSync(file) ? openIndexForReading(file, databaseFile) : undefined;
  },
});

parentPort?.on('message', ({ id, question, arguments: args, budgetMs, cancelled }: AskMessage) => {
  const flag = new Int32Array(cancelled);
  const budget = createBudget(budgetMs, () => Atomics.load(flag, 0) !== 0);
  let message: AnswerMessage;
  try {
    const answer = answerer.answer(question, args as Questions[typeof question]['arguments'], budget);
    message = { id, answer };
  } catch (error) {
    const cause = error instanceof NoIndex ? 'missing' : isDamage(error) ? 'damaged' : 'other';
    message = { id, error: (error as Error).message, cause };
  }
  parentPort?.postMessage(message);
});
