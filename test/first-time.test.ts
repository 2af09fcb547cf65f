import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Chat, User } from '../bot/local-chat/bot-api.js';
import type { ChatMessage } from '../bot/local-chat/world.js';
import { articleNumber } from './support/builders.js';
import { anArchive, BotHarness } from './support/start-bot.js';

/** Where the conversations are written down, to be read by people. */
const folder = path.join(import.meta.dirname, 'output', 'transcripts');

/** Somebody who has never read a manual, and what they see. */
class FirstTimer {
  readonly lines: string[] = [];
  private last: readonly ChatMessage[] = [];

  constructor(
    private readonly harness: BotHarness,
    private readonly chat: Chat | User,
    private readonly from?: User,
  ) {}

  async says(text: string): Promise<string> {
    this.lines.push(`> ${text}`);
    return this.sees(await this.harness.say(text, this.chat, this.from));
  }

  /** Presses a button of the newest message that has it. */
  async presses(label: string): Promise<string> {
    this.lines.push(`[${label}]`);
    const message = this.last.findLast(({ replyMarkup }) =>
      replyMarkup?.inline_keyboard.flat().some(({ text }) => text === label),
    );
    if (!message) throw new Error(`no button ${label}`);
    const { notice, shown } = await this.harness.press(message, label, this.from);
    if (notice) this.lines.push(`(${notice})`);
    return this.sees(shown);
  }

  /** What comes by itself. */
  sees(messages: readonly ChatMessage[]): string {
    if (messages.length > 0) this.last = [...this.last, ...messages];
    for (const { text, replyMarkup } of messages) {
      this.lines.push(text);
      for (const row of replyMarkup?.inline_keyboard ?? [])
        this.lines.push(`  ${row.map((button) => `[${button.text}${button.url ? ` ${button.url}` : ''}]`).join(' ')}`);
      this.lines.push('');
    }
    return messages.map(({ text }) => text).join('\n');
  }

  writeDown(name: string): void {
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, `${name}.txt`), `${this.lines.join('\n')}\n`);
  }
}

let harness: BotHarness;
beforeEach(async () => {
  harness = await BotHarness.start(anArchive());
});
afterEach(async () => {
  expect(harness.refusals).toEqual([]);
  expect(harness.api.unansweredCallbacks).toEqual([]);
  await harness.stop();
});

const news = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) =>
    articleNumber(from + n, {
      medium: '中国劳动保障报',
      categories: [{ name: '中国劳动保障报', slug: 'zhongguolaodongbaozhangbao' }],
      lead: `第${from + n}件事：社保窗口延长到晚上八点。`,
      text: `第${from + n}件事：社保窗口延长到晚上八点。\n把食堂开到家门口\n窗口在一楼，排队的人少了。\n让饭菜合老人口味\n中午也有人值班，第${from + n}号窗口只办退休。`,
    }),
  );

