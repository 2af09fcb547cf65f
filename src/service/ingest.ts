import { setTimeout as delay } from 'node:timers/promises';
import type { Post, Rejection } from '../domain/post.js';
import { isDue, nextTry, SourceFailure } from '../domain/source-failure.js';
import type { ParseResult } from '../extract/parse-post.js';
import type {
  IngestItem,
  IngestStore,
  KnownPost,
  Log,
  PostSource,
  SaveCounts,
  SourceEntry,
  SourceState,
} from '../ports.js';
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
  /** It is left alone until then. */
  readonly nextTryAt: Date | undefined;
}

/** A source that failed and is not due for its next try. */
export interface WaitingSource {
  readonly sourceKey: string;
  readonly nextTryAt: Date | undefined;
  readonly error: string | undefined;
}

export interface IngestReport {
  readonly sources: readonly SourceReport[];
  readonly waiting: readonly WaitingSource[];
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
  /** Articles are coming in: what they make due is to be sent together, when the function that it gives is called. */
  readonly hold?: (() => () => void) | undefined;
  readonly random?: (() => number) | undefined;
  /** Other processes read the same sources; undefined: this is the only one. */
  readonly turns?: SourceTurns | undefined;
}

/** One process at a time reads a source, and each time of the schedule is for one of them. */
export interface SourceTurns {
  /** Undefined: another process reads it, or has read it for this time. Else call what it gives when it is read. */
  take(sourceKey: string, slot: Date | undefined): Promise<(() => Promise<void>) | undefined>;
}

export interface RoundOptions {
  readonly progress?: IngestProgress | undefined;
  /**
   * Remote sources that take longer are not waited for: they go on, and their lines are missing in the report. The next
   * round leaves those alone that it finds at it. Undefined: all are waited for.
   */
  readonly patienceMs?: number | undefined;
  /** The time of the schedule that it is for; undefined: whatever others have read. */
  readonly slot?: Date | undefined;
}

export interface Ingest {
  /** Reads every source that is due once. One that fails is a line in the report, and the others go on. A call during a round joins it. */
  round(options?: RoundOptions): Promise<IngestReport>;
  /** Ends a round behind its current batch; a first read that is cut short starts again, still silent. */
  stop(): Promise<void>;
}

const silence: IngestProgress = { found() {}, done() {} };
/** Remote sources that a round reads at the same time. */
const mostAtOnce = 8;
/** What remote sources bring within this time of a round's start comes to readers together with what the folders bring. */
const togetherMs = 2_000;

