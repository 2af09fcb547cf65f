import { PGlite } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/pglite';
import pg from 'pg';
import { all, bringUpToDate, type Connection, connect, type Database } from '../../db/postgres/database.js';
import { createPostgresStores } from '../../db/postgres/open.js';
import * as schema from '../../db/postgres/schema.js';
import type { Stores } from '../../src/ports.js';

/** A database that one test file has for itself. */
export interface TestPostgres {
  /** For processes of their own; undefined: it lives in this one. */
  readonly url: string | undefined;
  /** The database itself. */
  readonly connection: Connection;
  /** Stores on the emptied database; several calls with `keep` stand for several processes. */
  open(options?: { readonly keep?: boolean }): Promise<Stores>;
  close(): Promise<void>;
}

/** What it takes to start one on a busy machine. */
export const startingMs = 60_000;

/** PostgreSQL in this process (PGlite): everywhere. */
export async function startPglite(): Promise<TestPostgres> {
  const client = await PGlite.create();
  const database = drizzle(client, { schema }) as unknown as Database;
  const connection: Connection = { database, name: 'postgres://pglite', close: async () => {} };
  await bringUpToDate(connection);
  return {
    url: undefined,
    connection,
    async open({ keep = false } = {}) {
      if (!keep) await empty(database);
      return createPostgresStores(connection);
    },
    close: () => client.close(),
  };
}

/** The server that tests may use; undefined: there is none. */
export const serverUrl = process.env.TEST_DATABASE_URL;

let databases = 0;

/** A new database on the server that TEST_DATABASE_URL names; gone when it is closed. */
export async function startServerDatabase(serverUrl: string): Promise<TestPostgres> {
  databases += 1;
  const name = `zhaibao_test_${process.pid}_${databases}`;
  await administer(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`, `CREATE DATABASE ${name}`);
  const address = new URL(serverUrl);
  address.pathname = `/${name}`;
  const url = address.toString();
  const connection = connect(url, { connections: 4 });
  await bringUpToDate(connection);
  return {
    url,
    connection,
    async open({ keep = false } = {}) {
      if (!keep) await empty(connection.database);
      // What a store holds open is its own, so that closing it is tested as well.
      return createPostgresStores(connect(url, { connections: 4 }));
    },
    async close() {
      await connection.close();
      await administer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function administer(serverUrl: string, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

/** As the migrations leave it. Only what was written to: emptying all tables takes PGlite longer than most tests. */
async function empty(database: Database): Promise<void> {
  const tables = await all<{ name: string }>(
    database,
    sql`SELECT format('%I', tablename) AS name FROM pg_tables
      WHERE schemaname = 'public' AND tablename NOT IN ('schema_migrations', 'archive', 'send_budget')`,
  );
  const isUsed = tables.map(({ name }) => `SELECT '${name}' AS name WHERE EXISTS (SELECT 1 FROM ${name})`);
  const used = await all<{ name: string }>(database, sql.raw(isUsed.join(' UNION ALL ')));
  if (used.length > 0)
    await database.execute(sql.raw(`TRUNCATE ${used.map(({ name }) => name).join(', ')} RESTART IDENTITY CASCADE`));
  await database.execute(sql`DELETE FROM archive`);
  await database.execute(sql`DELETE FROM send_budget`);
  await database.execute(sql`INSERT INTO archive (id, revision) VALUES (1, 0)`);
  await database.execute(sql`INSERT INTO send_budget (id, spent_until_us, held_until) VALUES (1, 0, 0)`);
}
