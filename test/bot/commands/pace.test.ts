import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { articleNumber, itemFor } from '../../support/builders.js';
import { anArchive, BotHarness, labelsOf } from '../../support/start-bot.js';

let harness: BotHarness;
beforeEach(async () => {
  harness = await BotHarness.start(anArchive());
});
afterEach(async () => {
  expect(harness.refusals).toEqual([]);
  expect(harness.api.unansweredCallbacks).toEqual([]);
  await harness.stop();
});

const settings = () => harness.stores.chats.find(harness.reader.id);

describe('/digest', () => {
  it('tells what holds now, and changes it at a press, in place', async () => {
    const answer = await harness.ask('/digest');
    expect(answer.text).toContain('现在是即时推送');
    expect(labelsOf(answer)).toEqual(['整点汇总', '每天 08:00', '每天 08:00、20:00']);
    const { shown } = await harness.press(answer, '每天 08:00、20:00');
    // It is 10:00 in Shanghai.
    expect(shown[0]?.text).toBe(
      '每天 08:00、20:00 汇总推送，没有新文章就不发。\n下一次：1月5日 20:00（Asia/Shanghai，/timezone 更改）',
    );
    expect(labelsOf(shown[0])).toEqual(['整点汇总', '每天 08:00', '改为即时推送']);
    expect(await settings()).toMatchObject({ digestTimes: [480, 1_200] });
  });

  it.each([
    ['/digest 20:00, 8:00', [480, 1_200]],
    ['/digest 20：00、8点', [480, 1_200]],
    ['/digest 24:00', [0]],
    ['/digest 8,20', [480, 1_200]],
    ['/digest hourly', 'hourly'],
    ['汇总 整点', 'hourly'],
    ['/digest off', undefined],
  ])('understands %s', async (text, expected) => {
    await harness.ask('/digest 9:30');
    await harness.ask(text);
    expect((await settings())?.digestTimes).toEqual(expected);
  });

  it.each(['/digest 25:00', '/digest 8:60', '/digest soon', '/digest 8:00-9:00'])(
    'says how to write it instead of %s, and changes nothing',
    async (text) => {
      await harness.ask('/digest 9:30');
      expect((await harness.ask(text)).text).toContain('/digest 08:00,20:00');
      expect((await settings())?.digestTimes).toEqual([570]);
    },
  );
});

describe('/quiet', () => {
  it('is set, told and turned off', async () => {
    const answer = await harness.ask('/quiet');
    const { shown } = await harness.press(answer, '23:00–07:00 免打扰');
    expect(shown[0]?.text).toContain('每天 23:00–07:00 不推送');
    expect(await settings()).toMatchObject({ quietHours: { from: 1_380, until: 420 } });
    expect((await harness.ask('/quiet 12:30-14:00')).text).toContain('12:30–14:00');
    expect((await harness.ask('/quiet 12:00-12:00')).text).toContain('请这样写');
    expect(await settings()).toMatchObject({ quietHours: { from: 750, until: 840 } });
    await harness.ask('/quiet off');
    expect((await settings())?.quietHours).toBeUndefined();
  });
});

describe('/timezone', () => {
  it.each([
    ['东京', 'Asia/Tokyo'],
    ['纽约', 'America/New_York'],
    ['北京时间', 'Asia/Shanghai'],
    ['europe/london', 'Europe/London'],
    ['New York', 'America/New_York'],
    ['UTC', 'UTC'],
    ['Beijing', 'Asia/Shanghai'],
    ["Xi'an", 'Asia/Shanghai'],
    ['hong kong', 'Asia/Hong_Kong'],
  ])('takes %s', async (name, zone) => {
    expect((await harness.ask(`/timezone ${name}`)).text).toContain(`时区已改为 ${zone}，`);
    expect(await settings()).toMatchObject({ timeZone: zone });
  });

  it('says when it does not know a zone', async () => {
    expect((await harness.ask('/timezone 月球')).text).toContain('不认识时区「月球」');
    expect((await harness.ask('/timezone +08:00')).text).toContain('不认识时区');
    expect((await harness.ask('/timezone constructor')).text).toContain('不认识时区');
    expect((await settings())?.timeZone).toBeUndefined();
  });

  it('is the one that times are shown in', async () => {
    await harness.ask('/timezone 东京');
    // 08:12 in Shanghai.
    expect((await harness.ask('/latest 中国劳动保障报 1')).text).toContain('1月5日 09:12');
  });
});

