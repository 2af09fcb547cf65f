import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { everySubscription } from '../../src/domain/filter.js';
import type { Stores } from '../../src/ports.js';
import { articleNumber, queryFor, saveNews } from '../support/builders.js';
import { onEachPostgres } from '../support/each-postgres.js';
import type { TestPostgres } from '../support/postgres.js';

const now = new Date('2026-01-05T02:00:00Z');
const reader = { chatId: 5_000_000_001, topicId: 0 };

/** What a reader does by several processes at once. Only on a server do they really meet. */
function describeReaders(engine: string, start: () => Promise<TestPostgres>): void {
  describe(`a reader of several processes on ${engine}`, () => {
    let database: TestPostgres;
    let one: Stores;
    let other: Stores;
    beforeAll(async () => {
      database = await start();
    }, 60_000);
    afterAll(() => database?.close(), 60_000);
    beforeEach(async () => {
      one = await database.open();
      other = await database.open({ keep: true });
      await one.chats.save(reader.chatId, 'private', now);
    });
    afterEach(() => Promise.all([one.close(), other.close()]));

    const publish = (count: number) =>
      saveNews(
        one,
        Array.from({ length: count }, (_, n) => articleNumber(n + 1, { text: `第${n + 1}篇的正文。` })),
        now,
      );

    it('keeps no more articles than the limit, whatever files are read at a time', async () => {
      await publish(40);
      const entries = Array.from({ length: 40 }, (_, n) => ({ identity: articleNumber(n + 1).identity, savedAt: now }));
      const tallies = await Promise.all([
        one.saved.saveEntries(reader.chatId, entries.slice(0, 25), 30),
        other.saved.saveEntries(reader.chatId, entries.slice(15), 30),
      ]);
      expect(tallies.reduce((sum, { added }) => sum + added, 0)).toBe(30);
      expect(await one.saved.count(reader.chatId)).toBe(30);
    });

    it('follows the same words once', async () => {
      const watched = await Promise.all(
        [one, other, one, other].map((stores) => stores.watches.watch(reader, '养老', queryFor('养老'), now)),
      );
      expect(new Set(watched.map(({ watch }) => watch.id)).size).toBe(1);
      expect(watched.filter(({ isNew }) => isNew)).toHaveLength(1);
    });

    it('gives words up that another begins to follow: they stay followed', async () => {
      const second = { chatId: 5_000_000_002, topicId: 0 };
      await one.chats.save(second.chatId, 'private', now);
      for (let turn = 0; turn < 5; turn += 1) {
        const { watch } = await one.watches.watch(reader, '养老', queryFor('养老'), now);
        await Promise.all([
          one.watches.unwatch(reader, watch.id),
          other.watches.watch(second, '养老', queryFor('养老'), now),
        ]);
        const [followed] = await other.watches.list(second);
        expect(followed?.text).toBe('养老');
        await other.watches.unwatch(second, followed?.id ?? 0);
      }
      expect(await other.watches.list(second)).toEqual([]);
    });

    it('has one filter, whoever sets it', async () => {
      const set = (stores: Stores, word: string) =>
        stores.filters.set(reader, { categoryId: everySubscription, included: [], excluded: [word] });
      await Promise.all([set(one, '甲'), set(other, '乙'), set(one, '丙'), set(other, '丁')]);
      expect(await one.filters.list(reader)).toHaveLength(1);
    });

    it('is forgotten whole, whatever is written for it meanwhile', async () => {
      const { id } = await one.categories.findOrCreate('云溪日报');
      await publish(5);
      await one.subscriptions.subscribe(reader, id, now);
      const ids = (await one.articles.listLatest(undefined, { limit: 5 })).items.map((item) => item.id);
      const ignored = () => {};
      await Promise.all([
        one.ownData.forget(reader.chatId),
        ...ids.map((articleId) => other.saved.save(reader.chatId, articleId, now)),
        other.subscriptions.subscribe({ ...reader, topicId: 7 }, id, now).catch(ignored),
        other.watches.watch(reader, '养老', queryFor('养老'), now).catch(ignored),
        other.workers?.wake(reader.chatId),
        saveNews(other, [articleNumber(9, { text: '第九篇的正文。' })], now),
      ]);
      // What came behind it found no chat, or was there before and is gone.
      expect(await other.chats.find(reader.chatId)).toBeUndefined();
      expect(await other.ownData.count(reader.chatId)).toEqual({
        subscriptions: 0,
        watches: 0,
        filters: 0,
        saved: 0,
        deliveries: 0,
      });
    });
  });
}

onEachPostgres(describeReaders);
