import { randomUUID } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';
import {
  all,
  bringUpToDate,
  type Connection,
  clockMs,
  get,
  inTransaction,
  type Queries,
  run,
  type Transaction,
  textArrayOf,
} from '../postgres/database.js';
import { type InRun, indexMissing } from './index-missing.js';
import { findMark, type Mark, markKey, saveMark } from './mark.js';
import { hashOfHashes, rowHashOf } from './row-checksum.js';
import type { Key, Slice, Source } from './source.js';
import { type CopiedTable, copiedTables } from './tables.js';

export interface Checksum {
  readonly rows: number;
  readonly checksum: string;
}

/** Transactions that are under way at a time, each on a connection of its own: so the server works while more is read. */
export const mostInFlight = 4;

/** The database that is copied into. */
export interface Target {
  /** Tables that had no row when the run began. */
  readonly empty: ReadonlySet<string>;
  /** What is there between the keys of a slice. */
  sum(table: CopiedTable, slice: Pick<Slice, 'after' | 'upTo'>): Promise<Checksum>;
  /** Makes what is there the rows of the slice, in one transaction. Gives how many had to be written. */
  write(table: CopiedTable, slice: Slice): Promise<number>;
  /** Everything beside the rows: references, numbers that are not to be given again, sums. */
  finish(source: Source): Promise<void>;
  /** Makes everything findable that is not. Gives how many articles it took up. */
  index(onProgress: (done: number, total: number) => void): Promise<number>;
  /** Sums that are not as the source has them. */
  findWrongCounters(source: Source): Promise<readonly string[]>;
  /** `lags`: the source was written since it was read, or will be. */
  markComplete(lags: boolean): Promise<void>;
}

/**
 * Prepares a database to be copied into, or to be gone on with. Throws a sentence for the operator when it has something of its
 * own, or does not let us.
 */
export async function openTarget(connection: Connection, from: string): Promise<Target> {
  const { database, name } = connection;
  await bringUpToDate(connection);
  const found = await findMark(database);
  const empty = await findEmptyTables(database);
  if (!found && empty.size < copiedTables.length)
    throw new Error(`database ${name} is not empty, and not a copy of ${from}: create another one for it`);
  if (found && found.from !== from)
    throw new Error(`database ${name} holds a copy of ${found.from}, not of ${from}: create another one for it`);
  await refuseUsed(connection, found);
  let mark: Mark = {
    from,
    run: randomUUID(),
    isComplete: false,
    lags: false,
    revision: 0,
    // Of an earlier run that did not come to its end.
    references: found?.references ?? [],
  };
  await saveMark(database, mark);

  /** Every transaction of this run: it does not begin, or waits for its end, when another run takes over. */
  const inRun: InRun = (work) =>
    inTransaction(database, async (tx) => {
      const own = await get(
        tx,
        sql`SELECT 1 FROM bot_state WHERE key = ${markKey} AND value::json ->> 'run' = ${mark.run} FOR SHARE`,
      );
      if (!own) throw new Error(`another \`migrate-to\` has taken over database ${name}`);
      return work(tx);
    });
  /** Changes the database and what is noted of it together. */
  const inMarked = async (work: (tx: Transaction) => Promise<Partial<Mark>>): Promise<void> => {
    mark = await inRun(async (tx) => {
      const changed = { ...mark, ...(await work(tx)) };
      await saveMark(tx, changed);
      return changed;
    });
  };
  let released: Promise<void> | undefined;
  /** Rows go and come in any order from now on. */
  const releaseReferences = () => {
    released ??= mark.references.length > 0 ? Promise.resolve() : inMarked(dropReferences);
    return released;
  };
  return {
    empty,
    sum: (table, slice) => sumOf(database, table, slice),
    async write(table, slice) {
      await releaseReferences();
      return inRun((tx) => writeSlice(tx, table, slice, empty.has(table.name)));
    },
    async finish(source) {
      await inMarked(async (tx) => {
        for (const statement of mark.references) await tx.execute(sql.raw(statement));
        await copyNumbers(tx, source);
        await copyCounters(tx, source);
        return { references: [], revision: source.revision };
      });
      // What a planner knows of tables that were empty a moment ago would mislead the first searches.
      for (const table of copiedTables) await database.execute(sql.raw(`ANALYZE "${table.name}"`));
    },
    async index(onProgress) {
      const indexed = await indexMissing(inRun, mostInFlight, onProgress);
      await database.execute(sql`ANALYZE search_docs`);
      return indexed;
    },
    findWrongCounters: (source) => findWrongCounters(database, source),
    markComplete: (lags) => inMarked(async () => ({ isComplete: true, lags })),
  };
}

