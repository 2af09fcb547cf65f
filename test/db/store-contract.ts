import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Article } from '../../src/domain/article.js';
import type { PageRequest, Stores } from '../../src/ports.js';
import { anArticle, articleNumber, itemFor, queryFor, saveNews } from '../support/builders.js';
import { describeSearch } from './search-contract.js';

const now = new Date('2026-01-05T02:00:00Z');
const later = (ms: number) => new Date(now.getTime() + ms);
const reader = { chatId: 5_000_000_001, topicId: 0 };
const group = { chatId: -1_001_234_567_890, topicId: 0 };

/** What every engine behind the stores must do. */
export function describeStores(engine: string, open: () => Promise<Stores>): void {
  describe(`stores on ${engine}`, () => {
    let stores: Stores;
    beforeEach(async () => {
      stores = await open();
      await stores.subscriptions.saveChat(reader.chatId, 'private', now);
      await stores.subscriptions.saveChat(group.chatId, 'supergroup', now);
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
    const due = async (at = now) => stores.deliveries.listDue(at, 100);

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
        await stores.subscriptions.markChatGone(reader.chatId, now);
        await saveNews(stores, [articleNumber(2)], now);
        await stores.subscriptions.saveChat(reader.chatId, 'private', now);
        expect(await due()).toEqual([]);
      });

      it('come one per chat at a time, oldest first, and not before the chat may be sent to', async () => {
        await follow();
        await saveNews(stores, [articleNumber(1)], now);
        await saveNews(stores, [articleNumber(2)], later(1));
        const [first] = await due(later(10));
        expect(await due(later(10))).toHaveLength(1);
        await stores.deliveries.markSent(first?.id ?? 0, 77, later(10), later(1_010));
        expect(await due(later(1_009))).toEqual([]);
        expect(await stores.deliveries.nextDueAt(later(10))).toEqual(later(1_010));
        const [second] = await due(later(1_010));
        expect(second?.articleId).toBeGreaterThan(first?.articleId ?? 0);
      });

      it('wait after a failure and count it when it was theirs', async () => {
        await follow();
        await saveNews(stores, [articleNumber(1)], now);
        const [delivery] = await due();
        await stores.deliveries.markRetry(delivery?.id ?? 0, '502', later(5_000), true);
        expect(await due(later(4_999))).toEqual([]);
        await stores.deliveries.markRetry(delivery?.id ?? 0, '429', later(6_000), false);
        expect(await due(later(6_000))).toMatchObject([{ attempts: 1 }]);
        await stores.deliveries.markFailed(delivery?.id ?? 0, '400', later(6_000));
        expect(await due(later(60_000))).toEqual([]);
        expect((await stores.articles.stats()).deliveries).toEqual({ pending: 0, sent: 0, failed: 1 });
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
        const [left] = await due(later(10));
        expect(await stores.articles.find(left?.articleId ?? 0)).toMatchObject({ title: '第2篇' });
        await stores.subscriptions.unsubscribe(reader, await categoryId('示例周刊'));
        expect(await due(later(10))).toEqual([]);
        expect(await stores.deliveries.isDue(left?.id ?? 0, later(10))).toBe(false);
      });

      it('of a chat that is gone wait until it speaks', async () => {
        await follow();
        await saveNews(stores, [articleNumber(1)], now);
        await stores.subscriptions.markChatGone(reader.chatId, now);
        expect(await due()).toEqual([]);
        await stores.subscriptions.saveChat(reader.chatId, 'private', now);
        expect(await due()).toHaveLength(1);
      });

      it('can be asked for one chat only', async () => {
        await follow();
        await follow(group);
        await saveNews(stores, [articleNumber(1)], now);
        expect(await stores.deliveries.listDue(now, 10, group.chatId)).toMatchObject([
          { chatId: group.chatId, chatType: 'supergroup' },
        ]);
      });

      it('end a transaction early when very many are owed, and go on with the rest', async () => {
        await follow();
        const id = await categoryId('云溪日报');
        for (let n = 1; n <= 5_000; n += 1) {
          await stores.subscriptions.saveChat(n, 'private', now);
          await stores.subscriptions.subscribe({ chatId: n, topicId: 0 }, id, now);
        }
        const news = [articleNumber(1), articleNumber(2)].map(itemFor);
        const first = await stores.ingest.saveAndEnqueue('news', news, now, false);
        expect(first).toMatchObject({ processed: 1, queued: 5_001 });
      });
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
        const [first] = await due();
        expect(first?.keywords).toBe('养老');
        await stores.deliveries.markSent(first?.id ?? 0, 1, now, now);
        await saveNews(stores, [articleNumber(2, { text: '养老' })], now);
        expect((await due())[0]?.keywords).toBeUndefined();
      });

      it('owe nothing for a first read, a correction, or a chat that is gone', async () => {
        await watch('养老');
        await stores.ingest.saveAndEnqueue('news', [itemFor(articleNumber(1, { text: '养老' }))], now, true);
        await saveNews(stores, [articleNumber(1, { text: '养老，更正' })], now);
        await stores.subscriptions.markChatGone(reader.chatId, now);
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
        await stores.subscriptions.migrateChat(group.chatId, -100_777, now);
        expect((await stores.watches.list({ chatId: -100_777, topicId: 0 })).map(({ text }) => text)).toEqual([
          '养老',
          '社保',
        ]);
        expect(await saveNews(stores, [articleNumber(1, { text: '社保' })], now)).toMatchObject({ queued: 1 });
      });
    });

    describe('chats', () => {
      it('move with all that they own', async () => {
        await follow(group);
        await saveNews(stores, [articleNumber(1)], now);
        await stores.subscriptions.setLanguage(group.chatId, 'en');
        await stores.subscriptions.migrateChat(group.chatId, -100_777, now);
        expect(await stores.subscriptions.list({ chatId: -100_777, topicId: 0 })).toMatchObject([{ name: '云溪日报' }]);
        expect(await stores.subscriptions.findLanguage(-100_777)).toBe('en');
        expect(await due()).toMatchObject([{ chatId: -100_777 }]);
      });

      it('are joined when the new one spoke first', async () => {
        await follow(group);
        const moved = { chatId: -100_778, topicId: 0 };
        await stores.subscriptions.saveChat(moved.chatId, 'supergroup', now);
        await follow(moved);
        await saveNews(stores, [articleNumber(1)], now);
        await stores.subscriptions.migrateChat(group.chatId, moved.chatId, now);
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
        });
      });
    });
  });
}

function withoutPostIdentity({ postIdentity: _said, ...article }: Article): Partial<Article> {
  return article;
}
