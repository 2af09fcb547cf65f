import { Telegraf } from 'telegraf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalBotApi, startLocalBotApi } from '../../../bot/local-chat/server.js';

const token = '7000000001:test';
const at = new Date('2026-06-08T02:00:00Z');
let api: LocalBotApi;

beforeEach(async () => {
  api = await startLocalBotApi({ token, botUsername: 'zhaibao_bot', now: () => at });
});
afterEach(async () => await api.close());

/** Calls a method as a bot does, with a JSON body. */
async function call(method: string, params: unknown = {}): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${api.url}/bot${token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(params),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('HTTP', () => {
  it.each([
    ['a wrong token', '/bot7000000001:wrong/getMe', 401, 'Unauthorized'],
    ['an unknown method', `/bot${token}/sendNothing`, 404, 'Not Found: method not found'],
    ['another path', '/', 404, 'Not Found'],
  ])('refuses %s', async (_name, path, status, description) => {
    const response = await fetch(api.url + path);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ ok: false, error_code: status, description });
  });

  it('takes method names in any case and parameters from the address', async () => {
    const user = api.addUser();
    api.sendText({ chat: user, text: '/start' });
    const response = await fetch(`${api.url}/bot${token}/SENDmessage?chat_id=${user.id}&text=%E7%A4%BA%E4%BE%8B`);
    expect(await response.json()).toMatchObject({ ok: true, result: { text: '示例' } });
  });

  it.each([
    ['a form', () => new URLSearchParams({ chat_id: '5', text: '示例 a+b' })],
    [
      'multipart',
      () => {
        const form = new FormData();
        form.set('chat_id', '5');
        form.set('text', '示例 a+b');
        return form;
      },
    ],
  ])('takes %s', async (_name, body) => {
    api.sendText({ chat: api.addUser({ id: 5 }), text: '/start' });
    const response = await fetch(`${api.url}/bot${token}/sendMessage`, { method: 'POST', body: body() });
    expect(await response.json()).toMatchObject({ ok: true, result: { text: '示例 a+b' } });
  });
});

describe('a telegraf bot', () => {
  it('answers a command and a button through it and stops', async () => {
    const bot = new Telegraf(token, { telegram: { apiRoot: api.url } });
    bot.catch((error) => {
      throw error;
    });
    bot.command('start', (ctx) =>
      ctx.replyWithHTML('<b>示例</b>', {
        reply_markup: { inline_keyboard: [[{ text: '订阅', callback_data: 'sub' }]] },
      }),
    );
    bot.action('sub', async (ctx) => {
      await ctx.answerCbQuery('好');
      await ctx.editMessageText('已订阅');
    });
    const stopped = bot.launch();
    const user = api.addUser({ languageCode: 'zh-hans' });
    api.sendText({ chat: user, text: '/start' });
    const greeting = await api.waitForMessage(({ text }) => text === '示例');
    expect(greeting).toMatchObject({ chatId: user.id, entities: [{ type: 'bold', offset: 0, length: 2 }] });
    expect(await api.pressButton({ message: greeting, text: '订阅' })).toMatchObject({ text: '好', showAlert: false });
    await api.idle();
    expect(api.transcript.map(({ text }) => text)).toEqual(['已订阅']);
    bot.stop();
    await stopped;
    expect(api.pendingUpdateCount).toBe(0);
  });
});

describe('getMe', () => {
  it('names the bot', async () => {
    expect((await call('getMe')).body).toMatchObject({
      ok: true,
      result: { id: 7_000_000_001, is_bot: true, username: 'zhaibao_bot' },
    });
  });
});
