import { rm } from 'node:fs/promises';
import { SingleBar } from 'cli-progress';
import { openStores } from '../../db/open-stores.js';
import { openIngest } from '../main.js';
import type { IngestProgress, SourceReport } from '../service/ingest.js';
import { passingGitCachesOf } from '../source/git-caches.js';
import { layOutSamples } from '../source/samples.js';
import { loadContext, samplesFolder } from './context.js';
import { caughtUp } from './index-progress.js';

/** Reads every source once into the database. False when a source could not be read. */
export async function importSources(): Promise<boolean> {
  const { config, log } = loadContext({ forPeople: true });
  if (config.usesSamples) {
    process.stderr.write('zhaibao: SOURCES is empty: reading the bundled samples\n');
    layOutSamples(samplesFolder, new Date());
  }
  if (config.sources.length === 0) throw new Error('SOURCES is empty: name a folder of posts');
  const stores = await openStores(config.databaseUrl, { log });
  const bar = process.stderr.isTTY ? startBar() : undefined;
  // A bot may be at work on the same sources.
  const gitCaches = passingGitCachesOf(config.databaseUrl, process.pid);
  const reader = openIngest({ config, stores, log, gitCaches });
  try {
    // The index is filled while posts are read; what it lacks at the end is waited for.
    const indexed = stores.search.caughtUp();
    indexed.catch(() => {});
    const { sources, waiting } = await reader.ingest.round({ progress: bar?.progress });
    bar?.stop();
    for (const { sourceKey, nextTryAt, error } of waiting) {
      const why = `${sourceKey} failed (${error}) and is not tried before ${nextTryAt?.toISOString()}`;
      process.stderr.write(`zhaibao: ${why}\n`);
    }
    const isIndexed = await indexed
      .then(() => caughtUp(stores.search))
      .then(
        () => true,
        (error: Error) => {
          process.stderr.write(`zhaibao: ${error.message}; the next start makes up for it\n`);
          return false;
        },
      );
    process.stdout.write(`${closingLine(sources)}\n`);
    return isIndexed && waiting.length === 0 && sources.every(({ error }) => !error);
  } finally {
    bar?.stop();
    await reader.close();
    await rm(gitCaches, { recursive: true, force: true });
    await stores.close();
  }
}

function startBar(): { progress: IngestProgress; stop(): void } {
  const bar = new SingleBar({ stream: process.stderr, format: '{bar} {value}/{total} posts, {eta_formatted} left' });
  let total = 0;
  let done = 0;
  return {
    progress: {
      found(_sourceKey, count) {
        total += count;
        if (done === 0) bar.start(total, 0);
        else bar.setTotal(total);
      },
      done(_sourceKey, count) {
        done += count;
        bar.update(done);
      },
    },
    stop: () => bar.stop(),
  };
}

function closingLine(sources: readonly SourceReport[]): string {
  const sum = (pick: (report: SourceReport) => number) => sources.reduce((total, report) => total + pick(report), 0);
  const seconds = (sum(({ tookMs }) => tookMs) / 1_000).toFixed(1);
  const counts = [
    `${sum(({ read }) => read)} posts read`,
    `${sum(({ added }) => added)} new`,
    `${sum(({ updated }) => updated)} updated`,
    `${sum(({ unchanged }) => unchanged)} unchanged`,
    `${sum(({ rejected }) => rejected)} rejected`,
    `${sum(({ waiting }) => waiting)} waiting`,
    `${sum(({ queued }) => queued)} deliveries queued`,
  ];
  return `${counts.join(', ')} in ${seconds} s`;
}
