import { realpathSync } from 'node:fs';
import { type Connection, toSentence } from '../postgres/database.js';
import { describePostgresFault } from '../postgres/fault.js';
import { isBotRunning } from '../sqlite/lock.js';
import { inFlight } from './in-flight.js';
import { hashRows, md5 } from './row-checksum.js';
import { openSource, type Slice, type Source } from './source.js';
import { type CopiedTable, copiedTables } from './tables.js';
import { type Checksum, mostInFlight, openTarget, type Target } from './target.js';

export interface TableResult {
  readonly name: string;
  /** Rows that had to be written. */
  readonly written: number;
  readonly source: Checksum;
  readonly target: Checksum;
}

export interface Migration {
  readonly tables: readonly TableResult[];
  /** Articles that were made findable. */
  readonly indexed: number;
  /** What is not the same on both sides; empty: everything is. */
  readonly differences: readonly string[];
  /** Something was written into the source since it was read, or will be: a bot runs on it. */
  readonly lags: 'bot-runs' | 'was-written' | undefined;
  readonly tookMs: number;
}

export interface MigrationProgress {
  readonly step: 'rows copied' | 'articles indexed' | 'rows compared';
  readonly done: number;
  readonly total: number;
}

/** Told now and then. */
export type MigrationListener = (progress: MigrationProgress) => void;

export interface MigrationOptions {
  readonly onProgress?: MigrationListener | undefined;
  /** What is compared, and written, at once; 2,000 unless told otherwise. */
  readonly rowsOfSlice?: number | undefined;
}

/**
 * Copies a SQLite database, as it is when this begins, into another engine's: what is not there yet, or not so, by slices, each in
 * a transaction of its own. So it can be ended and called again at any time. Compares everything at the end. Throws, with a
 * sentence for the operator, when it cannot go on.
 */
export async function migrateDatabase(
  file: string,
  connection: Connection,
  { onProgress = () => {}, rowsOfSlice }: MigrationOptions = {},
): Promise<Migration> {
  const started = performance.now();
  const source = openSource(file, rowsOfSlice);
  try {
    const target = await openTarget(connection, realpathSync(file));
    const copies = await copyTables(source, target, onProgress);
    source.release();
    await target.finish(source);
    const indexed = await target.index((done, total) => onProgress({ step: 'articles indexed', done, total }));
    const tables = await compareTables(copies, target, onProgress);
    const differences = [
      ...tables.filter(({ source, target }) => source.checksum !== target.checksum).map(({ name }) => name),
      ...(await target.findWrongCounters(source)).map((name) => `the sum of ${name}`),
    ];
    const wasWritten = source.hasChanged() ? 'was-written' : undefined;
    const lags = isBotRunning(file) ? 'bot-runs' : wasWritten;
    if (differences.length === 0) await target.markComplete(lags !== undefined);
    return { tables, indexed, differences, lags, tookMs: performance.now() - started };
  } catch (error) {
    const told = toSentence(error, connection.name);
    if (describePostgresFault(error)?.kind !== 'unreachable' || !(told instanceof Error)) throw told;
    throw new Error(`${told.message}; run the same command again, which goes on where this one was`, { cause: error });
  } finally {
    source.close();
  }
}

/** What was copied of a table, as the source had it. */
interface TableCopy {
  readonly table: CopiedTable;
  readonly written: number;
  readonly slices: readonly (Pick<Slice, 'after' | 'upTo'> & Checksum)[];
}

async function copyTables(
  source: Source,
  target: Target,
  onProgress: MigrationListener,
): Promise<readonly TableCopy[]> {
  const total = [...source.counts.values()].reduce((sum, count) => sum + count, 0);
  let done = 0;
  const copies: TableCopy[] = [];
  for (const table of copiedTables) {
    const slices: TableCopy['slices'][number][] = [];
    let written = 0;
    await inFlight(source.slices(table), mostInFlight, async (slice) => {
      const { after, upTo, rows, hashes } = slice;
      const sums = { after, upTo, rows: rows.length, checksum: hashRows(hashes) };
      slices.push(sums);
      if (!(await isThere(target, table, sums))) {
        const rowsWritten = await target.write(table, slice);
        written += rowsWritten;
      }
      done += rows.length;
      onProgress({ step: 'rows copied', done, total });
    });
    copies.push({ table, written, slices });
  }
  return copies;
}

async function isThere(target: Target, table: CopiedTable, slice: TableCopy['slices'][number]): Promise<boolean> {
  if (target.empty.has(table.name)) return slice.rows === 0;
  const { rows, checksum } = await target.sum(table, slice);
  return rows === slice.rows && checksum === slice.checksum;
}

async function compareTables(
  copies: readonly TableCopy[],
  target: Target,
  onProgress: MigrationListener,
): Promise<readonly TableResult[]> {
  const total = copies.flatMap(({ slices }) => slices).reduce((sum, { rows }) => sum + rows, 0);
  let done = 0;
  const results: TableResult[] = [];
  for (const { table, written, slices } of copies) {
    const there: Checksum[] = Array.from({ length: slices.length });
    await inFlight(slices.entries(), mostInFlight, async ([at, slice]) => {
      there[at] = await target.sum(table, slice);
      done += slice.rows;
      onProgress({ step: 'rows compared', done, total });
    });
    results.push({ name: table.name, written, source: sumUp(slices), target: sumUp(there) });
  }
  return results;
}

function sumUp(slices: readonly Checksum[]): Checksum {
  const rows = slices.reduce((sum, slice) => sum + slice.rows, 0);
  return { rows, checksum: rows === 0 ? '' : md5(slices.map(({ checksum }) => checksum).join('')) };
}
