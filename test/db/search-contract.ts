import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Article } from '../../src/domain/article.js';
import { dayOf } from '../../src/domain/calendar.js';
import type { DayCountRequest, SearchPage, SearchRequest, Stores } from '../../src/ports.js';
import { foldArticle, matchPlace } from '../../src/search/match.js';
import { parseQuery, type SearchQuery } from '../../src/search/query.js';
import { resolveQuery } from '../../src/service/resolve-query.js';
import { articleNumber, saveNews } from '../support/builders.js';

const now = new Date('2026-01-05T02:00:00Z');

/** What searching must do on every engine. */
export function describeSearch(open: () => Stores): void {
  describe('search', () => {
    const query = async (text: string): Promise<SearchQuery> => {
      const parsed = parseQuery(text, 'Asia/Shanghai');
      if (parsed.kind !== 'query') throw new Error(`nothing to search for in ${text}`);
      const resolved = resolveQuery(parsed.query, await open().categories.list());
      if (resolved.kind !== 'query') throw new Error(`no category in ${text}`);
      return resolved.query;
    };
    const page = async (text: string, over: Partial<SearchRequest> = {}): Promise<SearchPage> => {
      const request = { query: await query(text), order: 'ranked', limit: 10, countUpTo: 1_000, ...over } as const;
      const found = await open().search.search(request);
      if (!found) throw new Error('superseded');
      return found;
    };
    const titles = (found: SearchPage) => found.items.map(({ title }) => title);
    const search = async (text: string, over: Partial<SearchRequest> = {}) => titles(await page(text, over));
    const placeAt = (found: SearchPage, at: number) => {
      const hit = found.items[at];
      if (!hit) throw new Error(`no hit ${at}`);
      return hit.place;
    };
    /** Every hit, page by page, with something done between two pages. */
    const allPages = async (text: string, over: Partial<SearchRequest>, between: () => Promise<unknown>) => {
      const seen: string[] = [];
      let found = await page(text, over);
      for (;;) {
        seen.push(...titles(found));
        const place = found.items.at(-1)?.place;
        if (!found.hasOlder || !place) return seen;
        await between();
        found = await page(text, { ...over, from: { direction: 'older', place } });
      }
    };

    describe('finds', () => {
      beforeEach(() =>
        saveNews(
          open(),
          [
            articleNumber(1, { title: '养老保险怎么缴', text: '灵活就业人员可以参加养老保险。', outline: [] }),
            articleNumber(2, {
              title: 'ＥＴＦ规模创新高',
              text: '股票型 ETF 半天成交 100% 活跃，A 股与 5G 网络走强。',
              outline: [],
            }),
            articleNumber(3, { title: '社保卡换新', text: '老人的养老金照发，保险箱也要锁好。', outline: [] }),
            articleNumber(4, {
              title: '臺灣養老院',
              text: '養老院裡的老人聽新聞，netflix 也有。',
              byline: '記者 張三',
              outline: [],
            }),
          ],
          now,
        ),
      );

      it.each([
        ['two-character words', '社保', ['社保卡换新']],
        ['words in any order', '保险 养老', ['养老保险怎么缴', '社保卡换新']],
        ['a phrase as it stands', '"养老保险"', ['养老保险怎么缴']],
        ['a word as a phrase', '养老保险', ['养老保险怎么缴']],
        ['full-width quotes', '“养老保险”', ['养老保险怎么缴']],
        ['either of two', '社保 OR ETF', ['社保卡换新', 'ＥＴＦ规模创新高']],
        ['without an excluded word', '养老 -灵活', ['臺灣養老院', '社保卡换新']],
        ['without an excluded phrase', '养老 -"养老保险"', ['臺灣養老院', '社保卡换新']],
        ['without an excluded word of a title', '养老 -院', ['养老保险怎么缴', '社保卡换新']],
        ['full width as half width, any case', 'etf', ['ＥＴＦ规模创新高']],
        ['the beginning of a word', 'et', ['ＥＴＦ规模创新高']],
        ['nothing for the middle of a word', 'flix', []],
        ['mixed runs without their space', 'A股', ['ＥＴＦ规模创新高']],
        ['mixed runs with a space', '"5G 网络"', ['ＥＴＦ规模创新高']],
        ['traditional characters by simplified', '台湾养老院', ['臺灣養老院']],
        ['simplified characters by traditional', '養老金', ['社保卡换新']],
        ['a byline', '记者张三', ['臺灣養老院']],
        ['one character in titles', '卡', ['社保卡换新']],
        ['nothing for one character of a text', '箱', []],
        ['marks literally', '100%', ['ＥＴＦ规模创新高']],
        ['nothing for an underscore', '1_0', []],
        ['nothing for a quote of SQL', `'社保`, []],
        ['nothing for syntax of the index', 'terms:社保* NEAR(养老 -保险)', []],
      ])('%s', async (_name, text, expected) => expect((await search(text)).sort()).toEqual([...expected].sort()));

      it('never fails, whatever is typed', async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.string({ unit: fc.constantFrom(...'养老"\'-*:()^{}+%_ AND ORin:after:2022社 ') }),
            async (text) => {
              if (parseQuery(text, 'Asia/Shanghai').kind !== 'query' || /in[:：]/iu.test(text)) return;
              expect((await page(text)).timedOut).toBe(false);
            },
          ),
        );
      });
    });

    it('finds what an article says now, not what it said', async () => {
      await saveNews(open(), [articleNumber(1, { text: '社保' })], now);
      await saveNews(open(), [articleNumber(1, { text: '医保' })], now);
      expect(await search('社保')).toEqual([]);
      expect(await search('医保')).toEqual(['第1篇']);
      await open().articles.remove([articleNumber(1).identity]);
      expect(await search('医保')).toEqual([]);
      await expect.poll(() => open().search.check()).toMatchObject({ articles: 0, indexed: 0, missing: 0, stale: 0 });
    });

    it('stays within categories, and outside of them', async () => {
      const filed = (n: number, name: string) =>
        articleNumber(n, { text: '社保', categories: [{ name, slug: undefined }] });
      await saveNews(open(), [filed(1, '甲报'), filed(2, '乙报'), filed(3, '丙报')], now);
      expect(await search('社保 in:甲报')).toEqual(['第1篇']);
      expect((await search('社保 in:甲报 in:乙报')).sort()).toEqual(['第1篇', '第2篇']);
      expect((await search('社保 -in:甲报')).sort()).toEqual(['第2篇', '第3篇']);
      expect(await search('in:丙报')).toEqual(['第3篇']);
      const both = [filed(1, '甲报'), filed(1, '丁报')].flatMap(({ categories }) => categories);
      await saveNews(open(), [articleNumber(1, { text: '社保', categories: both }), filed(4, '丁报')], now);
      expect((await search('in:丁报')).sort()).toEqual(['第1篇', '第4篇']);
    });

    it('stays within a time, to the minute of the zone', async () => {
      const on = (n: number, time: string) => articleNumber(n, { text: '社保', published: new Date(`${time}+08:00`) });
      const times = [
        '1985-05-05T10:00',
        '2021-12-31T23:59',
        '2022-01-01T00:00',
        '2022-06-07T23:59',
        '2022-06-08T00:00',
        '2023-01-01T00:00',
      ];
      await saveNews(
        open(),
        times.map((time, n) => on(n, time)),
        now,
      );
      const found = async (text: string) => (await search(`社保 ${text}`, { order: 'newest' })).join();
      expect(await found('after:2022 before:2023')).toBe('第4篇,第3篇,第2篇');
      expect(await found('after:2022-06-08')).toBe('第5篇,第4篇');
      expect(await found('before:2022-06-08')).toBe('第3篇,第2篇,第1篇,第0篇');
      expect(await found('before:2022')).toBe('第1篇,第0篇');
      expect(await found('before:1986')).toBe('第0篇');
      expect(await found('after:2030')).toBe('');
      expect(await search('after:2022-06', { order: 'newest' })).toEqual(['第5篇', '第4篇', '第3篇']);
    });

    describe('ranks', () => {
      const many = (count: number, over: (n: number) => Partial<Article>) =>
        Array.from({ length: count }, (_, n) => articleNumber(n, { outline: [], ...over(n) }));

      it('titles before headings before texts, newest first within', async () => {
        await saveNews(
          open(),
          many(100, (n) => {
            if (n % 10 === 1) return { title: `社保第${n}篇`, text: '别的' };
            if (n % 10 === 2) return { outline: [{ level: 1, text: '社保' }], text: '社保\n别的' };
            return { text: '说到社保' };
          }),
          now,
        );
        const first = await search('社保', { limit: 22 });
        expect(first).toEqual([
          ...[91, 81, 71, 61, 51, 41, 31, 21, 11, 1].map((n) => `社保第${n}篇`),
          ...[92, 82, 72, 62, 52, 42, 32, 22, 12, 2].map((n) => `第${n}篇`),
          '第99篇',
          '第98篇',
        ]);
        expect((await search('社保', { order: 'newest', limit: 4 })).join()).toBe('第99篇,第98篇,第97篇,第96篇');
      });

      it('a small result as it was on its first page, and counts it so', async () => {
        await saveNews(
          open(),
          many(7, () => ({ text: '社保' })),
          now,
        );
        const first = await page('社保', { limit: 5 });
        await saveNews(open(), [articleNumber(90, { text: '社保' })], now);
        const from = { direction: 'older', place: placeAt(first, 4) } as const;
        const second = await page('社保', { limit: 5, from });
        expect([first.total.count, second.total.count, second.items.length, second.hasOlder]).toEqual([7, 7, 2, false]);
      });

      it('few hits by how much they say of it', async () => {
        await saveNews(
          open(),
          [
            articleNumber(1, { text: '社保社保社保社保。' }),
            articleNumber(2, { text: `社保。${'别的事情。'.repeat(100)}` }),
            articleNumber(3, { text: `社保社保。${'别的事情。'.repeat(20)}` }),
          ],
          now,
        );
        expect(await search('社保')).toEqual(['第1篇', '第3篇', '第2篇']);
        expect(await search('社保', { order: 'newest' })).toEqual(['第3篇', '第2篇', '第1篇']);
      });

      it('by time also what came in late or was changed', async () => {
        const recent = many(80, () => ({ text: '社保' }));
        const old = Array.from({ length: 80 }, (_, n) =>
          articleNumber(1_000 + n, { text: '社保', published: new Date(Date.UTC(2020, 0, 1, 0, n)) }),
        );
        await saveNews(open(), recent, now);
        await saveNews(open(), old, now);
        await saveNews(open(), [articleNumber(40, { text: '社保，更正' })], now);
        const inOrder = [...recent].reverse().map(({ title }) => title);
        expect((await search('社保', { limit: 80 })).slice(0, 80)).toEqual(inOrder);
        expect(await search('社保', { order: 'newest', limit: 3 })).toEqual(['第79篇', '第78篇', '第77篇']);
      });

      it.each(['ranked', 'newest'] as const)('%s pages give every hit once while articles arrive', async (order) => {
        await saveNews(
          open(),
          many(153, (n) => ({ text: '周报', ...(n % 7 === 0 ? { title: `周报${n}` } : {}) })),
          now,
        );
        let next = 1_000;
        const seen = await allPages('周报', { order, limit: 5 }, () => {
          next += 1;
          return saveNews(open(), [articleNumber(next, { text: '周报', title: `周报新${next}` })], now);
        });
        expect(seen).toHaveLength(153);
        expect(new Set(seen).size).toBe(153);
      });

      it('pages of few hits stay as they were', async () => {
        await saveNews(
          open(),
          many(23, (n) => ({ text: `周报${'周报'.repeat(n % 5)}` })),
          now,
        );
        let next = 1_000;
        const seen = await allPages('周报', { limit: 5 }, async () => {
          next += 50;
          await saveNews(open(), [articleNumber(next % 23, { text: '周报，更正' })], now);
          return saveNews(
            open(),
            Array.from({ length: 50 }, (_, n) => articleNumber(next + n, { text: '周报' })),
            now,
          );
        });
        // A correction may change places, so that one is seen twice; but none comes in, and none is lost for being corrected.
        expect(seen).toHaveLength(23);
        expect(seen.every((title) => Number(/\d+/u.exec(title)?.[0]) < 23)).toBe(true);
      });

      it.each(['ranked', 'newest'] as const)('%s pages lead back', async (order) => {
        for (const count of [23, 123]) {
          await saveNews(
            open(),
            many(count, () => ({ text: '周报' })),
            now,
          );
          const first = await page('周报', { order, limit: 5 });
          const second = await page('周报', {
            order,
            limit: 5,
            from: { direction: 'older', place: placeAt(first, 4) },
          });
          const third = await page('周报', {
            order,
            limit: 5,
            from: { direction: 'older', place: placeAt(second, 4) },
          });
          expect(third.hasNewer).toBe(true);
          const back = await page('周报', {
            order,
            limit: 5,
            from: { direction: 'newer', place: placeAt(third, 0) },
          });
          expect(titles(back)).toEqual(titles(second));
          expect(back).toMatchObject({ hasNewer: true, hasOlder: true });
          const start = await page('周报', {
            order,
            limit: 5,
            from: { direction: 'newer', place: placeAt(back, 0) },
          });
          expect(titles(start)).toEqual(titles(first));
          expect(start.hasNewer).toBe(false);
        }
      });

      it('counts up to a limit', async () => {
        await saveNews(
          open(),
          many(120, (n) => ({ text: n % 2 ? '养老保险' : '养老，老保，保险' })),
          now,
        );
        expect((await page('养老')).total).toEqual({ count: 120, isExact: true });
        expect((await page('养老保险')).total).toEqual({ count: 60, isExact: true });
        expect((await page('养老', { countUpTo: 100 })).total).toEqual({ count: 100, isExact: false });
        expect((await page('养老保险', { countUpTo: 50 })).total).toEqual({ count: 50, isExact: false });
        expect((await page('没有的')).total).toEqual({ count: 0, isExact: true });
      });
    });

    it('agrees with a look at every article, whatever is searched for', async () => {
      const text = fc.string({ unit: fc.constantFrom(...'养老保险a5G网 。、\n臺'), maxLength: 12 });
      const headings = fc.array(fc.record({ level: fc.constant(1 as const), text }), { maxLength: 2 });
      const articles = await fc.sample(fc.record({ title: text, text, outline: headings }), { numRuns: 150, seed: 7 });
      const saved = articles.map((over, n) =>
        articleNumber(n, { ...over, title: `${n} ${over.title}`, byline: undefined }),
      );
      await saveNews(open(), saved, now);
      await open().search.caughtUp();
      const word = fc.string({ unit: fc.constantFrom(...'养老保险a5g网台'), minLength: 1, maxLength: 4 });
      const typed = fc.array(fc.tuple(fc.constantFrom('', '-', '"', 'OR '), word), { minLength: 1, maxLength: 4 });
      await fc.assert(
        fc.asyncProperty(typed, async (words) => {
          const searched = words.map(([mark, each]) => (mark === '"' ? `"${each}"` : mark + each)).join(' ');
          if (parseQuery(searched, 'Asia/Shanghai').kind !== 'query') return;
          const wanted = await query(searched);
          const expected = saved.filter((article) => matchPlace(foldArticle(article), wanted) !== undefined);
          for (const order of ['ranked', 'newest'] as const) {
            const found = await page(searched, { order, limit: 1_000 });
            expect(titles(found).sort()).toEqual(expected.map(({ title }) => title).sort());
            expect(found.total).toEqual({ count: expected.length, isExact: true });
          }
        }),
        { numRuns: 300 },
      );
    });

    describe('counts by day', () => {
      const span = { from: new Date('2025-12-01T00:00:00Z'), until: new Date('2026-02-01T00:00:00Z') };
      const countByDay = async (text: string, over: Partial<DayCountRequest> = {}) => {
        const request = { query: await query(text), ...span, timeZone: 'Asia/Shanghai', ...over };
        await open().search.caughtUp();
        const counted = await open().search.countByDay(request);
        if (!counted) throw new Error('superseded');
        expect(counted).toMatchObject({ timedOut: false, countedSince: request.from, filling: undefined });
        const names = new Map((await open().categories.list()).map(({ id, name }) => [id, name]));
        const nameOf = (id: number | undefined) => (id === undefined ? '-' : (names.get(id) ?? '?'));
        return counted.days.map(({ day, hits }): [string, Record<string, number>] => [
          day,
          Object.fromEntries([...hits].map(([id, n]) => [nameOf(id), n])),
        ]);
      };
      const published = (n: number, time: string, over: Partial<Article> = {}) =>
        articleNumber(n, { text: '社保', published: new Date(time), ...over });

      it('of the zone, newest first, those with hits only', async () => {
        const times = ['2026-01-03T15:59:59Z', '2026-01-03T16:00:00Z', '2026-01-01T00:00:00Z', '2026-01-04T01:00:00Z'];
        await saveNews(
          open(),
          times.map((time, n) => published(n, time)),
          now,
        );
        expect(await countByDay('社保')).toEqual([
          ['2026-01-04', { 云溪日报: 2 }],
          ['2026-01-03', { 云溪日报: 1 }],
          ['2026-01-01', { 云溪日报: 1 }],
        ]);
        expect(await countByDay('社保', { timeZone: 'America/New_York' })).toEqual([
          ['2026-01-03', { 云溪日报: 3 }],
          ['2025-12-31', { 云溪日报: 1 }],
        ]);
        expect(await countByDay('没有的')).toEqual([]);
      });

      it('each hit once: under its medium when it is filed there, else where it was filed first', async () => {
        const filed = (n: number, medium: string | undefined, ...names: string[]) =>
          published(n, '2026-01-04T00:00:00Z', {
            medium,
            categories: names.map((name) => ({ name, slug: undefined })),
          });
        await saveNews(
          open(),
          [
            filed(1, '乙报', '甲报', '乙报'),
            filed(2, '《乙 报》', '甲报', '丙报', '乙报'),
            filed(3, '丁报', '丙报', '甲报'),
            filed(4, undefined, '丙报', '甲报'),
            filed(5, '丁报', '甲报'),
            filed(6, '丁报'),
          ],
          now,
        );
        expect(await countByDay('社保')).toEqual([['2026-01-04', { 乙报: 2, 丙报: 2, 甲报: 1, '-': 1 }]]);
        expect(await countByDay('社保 in:甲报')).toEqual([['2026-01-04', { 乙报: 2, 丙报: 2, 甲报: 1 }]]);
      });

      it('within the span and within the bounds of the query', async () => {
        const at = (n: number, time: string) => published(n, `2026-01-0${time}:00+08:00`);
        const times = ['1T23:59', '2T00:00', '3T12:00', '3T23:59', '4T00:00'];
        await saveNews(
          open(),
          times.map((time, n) => at(n, time)),
          now,
        );
        const days = async (text: string, from: string, until: string) =>
          (await countByDay(text, { from: new Date(from), until: new Date(until) }))
            .map(([day]) => day.slice(-2))
            .join();
        expect(await days('社保', '2026-01-01T16:00:00Z', '2026-01-03T16:00:00Z')).toBe('03,02');
        expect(await days('社保 after:2026-01-03', '2025-12-31T16:00:00Z', '2026-01-03T16:00:00Z')).toBe('03');
        expect(await days('社保 before:2026-01-03', '2025-12-31T16:00:00Z', '2026-01-31T16:00:00Z')).toBe('02,01');
        expect(await days('after:2026-01-03', '2025-12-31T16:00:00Z', '2026-01-31T16:00:00Z')).toBe('04,03');
        expect(await days('社保 before:2025', '2025-12-31T16:00:00Z', '2026-01-31T16:00:00Z')).toBe('');
        expect(await days('社保', '2026-01-03T16:00:00Z', '2026-01-01T16:00:00Z')).toBe('');
      });

      it('as articles are now, whenever they came in', async () => {
        await saveNews(open(), [published(1, '2026-01-04T00:00:00Z'), published(2, '2026-01-02T00:00:00Z')], now);
        await saveNews(open(), [published(3, '2026-01-03T00:00:00Z'), published(4, '2026-01-01T00:00:00Z')], now);
        await saveNews(open(), [published(1, '2026-01-02T00:00:00Z', { text: '社保，更正' })], now);
        await open().articles.remove([articleNumber(4).identity]);
        expect(await countByDay('社保')).toEqual([
          ['2026-01-03', { 云溪日报: 1 }],
          ['2026-01-02', { 云溪日报: 2 }],
        ]);
      });

      it('what paging through gives, whatever is searched for', async () => {
        // Also what folding changes, so that not every article can be looked through as it is stored.
        const part = fc.constantFrom('养老保险', '养老', '保险', '险', '臺', '网', ' ', '。', 'a5', 'G');
        const text = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(''));
        const hour = fc.integer({ min: -24 * 70, max: 24 * 10 });
        const parts = fc.record({ title: text, byline: text, heading: text, text, hour });
        const articles = await fc.sample(parts, { numRuns: 200, seed: 7 });
        const media = ['甲报', '乙报', '丙报'];
        const saved = articles.map(({ title, byline, heading, text, hour }, n) => {
          const medium = media[n % 3] ?? '';
          const categories = (n % 2 ? [medium] : ['要闻', medium]).map((name) => ({ name, slug: undefined }));
          const outline = n % 4 ? [] : [{ level: 1 as const, text: heading }];
          const published = new Date(Date.UTC(2026, 0, 1, hour));
          return articleNumber(n, { title, byline, outline, text, published, medium, categories });
        });
        await saveNews(open(), saved, new Date('2026-02-01T00:00:00Z'));
        await open().search.caughtUp();
        const searchedTexts = '养老保险 老保险 保险养老 险台网 养老 保险 网 台 a5 g网 险a5'.split(' ');
        const word = fc.tuple(fc.constantFrom('', '', '-', 'OR '), fc.constantFrom(...searchedTexts));
        const typed = fc.array(word, { minLength: 1, maxLength: 3 });
        const zone = fc.constantFrom('Asia/Shanghai', 'America/New_York', 'Asia/Kathmandu');
        await fc.assert(
          fc.asyncProperty(typed, zone, hour, hour, async (words, timeZone, fromHour, untilHour) => {
            const searched = words.map(([mark, each]) => mark + each).join(' ');
            if (parseQuery(searched, 'Asia/Shanghai').kind !== 'query') return;
            const from = new Date(Date.UTC(2026, 0, 1, fromHour));
            const until = new Date(Date.UTC(2026, 0, 1, untilHour));
            const bounded = { ...(await query(searched)), from, until };
            const expected: Record<string, number> = {};
            const found = await page(searched, { query: bounded, order: 'newest', limit: 1_000 });
            for (const { orderAt, medium } of found.items) {
              const key = `${dayOf(orderAt, timeZone)} ${medium}`;
              expected[key] = (expected[key] ?? 0) + 1;
            }
            const counted = await countByDay(searched, { from, until, timeZone });
            const counts = counted.flatMap(([day, hits]) =>
              Object.entries(hits).map(([name, n]) => [`${day} ${name}`, n]),
            );
            expect(Object.fromEntries(counts)).toEqual(expected);
            expect(found.total).toEqual({ count: found.items.length, isExact: true });
            expect(counted.map(([day]) => day)).toEqual([...new Set(counted.map(([day]) => day))].sort().reverse());
          }),
          { numRuns: 200 },
        );
      });
    });

    it('marks the hit in its surroundings', async () => {
      await saveNews(open(), [articleNumber(1, { text: '灵活就业人员可以参加养老保险。' })], now);
      expect((await page('灵活就业')).items[0]?.snippet).toEqual([
        { text: '灵活就业', hit: true },
        { text: '人员可以参加养老保险。', hit: false },
      ]);
    });

    it('tells which articles are about the same, the same text first', async () => {
      const story = '青禾镇把三块闲置地整理成共享菜园，四十户家庭报名，首批收成送进了社区食堂，镇里打算明年再辟两块。';
      await saveNews(
        open(),
        [
          articleNumber(1, { title: '青禾镇试行共享菜园', text: story, outline: [] }),
          articleNumber(2, { title: '闲置地变菜园', text: `本报讯 ${story}`, outline: [] }),
          articleNumber(3, {
            title: '共享菜园第二年',
            text: '青禾镇的共享菜园今年添了两块，报名的人更多。',
            outline: [],
          }),
          articleNumber(4, { title: '证券市场周评', text: '本周指数小幅上涨，成交清淡。', outline: [] }),
        ],
        now,
      );
      const id = (await open().articles.findByIdentity(articleNumber(1).identity))?.id ?? 0;
      const related = await open().search.listRelated(id, 5);
      expect(related.map(({ title }) => title)).toEqual(['闲置地变菜园', '共享菜园第二年']);
      expect(await open().search.listRelated(9_999, 5)).toEqual([]);
    });

    it('tells which words more titles have than before', async () => {
      const today = new Date();
      const onDay = (n: number, day: number, title: string) =>
        articleNumber(n, { title, published: new Date(today.getTime() - day * 86_400_000) });
      const titlesOfDays = Array.from({ length: 35 }, (_, day) => onDay(day, day, '养老保险 缴费 指南'));
      const rising = [0, 1, 2, 3].map((day) => onDay(100 + day, day, '台风 预警 升级'));
      await saveNews(open(), [...titlesOfDays, ...rising, onDay(200, 400, '台风 旧闻')], today);
      await open().search.caughtUp();
      expect(await open().search.listRising(today, 3)).toEqual([
        { word: '升级', thisWeek: 4, before: 0 },
        { word: '台风', thisWeek: 4, before: 0 },
        { word: '预警', thisWeek: 4, before: 0 },
      ]);
    });
  });
}
