import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Article } from '../../src/domain/article.js';
import type { ClaimedMessage } from '../../src/domain/delivery.js';
import { everySubscription } from '../../src/domain/filter.js';
import type { PageRequest, Stores } from '../../src/ports.js';
import {
  anArticle,
  articleNumber,
  claimRules,
  itemFor,
  manyReadersMs,
  queryFor,
  saveNews,
  saveReaders,
} from '../support/builders.js';
import { describeAdmin } from './admin-contract.js';
import { describeFates } from './fates-contract.js';
import { describeIngest } from './ingest-contract.js';
import { describeOperation } from './operation-contract.js';
import { describeOutbox } from './outbox-contract.js';
import { describeOwnData } from './own-data-contract.js';
import { describeRetention } from './retention-contract.js';
import { describeSearch } from './search-contract.js';

const now = new Date('2026-01-05T02:00:00Z');
const later = (ms: number) => new Date(now.getTime() + ms);
const reader = { chatId: 5_000_000_001, topicId: 0 };
const group = { chatId: -1_001_234_567_890, topicId: 0 };

/** Long enough to be known again when it is reprinted. */
const text =
  '云溪县今年新开了十二家社区食堂，都在菜场旁边。七十岁以上的老人凭证打八折。\n食堂的菜单一周一换，少盐少油，汤不要钱。\n县里说，明年再开八家，先开在老人最多的三个小区。\n住在北街的两位老人是第一批客人，每天中午十一点半到，坐在靠窗的桌子，吃完再去公园走一圈，下午去图书室看报。';

