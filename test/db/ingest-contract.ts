import { describe, expect, it } from 'vitest';
import type { Article } from '../../src/domain/article.js';
import type { IngestItem, Stores } from '../../src/ports.js';
import { anArticle, articleNumber, itemFor, saveAll, saveNews } from '../support/builders.js';

const now = new Date('2026-01-05T02:00:00Z');
const later = (ms: number) => new Date(now.getTime() + ms);

const nul = '\0';
const halves = '\ud83d和\ude00';
const long = (what: string) => `${what}${'长'.repeat(20_000)}`;
/** What a post may say that a database may not like to hear. */
const awkward: readonly (readonly [string, Partial<Article>])[] = [
  [
    'zero characters',
    {
      title: `甲${nul}乙`,
      byline: nul,
      lead: `${nul}导语`,
      medium: `云溪${nul}日报`,
      outline: [{ level: 1, text: `标${nul}题` }],
      keySentences: [`句${nul}子`],
      text: `正文${nul}正文`,
      url: `https://example.com/${nul}`,
      categories: [{ name: `零${nul}报`, slug: `ling${nul}bao` }],
    },
  ],
  [
    'halves of surrogate pairs',
    {
      title: halves,
      byline: halves,
      lead: halves,
      medium: halves,
      outline: [{ level: 2, text: halves }],
      keySentences: [halves],
      text: halves,
      categories: [{ name: halves, slug: halves }],
    },
  ],
  [
    'syntax of other languages',
    {
      title: `'); DROP TABLE articles; -- {"a":[1,null]} \\u0000 \\ $1 :name @p ?`,
      outline: [{ level: 1, text: '","text":"x\\' }],
      categories: [{ name: '{a,"b\\"}', slug: '{NULL}' }],
      text: '\\N\t\b\f\v\x1b\x7f\u2028\ufeff\u{10ffff}',
    },
  ],
  [
    'names and addresses of any length',
    {
      identity: long('https://example.com/'),
      postIdentity: long('news#'),
      title: long('题'),
      byline: long('署名'),
      lead: long('导语'),
      url: long('https://example.com/'),
      medium: long('报'),
      categories: [{ name: long('报'), slug: long('bao') }],
    },
  ],
  ['nothing at all', { title: '', byline: '', lead: '', medium: '', text: '', outline: [], keySentences: [] }],
  ['the last moment that there is', { published: new Date(8.64e15) }],
  ['the first moment that there is', { published: new Date(-8.64e15) }],
];

