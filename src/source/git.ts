import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Rejection } from '../domain/post.js';
import { SourceFailure } from '../domain/source-failure.js';
import type { KnownPost, PostSource, SourceEntry, SourceRound } from '../ports.js';
import { CacheFailure, createGitCache, type GitCache, type TreeFile } from './git-cache.js';
import { type GitLimits, isTimeout } from './git-command.js';
import { compareNames, inBatches, isPostName } from './post-files.js';
import { maxPostBytes } from './read-post-file.js';
import { type GitAddress, gitRemoteOf } from './source-address.js';

export interface GitSourceOptions {
  readonly key: string;
  readonly address: GitAddress;
  /** Folder for the caches of all git sources. No other process may use it meanwhile. */
  readonly cachesFolder: string;
  readonly fetchLimits?: GitLimits | undefined;
  readonly mostPacks?: number | undefined;
}

interface Candidate {
  readonly path: string;
  /** Hash of the content. */
  readonly id: string;
  readonly fingerprint: string;
  readonly size: number;
  readonly refusal?: Rejection | undefined;
}

/**
 * A folder of posts on one branch of a git repository. A round over a branch that has not moved asks the server one question; one
 * that moved costs what changed, not the history and not the other files. The newest state counts: a branch may be
 * rewritten, and a file that is gone takes no article along.
 */
export function createGitSource({ key, address, cachesFolder, ...limits }: GitSourceOptions): PostSource {
  const cacheFolder = path.join(cachesFolder, cacheName(key));
  const cache = createGitCache({ ...address, remote: gitRemoteOf(address), cacheFolder, ...limits });
  let listed: { readonly tree: string; readonly files: readonly Candidate[] } | undefined;
  let lastSeen: ReadonlySet<string> | undefined;

  async function listPosts(signal: AbortSignal) {
    const { tree } = await cache.update(signal);
    // Plain, not a SourceFailure: the folder may have new posts in the next round. git keeps no folder without a file.
    if (tree === undefined) throw new Error(`the branch has no folder ${address.folder}, or it is empty`);
    if (listed?.tree !== tree) listed = { tree, files: (await cache.listFiles(tree, signal)).flatMap(toCandidate) };
    return { tree, files: listed.files };
  }

  async function* readOnce(known: ReadonlyMap<string, KnownPost>, done: Set<string>, round: SourceRound) {
    const { signal } = round;
    const { tree, files } = await listPosts(signal);
    const changed = files.filter((file) => !done.has(file.path) && isChanged(file, known.get(file.path)));
    const measured = await fetchMissing(cache, tree, files.length, changed, signal);
    measured.sort((a, b) => compareNames(a.path, b.path));
    round.onFound(changed.length, files.length);
    for (const batch of inBatches(measured)) {
      const entries = await readBatch(cache, key, batch, signal);
      for (const { path: file } of entries) done.add(file);
      yield entries;
    }
    lastSeen = new Set(files.map((file) => file.path));
  }

  return {
    key,
    isRemote: true,
    async *read(known, round) {
      lastSeen = undefined;
      let isFound = false;
      const once: SourceRound = {
        ...round,
        onFound(changed, all) {
          if (!isFound) round.onFound(changed, all);
          isFound = true;
        },
      };
      const done = new Set<string>();
      try {
        yield* readOnce(known, done, once);
      } catch (error) {
        if (!(error instanceof CacheFailure)) throw error;
        await cache.remove();
        listed = undefined;
        yield* explainSecond(readOnce(known, done, once));
      }
    },
    vanished(known) {
      const seen = lastSeen;
      return seen ? [...known.keys()].filter((file) => !seen.has(file)) : [];
    },
  };
}

/** The name of a source's cache. */
export function cacheName(sourceKey: string): string {
  return `${createHash('sha256').update(sourceKey).digest('hex').slice(0, 16)}.git`;
}

/** What fails with a cache that was just made is not the cache's. */
async function* explainSecond<T>(reading: AsyncIterable<T>): AsyncIterable<T> {
  try {
    yield* reading;
  } catch (error) {
    if (!(error instanceof CacheFailure)) throw error;
    throw new SourceFailure(error.message, { cause: error });
  }
}

const symbolicLink = '120000';
const submodule = '160000';

/** Hidden files and folders are left alone, as in a folder; what is named like a post and is none is refused. */
function toCandidate({ path: file, mode, id }: TreeFile): readonly Candidate[] {
  if (!isPostName(file) || mode === submodule || file.split('/').some((name) => name.startsWith('.'))) return [];
  if (mode !== symbolicLink) return [{ path: file, id, fingerprint: id, size: 0 }];
  const refusal = { reason: 'not-a-file', detail: 'a symbolic link' } as const;
  return [{ path: file, id, fingerprint: `link ${id}`, size: 0, refusal }];
}

function isChanged(file: Candidate, known: KnownPost | undefined): boolean {
  return known?.fingerprint !== file.fingerprint || known.state === 'waiting';
}

/** Fetches what is not in the cache, in one go, and tells the sizes. What is too large is refused, if possible unfetched. */
async function fetchMissing(
  cache: GitCache,
  tree: string,
  all: number,
  changed: readonly Candidate[],
  signal: AbortSignal,
): Promise<Candidate[]> {
  const wanted = new Set(changed.filter(({ refusal }) => !refusal).map(({ id }) => id));
  if (wanted.size === 0) return [...changed];
  let sizes = await cache.listSizes(signal);
  const missing = [...wanted].filter((id) => !sizes.has(id));
  if (missing.length > 0) {
    // Only of a whole tree can the server be asked to leave large contents out.
    let isWhole = missing.length * 2 > all;
    if (!isWhole)
      await cache.fetchContents(missing, signal).catch((error) => {
        // One of them may be huge, and would be so in every round.
        if (!isTimeout(error)) throw error;
        isWhole = true;
      });
    if (isWhole) await cache.fetchTree(tree, signal);
    sizes = await cache.listSizes(signal);
    if (!isWhole && missing.some((id) => !sizes.has(id)))
      throw new CacheFailure('the server did not give all contents');
  }
  return changed.map((file) => (file.refusal ? file : withSize(file, sizes.get(file.id))));
}

/** `size` undefined: the server left it out. */
function withSize(file: Candidate, size: number | undefined): Candidate {
  if (size !== undefined && size <= maxPostBytes) return { ...file, size };
  const detail = `${size ?? 'too many'} bytes, at most ${maxPostBytes} are read`;
  return { ...file, refusal: { reason: 'too-large', detail } };
}

async function readBatch(
  cache: GitCache,
  sourceKey: string,
  batch: readonly Candidate[],
  signal: AbortSignal,
): Promise<SourceEntry[]> {
  const ids = batch.filter(({ refusal }) => !refusal).map(({ id }) => id);
  const contents = ids.length > 0 ? await cache.readContents(ids, signal) : new Map<string, Buffer>();
  return batch.map((file): SourceEntry => {
    const { path: relative, fingerprint, refusal } = file;
    if (refusal) return { kind: 'rejected', path: relative, fingerprint, rejection: refusal };
    const bytes = contents.get(file.id);
    if (!bytes) throw new CacheFailure(`a content is not in the cache: ${file.id}`);
    if (!isUtf8(bytes))
      return {
        kind: 'rejected',
        path: relative,
        fingerprint,
        rejection: { reason: 'not-utf8', detail: 'not UTF-8 text' },
      };
    const post = { sourceKey, fileName: path.posix.basename(relative), content: bytes.toString('utf8') };
    return { kind: 'post', path: relative, fingerprint, post };
  });
}
