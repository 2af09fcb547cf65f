import { describe, expect, it } from 'vitest';
import type { Stores } from '../../src/ports.js';
import { articleNumber, claimRules, itemFor, queryFor, saveAll } from '../support/builders.js';

const dayMs = 86_400_000;
const now = new Date('2026-06-01T00:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * dayMs);
const never = new AbortController().signal;

/** Article n is so many days old. */
const anOld = (n: number, days: number) =>
  articleNumber(n, { published: daysAgo(days), text: `第${n}篇正文，只在这里出现。`, lead: `第${n}篇` });
const identityOf = (n: number) => articleNumber(n).identity;

/** What retention leaves of the archive. */
export function describeRetention(open: () => Stores): void {
  const isThere = async (n: number) => (await open().articles.findByIdentity(identityOf(n))) !== undefined;
  const idOf = async (n: number) => (await open().articles.findByIdentity(identityOf(n)))?.id ?? 0;
  /** Ten articles of today: what tells the time. */
  const fillToday = async () => {
    const today = Array.from({ length: 10 }, (_, n) => anOld(1_000 + n, 0));
    await saveAll(open().ingest, 'news', today, now, true);
  };

  describe('retention', () => {
    it('removes what is older, from lists and categories, and nothing else', async () => {
      await saveAll(open().ingest, 'news', [anOld(1, 40), anOld(2, 29)], daysAgo(29), true);
      await fillToday();
      expect(await open().retention.removeOld(30, now, AbortSignal.abort())).toBe(0);
      expect(await open().retention.removeOld(30, now, never)).toBe(1);
      expect([await isThere(1), await isThere(2)]).toEqual([false, true]);
      expect((await open().categories.list())[0]?.articleCount).toBe(11);
      expect(await open().articles.count()).toBe(11);
      expect(await open().retention.removeOld(30, now, never)).toBe(0);
    });

    it('removes it from the search index', async () => {
      await saveAll(open().ingest, 'news', [anOld(1, 40), anOld(2, 29)], daysAgo(29), true);
      await fillToday();
      await open().retention.removeOld(30, now, never);
      await open().search.caughtUp();
      expect(await open().search.check()).toMatchObject({ articles: 11, indexed: 11, missing: 0, stale: 0 });
      const request = { query: queryFor('第1篇正文'), order: 'newest' as const, limit: 5, countUpTo: 5 };
      expect((await open().search.search(request))?.items).toEqual([]);
    });

    it('removes a digest with the last article that it held', async () => {
      await open().chats.save(5, 'private', daysAgo(50));
      const category = await open().categories.findOrCreate('云溪日报');
      await open().subscriptions.subscribe({ chatId: 5, topicId: 0 }, category.id, daysAgo(50));
      const many = Array.from({ length: 8 }, (_, n) => anOld(n, 40));
      await saveAll(open().ingest, 'news', many, daysAgo(40), false);
      const [claim] = await open().deliveries.claim([5], daysAgo(40), claimRules);
      if (claim?.kind !== 'message' || claim.message.kind !== 'digest') throw new Error(`no digest: ${claim?.kind}`);
      await open().deliveries.complete(claim.message, 11, daysAgo(39));
      await fillToday();
      await open().saved.save(5, await idOf(3), now);
      expect(await open().retention.removeOld(30, now, never)).toBe(7);
      expect(await open().deliveries.listArticlesOf(5, 11)).toEqual([await idOf(3)]);
      await open().saved.remove(5, await idOf(3));
      expect(await open().retention.removeOld(30, now, never)).toBe(1);
      expect(await open().deliveries.listArticlesOf(5, 11)).toEqual([]);
    });

    it('keeps what a chat saved, with its messages, and what is still owed until it is sent', async () => {
      await open().chats.save(5, 'private', daysAgo(50));
      const category = await open().categories.findOrCreate('云溪日报');
      await open().subscriptions.subscribe({ chatId: 5, topicId: 0 }, category.id, daysAgo(50));
      for (const n of [1, 2, 3])
        await open().ingest.saveAndEnqueue('news', [itemFor(anOld(n, 40))], daysAgo(40), false);
      await fillToday();
      const send = async (messageId: number) => {
        const [claim] = await open().deliveries.claim([5], now, claimRules);
        if (claim?.kind !== 'message') throw new Error(`nothing to send: ${claim?.kind}`);
        await open().deliveries.complete(claim.message, messageId, daysAgo(39));
      };
      await send(11);
      await send(12);
      await open().saved.save(5, await idOf(1), now);
      expect(await open().retention.removeOld(30, now, never)).toBe(1);
      expect([await isThere(1), await isThere(2), await isThere(3)]).toEqual([true, false, true]);
      expect(await open().deliveries.listArticlesOf(5, 11)).toEqual([await idOf(1)]);
      await send(13);
      expect(await open().retention.removeOld(30, now, never)).toBe(1);
      expect(await isThere(3)).toBe(false);
      expect((await open().subscriptions.list({ chatId: 5, topicId: 0 })).length).toBe(1);
    });

    it('makes no news of what it removed: neither dated nor undated, changed or moved', async () => {
      const undated = { ...anOld(2, 0), published: undefined };
      await saveAll(open().ingest, 'news', [anOld(1, 40), undated], daysAgo(40), true);
      await fillToday();
      expect(await open().retention.removeOld(30, now, never)).toBe(2);
      await open().chats.save(5, 'private', now);
      const category = await open().categories.findOrCreate('云溪日报');
      await open().subscriptions.subscribe({ chatId: 5, topicId: 0 }, category.id, now);
      const changed = [anOld(1, 40), undated].map((article) => ({ ...itemFor(article), fingerprint: '2' }));
      const moved = { ...itemFor(anOld(1, 40)), path: 'elsewhere.md' };
      const saved = await open().ingest.saveAndEnqueue('news', [...changed, moved], now, false, 30);
      expect(saved).toMatchObject({ added: 0, unchanged: 3, queued: 0 });
      expect(await saveAll(open().ingest, 'news', [anOld(3, 1)], now, false)).toMatchObject({ added: 1, queued: 1 });
      const fresh = { ...itemFor({ ...anOld(4, 0), published: undefined }) };
      expect(await open().ingest.saveAndEnqueue('news', [fresh], now, false, 30)).toMatchObject({
        added: 1,
        queued: 1,
      });
    });

    it('goes by the newest articles: a clock that is years ahead, or sources that are silent, remove nothing', async () => {
      await saveAll(open().ingest, 'news', [anOld(1, 20)], daysAgo(20), true);
      await fillToday();
      const ahead = new Date(now.getTime() + 4_000 * dayMs);
      expect(await open().retention.removeOld(30, ahead, never)).toBe(0);
      const [item] = [itemFor(anOld(2, 0))];
      expect(await open().ingest.saveAndEnqueue('news', item ? [item] : [], ahead, false, 30)).toMatchObject({
        added: 1,
      });
    });
  });
}