async function findEmptyTables(queries: Queries): Promise<ReadonlySet<string>> {
  const looks = copiedTables.map((table) =>
    sql.raw(`SELECT '${table.name}' AS name WHERE NOT EXISTS (SELECT 1 FROM "${table.name}" WHERE ${copiedOf(table)})`),
  );
  const rows = await all<{ name: string }>(queries, sql.join(looks, sql` UNION ALL `));
  return new Set(rows.map(({ name }) => name));
}

/** A bot that runs on it, or has since it was copied: what it does there is not to be undone. */
async function refuseUsed({ database, name }: Connection, mark: Mark | undefined): Promise<void> {
  const found = await get<{ living: number; used: boolean; revision: number }>(
    database,
    sql`SELECT (SELECT count(*) FROM workers WHERE alive_until > ${clockMs}) AS living,
      EXISTS (SELECT 1 FROM jobs) OR EXISTS (SELECT 1 FROM send_budget WHERE spent_until_us > 0) AS used,
      (SELECT revision FROM archive WHERE id = 1) AS revision`,
  );
  if (!found) throw new Error(`database ${name} does not answer`);
  if (found.living > 0) throw new Error(`a bot is running on database ${name}: stop it first`);
  if (found.used || (mark?.isComplete && found.revision !== mark.revision))
    throw new Error(
      `database ${name} has been used since it was copied, and that would be undone: to copy again, create another one`,
    );
}

/** In SQL: rows that the source can have. */
function copiedOf({ name }: CopiedTable): string {
  return name === 'bot_state' ? `"bot_state"."key" <> '${markKey}'` : 'true';
}

function within(table: CopiedTable, { after, upTo }: Pick<Slice, 'after' | 'upTo'>): SQL {
  const key = sql.raw(`(${table.key.map(({ target }) => target).join(', ')})`);
  const values = (some: Key) =>
    sql`(${sql.join(
      some.map((value) => sql`${value}`),
      sql`, `,
    )})`;
  const above = after ? sql`${key} > ${values(after)}` : sql`true`;
  const below = upTo ? sql`${key} <= ${values(upTo)}` : sql`true`;
  return sql`${above} AND ${below} AND ${sql.raw(copiedOf(table))}`;
}

async function sumOf(queries: Queries, table: CopiedTable, slice: Pick<Slice, 'after' | 'upTo'>): Promise<Checksum> {
  const found = await get<Checksum>(
    queries,
    sql`SELECT count(*) AS rows, ${hashOfHashes} AS checksum FROM (
      SELECT ${rowHashOf(table)} AS hash FROM ${sql.identifier(table.name)} WHERE ${within(table, slice)}) AS hashed`,
  );
  return { rows: Number(found?.rows ?? 0), checksum: found?.checksum ?? '' };
}

async function writeSlice(tx: Transaction, table: CopiedTable, slice: Slice, isNew: boolean): Promise<number> {
  const kept = isNew ? new Set<string>() : await dropOthers(tx, table, slice);
  const rows = slice.rows.filter((_row, at) => !kept.has(slice.hashes[at] ?? ''));
  if (rows.length === 0) return 0;
  const name = sql.identifier(table.name);
  const given = asRecords(table, rows);
  if (!isNew) await dropInTheWay(tx, table, given);
  const columns = sql.raw(table.columns.map((column) => `"${column.name}"`).join(', '));
  await run(tx, sql`INSERT INTO ${name} (${columns}) SELECT ${columns} FROM ${given}`);
  return rows.length;
}

/** Takes away what the slice has not, or not so, and gives the hashes of what is left. */
async function dropOthers(tx: Transaction, table: CopiedTable, slice: Slice): Promise<ReadonlySet<string>> {
  const name = sql.identifier(table.name);
  const hashes = textArrayOf(slice.hashes);
  await drop(tx, table, sql`${within(table, slice)} AND ${rowHashOf(table)} NOT IN (SELECT unnest(${hashes}))`);
  const rows = await all<{ hash: string }>(
    tx,
    sql`SELECT ${rowHashOf(table)} AS hash FROM ${name} WHERE ${within(table, slice)}`,
  );
  return new Set(rows.map(({ hash }) => hash));
}

