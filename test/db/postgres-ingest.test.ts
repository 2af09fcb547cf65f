import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { IngestItem, Stores } from '../../src/ports.js';
import { articleNumber, itemFor, queryFor, saveAll, saveNews } from '../support/builders.js';
import { onEachPostgres } from '../support/each-postgres.js';
import type { TestPostgres } from '../support/postgres.js';

const now = new Date('2026-01-05T02:00:00Z');
const target = { chatId: 5, topicId: 0 };

/** What several processes make of one archive. Only on a server do they really meet. */
function describeProcesses(engine: string, start: () => Promise<TestPostgres>): void {
  describe(`several processes on ${engine}`, () => {
    let database: TestPostgres;
    let one: Stores;
    let other: Stores;
    beforeAll(async () => {
      database = await start();
    }, 60_000);
    afterAll(() => database?.close());
    beforeEach(async () => {
      one = await database.open();
      other = await database.open({ keep: true });
      await one.chats.save(target.chatId, 'private', now);
    });
    afterEach(async () => {
      await one.close();
      await other.close();
    });

    const follow = async (name = '云溪日报') => {
      const { id } = await one.categories.findOrCreate(name);
      await one.subscriptions.subscribe(target, id, now);
      return id;
    };
    const pending = async () => (await one.articles.stats()).deliveries.pending;

    it('store an article once, and owe it once, whoever reads it first', async () => {
      await follow();
      const news = Array.from({ length: 20 }, (_, n) => articleNumber(n, { text: `第${n}篇的正文。` }));
      const counts = await Promise.all([
        saveAll(one.ingest, 'a', news, now, false),
        saveAll(other.ingest, 'b', news.toReversed(), now, false),
      ]);
      expect(counts.reduce((sum, { added }) => sum + added, 0)).toBe(20);
      expect(counts.reduce((sum, { queued }) => sum + queued, 0)).toBe(20);
      expect(await pending()).toBe(20);
      expect(await one.categories.list()).toMatchObject([{ name: '云溪日报', articleCount: 20 }]);
    });

    it('push what is new, also when the one that stores it began before the first read was over', async () => {
      await follow();
      await saveAll(one.ingest, 'news', [articleNumber(1)], now, true);
      expect(await pending()).toBe(0);
      await other.ingest.markSourceRead('news', now, undefined);
      const late = await one.ingest.saveAndEnqueue(
        'news',
        [itemFor(articleNumber(2, { text: '新的正文。' }))],
        now,
        true,
      );
      expect([late.queued, await pending()]).toEqual([1, 1]);
    });

    it('make a source, a category and its slug once', async () => {
      const named = (n: number) =>
        articleNumber(n, {
          text: `第${n}篇的正文。`,
          categories: [{ name: '新报', slug: n % 2 ? 'xinbao' : undefined }],
        });
      await Promise.all(
        Array.from({ length: 12 }, async (_, n) => {
          const stores = n % 2 ? one : other;
          await Promise.all([
            stores.ingest.saveAndEnqueue('news', [itemFor(named(n))], now, true),
            stores.categories.findOrCreate('新报'),
            stores.ingest.markSourceRead('news', now),
          ]);
        }),
      );
      expect(await other.categories.list()).toMatchObject([{ name: '新报', slug: 'xinbao', articleCount: 12 }]);
    });

    it('hear of the words that another was told', async () => {
      await follow();
      await saveNews(other, [articleNumber(1)], now);
      const { id } = await one.categories.findOrCreate('云溪日报');
      await one.filters.set(target, { categoryId: id, included: [], excluded: ['坏消息'] });
      const second = { chatId: 6, topicId: 0 };
      await one.chats.save(second.chatId, 'private', now);
      await one.watches.watch(second, '坏消息', queryFor('坏消息'), now);
      const bad = articleNumber(2, { text: '这是一条坏消息，没有人想听。' });
      expect(await saveNews(other, [bad], now)).toMatchObject({ added: 1, queued: 1 });
    });

    it('hear of every word, however many say one while articles come in', async () => {
      const many = Array.from({ length: 24 }, (_, n) => n);
      for (const n of many) await one.chats.save(100 + n, 'private', now);
      const watching = many.map((n) =>
        (n % 2 ? one : other).watches.watch({ chatId: 100 + n, topicId: 0 }, `词语${n}号`, queryFor(`词语${n}号`), now),
      );
      const coming = many.map((n) =>
        (n % 3 ? one : other).ingest.saveAndEnqueue('news', [itemFor(articleNumber(n))], now, false),
      );
      await Promise.all([...watching, ...coming]);
      const all = articleNumber(999, { text: many.map((n) => `词语${n}号`).join('，') });
      expect(await saveNews(one, [all], now)).toMatchObject({ queued: many.length });
      const again = articleNumber(1_000, { text: many.map((n) => `再说词语${n}号。`).join('') });
      expect(await saveNews(other, [again], now)).toMatchObject({ queued: many.length });
    });

    it('owe nothing to a subscription that was given up meanwhile', async () => {
      for (let turn = 0; turn < 5; turn += 1) {
        const id = await follow();
        const news = [0, 1, 2].map((n) => itemFor(articleNumber(turn * 10 + n)));
        await Promise.all([
          ...news.map((item) => other.ingest.saveAndEnqueue('news', [item], now, false)),
          one.subscriptions.unsubscribe(target, id),
        ]);
        expect(await pending()).toBe(0);
      }
    });

    it('find the story that another stored at the same time', async () => {
      await follow('甲报');
      await follow('乙报');
      const text = '云溪县图书馆延长开放时间，晚上九点才关门。周末还有给孩子讲故事的活动，名额不限，先到先得。'.repeat(
        3,
      );
      const carriedBy = (n: number, name: string) =>
        itemFor(articleNumber(n, { medium: name, title: '图书馆关门', categories: [{ name, slug: undefined }], text }));
      await Promise.all([
        one.ingest.saveAndEnqueue('a', [carriedBy(1, '甲报')], now, false),
        other.ingest.saveAndEnqueue('b', [carriedBy(2, '乙报')], now, false),
      ]);
      expect((await one.articles.stats()).deliveries).toMatchObject({ pending: 1, merged: 1 });
    });

    it('give a text one number', async () => {
      const ids = await Promise.all([one, other, one, other].map(({ articles }) => articles.rememberText('养老保险')));
      expect(new Set(ids).size).toBe(1);
    });

    it('keep an article that is saved while old ones are removed, or know that it is gone', async () => {
      const dayMs = 86_400_000;
      const old = Array.from({ length: 60 }, (_, n) =>
        articleNumber(n, { published: new Date(now.getTime() - 40 * dayMs), text: `第${n}篇的正文。` }),
      );
      const fresh = Array.from({ length: 10 }, (_, n) => articleNumber(100 + n, { text: `第${n}篇新的正文。` }));
      await saveAll(one.ingest, 'news', [...old, ...fresh], now, true);
      const ids = await Promise.all(old.map(async ({ identity }) => (await one.articles.findByIdentity(identity))?.id));
      const removing = other.retention.removeOld(30, now, new AbortController().signal);
      const kept = await Promise.all(ids.map((id) => one.saved.save(target.chatId, id ?? 0, now)));
      const removed = await removing;
      expect(kept.filter(Boolean).length + removed).toBe(old.length);
      expect(await one.saved.count(target.chatId)).toBe(kept.filter(Boolean).length);
      expect(await one.categories.list()).toMatchObject([{ articleCount: old.length + fresh.length - removed }]);
    });

    it('take up each update once, and those of a process that died', async () => {
      if (!one.workers || !other.workers) throw new Error('no workers');
      const third = await database.open({ keep: true });
      await one.workers.beat(['web'], 60_000);
      await other.workers.beat(['web'], 60_000);
      // The third never said that it lives.
      for (let n = 0; n < 40; n += 1) await third.updates.add(n, `"${n}"`, now);
      await one.updates.add(100, '"one"', now);
      const [mine, theirs] = await Promise.all([one.updates.takeUpAgain(5), other.updates.takeUpAgain(5)]);
      expect([...mine.payloads, ...theirs.payloads].sort()).toEqual(
        ['"one"', ...Array.from({ length: 40 }, (_, n) => `"${n}"`)].sort(),
      );
      expect(theirs.payloads).not.toContain('"one"');
      await third.close();
    });
  });

  describe(`posts that share what ${engine} indexes texts by`, () => {
    let database: TestPostgres;
    let stores: Stores;
    beforeAll(async () => {
      database = await start();
      stores = await database.open();
    }, 60_000);
    afterAll(async () => {
      await stores?.close();
      await database?.close();
    });

    // Marc Stevens, 2024 (https://x.com/realhashbreaker/status/1770161965006008570): both have the same MD5.
    const twins = ['A', 'E'].map(
      (letter) => `TEXTCOLLBYfGiJUETHQ4h${letter}cKSMd5zYpgqf1YRDhkmxHkhPWptrkoyz28wnI9V0aHeAuaKnak`,
    );

    it('harm nobody but each other', async () => {
      const items = twins.map((twin, n): IngestItem => {
        const article = articleNumber(n, { identity: twin, postIdentity: twin, text: `第${n}篇的正文。` });
        return { ...itemFor(article), path: twin };
      });
      const batch = [...items, itemFor(articleNumber(7))];
      for (let turn = 0; turn < 2; turn += 1)
        expect((await stores.ingest.saveAndEnqueue('news', batch, now, true)).processed).toBe(3);
      for (const item of items) await stores.ingest.saveAndEnqueue('news', [item], now, true);
      expect(await stores.articles.count()).toBe(2);
      expect((await stores.ingest.listKnownPosts('news')).size).toBe(2);
      await Promise.all(twins.map((twin) => stores.articles.rememberText(twin).catch(() => undefined)));
    });
  });
}

onEachPostgres(describeProcesses);
