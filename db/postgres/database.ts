import { DrizzleQueryError, type SQL, sql } from 'drizzle-orm';
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { projectFile } from '../../src/paths.js';
import { storable } from './columns.js';
import { describePostgresFault } from './fault.js';
import { watchConnections } from './lost-connections.js';
import * as schema from './schema.js';

/** A server by `pg`, or PGlite in this process: drizzle makes them one. */
export type Database = PgDatabase<PgQueryResultHKT, typeof schema>;
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];
/** Whatever takes statements: inside a transaction always the transaction, which has a connection of its own. */
export type Queries = Database | Transaction;

export interface Connection {
  readonly database: Database;
  /** For messages: without a password. */
  readonly name: string;
  close(): Promise<void>;
}

export interface ConnectionOptions {
  /** A connection that nobody was using broke: it is replaced, and what it means is for the log. */
  readonly onBroken?: (error: Error) => void;
  readonly connections?: number;
  /** Between two looks for connections that the server has forgotten. */
  readonly watchEveryMs?: number;
}

/** A round over the sources and some readers at a time; a server has 100 in all unless told otherwise. */
const defaultConnections = 10;
const connectTimeoutMs = 10_000;

/** Opens a server's database. Nothing is asked of it yet. */
export function connect(url: string, options: ConnectionOptions = {}): Connection {
  // Numbers of 64 bits come as text otherwise: all of ours are below 2^53.
  pg.types.setTypeParser(pg.types.builtins.INT8, Number);
  pg.types.setTypeParser(pg.types.builtins.NUMERIC, Number);
  const pool = new pg.Pool({
    connectionString: url,
    max: options.connections ?? defaultConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: 'zhaibao',
    keepAlive: true,
  });
  // Without a listener a server that restarts would end the process.
  pool.on('error', (error) => options.onBroken?.(error));
  // The same in the middle of a transaction, whose statements fail by themselves.
  pool.on('connect', (client) => client.on('error', () => {}));
  const watch = watchConnections(pool, url, options.watchEveryMs);
  return {
    database: onPool(pool),
    name: nameOf(url),
    close() {
      watch.end();
      return pool.end();
    },
  };
}

/**
 * A process that stops in the middle of a transaction (paused, or its machine gone) holds what it locked: after so long the
 * server takes it back, and whoever comes to again gets an error. Ours compute for a second at most between two statements.
 */
const idleInTransactionMs = 15_000;

/**
 * drizzle on a pool, with transactions of our own: drizzle's keep a connection for good when BEGIN fails on it. All that is
 * not said is as PostgreSQL has it by default, whatever a server or a role is set to.
 */
function onPool(pool: pg.Pool): Database {
  const database = drizzle(pool, { schema });
  const ofClient = new WeakMap<pg.PoolClient, typeof database>();
  database.transaction = async (work, { isolationLevel = 'read committed', accessMode = 'read write' } = {}) => {
    const client = await pool.connect();
    try {
      const own = ofClient.get(client) ?? (drizzle(client, { schema }) as unknown as typeof database);
      ofClient.set(client, own);
      await client.query(
        `BEGIN ISOLATION LEVEL ${isolationLevel} ${accessMode}; SET LOCAL idle_in_transaction_session_timeout = ${idleInTransactionMs}`,
      );
      const result = await work(own as unknown as Parameters<typeof work>[0]);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      // Nobody waits for a connection that is broken; what went wrong first is what is told.
      await client.query('ROLLBACK').catch(() => {});
      throw error;
    } finally {
      client.release();
    }
  };
  return database as unknown as Database;
}

/** Where a database is, without a password. */
export function nameOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `postgres://${host}${pathname}`;
}

/** Rows of a statement, named as the statement names them. */
export async function all<T>(queries: Queries, statement: SQL): Promise<T[]> {
  const { rows } = (await queries.execute(statement)) as unknown as { rows: T[] };
  return rows;
}

/** The first row of a statement. */
export async function get<T>(queries: Queries, statement: SQL): Promise<T | undefined> {
  const [row] = await all<T>(queries, statement);
  return row;
}

