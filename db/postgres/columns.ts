import { createHash } from 'node:crypto';
import { type AnyColumn, type SQL, sql } from 'drizzle-orm';
import { bigint, customType } from 'drizzle-orm/pg-core';

/** Times (UTC milliseconds), Telegram's ids and our own: all below 2^53, which a JS number holds exactly. */
export const number = (name: string) => bigint(name, { mode: 'number' });

/** A key that the database gives out, and that a copy from another engine brings along. Never used twice. */
export const numbered = (name: string) => bigint(name, { mode: 'number' }).generatedByDefaultAsIdentity();

/** PostgreSQL's text takes every character but U+0000, and no post means anything by that. */
export const withoutNul = (value: string) => (value.includes('\0') ? value.replaceAll('\0', '') : value);

/** As a text is read back: half a surrogate pair is no text to a server either, and comes out as U+FFFD. */
export const storable = (value: string) => withoutNul(value).toWellFormed();

export const text = customType<{ data: string; driverData: string }>({
  dataType: () => 'text',
  toDriver: withoutNul,
});

/**
 * What an index on a text of any length holds: a row of a B-tree has room for 2,704 bytes only
 * (https://www.postgresql.org/docs/current/btree.html), and an address can be longer. Look a text up by `hasText`.
 */
export const hashOf = (column: AnyColumn): SQL => sql`md5(${column})`;

/** Whether a column that is indexed by `hashOf` has this text. */
export const hasText = (column: AnyColumn, value: string): SQL =>
  sql`(md5(${column}) = md5(${withoutNul(value)}) AND ${column} = ${withoutNul(value)})`;

/** What `hashOf` makes of a text: what two texts that a unique index takes for one have in common. */
export const hashOfText = (value: string): string => createHash('md5').update(storable(value)).digest('hex');

/** Whether a column that is indexed by `hashOf` has one of these texts, given by their `hashOfText`. */
export const hasHash = (column: AnyColumn, hashes: readonly string[]): SQL =>
  sql`md5(${column}) = ANY(${`{${hashes.join(',')}}`}::text[])`;

/** Texts in the order of their bytes, whatever language the server's database was made for. */
export const inByteOrder = (column: AnyColumn): SQL => sql`${column} COLLATE "C"`;

/** What a button or a link carries may be no number that a column could hold: then it is nobody's. */
export const isNumber = (value: number): boolean => Number.isSafeInteger(value);

/** JSON kept as the text that it was written as: it can be compared, be part of a key, and means the same to every engine. */
export function json<T>(name: string) {
  return customType<{ data: T; driverData: string }>({
    dataType: () => 'text',
    toDriver: (value) => withoutNul(JSON.stringify(value)),
    fromDriver: (value) => JSON.parse(value) as T,
  })(name);
}
