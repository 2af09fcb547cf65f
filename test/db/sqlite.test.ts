import fs, { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockForBot, openStores } from '../../db/open-stores.js';
import { Sqlite } from '../../db/sqlite/driver.js';
import { anArticle, saveNews } from '../support/builders.js';
import { describeStores } from './store-contract.js';

describeStores('SQLite', () => openStores('file::memory:'));

describe('a SQLite file', () => {
  let folder: string;
  let url: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'zhaibao-db-'));
    url = `file:${path.join(folder, 'deep', 'zhaibao.db')}`;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is made with its folder, and read again after closing', async () => {
    const first = await openStores(url);
    await saveNews(first, [anArticle()], new Date());
    await first.close();
    const second = await openStores(url);
    expect(await second.articles.findByIdentity(anArticle().identity)).toMatchObject({ title: anArticle().title });
    await second.close();
  });

  it('keeps its writes through power loss: WAL with full synchronisation', async () => {
    const stores = await openStores(url);
    const client = new Sqlite(url.slice(5));
    expect(client.pragma('journal_mode', { simple: true })).toBe('wal');
    client.close();
    await stores.close();
  });

  it('of a newer version is refused with what to do', async () => {
    await (await openStores(url)).close();
    const client = new Sqlite(url.slice(5));
    client.exec(`INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('of the future', 9999999999999)`);
    client.close();
    await expect(openStores(url)).rejects.toThrow(/written by a newer version of zhaibao: install that version/);
  });

  it('that is no database is refused, and left as it is', async () => {
    const { mkdirSync, readFileSync, writeFileSync } = await import('node:fs');
    mkdirSync(path.join(folder, 'deep'));
    writeFileSync(url.slice(5), 'not a database, but somebody’s notes '.repeat(100));
    const before = readFileSync(url.slice(5), 'utf8');
    await expect(openStores(url)).rejects.toThrow(/cannot be opened: file is not a database/);
    expect(readFileSync(url.slice(5), 'utf8')).toBe(before);
  });

  it('has one bot at a time', async () => {
    const stores = await openStores(url);
    const lock = lockForBot(url);
    expect(() => lockForBot(url)).toThrow(/another bot is running/);
    lock.release();
    lockForBot(url).release();
    await stores.close();
  });

  it('has one bot also through a link, and tells a broken lock from a taken one', async () => {
    const stores = await openStores(url);
    const link = path.join(folder, 'link.db');
    fs.symlinkSync(url.slice(5), link);
    const lock = lockForBot(url);
    expect(() => lockForBot(`file:${link}`)).toThrow(/another bot is running/);
    lock.release();
    fs.writeFileSync(`${url.slice(5)}.lock`, 'no database '.repeat(100));
    expect(() => lockForBot(url)).toThrow(/lock file .* cannot be used/);
    await stores.close();
  });

  it('that must be there is not made', async () => {
    await expect(openStores(url, { mustExist: true })).rejects.toThrow(
      /no database at .*: run `import` or `start` first/,
    );
    expect(fs.existsSync(path.dirname(url.slice(5)))).toBe(false);
  });

  it('says which kind of database it cannot open', async () => {
    await expect(openStores('mysql://example/db')).rejects.toThrow('DATABASE_URL mysql: is not supported');
  });
});
