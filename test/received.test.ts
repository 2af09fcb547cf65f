import { Telegraf } from 'telegraf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { User } from '../bot/local-chat/bot-api.js';
import { type LocalBotApi, startLocalBotApi } from '../bot/local-chat/server.js';
import { callApi } from './support/bot-api-client.js';
import { Received } from './support/received.js';

let api: LocalBotApi;
let reader: User;
let received: Received;
beforeEach(async () => {
  api = await startLocalBotApi();
  reader = api.addUser();
  api.unblockBot(reader);
  received = new Received(api);
});
afterEach(() => api.close());

const send = (text: string, to = reader.id, replyMarkup?: object) =>
  callApi(api, 'sendMessage', { chat_id: to, text, ...(replyMarkup && { reply_markup: replyMarkup }) });

describe('Received', () => {
  it('counts a post of a chat once, and a message that brings it again as doubled', async () => {
    for (const text of ['示例2\n示例日报', '示例3\n示例日报', '示例2\n示例日报', '已订阅 示例日报']) await send(text);
    expect([received.count([reader.id], 2, 9), received.messageCount, received.doubled]).toEqual([2, 3, 1]);
  });

  it('counts a digest as doubled once, however many it repeats', async () => {
    for (const text of ['示例2\n示例日报', '示例3\n示例日报', '3 篇\n示例2\n示例3\n示例4']) await send(text);
    expect([received.count([reader.id], 2, 9), received.doubled]).toEqual([3, 1]);
  });

  it('knows a group that moved by its first id', async () => {
    const group = api.addChat({ type: 'group' });
    const moved = api.addChat({ type: 'supergroup' });
    received = new Received(api, (chatId) => (chatId === moved.id ? group.id : chatId));
    await send('示例2\n示例日报', moved.id);
    expect([...received.byChat(group.id).keys()]).toEqual([2]);
  });

  it('finds what stands on later pages of a digest', async () => {
    const pages = ['示例2\n示例3', '示例4\n示例5', '示例6'];
    const keyboard = (page: number) => ({
      inline_keyboard: [
        [
          ...(page > 0 ? [{ text: '‹ 较新', callback_data: `dig:1:${page - 1}` }] : []),
          ...(page < pages.length - 1 ? [{ text: '较早 ›', callback_data: `dig:1:${page + 1}` }] : []),
        ],
      ],
    });
    const bot = new Telegraf(api.token, { telegram: { apiRoot: api.url } });
    bot.action(/^dig:1:(\d)$/, async (ctx) => {
      const page = Number(ctx.match[1]);
      await ctx.editMessageText(pages[page] ?? '', { reply_markup: keyboard(page) });
      await ctx.answerCbQuery();
    });
    const stopped = bot.launch();
    await send(pages[0] ?? '', reader.id, keyboard(0));
    expect(received.count([reader.id], 2, 9)).toBe(2);
    await received.turnPages();
    expect([received.count([reader.id], 2, 9), received.doubled]).toEqual([5, 0]);
    bot.stop();
    await stopped;
  });
});