/** What posts make of the archive, whatever they say. */
export function describeIngest(open: () => Stores): void {
  describe('ingest', () => {
    it.each(awkward)('takes a post that says %s, and others with it', async (_name, over) => {
      const odd = articleNumber(1, { categories: [{ name: '奇报', slug: undefined }], ...over });
      const batch = [articleNumber(2), odd, articleNumber(3)];
      expect(await saveNews(open(), batch, now)).toMatchObject({ added: 3 });
      expect(await saveNews(open(), batch, later(1))).toMatchObject({ added: 0, updated: 0, unchanged: 3 });
      const found = await open().articles.findByIdentity(odd.identity);
      expect(found?.published).toEqual(odd.published);
      expect((await open().articles.listLatest(undefined, { limit: 5 })).items).toHaveLength(3);
      const known = await open().ingest.listKnownPosts('news');
      expect(known.size).toBe(3);
      const category = await open().categories.findOrCreate(found?.categories[0]?.name ?? '');
      expect(category).toMatchObject({ articleCount: 1 });
      await open().ingest.forgetPosts(
        'news',
        batch.map(itemFor).map(({ path }) => path),
      );
      expect((await open().ingest.listKnownPosts('news')).size).toBe(0);
      await open().articles.remove([odd.identity]);
      expect(await open().articles.findByIdentity(odd.identity)).toBeUndefined();
    });

    it('takes a rejection of anything', async () => {
      const rejection = { reason: 'empty', detail: `${nul}${halves}${long('')}` } as const;
      const path = `${nul}${halves}${long('')}.md`;
      const items: IngestItem[] = [
        { kind: 'rejected', path, fingerprint: nul, rejection },
        { kind: 'rejected', path, fingerprint: halves, rejection },
        { kind: 'waiting', path: 'b.md', fingerprint: '' },
      ];
      expect(await open().ingest.saveAndEnqueue('news', items, now, true)).toMatchObject({ rejected: 2, waiting: 1 });
      expect(await open().ingest.listRejected(5)).toHaveLength(1);
      await open().ingest.saveAndEnqueue('news', [{ ...itemFor(articleNumber(1)), path }], later(1), true);
      expect(await open().ingest.listRejected(5)).toEqual([]);
    });

    it('finds nothing under a number that is none', async () => {
      const { articles, categories } = open();
      for (const id of [Number.MAX_SAFE_INTEGER, -1, 0.5, Number.NaN, 1e300, Number.POSITIVE_INFINITY]) {
        expect(await articles.find(id)).toBeUndefined();
        expect(await articles.findText(id)).toBeUndefined();
        expect(await articles.listStory(id, 5)).toEqual([]);
        expect(await categories.find(id)).toBeUndefined();
      }
    });

    it('files an article under its categories in the order of the post, however they came to be', async () => {
      const named = (...names: string[]) => names.map((name) => ({ name, slug: undefined }));
      await saveNews(open(), [articleNumber(1, { categories: named('丙报') })], now);
      const second = articleNumber(2, { categories: named('乙报', '丙报', '甲报') });
      await saveNews(open(), [second], now);
      await saveNews(open(), [{ ...second, categories: named('丁报', '甲报') }], later(1));
      const found = await open().articles.findByIdentity(second.identity);
      expect(found?.categories.map(({ name }) => name)).toEqual(['乙报', '丙报', '甲报', '丁报']);
    });

    it('takes two posts of one article, in one batch, for one article', async () => {
      const half = anArticle({ identity: 'news#1', postIdentity: 'news#1', url: undefined });
      const whole = anArticle({ postIdentity: 'news#1', categories: [{ name: '新报', slug: 'xin' }] });
      const again = anArticle({ identity: 'news#1', postIdentity: 'news#1', title: '另一篇' });
      const counts = await saveAll(open().ingest, 'news', [half, whole, whole, again], now, true);
      expect(counts).toMatchObject({ processed: 4, added: 2, updated: 1, unchanged: 1 });
      expect(await open().articles.findByIdentity(whole.identity)).toMatchObject({
        url: whole.url,
        categories: [{ name: '云溪日报' }, { name: '新报' }],
      });
      expect(await open().articles.findByIdentity('news#1')).toMatchObject({ title: '另一篇' });
      expect(await open().categories.list()).toMatchObject([
        { name: '云溪日报', articleCount: 2 },
        { name: '新报', articleCount: 1 },
      ]);
    });

    it('finds a story within a batch, and owes it once', async () => {
      await open().chats.save(5, 'private', now);
      const target = { chatId: 5, topicId: 0 };
      for (const name of ['甲报', '乙报'])
        await open().subscriptions.subscribe(target, (await open().categories.findOrCreate(name)).id, now);
      const text = '云溪县图书馆延长开放时间，晚上九点才关门。周末还有给孩子讲故事的活动，名额不限，先到先得。'.repeat(
        3,
      );
      const carriedBy = (n: number, name: string) =>
        articleNumber(n, { medium: name, title: '图书馆晚上九点关门', categories: [{ name, slug: undefined }], text });
      const batch = [carriedBy(1, '甲报'), carriedBy(2, '乙报'), carriedBy(3, '丙报')];
      expect(await saveNews(open(), batch, now)).toMatchObject({ added: 3, queued: 1 });
      const [first] = batch;
      expect(await open().articles.findByIdentity(first?.identity ?? '')).toMatchObject({ otherMedia: 2 });
      expect((await open().articles.stats()).deliveries).toMatchObject({ pending: 1, merged: 1 });
    });

    it('goes through a first read of any length, and counts all of it', async () => {
      const many = Array.from({ length: 230 }, (_, n) => articleNumber(n, { text: `第${n}篇的正文。` }));
      expect(await saveAll(open().ingest, 'news', many, now, true)).toMatchObject({ processed: 230, added: 230 });
      expect(await open().articles.count()).toBe(230);
      expect(await open().categories.list()).toMatchObject([{ name: '云溪日报', articleCount: 230 }]);
      expect((await open().ingest.listKnownPosts('news')).size).toBe(230);
    });
  });
}