/** What was there by another number and is not any more: its turn to be taken away may not have come yet. */
async function dropInTheWay(tx: Transaction, table: CopiedTable, given: SQL): Promise<void> {
  for (const { columns, where } of table.unique) {
    const once = sql.raw(`(${columns.join(', ')})`);
    const holds = sql.raw(where ?? 'true');
    await drop(
      tx,
      table,
      sql`${holds} AND ${once} IN (SELECT ${sql.raw(columns.join(', '))} FROM ${given} WHERE ${holds})`,
    );
  }
}

async function drop(tx: Transaction, { name }: CopiedTable, where: SQL): Promise<void> {
  const deleted = sql`DELETE FROM ${sql.identifier(name)} WHERE ${where}`;
  if (name !== 'articles') {
    await run(tx, deleted);
    return;
  }
  // Searches go by the text as it was: what is written again under the same number has to be read again.
  await run(
    tx,
    sql`WITH gone AS (${deleted} RETURNING id)
      UPDATE search_docs SET version = 0 FROM gone WHERE search_docs.article_id = gone.id`,
  );
}

const typeNames = { integer: 'bigint', boolean: 'boolean', text: 'text', json: 'text' } as const;

/** Rows as one parameter, under the name of their table. */
function asRecords({ name, columns }: CopiedTable, rows: readonly Slice['rows'][number][]): SQL {
  const records = rows.map((row) => Object.fromEntries(columns.map((column, at) => [column.name, row[at]])));
  const types = columns.map((column) => `"${column.name}" ${typeNames[column.kind]}`);
  return sql`json_to_recordset(${JSON.stringify(records)}::json) AS ${sql.raw(`"${name}" (${types.join(', ')})`)}`;
}

/** Only whoever owns the tables may. */
async function dropReferences(tx: Transaction): Promise<Pick<Mark, 'references'>> {
  const found = await all<{ table: string; name: string; definition: string }>(
    tx,
    sql`SELECT conrelid::regclass::text AS table, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition
      FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1, 2`,
  );
  for (const { table, name } of found) await tx.execute(sql.raw(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`));
  return {
    references: found.map(({ table, name, definition }) => `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition}`),
  };
}

async function copyNumbers(tx: Transaction, source: Source): Promise<void> {
  for (const { name, numbered } of copiedTables) {
    if (!numbered) continue;
    const column = sql.identifier(numbered);
    const given = await get<{ highest: number }>(
      tx,
      sql`SELECT greatest(coalesce(max(${column}), 0), ${source.highest.get(name) ?? 0}::bigint) AS highest
        FROM ${sql.identifier(name)}`,
    );
    if (given && given.highest > 0)
      await tx.execute(sql`SELECT setval(pg_get_serial_sequence(${name}, ${numbered}), ${given.highest}::bigint)`);
  }
  await tx.execute(sql`UPDATE archive SET revision = ${source.revision} WHERE id = 1`);
}

/** The triggers have counted what was copied; what was sent and removed long ago counts as well. */
async function copyCounters(tx: Transaction, { counters }: Source): Promise<void> {
  await tx.execute(sql`DELETE FROM counters`);
  await tx.execute(
    sql`INSERT INTO counters (name, label, part, count) SELECT name, label, 0, count
      FROM json_to_recordset(${JSON.stringify(counters)}::json) AS c (name text, label text, count bigint)`,
  );
}

async function findWrongCounters(queries: Queries, { counters }: Source): Promise<readonly string[]> {
  const rows = await all<{ name: string; label: string; count: number }>(
    queries,
    sql`SELECT name, label, sum(count)::bigint AS count FROM counters GROUP BY name, label`,
  );
  const nameOf = ({ name, label }: { name: string; label: string }) => `${name} ${label}`.trim();
  const there = new Map(rows.map((row) => [nameOf(row), Number(row.count)]));
  const expected = new Map(counters.map((counter) => [nameOf(counter), counter.count]));
  return [...new Set([...there.keys(), ...expected.keys()])].filter(
    (name) => (there.get(name) ?? 0) !== (expected.get(name) ?? 0),
  );
}
