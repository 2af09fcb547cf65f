import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { openStores } from '../../db/open-stores.js';
import { openDatabase } from '../../db/sqlite/database.js';
import { Sqlite, type SqliteClient } from '../../db/sqlite/driver.js';
import { projectFile } from '../../src/paths.js';
import { anArticle, queryFor, saveNews } from '../support/builders.js';

const compiled = (await import(`${inject('build')}db/open-stores.js`)) as { openStores: typeof openStores };
const bundled = projectFile('db', 'sqlite', 'migrations');
const { entries } = JSON.parse(fs.readFileSync(path.join(bundled, 'meta', '_journal.json'), 'utf8')) as {
  entries: readonly { readonly when: number; readonly tag: string }[];
};

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-db-'));
  file = path.join(folder, 'zhaibao.db');
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

/** A little of everything that a database ever held, parents first. Of each row a version takes the columns that it has. */
const rows: readonly (readonly [table: string, row: Readonly<Record<string, unknown>>])[] = [
  ['sources', { id: 1, key: 'news', first_read_at: 1, last_read_at: 2, last_error: null }],
  ['source_posts', { source_id: 1, path: 'a.md', fingerprint: 'f', state: 'done' }],
  ['rejected_posts', { source_id: 1, path: 'b.md', reason: 'no-body', detail: '空', rejected_at: 3 }],
  ['categories', { id: 1, name: '云溪日报', folded_name: '云溪日报', slug: 'yunxiribao', article_count: 2 }],
  ['articles', { ...anArticleRow(1, '养老保险'), title: '旧文章', byline: '本报记者', story_id: null, revision: 1 }],
  ['articles', { ...anArticleRow(2, '社保'), title: null, story_id: 1, revision: 2 }],
  ['article_categories', { article_id: 1, category_id: 1, order_at: 1 }],
  ['article_categories', { article_id: 2, category_id: 1, order_at: 2 }],
  ['chats', { id: 5, type: 'private', state: 'active', not_before: 0, first_seen_at: 1, last_seen_at: 1, silent: 1 }],
  [
    'chats',
    { id: -1_009_999_999_999, type: 'channel', state: 'gone', not_before: 7, first_seen_at: 1, last_seen_at: 1 },
  ],
  ['subscriptions', { id: 1, chat_id: 5, topic_id: 0, category_id: 1, created_at: 1 }],
  ['queries', { id: 1, text: '养老' }],
  ['watch_queries', { id: 1, text: '社保', category_ids: '[]', excluded_category_ids: '[]' }],
  ['watches', { chat_id: 5, topic_id: 0, query_id: 1, created_at: 1 }],
  ['filters', { id: 1, chat_id: 5, topic_id: 0, category_id: 1, included: '[]', excluded: '["股票"]' }],
  [
    'digests',
    { id: 1, chat_id: 5, topic_id: 0, reason: 'burst', created_at: 1, message_id: 8, is_part: 0, shown_page: 0 },
  ],
  ['deliveries', { ...aDeliveryRow(1, 1), state: 'sent', message_id: 9, finished_at: 3, digest_id: 1 }],
  ['deliveries', { ...aDeliveryRow(2, 2), state: 'pending' }],
  ['edits', { id: 1, chat_id: 5, delivery_id: 1, attempts: 0, next_attempt_at: 0 }],
  ['edits', { id: 2, chat_id: 5, digest_id: 1, attempts: 0, next_attempt_at: 0 }],
  ['saved', { chat_id: 5, article_id: 1, saved_at: 4 }],
  ['targets', { chat_id: 5, topic_id: 0, digested_at: 1, digested_before_at: null }],
  ['announcements', { id: 1, text: '公告', created_by: 9, created_at: 1 }],
  ['notices', { id: 1, chat_id: 5, announcement_id: 1, state: 'sent', attempts: 0, next_attempt_at: 0 }],
  ['bot_state', { key: 'k', value: 'v' }],
  ['story_marks', { mark: 1, day: 2, article_id: 1 }],
];

