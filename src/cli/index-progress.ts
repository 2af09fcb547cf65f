import { SingleBar } from 'cli-progress';
import type { IndexProgress, SearchStore } from '../ports.js';

/** Waits until everything stored can be found, with a progress bar when that takes a while and a person looks on. */
export async function caughtUp(search: SearchStore): Promise<void> {
  await withProgress((onProgress) => search.caughtUp(onProgress));
}

/** Runs work on the index with a progress bar on a terminal. */
export async function withProgress(
  work: (onProgress: (progress: IndexProgress) => void) => Promise<void>,
): Promise<void> {
  const bar = process.stderr.isTTY ? new SingleBar({ stream: process.stderr, format }) : undefined;
  let isShown = false;
  try {
    await work(({ indexed, articles }) => {
      if (articles === 0) return;
      if (!isShown) bar?.start(articles, indexed);
      isShown = true;
      bar?.setTotal(articles);
      bar?.update(indexed);
    });
  } finally {
    if (isShown) bar?.stop();
  }
}

const format = '{bar} {value}/{total} articles indexed, {eta_formatted} left';
