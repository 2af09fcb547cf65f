import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { User } from '../../../bot/local-chat/bot-api.js';
import type { ArticlePage, ArticleView, CategoryEntry, Me, SearchAnswer } from '../../../bot/mini-app/protocol.js';
import { anArticle, articleNumber } from '../../support/builders.js';
import { MiniAppClient } from '../../support/mini-app-client.js';
import { anArchive, BotHarness } from '../../support/start-bot.js';

let bot: BotHarness;
let reader: MiniAppClient;
beforeEach(async () => {
  bot = await BotHarness.start(anArchive());
  reader = clientOf(bot.reader);
});
afterEach(() => bot.stop());

function clientOf(user: User): MiniAppClient {
  return new MiniAppClient(bot.miniApp(), bot, user);
}

const titlesOf = ({ items }: { readonly items: readonly { readonly title: string }[] }) =>
  items.map(({ title }) => title);

async function categoryNamed(name: string): Promise<CategoryEntry> {
  const found = (await reader.get<CategoryEntry[]>('categories')).find((category) => category.name === name);
  if (!found) throw new Error(`no category ${name}`);
  return found;
}

describe('the page', () => {
  it.each([
    ['/app', 302, 'app/'],
    ['/app?p=saved', 302, 'app/?p=saved'],
    ['/app/', 200, null],
    ['/app/?p=saved', 200, null],
  ])('%s: %i', async (path, status, location) => {
    const response = await bot.miniApp().request(path);
    expect([response.status, response.headers.get('location')]).toEqual([status, location]);
  });
});

describe('every call', () => {
  it.each([
    ['GET', 'me'],
    ['GET', 'categories'],
    ['GET', 'latest'],
    ['GET', 'articles/1'],
    ['GET', 'search?q=x'],
    ['GET', 'trend?q=x'],
    ['GET', 'week'],
    ['GET', 'saved'],
    ['PUT', 'saved/1'],
    ['DELETE', 'saved/1'],
    ['PUT', 'subscriptions/1'],
    ['DELETE', 'subscriptions/1'],
    ['PUT', 'watches'],
    ['DELETE', 'watches/1'],
    ['GET', 'settings'],
    ['PATCH', 'settings'],
    ['GET', 'nowhere'],
  ])('%s %s needs init data', async (method, path) => {
    const app = bot.miniApp();
    for (const authorization of ['', 'tma ', 'tma user=1&hash=2', 'Bearer x']) {
      const response = await app.request(`/app/api/${path}`, { method, headers: { authorization } });
      expect([response.status, await response.json()]).toEqual([401, { error: 'unauthorised' }]);
    }
  });

  it('is kept by nobody', async () => {
    const response = await reader.send('GET', 'me');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-type')).toContain('application/json');
  });

  it('tells nothing of what went wrong inside', async () => {
    const services = {
      ...bot.services,
      browse: { ...bot.services.browse, countArticles: () => Promise.reject(new Error('secret')) },
    };
    const broken = new MiniAppClient(bot.miniApp({ services }), bot, bot.reader);
    expect(await broken.failure('GET', 'me')).toBe('500 failed');
  });

  it('is none of ours at another address', async () => {
    expect(await reader.failure('GET', 'nowhere')).toBe('404 gone');
    expect(await reader.failure('POST', 'me')).toBe('404 gone');
  });
});

describe('whoever opens it', () => {
  it('is told of what the chat chose and follows', async () => {
    const category = await categoryNamed('云溪日报');
    await reader.result('PUT', `subscriptions/${category.id}`);
    const watched = await reader.result<{ id: number }>('PUT', 'watches', { query: '养老保险' });
    await reader.result('PATCH', 'settings', { language: 'en', timeZone: 'Asia/Tokyo' });
    expect(await reader.get<Me>('me')).toEqual({
      firstName: '读者',
      language: 'en',
      timeZone: 'Asia/Tokyo',
      botUsername: 'zhaibao_bot',
      canShare: true,
      hasFullText: true,
      articles: 16,
      subscriptions: [category.id],
      watches: [{ id: watched.id, query: '养老保险' }],
    });
  });

  it('is not noted down for looking', async () => {
    for (const path of [
      'me',
      'categories',
      'latest',
      'articles/1',
      'search?q=云溪',
      'trend?q=云溪',
      'week',
      'saved',
      'settings',
    ])
      await reader.get(path);
    expect(await bot.stores.chats.find(bot.reader.id)).toBeUndefined();
  });

  it('gets nothing new of the bot that was blocked', async () => {
    await bot.say('/start');
    await bot.stores.chats.markGone(bot.reader.id, bot.clock.now());
    const { id } = await categoryNamed('云溪日报');
    await reader.result('PUT', `subscriptions/${id}`);
    await reader.result('PATCH', 'settings', { isPaused: false });
    expect(await chatState()).toBe('gone');
  });

  /** By what an announcement would reach: chats that are active. */
  async function chatState(): Promise<'active' | 'gone'> {
    const [counts] = (await bot.stores.admin.count(bot.clock.now())).chats;
    return counts?.active ? 'active' : 'gone';
  }
});

