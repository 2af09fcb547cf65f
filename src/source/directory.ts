import { type Dirent, lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Rejection } from '../domain/post.js';
import type { KnownPost, PostSource, SourceEntry } from '../ports.js';
import { takingTurns } from '../turns.js';
import { compareNames, inBatches, isPostName } from './post-files.js';
import { readPostFile } from './read-post-file.js';

/** Every file is looked at again after this long; with rounds up to ten minutes apart, a changed one is seen within the hour. */
const fullCheckEveryMs = 50 * 60_000;
/** A file that changed this recently is looked at in every round: new posts are the ones that get corrected. */
const youngForMs = 2 * 3_600_000;
/** A folder's listing is trusted only when the folder had been still this long: time stamps can be as coarse as 2 s (FAT). */
const listingSettledMs = 3_000;

interface Listing {
  readonly mtimeMs: number;
  /** False: files may have come after we looked without moving the folder's time stamp. */
  readonly settled: boolean;
  readonly files: readonly string[];
  readonly folders: readonly string[];
  readonly links: readonly string[];
}

interface Candidate {
  readonly path: string;
  readonly fingerprint: string;
  readonly size: number;
  readonly refusal?: Rejection | undefined;
}

/**
 * A folder of posts, read recursively. A round over an unchanged folder opens no file: it compares each folder's time
 * stamp, and the size and time stamps of the files that are due for a look.
 */
export function createDirectorySource(folder: string): PostSource {
  const listings = new Map<string, Listing>();
  let young = new Set<string>();
  let checkedAllAt = Number.NEGATIVE_INFINITY;
  let lastSeen: ReadonlySet<string> | undefined;

  return {
    key: folder,
    isRemote: false,
    async *read(known, { now, onFound }) {
      lastSeen = undefined;
      const root = await realpath(folder);
      const found = await listFiles(root, now, listings);
      const full = now.getTime() - checkedAllAt >= fullCheckEveryMs;
      const due = full ? found.files : found.files.filter((file) => isDue(file, known, young));
      const looked = await lookAt(root, due);
      const changed = [...looked, ...(await lookAtLinks(root, found.links))]
        .filter((file) => isChanged(file, known.get(file.path)))
        .sort((a, b) => compareNames(a.path, b.path));
      onFound(changed.length, found.files.length + found.links.length);
      for (const batch of inBatches(changed)) yield await readBatch(root, folder, batch);

      // After the rest was read: but this was no look at everything, so it neither ends a first read nor forgets a file.
      if (found.unreadable.length > 0) throw new Error(`folders cannot be read: ${found.unreadable.join(', ')}`);
      const youngSince = now.getTime() - youngForMs;
      const stillYoung = looked.filter((file) => modifiedMs(file.fingerprint) > youngSince).map((file) => file.path);
      young = new Set(stillYoung);
      if (full) {
        checkedAllAt = now.getTime();
        lastSeen = new Set([...found.files, ...found.links]);
      }
    },
    vanished(known) {
      const seen = lastSeen;
      return seen ? [...known.keys()].filter((file) => !seen.has(file)) : [];
    },
  };
}

function isDue(file: string, known: ReadonlyMap<string, KnownPost>, young: ReadonlySet<string>): boolean {
  return young.has(file) || known.get(file)?.state !== 'done';
}

function isChanged(file: Candidate, known: KnownPost | undefined): boolean {
  return known?.fingerprint !== file.fingerprint || known.state === 'waiting';
}

/** Walks the folders; those that cannot be listed are named in `unreadable`. A folder whose time stamp has not moved since a settled look is not listed again. Paths are relative. */
async function listFiles(root: string, now: Date, listings: Map<string, Listing>) {
  const files: string[] = [];
  const links: string[] = [];
  const unreadable: string[] = [];
  const pending = [''];
  const visited = new Set<string>();
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    visited.add(folder);
    let listing: Listing | undefined;
    try {
      listing = await listFolder(root, folder, now, listings.get(folder));
    } catch (error) {
      if (folder === '') throw error;
      unreadable.push(`${folder} (${(error as NodeJS.ErrnoException).code})`);
    }
    if (!listing) continue;
    listings.set(folder, listing);
    for (const name of listing.files) files.push(path.join(folder, name));
    for (const name of listing.links) links.push(path.join(folder, name));
    for (const name of listing.folders) pending.push(path.join(folder, name));
  }
  for (const folder of listings.keys()) if (!visited.has(folder)) listings.delete(folder);
  return { files, links, unreadable };
}