describe('what is said about the pace', () => {
  const queue = (from: number, to: number) =>
    harness.stores.ingest.saveAndEnqueue(
      'archive',
      Array.from({ length: to - from + 1 }, (_, n) => {
        const categories = [{ name: '云溪日报', slug: 'yunxiribao' }];
        return itemFor(articleNumber(from + n, { categories, text: `第${from + n}件事。` }));
      }),
      harness.clock.now(),
      false,
    );

  it.each([
    ['/language zh', '有新文章就推送。', undefined],
    ['/pause', '推送已暂停，/resume 恢复。', '推送已暂停，/resume 恢复'],
    ['/digest 20:00', '新文章将在 20:00 汇总。', '每天 20:00 汇总，下一次 20:00'],
    ['/quiet 9-11', '现在免打扰，新文章将在 11:00 汇总。', '09:00–11:00 免打扰'],
  ])('after %s is true', async (command, arrival, line) => {
    await harness.ask(command);
    expect((await harness.ask('/subscribe 云溪日报')).text).toContain(arrival);
    expect((await harness.ask('/watch 养老保险')).text).toContain(arrival);
    expect((await harness.ask('/subscribe 没人知道的新报')).text).toContain(arrival.slice(0, -1));
    const listed = (await harness.ask('/subscriptions')).text.split('\n');
    if (line) expect(listed.at(-1)).toBe(line);
    else expect(listed.at(-1)).toMatch(/^· /u);
  });

  it('is told of a pause at its end: how many waited, and when they come', async () => {
    await harness.ask('/subscribe 云溪日报');
    await harness.ask('暂停');
    expect((await harness.ask('恢复')).text).toBe('已恢复推送。\n期间没有新文章。');
    await harness.ask('暂停！');
    harness.clock.advance(60_000);
    await queue(101, 103);
    expect((await harness.ask('/digest 20:00')).text.split('\n').at(-1)).toBe('推送已暂停，/resume 恢复');
    expect((await harness.ask('/resume')).text).toBe('已恢复推送。\n期间的 3 篇马上汇总。');
    await harness.ask('/quiet 9-12');
    await harness.ask('/pause');
    expect((await harness.ask('/resume')).text).toBe('已恢复推送。\n期间的 3 篇将在 12:00 汇总。');
  });

  it('is told of quiet hours that are turned off early: what they held comes as one digest', async () => {
    await harness.ask('/subscribe 云溪日报');
    await harness.ask('/quiet 9-12');
    harness.clock.advance(60_000);
    await queue(101, 103);
    harness.clock.advance(60_000);
    expect((await harness.ask('/quiet off')).text).toBe('已关闭免打扰。\n期间的 3 篇马上汇总。');
    const [digest] = await harness.publish([], 1);
    expect(digest?.text).toMatch(/^之前留着的 3 篇\n/u);
    expect((await harness.ask('/quiet off')).text).toBe('已关闭免打扰。');
  });

  it('names the time at which a digest really comes', async () => {
    await harness.ask('/quiet 23-7');
    expect((await harness.ask('/digest 23:30')).text).toContain('下一次：1月6日 07:00');
  });

  it.each([
    ['/quiet 25:00-7', '「25:00」不是时间。请这样写'],
    ['/quiet 23-7:60', '「7:60」不是时间。请这样写'],
    ['/quiet 9:00-9', '开始和结束都是 09:00，没有时段。请这样写'],
    ['/quiet 晚上', '请这样写'],
    ['/digest 8:00,25:00', '「25:00」不是时间。请这样写'],
    [`/digest ${Array.from({ length: 25 }, (_, n) => `1:${n + 10}`).join()}`, '最多 24 个时刻。请这样写'],
  ])('names what is wrong with %s', async (text, fault) => {
    expect((await harness.ask(text)).text.startsWith(fault)).toBe(true);
  });

  it('is hinted at after the first subscription, once', async () => {
    expect((await harness.ask('/subscribe 云溪日报')).text).toMatch(/提示：\/digest 08:00 .*\/quiet/u);
    await harness.ask('/unsubscribe 云溪日报');
    expect((await harness.ask('/subscribe 云溪日报')).text).not.toContain('提示');
    const other = harness.api.addUser();
    expect((await harness.say('/watch 养老保险', other))[0]?.text).toContain('提示：');
    expect((await harness.say('/subscribe 云溪日报', other))[0]?.text).not.toContain('提示');
  });

  it('is no hint for a chat that chose already', async () => {
    await harness.ask('/quiet 23-7');
    expect((await harness.ask('/subscribe 云溪日报')).text).not.toContain('提示');
  });
});

