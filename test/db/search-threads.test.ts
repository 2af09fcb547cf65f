import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { openStores } from '../../db/open-stores.js';
import { Sqlite } from '../../db/sqlite/driver.js';
import type { Stores } from '../../src/ports.js';
import { articleNumber, queryFor, saveNews } from '../support/builders.js';
import { describeSearch } from './search-contract.js';

/** The compiled stores: the search index runs on threads, and threads run what is compiled. */
const compiled = (await import(`${inject('build')}db/open-stores.js`)) as { openStores: typeof openStores };
const now = new Date('2026-01-05T02:00:00Z');

let folder: string;
let file: string;
let stores: Stores;
const open = async () => {
  stores = await compiled.openStores(`file:${file}`);
  return stores;
};
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-search-'));
  file = path.join(folder, 'zhaibao.db');
  await open();
});
afterEach(async () => {
  await stores.close();
  fs.rmSync(folder, { recursive: true });
});

describe('on threads', () => describeSearch(() => stores));

const request = (text: string) => ({ query: queryFor(text), order: 'newest' as const, limit: 100, countUpTo: 1_000 });
const titles = async (text: string) =>
  (await stores.search.search(request(text)))?.items.map(({ title }) => title) ?? [];
const save = (from: number, to: number, text = '社保') =>
  saveNews(
    stores,
    Array.from({ length: to - from + 1 }, (_, n) => articleNumber(from + n, { text })),
    now,
  );
const indexFiles = () => fs.readdirSync(folder).filter((name) => /\.search-\d+$/u.test(name));