function anArticleRow(n: number, text: string) {
  const fixed = { outline: '[]', key_sentences: '[]', first_seen_at: n, order_at: n, text, search_text: text };
  return { id: n, identity: `https://example.com/${n}`, ...fixed };
}

function aDeliveryRow(n: number, articleId: number) {
  const fixed = { topic_id: 0, attempts: 0, next_attempt_at: 1, created_at: 1 };
  return { id: n, chat_id: 5, article_id: articleId, story_id: articleId, ...fixed };
}

describe.each(entries.map(({ tag }, index) => [tag, index + 1] as const))('a database as of %s', (_tag, migrations) => {
  it('keeps all that it has, and is searchable and owes what it owed', async () => {
    makeVersion(file, migrations);
    const before = contents(file);
    const stores = await compiled.openStores(`file:${file}`);
    const article = await stores.articles.findByIdentity('https://example.com/1');
    expect(article).toMatchObject({ title: '旧文章', text: '养老保险', categories: [{ name: '云溪日报' }] });
    expect(await stores.subscriptions.list({ chatId: 5, topicId: 0 })).toMatchObject([{ name: '云溪日报' }]);
    expect((await stores.deliveries.listWaiting(undefined)).chats).toEqual([{ chatId: 5, articleId: 2 }]);
    expect(await stores.search.check()).toMatchObject({ articles: 2, missing: 2 });
    const request = { query: queryFor('养老'), order: 'newest' as const, limit: 5, countUpTo: 5 };
    expect((await stores.search.search(request))?.items).toMatchObject([{ title: '旧文章' }]);
    expect(contents(file)).toEqual(expect.objectContaining(upgraded(before, file)));
    expect(await stores.admin.totals()).toMatchObject({
      articles: 2,
      deliveries: { pending: 1, sent: 1 },
      pending: 1,
      rejected: { 'no-body': 1 },
    });
    const saved = await saveNews(stores, [anArticle()], new Date());
    expect(saved).toMatchObject({ added: 1, queued: 1 });
    await stores.close();
    const client = new Sqlite(file);
    expect(client.pragma('foreign_key_check')).toEqual([]);
    expect(client.pragma('integrity_check', { simple: true })).toBe('ok');
    const revisions = client.prepare('SELECT revision FROM articles ORDER BY id').pluck().all() as number[];
    expect(revisions.slice(0, 2)).toEqual([1, 2]);
    expect(revisions[2]).toBeGreaterThan(2);
    client.close();
  });
});

describe('an upgrade', () => {
  const last = entries.length - 1;

  it('keeps a copy of what was there, and of such copies the newest two', () => {
    makeVersion(file, last);
    const before = contents(file);
    const told: string[] = [];
    openDatabase(file, { onUpgrade: (copy) => told.push(copy) }).client.close();
    expect(contents(told[0] ?? '')).toEqual(before);
    openDatabase(file, { onUpgrade: (copy) => told.push(copy) }).client.close();
    expect(told).toHaveLength(1);
    for (let n = 0; n < 3; n += 1) {
      fs.rmSync(file);
      makeVersion(file, last);
      openDatabase(file).client.close();
    }
    expect(fs.readdirSync(folder).filter((name) => name.includes('.before-'))).toHaveLength(2);
  });

  it('that rebuilds a table takes no row of another with it', () => {
    makeVersion(file, entries.length);
    const before = contents(file);
    const { client } = openDatabase(file, { migrationsFolder: withMigration(rebuildOf('deliveries')) });
    expect(client.prepare('SELECT count(*) FROM edits').pluck().get()).toBe(2);
    expect(client.pragma('foreign_keys', { simple: true })).toBe(1);
    client.close();
    expect(contents(file)).toEqual(before);
  });

  it.each([
    ['leaves broken references', 'DELETE FROM articles WHERE id = 1', /it would leave \d+ broken references/],
    ['fails on its way', 'DELETE FROM saved;\n--> statement-breakpoint\nSELECT nonsense', /no such column: nonsense/],
  ])('that %s is taken back as a whole', (_title, sql, message) => {
    makeVersion(file, entries.length);
    const before = contents(file);
    const open = () => openDatabase(file, { migrationsFolder: withMigration(sql) });
    expect(open).toThrow(message);
    expect(open).toThrow(/cannot be upgraded and is as it was/);
    expect(contents(file)).toEqual(before);
    openDatabase(file).client.close();
  });
});

