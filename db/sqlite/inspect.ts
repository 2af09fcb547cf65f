import { compareSchema } from './database.js';
import { Sqlite, type SqliteClient } from './driver.js';

/** A database file as it is, read without changing anything. */
export interface DatabaseState {
  readonly schema: 'current' | 'older' | 'newer';
  /** Migrations that are not applied yet. */
  readonly pending: number;
  /** What SQLite finds broken, a line each; empty: nothing. */
  readonly damage: readonly string[];
  readonly tables: number;
  /** Fewer than `tables` when there was no time for more. */
  readonly tablesChecked: number;
}

/** Reads a database file, which must be there, for about `budgetMs` at most. Throws when it cannot be read at all. */
export function inspectFile(file: string, budgetMs: number): DatabaseState {
  const client = openToRead(file);
  try {
    return { ...compareSchema(client), ...quickCheck(client, budgetMs) };
  } catch (error) {
    if (!isDamage(error))
      throw new Error(`database ${file} cannot be read: ${(error as Error).message}`, { cause: error });
    return { schema: 'current', pending: 0, damage: [(error as Error).message], tables: 0, tablesChecked: 0 };
  } finally {
    client.close();
  }
}

function openToRead(file: string): SqliteClient {
  try {
    return new Sqlite(file, { readonly: true, fileMustExist: true });
  } catch (error) {
    throw new Error(`database ${file} cannot be opened: ${(error as Error).message}`, { cause: error });
  }
}

/** Table by table, so that it can end in between. */
function quickCheck(
  client: SqliteClient,
  budgetMs: number,
): Pick<DatabaseState, 'damage' | 'tables' | 'tablesChecked'> {
  const names = client.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0`).pluck().all();
  const started = performance.now();
  const damage: string[] = [];
  let tablesChecked = 0;
  for (const name of names as string[]) {
    if (performance.now() - started > budgetMs) break;
    damage.push(...checkTable(client, name));
    tablesChecked += 1;
  }
  return { damage, tables: names.length, tablesChecked };
}

function checkTable(client: SqliteClient, name: string): readonly string[] {
  try {
    const lines = client
      .prepare(`PRAGMA quick_check("${name.replaceAll('"', '""')}")`)
      .pluck()
      .all() as string[];
    return lines.filter((line) => line !== 'ok').map((line) => line.replaceAll('\n', ' '));
  } catch (error) {
    if (!isDamage(error)) throw error;
    return [`${name}: ${(error as Error).message}`];
  }
}

function isDamage(error: unknown): boolean {
  const code = String((error as { code?: unknown }).code);
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';
}