/** How many rows a statement wrote. */
export async function run(queries: Queries, statement: SQL): Promise<number> {
  return changesOf(await queries.execute(statement));
}

/** The same of a statement that drizzle built. */
export function changesOf(result: unknown): number {
  // `pg` and PGlite each have their own name for it.
  const { rowCount, affectedRows } = result as { rowCount?: number | null; affectedRows?: number };
  return rowCount ?? affectedRows ?? 0;
}

/** A list as one parameter, however long: `= ANY(${arrayOf(ids)})`. */
export function arrayOf(numbers: readonly number[]): SQL {
  return sql`${`{${numbers.join(',')}}`}::bigint[]`;
}

/** The same for texts. */
export function textArrayOf(texts: readonly string[]): SQL {
  return sql`ARRAY(SELECT json_array_elements_text(${JSON.stringify(texts.map(storable))}::json))`;
}

/** The server's clock in UTC milliseconds: the one that processes on several machines share. */
export const clockMs = sql`(extract(epoch FROM clock_timestamp()) * 1000)::bigint`;

/** https://www.postgresql.org/docs/current/errcodes-appendix.html: serialization_failure, deadlock_detected. */
const worthRepeating = new Set(['40001', '40P01']);
const mostTries = 5;

/**
 * Runs a transaction, once more when the server gave it up for another's sake. `work` must be able to run again: whatever it
 * remembers outside the database has to be put back first.
 */
export async function inTransaction<T>(database: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await database.transaction(work);
    } catch (error) {
      if (tries >= mostTries || !isWorthRepeating(error)) throw error;
    }
  }
}

/** The server gave it up for another's sake: done again, it may well succeed. */
export function isWorthRepeating(error: unknown): boolean {
  return worthRepeating.has(codeOf(error) ?? '');
}

/** The five characters that PostgreSQL says what went wrong by. */
export function codeOf(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { code?: unknown };
    if (typeof code === 'string') return code;
  }
  return undefined;
}

/**
 * Makes this transaction the only one that stores articles, or takes away what is owed. So stories are found whoever stores
 * them, numbers of deliveries become visible in their order, and nothing is queued for a chat that has just given it up.
 */
export async function lockArchive(tx: Transaction): Promise<{ readonly revision: number }> {
  const row = await get<{ revision: number }>(tx, sql`SELECT revision FROM archive WHERE id = 1 FOR UPDATE`);
  return { revision: Number(row?.revision ?? 0) };
}

const bundledMigrations = () => projectFile('db', 'postgres', 'migrations');

/** How a database's schema compares with this version's, and how many migrations it lacks. Only reads. */
export async function compareSchema(
  database: Database,
): Promise<{ schema: 'current' | 'older' | 'newer' | 'none'; pending: number }> {
  const versions = readMigrationFiles({ migrationsFolder: bundledMigrations() }).map(
    ({ folderMillis }) => folderMillis,
  );
  const applied = await appliedVersion(database);
  const pending = versions.filter((version) => version > applied).length;
  if (applied === 0) return { schema: 'none', pending };
  if (applied > (versions.at(-1) ?? 0)) return { schema: 'newer', pending };
  return { schema: pending > 0 ? 'older' : 'current', pending };
}

/** Brings a database to this version's schema. Throws, with a sentence for the operator, when it is newer or does not let us. */
export async function bringUpToDate({ database, name }: Connection): Promise<void> {
  const migrations = readMigrationFiles({ migrationsFolder: bundledMigrations() });
  const newest = migrations.at(-1)?.folderMillis ?? 0;
  const applied = await appliedVersion(database).catch((error) => {
    throw new Error(`database ${name} cannot be opened: ${describePostgresFault(error)?.text ?? detailOf(error)}`, {
      cause: error,
    });
  });
  if (applied > newest) {
    throw new Error(
      `database ${name} was written by a newer version of zhaibao: install that version again, or restore a dump made before the upgrade`,
    );
  }
  if (applied === newest) return;
  try {
    await migrate(database, migrations);
  } catch (error) {
    const done = applied === 0 ? 'set up' : 'upgraded';
    const said = describePostgresFault(error)?.text ?? detailOf(error);
    throw new Error(`database ${name} cannot be ${done} and is as it was: ${said}`, { cause: error });
  }
}

