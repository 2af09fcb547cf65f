import { type SQL, sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { get } from '../../db/postgres/database.js';
import { countDays } from '../../db/postgres/search/count-days.js';
import { findPage, openSearch } from '../../db/postgres/search/index-reader.js';
import { inSnapshot } from '../../db/postgres/search/snapshot.js';
import { Interrupted } from '../../db/search/budget.js';
import type { IndexProgress, SearchRequest, Stores } from '../../src/ports.js';
import { foldText } from '../../src/search/fold.js';
import { articleNumber, queryFor, saveNews } from '../support/builders.js';
import { startingMs, startPglite, startServerDatabase, type TestPostgres } from '../support/postgres.js';

const now = new Date('2026-01-06T02:00:00Z');

/** What only PostgreSQL has to do for a search. */
function describeSearching(engine: string, start: () => Promise<TestPostgres>): void {
  describe(`searching on ${engine}`, () => {
    let database: TestPostgres;
    let stores: Stores;
    beforeAll(async () => {
      database = await start();
    }, startingMs);
    afterAll(() => database?.close());
    beforeEach(async () => {
      stores = await database.open();
    });
    afterEach(() => stores.close());

    const request = (text: string, over: Partial<SearchRequest> = {}): SearchRequest => ({
      query: queryFor(foldText(text)),
      order: 'newest',
      limit: 100,
      countUpTo: 1_000,
      ...over,
    });
    const page = async (text: string, over: Partial<SearchRequest> = {}) => {
      const found = await stores.search.search(request(text, over));
      if (!found) throw new Error('superseded');
      return found;
    };
    const titles = async (text: string, over: Partial<SearchRequest> = {}) =>
      (await page(text, over)).items.map(({ title }) => title);
    const filed = (n: number, name: string, text: string) =>
      articleNumber(n, { text, outline: [], categories: [{ name, slug: undefined }] });
    const save = (from: number, to: number, text = '社保') =>
      saveNews(
        stores,
        Array.from({ length: to - from + 1 }, (_, n) => filed(from + n, '云溪日报', text)),
        now,
      );
    const run = (statement: SQL) => database.connection.database.execute(statement);
    const oldest = (count: number) => sql`SELECT article_id FROM search_docs ORDER BY article_id LIMIT ${count}`;
    const countOf = async (what: SQL) =>
      (await get<{ n: number }>(database.connection.database, sql`SELECT count(*) AS n FROM ${what}`))?.n;

    it('finds a text with more terms than the index holds as well as any other', async () => {
      // No two neighbours twice.
      const long = ['甲', '乙', '丙', '丁', '戊', '己']
        .map((each) => Array.from({ length: 18_000 }, (_, n) => each + String.fromCharCode(0x4e00 + n)).join(''))
        .join('');
      await saveNews(
        stores,
        [filed(1, '甲报', '社保卡'), filed(2, '乙报', `${long}，社保卡。`), filed(3, '甲报', '社保卡，养老金')],
        now,
      );
      expect(await countOf(sql`search_docs WHERE NOT is_whole`)).toBe(1);
      for (const text of ['社保', '社保卡']) {
        expect(await titles(text)).toEqual(['第3篇', '第2篇', '第1篇']);
        expect((await titles(text, { order: 'ranked' })).sort()).toEqual(['第1篇', '第2篇', '第3篇']);
      }
      expect(await titles('养老金')).toEqual(['第3篇']);
      expect((await page('社保')).total).toEqual({ count: 3, isExact: true });
      expect((await page('社保', { countUpTo: 2 })).total).toEqual({ count: 2, isExact: false });
      const [first, second] = await stores.categories.list();
      const within = (over: object) => titles('社保', { query: { ...queryFor('社保'), ...over } });
      expect(await within({ categoryIds: [second?.id] })).toEqual(['第2篇']);
      expect(await within({ categoryIds: [first?.id] })).toEqual(['第3篇', '第1篇']);
      expect(await within({ excludedCategoryIds: [first?.id] })).toEqual(['第2篇']);
      expect(await within({ excluded: ['养老金'] })).toEqual(['第2篇', '第1篇']);
      expect(await within({ until: new Date(Date.UTC(2026, 0, 5, 0, 3)) })).toEqual(['第2篇', '第1篇']);
      const span = { from: new Date('2026-01-01'), until: now, timeZone: 'Asia/Shanghai' };
      for (const text of ['社保', '社保卡']) {
        const counted = await stores.search.countByDay({ query: queryFor(text), ...span });
        expect([...(counted?.days[0]?.hits.values() ?? [])]).toEqual([2, 1]);
      }
    });

    it('takes words that are cut inside a character', async () => {
      await save(1, 1, `说到${'a'.repeat(39)}𐐨𐐩，社保。`);
      expect(await titles('社保')).toEqual(['第1篇']);
    });

    it('gives every half year in its turn', async () => {
      const months = Array.from({ length: 60 }, (_, n) => new Date(Date.UTC(2016, n * 2, 1)));
      const all = [new Date(Date.UTC(1955, 5, 1)), new Date(Date.UTC(1969, 11, 31, 23)), ...months];
      await saveNews(
        stores,
        all.map((published, n) => articleNumber(n, { published, text: n % 2 ? '社保卡' : '社保，保卡' })),
        now,
      );
      const newestFirst = all.map((_, n) => `第${n}篇`).reverse();
      expect(await titles('社保')).toEqual(newestFirst);
      expect(await titles('社保卡')).toEqual(newestFirst.filter((_, n) => n % 2 === 0));
      const bounded = { ...queryFor('社保'), from: new Date(Date.UTC(1960, 0)), until: new Date(Date.UTC(2016, 2)) };
      expect(await titles('社保', { query: bounded })).toEqual(['第2篇', '第1篇']);
    });

    it('gives an asker up that asks again, and answers everybody else', async () => {
      await save(1, 50);
      const [given, answered, ...others] = await Promise.all([
        stores.search.search(request('社保'), 'one'),
        stores.search.countByDay(
          { query: queryFor('社保'), from: new Date('2026-01-01'), until: now, timeZone: 'Asia/Shanghai' },
          'one',
        ),
        ...Array.from({ length: 20 }, (_, n) =>
          stores.search.search(request('社保'), n % 2 ? `asker ${n}` : undefined),
        ),
      ]);
      expect(given).toBeUndefined();
      expect(answered?.days).toHaveLength(1);
      expect(others.map((each) => each?.total.count)).toEqual(others.map(() => 50));
    });

    describe('whose time is up', () => {
      /** Ends after so many looks at the clock. */
      const budgetOf = (checks: number) => {
        let left = checks;
        const check = () => {
          left -= 1;
          if (left < 0) throw new Interrupted('enough');
        };
        return { check, checkNow: check };
      };
      const search = (checks: number, over: Partial<SearchRequest>) =>
        inSnapshot(database.connection.database, budgetOf(checks), (snapshot) =>
          findPage(openSearch(snapshot, request('养老保险', over))),
        );
      // Nothing tells without a look at the text.
      beforeEach(() => save(0, 299, '養老，老保，保险；养老保险'));

      it('gives the hits that it has found, in order, and says that this is not all', async () => {
        const { hits, ...rest } = await search(60, {});
        expect(rest).toMatchObject({ timedOut: true, hasOlder: false, total: { count: 0, isExact: false } });
        expect(hits.length).toBeGreaterThan(10);
        const inOrder = (await page('养老保险')).items.slice(0, hits.length).map(({ id }) => id);
        expect(hits.map(({ articleId }) => articleId)).toEqual(inOrder);
      });

      it('counts as far as it came', async () => {
        const { timedOut, hasOlder, total } = await search(150, { limit: 5 });
        expect({ timedOut, hasOlder, isExact: total.isExact }).toEqual({
          timedOut: false,
          hasOlder: true,
          isExact: false,
        });
        expect(total.count).toBeGreaterThan(10);
        expect(total.count).toBeLessThan(300);
      });

      it('counts by day as far as it came, the newest days first', async () => {
        const span = { from: new Date('2026-01-01T00:00:00Z'), until: now, timeZone: 'Asia/Shanghai' };
        const query = queryFor('养老保险');
        const counted = await inSnapshot(database.connection.database, budgetOf(150), (snapshot) =>
          countDays(snapshot, { query, ...span }),
        );
        const hits = [...(counted.days[0]?.hits.values() ?? [])];
        expect(counted).toMatchObject({ timedOut: true, days: [{ day: '2026-01-05' }] });
        // A minute apart each, the last at 04:59.
        expect(counted.countedSince).toEqual(new Date(Date.UTC(2026, 0, 5, 0, 300 - (hits[0] ?? 0))));
      });

      it('is stopped by the server in the middle of a statement', async () => {
        const asked = inSnapshot(
          database.connection.database,
          budgetOf(1_000),
          (snapshot) => snapshot.rows(sql`SELECT pg_sleep(5)`),
          100,
        );
        if (database.url === undefined) return void (await asked.catch(() => {}));
        await expect(asked).rejects.toThrow(Interrupted);
      });
    });

    describe('of terms of another version of the analyzer', () => {
      const outdate = (condition: SQL) =>
        run(sql`UPDATE search_docs SET version = 0, terms = '', is_plain = false WHERE ${condition}`);

      it('makes them anew in the background, says so meanwhile, and finds the rest', async () => {
        await save(1, 500);
        // Numbers may have gaps.
        await outdate(sql`article_id NOT IN (${oldest(100)})`);
        const found = await page('社保');
        expect(found.filling).toEqual({ indexed: 100, articles: 500 });
        expect(found.total.count).toBe(100);
        await expect.poll(async () => (await page('社保')).total.count, { timeout: 20_000 }).toBe(500);
        await stores.search.caughtUp();
        expect((await page('社保')).filling).toBeUndefined();
        expect(await stores.search.check()).toMatchObject({ indexed: 500, missing: 0, isCurrentVersion: true });
      });

      it('tells how far it is, and shares the work with other processes', async () => {
        await save(1, 450);
        await outdate(sql`true`);
        expect(await stores.search.check()).toMatchObject({ indexed: 450, missing: 450, isCurrentVersion: false });
        const other = await database.open({ keep: true });
        const heard: IndexProgress[] = [];
        await Promise.all([stores.search.caughtUp((progress) => heard.push(progress)), other.search.caughtUp()]);
        expect(heard[0]?.articles).toBe(450);
        expect(await stores.search.check()).toMatchObject({ indexed: 450, missing: 0, isCurrentVersion: true });
        expect((await page('社保')).total.count).toBe(450);
        await other.close();
      });

      it('verifies what they find', async () => {
        await save(1, 60);
        // As if the analyzer had taken other words for one.
        await run(
          sql`UPDATE search_docs SET version = 0, terms = replace(terms, '社保', '医保') WHERE article_id IN (${oldest(30)})`,
        );
        stores.search.stopFollowing();
        expect((await page('医保')).total).toEqual({ count: 0, isExact: true });
        expect((await page('社保')).total.count).toBe(30);
      });

      it('leaves newer ones to newer processes', async () => {
        await save(1, 10);
        await run(sql`UPDATE search_docs SET version = 99`);
        await stores.search.caughtUp();
        expect(await countOf(sql`search_docs WHERE version = 99`)).toBe(10);
        expect((await page('社保')).total).toEqual({ count: 10, isExact: true });
      });
    });

    it('is rebuilt while searches and news go on, whatever was wrong with it', async () => {
      await save(1, 250);
      await run(sql`DELETE FROM search_docs WHERE article_id IN (${oldest(20)})`);
      await run(sql`UPDATE search_docs SET terms = '医保' WHERE article_id IN (${oldest(20)})`);
      await run(
        sql`INSERT INTO search_docs SELECT 9999, order_at, version, is_whole, is_plain, terms, is_literal FROM search_docs LIMIT 1`,
      );
      await run(sql`DELETE FROM title_words`);
      expect(await stores.search.check()).toMatchObject({ articles: 250, indexed: 231, missing: 20, stale: 1 });
      const heard: IndexProgress[] = [];
      await Promise.all([stores.search.rebuild((progress) => heard.push(progress)), save(300, 310), titles('社保')]);
      expect(heard.at(-1)?.articles).toBeGreaterThanOrEqual(250);
      expect(await stores.search.check()).toMatchObject({ articles: 261, indexed: 261, missing: 0, stale: 0 });
      expect((await page('社保')).total.count).toBe(261);
    });
  });
}

describeSearching('PostgreSQL in this process', startPglite);
describe.skipIf(!process.env.TEST_DATABASE_URL)('with a server (TEST_DATABASE_URL)', () =>
  describeSearching('a PostgreSQL server', () => startServerDatabase(process.env.TEST_DATABASE_URL ?? '')),
);