describe('the sources', () => {
  it('are all there, largest first, as they can be typed', async () => {
    expect(await reader.get('categories')).toEqual([
      expect.objectContaining({
        name: '中国劳动保障报',
        slug: 'zhongguolaodongbaozhangbao',
        count: 12,
        pinyin: 'zhongguolaodongbaozhangbao',
        initials: 'zgldbzb',
      }),
      expect.objectContaining({ name: '云溪日报', count: 3, initials: 'yxrb' }),
      expect.objectContaining({ name: '云溪 晚报', count: 1 }),
    ]);
  });

  it('are sent again only when they have changed', async () => {
    const tag = (await reader.send('GET', 'categories')).headers.get('etag') ?? '';
    expect(tag).not.toBe('');
    const again = async () => (await reader.send('GET', 'categories', undefined, { 'if-none-match': tag })).status;
    expect(await again()).toBe(304);
    await bot.publish([articleNumber(30)], 0);
    expect(await again()).toBe(200);
  });
});

describe('the newest', () => {
  it('are of everything for whoever follows nothing', async () => {
    const page = await reader.get<ArticlePage>('latest');
    expect([page.scope, page.cursor]).toEqual(['everything', undefined]);
    expect(titlesOf(page).slice(0, 2)).toEqual(['第16篇', '第15篇']);
    expect(page.items[0]).toMatchObject({ medium: '云溪 晚报', at: Date.UTC(2026, 0, 5, 0, 16) });
  });

  it('are of what is followed, else of one source', async () => {
    const [daily, evening] = [await categoryNamed('云溪日报'), await categoryNamed('云溪 晚报')];
    await reader.result('PUT', `subscriptions/${daily.id}`);
    const followed = await reader.get<ArticlePage>('latest');
    expect([followed.scope, titlesOf(followed)]).toEqual(['subscriptions', ['第15篇', '第14篇', '第13篇']]);
    const one = await reader.get<ArticlePage>(`latest?category=${evening.id}`);
    expect([one.scope, titlesOf(one)]).toEqual(['category', ['第16篇']]);
  });

  it('go on page by page, whatever comes in meanwhile', async () => {
    await bot.publish(
      Array.from({ length: 30 }, (_, n) => articleNumber(100 + n)),
      0,
    );
    const first = await reader.get<ArticlePage>('latest');
    await bot.publish([articleNumber(200)], 0);
    const second = await reader.get<ArticlePage>(`latest?cursor=${first.cursor}`);
    const third = await reader.get<ArticlePage>(`latest?cursor=${second.cursor}`);
    const all = [first, second, third].flatMap(titlesOf);
    expect([all.length, new Set(all).size, third.cursor]).toEqual([46, 46, undefined]);
  });

  it.each([
    'latest?cursor=',
    'latest?cursor=x',
    'latest?cursor=o1',
    'latest?cursor=n1.1',
    'latest?cursor=o1.1%00',
    "latest?cursor=o1.1'--",
    'latest?cursor=ozzzzzzzzzzzzzzzzzzz.1',
    `latest?cursor=o${'z'.repeat(400)}.1`,
    'latest?category=x',
    'latest?category=-1',
    'latest?category=1e3',
    'latest?category=99999999999999999999',
    'articles/x',
    'articles/0',
  ])('are not to be had by %s', async (path) => {
    expect(await reader.failure('GET', path)).toBe('400 bad-request');
  });

  it('of a source that is not there are gone', async () => {
    expect(await reader.failure('GET', 'latest?category=999')).toBe('404 gone');
  });
});

