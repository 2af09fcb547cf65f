import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Article } from '../../../src/domain/article.js';
import { anArticle, saveAll } from '../../support/builders.js';
import { anArchive, BotHarness, labelsOf } from '../../support/start-bot.js';

let harness: BotHarness;
beforeEach(async () => {
  harness = await BotHarness.start(anArchive());
});
afterEach(async () => {
  // Whatever a reader does, Telegram has nothing to complain about.
  expect(harness.refusals).toEqual([]);
  expect(harness.api.unansweredCallbacks).toEqual([]);
  await harness.stop();
});

const subscribed = async () =>
  (await harness.stores.subscriptions.list({ chatId: harness.reader.id, topicId: 0 })).map(({ name }) => name);

const saveMore = (articles: readonly Article[]) =>
  saveAll(harness.stores.ingest, 'more', articles, harness.clock.now(), true);

describe('/start', () => {
  it('says in three lines what the bot does, with buttons that work', async () => {
    const welcome = await harness.ask('/start');
    expect(welcome.text.split('\n')).toHaveLength(3);
    const { shown } = await harness.press(welcome, '浏览媒体');
    expect(shown[0]?.text).toContain('全部媒体');
    expect((await harness.press(welcome, '最新文章')).shown.at(-1)?.text).toContain('第16篇');
    expect((await harness.press(welcome, '使用说明')).shown[0]?.text).toContain('/unsubscribe');
    expect((await harness.press(welcome, 'English')).shown[0]?.text).toBe('Switched to English.');
  });

  it('subscribes and opens articles by deep link', async () => {
    const [category] = await harness.stores.categories.list();
    expect((await harness.ask(`/start sub_${category?.id}`)).text).toContain('已订阅 中国劳动保障报');
    expect((await harness.ask('/start art_3')).text).toContain('第3篇');
    expect((await harness.ask('/start sub_999')).text).toContain('这个链接已失效');
    expect((await harness.ask('/start art_999')).text).toContain('这篇文章已不存在');
  });
});

