import { existsSync } from 'node:fs';
import { withoutNul } from '../postgres/columns.js';
import { compareSchema } from '../sqlite/database.js';
import { Sqlite, type SqliteClient } from '../sqlite/driver.js';
import { describeFault } from '../sqlite/fault.js';
import { hashRow, md5, toRow, type Value } from './row-checksum.js';
import { type CopiedTable, copiedTables } from './tables.js';

/** What is compared, and written, at once; in characters as well. */
const mostRows = 2_000;
const mostCharacters = 1_000_000;
const busyTimeoutMs = 5_000;

export type Key = readonly Value[];

/** Rows of a table that follow each other, and between which keys they are all there is. */
export interface Slice {
  readonly rows: readonly Value[][];
  /** `hashRow` of each. */
  readonly hashes: readonly string[];
  /** The key of the row before; undefined: there is none. */
  readonly after: Key | undefined;
  /** The key of the last; undefined: the table ends here. */
  readonly upTo: Key | undefined;
}

export interface Counter {
  readonly name: string;
  readonly label: string;
  readonly count: number;
}

/** A SQLite database as it is at one moment, whatever is written into it meanwhile. */
export interface Source {
  /** Rows of each table, by its name. */
  readonly counts: ReadonlyMap<string, number>;
  slices(table: CopiedTable): Iterable<Slice>;
  /** The highest number that was ever given to a row of each table that never uses one twice. */
  readonly highest: ReadonlyMap<string, number>;
  readonly counters: readonly Counter[];
  readonly revision: number;
  /** Lets go of the moment. */
  release(): void;
  /** Whether others have written since the moment. After `release`. */
  hasChanged(): boolean;
  close(): void;
}

/**
 * Opens a database to be read as it is now. One read transaction, not a copy: that takes no room, and all that it costs is that
 * the write-ahead log grows by what the bot writes meanwhile, as SQLite cannot write it back over what is still being read.
 * So nothing slow is done before `release` but the copying itself. Throws a sentence for the operator.
 */
export function openSource(file: string, rowsOfSlice = mostRows): Source {
  if (!existsSync(file)) throw new Error(`no database at ${file}: set DATABASE_URL to what is to be copied`);
  let client: SqliteClient | undefined;
  try {
    client = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs });
    return readFrom(client, file, rowsOfSlice);
  } catch (error) {
    client?.close();
    throw describeError(file, error);
  }
}

function readFrom(client: SqliteClient, file: string, rowsOfSlice: number): Source {
  const { schema } = compareSchema(client);
  if (schema === 'older')
    throw new Error(
      `database ${file} is of an older version: start this version on it once (or run \`stats\`), and stop it`,
    );
  if (schema === 'newer')
    throw new Error(`database ${file} was written by a newer version of zhaibao: use that version`);
  // As PostgreSQL has the text.
  client.function('md5', { deterministic: true }, (text) => md5(withoutNul(String(text)).toWellFormed()));
  const number = (query: string) => client.prepare(query).pluck().get() as number;
  client.exec('BEGIN');
  const revision = number('SELECT revision FROM archive WHERE id = 1');
  const version = client.prepare('PRAGMA data_version').pluck();
  const seen = version.get();
  return {
    revision,
    counts: new Map(copiedTables.map(({ name }) => [name, number(`SELECT count(*) FROM ${name}`)])),
    highest: new Map(client.prepare('SELECT name, seq FROM sqlite_sequence').raw().all() as [string, number][]),
    counters: client.prepare('SELECT name, label, count FROM counters WHERE count <> 0').all() as Counter[],
    slices: (table) => readSlices(client, file, table, rowsOfSlice),
    release() {
      client.exec('COMMIT');
    },
    hasChanged: () => version.get() !== seen,
    close: () => void client.close(),
  };
}

/** In the order of the key, no more than one slice in memory at a time. */
function* readSlices(client: SqliteClient, file: string, table: CopiedTable, rowsOfSlice: number): Generator<Slice> {
  const { name, columns, key } = table;
  const read = [...columns.map(({ source }) => `"${name}"."${source}"`), ...key.map(({ source }) => source)];
  const order = key.map(({ source }) => source).join(', ');
  const rows = client.prepare(`SELECT ${read.join(', ')} FROM "${name}" ORDER BY ${order}`).raw();
  let slice: { rows: Value[][]; hashes: string[] } = { rows: [], hashes: [] };
  let characters = 0;
  let after: Key | undefined;
  let last: Key | undefined;
  try {
    for (const values of rows.iterate() as IterableIterator<unknown[]>) {
      if (slice.rows.length >= rowsOfSlice || characters >= mostCharacters) {
        yield { ...slice, after, upTo: last };
        slice = { rows: [], hashes: [] };
        characters = 0;
        after = last;
      }
      const row = toRow(table, values);
      slice.rows.push(row);
      slice.hashes.push(hashRow(row));
      for (const value of row) characters += typeof value === 'string' ? value.length : 0;
      last = values.slice(columns.length) as Key;
    }
  } catch (error) {
    throw describeError(file, error);
  }
  yield { ...slice, after, upTo: undefined };
}

function describeError(file: string, error: unknown): unknown {
  const fault = describeFault(error);
  return fault ? new Error(`database ${file} cannot be read: ${fault.text}`, { cause: error }) : error;
}
