import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { projectFile } from '../../src/paths.js';
import { Sqlite, type SqliteClient } from './driver.js';
import * as schema from './schema.js';

export type Database = BetterSQLite3Database<typeof schema>;
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];

const migrationsFolder = () => projectFile('db', 'sqlite', 'migrations');

/** Opens (and creates) a database file, or `:memory:`, and brings it to this version's schema. Throws when it is newer. */
export function openDatabase(file: string): { database: Database; client: SqliteClient } {
  if (file !== ':memory:') mkdirSync(path.dirname(file), { recursive: true });
  let client: SqliteClient;
  try {
    client = new Sqlite(file);
    client.pragma('journal_mode = WAL');
  } catch (error) {
    throw new Error(`database ${file} cannot be opened: ${(error as Error).message}`, { cause: error });
  }
  // FULL, not NORMAL: losing the last commits on power loss would lose a `sent` and double its message.
  client.pragma('synchronous = FULL');
  client.pragma('busy_timeout = 5000');
  client.pragma('journal_size_limit = 67108864');
  client.pragma('cache_size = -65536');
  const database = drizzle(client, { schema });
  try {
    bringUpToDate(client, database, file);
  } catch (error) {
    client.close();
    throw error;
  }
  return { database, client };
}

interface Journal {
  readonly entries: readonly { readonly when: number; readonly tag: string }[];
}

/** How a database's schema compares with this version's, and how many migrations it lacks. Only reads. */
export function compareSchema(client: SqliteClient): { schema: 'current' | 'older' | 'newer'; pending: number } {
  const entries = readJournal();
  const applied = appliedVersion(client);
  const pending = entries.filter(({ when }) => when > applied).length;
  if (applied > (entries.at(-1)?.when ?? 0)) return { schema: 'newer', pending };
  return { schema: pending > 0 ? 'older' : 'current', pending };
}

function readJournal(): Journal['entries'] {
  const file = path.join(migrationsFolder(), 'meta', '_journal.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as Journal).entries;
}

function bringUpToDate(client: SqliteClient, database: Database, file: string): void {
  const newest = readJournal().at(-1)?.when ?? 0;
  const applied = appliedVersion(client);
  if (applied > newest) {
    throw new Error(
      `database ${file} was written by a newer version of zhaibao: install that version again, or restore a backup made before the upgrade`,
    );
  }
  if (applied === newest) return;
  // A table rebuild inside the migrator's transaction would cascade into child tables, and the pragma has no effect in there.
  client.pragma('foreign_keys = OFF');
  try {
    migrate(database, { migrationsFolder: migrationsFolder() });
  } catch (error) {
    // Another process may have migrated between our look and our try.
    if (appliedVersion(client) !== newest) {
      throw new Error(`database ${file} cannot be migrated: ${(error as Error).message}`, { cause: error });
    }
  }
  const broken = client.pragma('foreign_key_check') as unknown[];
  if (broken.length > 0) throw new Error(`database ${file}: migration left ${broken.length} broken references`);
  client.pragma('foreign_keys = ON');
}

/** The migration journal's `when` of the last applied migration; 0 for a new file. */
function appliedVersion(client: SqliteClient): number {
  const table = client.prepare(`SELECT 1 FROM sqlite_master WHERE name = '__drizzle_migrations'`).get();
  if (!table) return 0;
  const row = client.prepare('SELECT max(created_at) AS newest FROM __drizzle_migrations').get() as { newest: number };
  return Number(row.newest ?? 0);
}