describe('a first-time user', () => {
  it('in Chinese subscribes, finds and tunes everything with a few taps', async () => {
    const reader = new FirstTimer(harness, harness.reader);
    expect((await reader.says('/start')).split('\n')).toHaveLength(3);
    await reader.presses('浏览媒体');
    expect(await reader.says('订阅 zgldbzb')).toContain('已订阅 中国劳动保障报');
    expect(reader.sees(await harness.publish(news(101, 1), 1))).toMatch(/^第101篇\n/u);
    expect(await reader.presses('全文')).toContain('社保窗口');
    await reader.presses('摘要');
    await reader.presses('收藏');
    expect(await reader.says('我的收藏')).toContain('第101篇');
    harness.clock.advance(60_000);
    expect(reader.sees(await harness.publish(news(111, 12), 1))).toContain('新到 12 篇');
    await reader.presses('较早 ›');
    expect(await reader.says('社保窗口')).toContain('13 篇');
    expect(await reader.says('最新')).toContain('第122篇');
    expect(await reader.says('设置')).toContain('推送');
    expect(await reader.says('/digest 08:00,20:00')).toContain('下一次');
    expect(await reader.says('免打扰 23点到7点')).toContain('23:00');
    expect(await reader.says('/filter 中国劳动保障报 -股票')).toContain('不推送含有「股票」的文章');
    expect(await reader.says('关键词 养老保险')).toContain('已订阅关键词');
    expect(await reader.says('我的订阅')).toContain('中国劳动保障报');
    expect(await reader.says('为什么')).toContain('已随汇总推送');
    expect(await reader.says('暂停')).toContain('已暂停');
    expect(await reader.says('恢复')).toContain('已恢复');
    expect(await reader.says('/nonsense')).toContain('没有这个命令');
    expect(await reader.says('你好')).toContain('/help');
    reader.writeDown('zh-private');
  });

  it('in English finds the same', async () => {
    const reader = new FirstTimer(harness, harness.reader);
    await reader.says('/start');
    expect(await reader.presses('English')).toContain('English');
    expect(await reader.says('/help')).toContain('/subscribe');
    expect(await reader.says('/subscribe laodong')).not.toMatch(/[，。：；]/u);
    expect(await reader.says('/subscribe zhongguolaodong')).toContain('中国劳动保障报');
    expect(reader.sees(await harness.publish(news(101, 1), 1))).toContain('第101篇');
    await reader.presses('Full text');
    await reader.presses('Summary');
    await reader.presses('Save');
    await reader.says('/saved');
    expect(await reader.says('/settings')).toContain('Time zone');
    expect(await reader.says('/timezone Beijing')).toContain('Asia/Shanghai');
    expect(await reader.says('/digest hourly')).toContain('every full hour');
    expect(await reader.says('/quiet 25:00-7:00')).toContain('25:00');
    await reader.says('/quiet 23:00-07:00');
    await reader.says('/pause');
    expect(await reader.says('/resume')).toContain('Pushes go on');
    expect(await reader.says('/search 社保窗口')).toContain('第101篇');
    expect(await reader.says('/why')).toContain('第101篇');
    await reader.says('/subscriptions');
    reader.writeDown('en-private');
  });

  it('in a group administers it, and members only read', async () => {
    const group = harness.api.addChat({ type: 'supergroup', title: '社保互助群', botStatus: 'left' });
    const administrator = harness.api.addUser({ firstName: '群主' });
    const member = harness.api.addUser({ firstName: '成员' });
    harness.api.setMember(group, administrator, 'creator');
    harness.api.setMember(group, member, 'member');
    const before = harness.api.transcript.length;
    harness.api.setBotStatus(group, 'member', administrator);
    await harness.settled();
    const owner = new FirstTimer(harness, group, administrator);
    expect(owner.sees(harness.api.transcript.slice(before))).toContain('/subscribe');
    expect(await owner.says('/subscribe 中国劳动保障报')).toContain('已订阅');
    const reader = new FirstTimer(harness, group, member);
    expect(await reader.says('/pause')).toContain('只有管理员');
    expect(await reader.says('今天天气不错')).toBe('');
    expect(owner.sees(await harness.publish(news(101, 1), 1))).toContain('第101篇');
    await owner.says('/subscriptions');
    await owner.says('/digest 9:00');
    owner.writeDown('zh-group');
  });

  it('in a forum topic gets the topic’s news there', async () => {
    const forum = harness.api.addChat({ type: 'supergroup', title: '同城', isForum: true });
    const topic = harness.api.addTopic(forum, '社保');
    const administrator = harness.api.addUser();
    harness.api.setMember(forum, administrator, 'administrator');
    const lines = new FirstTimer(harness, forum, administrator);
    harness.api.sendText({ chat: forum, from: administrator, text: '/subscribe 中国劳动保障报', threadId: topic });
    await harness.settled();
    lines.sees(harness.api.transcript.slice(-1));
    const [push] = await harness.publish(news(101, 1), 1);
    expect(push?.threadId).toBe(topic);
    lines.sees(push ? [push] : []);
    expect(await lines.says('/subscriptions')).toContain('话题');
    lines.writeDown('zh-topic');
  });

  it('in a channel manages it from the private chat, and its readers get links only', async () => {
    const channel = harness.api.addChat({ type: 'channel', title: '社保快讯', username: 'shebao_kuaixun' });
    harness.api.setMember(channel, harness.reader, 'creator');
    const owner = new FirstTimer(harness, harness.reader);
    expect(await owner.says('/subscribe @shebao_kuaixun 中国劳动保障报')).toContain('社保快讯');
    const [push] = await harness.publish(news(101, 1), 1);
    expect(push?.chatId).toBe(channel.id);
    expect(push?.replyMarkup?.inline_keyboard.flat().every(({ url }) => url !== undefined)).toBe(true);
    owner.sees(push ? [push] : []);
    await owner.says('/subscriptions @shebao_kuaixun');
    expect(await owner.says('/digest @shebao_kuaixun 8:00')).toContain('/timezone @shebao_kuaixun');
    // What can only be meant for the private chat is not done to it by mistake.
    expect(await owner.says('/forget @shebao_kuaixun')).toContain('请在那里发送');
    expect(await owner.says('/settings @shebao_kuaixun')).toContain('请在那里发送');
    const stranger = new FirstTimer(harness, harness.api.addUser());
    expect(await stranger.says('/subscribe @shebao_kuaixun 云溪日报')).not.toContain('已订阅');
    owner.writeDown('zh-channel');
  });
});
