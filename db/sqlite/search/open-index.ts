import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { SqliteClient } from '../driver.js';
import type { ArchiveReader } from './archive-reader.js';
import { indexPath, openIndexForWriting } from './index-file.js';
import { createIndexWriter, type IndexWriter } from './index-writer.js';

/** One generation of the index, open for writing. */
export interface OpenIndex {
  readonly generation: number;
  readonly client: SqliteClient;
  readonly writer: IndexWriter;
}

/** Opens a generation of the index of a database file and makes it when it is missing. Throws when it cannot be written. */
export function openIndex(
  databaseFile: string,
  generation: number,
  archive: ArchiveReader,
  now: () => Date,
): OpenIndex {
  const client = openIndexForWriting(indexPath(databaseFile, generation), archive.state().revision);
  return { generation, client, writer: createIndexWriter(client, archive, now) };
}

/** The database says that the file itself is broken: no retry helps, and nothing in an index is worth saving. */
export function isDamage(error: unknown): boolean {
  const code = String((error as { code?: unknown }).code);
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';
}

/** Another process is writing: it will be done soon. */
export function isBusy(error: unknown): boolean {
  return String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY');
}

/** Deletes the files of a generation. Whoever has them open goes on with them until it closes them. */
export function removeIndex(databaseFile: string, generation: number): void {
  const file = indexPath(databaseFile, generation);
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
}

/** Points the database to another generation. False when another process did meanwhile. */
export function switchGeneration(archiveClient: SqliteClient, from: number, to: number): boolean {
  const change = archiveClient.prepare(`UPDATE archive SET search_generation = ? WHERE search_generation = ?`);
  return change.run(to, from).changes > 0;
}

/** A generation that no file has yet: what a killed process left behind is not built upon. */
export function unusedGeneration(databaseFile: string, current: number): number {
  return Math.max(current, ...listGenerations(databaseFile)) + 1;
}

/** Removes generations below the one in use. */
export function removeOlderIndexes(databaseFile: string, generation: number): void {
  for (const older of listGenerations(databaseFile)) if (older < generation) removeIndex(databaseFile, older);
}

function listGenerations(databaseFile: string): readonly number[] {
  const prefix = path.basename(indexPath(databaseFile, 0)).slice(0, -1);
  return readdirSync(path.dirname(databaseFile)).flatMap((name) => {
    const number = name.startsWith(prefix) ? name.slice(prefix.length) : '';
    return /^\d{1,15}$/u.test(number) ? [Number(number)] : [];
  });
}
