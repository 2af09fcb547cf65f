import { SingleBar } from 'cli-progress';
import { type Migration, type MigrationListener, migrateTo } from '../../db/open-stores.js';
import { loadContext } from './context.js';

/** Copies the SQLite database to a server, and prints what is there, table by table. Throws when it is not the same. */
export async function migrate(to: string): Promise<void> {
  const { config } = loadContext({ forPeople: true });
  const migration = await withBars((onProgress) => migrateTo(config.databaseUrl, to, onProgress));
  for (const line of describeTables(migration)) process.stdout.write(`${line}\n`);
  const { differences, lags } = migration;
  if (differences.length > 0)
    throw new Error(`not the same on both sides: ${differences.join(', ')}; run the same command once more`);
  process.stdout.write(`${describeNext(config.databaseUrl.slice('file:'.length), lags)}\n`);
}

/** Rows, how many of them were written, and the beginning of the checksum that both sides have. */
function describeTables({ tables, indexed, differences, tookMs }: Migration): readonly string[] {
  const rows = tables.reduce((sum, { source }) => sum + source.rows, 0);
  const toLine = (name: string, count: unknown, written: unknown, checksum: string) =>
    `${name.padEnd(20)} ${String(count).padStart(10)} ${String(written).padStart(10)}  ${checksum}`;
  const tableLines = tables.map(({ name, source, written, target }) => {
    const isSame = source.checksum === target.checksum;
    return toLine(name, source.rows, written, isSame ? source.checksum.slice(0, 12) : `differs (${target.rows} there)`);
  });
  const verdict = differences.length === 0 ? 'the same on both sides' : 'copied';
  return [
    toLine('table', 'rows', 'written', 'checksum'),
    ...tableLines,
    toLine('search index', '', indexed, ''),
    `${tables.length} tables, ${rows} rows ${verdict}, in ${(tookMs / 1_000).toFixed(1)} s`,
  ];
}

function describeNext(file: string, lags: Migration['lags']): string {
  const once =
    'run the same command once more, which takes over only what has changed, and then set DATABASE_URL to the new database and start';
  switch (lags) {
    case 'bot-runs':
      return `a bot is running on ${file}: stop it, ${once}`;
    case 'was-written':
      return `${file} was written meanwhile: ${once}`;
    case undefined:
      return `now set DATABASE_URL to the new database and start; ${file} is as it was`;
  }
}

/** Runs the work with a progress bar for each of its steps, on a terminal. */
async function withBars<T>(work: (onProgress: MigrationListener) => Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return work(() => {});
  let bar: SingleBar | undefined;
  let shown: string | undefined;
  try {
    return await work(({ step, done, total }) => {
      if (step !== shown) {
        bar?.stop();
        bar = new SingleBar({ stream: process.stderr, format: `{bar} {value}/{total} ${step}, {eta_formatted} left` });
        bar.start(total, done);
        shown = step;
      }
      bar?.update(done);
    });
  } finally {
    bar?.stop();
  }
}
