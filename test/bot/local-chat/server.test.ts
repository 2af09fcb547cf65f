import { Telegraf } from 'telegraf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '../../../bot/local-chat/api-error.js';
import { type LocalBotApi, startLocalBotApi } from '../../../bot/local-chat/server.js';
import { callApi } from '../../support/bot-api-client.js';

const token = '7000000001:test';
const now = () => new Date('2026-06-08T02:00:00Z');
let api: LocalBotApi;

beforeEach(async () => {
  api = await startLocalBotApi({ token, botUsername: 'zhaibao_bot', now });
});
afterEach(async () => await api.close());

describe('HTTP', () => {
  it.each([
    ['a wrong token', '/bot7000000001:wrong/getMe', 401, 'Unauthorized'],
    ['an unknown method', `/bot${token}/sendNothing`, 404, 'Not Found: method not found'],
    ['another path', '/', 404, 'Not Found'],
    ['a method that objects have by themselves', `/bot${token}/constructor`, 404, 'Not Found: method not found'],
  ])('refuses %s', async (_name, path, status, description) => {
    const response = await fetch(api.url + path);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ ok: false, error_code: status, description });
  });

  it('listens on the loopback address only, with a token that nobody guesses', async () => {
    const other = await startLocalBotApi();
    expect(other.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(other.token).toMatch(/^\d+:[\w-]{32}$/);
    await other.close();
    await other.close();
  });

  it('takes method names in any case and parameters from the address', async () => {
    api.sendText({ chat: api.addUser({ id: 5 }), text: '/start' });
    const response = await fetch(`${api.url}/bot${token}/SENDmessage?chat_id=5&text=%E7%A4%BA%E4%BE%8B`);
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
        form.set('document', new File(['x'], '导出.json'));
        return form;
      },
    ],
  ])('takes %s', async (_name, body) => {
    api.sendText({ chat: api.addUser({ id: 5 }), text: '/start' });
    const response = await fetch(`${api.url}/bot${token}/sendMessage`, { method: 'POST', body: body() });
    expect(await response.json()).toMatchObject({ ok: true, result: { text: '示例 a+b' } });
  });

  it.each([
    ['JSON that ends early', '{"chat_id":5,"text":"a"', "Bad Request: can't parse JSON object"],
    ['JSON that is no object', '[1]', 'Bad Request: JSON object expected'],
    ['bytes that are no UTF-8', new Uint8Array([0x7b, 0xff, 0x7d]), 'Bad Request: strings must be encoded in UTF-8'],
  ])('refuses %s', async (_name, body, description) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${api.url}/bot${token}/sendMessage`, { method: 'POST', headers, body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ description });
  });

  it('refuses more than 50 MB', async () => {
    const headers = { 'content-type': 'application/json' };
    const body = new Uint8Array(50 * 1024 * 1024 + 1);
    const response = await fetch(`${api.url}/bot${token}/sendMessage`, { method: 'POST', headers, body });
    expect(response.status).toBe(413);
  });

  it('keeps every call as it was sent and answered', async () => {
    await callApi(api, 'getChat', { chat_id: 4 });
    expect(api.calls).toEqual([
      {
        method: 'getChat',
        params: { chat_id: 4 },
        response: { ok: false, error_code: 400, description: 'Bad Request: chat not found' },
        receivedAt: now(),
        at: now(),
      },
    ]);
  });

  it('lets a hook answer in place of a method', async () => {
    const refusing = await startLocalBotApi({
      token,
      beforeMethod: ({ method }) => {
        if (method === 'getMe') throw new ApiError(429, 'Too Many Requests: retry after 3', { retry_after: 3 });
      },
    });
    const response = await fetch(`${refusing.url}/bot${token}/getMe`);
    expect(response.headers.get('retry-after')).toBe('3');
    expect(await response.json()).toMatchObject({ error_code: 429, parameters: { retry_after: 3 } });
    await refusing.close();
  });
});

describe('a telegraf bot', () => {
  it('answers a command and a button through it, and stops', async () => {
    const bot = new Telegraf(token, { telegram: { apiRoot: api.url } });
    const failures: unknown[] = [];
    bot.catch((error) => void failures.push(error));
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
    expect(failures).toEqual([]);
    expect(api.pendingUpdateCount).toBe(0);
  });
});

describe('closing', () => {
  it('ends an open poll and whoever waits', async () => {
    const user = api.addUser();
    api.sendText({ chat: user, text: '/start' });
    const keyboard = { inline_keyboard: [[{ text: '订阅', callback_data: 's' }]] };
    await callApi(api, 'sendMessage', { chat_id: user.id, text: 'x', reply_markup: keyboard });
    const waits = [
      api.pressButton({ message: { chatId: user.id, messageId: 2 }, data: 's' }),
      api.nextMessage(),
      api.updatesConfirmed(),
    ];
    await api.close();
    for (const wait of waits) await expect(wait).rejects.toThrow('closed');
  });
});
