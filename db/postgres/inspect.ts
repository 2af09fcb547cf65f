import { sql } from 'drizzle-orm';
import type { Role } from '../../src/worker-ports.js';
import { all, type Connection, clockMs, compareSchema, findTables, get, toSentence } from './database.js';

/** A server's database as it is, read without changing anything. */
export interface ServerState {
  /** For messages: without a password. */
  readonly name: string;
  /** As the server calls itself: 16.2 */
  readonly version: string;
  readonly majorVersion: number;
  readonly schema: 'current' | 'older' | 'newer' | 'none';
  /** With no schema: tables that somebody else made there. */
  readonly others: readonly string[];
  /** Migrations that are not applied yet. */
  readonly pending: number;
  readonly encoding: string;
  /** It is a copy of another server, or told to take no writes. */
  readonly isReadOnly: boolean;
  /** What this user may not do here, in words; empty: nothing. */
  readonly lacks: readonly string[];
  /** How far this machine's clock is ahead of the server's. */
  readonly clockOffsetMs: number;
  /** Those that are open, of all that are possible for such a user. */
  readonly connections: { readonly open: number; readonly most: number };
  /** Processes of the bot that run on it, and how many of them do what. */
  readonly workers: { readonly total: number } & Readonly<Record<Role, number>>;
}

/** Looks at a server's database. Throws, with a sentence for the operator, when it cannot be reached. */
export async function inspectConnection(connection: Connection): Promise<ServerState> {
  const { database, name } = connection;
  try {
    const { schema, pending } = await compareSchema(database);
    const server = await askServer(connection);
    const hasTables = schema !== 'none';
    return {
      name,
      schema,
      pending,
      others: hasTables ? [] : await findTables(database),
      ...server,
      lacks: [...server.lacks, ...(hasTables ? await findLackingRights(connection) : [])],
      clockOffsetMs: await measureClock(connection),
      workers: hasTables ? await countWorkers(connection) : noWorkers,
    };
  } catch (error) {
    throw toSentence(error, name);
  }
}

async function askServer({ database }: Connection) {
  const row = await get<{
    version: string;
    number: number;
    encoding: string;
    read_only: boolean;
    may_create: boolean;
    open: number;
    most: number;
  }>(
    database,
    sql`SELECT current_setting('server_version') AS version, current_setting('server_version_num')::integer AS number,
      current_setting('server_encoding') AS encoding,
      pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS read_only,
      has_schema_privilege(current_schema(), 'CREATE') AS may_create,
      (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS open,
      current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer AS most`,
  );
  if (!row) throw new Error('the server says nothing of itself');
  return {
    version: row.version.split(' ')[0] ?? row.version,
    majorVersion: Math.floor(row.number / 10_000),
    encoding: row.encoding,
    isReadOnly: row.read_only,
    lacks: row.may_create ? [] : ['make tables, which an upgrade does'],
    connections: { open: Number(row.open), most: row.most },
  };
}

async function findLackingRights({ database }: Connection): Promise<readonly string[]> {
  const row = await get<{ tables: string | null }>(
    database,
    sql`SELECT string_agg(tablename, ', ' ORDER BY tablename) AS tables FROM pg_tables
      WHERE schemaname = current_schema()
      AND NOT (SELECT bool_and(has_table_privilege(format('%I.%I', schemaname, tablename), needed))
        FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS needed)`,
  );
  return row?.tables ? [`read and write ${row.tables}`] : [];
}

/** The quickest of a few looks is the truest. */
async function measureClock({ database }: Connection): Promise<number> {
  let offset = 0;
  let quickest = Number.POSITIVE_INFINITY;
  for (let look = 0; look < 3; look += 1) {
    const asked = Date.now();
    const row = await get<{ now: number }>(database, sql`SELECT ${clockMs} AS now`);
    const answered = Date.now();
    if (answered - asked >= quickest) continue;
    quickest = answered - asked;
    offset = (asked + answered) / 2 - Number(row?.now ?? 0);
  }
  return offset;
}

const noWorkers = { total: 0, web: 0, ingest: 0, deliver: 0 };

async function countWorkers({ database }: Connection): Promise<ServerState['workers']> {
  const rows = await all<{ roles: string }>(database, sql`SELECT roles FROM workers WHERE alive_until > ${clockMs}`);
  const named = rows.map((row) => JSON.parse(row.roles) as Role[]);
  const counts = { ...noWorkers, total: rows.length };
  for (const role of named.flat()) counts[role] += 1;
  return counts;
}
