import { describe, expect, it } from 'vitest';
import type { Stores } from '../../src/ports.js';
import { articleNumber, claimRules, itemFor, saveNews } from '../support/builders.js';

const now = new Date('2026-01-05T02:00:00Z');
const later = (ms: number) => new Date(now.getTime() + ms);
const reader = { chatId: 5_000_000_001, topicId: 0 };

/** What the stores must do for the operation of the bot, on every engine; the reader is there. */
export function describeOperation(open: () => Stores): void {
  describe('updates that came by webhook', () => {
    it('are new once, whether handled or not', async () => {
      const { updates } = open();
      expect(await updates.add(7, '{"a":"养老"}', now)).toBe(true);
      expect(await updates.add(7, '{"a":"养老"}', now)).toBe(false);
      await updates.markHandled(7);
      expect(await updates.add(7, '{"a":"养老"}', now)).toBe(false);
      expect(await updates.takeUpAgain(5)).toEqual({ payloads: [], givenUp: [] });
    });

    it('are kept until they are handled, in the order of arrival', async () => {
      const { updates } = open();
      await updates.add(9, '"first"', now);
      await updates.add(8, '"third"', later(1));
      await updates.add(10, '"second"', now);
      await updates.markHandled(10);
      expect(await updates.takeUpAgain(5)).toEqual({ payloads: ['"first"', '"third"'], givenUp: [] });
    });

    it('are given up when too many starts took them up', async () => {
      const { updates } = open();
      await updates.add(7, '"x"', now);
      await updates.takeUpAgain(2);
      await updates.takeUpAgain(2);
      expect(await updates.takeUpAgain(2)).toEqual({ payloads: [], givenUp: [7] });
      expect(await updates.takeUpAgain(2)).toEqual({ payloads: [], givenUp: [] });
    });

    it('are known as still to be handled until they are', async () => {
      const { updates } = open();
      await updates.add(1, '"first"', now);
      await updates.add(2, '"second"', now);
      expect([await updates.isOwed(1), await updates.isOwed(3)]).toEqual([true, false]);
      await updates.markHandled(2);
      expect(await updates.isOwed(2)).toBe(false);
    });

    it('are forgotten a while after they were handled', async () => {
      const { updates } = open();
      await updates.add(1, '"handled"', now);
      await updates.markHandled(1);
      await updates.add(2, '"not handled"', now);
      expect(await updates.forgetHandled(now)).toBe(0);
      expect(await updates.forgetHandled(later(1))).toBe(1);
      expect((await updates.takeUpAgain(5)).payloads).toEqual(['"not handled"']);
    });
  });

  describe('totals', () => {
    const follow = async () => {
      const { ingest, categories, subscriptions } = open();
      await ingest.saveAndEnqueue('news', [itemFor(articleNumber(0))], now, true);
      const [category] = await categories.list();
      if (!category) throw new Error('no category');
      await subscriptions.subscribe(reader, category.id, now);
      return category.id;
    };
    const claim = async () => {
      const [claimed] = await open().deliveries.claim([reader.chatId], now, claimRules);
      if (claimed?.kind !== 'message') throw new Error('nothing is owed');
      return claimed.message;
    };

    it('count what came to be, and what is owed', async () => {
      const none = { pending: 0, sent: 0, merged: 0, failed: 0, expired: 0 };
      expect(await open().admin.totals()).toEqual({ articles: 0, deliveries: none, pending: 0, rejected: {} });
      await follow();
      await saveNews(
        open(),
        [1, 2, 3].map((n) => articleNumber(n)),
        now,
      );
      expect(await open().admin.totals()).toMatchObject({
        articles: 4,
        deliveries: { pending: 3, sent: 0 },
        pending: 3,
      });
      await open().deliveries.complete(await claim(), 11, now);
      await open().deliveries.fail(await claim(), { kind: 'dead', error: '400' }, now);
      expect(await open().admin.totals()).toMatchObject({
        articles: 4,
        deliveries: { pending: 3, sent: 1, failed: 1 },
        pending: 1,
      });
    });

    it('never fall when something is deleted, but for what is owed', async () => {
      const categoryId = await follow();
      await saveNews(
        open(),
        [1, 2].map((n) => articleNumber(n)),
        now,
      );
      await open().deliveries.complete(await claim(), 11, now);
      await open().subscriptions.unsubscribe(reader, categoryId);
      await open().articles.remove([articleNumber(1).identity, articleNumber(2).identity]);
      expect(await open().admin.totals()).toMatchObject({
        articles: 3,
        deliveries: { pending: 2, sent: 1 },
        pending: 0,
      });
    });

    it('count a failed delivery that is queued again as one more', async () => {
      await follow();
      await saveNews(open(), [articleNumber(1)], now);
      const message = await claim();
      await open().deliveries.fail(message, { kind: 'dead', error: '400' }, now);
      if (message.kind !== 'article') throw new Error('no article');
      await open().admin.retry(message.deliveryId);
      expect(await open().admin.totals()).toMatchObject({ deliveries: { pending: 2, failed: 1 }, pending: 1 });
    });

    it('count rejections by reason, those of a changed file anew', async () => {
      const rejected = (path: string, reason: 'empty' | 'not-utf8') => ({
        kind: 'rejected' as const,
        path,
        fingerprint: 'f',
        rejection: { reason, detail: '' },
      });
      const { ingest, admin } = open();
      await ingest.saveAndEnqueue('news', [rejected('a.md', 'empty'), rejected('b.md', 'empty')], now, true);
      await ingest.saveAndEnqueue('news', [rejected('a.md', 'not-utf8')], now, true);
      expect((await admin.totals()).rejected).toEqual({ empty: 2, 'not-utf8': 1 });
      await ingest.saveAndEnqueue('news', [{ ...itemFor(articleNumber(1)), path: 'a.md' }], now, true);
      expect((await admin.totals()).rejected).toEqual({ empty: 2, 'not-utf8': 1 });
    });
  });
}