describe('/subscribe', () => {
  it('subscribes to an exact name, tells what comes and shows the newest three', async () => {
    const answer = await harness.ask('/subscribe 中国劳动保障报');
    expect(answer.text).toContain('已订阅 中国劳动保障报');
    expect(answer.text).toContain('最近一周 12 篇');
    expect(answer.text.match(/第\d+篇/gu)).toEqual(['第12篇', '第11篇', '第10篇']);
    expect(await subscribed()).toEqual(['中国劳动保障报']);
    expect((await harness.stores.articles.stats()).deliveries).toMatchObject({ pending: 0, sent: 0 });
  });

  it.each([
    ['its slug', 'yunxiribao', ['云溪日报']],
    ['with 新闻 behind it', '云溪日报新闻', ['云溪日报']],
    ['part of the name', '劳动保障', ['中国劳动保障报']],
    ['pinyin and initials', 'yunxi wanbao、ZGLDBZB', ['云溪 晚报', '中国劳动保障报']],
    ['traditional characters', '雲溪日報', ['云溪日报']],
    ['a slip of the ear in a long name', '中国劳动宝障报', ['中国劳动保障报']],
    ['a name with a space', '云溪 晚报', ['云溪 晚报']],
    ['other widths and spaces', '云溪　晚报', ['云溪 晚报']],
    ['several at commas', '云溪日报、中国劳动保障报', ['云溪日报', '中国劳动保障报']],
    ['several known names at spaces', '云溪日报 中国劳动保障报', ['云溪日报', '中国劳动保障报']],
    ['a line each', '云溪日报\n云溪晚报', ['云溪日报', '云溪 晚报']],
  ])('takes %s', async (_name, text, expected) => {
    await harness.say(`/subscribe ${text}`);
    expect(await subscribed()).toEqual(expected);
  });

  it('offers buttons when a name fits several, and subscribes at a press', async () => {
    const answer = await harness.ask('/subscribe 云溪');
    expect(labelsOf(answer)).toEqual(['订阅 云溪日报', '订阅 云溪 晚报']);
    expect(await subscribed()).toEqual([]);
    await harness.press(answer, '订阅 云溪日报');
    expect(await subscribed()).toEqual(['云溪日报']);
  });

  it('offers the nearest names when none fits', async () => {
    const answer = await harness.ask('/subscribe 云西日报');
    expect(answer.text).toContain('没有找到「云西日报」');
    expect(labelsOf(answer)).toContain('订阅 云溪日报');
  });

  it('follows a medium before its first article, and pushes that', async () => {
    expect((await harness.ask('/subscribe 青禾晚报')).text).toContain('目前还没有它的文章');
    expect(await subscribed()).toEqual(['青禾晚报']);
    expect(labelsOf(await harness.ask('/categories')).join()).not.toContain('青禾晚报');
    const first = anArticle({ identity: 'q', categories: [{ name: '青禾晚报', slug: 'qinghewanbao' }] });
    const saved = await harness.stores.ingest.saveAndEnqueue(
      'more',
      [{ kind: 'article', path: 'q', fingerprint: '1', article: first }],
      harness.clock.now(),
      false,
    );
    expect(saved.queued).toBe(1);
    expect(await harness.stores.categories.list()).toContainEqual(
      expect.objectContaining({ name: '青禾晚报', slug: 'qinghewanbao', articleCount: 1 }),
    );
  });

  it.each(['今天天气怎么样', 'qwerty', '长'.repeat(200), '没有'])('does not take %s for a medium', async (text) => {
    await harness.ask(`/subscribe ${text}`);
    expect(await subscribed()).toEqual([]);
  });

  it('answers a long list in one message, each name once', async () => {
    const names = Array.from({ length: 30 }, (_, n) => `没有的媒体${n}`);
    const [answer, ...more] = await harness.say(`/subscribe 云溪\n${names.join('、')}`);
    expect(more).toEqual([]);
    expect(answer?.text).toContain('「云溪」对应多个媒体');
    expect(answer?.text).toContain('没有找到「没有的媒体0」');
  });

  it('says so when there was a subscription already', async () => {
    await harness.ask('/subscribe 云溪日报');
    expect((await harness.ask('/subscribe 云溪日报')).text).toContain('已在订阅');
  });

  it('opens an article of the three', async () => {
    const answer = await harness.ask('/subscribe 云溪日报');
    const { shown } = await harness.press(answer, '2');
    expect(shown[0]?.text).toContain('第14篇');
  });

  describe('to a medium with over 30 articles a day', () => {
    const busy = (count: number) =>
      saveMore(
        Array.from({ length: count }, (_, n) =>
          anArticle({
            identity: `b${n}`,
            published: harness.clock.now(),
            categories: [{ name: '快讯社', slug: undefined }],
          }),
        ),
      );
    const choices = ['即时', '整点汇总', '每日汇总'];
    const digestTimes = async () => (await harness.stores.chats.find(harness.reader.id))?.digestTimes;

    it('offers digests, says why, and leaves the message that told of the subscription', async () => {
      await busy(211);
      const answer = await harness.ask('/subscribe 快讯社');
      expect(answer.text).toContain('最近一周 211 篇');
      expect(answer.text).toMatch(/\n\n每天超过 30 篇.*$/u);
      expect(labelsOf(answer)).toEqual(['1', '2', '3', ...choices, '退订 快讯社']);
      const hourly = await harness.press(answer, '整点汇总');
      expect(hourly.shown.map(({ text }) => text)).toEqual([expect.stringContaining('每到整点汇总推送')]);
      expect(await digestTimes()).toBe('hourly');
      const daily = await harness.press(answer, '每日汇总');
      expect(daily.shown.map(({ text }) => text)).toEqual([expect.stringContaining('每天 08:00 汇总推送')]);
      expect(await digestTimes()).toEqual([480]);
      const atOnce = await harness.press(answer, '即时');
      expect(atOnce.shown.map(({ text }) => text)).toEqual([expect.stringContaining('现在是即时推送')]);
      expect(await digestTimes()).toBeUndefined();
      // What was told below is changed in place, as under /digest.
      const [told] = atOnce.shown;
      if (!told) throw new Error('nothing was told');
      expect((await harness.press(told, '整点汇总')).shown[0]?.messageId).toBe(told.messageId);
    });

    it('also at a press, and for one of several', async () => {
      await busy(211);
      const [category] = await harness.stores.categories.list();
      expect(labelsOf(await harness.ask(`/start sub_${category?.id}`))).toEqual(expect.arrayContaining(choices));
      expect(labelsOf(await harness.ask('/subscribe 云溪日报、快讯社'))).toEqual([
        ...choices,
        '退订 云溪日报',
        '退订 快讯社',
      ]);
    });

    it('does not offer what was chosen already, and nothing for 30 a day', async () => {
      await busy(210);
      expect(labelsOf(await harness.ask('/subscribe 快讯社'))).not.toContain('即时');
      await busy(211);
      await harness.ask('/digest 9:00');
      expect(labelsOf(await harness.ask('/subscribe 快讯社'))).not.toContain('即时');
    });
  });

  it('without a name shows the media to choose from', async () => {
    expect((await harness.ask('/subscribe')).text).toContain('全部媒体');
  });
});

