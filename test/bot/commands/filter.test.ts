import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anArticle, articleNumber, itemFor, saveAll } from '../../support/builders.js';
import { anArchive, BotHarness, labelsOf } from '../../support/start-bot.js';

let harness: BotHarness;
beforeEach(async () => {
  harness = await BotHarness.start(anArchive());
  await harness.stores.ingest.saveAndEnqueue(
    'more',
    [about(101, '说养老'), about(102, '养老与股票'), about(103, '说股票')].map(itemFor),
    harness.clock.now(),
    true,
  );
});
afterEach(async () => {
  expect(harness.refusals).toEqual([]);
  expect(harness.api.unansweredCallbacks).toEqual([]);
  await harness.stop();
});

/** In 云溪日报, which has three other articles that say 养老保险. */
const about = (n: number, text: string, name = '云溪日报') =>
  articleNumber(n, { title: text, text, outline: [], medium: name, categories: [{ name, slug: undefined }] });
const filters = () => harness.stores.filters.list({ chatId: harness.reader.id, topicId: 0 });
const publish = async (...articles: readonly ReturnType<typeof about>[]) =>
  (await saveAll(harness.stores.ingest, 'more', articles, harness.clock.now(), false)).queued;

describe('/filter', () => {
  beforeEach(() => harness.ask('/subscribe 云溪日报'));

  it('is set for a subscription, told in plain words, with what would have come', async () => {
    const answer = await harness.ask('/filter 云溪日报 +养老 +社保 -股票');
    expect(answer.text).toBe(
      '已设置过滤：云溪日报\n只推送含有「养老」或「社保」、且不含「股票」的文章。\n最近 30 天的 6 篇中，有 4 篇符合。',
    );
    expect(labelsOf(answer)).toEqual(['取消过滤 云溪日报']);
    expect(await publish(about(1_001, '养老新政'), about(1_002, '养老股票'), about(1_003, '天气'))).toBe(1);
  });

  it.each([
    ['only wanted words', '云溪日报 +养老', '只推送含有「养老」的文章。\n最近 30 天的 6 篇中，有 5 篇符合。'],
    [
      'only unwanted words',
      '云溪日报 -股票 -养老',
      '不推送含有「股票」或「养老」的文章。\n最近 30 天的 6 篇中，没有一篇符合。',
    ],
    [
      'part of the name and full width',
      '云溪　＋養老',
      '只推送含有「養老」的文章。\n最近 30 天的 6 篇中，有 5 篇符合。',
    ],
    ['quotes', '云溪日报 -“养老 保险”', '不推送含有「养老 保险」的文章。\n最近 30 天的 6 篇中，有 3 篇符合。'],
    [
      'no space before the sign',
      '云溪日报+养老-股票',
      '只推送含有「养老」、且不含「股票」的文章。\n最近 30 天的 6 篇中，有 4 篇符合。',
    ],
    ['a single character', '云溪日报 -税', '篇符合。\n单个字只在标题和小标题里查找。'],
  ])('understands %s', async (_name, text, expected) =>
    expect((await harness.ask(`/filter ${text}`)).text).toContain(expected),
  );

  it('is set in plain Chinese, and replaced as a whole', async () => {
    await harness.ask('过滤 云溪日报 +养老');
    await harness.ask('过滤 云溪日报 -股票');
    expect(await filters()).toMatchObject([{ included: [], excluded: ['股票'] }]);
  });

  it('is for all subscriptions and keywords with a star', async () => {
    await harness.ask('/watch 基金');
    await harness.ask('/subscribe 中国劳动保障报');
    const answer = await harness.ask('/filter * -股票');
    expect(answer.text).toBe('已设置过滤：全部订阅\n不推送含有「股票」的文章。\n最近 30 天的 18 篇中，有 16 篇符合。');
    expect(await publish(about(1_001, '股票'), about(1_002, '基金与股票', '别报'), about(1_003, '基金', '别报'))).toBe(
      1,
    );
    const own = await harness.ask('/filter 云溪日报 +养老');
    expect(own.text).toContain(
      '对全部订阅的过滤同时有效：不推送含有「股票」的文章。\n最近 30 天的 7 篇中，有 4 篇符合。',
    );
  });

  it('takes effect on what is queued', async () => {
    expect(await publish(about(1_001, '说天气'), about(1_002, '说养老新政'))).toBe(2);
    await harness.ask('/filter 云溪日报 +养老');
    expect((await harness.stores.articles.stats()).deliveries.pending).toBe(1);
  });

  it('counts only the last 30 days', async () => {
    await harness.stores.ingest.saveAndEnqueue(
      'more',
      [
        anArticle({
          identity: 'old',
          categories: [{ name: '旧报', slug: undefined }],
          published: new Date('2025-11-01'),
        }),
      ].map(itemFor),
      harness.clock.now(),
      true,
    );
    await harness.ask('/subscribe 旧报');
    expect((await harness.ask('/filter 旧报 +养老')).text).toContain('最近 30 天没有新文章。');
  });

  it('leaves the count out while the index is being filled', async () => {
    const { search } = harness.stores.search;
    const filling = { indexed: 1, articles: 2 };
    Object.assign(harness.stores.search, {
      search: async (...asked: Parameters<typeof search>) => ({ ...(await search(...asked)), filling }),
    });
    expect((await harness.ask('/filter 云溪日报 +养老')).text).toBe('已设置过滤：云溪日报\n只推送含有「养老」的文章。');
  });

  it('alone lists what holds, each with a button that removes it', async () => {
    expect((await harness.ask('/filter')).text).toMatch(/^例如 \/filter/u);
    await harness.ask('/filter 云溪日报 +养老');
    await harness.ask('/filter * -股票');
    const list = await harness.ask('/filter');
    expect(list.text).toMatch(
      /^过滤（2）\n· 全部订阅：不推送含有「股票」的文章\n· 云溪日报：只推送含有「养老」的文章\n\n例如/u,
    );
    expect(labelsOf(list)).toEqual(['取消过滤 全部订阅', '取消过滤 云溪日报']);
    expect((await harness.press(list, '取消过滤 全部订阅')).shown[0]?.text).toBe('已取消过滤：全部订阅');
    expect(await filters()).toMatchObject([{ included: ['养老'] }]);
    expect((await harness.press(list, '取消过滤 全部订阅')).notice).toContain('已失效');
  });

  it('is mentioned under what the chat follows', async () => {
    expect((await harness.ask('/subscriptions')).text).not.toContain('过滤');
    await harness.ask('/filter 云溪日报 +养老');
    expect((await harness.ask('/subscriptions')).text).toMatch(/· 云溪日报\n\n设有 1 个过滤：\/filter 查看。$/u);
  });

  it('with a name shows that one', async () => {
    expect((await harness.ask('/filter 云溪日报')).text).toMatch(/^云溪日报 没有设置过滤。\n例如/u);
    await harness.ask('/filter 云溪日报 +养老');
    const shown = await harness.ask('/filter 云溪');
    expect(shown.text).toBe('云溪日报：只推送含有「养老」的文章');
    await harness.press(shown, '取消过滤 云溪日报');
    expect(await filters()).toEqual([]);
  });

  it.each(['off', '关闭', '取消'])('is removed with %s', async (off) => {
    await harness.ask('/filter 云溪日报 +养老');
    await harness.ask('/filter * -股票');
    expect((await harness.ask(`/filter 云溪日报 ${off}`)).text).toBe('已取消过滤：云溪日报');
    expect((await harness.ask(`/filter 云溪日报 ${off}`)).text).toBe('云溪日报 没有设置过滤。');
    expect((await harness.ask(`/filter * ${off}`)).text).toBe('已取消过滤：全部订阅');
    expect(await filters()).toEqual([]);
  });

  it('goes with its subscription', async () => {
    await harness.ask('/filter 云溪日报 +养老');
    await harness.ask('/unsubscribe 云溪日报');
    await harness.ask('/subscribe 云溪日报');
    expect(await filters()).toEqual([]);
  });

  it('asks which subscription when the name fits several, and goes on with the words', async () => {
    await harness.ask('/subscribe 云溪晚报');
    const answer = await harness.ask('/filter 云溪 +养老');
    expect(answer.text).toContain('「云溪」对应多个媒体');
    expect(labelsOf(answer)).toEqual(['云溪日报', '云溪 晚报']);
    expect((await harness.press(answer, '云溪 晚报')).shown[0]?.text).toContain(
      '已设置过滤：云溪 晚报\n只推送含有「养老」',
    );
    const which = await harness.ask('/filter 云溪');
    expect((await harness.press(which, '云溪 晚报')).shown[0]?.text).toBe('云溪 晚报：只推送含有「养老」的文章');
    const removal = await harness.ask('/filter 云溪 off');
    expect((await harness.press(removal, '取消过滤 云溪 晚报')).shown[0]?.text).toBe('已取消过滤：云溪 晚报');
    await harness.ask('/unsubscribe 云溪晚报');
    expect((await harness.press(answer, '云溪 晚报')).notice).toContain('已失效');
  });

  it.each([
    ['nothing to say for what', '+养老', '请写明是哪个订阅'],
    ['a word without a sign', '云溪日报 养老', '「养老」前面要写 + 或 -'],
    ['a word without a sign among others', '云溪日报 养老 -股票', '「养老」前面要写 + 或 -'],
    ['a word without a sign behind others', '云溪日报 +养老 股票', '「股票」前面要写 + 或 -'],
    ['a word on both sides', '云溪日报 +养老 -養老', '「養老」不能既要又不要'],
    ['too long a word', `云溪日报 +${'长'.repeat(31)}`, '一个词最多 30 个字'],
    ['too many words', `云溪日报 ${Array.from({ length: 21 }, (_, n) => `+词${n}`).join(' ')}`, '最多 20 个词'],
    ['marks alone', '云溪日报 +。', '请至少写一个词'],
    ['what is not followed', '中国劳动保障报 +养老', '没有订阅 中国劳动保障报'],
    ['what is not known', '没有的 +养老', '没有找到「没有的」'],
    ['a near miss', '云西日报 +养老', '没有找到「云西日报」。你要找的是不是：'],
  ])('explains %s, and changes nothing', async (_name, text, expected) => {
    expect((await harness.ask(`/filter ${text}`)).text).toContain(expected);
    expect(await filters()).toEqual([]);
  });

  it('takes twenty long words, in one message, and lists them', async () => {
    const words = Array.from({ length: 20 }, (_, n) => `-${'很长的词'.repeat(7)}${10 + n}`);
    expect((await harness.ask(`/filter 云溪日报 ${words.join(' ')}`)).text).toContain(words.at(-1)?.slice(1));
    expect((await harness.ask('/filter')).text).toContain('…的文章');
  });

  it('speaks English', async () => {
    await harness.ask('/language en');
    expect((await harness.ask('/filter 云溪日报 +养老 -股票')).text).toBe(
      'Filter set: 云溪日报\nOnly articles with “养老”, and without “股票”, are pushed.\nOf 6 in the last 30 days, 4 would have come.',
    );
  });

  it('is for administrators in a group', async () => {
    const group = harness.api.addChat({ type: 'supergroup' });
    const somebody = harness.api.addUser();
    harness.api.setMember(group, somebody, 'member');
    const [answer] = await harness.say('/filter * -股票', group, somebody);
    expect(answer?.text).toContain('只有管理员');
    expect(await harness.stores.filters.list({ chatId: group.id, topicId: 0 })).toEqual([]);
  });
});