/** What every engine behind the stores must do. */
export function describeStores(engine: string, open: () => Promise<Stores>): void {
  describe(`stores on ${engine}`, () => {
    let stores: Stores;
    beforeEach(async () => {
      stores = await open();
      await stores.chats.save(reader.chatId, 'private', now);
      await stores.chats.save(group.chatId, 'supergroup', now);
    });
    afterEach(() => stores.close());

    const categoryId = async (name: string) => {
      const found = (await stores.categories.list()).find((category) => category.name === name);
      if (!found) throw new Error(`no category ${name}`);
      return found.id;
    };
    /** The reader follows 云溪日报, which one old article made known. */
    const follow = async (target = reader) => {
      await stores.ingest.saveAndEnqueue('news', [itemFor(articleNumber(0))], now, true);
      await stores.subscriptions.subscribe(target, await categoryId('云溪日报'), now);
    };
    /** The next message of every chat that something is owed to. */
    const due = async (at = now) => {
      const { chats } = await stores.deliveries.listWaiting(undefined);
      const claims = await stores.deliveries.claim(
        chats.map(({ chatId }) => chatId),
        at,
        claimRules,
      );
      return claims.flatMap((claim) => (claim.kind === 'message' ? [claim.message] : []));
    };
    const articlesOf = (messages: readonly ClaimedMessage[]) =>
      messages.filter((message) => message.kind === 'article');
    const firstArticle = async (at = now) => {
      const [message] = articlesOf(await due(at));
      if (!message) throw new Error('no article is owed');
      return message;
    };

    it('remember what the bot says of itself', async () => {
      expect(await stores.botState.find('a')).toBeUndefined();
      await stores.botState.save('a', '1');
      await stores.botState.save('a', '2');
      expect(await stores.botState.find('a')).toBe('2');
    });

    describe('articles', () => {
      it('gives back what was saved', async () => {
        const article = anArticle();
        await saveNews(stores, [article], now);
        const found = await stores.articles.findByIdentity(article.identity);
        expect(found).toMatchObject({ ...withoutPostIdentity(article), firstSeen: now, orderAt: article.published });
        expect(await stores.articles.find(found?.id ?? 0)).toEqual(found);
      });

      it('keeps what is absent absent', async () => {
        const bare = anArticle({
          title: undefined,
          byline: undefined,
          lead: undefined,
          url: undefined,
          published: undefined,
        });
        await saveNews(stores, [bare], now);
        expect(await stores.articles.findByIdentity(bare.identity)).toMatchObject({
          ...withoutPostIdentity(bare),
          orderAt: now,
        });
      });

      it('updates the same identity in place and says so', async () => {
        await saveNews(stores, [anArticle()], now);
        const same = await saveNews(stores, [anArticle()], later(1));
        const changed = await saveNews(stores, [anArticle({ title: '更正后的标题' })], later(2));
        expect(same).toMatchObject({ added: 0, updated: 0, unchanged: 1 });
        expect(changed).toMatchObject({ added: 0, updated: 1, unchanged: 0 });
        expect(await stores.articles.findByIdentity(anArticle().identity)).toMatchObject({
          title: '更正后的标题',
          firstSeen: now,
        });
        expect((await stores.articles.stats()).articles).toBe(1);
      });

      it('knows a post again whose link came later', async () => {
        const half = anArticle({ identity: 'news#1', postIdentity: 'news#1', url: undefined });
        const whole = anArticle({ postIdentity: 'news#1' });
        await saveNews(stores, [half], now);
        expect(await saveNews(stores, [whole], later(1))).toMatchObject({ added: 0, updated: 1, queued: 0 });
        expect(await stores.articles.findByIdentity('news#1')).toBeUndefined();
        expect(await stores.articles.findByIdentity(whole.identity)).toMatchObject({ url: whole.url, firstSeen: now });
      });

      it('counts a category once per article, under one spelling', async () => {
        const wide = { name: '云溪　日报', slug: undefined };
        const spelled = [{ name: '云溪日报', slug: 'yunxiribao' }, wide];
        await saveNews(stores, [anArticle({ categories: spelled }), articleNumber(2, { categories: [wide] })], now);
        expect(await stores.categories.list()).toMatchObject([
          { name: '云溪日报', slug: 'yunxiribao', articleCount: 2 },
        ]);
      });

      it('leaves nothing of a batch that fails', async () => {
        const bad = { ...anArticle(), text: undefined } as unknown as Article;
        const good = articleNumber(5, { categories: [{ name: '新报', slug: undefined }] });
        await expect(saveNews(stores, [good, bad], now)).rejects.toThrow();
        expect(await stores.categories.list()).toEqual([]);
        await saveNews(stores, [good], now);
        expect(await stores.categories.list()).toMatchObject([{ name: '新报', articleCount: 1 }]);
      });

      it('gives a category its slug when a post brings one later', async () => {
        await saveNews(stores, [articleNumber(1, { categories: [{ name: '云溪晚报', slug: undefined }] })], now);
        await saveNews(stores, [articleNumber(2, { categories: [{ name: '云溪晚报', slug: 'yunxiwanbao' }] })], now);
        expect(await stores.categories.list()).toMatchObject([
          { name: '云溪晚报', slug: 'yunxiwanbao', articleCount: 2 },
        ]);
      });

      it('removes an article with all that refers to it', async () => {
        await follow();
        await saveNews(stores, [anArticle()], now);
        await stores.articles.remove([anArticle().identity, 'never seen']);
        expect(await stores.articles.findByIdentity(anArticle().identity)).toBeUndefined();
        expect(await due()).toEqual([]);
        expect(await stores.categories.list()).toMatchObject([{ articleCount: 1 }]);
      });
    });

    describe('lists', () => {
      const titles = (page: { items: readonly { title: string }[] }) => page.items.map(({ title }) => title);

      it('are newest first, by the earlier of published and first seen', async () => {
        const future = articleNumber(3, { title: '未来', published: new Date('2030-01-01T00:00:00Z') });
        await saveNews(stores, [articleNumber(1), future, articleNumber(2)], now);
        expect(titles(await stores.articles.listLatest(undefined, { limit: 10 }))).toEqual(['未来', '第2篇', '第1篇']);
      });

      it('page both ways without losing or repeating anything while articles arrive', async () => {
        await saveNews(
          stores,
          Array.from({ length: 11 }, (_, n) => articleNumber(n)),
          now,
        );
        const seen: string[] = [];
        let page: PageRequest = { limit: 4 };
        for (let hasOlder = true; hasOlder; ) {
          const found = await stores.articles.listLatest(undefined, page);
          seen.push(...titles(found));
          hasOlder = found.hasOlder;
          const last = found.items.at(-1);
          if (!last) break;
          page = { limit: 4, from: { direction: 'older', key: { orderAt: last.orderAt.getTime(), id: last.id } } };
          await saveNews(stores, [articleNumber(100 + seen.length)], now);
        }
        expect(seen).toEqual(Array.from({ length: 11 }, (_, n) => `第${10 - n}篇`));
      });

      it('tell the categories with the most articles of a time', async () => {
        const filed = (n: number, published: Date, ...names: string[]) =>
          articleNumber(n, { published, categories: names.map((name) => ({ name, slug: undefined })) });
        await saveNews(
          stores,
          [
            filed(1, later(-3), '甲报', '乙报'),
            filed(2, later(-2), '乙报', '丙报'),
            filed(3, later(-1), '丁报'),
            ...[4, 5, 6].map((n) => filed(n, later(-4), '甲报')),
          ],
          now,
        );
        const busiest = async (since: Date, until: Date | undefined, limit = 10) =>
          (await stores.categories.listBusiest(since, until, limit)).map(({ category, articles }) => [
            category.name,
            articles,
            category.articleCount,
          ]);
        expect(await busiest(later(-3), later(-1))).toEqual([
          ['乙报', 2, 2],
          ['丙报', 1, 1],
          ['甲报', 1, 4],
        ]);
        expect((await busiest(later(-3), undefined)).map(([name]) => name)).toEqual(['乙报', '丁报', '丙报', '甲报']);
        expect(await busiest(later(-10), undefined, 1)).toEqual([['甲报', 4, 4]]);
        expect(await busiest(now, undefined)).toEqual([]);
      });

      it('lead back to newer articles', async () => {
        await saveNews(
          stores,
          Array.from({ length: 7 }, (_, n) => articleNumber(n)),
          now,
        );
        const first = await stores.articles.listLatest(undefined, { limit: 3 });
        const last = first.items[2];
        if (!last) throw new Error('no page');
        const key = (line: { orderAt: Date; id: number }) => ({ orderAt: line.orderAt.getTime(), id: line.id });
        const second = await stores.articles.listLatest(undefined, {
          limit: 3,
          from: { direction: 'older', key: key(last) },
        });
        const top = second.items[0];
        if (!top) throw new Error('no page');
        const back = await stores.articles.listLatest(undefined, {
          limit: 3,
          from: { direction: 'newer', key: key(top) },
        });
        expect(titles(back)).toEqual(titles(first));
        expect(back).toMatchObject({ hasNewer: false, hasOlder: true });
      });

      it('merge several categories, each article once', async () => {
        const both = [
          { name: '甲报', slug: undefined },
          { name: '乙报', slug: undefined },
        ];
        await saveNews(
          stores,
          [
            articleNumber(1, { categories: both.slice(0, 1) }),
            articleNumber(2, { categories: both }),
            articleNumber(3, { categories: both.slice(1) }),
            articleNumber(4),
          ],
          now,
        );
        const ids = [await categoryId('甲报'), await categoryId('乙报')];
        expect(titles(await stores.articles.listLatest(ids, { limit: 10 }))).toEqual(['第3篇', '第2篇', '第1篇']);
        expect(titles(await stores.articles.listLatest([], { limit: 10 }))).toEqual([]);
      });
    });

    describe('texts', () => {
      it('gives one number to one text', async () => {
        const id = await stores.articles.rememberText('养老保险');
        expect(await stores.articles.rememberText('养老保险')).toBe(id);
        expect(await stores.articles.findText(id)).toBe('养老保险');
        expect(await stores.articles.findText(id + 1)).toBeUndefined();
      });
    });

    describeSearch(() => stores);
    describeOwnData(() => stores);
    describeFates(() => stores);
    describeAdmin(() => stores);
    describeOperation(() => stores);
    describeOutbox(() => stores);
    describeIngest(() => stores);
    describeRetention(() => stores);

    describe('deliveries', () => {
      it('are owed once to every chat that follows any of the categories', async () => {
        await follow();
        await follow(group);
        const both = [
          { name: '云溪日报', slug: undefined },
          { name: '示例周刊', slug: undefined },
        ];
        const { queued } = await saveNews(stores, [articleNumber(1, { categories: both })], now);
        expect(queued).toBe(2);
        expect((await due()).map(({ chatId }) => chatId).sort()).toEqual([group.chatId, reader.chatId].sort());
      });

      it('are not owed for a silent first read, an update, or a chat that is gone', async () => {
        await follow();
        await stores.ingest.saveAndEnqueue('news', [itemFor(articleNumber(1))], now, true);
        await saveNews(stores, [articleNumber(1, { title: '改过' })], now);
        await stores.chats.markGone(reader.chatId, now);
        await saveNews(stores, [articleNumber(2)], now);
        await stores.chats.save(reader.chatId, 'private', now);
        expect(await due()).toEqual([]);
      });

      it('come one per chat at a time, oldest first', async () => {
        await follow();
        await saveNews(stores, [articleNumber(1)], now);
        await saveNews(stores, [articleNumber(2)], later(1));
        const first = await firstArticle(later(10));
        expect(await due(later(10))).toHaveLength(1);
        await stores.deliveries.complete(first, 77, later(10));
        const second = await firstArticle(later(20));
        expect(second.articleId).toBeGreaterThan(first.articleId);
        await stores.deliveries.complete(second, 78, later(20));
        expect(await due(later(30))).toEqual([]);
      });

      it('say which subscription asked for them: of several the one of the medium, in private chats only', async () => {
        const categories = ['甲报', '云溪日报', '乙报'].map((name) => ({ name, slug: undefined }));
        await saveNews(stores, [articleNumber(0, { categories })], now);
        for (const { name } of categories) {
          await stores.subscriptions.subscribe(reader, await categoryId(name), now);
          await stores.subscriptions.subscribe(group, await categoryId(name), now);
        }
        await saveNews(stores, [articleNumber(1, { categories })], now);
        const owed = articlesOf(await due());
        const askedBy = (chatId: number) => owed.find((message) => message.chatId === chatId)?.subscription;
        expect(askedBy(reader.chatId)).toEqual({ id: await categoryId('云溪日报'), name: '云溪日报' });
        expect(askedBy(group.chatId)).toBeUndefined();
      });

      it('wait as long as their chat has to', async () => {
        await follow();
        await saveNews(stores, [articleNumber(1)], now);
        await stores.deliveries.holdChat(reader.chatId, later(7_000));
        expect(await stores.deliveries.claim([reader.chatId], later(6_999), claimRules)).toEqual([
          { kind: 'wait', until: later(7_000) },
        ]);
        expect(await due(later(7_000))).toHaveLength(1);
      });

      it('wait after a failure, count it, and are given up with what was refused', async () => {
        await follow();
        await saveNews(stores, [articleNumber(1)], now);
        const delivery = await firstArticle();
        await stores.deliveries.fail(delivery, { kind: 'retry', error: '502', at: later(5_000) }, now);
        expect(await stores.deliveries.claim([reader.chatId], later(4_999), claimRules)).toEqual([
          { kind: 'wait', until: later(5_000) },
        ]);
        expect(await due(later(5_000))).toMatchObject([{ attempts: 1 }]);
        const refused = { kind: 'dead', error: '400', payload: '<b>第1篇</b>' } as const;
        await stores.deliveries.fail(delivery, refused, later(6_000));
        expect(await due(later(60_000))).toEqual([]);
        expect((await stores.articles.stats()).deliveries).toEqual({ pending: 0, sent: 0, failed: 1 });
      });

      it('are found by what was queued since', async () => {
        await follow();
        const { upTo } = await stores.deliveries.listWaiting(undefined);
        await saveNews(stores, [articleNumber(1)], now);
        const found = await stores.deliveries.listWaiting(upTo);
        expect(found.chats).toEqual([{ chatId: reader.chatId, articleId: expect.any(Number) }]);
        expect((await stores.deliveries.listWaiting(found.upTo)).chats).toEqual([]);
      });

      it('are found to the last when very many were queued', { timeout: manyReadersMs }, async () => {
        await stores.ingest.saveAndEnqueue('news', [itemFor(articleNumber(0))], now, true);
        await saveReaders(stores, 6_000, now, await categoryId('云溪日报'));
        let { upTo } = await stores.deliveries.listWaiting(undefined);
        await saveNews(stores, [articleNumber(1)], now);
        const seen = new Set<number>();
        for (let more = true; more; ) {
          const found = await stores.deliveries.listWaiting(upTo);
          for (const { chatId } of found.chats) seen.add(chatId);
          more = found.chats.length > 0;
          upTo = found.upTo;
        }
        expect(seen.size).toBe(6_000);
      });

      it('become one digest when they are many, newest first, in pages', async () => {
        await follow();
        await saveNews(
          stores,
          Array.from({ length: 12 }, (_, n) => articleNumber(n + 1)),
          now,
        );
        const [digest] = await due();
        if (digest?.kind !== 'digest') throw new Error('no digest');
        expect(digest).toMatchObject({ reason: 'burst', silent: false, chatId: reader.chatId });
        const first = await stores.deliveries.listDigest(digest.digestId, 0, 10);
        expect(first?.items.map(({ title }) => title)).toEqual(Array.from({ length: 10 }, (_, n) => `第${12 - n}篇`));
        expect(first?.total).toBe(12);
        expect((await stores.deliveries.listDigest(digest.digestId, 1, 10))?.items).toHaveLength(2);
        expect(await stores.deliveries.listDigest(digest.digestId, 2, 10)).toBeUndefined();
        await stores.deliveries.complete(digest, 5, later(10));
        expect(await due(later(20))).toEqual([]);
        expect((await stores.articles.stats()).deliveries).toEqual({ pending: 0, sent: 12, failed: 0 });
      });

      it('keep the number of a digest that has to be tried again, with what came meanwhile', async () => {
        await follow();
        const six = Array.from({ length: 6 }, (_, n) => articleNumber(n + 1));
        await saveNews(stores, six, now);
        const [first] = await due();
        if (first?.kind !== 'digest') throw new Error('no digest');
        await stores.deliveries.fail(first, { kind: 'retry', error: '502', at: later(2_000) }, now);
        await saveNews(stores, [articleNumber(7)], later(1_000));
        const single = await firstArticle(later(1_500));
        await stores.deliveries.complete(single, 1, later(1_500));
        const [again] = await due(later(2_500));
        expect(again).toMatchObject({ kind: 'digest', digestId: first.digestId, attempts: 1 });
      });

      it('are halved when Telegram refuses them together, until the one is found that it does not take', async () => {
        await follow();
        const many = Array.from({ length: 13 }, (_, n) => articleNumber(n + 1));
        await saveNews(stores, many, now);
        const bad = (await stores.articles.findByIdentity(articleNumber(9).identity))?.id;
        const holdsBad = async (message: ClaimedMessage) => {
          if (message.kind !== 'digest') return message.kind === 'article' && message.articleId === bad;
          const page = await stores.deliveries.listDigest(message.digestId, 0, 100);
          return page?.items.some(({ id }) => id === bad) ?? false;
        };
        let messages = 0;
        for (let [message] = await due(); message; [message] = await due()) {
          messages += 1;
          if (!(await holdsBad(message))) await stores.deliveries.complete(message, messages, now);
          else if (message.kind === 'digest')
            await stores.deliveries.fail(message, { kind: 'split', error: '400' }, now);
          else await stores.deliveries.fail(message, { kind: 'dead', error: '400' }, now);
        }
        expect((await stores.articles.stats()).deliveries).toEqual({ pending: 0, sent: 12, failed: 1 });
        expect(messages).toBeLessThanOrEqual(9);
      });

      it('of a round that is not over are left for later', async () => {
        await follow();
        await saveNews(stores, [articleNumber(1)], now);
        await saveNews(stores, [articleNumber(2)], later(10));
        const midRound = { ...claimRules, queuedBefore: later(5) };
        const [claim] = await stores.deliveries.claim([reader.chatId], later(20), midRound);
        expect(claim).toMatchObject({ kind: 'message', message: { articleId: 2 } });
        if (claim?.kind === 'message') await stores.deliveries.complete(claim.message, 1, later(20));
        expect(await stores.deliveries.claim([reader.chatId], later(30), midRound)).toEqual([{ kind: 'nothing' }]);
      });

      it('of the topics of one chat have a digest each at the same time', async () => {
        const topics = [11, 12].map((topicId) => ({ chatId: group.chatId, topicId }));
        for (const topic of topics) await follow(topic);
        await stores.chats.setDigestTimes(group.chatId, [11 * 60]);
        await saveNews(stores, [articleNumber(1), articleNumber(2)], now);
        const at = new Date('2026-01-05T03:00:01Z');
        const seen: number[] = [];
        for (let [message] = await due(at); message; [message] = await due(at)) {
          seen.push(message.topicId);
          await stores.deliveries.complete(message, 1, at);
        }
        expect(seen).toEqual([11, 12]);
      });

      it('of one chat that cannot be read leave the others alone', async () => {
        await follow();
        await follow(group);
        await saveNews(stores, [articleNumber(1)], now);
        await stores.chats.setTimeZone(group.chatId, 'Asia/Nowhere');
        await stores.chats.setQuietHours(group.chatId, { from: 1, until: 2 });
        expect((await due()).map(({ chatId }) => chatId)).toEqual([reader.chatId]);
      });

      it('that were dropped while they were sent are not followed by their reprint', async () => {
        await follow();
        const other = await stores.categories.findOrCreate('别报');
        await stores.subscriptions.subscribe(reader, other.id, now);
        const text = Array.from({ length: 12 }, (_, n) => `第${n}号渡口每天开出${n + 3}班船，坐船的人不多。`).join('');
        await saveNews(stores, [articleNumber(1, { text })], now);
        await saveNews(stores, [articleNumber(2, { text, medium: '别报', categories: [other] })], later(1));
        const inFlight = await firstArticle(later(2));
        await stores.subscriptions.unsubscribe(reader, await categoryId('云溪日报'));
        await stores.deliveries.complete(inFlight, 1, later(3));
        expect(await due(later(4))).toEqual([]);
      });

      it('that are refused for good make room for a reprint', async () => {
        await follow();
        const text = Array.from({ length: 12 }, (_, n) => `第${n}号渡口每天开出${n + 3}班船，坐船的人不多。`).join('');
        const reprint = (n: number) => articleNumber(n, { text, title: `转载${n}` });
        await saveNews(stores, [reprint(1)], now);
        await saveNews(stores, [reprint(2)], later(1));
        await stores.deliveries.fail(await firstArticle(later(2)), { kind: 'dead', error: '400' }, later(2));
        const second = await firstArticle(later(3));
        expect(await stores.articles.find(second.articleId)).toMatchObject({ title: '转载2' });
        await stores.deliveries.fail(second, { kind: 'dead', error: '400' }, later(3));
        expect(await saveNews(stores, [reprint(3)], later(4))).toMatchObject({ queued: 1 });
      });

      it('are dropped with the subscription that asked for them, unless another asks as well', async () => {
        await follow();
        const other = [
          { name: '云溪日报', slug: undefined },
          { name: '示例周刊', slug: undefined },
        ];
        await saveNews(stores, [articleNumber(1)], now);
        await stores.ingest.saveAndEnqueue(
          'news',
          [itemFor(articleNumber(9, { categories: other.slice(1) }))],
          now,
          true,
        );
        await stores.subscriptions.subscribe(reader, await categoryId('示例周刊'), now);
        await saveNews(stores, [articleNumber(2, { categories: other })], later(1));
        await stores.subscriptions.unsubscribe(reader, await categoryId('云溪日报'));
        const left = await firstArticle(later(10));
        expect(await stores.articles.find(left.articleId)).toMatchObject({ title: '第2篇' });
        await stores.subscriptions.unsubscribe(reader, await categoryId('示例周刊'));
        expect(await due(later(10))).toEqual([]);
      });

      it('of a chat that is gone wait until it speaks', async () => {
        await follow();
        await saveNews(stores, [articleNumber(1)], now);
        await stores.chats.markGone(reader.chatId, now);
        expect(await due()).toEqual([]);
        await stores.chats.save(reader.chatId, 'private', now);
        expect(await due()).toHaveLength(1);
      });

      it('end a transaction early when very many are owed, and go on with the rest', {
        timeout: manyReadersMs,
      }, async () => {
        await follow();
        await saveReaders(stores, 5_000, now, await categoryId('云溪日报'));
        const news = [articleNumber(1), articleNumber(2)].map(itemFor);
        const first = await stores.ingest.saveAndEnqueue('news', news, now, false);
        expect(first).toMatchObject({ processed: 1, queued: 5_001 });
      });
    });

    describe('stories', () => {
      const carriedBy = (n: number, name: string, over: Partial<Article> = {}) =>
        articleNumber(n, { medium: name, categories: [{ name, slug: undefined }], text, ...over });
      const followBoth = async (target = reader) => {
        for (const name of ['甲报', '乙报']) {
          const category = await stores.categories.findOrCreate(name);
          await stores.subscriptions.subscribe(target, category.id, now);
        }
      };

      it('come once to a chat, however many of its media carry them', async () => {
        await followBoth();
        await followBoth(group);
        expect(await saveNews(stores, [carriedBy(1, '甲报')], now)).toMatchObject({ queued: 2 });
        const reprint = carriedBy(2, '乙报', { title: '另一个标题', byline: '记者 何小满' });
        expect(await saveNews(stores, [reprint], later(60_000))).toMatchObject({ added: 1, queued: 0 });
        expect((await stores.articles.stats()).deliveries).toMatchObject({ pending: 2, merged: 2 });
        expect(await due(later(60_000))).toHaveLength(2);
      });

      it('come to a chat that follows only the medium that reprints', async () => {
        await followBoth();
        const late = { chatId: 77, topicId: 0 };
        await stores.chats.save(late.chatId, 'private', now);
        await stores.subscriptions.subscribe(late, (await stores.categories.findOrCreate('丙报')).id, now);
        await saveNews(stores, [carriedBy(1, '甲报')], now);
        expect(await saveNews(stores, [carriedBy(2, '丙报')], later(1))).toMatchObject({ queued: 1 });
        expect((await due(later(1))).map(({ chatId }) => chatId).sort()).toEqual([reader.chatId, 77].sort());
      });

      it('say how many other media carry them, and which', async () => {
        await saveNews(stores, [carriedBy(1, '甲报'), carriedBy(2, '乙报'), carriedBy(3, '丙报')], now);
        const first = await stores.articles.findByIdentity(articleNumber(1).identity);
        const third = await stores.articles.findByIdentity(articleNumber(3).identity);
        expect([first?.otherMedia, third?.otherMedia]).toEqual([2, 2]);
        const media = (await stores.articles.listStory(third?.id ?? 0, 10)).map(({ medium }) => medium);
        expect(media).toEqual(['甲报', '乙报', '丙报']);
      });

      it('are others on another day, in other words, and after a week', async () => {
        const flash = '云溪指数今日收于3012点，上涨0.35%，成交额1200亿元。';
        const nextDay = '云溪指数今日收于3025点，上涨0.43%，成交额1310亿元。';
        await saveNews(stores, [carriedBy(1, '甲报', { text: flash, title: '云溪指数收盘' })], now);
        await saveNews(
          stores,
          [carriedBy(2, '乙报', { text: nextDay, title: '云溪指数收盘', published: later(86_400_000) })],
          later(86_400_000),
        );
        await saveNews(stores, [carriedBy(3, '甲报')], now);
        const week = 7 * 86_400_000;
        await saveNews(stores, [carriedBy(4, '乙报', { published: later(week) })], later(week));
        for (const n of [1, 2, 3, 4])
          expect(await stores.articles.findByIdentity(articleNumber(n).identity)).toMatchObject({ otherMedia: 0 });
      });

      it('come by the reprint when the medium that had them first is given up before they were sent', async () => {
        await followBoth();
        await saveNews(stores, [carriedBy(1, '甲报')], now);
        await saveNews(stores, [carriedBy(2, '乙报')], later(1));
        await stores.subscriptions.unsubscribe(reader, await categoryIdOf('甲报'));
        const reprint = await stores.articles.findByIdentity(articleNumber(2).identity);
        expect((await firstArticle(later(1))).articleId).toBe(reprint?.id);
        await stores.subscriptions.unsubscribe(reader, await categoryIdOf('乙报'));
        expect(await due(later(1))).toEqual([]);
      });
      const categoryIdOf = async (name: string) => (await stores.categories.findOrCreate(name)).id;
    });

    describe('keyword subscriptions', () => {
      const watch = async (text: string, target = reader) =>
        (await stores.watches.watch(target, text, queryFor(text), now)).watch.id;

      it('owe an article to every chat whose words it has, once with the categories', async () => {
        await follow();
        await watch('养老');
        await watch('社保');
        await watch('养老', group);
        const news = articleNumber(1, { text: '养老与社保' });
        expect(await saveNews(stores, [news], now)).toMatchObject({ queued: 2 });
        expect((await due()).map(({ chatId }) => chatId).sort()).toEqual([group.chatId, reader.chatId].sort());
        expect(await saveNews(stores, [articleNumber(2, { text: '别的', categories: [] })], now)).toMatchObject({
          queued: 0,
        });
      });

      it('tell why an article comes, unless its medium is followed anyway', async () => {
        await follow();
        await watch('养老');
        const elsewhere = { text: '养老', categories: [{ name: '别报', slug: undefined }] };
        await saveNews(stores, [articleNumber(1, elsewhere)], now);
        const first = await firstArticle();
        expect(first.keywords).toBe('养老');
        await stores.deliveries.complete(first, 1, now);
        await saveNews(stores, [articleNumber(2, { text: '养老' })], now);
        expect((await firstArticle()).keywords).toBeUndefined();
      });

      it('owe nothing for a first read, a correction, or a chat that is gone', async () => {
        await watch('养老');
        await stores.ingest.saveAndEnqueue('news', [itemFor(articleNumber(1, { text: '养老' }))], now, true);
        await saveNews(stores, [articleNumber(1, { text: '养老，更正' })], now);
        await stores.chats.markGone(reader.chatId, now);
        expect(await saveNews(stores, [articleNumber(2, { text: '养老' })], now)).toMatchObject({ queued: 0 });
      });

      it('are kept within the categories that were named', async () => {
        await follow();
        const query = { ...queryFor('养老'), categoryIds: [await categoryId('云溪日报')] };
        await stores.watches.watch(group, '养老 in:云溪日报', query, now);
        const elsewhere = articleNumber(1, { text: '养老', categories: [{ name: '别报', slug: undefined }] });
        await saveNews(stores, [elsewhere, articleNumber(2, { text: '养老' })], now);
        expect((await due()).map(({ chatId }) => chatId).sort()).toEqual([group.chatId, reader.chatId].sort());
        expect((await stores.articles.stats()).deliveries.pending).toBe(2);
      });

      it('are one for two chats, and followed once by each', async () => {
        expect(await watch('养老')).toBe(await watch('养老', group));
        expect(await stores.watches.watch(reader, '养老', queryFor('养老'), now)).toMatchObject({ isNew: false });
        expect(await stores.watches.list(reader)).toMatchObject([{ text: '养老' }]);
        expect((await stores.articles.stats()).watches).toBe(2);
      });

      it('given up take what only they asked for', async () => {
        await follow();
        const id = await watch('养老');
        await watch('社保');
        const elsewhere = { categories: [{ name: '别报', slug: undefined }] };
        await saveNews(
          stores,
          [
            articleNumber(1, { text: '养老', ...elsewhere }),
            articleNumber(2, { text: '养老' }),
            articleNumber(3, { text: '养老与社保', ...elsewhere }),
          ],
          now,
        );
        expect(await stores.watches.unwatch(reader, id)).toBe(true);
        expect(await stores.watches.unwatch(reader, id)).toBe(false);
        expect(await stores.watches.find(id)).toBeUndefined();
        expect((await stores.articles.stats()).deliveries.pending).toBe(2);
        // And the other way round: what words ask for stays when the medium is given up.
        await stores.subscriptions.unsubscribe(reader, await categoryId('云溪日报'));
        expect((await stores.articles.stats()).deliveries.pending).toBe(1);
      });

      it('are not met any more when they were given up', async () => {
        const id = await watch('养老');
        await saveNews(stores, [articleNumber(1, { text: '养老' })], now);
        await stores.watches.unwatch(reader, id);
        expect(await saveNews(stores, [articleNumber(2, { text: '养老' })], now)).toMatchObject({ queued: 0 });
        await watch('养老');
        expect(await saveNews(stores, [articleNumber(3, { text: '养老' })], now)).toMatchObject({ queued: 1 });
      });

      it('move with their chat and their topic', async () => {
        await watch('养老', group);
        await watch('社保', { chatId: group.chatId, topicId: 42 });
        await stores.deliveries.moveTopicToChat({ chatId: group.chatId, topicId: 42 });
        await stores.chats.migrate(group.chatId, -100_777, now);
        expect((await stores.watches.list({ chatId: -100_777, topicId: 0 })).map(({ text }) => text)).toEqual([
          '养老',
          '社保',
        ]);
        expect(await saveNews(stores, [articleNumber(1, { text: '社保' })], now)).toMatchObject({ queued: 1 });
      });
    });

    describe('filters', () => {
      const filter = (
        included: readonly string[],
        excluded: readonly string[] = [],
        categoryId = everySubscription,
      ) => ({
        categoryId,
        included,
        excluded,
      });
      const titled = (n: number, text: string, over: Partial<Article> = {}) =>
        articleNumber(n, { title: text, text, outline: [], byline: undefined, ...over });
      const elsewhere = { medium: '别报', categories: [{ name: '别报', slug: undefined }] };
      const pending = async () => (await stores.articles.stats()).deliveries.pending;

      it('let through what has a wanted word and no unwanted one, of one category', async () => {
        await follow();
        const other = await stores.categories.findOrCreate('别报');
        await stores.subscriptions.subscribe(reader, other.id, now);
        await stores.filters.set(reader, filter(['养老', '社保'], ['股票'], await categoryId('云溪日报')));
        const news = ['说养老', '说社保', '说天气', '养老与股票'].map((text, n) => titled(n + 1, text));
        expect(await saveNews(stores, [...news, titled(9, '说天气，别处', elsewhere)], now)).toMatchObject({
          queued: 3,
        });
      });

      it('for all are met by every category and every keyword', async () => {
        await follow();
        await stores.watches.watch(reader, '养老', queryFor('养老'), now);
        await stores.filters.set(reader, filter([], ['股票']));
        const news = [
          titled(1, '养老与股票'),
          titled(2, '养老与股票，别处', elsewhere),
          titled(3, '说养老', elsewhere),
          titled(4, '说天气'),
        ];
        expect(await saveNews(stores, news, now)).toMatchObject({ queued: 2 });
      });

      it('of a category leave what keywords ask for, and tell that they did', async () => {
        await follow();
        await stores.watches.watch(reader, '养老', queryFor('养老'), now);
        await stores.filters.set(reader, filter(['社保'], [], await categoryId('云溪日报')));
        expect(await saveNews(stores, [titled(1, '说养老'), titled(2, '说天气')], now)).toMatchObject({ queued: 1 });
        expect((await firstArticle()).keywords).toBe('养老');
      });

      it('leave an article that comes by another of its categories', async () => {
        await follow();
        const other = await stores.categories.findOrCreate('别报');
        await stores.subscriptions.subscribe(reader, other.id, now);
        await stores.filters.set(reader, filter([], ['股票'], other.id));
        const both = { categories: [{ name: '云溪日报', slug: undefined }, ...elsewhere.categories] };
        expect(
          await saveNews(stores, [titled(1, '说股票', both), titled(2, '股票，别处', elsewhere)], now),
        ).toMatchObject({
          queued: 1,
        });
      });

      it('are of one chat and one topic', async () => {
        await follow();
        await follow(group);
        await stores.filters.set(group, filter(['养老']));
        await stores.filters.set({ chatId: reader.chatId, topicId: 42 }, filter(['养老']));
        await saveNews(stores, [titled(1, '说天气')], now);
        expect((await due()).map(({ chatId }) => chatId)).toEqual([reader.chatId]);
      });

      it.each([
        ['traditional characters', '養老', '说养老', true],
        ['traditional text', '养老', '說養老', true],
        ['full width', 'ＥＴＦ', '买 ETF50', true],
        ['full-width text', 'etf', '买ＥＴＦ', true],
        ['the beginning of a word, as a search', 'etf', '看 Netflix', false],
        ['spaces between ideographs', '养老 金', '说养老金', true],
        ['a word across two sentences', '养老', '营养。老人', false],
      ])('compare folded text: %s', async (_name, word, text, isThere) => {
        await follow();
        await stores.filters.set(reader, filter([word]));
        expect(await saveNews(stores, [titled(1, text)], now)).toMatchObject({ queued: isThere ? 1 : 0 });
        await stores.filters.set(reader, filter([], [word]));
        expect(await saveNews(stores, [titled(2, text, { published: later(1) })], now)).toMatchObject({
          queued: isThere ? 0 : 1,
        });
      });

      it('hold as they are now, changed or removed between two articles', async () => {
        await follow();
        const id = await categoryId('云溪日报');
        await stores.filters.set(reader, filter(['养老'], [], id));
        expect(await saveNews(stores, [titled(1, '说天气')], now)).toMatchObject({ queued: 0 });
        await stores.filters.set(reader, filter(['天气'], [], id));
        expect(await saveNews(stores, [titled(2, '再说天气'), titled(3, '说养老')], now)).toMatchObject({ queued: 1 });
        expect(await stores.filters.remove(reader, id)).toBe(true);
        expect(await stores.filters.remove(reader, id)).toBe(false);
        expect(await saveNews(stores, [titled(4, '又说养老')], now)).toMatchObject({ queued: 1 });
      });

      it('reach those whose words an article says, among thousands of others', { timeout: manyReadersMs }, async () => {
        await follow();
        const id = await categoryId('云溪日报');
        await saveReaders(stores, 2_000, now, id);
        for (let n = 1; n <= 2_000; n += 1)
          await stores.filters.set({ chatId: n, topicId: 0 }, filter([`第${n}个词`], [], id));
        await saveNews(stores, [titled(1, '说天气')], now);
        const news = Array.from({ length: 10 }, (_, n) => titled(n + 2, `说第${n + 2}个词`));
        expect(await saveNews(stores, news, now)).toMatchObject({ queued: 20 });
      });

      it('are listed, that of all subscriptions first, one for each', async () => {
        await follow();
        const id = await categoryId('云溪日报');
        await stores.filters.set(reader, filter(['养老'], [], id));
        await stores.filters.set(reader, filter([], ['股票']));
        await stores.filters.set(reader, filter(['社保'], ['基金'], id));
        expect(await stores.filters.list(reader)).toEqual([
          { categoryId: 0, included: [], excluded: ['股票'] },
          { categoryId: id, included: ['社保'], excluded: ['基金'] },
        ]);
        expect(await stores.filters.list(group)).toEqual([]);
      });

      it('drop what is queued and does not get through, however it came to be queued', async () => {
        await follow();
        await stores.watches.watch(reader, '养老', queryFor('养老'), now);
        const news = [
          titled(1, '说天气'),
          titled(2, '说养老'),
          titled(3, '养老与股票'),
          titled(4, '股票与养老，别处', elsewhere),
        ];
        await saveNews(stores, news, now);
        expect(await pending()).toBe(4);
        // The keyword still asks for what the category does not bring any more.
        await stores.filters.set(reader, filter(['社保'], [], await categoryId('云溪日报')));
        expect(await pending()).toBe(3);
        await stores.filters.set(reader, filter([], ['股票']));
        expect(await pending()).toBe(1);
        expect((await stores.articles.find((await firstArticle()).articleId))?.title).toBe('说养老');
      });

      it('look at the newest hundred of a long backlog', async () => {
        await follow();
        const news = Array.from({ length: 120 }, (_, n) => titled(n + 1, `第${n + 1}天的天气`));
        await saveNews(stores, news, now);
        await stores.filters.set(reader, filter(['养老']));
        expect(await pending()).toBe(20);
      });

      it('decide as well when another subscription is given up', async () => {
        await follow();
        const other = await stores.categories.findOrCreate('别报');
        await stores.subscriptions.subscribe(reader, other.id, now);
        await stores.filters.set(reader, filter([], ['股票'], other.id));
        const both = { categories: [{ name: '云溪日报', slug: undefined }, ...elsewhere.categories] };
        await saveNews(stores, [titled(1, '说股票', both), titled(2, '说天气', both)], now);
        await stores.subscriptions.unsubscribe(reader, await categoryId('云溪日报'));
        expect(await pending()).toBe(1);
      });

      it('leave a reprint that gets through in the place of what does not', async () => {
        await follow();
        const other = await stores.categories.findOrCreate('别报');
        await stores.subscriptions.subscribe(reader, other.id, now);
        await saveNews(stores, [articleNumber(1, { text }), articleNumber(2, { text, ...elsewhere })], now);
        expect((await stores.articles.stats()).deliveries).toMatchObject({ pending: 1, merged: 1 });
        await stores.filters.set(reader, filter([], ['食堂'], await categoryId('云溪日报')));
        const reprint = await stores.articles.findByIdentity(articleNumber(2).identity);
        expect((await firstArticle()).articleId).toBe(reprint?.id);
        await stores.filters.set(reader, filter([], ['食堂']));
        expect(await due()).toEqual([]);
      });

      it('go with their subscription', async () => {
        await follow();
        const id = await categoryId('云溪日报');
        await stores.filters.set(reader, filter(['养老'], [], id));
        await stores.subscriptions.unsubscribe(reader, id);
        await stores.subscriptions.subscribe(reader, id, now);
        expect(await stores.filters.list(reader)).toEqual([]);
        expect(await saveNews(stores, [titled(1, '说天气')], now)).toMatchObject({ queued: 1 });
      });

      it('move with their chat', async () => {
        await follow(group);
        await stores.filters.set(group, filter(['养老'], [], await categoryId('云溪日报')));
        await stores.chats.migrate(group.chatId, -100_777, now);
        expect(await stores.filters.list({ chatId: -100_777, topicId: 0 })).toHaveLength(1);
        expect(await saveNews(stores, [titled(1, '说天气'), titled(2, '说养老')], now)).toMatchObject({ queued: 1 });
      });

      it('are joined with those of a chat that spoke first, whose own count', async () => {
        const moved = { chatId: -100_778, topicId: 0 };
        await follow(group);
        const id = await categoryId('云溪日报');
        await stores.filters.set(group, filter(['养老'], [], id));
        await stores.filters.set(group, filter([], ['股票']));
        await stores.chats.save(moved.chatId, 'supergroup', now);
        await stores.filters.set(moved, filter([], ['基金']));
        await stores.chats.migrate(group.chatId, moved.chatId, now);
        expect(await stores.filters.list(moved)).toEqual([
          { categoryId: 0, included: [], excluded: ['基金'] },
          { categoryId: id, included: ['养老'], excluded: [] },
        ]);
        expect(await stores.filters.list(group)).toEqual([]);
        expect(await saveNews(stores, [titled(1, '说天气'), titled(2, '说养老')], now)).toMatchObject({ queued: 1 });
      });

      it('move with their topic, and narrow nothing that the chat follows itself', async () => {
        const topic = { chatId: group.chatId, topicId: 42 };
        await follow(topic);
        const id = await categoryId('云溪日报');
        await stores.filters.set(topic, filter(['养老'], [], id));
        await stores.filters.set(topic, filter([], ['股票']));
        await stores.deliveries.moveTopicToChat(topic);
        expect(await stores.filters.list(group)).toHaveLength(2);
        expect(await stores.filters.list(topic)).toEqual([]);
        expect(await saveNews(stores, [titled(1, '说天气'), titled(2, '说养老')], now)).toMatchObject({ queued: 1 });

        const second = { chatId: group.chatId, topicId: 43 };
        await stores.filters.remove(group, id);
        await stores.filters.remove(group, everySubscription);
        await follow(second);
        const other = await stores.categories.findOrCreate('别报');
        await stores.subscriptions.subscribe(second, other.id, now);
        await stores.filters.set(second, filter(['养老'], [], id));
        await stores.filters.set(second, filter(['养老'], [], other.id));
        await stores.filters.set(second, filter([], ['天气']));
        await stores.deliveries.moveTopicToChat(second);
        expect((await stores.filters.list(group)).map(({ categoryId }) => categoryId)).toEqual([other.id]);
        expect(await stores.filters.list(second)).toEqual([]);
      });
    });

    describe('chats', () => {
      it('count what their topics follow, categories and queries together', async () => {
        const topic = (topicId: number) => ({ ...group, topicId });
        await follow({ ...group, topicId: 0 });
        await follow(topic(12));
        await follow(topic(7));
        await stores.watches.watch(topic(7), '养老', queryFor('养老'), now);
        await follow(reader);
        expect(await stores.subscriptions.listTopics(group.chatId)).toEqual([
          { topicId: 7, count: 2 },
          { topicId: 12, count: 1 },
        ]);
        expect(await stores.subscriptions.listTopics(reader.chatId)).toEqual([]);
      });

      it('remember that they were told of a missing right, until it is given', async () => {
        const isTold = async () => (await stores.chats.find(group.chatId))?.isRightsTold;
        expect(await isTold()).toBe(false);
        await stores.chats.saveRightsTold(group.chatId, now);
        expect(await isTold()).toBe(true);
        await stores.chats.saveRightsTold(group.chatId, undefined);
        expect(await isTold()).toBe(false);
      });

      it('move with all that they own', async () => {
        await follow(group);
        await saveNews(stores, [articleNumber(1)], now);
        await stores.chats.setLanguage(group.chatId, 'en');
        await stores.chats.migrate(group.chatId, -100_777, now);
        expect(await stores.subscriptions.list({ chatId: -100_777, topicId: 0 })).toMatchObject([{ name: '云溪日报' }]);
        expect((await stores.chats.find(-100_777))?.language).toBe('en');
        expect(await due()).toMatchObject([{ chatId: -100_777 }]);
      });

      it('are joined when the new one spoke first', async () => {
        await follow(group);
        const moved = { chatId: -100_778, topicId: 0 };
        await stores.chats.save(moved.chatId, 'supergroup', now);
        await follow(moved);
        await saveNews(stores, [articleNumber(1)], now);
        await stores.chats.migrate(group.chatId, moved.chatId, now);
        expect(await stores.subscriptions.list(moved)).toHaveLength(1);
        expect(await due()).toMatchObject([{ chatId: moved.chatId }]);
      });

      it('subscribe and unsubscribe once', async () => {
        await follow();
        const id = await categoryId('云溪日报');
        expect(await stores.subscriptions.subscribe(reader, id, now)).toBe(false);
        expect(await stores.subscriptions.unsubscribe(reader, id)).toBe(true);
        expect(await stores.subscriptions.unsubscribe(reader, id)).toBe(false);
      });

      it('lose nothing when the topic that is gone is no topic', async () => {
        await follow(group);
        expect(await stores.deliveries.moveTopicToChat(group)).toBe(false);
        expect(await stores.subscriptions.list(group)).toHaveLength(1);
      });

      it('are not gone when they spoke after the message that was refused', async () => {
        await follow();
        await stores.chats.save(reader.chatId, 'private', later(10));
        await stores.chats.markGone(reader.chatId, later(20), later(5));
        expect(await saveNews(stores, [articleNumber(1)], later(30))).toMatchObject({ queued: 1 });
        await stores.chats.markGone(reader.chatId, later(40), later(35));
        expect(await saveNews(stores, [articleNumber(2)], later(50))).toMatchObject({ queued: 0 });
      });

      it('that moved have no messages of before edited: their numbers mean others there', async () => {
        await follow(group);
        await saveNews(stores, [articleNumber(1)], now);
        await stores.deliveries.complete(await firstArticle(), 5, now);
        await saveNews(stores, [articleNumber(1, { title: '改过' })], later(1));
        await stores.chats.migrate(group.chatId, -100_779, later(2));
        await saveNews(stores, [articleNumber(1, { title: '又改过' })], later(3));
        expect(await due(later(4))).toEqual([]);
      });

      it('get a lost topic in the chat itself, once', async () => {
        const topic = { chatId: group.chatId, topicId: 42 };
        await follow(topic);
        await follow(group);
        await saveNews(stores, [articleNumber(1)], now);
        await stores.deliveries.moveTopicToChat(topic);
        expect(await stores.subscriptions.list(topic)).toEqual([]);
        expect(await stores.subscriptions.list(group)).toHaveLength(1);
        expect(await due()).toMatchObject([{ chatId: group.chatId, topicId: 0 }]);
      });
    });

    describe('sources', () => {
      it('know their files until they are forgotten', async () => {
        const rejection = { reason: 'empty', detail: 'no title and no text' } as const;
        await stores.ingest.saveAndEnqueue(
          'news',
          [
            { kind: 'waiting', path: 'a.md', fingerprint: '1' },
            { kind: 'rejected', path: 'b.md', fingerprint: '1', rejection },
          ],
          now,
          true,
        );
        expect(await stores.ingest.listKnownPosts('news')).toEqual(
          new Map([
            ['a.md', { fingerprint: '1', state: 'waiting' }],
            ['b.md', { fingerprint: '1', state: 'done' }],
          ]),
        );
        expect(await stores.ingest.listRejected(5)).toEqual([
          { sourceKey: 'news', path: 'b.md', ...rejection, rejectedAt: now },
        ]);
        await stores.ingest.forgetPosts('news', ['b.md']);
        expect([...(await stores.ingest.listKnownPosts('news')).keys()]).toEqual(['a.md']);
        expect(await stores.ingest.listRejected(5)).toEqual([]);
      });

      it('drop a rejection when the file is read after all', async () => {
        const path = itemFor(anArticle()).path;
        const rejection = { reason: 'incomplete', detail: 'ends inside its front matter' } as const;
        await stores.ingest.saveAndEnqueue(
          'news',
          [{ kind: 'rejected', path, fingerprint: '0', rejection }],
          now,
          true,
        );
        await saveNews(stores, [anArticle()], now);
        expect(await stores.ingest.listRejected(5)).toEqual([]);
      });

      it('remember their first full read, and the error of the last', async () => {
        await stores.ingest.markSourceFailed('news', now, 'folder not found');
        expect(await stores.ingest.findSource('news')).toMatchObject({
          firstReadAt: undefined,
          lastError: 'folder not found',
        });
        await stores.ingest.markSourceRead('news', now);
        await stores.ingest.markSourceRead('news', later(9));
        expect(await stores.ingest.findSource('news')).toEqual({
          firstReadAt: now,
          lastReadAt: later(9),
          lastError: undefined,
          failures: 0,
          nextTryAt: undefined,
          memory: undefined,
        });
      });

      it('remember what the source keeps, through failures, until the next read', async () => {
        await stores.ingest.markSourceRead('news', now, 'commit 1');
        await stores.ingest.markSourceFailed('news', now, 'no answer');
        expect(await stores.ingest.findSource('news')).toMatchObject({ memory: 'commit 1', lastError: 'no answer' });
        await stores.ingest.markSourceRead('news', now, 'commit 2');
        expect((await stores.ingest.findSource('news')).memory).toBe('commit 2');
        await stores.ingest.markSourceRead('news', now);
        expect((await stores.ingest.findSource('news')).memory).toBeUndefined();
      });

      it('count the failures in a row that are tried again later', async () => {
        await stores.ingest.markSourceFailed('news', now, 'no answer', later(5));
        await stores.ingest.markSourceFailed('news', now, 'no answer', later(15));
        expect(await stores.ingest.findSource('news')).toMatchObject({ failures: 2, nextTryAt: later(15) });
        await stores.ingest.markSourceFailed('news', now, 'disk is full');
        expect(await stores.ingest.findSource('news')).toMatchObject({ failures: 0, nextTryAt: undefined });
        await stores.ingest.markSourceFailed('news', now, 'no answer', later(5));
        await stores.ingest.markSourceRead('news', later(6));
        expect(await stores.ingest.findSource('news')).toMatchObject({ failures: 0, nextTryAt: undefined });
      });
    });
  });
}

function withoutPostIdentity({ postIdentity: _said, ...article }: Article): Partial<Article> {
  return article;
}
