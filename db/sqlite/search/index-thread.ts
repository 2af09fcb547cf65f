import { existsSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { Sqlite } from '../driver.js';
import { createArchiveReader } from './archive-reader.js';
import { indexPath } from './index-file.js';
import {
  isBusy,
  isDamage,
  type OpenIndex,
  openIndex,
  removeIndex,
  removeOlderIndexes,
  switchGeneration,
  unusedGeneration,
} from './open-index.js';
import type { IndexCommand, IndexEvent, ThreadData } from './thread-messages.js';

/** Keeps the index of a database in step with its articles, on a thread of its own. See search-store.ts. */

/** Articles of one transaction: some 100 ms while news come in, larger segments while an archive is filled. */
const batchSize = 200;
const fillingBatchSize = 1_000;
/** Merging all segments into one rewrites the index: only when one article in so many came in at once. */
const worthMergingAll = 4;
/** Another process (`import`, `reindex`) can change the archive or the index without waking us. */
const pollMs = 1_000;
const progressEveryMs = 250;
const afterFailureMs = 5_000;
const afterDamageMs = 1_000;
const afterBusyMs = 100;
/** So long a look through is believed. */
const soundForMs = 600_000;

const { databaseFile } = workerData as ThreadData;
const archiveClient = new Sqlite(databaseFile, { fileMustExist: true, timeout: 250 });
const archive = createArchiveReader(archiveClient);
const tell = (event: IndexEvent) => parentPort?.postMessage(event);

let current: OpenIndex | undefined;
let stopped = false;
let wantsRebuild = false;
let isDamaged = false;
/** A search stumbled over a broken page, of the index or of the database beside it. */
let isSuspect = false;
let foundSoundAt = Number.NEGATIVE_INFINITY;
let wakeUp = () => {};
let toldAt = 0;
let lastError: string | undefined;
/** Where the comparison of index and archive goes on; undefined when it is through. */
let repairFrom: number | undefined = 0;
const now = () => new Date();

parentPort?.on('message', (command: IndexCommand) => {
  if (command.kind === 'stop') stopped = true;
  if (command.kind === 'rebuild') wantsRebuild = true;
  if (command.kind === 'damaged') isSuspect = true;
  // Only a comparison finds what is not there any more.
  if (command.kind === 'removed') repairFrom = 0;
  wakeUp();
});

/** The generation that the database points to now. */
function openCurrent(): OpenIndex {
  if (isDamaged || (current && !existsSync(indexPath(databaseFile, current.generation)))) startAnew();
  const { generation } = archive.state();
  if (current?.generation === generation) return current;
  current?.client.close();
  current = undefined;
  current = openIndex(databaseFile, generation, archive, now);
  repairFrom = 0;
  removeOlderIndexes(databaseFile, generation);
  return current;
}

/** Looks through the index itself before it is thrown away: the broken page may have been one of the database. */
function lookThrough({ client }: OpenIndex): void {
  isSuspect = false;
  if (performance.now() - foundSoundAt < soundForMs) return;
  isDamaged = client.pragma('quick_check(1)', { simple: true }) !== 'ok';
  if (isDamaged) {
    tell({ kind: 'log', level: 'warn', fields: {}, event: 'search index is damaged and made anew' });
    return;
  }
  foundSoundAt = performance.now();
  tell({
    kind: 'log',
    level: 'error',
    fields: {},
    event: 'a search met a damaged page, and not in its index: the database needs a check',
  });
}

/** Takes up everything that is new, then compares and tidies up in small steps as long as nothing else comes. */
async function keepUp(): Promise<void> {
  if (isSuspect) lookThrough(openCurrent());
  const { writer } = openCurrent();
  let filled = 0;
  for (;;) {
    const isFilling = !writer.isFilled() || archive.hasMoreChanges(writer.appliedRevision(), fillingBatchSize);
    // Said before the first batch: whoever searches now should know.
    if (isFilling && filled === 0) tellProgress(true);
    if (stopped || !writer.advance(isFilling ? fillingBatchSize : batchSize)) break;
    if (isFilling) filled += fillingBatchSize;
    if (performance.now() - toldAt > progressEveryMs) tellProgress(isFilling);
    await setImmediate();
  }
  if (stopped) return;
  tellProgress(false);
  if (filled > 0 && filled * worthMergingAll > archive.countArticles()) writer.beginFullMerge();
  if (!writer.isCurrentVersion()) wantsRebuild = true;
  while (!stopped && repairFrom !== undefined && !hasNews()) {
    repairFrom = writer.repair(repairFrom);
    await setImmediate();
  }
  while (!stopped && !hasNews() && writer.tidyUp()) await setImmediate();
}

function tellProgress(withCounts: boolean): void {
  toldAt = performance.now();
  if (current) tell({ kind: 'progress', progress: current.writer.progress(withCounts) });
}

function hasNews(): boolean {
  const { revision, generation } = archive.state();
  return !current || generation !== current.generation || revision > current.writer.appliedRevision();
}

/** Fills another generation while the present one stays in use and up to date, then puts it in its place. */
async function rebuild(): Promise<void> {
  const from = openCurrent().generation;
  const next = openIndex(databaseFile, unusedGeneration(databaseFile, from), archive, now);
  let isInPlace = false;
  try {
    const repeat = async (step: () => boolean) => {
      while (!stopped && patiently(step)) {
        if (performance.now() - toldAt > progressEveryMs) {
          toldAt = performance.now();
          tell({ kind: 'rebuilding', progress: next.writer.progress(true) });
        }
        await setImmediate();
        // What is stored meanwhile can be found meanwhile.
        if (current?.generation === from) patiently(() => current?.writer.advance(batchSize) ?? false);
      }
    };
    await repeat(() => next.writer.advance(fillingBatchSize));
    next.writer.beginFullMerge();
    await repeat(() => next.writer.tidyUp());
    await repeat(() => {
      isInPlace = switchGeneration(archiveClient, from, next.generation);
      return false;
    });
    if (stopped) return;
  } finally {
    next.client.close();
    // Stopped, or another process was first.
    if (!isInPlace) removeIndex(databaseFile, next.generation);
  }
  openCurrent();
  wantsRebuild = false;
  tell({ kind: 'log', level: 'info', fields: { generation: next.generation }, event: 'search index rebuilt' });
  tell({ kind: 'rebuilt' });
}

/** A step of writing; true, too, when another process was writing and it has to be tried again. */
function patiently(step: () => boolean): boolean {
  try {
    return step();
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  }
}

/** A damaged index is left behind for an empty one, which fills itself. Another number, because searches may have the old file open. */
function startAnew(): void {
  const { generation } = archive.state();
  current?.client.close();
  current = undefined;
  switchGeneration(archiveClient, generation, unusedGeneration(databaseFile, generation));
  removeIndex(databaseFile, generation);
  isDamaged = false;
}

async function run(): Promise<void> {
  while (!stopped) {
    try {
      await keepUp();
      lastError = undefined;
      if (wantsRebuild && !stopped) await rebuild();
      if (!stopped && !hasNews()) await waitForNews(pollMs);
    } catch (error) {
      await waitForNews(afterError(error));
    }
  }
  current?.client.close();
  archiveClient.close();
  parentPort?.close();
}

/** Tells of an error what is worth telling; how long to wait before the next try, in ms. */
function afterError(error: unknown): number {
  if (isBusy(error)) return afterBusyMs;
  const fields = { error: (error as Error).message };
  if (isDamage(error)) {
    isDamaged = true;
    tell({ kind: 'log', level: 'warn', fields, event: 'search index is damaged and made anew' });
    return afterDamageMs;
  }
  // What goes on failing in the same way is said once.
  if (fields.error !== lastError)
    tell({ kind: 'log', level: 'error', fields, event: 'search index could not be written' });
  lastError = fields.error;
  tell({ kind: 'failed', error: fields.error });
  return afterFailureMs;
}

function waitForNews(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    wakeUp = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

await run();
