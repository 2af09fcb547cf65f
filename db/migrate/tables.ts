import { getTableName, is, SQL } from 'drizzle-orm';
import { getTableConfig, type IndexedColumn, PgDialect, type PgTable } from 'drizzle-orm/pg-core';
import { getTableConfig as getSqliteTableConfig, type SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import * as postgres from '../postgres/schema.js';
import * as sqlite from '../sqlite/schema.js';

const quoted = (table: string, column: string) => `"${table}"."${column}"`;
const dialect = new PgDialect();
const render = (expression: SQL) => dialect.sqlToQuery(expression).sql;

/** A column that both engines have. */
export interface CopiedColumn {
  readonly name: string;
  /** `json`: as a text. */
  readonly kind: 'integer' | 'boolean' | 'text' | 'json';
  /** What SQLite reads it by. */
  readonly source: string;
}

/** An expression of each engine, with an order that is the same to both. */
export interface KeyPart {
  readonly source: string;
  readonly target: string;
}

/** A table that is copied row by row. Expressions name columns with their table. */
export interface CopiedTable {
  readonly name: string;
  readonly columns: readonly CopiedColumn[];
  /** What rows are told apart and walked by, in this order. */
  readonly key: readonly KeyPart[];
  /** What else is there only once, for whom `where` holds. */
  readonly unique: readonly { readonly columns: readonly string[]; readonly where: string | undefined }[];
  /** The column that the server counts up. */
  readonly numbered: string | undefined;
}

/** What has no column in SQLite, but is there: the number that a row has when none was asked for grows as rows are added. */
const hiddenColumns: Readonly<Record<string, string>> = { 'article_categories.filed': 'rowid' };

/** In an order in which nothing refers to what comes later. */
export const copiedTables: readonly CopiedTable[] = [
  postgres.sources,
  postgres.sourcePosts,
  postgres.rejectedPosts,
  postgres.categories,
  postgres.articles,
  postgres.articleCategories,
  postgres.storyMarks,
  postgres.chats,
  postgres.subscriptions,
  postgres.filters,
  postgres.watchQueries,
  postgres.watches,
  postgres.digests,
  postgres.deliveries,
  postgres.targets,
  postgres.edits,
  postgres.saved,
  postgres.announcements,
  postgres.notices,
  postgres.queries,
  postgres.receivedUpdates,
  postgres.botState,
].map(describe);

function describe(table: PgTable): CopiedTable {
  const name = getTableName(table);
  const { columns, indexes, primaryKeys } = getTableConfig(table);
  const byName = (wanted: string) => columns.filter((column) => column.name === wanted);
  const own = new Map(sourceColumns(name).map((column) => [column.name, column]));
  const copied = columns.flatMap((column): CopiedColumn[] => {
    const source = own.has(column.name) ? column.name : hiddenColumns[`${name}.${column.name}`];
    if (source === undefined) return [];
    const isJson = own.get(column.name)?.dataType === 'json';
    return [{ name: column.name, kind: isJson ? 'json' : kindOf(column.getSQLType()), source }];
  });
  const once = indexes
    .filter(({ config }) => config.unique)
    .map(({ config }) => ({
      columns: config.columns.map((column) =>
        is(column, SQL) ? render(column) : quoted(name, (column as IndexedColumn).name ?? ''),
      ),
      where: config.where && render(config.where),
    }));
  const inKey = primaryKeys.flatMap((key) => key.columns.map((column) => column.name));
  const primary = inKey.length > 0 ? inKey.flatMap((each) => byName(each)) : columns.filter((column) => column.primary);
  const [first, ...others] = once;
  const byPrimary = primary.map((column) => {
    const source = quoted(name, column.name);
    return { source, target: column.getSQLType() === 'text' ? `${source} COLLATE "C"` : source };
  });
  const single = columns.filter(({ isUnique }) => isUnique).map((column) => [quoted(name, column.name)]);
  return {
    name,
    columns: copied,
    // Hashes are ordered alike by every collation. By an index, where a table grows.
    key: primary.length > 0 ? byPrimary : (first?.columns ?? []).map((each) => ({ source: each, target: each })),
    unique: [...single.map((some) => ({ columns: some, where: undefined })), ...(primary.length > 0 ? once : others)],
    numbered: columns.find((column) => column.generatedIdentity !== undefined)?.name,
  };
}

/** The columns that a table has in SQLite. */
function sourceColumns(name: string): readonly SQLiteColumn[] {
  const table = Object.values(sqlite)
    .filter((each) => is(each, SQLiteTable))
    .find((each) => getTableName(each) === name);
  return table ? getSqliteTableConfig(table).columns : [];
}

function kindOf(type: string): CopiedColumn['kind'] {
  if (type === 'bigint' || type === 'integer') return 'integer';
  if (type === 'boolean' || type === 'text') return type;
  throw new Error(`columns of type ${type} are not copied`);
}
