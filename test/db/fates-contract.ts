import { beforeEach, describe, expect, it } from 'vitest';
import type { ClaimedMessage } from '../../src/domain/delivery.js';
import { everySubscription } from '../../src/domain/filter.js';
import type { Stores } from '../../src/ports.js';
import { articleNumber, claimRules, itemFor, saveNews } from '../support/builders.js';

const now = new Date('2026-01-05T02:00:00Z');
const later = (ms: number) => new Date(now.getTime() + ms);
const reader = { chatId: 5_000_000_001, topicId: 0 };
const group = { chatId: -1_001_234_567_890, topicId: 0 };
const zone = 'Asia/Shanghai';

/** What chats are told of their pushes, and how they are shown: part of the store contract. */
export function describeFates(opened: () => Stores): void {
  describe('what chats are told', () => {
    let stores: Stores;
    let categoryId: number;
    beforeEach(async () => {
      stores = opened();
      await stores.ingest.saveAndEnqueue('news', [itemFor(articleNumber(0))], now, true);
      categoryId = (await stores.categories.list())[0]?.id ?? 0;
      await stores.subscriptions.subscribe(reader, categoryId, later(1));
    });

    const claim = async (at: Date): Promise<ClaimedMessage> => {
      const [claimed] = await stores.deliveries.claim([reader.chatId], at, claimRules);
      if (claimed?.kind !== 'message') throw new Error(`nothing to send but ${claimed?.kind}`);
      return claimed.message;
    };

    describe('fates', () => {
      it('of deliveries are told, newest first', async () => {
        const text = Array.from({ length: 12 }, (_, n) => `第${n}号渡口每天开出${n + 3}班船，坐船的人不多。`).join('');
        await saveNews(stores, [articleNumber(1, { text })], later(10));
        await stores.deliveries.complete(await claim(later(20)), 77, later(30));
        await saveNews(stores, [articleNumber(2)], later(40));
        await stores.deliveries.fail(await claim(later(50)), { kind: 'dead', error: '400: no' }, later(60));
        await saveNews(stores, [articleNumber(3)], later(70));
        await stores.deliveries.fail(
          await claim(later(80)),
          { kind: 'retry', error: '502', at: later(9_000) },
          later(80),
        );
        await saveNews(stores, [articleNumber(4, { text })], later(90));
        await saveNews(stores, [articleNumber(5)], later(100));
        const fates = await stores.fates.listFates(reader, 10);
        expect(fates.map(({ article, fate }) => [article.title, fate])).toEqual([
          ['第5篇', { kind: 'pending', retryAt: undefined, lastError: undefined }],
          ['第4篇', { kind: 'merged', into: expect.objectContaining({ title: '第1篇' }) }],
          ['第3篇', { kind: 'pending', retryAt: later(9_000), lastError: '502' }],
          ['第2篇', { kind: 'failed', at: later(60), error: '400: no' }],
          ['第1篇', { kind: 'sent', at: later(30), inDigest: false }],
        ]);
        expect(fates[0]?.queuedAt).toEqual(later(100));
        expect(await stores.fates.listFates(reader, 2)).toHaveLength(2);
        expect(await stores.fates.listFates(group, 10)).toEqual([]);
      });

      it('say what waits for each topic, and the pace of the chat', async () => {
        const topic = { ...reader, topicId: 7 };
        await stores.subscriptions.subscribe(topic, categoryId, later(1));
        await saveNews(stores, [articleNumber(1), articleNumber(2)], later(10));
        const first = await claim(later(20));
        await stores.deliveries.complete(first, 1, later(20));
        await stores.chats.pause(reader.chatId, now);
        await stores.deliveries.holdChat(reader.chatId, later(500));
        const found = await stores.fates.findPace(reader.chatId, zone);
        expect(found).toMatchObject({
          pace: { timeZone: zone, isPaused: true, pushedAt: [later(20)] },
          notBefore: later(500),
        });
        expect(found?.topics).toEqual([
          { topicId: 0, digestedAt: undefined, owed: { count: 1, oldestQueuedAt: later(10) } },
          { topicId: 7, digestedAt: undefined, owed: { count: 2, oldestQueuedAt: later(10) } },
        ]);
        expect(await stores.fates.findPace(1, zone)).toBeUndefined();
      });

      it('name what a followed medium brought and was never queued, since the subscription', async () => {
        const filter = { categoryId: everySubscription, included: [], excluded: ['股票'] };
        await stores.filters.set(reader, filter);
        await saveNews(stores, [articleNumber(1), articleNumber(2, { text: '股票涨了。' })], later(10));
        const kept = await stores.fates.listNotQueued(reader, now, 10);
        expect(kept).toMatchObject([{ article: { title: '第2篇' }, categoryIds: [categoryId] }]);
        expect(kept[0]?.searched).toMatchObject({ text: '股票涨了。', byline: '本报记者 林知秋' });
        expect(await stores.fates.listNotQueued(reader, later(10), 10)).toEqual([]);
      });
    });

    describe('what a chat chose of the looks', () => {
      it('is kept, field by field, and is behind every message', async () => {
        expect(await stores.chats.find(reader.chatId)).toMatchObject({
          silent: false,
          script: undefined,
          detail: 'both',
        });
        await stores.chats.setDisplay(reader.chatId, { silent: true, script: 'traditional' });
        await stores.chats.setDisplay(reader.chatId, { detail: 'lead' });
        const chosen = { silent: true, script: 'traditional', detail: 'lead' };
        expect(await stores.chats.find(reader.chatId)).toMatchObject(chosen);
        await saveNews(stores, [articleNumber(1)], later(10));
        expect(await claim(later(20))).toMatchObject(chosen);
        await saveNews(
          stores,
          [2, 3, 4, 5, 6, 7].map((n) => articleNumber(n)),
          later(30),
        );
        expect(await claim(later(40))).toMatchObject({ kind: 'digest', ...chosen });
        await stores.chats.setDisplay(reader.chatId, { script: undefined, silent: false });
        expect(await claim(later(50))).toMatchObject({ script: undefined, silent: false, detail: 'lead' });
      });

      it('moves with it, also to a chat that spoke first', async () => {
        await stores.chats.setDisplay(reader.chatId, { silent: true, script: 'traditional', detail: 'outline' });
        await stores.chats.migrate(reader.chatId, group.chatId, later(10));
        const chosen = { silent: true, script: 'traditional', detail: 'outline' };
        expect(await stores.chats.find(group.chatId)).toMatchObject(chosen);
      });

      it('is hinted at once', async () => {
        expect(await stores.chats.markHinted(reader.chatId, now)).toBe(true);
        expect(await stores.chats.markHinted(reader.chatId, later(1))).toBe(false);
        expect(await stores.chats.markHinted(group.chatId, now)).toBe(true);
      });

      it('may end quiet hours: what they held comes as after a pause', async () => {
        await stores.chats.setQuietHours(reader.chatId, { from: 9 * 60, until: 11 * 60 });
        await saveNews(stores, [articleNumber(1), articleNumber(2)], later(10));
        expect(await stores.deliveries.claim([reader.chatId], later(20), claimRules)).toMatchObject([{ kind: 'wait' }]);
        await stores.chats.setQuietHours(reader.chatId, undefined, later(30));
        expect(await claim(later(40))).toMatchObject({ kind: 'digest', reason: 'resumed', count: 2 });
      });
    });
  });
}