describe('the search index of a file', () => {
  it('is behind by nothing that was stored before the search', async () => {
    for (let n = 1; n <= 20; n += 1) {
      await save(n, n);
      expect(await titles('社保')).toHaveLength(n);
    }
  });

  it('follows what another process stores', async () => {
    await save(1, 1);
    expect(await titles('社保')).toHaveLength(1);
    const other = await compiled.openStores(`file:${file}`);
    await saveNews(other, [articleNumber(2, { text: '社保' })], now);
    expect(await titles('社保')).toHaveLength(2);
    await other.close();
  });

  it.each([
    ['was deleted', (index: string) => fs.rmSync(index)],
    ['is no database', (index: string) => fs.writeFileSync(index, 'not a database '.repeat(1_000))],
    ['was cut off', (index: string) => fs.truncateSync(index, 8_192)],
    [
      'lost entries',
      (index: string) => {
        const client = new Sqlite(index);
        client.exec(`DELETE FROM docs WHERE docid > 100`);
        client.close();
      },
    ],
  ])('is made whole by itself when it %s', async (_what, damage) => {
    await save(1, 150);
    await stores.search.caughtUp();
    await stores.close();
    const [index = ''] = indexFiles();
    for (const suffix of ['-wal', '-shm']) fs.rmSync(path.join(folder, index + suffix), { force: true });
    damage(path.join(folder, index));
    await open();
    // The comparison of index and archive begins behind the first catching up.
    for (let tries = 0; tries < 100 && (await titles('社保')).length < 100; tries += 1) await stores.search.caughtUp();
    await expect
      .poll(async () => (await stores.search.search(request('社保')))?.total.count, { timeout: 10_000 })
      .toBe(150);
    expect(await stores.search.check()).toMatchObject({ articles: 150, indexed: 150, missing: 0, stale: 0 });
  });

  it('follows a database that was put back to an earlier state', async () => {
    await save(1, 5);
    await stores.search.caughtUp();
    await stores.close();
    fs.copyFileSync(file, `${file}.earlier`);
    await open();
    await save(6, 10);
    await save(1, 1, '医保');
    expect(await titles('社保')).toHaveLength(9);
    await stores.close();
    fs.copyFileSync(`${file}.earlier`, file);
    await open();
    await save(11, 12, '另外');
    await expect.poll(() => titles('社保'), { timeout: 10_000 }).toHaveLength(5);
    expect(await titles('另外')).toHaveLength(2);
    await expect.poll(() => stores.search.check()).toMatchObject({ articles: 7, indexed: 7, missing: 0, stale: 0 });
  });

  it('is rebuilt while searches and news go on, and replaced in one step', async () => {
    await save(1, 500);
    expect((await titles('社保')).length).toBe(100);
    const rebuilding = stores.search.rebuild();
    let rounds = 0;
    let isOver = false;
    void rebuilding.then(() => {
      isOver = true;
    });
    while (!isOver) {
      rounds += 1;
      await save(500 + rounds, 500 + rounds);
      expect((await stores.search.search(request('社保')))?.total.count).toBe(500 + rounds);
    }
    await rebuilding;
    expect(indexFiles()).toEqual(['zhaibao.db.search-2']);
    expect((await stores.search.search(request('社保')))?.total.count).toBe(500 + rounds);
    expect(await stores.search.check()).toMatchObject({ missing: 0, stale: 0 });
  });

  it('of another version is rebuilt by itself', async () => {
    await save(1, 20);
    await stores.search.caughtUp();
    await stores.close();
    const client = new Sqlite(path.join(folder, indexFiles()[0] ?? ''));
    client.exec(`UPDATE state SET analyzer_version = 0`);
    client.close();
    await open();
    expect(await titles('社保')).toHaveLength(20);
    await expect.poll(indexFiles, { timeout: 10_000 }).toEqual(['zhaibao.db.search-2']);
    expect(await stores.search.check()).toMatchObject({ isCurrentVersion: true, missing: 0 });
    expect(await titles('社保')).toHaveLength(20);
  });

  it('is made anew when it is deleted while it is used', async () => {
    await save(1, 50);
    await stores.search.caughtUp();
    expect(await titles('社保')).toHaveLength(50);
    const [index = ''] = indexFiles();
    for (const suffix of ['', '-wal', '-shm']) fs.rmSync(path.join(folder, index + suffix), { force: true });
    await expect.poll(indexFiles, { timeout: 10_000 }).toEqual(['zhaibao.db.search-2']);
    await expect.poll(() => titles('社保'), { timeout: 10_000 }).toHaveLength(50);
    expect(await stores.search.check()).toMatchObject({ missing: 0, isSound: true });
  });

  it('is made anew when only a search finds it broken', async () => {
    await save(1, 400);
    await stores.search.caughtUp();
    await stores.search.rebuild();
    await stores.close();
    const [index = ''] = indexFiles();
    // Headers of pages that keeping up does not read: those of the terms.
    const client = new Sqlite(path.join(folder, index), { readonly: true });
    const pages = client
      .prepare(`SELECT pageno FROM dbstat WHERE name = 'terms_data' AND pagetype = 'leaf'`)
      .pluck()
      .all() as number[];
    client.close();
    const handle = fs.openSync(path.join(folder, index), 'r+');
    for (const page of pages) fs.writeSync(handle, Buffer.alloc(16, 0xff), 0, 16, (page - 1) * 4_096);
    fs.closeSync(handle);
    await open();
    await expect.poll(() => titles('社保'), { timeout: 15_000 }).toHaveLength(100);
    expect(await stores.search.check()).toMatchObject({ missing: 0, isSound: true });
    expect(indexFiles()).not.toContain(index);
  });

  it('says that it is being filled as long as it is, from the first search on', async () => {
    const many = Array.from({ length: 3_000 }, (_, n) => articleNumber(n, { text: '社保' }));
    for (let at = 0; at < many.length; at += 500) await saveNews(stores, many.slice(at, at + 500), now);
    const page = await stores.search.search(request('社保'));
    const isWhole = page?.total.count === 1_000 && page.filling === undefined;
    expect(isWhole || page?.filling !== undefined).toBe(true);
    await stores.search.caughtUp();
    expect((await stores.search.search(request('社保')))?.filling).toBeUndefined();
  });

  it('builds upon nothing that an earlier rebuild left behind', async () => {
    await save(1, 20);
    await stores.search.caughtUp();
    fs.copyFileSync(path.join(folder, indexFiles()[0] ?? ''), `${file}.search-2`);
    await save(1, 20, '医保');
    await stores.search.rebuild();
    expect(indexFiles()).toEqual(['zhaibao.db.search-3']);
    expect(await titles('医保')).toHaveLength(20);
    expect(await stores.search.check()).toMatchObject({ missing: 0, stale: 0 });
  });

  it('ends at once when it is closed while another process writes to it', async () => {
    await save(1, 20);
    await stores.search.caughtUp();
    const other = new Sqlite(path.join(folder, indexFiles()[0] ?? ''));
    other.exec('BEGIN IMMEDIATE');
    await save(21, 40);
    const started = performance.now();
    await stores.close();
    expect(performance.now() - started).toBeLessThan(1_500);
    other.close();
    await open();
    expect(await titles('社保')).toHaveLength(40);
  });

  it('tells who waits for it that it cannot be written', async () => {
    await save(1, 20);
    fs.mkdirSync(`${file}.search-1`);
    await expect(stores.search.caughtUp()).rejects.toThrow(/search index could not be written/);
    expect((await stores.search.search(request('社保')))?.filling).toEqual({ indexed: 0, articles: 20 });
    fs.rmdirSync(`${file}.search-1`);
    await expect.poll(() => titles('社保'), { timeout: 10_000 }).toHaveLength(20);
  });

  it('tells what is missing, without changing it', async () => {
    await save(1, 3);
    expect(await stores.search.check()).toMatchObject({ articles: 3, indexed: 0, missing: 3, stale: 0 });
    expect(indexFiles()).toEqual([]);
  });

  it('gives up a search when its asker asks for something else', async () => {
    await save(1, 50);
    await stores.search.caughtUp();
    const first = stores.search.search(request('社保'), 'reader');
    const second = stores.search.search(request('社保'), 'reader');
    const other = stores.search.search(request('社保'), 'somebody else');
    expect(await first).toBeUndefined();
    expect((await second)?.items).toHaveLength(50);
    expect((await other)?.items).toHaveLength(50);
  });

  it('gives up a search for a count of the same asker, and a count for a search', async () => {
    await save(1, 50);
    await stores.search.caughtUp();
    const span = { from: new Date('2026-01-01T00:00:00Z'), until: now, timeZone: 'Asia/Shanghai' };
    const first = stores.search.search(request('社保'), 'reader');
    const second = stores.search.countByDay({ query: queryFor('社保'), ...span }, 'reader');
    const third = stores.search.search(request('社保'), 'reader');
    const other = stores.search.countByDay({ query: queryFor('社保'), ...span }, 'somebody else');
    expect(await first).toBeUndefined();
    expect(await second).toBeUndefined();
    expect((await third)?.items).toHaveLength(50);
    expect([...((await other)?.days[0]?.hits.values() ?? [])]).toEqual([50]);
  });
});
