import { parentPort, workerData } from 'node:worker_threads';
import type { FeedWorkerAnswer } from './feed-parser.js';
import type { FeedDocument } from './parse-feed.js';
import { parseFeed } from './parse-feed.js';

/** The thread that reads one feed, and then ends; see feed-parser.ts. */
parentPort?.postMessage(read(workerData as FeedDocument));

function read(document: FeedDocument): FeedWorkerAnswer {
  try {
    return { kind: 'feed', feed: parseFeed(document) };
  } catch (error) {
    return { kind: 'failed', message: (error as Error).message };
  }
}
