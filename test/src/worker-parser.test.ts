import { afterEach, describe, expect, it } from 'vitest';
import { createWorkerParser, type Parser } from '../../src/worker-parser.js';

let parser: Parser;
afterEach(() => parser.close());

const open = (timeouts = {}) =>
  createWorkerParser({
    timeZone: 'Asia/Shanghai',
    workerUrl: new URL('../fixtures/bad-parser.mjs', import.meta.url),
    ...timeouts,
  });
const post = (content: string) => ({ sourceKey: 's', fileName: 'x.md', content });
const outcomes = async (...contents: string[]) =>
  (await parser.parse(contents.map(post))).map((result) => {
    if (result.kind === 'rejected') return result.rejection;
    return result.kind === 'incomplete' ? result.detail : result.kind;
  });

describe('a parser on its own thread', () => {
  it('answers batch after batch, in order', async () => {
    parser = open();
    expect(await outcomes('a', 'b')).toEqual(['a', 'b']);
    expect(await Promise.all([outcomes('c'), outcomes('d', 'e')])).toEqual([['c'], ['d', 'e']]);
  });

  it.each([
    ['ends', 'die', 'the parser ended'],
    ['breaks', 'throw', 'out of something'],
  ])('rejects only the post at which the thread %s', async (_what, content, detail) => {
    parser = open();
    expect(await outcomes('a', content, 'b')).toEqual(['a', { reason: 'unparsable', detail }, 'b']);
    expect(await outcomes('c')).toEqual(['c']);
  });

  it('gives up a post that takes for ever', async () => {
    parser = open({ batchTimeoutMs: 300, postTimeoutMs: 300 });
    expect(await outcomes('a', 'hang', 'b')).toEqual([
      'a',
      { reason: 'unparsable', detail: 'not parsed within 300 ms' },
      'b',
    ]);
  });
});
