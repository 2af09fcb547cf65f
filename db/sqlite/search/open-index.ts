import { existsSync, rmSync } from 'node:fs';
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

/** Deletes the files of a generation. Whoever has them open goes on with them until it closes them. */
export function removeIndex(databaseFile: string, generation: number): void {
  const file = indexPath(databaseFile, generation);
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
}

/** Points the database to another generation, unless another process did meanwhile. */
export function switchGeneration(archiveClient: SqliteClient, from: number, to: number): void {
  archiveClient.prepare(`UPDATE archive SET search_generation = ? WHERE search_generation = ?`).run(to, from);
}

/** Generations below the one in use, which a process that was killed may have left. */
export function removeOlderIndexes(databaseFile: string, generation: number): void {
  for (let older = generation - 1; older > 0 && existsSync(indexPath(databaseFile, older)); older -= 1)
    removeIndex(databaseFile, older);
}
