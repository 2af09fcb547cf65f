import { beforeEach, describe, expect, it } from 'vitest';
import type { Article } from '../../src/domain/article.js';
import type { ClaimedMessage } from '../../src/domain/delivery.js';
import type { PageRequest, Stores } from '../../src/ports.js';
import { articleNumber, claimRules, queryFor, saveNews } from '../support/builders.js';

const now = new Date('2026-01-05T02:00:00Z');
const later = (ms: number) => new Date(now.getTime() + ms);
const reader = { chatId: 5_000_000_001, topicId: 0 };
const other = { chatId: 5_000_000_002, topicId: 0 };

/** What a chat keeps, and how it is forgotten, on every engine. */
export function describeOwnData(open: () => Stores): void {
  describe('what chats own', () => {
    const idOf = async (n: number) => {
      const article = await open().articles.findByIdentity(articleNumber(n).identity);
      if (!article) throw new Error(`no article ${n}`);
      return article.id;
    };
    /** A busy machine takes fewer at a time. */
    const publish = async (articles: readonly Article[]) => {
      for (let done = 0; done < articles.length; )
        done += (await saveNews(open(), articles.slice(done), now)).processed;
    };
    const archive = (count: number) => publish(Array.from({ length: count }, (_, n) => articleNumber(n + 1)));
    const keep = async (n: number, chatId = reader.chatId) => open().saved.save(chatId, await idOf(n), later(n));
    beforeEach(async () => {
      await open().chats.save(other.chatId, 'private', now);
    });

    describe('saved articles', () => {
      it('are kept once, told apart by chat, and given up', async () => {
        await archive(2);
        expect(await keep(1)).toBe(true);
        expect(await keep(1)).toBe(false);
        const id = await idOf(1);
        expect(await open().saved.has(reader.chatId, id)).toBe(true);
        expect(await open().saved.has(other.chatId, id)).toBe(false);
        expect(await open().saved.remove(reader.chatId, id)).toBe(true);
        expect(await open().saved.remove(reader.chatId, id)).toBe(false);
        expect(await open().saved.count(reader.chatId)).toBe(0);
      });

      it('are not kept when the article or the chat is not there', async () => {
        await archive(1);
        expect(await open().saved.save(reader.chatId, 99_999, now)).toBe(false);
        expect(await open().saved.save(77, await idOf(1), now)).toBe(false);
      });

      it('are listed, what was kept last first, in pages both ways', async () => {
        await archive(7);
        for (const n of [3, 1, 2, 7, 5, 4, 6]) await keep(n);
        const page = async (from?: PageRequest['from']) => open().saved.list(reader.chatId, { limit: 3, from }, []);
        const first = await page();
        expect(first).toMatchObject({ hasNewer: false, hasOlder: true });
        expect(first.items.map(({ title }) => title)).toEqual(['第7篇', '第6篇', '第5篇']);
        expect(first.items[0]?.savedAt).toEqual(later(7));
        const keyOf = ({ savedAt, id }: { savedAt: Date; id: number }) => ({ orderAt: savedAt.getTime(), id });
        const second = await page({ direction: 'older', key: keyOf(first.items[2] as (typeof first.items)[0]) });
        expect(second.items.map(({ title }) => title)).toEqual(['第4篇', '第3篇', '第2篇']);
        const back = await page({ direction: 'newer', key: keyOf(second.items[0] as (typeof first.items)[0]) });
        expect(back).toEqual({ ...first });
      });

      it('are found by words of title and text, all of them, folded', async () => {
        await saveNews(
          open(),
          [
            articleNumber(1, { title: '養老新政' }),
            articleNumber(2, { title: '天气' }),
            articleNumber(3, { title: '天气', text: '今天，ＥＴＦ 上涨。' }),
          ],
          now,
        );
        for (const n of [1, 2, 3]) await keep(n);
        const find = async (...words: string[]) =>
          (await open().saved.list(reader.chatId, { limit: 5 }, words)).items.map(({ id }) => id);
        expect(await find('养老')).toEqual([await idOf(2), await idOf(1)]);
        expect(await find('养老', '新政')).toEqual([await idOf(1)]);
        expect(await find('天气', 'etf')).toEqual([await idOf(3)]);
        expect(await find('没有的')).toEqual([]);
      });

      it('are searched through to the last, page by page', async () => {
        const title = (n: number) => (n % 40 === 0 ? '找得到' : '别的');
        const many = Array.from({ length: 240 }, (_, n) => articleNumber(n + 1, { title: title(n + 1) }));
        await publish(many);
        for (const n of many.keys()) await keep(n + 1);
        const first = await open().saved.list(reader.chatId, { limit: 4 }, ['找得到']);
        expect([first.items.length, first.hasOlder]).toEqual([4, true]);
        const last = first.items.at(-1);
        const key = { orderAt: last?.savedAt.getTime() ?? 0, id: last?.id ?? 0 };
        const rest = await open().saved.list(reader.chatId, { limit: 4, from: { direction: 'older', key } }, [
          '找得到',
        ]);
        expect([rest.items.length, rest.hasOlder]).toEqual([2, false]);
      });

      it('are written out and read back by identity, once, up to a limit', async () => {
        await archive(4);
        for (const n of [1, 2]) await keep(n);
        const entries = await open().saved.listEntries(reader.chatId);
        expect(entries).toEqual([
          { identity: articleNumber(2).identity, title: '第2篇', savedAt: later(2) },
          { identity: articleNumber(1).identity, title: '第1篇', savedAt: later(1) },
        ]);
        const gone = { identity: 'https://example.com/gone', savedAt: now };
        const third = { identity: articleNumber(3).identity, savedAt: now };
        const fourth = { identity: articleNumber(4).identity, savedAt: now };
        const all = [...entries, gone, third, fourth];
        expect(await open().saved.saveEntries(other.chatId, all, 3)).toEqual({
          added: 3,
          known: 0,
          unknown: [gone.identity],
          tooMany: 1,
        });
        expect(await open().saved.saveEntries(other.chatId, entries, 3)).toMatchObject({ added: 0, known: 2 });
        expect((await open().saved.listEntries(other.chatId)).slice(0, 2)).toEqual(entries);
      });

      it('go with their article, and move with their chat', async () => {
        await archive(2);
        await keep(1);
        await keep(2);
        await open().articles.remove([articleNumber(1).identity]);
        await open().chats.migrate(reader.chatId, -100_555, now);
        expect(await open().saved.listEntries(-100_555)).toMatchObject([{ title: '第2篇' }]);
      });
    });

    describe('a chat that is forgotten', () => {
      const claim = async (chatId: number): Promise<ClaimedMessage> => {
        const [claimed] = await open().deliveries.claim([chatId], now, claimRules);
        if (claimed?.kind !== 'message') throw new Error('nothing is owed');
        return claimed.message;
      };
      /** Everything a chat can own, in two chats. */
      const live = async (...targets: readonly (typeof reader)[]) => {
        const { categories, subscriptions, watches, filters } = open();
        const category = await categories.findOrCreate('云溪日报');
        for (const target of targets) {
          await subscriptions.subscribe(target, category.id, now);
          await subscriptions.subscribe({ ...target, topicId: 7 }, category.id, now);
          await watches.watch(target, '养老', queryFor('养老'), now);
          await filters.set(target, { categoryId: category.id, included: [], excluded: ['股票'] });
        }
        await archive(1);
        for (const { chatId } of targets) await keep(1, chatId);
      };

      it('is counted before, and gone after, with all that it owned; another one is left as it was', async () => {
        await live(reader, other);
        await open().watches.watch(reader, '只有我', queryFor('只有我'), now);
        const own = (await open().watches.list(reader)).map(({ id }) => id);
        await open().deliveries.complete(await claim(reader.chatId), 5, now);
        await saveNews(open(), [articleNumber(1, { title: '改过' })], later(1));
        const counts = { subscriptions: 2, watches: 1, filters: 1, saved: 1, deliveries: 2 };
        expect(await open().ownData.count(reader.chatId)).toEqual({ ...counts, watches: 2 });
        expect(await open().ownData.listTopics(reader.chatId)).toEqual([0, 7]);
        await open().ownData.forget(reader.chatId);
        expect(await open().ownData.count(reader.chatId)).toEqual({
          subscriptions: 0,
          watches: 0,
          filters: 0,
          saved: 0,
          deliveries: 0,
        });
        expect(await open().chats.find(reader.chatId)).toBeUndefined();
        expect(await Promise.all(own.map((id) => open().watches.find(id)))).toEqual([
          expect.objectContaining({ text: '养老' }),
          undefined,
        ]);
        expect(await open().ownData.count(other.chatId)).toEqual(counts);
        expect(await saveNews(open(), [articleNumber(2)], later(2))).toMatchObject({ queued: 2 });
      });

      it('is new when it speaks again', async () => {
        await live(reader);
        await open().chats.setLanguage(reader.chatId, 'en');
        await open().ownData.forget(reader.chatId);
        await open().ownData.forget(reader.chatId);
        expect(await open().chats.save(reader.chatId, 'private', later(1))).toMatchObject({ language: undefined });
        expect(await open().subscriptions.list(reader)).toEqual([]);
      });

      it.each([
        ['an article', 1],
        ['a digest', 8],
      ])('while %s is sent to it is left without a trace by whatever becomes of that', async (_name, count) => {
        const category = await open().categories.findOrCreate('云溪日报');
        for (const target of [other, reader]) await open().subscriptions.subscribe(target, category.id, now);
        await archive(count);
        const kept = await claim(other.chatId);
        const message = await claim(reader.chatId);
        await open().ownData.forget(reader.chatId);
        await open().deliveries.complete(message, 5, later(1));
        await open().deliveries.fail(message, { kind: 'retry', error: 'x', at: later(2) }, later(1));
        const last = message.kind === 'digest' ? ({ kind: 'split', error: '400' } as const) : undefined;
        await open().deliveries.fail(message, last ?? { kind: 'dead', error: '400' }, later(1));
        await open().deliveries.holdChat(reader.chatId, later(9));
        await open().chats.markGone(reader.chatId, later(1), now);
        expect(await open().chats.find(reader.chatId)).toBeUndefined();
        expect((await open().articles.stats()).deliveries).toEqual({ pending: count, sent: 0, failed: 0 });
        // The other's message has had no failure.
        const again = await claim(other.chatId);
        expect([again.kind, again.attempts]).toEqual([kept.kind, 0]);
      });
    });

    it('tells which articles a message of a chat held', async () => {
      const category = await open().categories.findOrCreate('云溪日报');
      for (const target of [other, reader]) await open().subscriptions.subscribe(target, category.id, now);
      await archive(1);
      const [claimed] = await open().deliveries.claim([reader.chatId], now, claimRules);
      if (claimed?.kind === 'message') await open().deliveries.complete(claimed.message, 5, now);
      expect(await open().deliveries.listArticlesOf(reader.chatId, 5)).toEqual([await idOf(1)]);
      expect(await open().deliveries.listArticlesOf(other.chatId, 5)).toEqual([]);
      expect(await open().deliveries.listArticlesOf(reader.chatId, 6)).toEqual([]);
    });
  });
}
