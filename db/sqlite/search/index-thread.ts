import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { Sqlite } from '../driver.js';
import { createArchiveReader } from './archive-reader.js';
import {
  isDamage,
  type OpenIndex,
  openIndex,
  removeIndex,
  removeOlderIndexes,
  switchGeneration,
} from './open-index.js';
import type { IndexCommand, IndexEvent, ThreadData } from './thread-messages.js';

/** Keeps the index of a database in step with its articles, on a thread of its own. See search-store.ts. */

/** Articles of one transaction: some 100 ms while news come in, larger segments while an archive is filled. */
const batchSize = 200;
const fillingBatchSize = 2_000;
/** Merging all segments into one rewrites the index: only when one article in so many came in at once. */
const worthMergingAll = 4;
/** Another process (`import`, `reindex`) can change the archive or the index without waking us. */
const pollMs = 1_000;
const progressEveryMs = 250;
const afterFailureMs = 5_000;

const { databaseFile } = workerData as ThreadData;
const archiveClient = new Sqlite(databaseFile, { fileMustExist: true, timeout: 15_000 });
const archive = createArchiveReader(archiveClient);
const tell = (event: IndexEvent) => parentPort?.postMessage(event);

let current: OpenIndex | undefined;
let stopped = false;
let wantsRebuild = false;
let wakeUp = () => {};
let toldAt = 0;
/** Where the comparison of index and archive goes on; undefined when it is through. */
let repairFrom: number | undefined = 0;
const now = () => new Date();

parentPort?.on('message', (command: IndexCommand) => {
  if (command.kind === 'stop') stopped = true;
  if (command.kind === 'rebuild') wantsRebuild = true;
  // Only a comparison finds what is not there any more.
  if (command.kind === 'removed') repairFrom = 0;
  wakeUp();
});

/** The generation that the database points to now. */
function openCurrent(): OpenIndex {
  const { generation } = archive.state();
  if (current?.generation === generation) return current;
  current?.client.close();
  current = openIndex(databaseFile, generation, archive, now);
  repairFrom = 0;
  removeOlderIndexes(databaseFile, generation);
  return current;
}

/** Takes up everything that is new, then compares and tidies up in small steps as long as nothing else comes. */
async function keepUp(): Promise<void> {
  const { writer } = openCurrent();
  let filled = 0;
  for (;;) {
    const isFilling = !writer.isFilled() || archive.hasMoreChanges(writer.appliedRevision(), fillingBatchSize);
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

/** Fills the next generation while the present one stays in use and up to date, then puts it in its place. */
async function rebuild(): Promise<void> {
  const from = openCurrent().generation;
  const next = openIndex(databaseFile, from + 1, archive, now);
  try {
    if (!next.writer.isCurrentVersion()) {
      next.client.close();
      removeIndex(databaseFile, from + 1);
      return;
    }
    while (!stopped && next.writer.advance(fillingBatchSize)) {
      tell({ kind: 'rebuilding', progress: next.writer.progress(true) });
      await setImmediate();
      // What is stored meanwhile can be found meanwhile.
      current?.writer.advance(batchSize);
    }
    next.writer.beginFullMerge();
    while (!stopped && next.writer.tidyUp()) {
      await setImmediate();
      current?.writer.advance(batchSize);
    }
    if (stopped) return;
    switchGeneration(archiveClient, from, next.generation);
  } finally {
    next.client.close();
  }
  openCurrent();
  wantsRebuild = false;
  tell({ kind: 'log', level: 'info', fields: { generation: next.generation }, event: 'search index rebuilt' });
  tell({ kind: 'rebuilt' });
}

/** A damaged index is left behind for an empty one, which fills itself. Another number, because searches may have the old file open. */
function startAnew(): void {
  const { generation } = archive.state();
  current?.client.close();
  current = undefined;
  removeIndex(databaseFile, generation + 1);
  switchGeneration(archiveClient, generation, generation + 1);
  removeIndex(databaseFile, generation);
}

async function run(): Promise<void> {
  while (!stopped) {
    try {
      await keepUp();
      if (wantsRebuild && !stopped) await rebuild();
      if (!stopped && !hasNews()) await waitForNews(pollMs);
    } catch (error) {
      const fields = { error: (error as Error).message };
      if (isDamage(error)) {
        tell({ kind: 'log', level: 'warn', fields, event: 'search index was damaged and is made anew' });
        startAnew();
      } else {
        tell({ kind: 'log', level: 'error', fields, event: 'search index could not be written' });
        await waitForNews(afterFailureMs);
      }
    }
  }
  current?.client.close();
  archiveClient.close();
  parentPort?.close();
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
