import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { KnownPost, Log, PostSource, SourceEntry } from '../ports.js';
import type { FeedParser } from './feed-parser.js';
import { type FetchOptions, fetchFeed } from './fetch-feed.js';
import type { FeedPost } from './parse-feed.js';
import { maxPostBytes } from './read-post-file.js';
import { sourceKeyOf } from './source-address.js';

/** What all feeds of a process share. */
export interface FeedTools extends FetchOptions {
  readonly parse: FeedParser;
  readonly log: Log;
}

/** Posts handed on together. */
const postsPerBatch = 128;

/** Kept between rounds: the version of the last answer, and the hash of it for a server that knows no versions. */
const memorySchema = z.object({ etag: z.string().optional(), lastModified: z.string().optional(), hash: z.string() });
type Memory = z.infer<typeof memorySchema>;

/** A feed at an address, http(s), which may carry a name and password. An entry that leaves it is not missed. */
export function createFeedSource(address: string, tools: FeedTools): PostSource {
  const key = sourceKeyOf(address);
  let memory: string | undefined;
  let toldOf: string | undefined;
  return {
    key,
    isRemote: true,
    async *read(known, { now, memory: before, signal, onFound }) {
      memory = before;
      const last = readMemory(before);
      const version = last && { etag: last.etag, lastModified: last.lastModified };
      const answer = await fetchFeed(address, version, tools, signal, now);
      if (answer.kind === 'unchanged') return onFound(0, known.size);
      const { movedTo } = answer;
      if (movedTo && movedTo !== toldOf) {
        toldOf = movedTo;
        tools.log.warn({ sourceKey: key, movedTo }, 'feed has moved for good: change SOURCES');
      }
      const hash = createHash('sha256').update(answer.url).update(answer.bytes).digest('hex');
      const { etag, lastModified } = answer.version;
      const current: Memory = { ...(etag && { etag }), ...(lastModified && { lastModified }), hash };
      if (hash === last?.hash) onFound(0, known.size);
      else {
        const { posts } = await tools.parse(answer, signal);
        const entries = posts.map((post) => toEntry(key, post)).filter((entry) => isNew(entry, known));
        onFound(entries.length, posts.length);
        for (let at = 0; at < entries.length; at += postsPerBatch) yield entries.slice(at, at + postsPerBatch);
      }
      memory = JSON.stringify(current);
    },
    vanished: () => [],
    memory: () => memory,
  };
}

function readMemory(text: string | undefined): Memory | undefined {
  try {
    return text === undefined ? undefined : memorySchema.parse(JSON.parse(text));
  } catch {
    // Of another version, or of none: the feed is read anew.
    return undefined;
  }
}

function isNew({ path, fingerprint }: SourceEntry, known: ReadonlyMap<string, KnownPost>): boolean {
  const before = known.get(path);
  return before?.fingerprint !== fingerprint || before.state === 'waiting';
}

function toEntry(sourceKey: string, { id, fileName, content }: FeedPost): SourceEntry {
  const fingerprint = createHash('sha256').update(content).digest('base64url');
  const bytes = Buffer.byteLength(content);
  if (bytes > maxPostBytes) {
    const rejection = { reason: 'too-large', detail: `${bytes} bytes, at most ${maxPostBytes} are read` } as const;
    return { kind: 'rejected', path: id, fingerprint, rejection };
  }
  return { kind: 'post', path: id, fingerprint, post: { sourceKey, fileName, content } };
}
