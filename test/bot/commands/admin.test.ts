import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerAdminCommands } from '../../../bot/register-commands.js';
import type { TelegramApi } from '../../../bot/telegram-api.js';
import { callApi } from '../../support/bot-api-client.js';
import { articleNumber, itemFor } from '../../support/builders.js';
import { anArchive, BotHarness, labelsOf } from '../../support/start-bot.js';

let harness: BotHarness;
const start = async (isAdmin: boolean) => {
  harness = await BotHarness.start(anArchive(), { isAdmin });
};
afterEach(async () => {
  expect(harness.refusals).toEqual([]);
  expect(harness.api.unansweredCallbacks).toEqual([]);
  await harness.stop();
});

const commandLists = () =>
  harness.api.calls.filter(({ method }) => method === 'setMyCommands').map(({ params }) => JSON.stringify(params));

describe('without being an administrator', () => {
  beforeEach(() => start(false));

  it.each(['/admin', '/announce 今晚维护', '/ADMIN'])('%s is a command that does not exist', async (text) => {
    expect((await harness.ask(text)).text).toBe('没有这个命令。/help 查看全部命令。');
    expect(await harness.stores.announcements.listNewest(1)).toEqual([]);
  });

  it('neither the command lists nor /help name them', async () => {
    await harness.settled();
    expect(commandLists().join()).not.toContain('announce');
    expect((await harness.ask('/help')).text).not.toMatch(/admin|announce/u);
  });

  it('a forged button does nothing', async () => {
    await harness.say('/start');
    const { id } = await harness.stores.announcements.draft('今晚维护', harness.reader.id, harness.clock.now());
    for (const data of ['adm:all', `ann:send:${id}`]) {
      const reply_markup = { inline_keyboard: [[{ text: '点我', callback_data: data }]] };
      await callApi(harness.api, 'sendMessage', { chat_id: harness.reader.id, text: '按钮', reply_markup });
      const message = harness.api.transcript.at(-1);
      if (!message) throw new Error('no message');
      const { text } = await harness.api.pressButton({ message, data });
      expect(text).toBe('这个按钮已失效，请重新发送命令');
    }
    expect(await harness.stores.announcements.listNewest(1)).toEqual([]);
  });
});

describe('/admin', () => {
  beforeEach(() => start(true));

  it('shows what there is, in one message that its buttons change', async () => {
    await harness.say('/subscribe 云溪日报');
    await harness.stores.ingest.markSourceRead('archive', harness.clock.now());
    const panel = await harness.ask('/admin');
    expect(panel.text).toContain('聊天 1\n· 私聊 1\n');
    expect(panel.text).toContain('订阅 1，关键词订阅 0');
    expect(panel.text).toContain('文章 16，24 小时内收到 16，7 天内 16');
    expect(panel.text).toContain('队列：待发 0，暂缓 0');
    const { shown } = await harness.press(panel, '来源');
    expect(shown[0]?.messageId).toBe(panel.messageId);
    expect(shown[0]?.text).toContain('archive\n上次读取 1月5日 10:00、首次读取已完成');
    expect((await harness.press(panel, '被拒帖子')).shown[0]?.text).toContain('没有被拒的帖子');
    expect((await harness.press(panel, '公告')).shown[0]?.text).toContain('还没有发过公告');
    expect((await harness.press(panel, '概况')).shown[0]?.text).toContain('聊天 1');
  });

  it('shows why a source is not read, and when it is tried again', async () => {
    const inAnHour = new Date(harness.clock.now().getTime() + 3_600_000);
    await harness.stores.ingest.markSourceFailed('archive', harness.clock.now(), 'answers 503', inAnHour);
    const { shown } = await harness.press(await harness.ask('/admin'), '来源');
    expect(shown[0]?.text).toContain('错误：answers 503\n下次再试 1月5日 11:00');
    harness.clock.advance(3_600_000);
    const later = await harness.press(await harness.ask('/admin'), '来源');
    expect(later.shown[0]?.text).not.toContain('下次再试');
  });

  it('is for the private chat', async () => {
    const group = harness.api.addChat({ type: 'supergroup', title: '群' });
    harness.api.setMember(group, harness.reader, 'administrator');
    const [answer] = await harness.say('/admin@zhaibao_bot', group, harness.reader);
    expect(answer?.text).toContain('没有这个命令');
  });

  it('lists rejected posts by file name, ten a page, without what looks like a token', async () => {
    for (let n = 1; n <= 12; n += 1) {
      const rejection = { reason: 'unreadable', detail: `bot123456789:${'A'.repeat(35)} <b>` } as const;
      const item = { kind: 'rejected', path: `2026/2026-01-05-${n}.md`, fingerprint: '1', rejection } as const;
      await harness.stores.ingest.saveAndEnqueue('archive', [item], harness.clock.advance(1), true);
    }
    const panel = await harness.ask('/admin');
    const [first] = (await harness.press(panel, '被拒帖子')).shown;
    expect(first?.text).toContain('被拒帖子（12） 第 1/2 页');
    expect(first?.text).toContain('\n2026-01-05-12.md 1月5日 10:00\nunreadable: bot… <b>');
    expect(first?.text.match(/unreadable/gu)).toHaveLength(10);
    const [second] = (await harness.press(panel, '下一页 ›')).shown;
    expect(second?.text.match(/unreadable/gu)).toHaveLength(2);
    expect(labelsOf(second)).toContain('‹ 上一页');
  });

  it('lists failed pushes and tries one again', async () => {
    await harness.say('/subscribe 云溪日报');
    const filed = { categories: [{ name: '云溪日报', slug: 'yunxiribao' }] };
    for (const n of [101, 102, 103, 104, 105, 106, 107]) {
      const item = itemFor(articleNumber(n, filed));
      await harness.stores.ingest.saveAndEnqueue('archive', [item], harness.clock.now(), false);
      const rules = {
        timeZone: 'UTC',
        pushPerHour: 0,
        backlogUntil: undefined,
        queuedBefore: undefined,
        mostEdits: 0,
      };
      const claims = await harness.stores.deliveries.claim([harness.reader.id], harness.clock.now(), rules);
      for (const claim of claims) {
        if (claim.kind !== 'message') throw new Error('nothing is owed');
        const next = {
          kind: 'dead',
          error: '400: Bad Request: new',
          payload: `<b>${n}</b>${'长'.repeat(200)}`,
        } as const;
        await harness.stores.deliveries.fail(claim.message, next, harness.clock.now());
      }
    }
    const panel = await harness.ask('/admin');
    const [first] = (await harness.press(panel, '发送失败')).shown;
    expect(first?.text).toContain('400: Bad Request: new\n<b>107</b>长');
    expect(first?.text).not.toContain('长'.repeat(100));
    const [older] = (await harness.press(panel, '较早 ›')).shown;
    expect(older?.text).toContain('<b>102</b>');
    const { notice, shown } = await harness.press(panel, '重发 1');
    expect(notice).toBe('已重新排队');
    expect(shown[0]?.text).not.toContain('<b>102</b>');
    expect(harness.spoken).toContain(harness.reader.id);
    expect((await harness.publish([], 1))[0]?.text).toContain('第102篇');
  });
});