describe('an article', () => {
  beforeEach(async () => {
    const text =
      '云溪县今年新开了十二家社区食堂。\n把食堂开到家门口\n食堂就在菜场旁边，买菜的人顺路就能吃上一口热饭，一天要卖出三百份。\n让饭菜合老人口味。少盐少油，软和好嚼，是老人们提得最多的要求，也是厨师每天要看的单子。';
    const original = anArticle({
      identity: 'https://example.com/canteen/1',
      url: 'https://example.com/canteen/1',
      categories: [
        { name: '云溪日报', slug: 'yunxiribao' },
        { name: '民生', slug: undefined },
      ],
      text,
    });
    const reprint = { identity: 'https://example.com/canteen/2', url: undefined, medium: '云溪 晚报' };
    await bot.publish([original, anArticle({ ...original, ...reprint, postIdentity: 'x' })], 0);
  });

  async function canteen(): Promise<ArticleView> {
    const [, original] = (await reader.get<ArticlePage>('latest')).items.filter(({ title }) => title.includes('食堂'));
    return reader.get<ArticleView>(`articles/${original?.id}`);
  }

  it('is shown with its text in blocks, its sources and who else carries it', async () => {
    const article = await canteen();
    expect(article).toMatchObject({
      title: '云溪县办好社区食堂',
      byline: '本报记者 林知秋',
      lead: '云溪县今年新开了十二家社区食堂。',
      isSaved: false,
      outline: [
        { level: 1, text: '把食堂开到家门口' },
        { level: 1, text: '让饭菜合老人口味' },
      ],
      text: [
        { level: 0, text: '云溪县今年新开了十二家社区食堂。' },
        { level: 1, text: '把食堂开到家门口', index: 0 },
        { level: 0, text: '食堂就在菜场旁边，买菜的人顺路就能吃上一口热饭，一天要卖出三百份。' },
        { level: 1, text: '让饭菜合老人口味', index: 1 },
        { level: 0, text: '少盐少油，软和好嚼，是老人们提得最多的要求，也是厨师每天要看的单子。' },
      ],
    });
    expect(article.categories.map(({ name }) => name).sort()).toEqual(['云溪日报', '民生']);
    expect(article.story.map(({ medium, id }) => [medium, id === article.id])).toEqual([['云溪 晚报', false]]);
  });

  it('is shown without its text where the operator shows none', async () => {
    const { id } = await canteen();
    const summaries = new MiniAppClient(bot.miniApp({ hasFullText: false }), bot, bot.reader);
    expect(await summaries.get('me')).toMatchObject({ hasFullText: false });
    expect(await summaries.get(`articles/${id}`)).toMatchObject({ text: [], outline: [{}, {}] });
  });

  it('has Atom feeds where there are any', async () => {
    const withFeeds = new MiniAppClient(bot.miniApp({ feedRoot: 'https://news.example/atom' }), bot, bot.reader);
    expect(await withFeeds.get('me')).toMatchObject({ feedRoot: 'https://news.example/atom' });
    expect(await new MiniAppClient(bot.miniApp(), bot, bot.reader).get('me')).not.toHaveProperty('feedRoot');
  });

  it('is shown in the characters that the chat chose', async () => {
    const { id } = await canteen();
    await reader.result('PATCH', 'settings', { script: 'traditional' });
    expect(await reader.get(`articles/${id}`)).toMatchObject({
      title: '雲溪縣辦好社區食堂',
      medium: '雲溪日報',
      byline: '本報記者 林知秋',
      outline: [{ text: '把食堂開到家門口' }, { text: '讓飯菜合老人口味' }],
      text: [{}, { text: '把食堂開到家門口', index: 0 }, {}, { index: 1 }, {}],
      story: [{ medium: '雲溪 晚報' }],
    });
    expect(titlesOf(await reader.get<ArticlePage>('latest'))).toContain('雲溪縣辦好社區食堂');
    const names = (await reader.get<CategoryEntry[]>('categories')).map(({ name, pinyin }) => [name, pinyin]);
    expect(names).toContainEqual(['中國勞動保障報', 'zhongguolaodongbaozhangbao']);
    const found = await reader.get<SearchAnswer>('search?q=办好食堂%20OR%20办好社区');
    expect(found).toMatchObject({ items: [{ title: '雲溪縣辦好社區食堂' }, {}] });
  });

  it('that is not there is gone', async () => {
    expect(await reader.failure('GET', 'articles/999999')).toBe('404 gone');
  });
});