describe('/unsubscribe', () => {
  it('takes a name', async () => {
    await harness.ask('/subscribe 云溪日报');
    expect((await harness.ask('/unsubscribe 云溪')).text).toContain('已退订 云溪日报');
    expect(await subscribed()).toEqual([]);
  });

  it('takes pinyin, but nothing that is only near', async () => {
    await harness.ask('/subscribe 云溪日报');
    const near = await harness.ask('/unsubscribe 云西日报');
    expect(labelsOf(near)).toEqual(['退订 云溪日报']);
    expect((await harness.ask('/unsubscribe 云溪晚报')).text).toBe('没有订阅 云溪 晚报');
    expect(await subscribed()).toEqual(['云溪日报']);
    expect((await harness.ask('/unsubscribe yunxiribao')).text).toContain('已退订 云溪日报');
  });

  it('without a name offers what is followed, and can be undone', async () => {
    await harness.ask('/subscribe 云溪日报');
    const answer = await harness.ask('/unsubscribe');
    const { shown } = await harness.press(answer, '退订 云溪日报');
    expect(await subscribed()).toEqual([]);
    await harness.press(shown[0] ?? answer, '订阅 云溪日报');
    expect(await subscribed()).toEqual(['云溪日报']);
  });

  it('says when there is nothing to give up', async () => {
    expect((await harness.ask('/unsubscribe')).text).toContain('还没有订阅');
    expect((await harness.ask('/unsubscribe 云溪日报')).text).toBe('没有订阅 云溪日报');
    expect((await harness.ask('/unsubscribe 没有的')).text).toContain('没有找到');
  });
});

describe('/subscriptions', () => {
  it('lists what the chat follows, with buttons', async () => {
    expect((await harness.ask('/subscriptions')).text).toContain('还没有订阅');
    await harness.ask('/subscribe 云溪日报');
    const answer = await harness.ask('/subscriptions');
    expect(answer.text).toContain('云溪日报');
    await harness.press(answer, '退订 云溪日报');
    expect(await subscribed()).toEqual([]);
  });
});