export function createIngest(options: IngestOptions): Ingest {
  const { store, now } = options;
  const hold = options.hold ?? (() => () => {});
  /** What the store knows of each source's files, kept so that a round does not read it all back. */
  const known = new Map<string, Map<string, KnownPost>>();
  const stopping = new AbortController();

  /** When another process has read a source since, what is kept of its files is out of date. */
  const readAsOf = new Map<string, number | undefined>();

  const readIfDue = async (source: PostSource, progress: IngestProgress): Promise<SourceReport | WaitingSource> => {
    const { key } = source;
    const state = await store.findSource(key);
    const { nextTryAt, lastError } = state;
    if (!isDue(nextTryAt, now())) return { sourceKey: key, nextTryAt, error: lastError };
    if (options.turns && readAsOf.get(key) !== state.lastReadAt?.getTime()) known.delete(key);
    const files = known.get(key) ?? (await store.listKnownPosts(key));
    known.set(key, files);
    const report = await readSource(source, state, files, progress, { ...options, hold }, stopping.signal);
    if (options.turns) readAsOf.set(key, (await store.findSource(key)).lastReadAt?.getTime());
    return report;
  };
  const readInTurn = async (
    source: PostSource,
    progress: IngestProgress,
    slot: Date | undefined,
  ): Promise<SourceReport | WaitingSource | undefined> => {
    if (!options.turns) return readIfDue(source, progress);
    const done = await options.turns.take(source.key, slot);
    return done && readIfDue(source, progress).finally(done);
  };
  /** The sources that are being read, some of them since an earlier round. */
  const reading = new Map<string, ReturnType<typeof readInTurn>>();
  const readOrJoin = (source: PostSource, progress: IngestProgress, slot: Date | undefined) => {
    const begun = reading.get(source.key);
    if (begun) return begun;
    const read = readInTurn(source, progress, slot).finally(() => reading.delete(source.key));
    reading.set(source.key, read);
    return read;
  };
  let rounds = 0;
  const readAll = async (
    sources: readonly PostSource[],
    atOnce: number,
    { progress = silence, slot }: RoundOptions,
  ) => {
    const begunIn = rounds;
    const results: (SourceReport | WaitingSource)[] = [];
    const queue = sources.values();
    const readNext = async () => {
      for (const source of queue) {
        // What a round has not begun when the next one comes is left to that one.
        if (stopping.signal.aborted || begunIn !== rounds) break;
        const result = await readOrJoin(source, progress, slot);
        if (result) results.push(result);
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: atOnce }, readNext));
    // A store that fails ends the round, but not before the others are through.
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return results;
  };
  const local = options.sources.filter(({ isRemote }) => !isRemote);
  const remote = options.sources.filter(({ isRemote }) => isRemote);
  let running: Promise<IngestReport> | undefined;

  const round = async (roundOptions: RoundOptions): Promise<IngestReport> => {
    const { patienceMs } = roundOptions;
    rounds += 1;
    const release = hold();
    // What an earlier round has lost its patience with is not waited for again.
    const due = patienceMs === undefined ? remote : remote.filter(({ key }) => !reading.has(key));
    const far = readAll(due, mostAtOnce, roundOptions);
    // Whoever awaits it below hears of its failure; nobody may be left to when it comes late.
    far.catch(() => {});
    const near = await readAll(local, 1, roundOptions).finally(async () => {
      await within(far, Math.min(togetherMs, patienceMs ?? togetherMs)).catch(() => {});
      release();
    });
    const results = [...near, ...((await within(far, patienceMs)) ?? [])];
    return { sources: results.filter(wasRead), waiting: results.filter((result) => !wasRead(result)) };
  };
  return {
    round(roundOptions = {}) {
      running ??= round(roundOptions).finally(() => {
        running = undefined;
      });
      return running;
    },
    async stop() {
      stopping.abort();
      await Promise.allSettled([running, ...reading.values()]);
    },
  };
}

const wasRead = (result: SourceReport | WaitingSource): result is SourceReport => 'firstRead' in result;

/** What a promise resolves to, if it does within a time; undefined: it takes longer. Without a time it is waited for. */
async function within<T>(promise: Promise<T>, ms: number | undefined): Promise<T | undefined> {
  if (ms === undefined) return promise;
  const done = new AbortController();
  const late = delay(ms, undefined, { signal: done.signal }).catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    done.abort();
  }
}

async function readSource(
  source: PostSource,
  before: SourceState,
  known: Map<string, KnownPost>,
  progress: IngestProgress,
  options: IngestOptions & { readonly hold: () => () => void },
  stopped: AbortSignal,
): Promise<SourceReport> {
  const { store, log, now } = options;
  const started = performance.now();
  const counts = { read: 0, added: 0, updated: 0, unchanged: 0, rejected: 0, waiting: 0, queued: 0 };
  const firstRead = before.firstReadAt === undefined;
  let error: string | undefined;
  let nextTryAt: Date | undefined;
  let release: (() => void) | undefined;
  const turn = takingTurns();
  const onFound = (changed: number, all: number) => {
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
      for await (const batch of source.read(known, { now: now(), memory: before.memory, signal: stopped, onFound })) {
        release ??= options.hold();
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
    await store.markSourceRead(source.key, now(), source.memory?.());
  } catch (cause) {
    // The source is as good as it was: what was not stored is read again.
    if (cause instanceof StorageFault) throw cause;
    error = stopped.aborted ? 'stopped' : describeFailure(cause);
    if (cause instanceof SourceFailure && !stopped.aborted)
      nextTryAt = nextTry(before.failures + 1, now(), cause.notBefore, options.random ?? Math.random);
    if (!stopped.aborted) await store.markSourceFailed(source.key, now(), error, nextTryAt);
  } finally {
    release?.();
  }
  const report = {
    sourceKey: source.key,
    firstRead,
    ...counts,
    tookMs: Math.round(performance.now() - started),
    error,
    nextTryAt,
  };
  if (stopped.aborted) log.debug({ sourceKey: source.key }, 'source left for the next start');
  else if (error) log.error({ sourceKey: source.key, error, nextTryAt }, 'source cannot be read');
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
