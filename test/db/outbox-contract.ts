import { beforeEach, describe, expect, it } from 'vitest';
import type { ClaimedMessage } from '../../src/domain/delivery.js';
import type { Stores } from '../../src/ports.js';
import { articleNumber, claimRules, itemFor, queryFor, saveNews } from '../support/builders.js';

const now = new Date('2026-01-05T02:00:00Z');
const later = (ms: number) => new Date(now.getTime() + ms);
const reader = { chatId: 5_000_000_001, topicId: 0 };
const group = { chatId: -1_001_234_567_890, topicId: 0 };

/** What every outbox does with messages in hand, and with those that have to say something else; both chats are there. */
export function describeOutbox(opened: () => Stores): void {
  describe('messages in hand', () => {
    let stores: Stores;
    beforeEach(async () => {
      stores = opened();
      await stores.ingest.saveAndEnqueue('news', [itemFor(articleNumber(0))], now, true);
    });

    const categoryId = async (name = '云溪日报') => (await stores.categories.findOrCreate(name)).id;
    const follow = async ({ chatId, topicId } = reader, name?: string) =>
      stores.subscriptions.subscribe({ chatId, topicId }, await categoryId(name), now);
    const claim = async (at: Date, { chatId } = reader, rules = claimRules) =>
      (await stores.deliveries.claim([chatId], at, rules))[0];
    const taken = async (at: Date, { chatId } = reader): Promise<ClaimedMessage> => {
      const claimed = await claim(at, { chatId, topicId: 0 });
      if (claimed?.kind !== 'message') throw new Error(`nothing to send but ${claimed?.kind}`);
      return claimed.message;
    };
    const takenEdit = async (at: Date, target = reader) => {
      const message = await taken(at, target);
      if (message.kind !== 'edit') throw new Error(`no edit but ${message.kind}`);
      return message;
    };
    const send = async (n: number, messageId: number, target = reader) => {
      await saveNews(stores, [articleNumber(n)], now);
      await stores.deliveries.complete(await taken(now, target), messageId, now);
    };
    const correct = (n: number, title: string, at = later(1)) => saveNews(stores, [articleNumber(n, { title })], at);
    const nothing = { kind: 'nothing' };

    it('are the same again when nothing became of them, also after their chat was released', async () => {
      await follow();
      await saveNews(stores, [articleNumber(1)], now);
      const first = await taken(now);
      expect(await taken(now)).toEqual(first);
      await stores.deliveries.release(reader.chatId);
      expect(await taken(now)).toEqual(first);
      await stores.deliveries.complete(first, 7, now);
      await stores.deliveries.release(reader.chatId);
      expect(await claim(later(1))).toEqual(nothing);
      expect(await stores.deliveries.listArticlesOf(reader.chatId, 7)).toHaveLength(1);
      expect(await stores.deliveries.listArticlesOf(reader.chatId, 8)).toEqual([]);
      expect(await stores.deliveries.listArticlesOf(group.chatId, 7)).toEqual([]);
    });

    it('are the same digest again, under one number', async () => {
      await follow();
      await saveNews(
        stores,
        [1, 2, 3, 4, 5, 6].map((n) => articleNumber(n)),
        now,
      );
      const first = await taken(now);
      expect(first).toMatchObject({ kind: 'digest', count: 6, attempts: 0 });
      expect(await taken(now)).toEqual(first);
    });

    it('are of the chat that asked, also where another follows more', async () => {
      const { id } = (await stores.watches.watch(reader, '养老', queryFor('养老'), now)).watch;
      await follow(group);
      await saveNews(stores, [articleNumber(1, { text: '养老' })], now);
      expect(await taken(now)).toMatchObject({
        kind: 'article',
        keywords: '养老',
        queryId: id,
        subscription: undefined,
      });
      expect(await taken(now, group)).toMatchObject({ kind: 'article', keywords: undefined, queryId: undefined });
    });

    it('that were dropped and then refused leave the reprint that came in their place', async () => {
      const text = Array.from({ length: 12 }, (_, n) => `第${n}号渡口每天开出${n + 3}班船，坐船的人不多。`).join('');
      const names = ['甲报', '乙报', '丙报'];
      for (const [n, name] of names.entries()) {
        await follow(reader, name);
        const categories = [{ name, slug: undefined }];
        await saveNews(stores, [articleNumber(n + 1, { text, medium: name, categories })], later(n));
      }
      const inHand = await taken(later(9));
      await stores.subscriptions.unsubscribe(reader, await categoryId('甲报'));
      await stores.deliveries.fail(inHand, { kind: 'dead', error: '400' }, later(10));
      const second = await stores.articles.findByIdentity(articleNumber(2).identity);
      expect(await taken(later(11))).toMatchObject({ articleId: second?.id });
    });

    it('tell the time of digests and single pushes apart', async () => {
      await follow();
      await stores.chats.setDigestTimes(reader.chatId, 'hourly');
      await saveNews(stores, [articleNumber(1)], now);
      const asDigest = await taken(later(3_600_000));
      expect(asDigest).toMatchObject({ kind: 'article', asDigest: true });
      await stores.deliveries.complete(asDigest, 1, later(3_600_000));
      const waiting = await stores.fates.findPace(reader.chatId, claimRules.timeZone);
      expect(waiting?.topics).toMatchObject([
        { topicId: 0, digestedAt: later(3_600_000), digestedBeforeAt: undefined },
      ]);
      expect(waiting?.pace.pushedAt).toEqual([]);
    });

    describe('that correct others', () => {
      it('say what the message has to say now', async () => {
        await follow();
        await send(1, 70);
        await correct(1, '改过');
        const edit = await takenEdit(later(2));
        const subscription = { id: await categoryId(), name: '云溪日报' };
        expect(edit).toMatchObject({
          messageId: 70,
          topicId: 0,
          of: { kind: 'article', subscription, isSaved: false },
        });
        if (edit.of.kind !== 'article') throw new Error('no article');
        await stores.saved.save(reader.chatId, edit.of.articleId, now);
        expect(await takenEdit(later(2))).toMatchObject({ of: { isSaved: true } });
        await stores.deliveries.complete(edit, 70, later(3));
        expect(await claim(later(4))).toEqual(nothing);
      });

      it('are owed when the correction came while the message was on its way', async () => {
        await follow();
        await saveNews(stores, [articleNumber(1)], now);
        const onItsWay = await taken(now);
        await correct(1, '改过');
        expect(await taken(later(2))).toMatchObject({ kind: 'article' });
        const { upTo } = await stores.deliveries.listWaiting(undefined);
        await stores.deliveries.complete(onItsWay, 71, later(3));
        expect((await stores.deliveries.listWaiting(upTo)).chats).toEqual([{ chatId: reader.chatId, articleId: 0 }]);
        expect(await takenEdit(later(4))).toMatchObject({ messageId: 71 });
        expect((await stores.articles.stats()).deliveries).toMatchObject({ sent: 1, pending: 0 });
      });

      it('are of a whole digest, at the page that its reader turned to', async () => {
        await follow();
        const six = [1, 2, 3, 4, 5, 6].map((n) => articleNumber(n));
        await saveNews(stores, six, now);
        const digest = await taken(now);
        if (digest.kind !== 'digest') throw new Error('no digest');
        await correct(4, '改过');
        await stores.deliveries.complete(digest, 72, later(2));
        const of = { kind: 'digest', digestId: digest.digestId };
        const first = await takenEdit(later(3));
        expect(first).toMatchObject({ messageId: 72, of: { ...of, page: 0 } });
        await stores.deliveries.complete(first, 72, later(4));
        await stores.deliveries.saveDigestPage(digest.digestId, 2);
        await correct(5, '也改过', later(5));
        expect(await takenEdit(later(6))).toMatchObject({ messageId: 72, of: { ...of, page: 2 } });
      });

      it('are no more than there is room for, and come after pushes', async () => {
        for (const target of [reader, group]) await follow(target);
        await saveNews(stores, [articleNumber(1)], now);
        for (const target of [reader, group]) await stores.deliveries.complete(await taken(now, target), 73, now);
        await correct(1, '改过');
        const both = [reader.chatId, group.chatId];
        const one = await stores.deliveries.claim(both, later(2), { ...claimRules, mostEdits: 1 });
        expect(one).toMatchObject([{ kind: 'message' }, { kind: 'wait', until: later(1_002) }]);
        const two = await stores.deliveries.claim(both, later(2), claimRules);
        expect(two).toMatchObject([{ message: { kind: 'edit' } }, { message: { kind: 'edit' } }]);
        await saveNews(stores, [articleNumber(2)], later(3));
        expect(await taken(later(4))).toMatchObject({ kind: 'article' });
      });

      it('are tried again later, or given up', async () => {
        await follow();
        await send(1, 74);
        await correct(1, '改过');
        await stores.deliveries.fail(
          await takenEdit(later(2)),
          { kind: 'retry', error: '502', at: later(5_000) },
          later(2),
        );
        expect(await claim(later(3))).toEqual({ kind: 'wait', until: later(5_000) });
        const again = await takenEdit(later(5_000));
        expect(again.attempts).toBe(1);
        await stores.deliveries.fail(again, { kind: 'dead', error: '400' }, later(5_001));
        expect(await claim(later(9_000))).toEqual(nothing);
      });

      it('are another one when it is corrected again while they are on their way', async () => {
        await follow();
        await send(1, 75);
        await correct(1, '改过');
        const first = await takenEdit(later(2));
        const { upTo } = await stores.deliveries.listWaiting(undefined);
        await correct(1, '又改过', later(3));
        await stores.deliveries.complete(first, 75, later(4));
        expect((await stores.deliveries.listWaiting(upTo)).chats).toMatchObject([{ chatId: reader.chatId }]);
        const second = await takenEdit(later(5));
        expect(second.editId).toBeGreaterThan(first.editId);
        expect(second.attempts).toBe(0);
      });

      it('go with the article', async () => {
        await follow();
        await send(1, 76);
        await correct(1, '改过');
        const edit = await takenEdit(later(2));
        await stores.articles.remove([articleNumber(1).identity]);
        await stores.deliveries.complete(edit, 76, later(3));
        expect(await claim(later(4))).toEqual(nothing);
      });
    });
  });
}