describe('/categories', () => {
  it('lists media by size and toggles them in place', async () => {
    const answer = await harness.ask('/categories');
    expect(labelsOf(answer)).toEqual(['中国劳动保障报 (12)', '云溪日报 (3)', '云溪 晚报 (1)']);
    const on = await harness.press(answer, '云溪日报 (3)');
    expect(on.notice).toBe('已订阅 云溪日报');
    expect(labelsOf(on.shown[0])).toContain('✓ 云溪日报 (3)');
    const off = await harness.press(on.shown[0] ?? answer, '✓ 云溪日报 (3)');
    expect(off.notice).toBe('已退订 云溪日报');
    expect(await subscribed()).toEqual([]);
  });

  it('filters, also on its later pages', async () => {
    const many = Array.from({ length: 30 }, (_, n) =>
      anArticle({ identity: `m${n}`, categories: [{ name: `示例媒体${n}`, slug: undefined }] }),
    );
    await saveMore(many);
    const first = await harness.ask('/categories 示例媒体');
    expect(first.text).toContain('第 1/3 页');
    const { shown } = await harness.press(first, '下一页 ›');
    expect(shown[0]?.text).toMatch(/含「示例媒体」的媒体.*第 2\/3 页/su);
    expect(labelsOf(shown[0]).every((label) => label.includes('示例媒体') || label.includes('页'))).toBe(true);
    expect((await harness.ask('/categories 没有的')).text).toContain('没有名称含');
  });
});

describe('/latest', () => {
  it('shows everything until something is followed', async () => {
    expect((await harness.ask('/latest')).text.match(/第\d+篇/gu)).toEqual([
      '第16篇',
      '第15篇',
      '第14篇',
      '第13篇',
      '第12篇',
    ]);
    await harness.ask('/subscribe 云溪日报');
    expect((await harness.ask('/latest')).text.match(/第\d+篇/gu)).toEqual(['第15篇', '第14篇', '第13篇']);
  });

  it('takes a category and a number', async () => {
    const answer = await harness.ask('/latest 中国劳动保障报 2');
    expect(answer.text.match(/第\d+篇/gu)).toEqual(['第12篇', '第11篇']);
    const { shown } = await harness.press(answer, '较早 ›');
    expect(shown[0]?.text.match(/第\d+篇/gu)).toEqual(['第10篇', '第9篇']);
    const back = await harness.press(shown[0] ?? answer, '‹ 较新');
    expect(back.shown[0]?.text.match(/第\d+篇/gu)).toEqual(['第12篇', '第11篇']);
  });

  it('shows no more than 20, and at least one', async () => {
    expect(labelsOf(await harness.ask('/latest 云溪'))).toEqual(['云溪日报', '云溪 晚报']);
    expect((await harness.ask('/latest zgldbzb 2')).text).toContain('中国劳动保障报');
    expect((await harness.ask('/latest 99999')).text.match(/第\d+篇/gu)).toHaveLength(16);
    expect((await harness.ask('/latest 0')).text.match(/第\d+篇/gu)).toHaveLength(1);
  });
});

