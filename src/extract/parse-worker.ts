import { parentPort, workerData } from 'node:worker_threads';
import type { Post } from '../domain/post.js';
import { type ParseOptions, type ParseResult, parsePost } from './parse-post.js';

/** What the parser's thread is asked and answers; see src/worker-parser.ts. */
export interface ParseRequest {
  readonly id: number;
  readonly posts: readonly Post[];
}

export interface ParseResponse {
  readonly id: number;
  readonly results: readonly ParseResult[];
}

const options = workerData as ParseOptions;

parentPort?.on('message', ({ id, posts }: ParseRequest) => {
  const response: ParseResponse = { id, results: posts.map(parseSafely) };
  parentPort?.postMessage(response);
});

/** A defect of ours costs one post, not its batch. */
function parseSafely(post: Post): ParseResult {
  try {
    return parsePost(post, options);
  } catch (error) {
    return { kind: 'rejected', rejection: { reason: 'unparsable', detail: (error as Error).message } };
  }
}
