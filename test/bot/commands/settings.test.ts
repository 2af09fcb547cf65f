import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { articleNumber, itemFor } from '../../support/builders.js';
import { anArchive, BotHarness, labelsOf } from '../../support/start-bot.js';

let harness: BotHarness;
beforeEach(async () => {
  harness = await BotHarness.start(anArchive());
  await harness.ask('/help');
});
afterEach(async () => {
  expect(harness.refusals).toEqual([]);
  expect(harness.api.unansweredCallbacks).toEqual([]);
  await harness.stop();
});

const settings = () => harness.stores.chats.find(harness.reader.id);
const news = (from: number, to: number, over = {}) =>
  Array.from({ length: to - from + 1 }, (_, n) =>
    articleNumber(from + n, {
      categories: [{ name: '云溪日报', slug: 'yunxiribao' }],
      text: `第${from + n}件事。`,
      ...over,
    }),
  );

describe('/settings', () => {
  it('tells everything, and changes it in place', async () => {
    let answer = await harness.ask('设置');
    expect(answer.text).toBe(
      [
        '设置',
        '',
        '语言：中文',
        '推送：即时，有新文章就发',
        '免打扰：没有设置',
        '时区：Asia/Shanghai · 1月5日 10:00',
        '声音：有声',
        '字形：原样',
        '摘要内容：导语和提纲',
      ].join('\n'),
    );
    for (const button of ['每天 08:00', '23:00–07:00 免打扰', '暂停推送', '静音推送', '只看提纲', '繁体', 'English']) {
      const { shown } = await harness.press(answer, button);
      expect(shown).toHaveLength(1);
      answer = shown[0] ?? answer;
    }
    expect(await settings()).toMatchObject({
      language: 'en',
      digestTimes: [480],
      quietHours: { from: 1_380, until: 420 },
      isPaused: true,
      silent: true,
      script: 'traditional',
      detail: 'outline',
    });
    expect(answer.text).toContain('Pushes: on hold · Digest daily at 08:00');
    expect(answer.text).toContain('Sound: off');
    expect(labelsOf(answer)).toContain('Resume');
    for (const button of [
      'Push at once',
      'End quiet hours',
      'Resume',
      'Push with sound',
      'Lead and outline',
      'As printed',
      '中文',
    ])
      answer = (await harness.press(answer, button)).shown[0] ?? answer;
    expect(await settings()).toMatchObject({
      language: 'zh',
      digestTimes: undefined,
      quietHours: undefined,
      isPaused: false,
      silent: false,
      script: undefined,
      detail: 'both',
    });
  });

  it('leads to the time zones, below', async () => {
    const { shown } = await harness.press(await harness.ask('/settings'), '更改时区');
    expect(shown[0]?.text).toContain('更改：/timezone 东京');
  });

  it('are for administrators in a group', async () => {
    const group = harness.api.addChat({ type: 'supergroup' });
    const somebody = harness.api.addUser();
    harness.api.setMember(group, somebody, 'member');
    const [answer] = await harness.say('/settings', group, somebody);
    expect(answer && (await harness.press(answer, '静音推送', somebody)).notice).toBe('只有管理员可以更改设置');
  });
});

describe('traditional characters', () => {
  beforeEach(async () => {
    await harness.services.settings.setDisplay(harness.reader.id, { script: 'traditional' });
  });

  it('are in answers, buttons and notices, and never in links or what is stored', async () => {
    const answer = await harness.ask('/subscribe 云溪日报');
    expect(answer.text).toMatch(/^已訂閱 雲溪日報\n/u);
    expect(answer.text).toContain('最近的文章');
    expect(labelsOf(answer)).toContain('退訂 雲溪日報');
    expect((await harness.ask('/latest')).text).toContain('雲溪日報');
    expect((await harness.ask('/search 雲溪')).text).toContain('雲溪縣');
    expect((await harness.stores.categories.list()).map(({ name }) => name)).toContain('云溪日报');
  });

  it('are in pushes and digests', async () => {
    await harness.ask('/subscribe 云溪日报');
    const url = 'https://example.com/news/头发';
    const [push] = await harness.publish(news(101, 101, { title: '理发与发展', url, byline: '本报记者 林知秋' }), 1);
    expect(push?.text).toMatch(/^理髮與發展\n本報記者 林知秋\n/u);
    expect(JSON.stringify(push)).not.toContain('頭髮');
    expect(labelsOf(push)).toEqual(expect.arrayContaining(['原文', '相關']));
    const corrected = news(101, 101, { title: '理发与台湾', url, byline: '本报记者 林知秋' });
    const [digest] = await harness.publish([...corrected, ...news(102, 108)], 1);
    expect(digest?.text).toMatch(/^新到 7 篇\n\n1\. 第108篇\n雲溪日報/u);
  });

  it('become simplified where that is wanted', async () => {
    await harness.services.settings.setDisplay(harness.reader.id, { script: 'simplified' });
    await harness.ask('/subscribe 云溪日报');
    const [push] = await harness.publish(news(101, 101, { title: '臺灣頭髮' }), 1);
    expect(push?.text).toMatch(/^台湾头发\n/u);
  });
});

describe('what summaries show', () => {
  it.each([
    ['lead', true, false],
    ['outline', false, true],
    ['both', true, true],
  ] as const)('is the %s', async (detail, hasLead, hasOutline) => {
    await harness.services.settings.setDisplay(harness.reader.id, { detail });
    await harness.ask('/subscribe 云溪日报');
    const [push] = await harness.publish(news(101, 101, { title: '食堂' }), 1);
    for (const shown of [push, await harness.ask('/search 食堂').then(() => openFirst())]) {
      expect(shown?.text.includes('云溪县今年新开了十二家')).toBe(hasLead);
      expect(shown?.text.includes('把食堂开到家门口')).toBe(hasOutline);
    }
  });

  const openFirst = async () => {
    const article = await harness.stores.articles.findByIdentity(itemFor(news(101, 101)[0] as never).path.slice(0, -3));
    return (await harness.say(`/start art_${article?.id}`))[0];
  };
});

describe('silent pushes', () => {
  it('arrive without a sound, replies with one', async () => {
    await harness.services.settings.setDisplay(harness.reader.id, { silent: true });
    await harness.ask('/subscribe 云溪日报');
    await harness.publish(news(101, 101), 1);
    const sends = harness.api.calls.filter(({ method }) => method === 'sendMessage');
    expect(sends.map(({ params }) => Boolean(params.disable_notification))).toEqual([false, false, true]);
  });
});
