import type { Post, Rejection } from '../domain/post.js';
import type { ParseResult } from '../extract/parse-post.js';
import type { IngestItem, IngestStore, KnownPost, Log, PostSource, SaveCounts, SourceEntry } from '../ports.js';

import { StorageFault } from '../storage-fault.js';
import { takingTurns } from '../turns.js';

export interface SourceReport extends Omit<SaveCounts, 'processed'> {
  readonly sourceKey: string;
  /** Files that were new or changed. */
  readonly read: number;
  /** True for the read that fills the archive and pushes nothing. */
  readonly firstRead: boolean;
  readonly tookMs: number;
  /** Why the source could not be read; what came before the failure is in the counts. */
  readonly error: string | undefined;
}

export interface IngestReport {
  readonly sources: readonly SourceReport[];
}

export interface IngestProgress {
  /** How many files a source has to read, told before the first. */
  found(sourceKey: string, count: number): void;
  done(sourceKey: string, count: number): void;
}

export interface IngestOptions {
  readonly sources: readonly PostSource[];
  readonly store: IngestStore;
  /** One result per post, in order. */
  readonly parse: (posts: readonly Post[]) => Promise<readonly ParseResult[]>;
  readonly log: Log;
  readonly now: () => Date;
  /** RETENTION_DAYS; undefined: everything is kept. */
  readonly retentionDays?: number | undefined;
}

export interface Ingest {
  /** Reads every source once. One that fails is a line in the report, and the others go on. A call during a round joins it. */
  round(progress?: IngestProgress): Promise<IngestReport>;
  /** Ends a round behind its current batch; a first read that is cut short starts again, still silent. */
  stop(): Promise<void>;
}

const silence: IngestProgress = { found() {}, done() {} };