describe('/pause and /resume', () => {
  it('hold pushes and let them go on', async () => {
    const answer = await harness.ask('/pause');
    expect(answer.text).toContain('已暂停推送');
    expect(await settings()).toMatchObject({ isPaused: true });
    expect((await harness.press(answer, '恢复推送')).shown[0]?.text).toContain('已恢复推送');
    expect(await settings()).toMatchObject({ isPaused: false });
    expect((await harness.ask('/resume')).text).toContain('推送没有暂停');
  });

  it('are for administrators in a group', async () => {
    const group = harness.api.addChat({ type: 'supergroup' });
    const somebody = harness.api.addUser();
    harness.api.setMember(group, somebody, 'member');
    const [answer] = await harness.say('/pause', group, somebody);
    expect(answer?.text).toContain('只有管理员');
    expect(await harness.stores.chats.find(group.id)).toMatchObject({ isPaused: false });
  });
});

describe('a digest', () => {
  const news = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, n) =>
      articleNumber(from + n, { categories: [{ name: '云溪日报', slug: 'yunxiribao' }], text: `第${from + n}件事。` }),
    );
  beforeEach(async () => {
    await harness.ask('/subscribe 云溪日报');
  });

  it('has ten articles a page, newest first, is turned in place, and opens summaries', async () => {
    const [digest] = await harness.publish(news(101, 125), 1);
    expect(digest?.text).toMatch(/^新到 25 篇\n\n1\. 第125篇\n/u);
    expect(digest?.text).toContain('10. 第116篇');
    expect(digest?.text).toMatch(/第 1\/3 页，更早的还有 15 篇$/u);
    if (!digest) throw new Error('no digest');
    const second = (await harness.press(digest, '较早 ›')).shown[0];
    expect(second?.text).toContain('11. 第115篇');
    const third = second && (await harness.press(second, '较早 ›')).shown[0];
    expect(third?.text).toMatch(/25\. 第101篇\n.*\n\n第 3\/3 页$/u);
    expect(labelsOf(third)).toEqual(['21', '22', '23', '24', '25', '‹ 较新']);
    const opened = third && (await harness.press(third, '25')).shown;
    expect(opened?.[0]?.text).toMatch(/^第101篇\n/u);
  });

  it('says of a reprinted article how many other media carry it', async () => {
    const text =
      '云溪县今年新开了十二家社区食堂，都在菜场旁边。七十岁以上的老人凭证打八折，食堂的菜单一周一换，少盐少油，汤不要钱。县里说，明年再开八家，先开在老人最多的三个小区，饭菜送到楼下，由社区的年轻人轮流送，送一份记一分，攒够了可以换一张电影票，或者换一次理发。';
    const reprint = articleNumber(300, { categories: [{ name: '别报', slug: undefined }], medium: '别报', text });
    const [first, ...others] = news(101, 106);
    if (!first) throw new Error('no news');
    const [digest] = await harness.publish([{ ...first, text }, reprint, ...others], 1);
    expect(digest?.text).toMatch(/6\. 第101篇\n.*\n另有 1 家媒体刊登$/u);
  });

  it('of another chat cannot be turned', async () => {
    const [digest] = await harness.publish(news(101, 125), 1);
    const data = digest?.replyMarkup?.inline_keyboard.flat().find(({ text }) => text === '较早 ›')?.callback_data ?? '';
    const other = harness.api.addUser();
    const [welcome] = await harness.say('/start', other);
    if (!welcome) throw new Error('no answer');
    await harness.stores.deliveries.saveDigestPage(1, 0);
    expect(
      await harness.services.settings.turnDigest(other.id, Number.parseInt(data.split(':')[1] ?? '', 36), 1),
    ).toBeUndefined();
  });

  it('is one line short of a message for one article: that comes as its summary', async () => {
    const [push] = await harness.publish(news(101, 101), 1);
    expect(push?.text).toMatch(/^第101篇\n/u);
  });
});

describe('what a chat does', () => {
  it('is reported, so that what waits for it is looked at: words, a return, a move', async () => {
    const { api, reader, spoken } = harness;
    await harness.ask('/resume');
    expect(spoken.at(-1)).toBe(reader.id);
    api.blockBot(reader);
    await harness.settled();
    const before = spoken.length;
    api.unblockBot(reader);
    await harness.settled();
    expect(spoken.slice(before)).toEqual([reader.id]);
    const group = api.addChat({ type: 'group' });
    await harness.say('/help@zhaibao_bot', group, api.addUser());
    const moved = api.upgradeGroup(group);
    await harness.settled();
    expect(spoken).toContain(moved.id);
  });
});