/** Undefined: a sub-folder that went away between two looks. Throws for the root, and `UnreadableFolder` for one below. */
async function listFolder(root: string, folder: string, now: Date, before: Listing | undefined) {
  const full = path.join(root, folder);
  try {
    const { mtimeMs } = await stat(full);
    if (before?.settled && before.mtimeMs === mtimeMs) return before;
    const entries = (await readdir(full, { withFileTypes: true })).filter((entry) => !entry.name.startsWith('.'));
    const names = (wanted: (entry: Dirent) => boolean) => entries.filter(wanted).map((entry) => entry.name);
    return {
      mtimeMs,
      settled: now.getTime() - mtimeMs > listingSettledMs,
      // Special files are kept in this list: lookAt refuses them by name, so that the operator hears of them.
      files: names((entry) => isPostName(entry.name) && !entry.isDirectory() && !entry.isSymbolicLink()),
      folders: names((entry) => entry.isDirectory()),
      links: names((entry) => entry.isSymbolicLink()),
    };
  } catch (error) {
    if (folder !== '' && isGone(error)) return undefined;
    throw error;
  }
}

async function lookAt(root: string, files: readonly string[]): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  const turn = takingTurns();
  for (const file of files) {
    const candidate = lookOnce(file, () => {
      const stats = lstatSync(path.join(root, file), { throwIfNoEntry: false });
      return stats && toCandidate(file, stats);
    });
    if (candidate) candidates.push(candidate);
    await turn();
  }
  return candidates;
}

/** A link to a post inside the folder is read; one that leaves it is refused; one to a folder inside is that folder. */
async function lookAtLinks(root: string, links: readonly string[]): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  const turn = takingTurns();
  for (const link of links) {
    const candidate = lookOnce(link, () => {
      const target = realpathSync(path.join(root, link));
      const stats = statSync(target);
      if (isInside(root, target))
        return isPostName(link) && !stats.isDirectory() ? toCandidate(link, stats) : undefined;
      if (!isPostName(link) && !stats.isDirectory()) return undefined;
      const refusal = { reason: 'outside-folder', detail: 'a symbolic link that leaves the folder' } as const;
      return { ...toCandidate(link, stats), refusal };
    });
    if (candidate) candidates.push(candidate);
    await turn();
  }
  return candidates;
}

/** What went away since the listing is no news: its article stays. What cannot be looked at is refused, and the others go on. */
function lookOnce(file: string, look: () => Candidate | undefined): Candidate | undefined {
  try {
    return look();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    if (isGone(error) || code === 'ELOOP' || !isPostName(file)) return undefined;
    return { path: file, fingerprint: code, size: 0, refusal: { reason: 'unreadable', detail: code } };
  }
}

function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function isInside(root: string, target: string): boolean {
  return target === root || target.startsWith(root.endsWith(path.sep) ? root : root + path.sep);
}

function toCandidate(file: string, stats: Stats): Candidate {
  // ctime as well: it moves when the content is replaced by something of equal size and time stamp.
  const fingerprint = `${stats.size}:${stats.mtimeMs}:${stats.ctimeMs}`;
  if (stats.isFile()) return { path: file, fingerprint, size: stats.size };
  return { path: file, fingerprint, size: 0, refusal: { reason: 'not-a-file', detail: 'not a regular file' } };
}

function modifiedMs(fingerprint: string): number {
  return Number(fingerprint.split(':')[1]);
}

async function readBatch(root: string, sourceKey: string, batch: readonly Candidate[]): Promise<SourceEntry[]> {
  const entries: SourceEntry[] = [];
  const turn = takingTurns();
  for (const file of batch) {
    const entry = readEntry(root, sourceKey, file);
    if (entry) entries.push(entry);
    await turn();
  }
  return entries;
}

/** Undefined: the file changed while it was read, or went away; the next round sees to it. */
function readEntry(root: string, sourceKey: string, file: Candidate): SourceEntry | undefined {
  const { path: relative, fingerprint } = file;
  if (file.refusal) return { kind: 'rejected', path: relative, fingerprint, rejection: file.refusal };
  const result = readPostFile(path.join(root, relative));
  switch (result.kind) {
    case 'read': {
      const post = { sourceKey, fileName: path.basename(relative), content: result.content };
      return { kind: 'post', path: relative, fingerprint, post };
    }
    case 'rejected': {
      const { reason, detail } = result;
      return { kind: 'rejected', path: relative, fingerprint, rejection: { reason, detail } };
    }
    case 'changed':
    case 'missing':
      return undefined;
  }
}
