import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aClaimedArticle, articleNumber, itemFor } from '../../support/builders.js';
import { anArchive, BotHarness } from '../../support/start-bot.js';

let harness: BotHarness;
beforeEach(async () => {
  harness = await BotHarness.start(anArchive());
  await harness.ask('/subscribe 云溪日报');
  harness.clock.advance(60_000);
});
afterEach(async () => {
  expect(harness.refusals).toEqual([]);
  await harness.stop();
});

const news = (from: number, to: number, over = {}) =>
  Array.from({ length: to - from + 1 }, (_, n) =>
    articleNumber(from + n, {
      categories: [{ name: '云溪日报', slug: 'yunxiribao' }],
      text: `第${from + n}件事。`,
      ...over,
    }),
  );
const queue = (articles: readonly Parameters<typeof itemFor>[0][]) =>
  harness.stores.ingest.saveAndEnqueue('archive', articles.map(itemFor), harness.clock.now(), false);
const linesOf = async () => (await harness.ask('为什么？')).text.split('\n');

describe('/why', () => {
  it('says that there is nothing yet', async () => {
    expect(await linesOf()).toEqual(['还没有推送过，也没有在等的文章。']);
  });

  it('tells what was sent, one by one and in a digest', async () => {
    await harness.publish(news(101, 101), 1);
    await harness.publish(news(102, 108), 1);
    const lines = await linesOf();
    expect(lines).toHaveLength(9);
    expect(lines.slice(0, 2)).toEqual(['最近的推送', '· 第108篇 — 10:01 已随汇总推送']);
    expect(lines.at(-1)).toBe('· 第101篇 — 10:01 已推送');
  });

  it.each([
    ['/pause', '推送已暂停，/resume 恢复后发出'],
    ['/digest 20:00', '等到 20:00 汇总'],
    ['/quiet 9:00-12:00', '免打扰，12:00 后发出'],
    ['/language zh', '马上推送'],
  ])('after %s tells until when it holds', async (command, told) => {
    await harness.ask(command);
    await queue(news(101, 101));
    expect(await linesOf()).toEqual(['最近的推送', `· 第101篇 — ${told}`]);
  });

  it('tells of the hourly limit', async () => {
    for (let n = 101; n <= 106; n += 1) await harness.publish(news(n, n), 1);
    await queue(news(107, 107));
    expect((await linesOf())[1]).toBe('· 第107篇 — 本小时推送已满，约 10:31 发出');
    const told = '本小时已逐条推送 6 篇，其余约 10:31 汇总';
    expect((await harness.ask('/digest')).text.split('\n').at(-1)).toBe(told);
    expect((await harness.ask('/subscriptions')).text.split('\n').at(-1)).toBe(told);
    expect((await harness.ask('/watch 养老保险')).text).toContain('本小时推送已满，新文章约 10:31 推送。');
  });

  it('tells of failures and of what they are', async () => {
    const { stores, clock, reader } = harness;
    const message = async () => {
      const rules = { timeZone: 'Asia/Shanghai', pushPerHour: 6, backlogUntil: undefined, queuedBefore: undefined };
      const [claim] = await stores.deliveries.claim([reader.id], clock.now(), { ...rules, mostEdits: 0 });
      return claim?.kind === 'message' ? claim.message : aClaimedArticle();
    };
    await queue(news(101, 101));
    await stores.deliveries.fail(await message(), { kind: 'dead', error: '400: Bad Request: no' }, clock.now());
    await queue(news(102, 102));
    const at = new Date(clock.now().getTime() + 120_000);
    await stores.deliveries.fail(await message(), { kind: 'retry', error: '502: Bad Gateway', at }, clock.now());
    expect((await linesOf()).slice(1)).toEqual([
      '· 第102篇 — 没有发成，10:03 再试（502: Bad Gateway）',
      '· 第101篇 — 10:01 推送失败：400: Bad Request: no',
    ]);
  });

  it('tells of a reprint what it is the same as', async () => {
    const text = Array.from({ length: 12 }, (_, n) => `第${n}号渡口每天开出${n + 3}班船，坐船的人不多。`).join('');
    await harness.ask('/subscribe 云溪 晚报');
    const late = {
      text,
      title: '渡口的船',
      medium: '云溪 晚报',
      categories: [{ name: '云溪 晚报', slug: 'yunxiwanbao' }],
    };
    await harness.publish(news(101, 101, { text, title: '船来船往', medium: '云溪日报' }), 1);
    await queue([articleNumber(102, late)]);
    expect((await linesOf())[1]).toBe('· 渡口的船 — 与《船来船往》（云溪日报）同文，并入那一篇');
  });

  it('tells what filters kept out, by which word, in the language of the chat', async () => {
    await harness.ask('/filter 云溪日报 +养老 +社保 -股票');
    await queue([
      ...news(101, 101, { text: '养老和股票。' }),
      ...news(102, 102, { text: '天气很好。' }),
      ...news(103, 103, { text: '养老金。' }),
    ]);
    expect(await linesOf()).toEqual([
      '最近的推送',
      '· 第103篇 — 马上推送',
      '',
      '最近一天被过滤的（/filter 更改）',
      '· 第102篇 — 不含「养老」或「社保」',
      '· 第101篇 — 含有「股票」',
    ]);
    await harness.ask('语言 英文');
    expect(await linesOf()).toContain('· 第101篇 — has “股票”');
    harness.clock.advance(86_400_000);
    expect((await linesOf()).join('\n')).not.toContain('股票');
  });

  it('with words behind it is a search', async () => {
    expect((await harness.ask('为什么 养老金 上调')).text).toContain('没有文章符合');
  });
});
