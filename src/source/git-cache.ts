import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SourceFailure } from '../domain/source-failure.js';
import { type GitCall, GitFailure, type GitLimits, type GitRemote, remoteName, runGit } from './git-command.js';
import { maxPostBytes } from './read-post-file.js';

/** A file of a commit. */
export interface TreeFile {
  /** From the folder that was listed; bytes that are no UTF-8 written as `\xNN`. */
  readonly path: string;
  /** As in a tree: 100644, 120000 for a symbolic link, 160000 for a submodule. */
  readonly mode: string;
  /** Hash of its content. */
  readonly id: string;
}

export interface GitTip {
  readonly commit: string;
  /** Tree of the folder; undefined: the commit has no such folder. */
  readonly tree: string | undefined;
}

/**
 * A bare repository that holds one branch as it is now: its last commit, that commit's trees, and the contents that were
 * asked for. No history. It can be thrown away at any time: what was read before is not fetched again.
 */
export interface GitCache {
  /** The branch as the server has it now; fetched when it moved. Throws SourceFailure, or CacheFailure. */
  update(signal: AbortSignal): Promise<GitTip>;
  listFiles(tree: string, signal: AbortSignal): Promise<readonly TreeFile[]>;
  /** Content hash -> size in bytes, of what is here. */
  listSizes(signal: AbortSignal): Promise<ReadonlyMap<string, number>>;
  /** Fetches contents by hash, whatever their size. */
  fetchContents(ids: readonly string[], signal: AbortSignal): Promise<void>;
  /** Fetches all contents of a tree that are at most 2 MB. */
  fetchTree(tree: string, signal: AbortSignal): Promise<void>;
  /** Contents by hash; all of them must be here. */
  readContents(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Buffer>>;
  /** Throws it away; the next `update` makes it anew. */
  remove(): Promise<void>;
}

/** The cache is damaged, or looks it: made anew, it may work. */
export class CacheFailure extends Error {}

export interface GitCacheOptions {
  readonly remote: GitRemote;
  /** Undefined: the one that the server's HEAD names. */
  readonly branch: string | undefined;
  /** Inside the repository; empty: all of it. */
  readonly folder: string;
  /** Where the cache is, or is made. */
  readonly cacheFolder: string;
  readonly fetchLimits?: GitLimits | undefined;
  /** With more packs it is made anew. */
  readonly mostPacks?: number | undefined;
}

const minuteMs = 60_000;
const usualFetchLimits: GitLimits = { idleMs: 10 * minuteMs, totalMs: 60 * minuteMs };
const askLimits: GitLimits = { idleMs: minuteMs, totalMs: minuteMs };
const localLimits: GitLimits = { idleMs: 5 * minuteMs, totalMs: 5 * minuteMs };

const ref = 'refs/zhaibao/posts';
/**
 * Every fetch leaves a pack, and git's own gc never drops anything that a server gave it with a filter. With so many packs the
 * cache is made anew, without the contents that were read: about 25 bytes for each file of the branch.
 */
const usualMostPacks = 100;
/** From a server that knows no filters all contents come with it again. */
const mostPacksUnfiltered = 1_000;
const fetchOptions = ['--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--force', '--progress'];

export function createGitCache(options: GitCacheOptions): GitCache {
  const { remote, branch, folder } = options;
  const cacheFolder = path.resolve(options.cacheFolder);
  const { fetchLimits = usualFetchLimits, mostPacks = usualMostPacks } = options;
  const remoteRef = branch === undefined ? 'HEAD' : `refs/heads/${branch}`;
  /** The server gives a whole snapshot or nothing. */
  let isUnfiltered = false;

  const local = async (args: readonly string[], signal: AbortSignal, input?: string) => {
    const call = { remote, folder: cacheFolder, isOnline: false, limits: localLimits, signal, input };
    return (await explaining(runGit(args, call), 'cache')).stdout;
  };
  const fetch = (args: readonly string[], signal: AbortSignal, more: Pick<GitCall, 'config' | 'input'> = {}) => {
    const call = { ...more, remote, folder: cacheFolder, isOnline: true, limits: fetchLimits, signal };
    return explaining(runGit(['fetch', ...fetchOptions, ...args], call), 'server or cache');
  };
  const give = async (args: readonly string[], signal: AbortSignal, input?: string) => {
    // What is here already is no reason to leave something out.
    const config = { 'fetch.negotiationAlgorithm': 'noop' };
    try {
      await fetch(args, signal, { config, input });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      isUnfiltered = true;
      throw new CacheFailure('the server gives no single objects', { cause: error });
    }
  };

  /** The commit that the branch is at, by the server; undefined: there is no such branch. */
  const askForTip = async (signal: AbortSignal) => {
    const call = { remote, isOnline: true, limits: askLimits, signal };
    const { stdout } = await explaining(runGit(['ls-remote', remoteName, remoteRef], call), 'server');
    return stdout
      .toString('utf8')
      .split('\n')
      .map((line) => line.split('\t'))
      .find(([, name]) => name === remoteRef)?.[0];
  };
  const findLocalTip = async (signal: AbortSignal) => {
    if (!existsSync(cacheFolder)) return undefined;
    if (await isLeftOver(cacheFolder)) throw new CacheFailure('a fetch was cut short');
    // The name of its tree takes opening it: what is damaged is to show here, not in the midst of a fetch.
    const format = '--format=%(objectname) %(tree)';
    return (await local(['for-each-ref', format, ref], signal)).toString('utf8').split(' ')[0] || undefined;
  };
  const fetchTip = async (signal: AbortSignal) => {
    const packs = await countPacks(cacheFolder);
    if (packs > (isUnfiltered ? mostPacksUnfiltered : mostPacks)) await removeFolder(cacheFolder);
    if (!existsSync(cacheFolder)) await makeRepository(cacheFolder, (args) => local(args, signal));
    const filter = isUnfiltered ? [] : ['--filter=blob:none'];
    const { stderr } = await fetch(['--depth=1', ...filter, remoteName, `+${remoteRef}:${ref}`], signal);
    if (stderr.includes('filtering not recognized')) isUnfiltered = true;
  };
  const findTree = async (commit: string, signal: AbortSignal) => {
    if (folder === '')
      return (await local(['rev-parse', '--verify', '--end-of-options', `${commit}^{tree}`], signal)).toString().trim();
    const listed = parseTree(await local(['ls-tree', '-z', '--full-tree', commit, '--', folder], signal));
    return listed.find(({ path: found, mode }) => found === folder && mode === '040000')?.id;
  };

  return {
    async update(signal) {
      const tip = await askForTip(signal);
      if (tip === undefined)
        throw new SourceFailure(
          branch === undefined
            ? 'the repository has no branch yet'
            : `the repository has no branch ${branch}: check SOURCES`,
        );
      if ((await findLocalTip(signal)) !== tip) await fetchTip(signal);
      const commit = await findLocalTip(signal);
      if (commit === undefined) throw new CacheFailure('the branch was not fetched');
      return { commit, tree: await findTree(commit, signal) };
    },
    async listFiles(tree, signal) {
      return parseTree(await local(['ls-tree', '-r', '-z', '--full-tree', tree], signal));
    },
    async listSizes(signal) {
      const format = '--batch-check=%(objectname) %(objecttype) %(objectsize)';
      const lines = (await local(['cat-file', '--batch-all-objects', format], signal)).toString('utf8').split('\n');
      return new Map(
        lines.flatMap((line) => {
          const [id = '', type, size] = line.split(' ');
          return type === 'blob' ? [[id, Number(size)] as const] : [];
        }),
      );
    },
    fetchContents: (ids, signal) => give(['--filter=blob:none', '--stdin', remoteName], signal, `${ids.join('\n')}\n`),
    fetchTree(tree, signal) {
      // The limit is the size from which on a content is left out. Without a depth, git takes a tree that it has for complete.
      return give(['--depth=1', `--filter=blob:limit=${maxPostBytes + 1}`, remoteName, tree], signal);
    },
    async readContents(ids, signal) {
      return parseContents(await local(['cat-file', '--batch'], signal, `${ids.join('\n')}\n`));
    },
    remove: () => removeFolder(cacheFolder),
  };
}

/** What a failure that does not explain itself, or not enough, is put down to. */
type Blame = 'server' | 'server or cache' | 'cache';

/** Failures as the ingest wants them: SourceFailure, which is tried later, and CacheFailure, which is tried with a new cache. */
async function explaining<T>(running: Promise<T>, blame: Blame): Promise<T> {
  try {
    return await running;
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    const { kind, text } = error.explanation;
    if (kind === 'refused') throw error;
    const isCaches = blame === 'cache' ? kind !== 'machine' : blame === 'server or cache' && kind === 'unknown';
    if (isCaches) throw new CacheFailure(text, { cause: error });
    throw new SourceFailure(text, { cause: error });
  }
}

const isRefusal = (error: unknown) => error instanceof GitFailure && error.explanation.kind === 'refused';

async function makeRepository(
  cacheFolder: string,
  local: (args: readonly string[]) => Promise<unknown>,
): Promise<void> {
  await mkdir(cacheFolder, { recursive: true });
  // An empty template: no sample hooks, and none of the operator's.
  await local(['init', '--quiet', '--bare', '--template=']);
  await writeFile(path.join(cacheFolder, 'README'), 'Cache of a source of Zhaibao. It may be removed at any time.\n');
}

/** Aside first, in one step: a fetch that outlived its bot must not keep the folder from being made anew. */
async function removeFolder(cacheFolder: string): Promise<void> {
  if (!existsSync(cacheFolder)) return;
  const aside = `${cacheFolder}.old-${randomBytes(4).toString('hex')}`;
  await rename(cacheFolder, aside);
  await rm(aside, { recursive: true, force: true, maxRetries: 3 });
}

/** Lock files and half packs of a fetch that was killed: nobody else uses the cache. */
async function isLeftOver(cacheFolder: string): Promise<boolean> {
  const names = [...(await list(cacheFolder)), ...(await list(path.join(cacheFolder, 'objects', 'pack')))];
  return names.some((name) => name.endsWith('.lock') || name.startsWith('tmp_'));
}

async function countPacks(cacheFolder: string): Promise<number> {
  return (await list(path.join(cacheFolder, 'objects', 'pack'))).filter((name) => name.endsWith('.pack')).length;
}

async function list(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** `MODE TYPE HASH\tPATH\0`, as git-ls-tree's `-z`. */
function parseTree(listing: Buffer): TreeFile[] {
  const files: TreeFile[] = [];
  for (let at = 0; at < listing.length; ) {
    const end = listing.indexOf(0, at);
    const tab = listing.indexOf(9, at);
    if (end < 0 || tab < 0 || tab > end) throw new CacheFailure('a listing of git cannot be read');
    const [mode = '', , id = ''] = listing.toString('latin1', at, tab).split(' ');
    files.push({ path: toText(listing.subarray(tab + 1, end)), mode, id });
    at = end + 1;
  }
  return files;
}

function toText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (Buffer.from(text, 'utf8').equals(bytes)) return text;
  return bytes
    .toString('latin1')
    .replace(/[\x80-\xff]/gu, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** `HASH TYPE SIZE\nCONTENT\n`, as git-cat-file's `--batch`. Throws CacheFailure for one that is missing. */
function parseContents(output: Buffer): Map<string, Buffer> {
  const contents = new Map<string, Buffer>();
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(10, at);
    const [id = '', type, size] = output.toString('latin1', at, end < 0 ? undefined : end).split(' ');
    if (end < 0 || type !== 'blob') throw new CacheFailure(`a content is not in the cache: ${id}`);
    const from = end + 1;
    contents.set(id, output.subarray(from, from + Number(size)));
    at = from + Number(size) + 1;
  }
  return contents;
}