/** The first so many migrations applied, with a little of everything in it. */
function makeVersion(to: string, migrations: number): void {
  const client = new Sqlite(to);
  client.exec('CREATE TABLE __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)');
  const note = client.prepare('INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)');
  for (const { tag, when } of entries.slice(0, migrations)) {
    client.exec(fs.readFileSync(path.join(bundled, `${tag}.sql`), 'utf8'));
    note.run(tag, when);
  }
  for (const [table, row] of rows) {
    const columns = columnsOf(client, table).filter((column) => row[column] !== undefined);
    if (columns.length === 0) continue;
    const values = columns.map((column) => row[column]);
    client
      .prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`)
      .run(...values);
  }
  // What the writer keeps in step since there are revisions.
  if (columnsOf(client, 'archive').length > 0) client.exec('UPDATE archive SET revision = 2');
  client.close();
}

const columnsOf = (client: SqliteClient, table: string) =>
  (client.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name);

type Contents = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** Every row of every table, apart from those that keep account of versions and revisions. */
function contents(of: string): Contents {
  const client = new Sqlite(of, { readonly: true });
  const tables = client
    .prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'archive'
      AND name NOT LIKE '\\_\\_%' ESCAPE '\\' ORDER BY name`)
    .pluck()
    .all() as string[];
  const entriesOf = tables.map((table) => [table, client.prepare(`SELECT * FROM ${table}`).all()] as const);
  client.close();
  return Object.fromEntries(entriesOf) as Contents;
}

/** What must be there after an upgrade: each row as it was, in the columns that are there still. */
function upgraded(before: Contents, of: string): Contents {
  const client = new Sqlite(of, { readonly: true });
  const expected = Object.entries(before).map(([table, list]) => {
    const columns = new Set(columnsOf(client, table));
    const kept = list.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => columns.has(name))));
    return [table, kept.map((row) => expect.objectContaining(row))] as const;
  });
  client.close();
  return Object.fromEntries(expected) as unknown as Contents;
}

/** The bundled migrations with one more. */
function withMigration(sql: string): string {
  const copy = path.join(folder, 'migrations');
  fs.cpSync(bundled, copy, { recursive: true });
  fs.writeFileSync(path.join(copy, '9999_more.sql'), sql);
  const journal = path.join(copy, 'meta', '_journal.json');
  const more = { idx: 9_999, version: '6', when: 9_999_999_999_999, tag: '9999_more', breakpoints: true };
  fs.writeFileSync(journal, JSON.stringify({ version: '7', dialect: 'sqlite', entries: [...entries, more] }));
  return copy;
}

/** As drizzle-kit rebuilds a table, which cascades into what refers to it while foreign keys are on. */
function rebuildOf(table: string): string {
  const client = new Sqlite(file, { readonly: true });
  const { sql } = client.prepare(`SELECT sql FROM sqlite_master WHERE name = ?`).get(table) as { sql: string };
  client.close();
  return [
    sql.replace(table, `__new_${table}`),
    `INSERT INTO __new_${table} SELECT * FROM ${table}`,
    `DROP TABLE ${table}`,
    `ALTER TABLE __new_${table} RENAME TO ${table}`,
  ].join(';\n--> statement-breakpoint\n');
}