/** Any number that no other program on the same database is likely to lock. */
const migrationLock = 7_431_905;

/** All that is missing in one transaction, one process at a time: what fails leaves nothing behind. */
async function migrate(database: Database, migrations: readonly MigrationMeta[]): Promise<void> {
  await inTransaction(database, async (tx) => {
    await tx.execute(sql`SELECT pg_advisory_xact_lock(${migrationLock})`);
    await tx.execute(
      sql`CREATE TABLE IF NOT EXISTS schema_migrations (version bigint PRIMARY KEY, hash text NOT NULL)`,
    );
    const applied = await appliedVersion(tx);
    if (applied === 0) await refuseOthers(tx);
    for (const { sql: statements, hash, folderMillis } of migrations) {
      if (folderMillis <= applied) continue;
      for (const statement of statements) await tx.execute(sql.raw(statement));
      await tx.execute(sql`INSERT INTO schema_migrations (version, hash) VALUES (${folderMillis}, ${hash})`);
    }
  });
}

/** Throws when a database that is to become the bot's is somebody else's, or has no room for its texts. */
async function refuseOthers(tx: Transaction): Promise<void> {
  const row = await get<{ encoding: string }>(tx, sql`SELECT current_setting('server_encoding') AS encoding`);
  if (row?.encoding !== 'UTF8') throw new Error(`it keeps texts in ${row?.encoding}: ${howToCreate}`);
  const others = await findTables(tx);
  if (others.length > 0)
    throw new Error(`it has tables that are not the bot's (${nameSome(others)}): create a database for the bot alone`);
}

/** What there is in a database that the bot made no tables in yet, by name. */
export async function findTables(queries: Queries): Promise<readonly string[]> {
  const rows = await all<{ name: string }>(
    queries,
    sql`SELECT c.relname::text AS name FROM pg_class c
      WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'f')
        AND c.relname <> 'schema_migrations'
        -- Extensions bring tables of their own.
        AND NOT EXISTS (SELECT 1 FROM pg_depend d
          WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
      ORDER BY c.relname`,
  );
  return rows.map(({ name }) => name);
}

/** Three names of many, for messages. */
function nameSome(names: readonly string[]): string {
  const others = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return `${names.slice(0, 3).join(', ')}${others}`;
}

const howToCreate = "create another database with ENCODING 'UTF8' TEMPLATE template0";

/** The `when` of the last applied migration; 0 for an empty database. */
async function appliedVersion(queries: Queries): Promise<number> {
  const table = await get<{ name: string | null }>(queries, sql`SELECT to_regclass('schema_migrations')::text AS name`);
  if (!table?.name) return 0;
  const row = await get<{ newest: number | null }>(queries, sql`SELECT max(version) AS newest FROM schema_migrations`);
  return Number(row?.newest ?? 0);
}

/** What the server said: drizzle's own message repeats the whole statement with its values. */
export function detailOf(error: unknown): string {
  let detail = (error as Error).message;
  for (let cause = error; cause instanceof Error; cause = cause.cause) detail = cause.message;
  return detail;
}

/** An error for the log: what the server said, in place of the whole statement with its values. */
export function withoutStatement(error: unknown): unknown {
  return error instanceof DrizzleQueryError ? new Error(detailOf(error), { cause: error }) : error;
}

/** An error for the operator: what the server or the network said, not a statement with all its values, nor a stack. */
export function toSentence(error: unknown, database: string): unknown {
  // Those with neither are sentences already.
  const isRaw = error instanceof DrizzleQueryError || (error instanceof Error && 'code' in error);
  if (!isRaw) return error;
  const said = describePostgresFault(error)?.text ?? detailOf(error);
  return new Error(`database ${database}: ${said}`, { cause: error });
}