describe('/search', () => {
  it('finds words in the text, shows where, and opens a hit', async () => {
    const answer = await harness.ask('/search 养老保险');
    expect(answer.text).toContain('搜索：养老保险');
    expect(answer.text.match(/第\d+篇/gu)).toHaveLength(5);
    expect(
      answer.entities.some(
        ({ type, offset, length }) => type === 'bold' && answer.text.slice(offset, offset + length) === '养老保险',
      ),
    ).toBe(true);
    const next = await harness.press(answer, '下一页 ›');
    expect(next.shown[0]?.text.match(/第\d+篇/gu)).toEqual(['第11篇', '第10篇', '第9篇', '第8篇', '第7篇']);
    const back = await harness.press(answer, '‹ 上一页');
    expect(back.shown[0]?.text).toBe(answer.text);
    const { shown } = await harness.press(answer, '1');
    expect(shown[0]?.text).toContain('把食堂开到家门口');
  });

  it('says how many there are, and changes the order in place', async () => {
    await saveMore([
      anArticle({ identity: 'old', title: '社保卡', text: '社保卡。', published: new Date('2020-01-01T00:00:00Z') }),
      anArticle({ identity: 'new', title: '别的', text: '说到社保。', published: new Date('2026-01-05T01:30:00Z') }),
    ]);
    const answer = await harness.ask('/search 社保');
    expect(answer.text).toMatch(/^搜索：社保 · 2 篇\n\n1\. 社保卡\n.*\n2\. 别的\n/su);
    const byTime = await harness.press(answer, '按时间');
    expect(byTime.shown[0]?.text).toMatch(/1\. 别的\n.*\n2\. 社保卡\n/su);
    expect(labelsOf(byTime.shown[0])).toEqual(['1', '2', '按相关度', '有新文章就推送']);
  });

  it('numbers hits and pages through', async () => {
    const first = await harness.ask('/search 养老保险');
    expect(first.text).toMatch(/^搜索：养老保险 · 16 篇 · 第 1\/4 页\n\n1\. /u);
    const second = (await harness.press(first, '下一页 ›')).shown[0] ?? first;
    expect(second.text).toMatch(/第 2\/4 页\n\n6\. /u);
    expect(labelsOf(second)).toEqual(['6', '7', '8', '9', '10', '‹ 上一页', '下一页 ›', '按时间']);
    expect((await harness.press(second, '7')).shown[0]?.text).toContain('第10篇');
  });

  it('tells where the words of a text are that is nowhere as a whole', async () => {
    await saveMore([anArticle({ identity: 'gd', title: '台风登陆', text: '今夜台风在广东登陆。' })]);
    const answer = await harness.ask('/search 广东台风');
    expect(answer.text).toBe('没有文章符合「广东台风」。');
    expect((await harness.press(answer, '分开找：广东 台风（1 篇）')).shown[0]?.text).toContain('台风登陆');
    expect(labelsOf(await harness.ask('/search 没有这样的东西'))).toEqual([]);
  });

  it('offers no other order where there is nothing to rank by', async () => {
    expect(labelsOf(await harness.ask('/search in:云溪日报'))).not.toContain('按时间');
  });

  it('looks for a single character in titles, and says so', async () => {
    await saveMore([
      anArticle({ identity: 'jiang', title: '做酱', text: '别的' }),
      anArticle({ identity: 'x', text: '酱' }),
    ]);
    expect((await harness.ask('/search 酱')).text).toMatch(/搜索：酱 · 1 篇\n.*单个字只在标题和小标题里查找。$/su);
    expect((await harness.ask('/search 醋')).text).toBe('没有文章符合「醋」。\n单个字只在标题和小标题里查找。');
  });

  it('without words offers those that rise, one press away', async () => {
    const titles = ['台风预警升级', '台风今夜登陆', '台风过后'];
    await saveMore(titles.map((title, n) => anArticle({ identity: `t${n}`, title, published: harness.clock.now() })));
    await harness.ask('/search 台风');
    const usage = await harness.ask('/search');
    expect(usage.text).toContain('本周标题里升温的词');
    const { shown } = await harness.press(usage, '台风');
    expect(shown[0]?.text).toContain('搜索：台风 · 3 篇');
  });

  it('offers the medium whose name was typed', async () => {
    const answer = await harness.ask('云溪日报');
    expect(labelsOf(answer)).toEqual(['订阅 云溪日报', '云溪日报 最新文章']);
    expect((await harness.press(answer, '云溪日报 最新文章')).shown[0]?.text).toContain('第15篇');
  });

  it('stays in a category, offers near names for an unknown one, and explains itself', async () => {
    expect((await harness.ask('/search 养老 in:云溪日报')).text.match(/第\d+篇/gu)).toEqual([
      '第15篇',
      '第14篇',
      '第13篇',
    ]);
    expect((await harness.ask('/search 养老 in:yunxiribao')).text).toContain('3 篇');
    const near = await harness.ask('/search 养老 in:云溪曰报');
    expect(near.text).toBe('没有名为「云溪曰报」的媒体。你要找的是不是：');
    expect((await harness.press(near, '云溪 晚报')).shown[0]?.text).toContain('搜索：养老 in:"云溪 晚报" · 1 篇');
    const several = await harness.ask('/search in:云溪 养老');
    expect(several.text).toContain('「云溪」对应多个媒体');
    expect((await harness.press(several, '云溪日报')).shown[0]?.text).toContain('搜索：in:"云溪日报" 养老 · 3 篇');
    expect((await harness.ask('/search 养老 in:没有的')).text).toBe(
      '没有名为「没有的」的媒体。/categories 浏览全部媒体。',
    );
    expect((await harness.ask('/search 养老 OR -医疗')).text).toContain('OR 只能连接两个要找的词');
    expect((await harness.ask('/search 养老 after:2023 before:2022')).text).toContain('要晚于');
    expect((await harness.ask('/search 养老 after:明天')).text).toContain('「明天」不是日期');
    expect((await harness.ask('/search')).text).toContain('要搜什么');
    expect((await harness.ask('/search "" -')).text).toContain('要搜什么');
    expect((await harness.ask(`/search ' UNION 1=1; --`)).text).toContain('没有文章符合');
  });
});