export function createIngest(options: IngestOptions): Ingest {
  /** What the store knows of each source's files, kept so that a round does not read it all back. */
  const known = new Map<string, Map<string, KnownPost>>();
  let running: Promise<IngestReport> | undefined;
  const stopping = new AbortController();

  const round = async (progress: IngestProgress): Promise<IngestReport> => {
    const reports: SourceReport[] = [];
    for (const source of options.sources) {
      if (stopping.signal.aborted) break;
      const files = known.get(source.key) ?? (await options.store.listKnownPosts(source.key));
      known.set(source.key, files);
      reports.push(await readSource(source, files, progress, options, stopping.signal));
    }
    return { sources: reports };
  };
  return {
    round(progress = silence) {
      running ??= round(progress).finally(() => {
        running = undefined;
      });
      return running;
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function readSource(
  source: PostSource,
  known: Map<string, KnownPost>,
  progress: IngestProgress,
  options: IngestOptions,
  stopped: AbortSignal,
): Promise<SourceReport> {
  const { store, log, now } = options;
  const started = performance.now();
  const counts = { read: 0, added: 0, updated: 0, unchanged: 0, rejected: 0, waiting: 0, queued: 0 };
  const firstRead = (await store.findSource(source.key)).firstReadAt === undefined;
  let error: string | undefined;
  const turn = takingTurns();
  const found = (changed: number, all: number) => {
    counts.unchanged += all - changed;
    progress.found(source.key, changed);
  };
  try {
    // While one batch is stored, the next is read and parsed.
    let parsed: Promise<readonly IngestItem[]> | undefined;
    const saveParsed = async () => {
      const items = await parsed;
      parsed = undefined;
      if (!items) return;
      await saveAll(source.key, items, firstRead, known, counts, options);
      counts.read += items.length;
      progress.done(source.key, items.length);
    };
    try {
      for await (const batch of source.read(known, now(), found)) {
        const next = toItems(batch, known, options);
        // It is awaited below; until then its failure is not unhandled.
        next.catch(() => {});
        await saveParsed();
        parsed = next;
        await turn();
        if (stopped.aborted) break;
      }
    } finally {
      // What was read before a failure is kept all the same.
      await saveParsed();
    }
    stopped.throwIfAborted();
    await forgetVanished(source, known, store);
    await store.markSourceRead(source.key, now());
  } catch (cause) {
    // The source is as good as it was: what was not stored is read again.
    if (cause instanceof StorageFault) throw cause;
    error = stopped.aborted ? 'stopped' : describeFailure(cause);
    if (!stopped.aborted) await store.markSourceFailed(source.key, now(), error);
  }
  const report = {
    sourceKey: source.key,
    firstRead,
    ...counts,
    tookMs: Math.round(performance.now() - started),
    error,
  };
  if (error) log.error({ sourceKey: source.key, error }, 'source cannot be read');
  else log[report.read > 0 || firstRead ? 'info' : 'debug'](report, 'source read');
  return report;
}

/** What becomes of each entry of a batch. */
async function toItems(
  batch: readonly SourceEntry[],
  known: ReadonlyMap<string, KnownPost>,
  options: IngestOptions,
): Promise<readonly IngestItem[]> {
  const posts = batch.flatMap((entry) => (entry.kind === 'post' ? [entry.post] : []));
  const results = posts.length > 0 ? await options.parse(posts) : [];
  let next = 0;
  return batch.map((entry) => {
    if (entry.kind === 'rejected') return toRejected(entry, entry.rejection, options.log);
    const result = results[next];
    next += 1;
    if (!result) throw new Error(`no result for ${entry.path}`);
    return toItem(entry, result, known.get(entry.path), options.log);
  });
}

function toItem(entry: SourceEntry, result: ParseResult, before: KnownPost | undefined, log: Log): IngestItem {
  const { path, fingerprint } = entry;
  switch (result.kind) {
    case 'article':
      return { kind: 'article', path, fingerprint, article: result.article };
    case 'rejected':
      return toRejected(entry, result.rejection, log);
    case 'incomplete': {
      // It may still be being written: only the same file, half written twice, is bad.
      const stillTheSame = before?.state === 'waiting' && before.fingerprint === fingerprint;
      if (!stillTheSame) return { kind: 'waiting', path, fingerprint };
      return toRejected(entry, { reason: 'incomplete', detail: result.detail }, log);
    }
  }
}

function toRejected({ path, fingerprint }: SourceEntry, rejection: Rejection, log: Log): IngestItem {
  log.warn({ path, reason: rejection.reason }, 'post rejected');
  return { kind: 'rejected', path, fingerprint, rejection };
}

async function saveAll(
  sourceKey: string,
  items: readonly IngestItem[],
  silent: boolean,
  known: Map<string, KnownPost>,
  counts: Record<keyof Omit<SaveCounts, 'processed'>, number>,
  { store, now, retentionDays }: IngestOptions,
): Promise<void> {
  for (let left = items; left.length > 0; ) {
    const saved = await store.saveAndEnqueue(sourceKey, left, now(), silent, retentionDays);
    for (const item of left.slice(0, saved.processed)) {
      known.set(item.path, { fingerprint: item.fingerprint, state: item.kind === 'waiting' ? 'waiting' : 'done' });
    }
    counts.added += saved.added;
    counts.updated += saved.updated;
    counts.unchanged += saved.unchanged;
    counts.rejected += saved.rejected;
    counts.waiting += saved.waiting;
    counts.queued += saved.queued;
    left = left.slice(saved.processed);
  }
}

async function forgetVanished(source: PostSource, known: Map<string, KnownPost>, store: IngestStore): Promise<void> {
  const vanished = source.vanished(known);
  if (vanished.length === 0) return;
  await store.forgetPosts(source.key, vanished);
  for (const path of vanished) known.delete(path);
}

function describeFailure(cause: unknown): string {
  const { code, path, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'folder not found';
  if (code === 'EACCES') return `no permission to read ${path}`;
  if (code === 'ENOTDIR') return 'not a folder';
  return message ?? String(cause);
}