describe('/announce', () => {
  const text = '今晚 22:00 维护\n<b>半小时</b> & https://example.com/a?b=1';
  beforeEach(() => start(true));

  it('shows it exactly as it will look, and sends it at a press, once', async () => {
    harness.api.sendText({ chat: harness.api.addUser({ firstName: '别人' }), text: '/start' });
    await harness.settled();
    const [preview, question] = await harness.say(`/announce ${text}`);
    expect(preview?.text).toBe(`${text}\n\n来自摘报运营者的通知`);
    expect(question?.text).toContain('将发给 2 个聊天');
    expect(labelsOf(question)).toEqual(['发送', '取消']);
    if (!question) throw new Error('no question');
    expect(await harness.publish([], 0)).toEqual([]);
    const data = question.replyMarkup?.inline_keyboard[0]?.[0]?.callback_data?.split(':') ?? [];
    const { shown } = await harness.press(question, '发送');
    expect(shown[0]?.text).toBe('公告已排队，发给 2 个聊天。');
    const { admin } = harness.services;
    expect(await admin.send(Number(data[2]), harness.reader.id, harness.clock.now())).toBeUndefined();
    const sent = await harness.publish([], 2);
    expect(sent.map((message) => message.text)).toEqual([preview?.text, preview?.text]);
    const call = harness.api.calls.findLast(({ method }) => method === 'sendMessage');
    expect(JSON.stringify(call?.params)).toContain('disable_notification');
    const [progress] = (await harness.press(question, '看进度')).shown;
    expect(progress?.text).toContain('已发 2，待发 0，失败 0');
    expect(labelsOf(progress).join()).not.toContain('停止');
  });

  it('sends nothing when it is cancelled, or replaced by another', async () => {
    const first = (await harness.say('/announce 一'))[1];
    const second = (await harness.say('/announce 二'))[1];
    if (!first || !second) throw new Error('no question');
    expect((await harness.press(first, '发送')).notice).toContain('被新的替换');
    expect((await harness.press(second, '取消')).shown[0]?.text).toBe('已取消，没有发送。');
    expect(await harness.stores.announcements.listNewest(3)).toEqual([]);
  });

  it('stops in /admin', async () => {
    const question = (await harness.say('/announce 一'))[1];
    if (!question) throw new Error('no question');
    await harness.press(question, '发送');
    const [progress] = (await harness.press(question, '看进度')).shown;
    expect(progress?.text).toContain('已发 0，待发 1，失败 0');
    const stop = labelsOf(progress).find((label) => label.startsWith('停止公告')) ?? '';
    const { notice, shown } = await harness.press(question, stop);
    expect(notice).toBe('已停止，1 个聊天不再收到');
    expect(shown[0]?.text).toContain('还没有发过公告');
  });

  it('says how to write it, and how long it may be', async () => {
    expect((await harness.ask('/announce')).text).toContain('写上公告内容');
    expect((await harness.ask(`/announce ${'长'.repeat(3_501)}`)).text).toBe('公告最多 3500 字，现在 3501 字。');
    expect(await harness.say(`/announce ${'长'.repeat(3_500)}`)).toHaveLength(2);
  });

  it('stands in the command list of an administrator whose chat is known, in its language', async () => {
    const { services, reader, stores } = harness;
    const lists: object[] = [];
    const api = { call: async (_method: string, list: object) => lists.push(list) } as unknown as TelegramApi;
    const register = () => registerAdminCommands(api, services, 'zh');
    await register();
    expect(lists).toEqual([]);
    await stores.chats.save(reader.id, 'private', harness.clock.now());
    await stores.chats.setLanguage(reader.id, 'en');
    await register();
    expect(lists).toMatchObject([{ scope: { type: 'chat', chat_id: reader.id } }]);
    expect(JSON.stringify(lists)).toContain('A notice to all chats');
  });
});