describe('/watch', () => {
  it('takes several at once, as names are taken', async () => {
    const answers = await harness.say('/watch 养老保险、食堂');
    expect(answers.map(({ text }) => text.split('\n')[0])).toEqual(['已订阅关键词：养老保险', '已订阅关键词：食堂']);
    expect(await harness.say('/watch "养老、食堂"')).toHaveLength(1);
  });

  const publish = async (...articles: readonly Article[]) =>
    saveAll(harness.stores.ingest, 'more', articles, harness.clock.now(), false);

  it('follows words, tells how much comes and shows the newest', async () => {
    const answer = await harness.ask('/watch 养老保险 -股票');
    expect(answer.text).toMatch(
      /^已订阅关键词：养老保险 -股票\n最近 30 天有 16 篇符合，有新文章就推送。\n\n最近的文章：\n1\. 第16篇/u,
    );
    expect(await publish(anArticle({ identity: 'w1', categories: [] }))).toMatchObject({ queued: 1 });
    expect(await publish(anArticle({ identity: 'w2', categories: [], text: '养老保险和股票' }))).toMatchObject({
      queued: 0,
    });
    expect((await harness.ask('/watch 养老保险 -股票')).text).toContain('已在订阅关键词：');
  });

  it('knows the same query in another order and spelling', async () => {
    await harness.ask('/watch 养老保险 社区');
    expect((await harness.ask('/watch 社区 養老保險')).text).toContain('已在订阅关键词：养老保险 社区');
    expect((await harness.ask('/watch 养老保险 -社区')).text).toContain('已订阅关键词：');
    expect((await harness.ask('/watch 养老 OR -社区')).text).toContain('OR 只能连接');
  });

  it('explains what it cannot follow', async () => {
    expect((await harness.ask('/watch')).text).toContain('还没有关键词订阅');
    expect((await harness.ask('/watch -股票')).text).toContain('请至少写一个词');
    expect((await harness.ask('/watch in:云溪日报')).text).toContain('请至少写一个词');
    expect((await harness.ask('/watch 养老 after:2022')).text).toContain('不用写 after:');
    expect((await harness.ask('/watch 养老 in:没有的报')).text).toContain('没有名为「没有的报」的媒体');
    expect((await harness.ask('/watch 税')).text).toContain('单个字只在标题和小标题里查找');
    for (let n = 1; n < 50; n += 1)
      await harness.services.watches.watch({ chatId: harness.reader.id, topicId: 0 }, `词${n}`, harness.clock.now());
    expect((await harness.ask('/watch 第五十一')).text).toContain('最多订阅 50 个关键词');
  });

  it('is one press away from a search, and from being given up', async () => {
    const found = await harness.ask('/search 养老保险');
    const { shown } = await harness.press(found, '有新文章就推送');
    expect(shown.at(-1)?.text).toContain('已订阅关键词：养老保险');
    expect((await harness.ask('/subscriptions')).text).toContain('关键词订阅（1）\n· 养老保险');
    await harness.ask('/subscribe 云溪日报');
    const both = await harness.ask('/subscriptions');
    expect(both.text).toMatch(/我的订阅（1）\n· 云溪日报\n\n关键词订阅（1）\n· 养老保险/u);
    const given = await harness.press(both, '取消 养老保险');
    expect(given.shown[0]?.text).toBe('已取消关键词：养老保险');
    expect((await harness.press(both, '取消 养老保险')).notice).toContain('已失效');
    expect(await publish(anArticle({ identity: 'w1', categories: [] }))).toMatchObject({ queued: 0 });
  });

  it('is given up by its words, however they are spelled', async () => {
    await harness.ask('关键词 养老保险');
    expect((await harness.ask('/unwatch 養老保險')).text).toBe('已取消关键词：养老保险');
    const [answer] = await harness.say('/unwatch 社保');
    expect(answer?.text).toBe('没有订阅关键词「社保」。');
  });

  it('offers nothing for a search within days', async () => {
    expect(labelsOf(await harness.ask('/search 养老保险 after:2020'))).not.toContain('有新文章就推送');
  });
});

