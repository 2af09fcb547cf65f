import { createRequire } from 'node:module';
import type BetterSqlite from 'better-sqlite3';

/** What better-sqlite3 13 is built for; Node has it since 22.14. On Node 20 version 13 crashes (WiseLibs/better-sqlite3#1514). */
const neededNodeApi = 10;

/**
 * better-sqlite3, in the version that this Node can run. Version 12 cannot serve all: built against Node 24.19 or later it
 * aborts the process when a statement is garbage collected (nodejs/node#65446).
 */
export const Sqlite: typeof BetterSqlite = createRequire(import.meta.url)(
  Number(process.versions.napi) >= neededNodeApi ? 'better-sqlite3' : 'better-sqlite3-node20',
);

export type SqliteClient = BetterSqlite.Database;
