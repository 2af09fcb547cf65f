import { describe, expect, it } from 'vitest';
import type { Stores } from '../../src/ports.js';
import { articleNumber, claimRules, itemFor, manyReadersMs, saveNews, saveReaders } from '../support/builders.js';

const now = new Date('2026-01-05T02:00:00Z');
const later = (ms: number) => new Date(now.getTime() + ms);
const admin = 5_000_000_001;
const group = -1_001_234_567_890;

/** What the stores of the administrator must do on every engine; `admin` and `group` are there. */
export function describeAdmin(open: () => Stores): void {
  const claim = async (chatId: number, at = now) => (await open().deliveries.claim([chatId], at, claimRules))[0];
  const claimNotice = async (chatId: number, at = now) => {
    const claimed = await claim(chatId, at);
    if (claimed?.kind !== 'message' || claimed.message.kind !== 'notice') throw new Error('no notice is owed');
    return claimed.message;
  };
  const announce = async (text = '今晚维护') => {
    const { id } = await open().announcements.draft(text, admin, now);
    await open().announcements.send(id, admin, now);
    return id;
  };

  describe('announcements', () => {
    it('are owed to every active chat, once, when they are sent', async () => {
      await open().chats.save(7, 'private', now);
      await open().chats.markGone(7, now);
      const draft = await open().announcements.draft('今晚维护', admin, now);
      expect(draft.chats).toBe(2);
      expect((await open().deliveries.listWaiting(undefined)).chats).toEqual([]);
      expect(await open().announcements.send(draft.id, admin, now)).toBe(2);
      expect(await open().announcements.send(draft.id, admin, now)).toBeUndefined();
      const { chats } = await open().deliveries.listWaiting(undefined);
      expect(chats.map(({ chatId }) => chatId).sort((a, b) => a - b)).toEqual([group, admin]);
      expect(await claimNotice(admin)).toMatchObject({
        text: '今晚维护',
        topicId: 0,
        chatType: 'private',
        attempts: 0,
      });
    });

    it('are sent and dropped by their author only, and a newer text takes the place of an older', async () => {
      const { announcements } = open();
      const first = await announcements.draft('一', admin, now);
      expect(await announcements.send(first.id, 6, now)).toBeUndefined();
      expect(await announcements.cancel(first.id, 6)).toBe(false);
      const second = await announcements.draft('二', admin, now);
      expect(await announcements.send(first.id, admin, now)).toBeUndefined();
      expect(await announcements.cancel(second.id, admin)).toBe(true);
      expect(await announcements.send(second.id, admin, now)).toBeUndefined();
      expect(await announcements.listNewest(3)).toEqual([]);
    });

    it('are found by what was queued since, to the last', { timeout: manyReadersMs }, async () => {
      await saveReaders(open(), 6_000, now);
      let { upTo } = await open().deliveries.listWaiting(undefined);
      await announce();
      const seen = new Set<number>();
      for (let more = true; more; ) {
        const found = await open().deliveries.listWaiting(upTo);
        for (const { chatId } of found.chats) seen.add(chatId);
        more = found.chats.length > 0;
        upTo = found.upTo;
      }
      expect(seen.size).toBe(6_002);
    });

    it('come after pushes, and are sent, tried again and given up', async () => {
      const { ingest, categories, subscriptions, deliveries, announcements } = open();
      await ingest.saveAndEnqueue('news', [itemFor(articleNumber(0))], now, true);
      const [category] = await categories.list();
      await subscriptions.subscribe({ chatId: admin, topicId: 0 }, category?.id ?? 0, now);
      const id = await announce();
      await saveNews(open(), [articleNumber(1)], now);
      const push = await claim(admin);
      if (push?.kind !== 'message') throw new Error('no push');
      expect(push.message.kind).toBe('article');
      await deliveries.complete(push.message, 1, now);
      await deliveries.complete(await claimNotice(admin), 2, now);
      expect(await claim(admin)).toEqual({ kind: 'nothing' });

      await deliveries.fail(await claimNotice(group), { kind: 'retry', error: '502', at: later(5_000) }, now);
      expect(await claim(group)).toEqual({ kind: 'wait', until: later(5_000) });
      expect(await announcements.listNewest(3)).toMatchObject([{ id, sent: 1, pending: 1, gone: 0, failed: 0 }]);
      const again = await claimNotice(group, later(5_000));
      expect(again.attempts).toBe(1);
      await deliveries.fail(again, { kind: 'dead', error: '400' }, later(5_000));
      expect(await claim(group, later(9_000))).toEqual({ kind: 'nothing' });
      expect(await announcements.listNewest(3)).toMatchObject([{ id, sent: 1, pending: 0, gone: 0, failed: 1 }]);
    });

    it('wait for a pause and for quiet hours, not for digest times', async () => {
      await announce();
      await open().chats.pause(admin, now);
      expect(await claim(admin)).toEqual({ kind: 'nothing' });
      await open().chats.resume(admin, now);
      // now is 10:00 in Shanghai.
      await open().chats.setQuietHours(admin, { from: 9 * 60, until: 11 * 60 });
      expect(await claim(admin)).toEqual({ kind: 'wait', until: later(3_600_000) });
      await open().chats.setQuietHours(admin, undefined);
      await open().chats.setDigestTimes(admin, [20 * 60]);
      expect((await claimNotice(admin)).text).toBe('今晚维护');
    });

    it('do not take one another for sent', async () => {
      for (const text of ['一', '二', '三']) await announce(text);
      const { announcements } = open();
      const draft = await announcements.draft('四', admin, now);
      expect((await announcements.listNewest(9)).map((each) => each.text)).toEqual(['三', '二', '一']);
      expect(await announcements.cancel(draft.id, admin)).toBe(true);
      for (const { id } of await announcements.listNewest(9)) {
        expect(await announcements.cancel(id, admin)).toBe(false);
        expect(await announcements.send(id, admin, now)).toBeUndefined();
      }
    });

    it('stop where they are', async () => {
      const { announcements, deliveries } = open();
      const id = await announce();
      await deliveries.complete(await claimNotice(admin), 1, now);
      const onItsWay = await claimNotice(group);
      expect(await announcements.stop(id)).toBe(1);
      await deliveries.complete(onItsWay, 2, now);
      expect(await claim(group)).toEqual({ kind: 'nothing' });
      expect(await announcements.stop(id)).toBe(0);
      expect(await announcements.listNewest(3)).toMatchObject([{ id, sent: 1, pending: 0, failed: 0 }]);
      const none = await announce('二');
      expect(await announcements.stop(none)).toBe(2);
      expect(await announcements.send(none, admin, now)).toBeUndefined();
    });

    it('are kept for a chat that is gone, and follow one that moves', async () => {
      const { announcements, chats } = open();
      await announce();
      await chats.markGone(admin, now);
      expect(await announcements.listNewest(3)).toMatchObject([{ pending: 1, gone: 1 }]);
      await chats.save(admin, 'private', now);
      expect((await claimNotice(admin)).text).toBe('今晚维护');
      await chats.save(-100_777, 'supergroup', now);
      await chats.migrate(group, -100_777, now);
      expect((await claimNotice(-100_777)).text).toBe('今晚维护');
      expect((await announcements.listNewest(3))[0]?.text).toBe('今晚维护');
    });
  });

  describe('what the administrator sees', () => {
    const dayMs = 24 * 3_600_000;
    const following = async () => {
      const { ingest, categories, subscriptions } = open();
      await ingest.saveAndEnqueue('news', [itemFor(articleNumber(0))], later(-8 * dayMs), true);
      const [category] = await categories.list();
      await subscriptions.subscribe({ chatId: admin, topicId: 0 }, category?.id ?? 0, now);
    };
    const failFirst = async (payload: string) => {
      const claimed = await claim(admin, later(dayMs));
      if (claimed?.kind !== 'message' || claimed.message.kind !== 'article') throw new Error('no article is owed');
      await open().deliveries.fail(claimed.message, { kind: 'dead', error: '400: no', payload }, now);
      return claimed.message;
    };

    it('are counts of everything, and of what came in lately', async () => {
      await following();
      await saveNews(open(), [articleNumber(1)], later(-2 * dayMs));
      await saveNews(open(), [articleNumber(2), articleNumber(3)], now);
      await open().chats.save(7, 'private', now);
      await open().chats.markGone(7, now);
      await failFirst('<b>第1篇</b>');
      expect(await open().admin.count(now)).toEqual({
        chats: [
          { type: 'private', active: 1, gone: 1 },
          { type: 'supergroup', active: 1, gone: 0 },
        ],
        paused: 0,
        subscriptions: 1,
        watches: 0,
        articles: { count: 4, isExact: true },
        articlesOfDay: { count: 2, isExact: true },
        articlesOfWeek: { count: 3, isExact: true },
        rejected: 0,
        deliveries: { pending: 2, sent: 0, failed: 1 },
      });
    });

    it('are nothing in an empty database', async () => {
      const none = { count: 0, isExact: true };
      const counts = { articles: none, articlesOfDay: none, articlesOfWeek: none, deliveries: { pending: 0 } };
      expect(await open().admin.count(now)).toMatchObject(counts);
      expect(await open().admin.queue()).toEqual({ due: 0, held: 0, oldestQueuedAt: undefined, edits: 0, notices: 0 });
      expect(await open().admin.listFailed(undefined, 5)).toEqual([]);
      expect(await open().admin.listRejected(0, 10)).toEqual({ items: [], total: 0 });
    });

    it('are the depth of the queue, apart from what chats hold back', async () => {
      await following();
      await saveNews(open(), [articleNumber(1)], now);
      await saveNews(open(), [articleNumber(2)], later(5));
      expect(await open().admin.queue()).toMatchObject({ due: 2, held: 0, oldestQueuedAt: now });
      await open().chats.pause(admin, now);
      expect(await open().admin.queue()).toMatchObject({ due: 0, held: 2, oldestQueuedAt: undefined });
    });

    it('are posts that were rejected, the newest first, in pages', async () => {
      const rejected = (n: number) =>
        ({
          kind: 'rejected',
          path: `${n}.md`,
          fingerprint: '1',
          rejection: { reason: 'empty', detail: 'nothing in it' },
        }) as const;
      for (let n = 1; n <= 12; n += 1) await open().ingest.saveAndEnqueue('news', [rejected(n)], later(n), true);
      const second = await open().admin.listRejected(1, 10);
      expect(second.total).toBe(12);
      expect(second.items).toEqual([2, 1].map((n) => expect.objectContaining({ path: `${n}.md`, reason: 'empty' })));
      expect(second.items[0]).toMatchObject({ sourceKey: 'news', detail: 'nothing in it', rejectedAt: later(2) });
    });

    it('are deliveries that were given up, which can be tried again', async () => {
      await following();
      await saveNews(open(), [articleNumber(1), articleNumber(2)], now);
      const first = await failFirst('<b>第1篇</b>');
      const second = await failFirst('<b>第2篇</b>');
      const failed = await open().admin.listFailed(undefined, 1);
      expect(failed).toMatchObject([
        { id: second.deliveryId, chatId: admin, error: '400: no', payload: '<b>第2篇</b>' },
      ]);
      const older = await open().admin.listFailed(second.deliveryId, 5);
      expect(older.map(({ id }) => id)).toEqual([first.deliveryId]);
      expect(await open().admin.retry(first.deliveryId)).toEqual({ kind: 'queued', chatId: admin });
      expect(await open().admin.retry(first.deliveryId)).toEqual({ kind: 'not-failed' });
      const again = await claim(admin);
      expect(again).toMatchObject({ kind: 'message', message: { deliveryId: first.deliveryId, attempts: 0 } });
    });
  });
}