describe('an article', () => {
  it('shows its text in place, page by page, and comes back', async () => {
    const paragraphs = Array.from({ length: 40 }, (_, n) => `第${n}段。${'很长的正文，'.repeat(40)}`).join('\n');
    const long = anArticle({ identity: 'long', title: '长文', text: paragraphs });
    await saveMore([long]);
    const stored = await harness.stores.articles.findByIdentity('long');
    const summary = await harness.ask(`/start art_${stored?.id}`);
    const first = await harness.press(summary, '全文');
    expect(first.shown[0]?.text).toContain('第0段。');
    const second = await harness.press(first.shown[0] ?? summary, '下一页 ›');
    expect(second.shown[0]?.text).toMatch(/2\/\d/u);
    const back = await harness.press(second.shown[0] ?? summary, '摘要');
    expect(back.shown[0]?.text).toBe(summary.text);
  });

  it('leads to those about the same', async () => {
    const text = '青禾镇把三块闲置地整理成共享菜园，四十户家庭报名，首批收成送进了社区食堂。';
    await saveMore([
      anArticle({ identity: 'g1', title: '共享菜园', text, outline: [] }),
      anArticle({ identity: 'g2', title: '闲置地变菜园', text, outline: [] }),
      anArticle({ identity: 'g3', title: '毫不相干', text: 'qwerty', outline: [] }),
    ]);
    const idOf = async (identity: string) => (await harness.stores.articles.findByIdentity(identity))?.id;
    const summary = await harness.ask(`/start art_${await idOf('g1')}`);
    const { shown } = await harness.press(summary, '相关');
    expect(shown[0]?.text).toMatch(/^相关文章：共享菜园\n\n1\. 闲置地变菜园/u);
    const alone = await harness.ask(`/start art_${await idOf('g3')}`);
    expect((await harness.press(alone, '相关')).notice).toBe('没有找到相关文章');
  });

  it('is opened by its pasted link', async () => {
    expect((await harness.ask('https://example.com/news/7')).text).toContain('第7篇');
    expect((await harness.ask('https://example.com/unknown')).text).toContain('还没有收录');
  });
});

describe('/language', () => {
  it('switches all replies, and keeps the choice', async () => {
    await harness.ask('/language en');
    expect((await harness.ask('/subscribe 云溪日报')).text).toContain('Following 云溪日报');
    expect((await harness.ask('/language')).text).toContain('English');
    expect((await harness.ask('/language fr')).text).toContain('/language zh');
    expect((await harness.ask('语言 中文')).text).toBe('已切换为中文。');
    expect((await harness.ask('语言 英文')).text).toBe('Switched to English.');
    const answer = await harness.ask('/language');
    expect((await harness.press(answer, '中文')).shown[0]?.text).toBe('已切换为中文。');
  });
});

