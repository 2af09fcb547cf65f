import { createHash } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';
import { withoutNul } from '../postgres/columns.js';
import type { CopiedTable } from './tables.js';

/**
 * What both engines make the same checksum of. A row is the hash of its columns in a form that tells every row from every
 * other: numbers as digits, texts behind their length in bytes, nothing for NULL, a comma behind each. Rows are the hash of
 * their hashes in ascending order, so that it does not matter in which order they were read. None is the empty text.
 */

export type Value = number | string | null;

/** A row as PostgreSQL takes it, from SQLite, where a column can hold anything. */
export function toRow({ columns }: CopiedTable, values: readonly unknown[]): Value[] {
  return columns.map(({ name, kind }, at) => {
    const value = values[at];
    if (value === null || value === undefined) return null;
    if (kind === 'json') return withoutNulInside(String(value));
    if (kind === 'text') return withoutNul(String(value)).toWellFormed();
    if (typeof value === 'number') return Math.trunc(value);
    throw new Error(`a ${typeof value} where a number has to be, in ${name}`);
  });
}

/** In JSON it is written so that PostgreSQL would take it; but what is read is to be the same as if it had been stored there. */
function withoutNulInside(json: string): string {
  if (!json.includes('\\u0000')) return json;
  return JSON.stringify(JSON.parse(json, (_key, value) => (typeof value === 'string' ? withoutNul(value) : value)));
}

export function hashRow(row: readonly Value[]): string {
  let text = '';
  for (const value of row)
    text += typeof value === 'string' ? `${Buffer.byteLength(value)}:${value},` : `${value ?? ''},`;
  return md5(text);
}

export function hashRows(hashes: readonly string[]): string {
  return hashes.length === 0 ? '' : md5(hashes.toSorted().join(''));
}

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** `hashRow` by PostgreSQL, of a row of the table. */
export function rowHashOf({ name, columns }: CopiedTable): SQL {
  const parts = columns.map((column) => {
    const value = `"${name}"."${column.name}"`;
    if (column.kind === 'text' || column.kind === 'json')
      return `coalesce(octet_length(${value}) || ':' || ${value}, '')`;
    return `coalesce(${column.kind === 'boolean' ? `${value}::integer` : value}::text, '')`;
  });
  return sql.raw(`md5(${parts.join(` || ',' || `)} || ',')`);
}

/** `hashRows` by PostgreSQL, of a column of hashes. */
export const hashOfHashes = sql`coalesce(md5(string_agg(hash, '' ORDER BY hash COLLATE "C")), '')`;
