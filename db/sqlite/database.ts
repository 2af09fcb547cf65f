import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';
import { projectFile } from '../../src/paths.js';
import { copyDatabaseNow } from './copy.js';
import { Sqlite, type SqliteClient } from './driver.js';
import { describeFault } from './fault.js';
import * as schema from './schema.js';

export type Database = BetterSQLite3Database<typeof schema>;
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];

/** Copies of what was there before an upgrade that are kept. */
const keptBeforeUpgrades = 2;

export interface DatabaseOptions {
  /** Told before an upgrade begins, which can take its time, with where the copy of what was there is. */
  readonly onUpgrade?: (copy: string) => void;
  /** The bundled migrations, unless told otherwise. */
  readonly migrationsFolder?: string;
}

/** Opens (and creates) a database file, or `:memory:`, and brings it to this version's schema. Throws when it is newer. */
export function openDatabase(
  file: string,
  options: DatabaseOptions = {},
): { database: Database; client: SqliteClient } {
  let client: SqliteClient;
  try {
    if (file !== ':memory:') mkdirSync(path.dirname(file), { recursive: true });
    client = new Sqlite(file);
  } catch (error) {
    throw cannotBeOpened(file, error);
  }
  try {
    client.pragma('journal_mode = WAL');
    // FULL, not NORMAL: losing the last commits on power loss would lose a `sent` and double its message.
    client.pragma('synchronous = FULL');
    client.pragma('busy_timeout = 5000');
    client.pragma('journal_size_limit = 67108864');
    client.pragma('cache_size = -65536');
    bringUpToDate(client, file, options);
  } catch (error) {
    client.close();
    throw (error as { code?: string }).code ? cannotBeOpened(file, error) : error;
  }
  return { database: drizzle(client, { schema }), client };
}

function cannotBeOpened(file: string, error: unknown): Error {
  const detail = describeFault(error)?.text ?? (error as Error).message;
  return new Error(`database ${file} cannot be opened: ${detail}`, { cause: error });
}

/** The version of the schema that this program has: the `when` of its last migration. */
export function newestVersion(migrationsFolder = bundledMigrations()): number {
  return readMigrationFiles({ migrationsFolder }).at(-1)?.folderMillis ?? 0;
}

const bundledMigrations = () => projectFile('db', 'sqlite', 'migrations');

/** How a database's schema compares with this version's, and how many migrations it lacks. Only reads. */
export function compareSchema(client: SqliteClient): { schema: 'current' | 'older' | 'newer'; pending: number } {
  const versions = readMigrationFiles({ migrationsFolder: bundledMigrations() }).map(
    ({ folderMillis }) => folderMillis,
  );
  const applied = appliedVersion(client);
  const pending = versions.filter((version) => version > applied).length;
  if (applied > (versions.at(-1) ?? 0)) return { schema: 'newer', pending };
  return { schema: pending > 0 ? 'older' : 'current', pending };
}

function bringUpToDate(client: SqliteClient, file: string, options: DatabaseOptions): void {
  const migrations = readMigrationFiles({ migrationsFolder: options.migrationsFolder ?? bundledMigrations() });
  const newest = migrations.at(-1)?.folderMillis ?? 0;
  const applied = appliedVersion(client);
  if (applied > newest) {
    throw new Error(
      `database ${file} was written by a newer version of zhaibao: install that version again, or restore a backup made before the upgrade`,
    );
  }
  if (applied === newest) return;
  if (applied > 0) keepCopy(client, file, options);
  // A table rebuild would cascade into child tables otherwise, and inside a transaction the pragma has no effect.
  client.pragma('foreign_keys = OFF');
  try {
    migrate(client, migrations);
  } catch (error) {
    const detail = describeFault(error)?.text ?? (error as Error).message;
    throw new Error(`database ${file} cannot be upgraded and is as it was: ${detail}`, { cause: error });
  }
  client.pragma('foreign_keys = ON');
}

/** All that is missing in one transaction: another process may be at it, too, and what fails leaves nothing behind. */
function migrate(client: SqliteClient, migrations: readonly MigrationMeta[]): void {
  client
    .transaction(() => {
      client.exec(
        'CREATE TABLE IF NOT EXISTS __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)',
      );
      const applied = appliedVersion(client);
      const note = client.prepare('INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)');
      for (const { sql, hash, folderMillis } of migrations) {
        if (folderMillis <= applied) continue;
        for (const statement of sql) client.exec(statement);
        note.run(hash, folderMillis);
      }
      const broken = client.pragma('foreign_key_check') as unknown[];
      if (broken.length > 0) throw new Error(`it would leave ${broken.length} broken references`);
    })
    .immediate();
}

/** What is there before an upgrade stays beside the database, as `.before-<version>`. Without room for it nothing is upgraded. */
function keepCopy(client: SqliteClient, file: string, { onUpgrade }: DatabaseOptions): void {
  const { version } = JSON.parse(readFileSync(projectFile('package.json'), 'utf8')) as { version: string };
  const own = `${path.basename(file)}.before-`;
  const folder = path.dirname(file);
  const kept = () =>
    readdirSync(folder)
      .filter((name) => name.startsWith(own) && /^\d+(?:\.\d+)+(?:-\d+)?$/u.test(name.slice(own.length)))
      .map((name) => ({ name, at: statSync(path.join(folder, name)).mtimeMs }))
      .sort((a, b) => b.at - a.at);
  const taken = new Set(kept().map(({ name }) => name));
  let name = `${own}${version}`;
  for (let n = 2; taken.has(name); n += 1) name = `${own}${version}-${n}`;
  const copy = path.join(folder, name);
  try {
    copyDatabaseNow(client, copy);
  } catch (error) {
    const detail = describeFault(error)?.text ?? (error as Error).message;
    throw new Error(`database ${file} is not upgraded: no copy of it could be made first: ${detail}`, { cause: error });
  }
  for (const { name: old } of kept().slice(keptBeforeUpgrades)) rmSync(path.join(folder, old), { force: true });
  onUpgrade?.(copy);
}

/** The migration journal's `when` of the last applied migration; 0 for a new file. */
export function appliedVersion(client: SqliteClient): number {
  const table = client.prepare(`SELECT 1 FROM sqlite_master WHERE name = '__drizzle_migrations'`).get();
  if (!table) return 0;
  const row = client.prepare('SELECT max(created_at) AS newest FROM __drizzle_migrations').get() as { newest: number };
  return Number(row.newest ?? 0);
}