describe('anything else', () => {
  it.each([
    ['an unknown command', '/weather', '没有这个命令'],
    ['a greeting', '你好', '/help'],
    ['a long text', '社保'.repeat(40), '/help'],
  ])('%s gets one helpful line', async (_name, text, expected) =>
    expect((await harness.ask(text)).text).toContain(expected),
  );

  it('plain Chinese works like the commands', async () => {
    await harness.say('订阅 云溪日报');
    expect(await subscribed()).toEqual(['云溪日报']);
    expect((await harness.ask('最新')).text).toContain('第15篇');
    expect((await harness.ask('搜索 养老保险')).text).toContain('搜索：养老保险');
    expect((await harness.ask('社区食堂')).text).toContain('搜索：社区食堂');
    await harness.say('退订 云溪日报');
    expect(await subscribed()).toEqual([]);
  });

  it('answers in the order of the questions', async () => {
    for (const text of ['/subscribe 云溪日报', '/subscriptions', '/unsubscribe 云溪日报', '/subscriptions']) {
      harness.api.sendText({ chat: harness.reader, text });
    }
    await harness.settled();
    const starts = harness.api.transcript.map(({ text }) => text.slice(0, 4));
    expect(starts).toEqual(['已订阅 ', '我的订阅', '已退订 ', '还没有订']);
  });
});

describe('in a group', () => {
  it('only administrators change settings, and chatter is not answered', async () => {
    const group = harness.api.addChat({ type: 'supergroup', title: '读报组' });
    const admin = harness.api.addUser({ firstName: '管理员' });
    const member = harness.api.addUser({ firstName: '组员' });
    harness.api.setMember(group, admin, 'administrator');
    harness.api.setMember(group, member, 'member');
    expect((await harness.say('/subscribe 云溪日报', group, member))[0]?.text).toContain('只有管理员');
    expect((await harness.say('/subscribe@zhaibao_bot 云溪日报', group, admin))[0]?.text).toContain('已订阅 云溪日报');
    expect((await harness.say('/latest', group, member))[0]?.text).toContain('第15篇');
    expect(await harness.say('/weather', group, member)).toEqual([]);
    const [list] = await harness.say('/categories', group, member);
    if (!list) throw new Error('no answer');
    expect((await harness.press(list, '✓ 云溪日报 (3)', member)).notice).toBe('只有管理员可以更改设置');
    expect(await harness.stores.subscriptions.list({ chatId: group.id, topicId: 0 })).toHaveLength(1);
  });
});

it('a group that became a supergroup keeps its subscriptions', async () => {
  const group = harness.api.addChat({ type: 'group', title: '读报组' });
  const admin = harness.api.addUser();
  harness.api.setMember(group, admin, 'administrator');
  await harness.say('/subscribe 云溪日报', group, admin);
  const moved = harness.api.upgradeGroup(group);
  await harness.settled();
  expect(await harness.stores.subscriptions.list({ chatId: moved.id, topicId: 0 })).toMatchObject([
    { name: '云溪日报' },
  ]);
});

describe('at the start', () => {
  it('registers commands by scope, in both languages, and what the bot is for', async () => {
    const isDone = () => harness.api.calls.some(({ method }) => method === 'setChatMenuButton');
    await new Promise<void>((resolve) => {
      const check = () => isDone() && resolve();
      harness.api.on('call', check);
      check();
    });
    const { commands: lists, descriptions, shortDescriptions, menuButtons } = harness.api.profile;
    const namesIn = (key: string) => lists.get(key)?.map(({ command }) => command) ?? [];
    expect(lists.get('all_private_chats en')).toContainEqual({
      command: 'help',
      description: 'All commands with examples',
    });
    for (const scope of ['all_private_chats', 'all_chat_administrators', 'all_group_chats']) {
      expect(lists.get(`${scope} `)).toEqual(lists.get(`${scope} zh`));
      expect(namesIn(`${scope} en`)).toEqual(namesIn(`${scope} zh`));
    }
    expect(namesIn('all_chat_administrators zh')).toContain('subscribe');
    expect(namesIn('all_group_chats zh')).toEqual(expect.arrayContaining(['search', 'latest', 'help']));
    expect(namesIn('all_group_chats zh')).not.toContain('subscribe');
    expect([descriptions, shortDescriptions].map((texts) => [...texts.keys()])).toEqual([
      ['', 'zh', 'en'],
      ['', 'zh', 'en'],
    ]);
    expect(menuButtons.get(0)).toEqual({ type: 'commands' });
  });
});
