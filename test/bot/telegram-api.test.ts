import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Telegraf } from 'telegraf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { html } from '../../bot/html.js';
import { ApiError } from '../../bot/local-chat/api-error.js';
import type { User } from '../../bot/local-chat/bot-api.js';
import { type LocalBotApi, startLocalBotApi } from '../../bot/local-chat/server.js';
import { createPacer, PacerClosed } from '../../bot/pacer.js';
import { createTelegramApi, type TelegramApiOptions } from '../../bot/telegram-api.js';

let server: LocalBotApi;
let reader: User;
/** Answers of the next calls of these methods; `undefined`: what the server says itself. */
let answers: (ApiError | undefined)[];
let called: { method: string; at: number; chatId: number }[];
const paced = ['sendMessage', 'editMessageText'];
beforeEach(async () => {
  answers = [];
  called = [];
  server = await startLocalBotApi({
    beforeMethod: ({ method, params }) => {
      if (!paced.includes(method)) return;
      called.push({ method, at: performance.now(), chatId: Number(params.text('chat_id')) });
      const answer = answers.shift();
      if (answer) throw answer;
    },
  });
  reader = server.addUser();
  server.unblockBot(reader);
});
afterEach(() => server.close());

function open(options: TelegramApiOptions = {}, apiRoot = server.url) {
  const pacer = createPacer(28);
  const { telegram } = new Telegraf(server.token, { telegram: { apiRoot, webhookReply: false } });
  const api = createTelegramApi(telegram, pacer, options);
  const send = (priority: 'reply' | 'push' = 'reply', chatId = reader.id) =>
    api.send({ chatId, topicId: 0 }, html`在`, undefined, { priority });
  return { api, pacer, send };
}
const limit = (seconds: number) =>
  new ApiError(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
const callsTo = (chatId: number) => called.filter((call) => call.chatId === chatId);

describe('a message', () => {
  it.each([
    ['a push', { priority: 'push' }, {}],
    ['a silent push', { priority: 'push', silent: true }, { disable_notification: true }],
    ['a paid push', { priority: 'push', paid: true }, { allow_paid_broadcast: true }],
    ['a reply', { priority: 'reply' }, {}],
  ] as const)('says what it is: %s', async (_name, options, fields) => {
    await open().api.send({ chatId: reader.id, topicId: 0 }, html`在`, undefined, options);
    const { disable_notification, allow_paid_broadcast } = server.calls.at(-1)?.params ?? {};
    expect(JSON.parse(JSON.stringify({ disable_notification, allow_paid_broadcast }))).toEqual(fields);
  });

  it('is paid for when it is a push and the bot is set up so', async () => {
    const { send } = open({ paidBroadcast: true });
    await send('push');
    await send('reply');
    expect(server.calls.map(({ params }) => params.allow_paid_broadcast)).toEqual([true, undefined]);
  });
});

describe('a rate limit', () => {
  it('makes a reply wait, and comes again after it, in time', async () => {
    const { send } = open();
    answers = [limit(1), limit(2)];
    await send();
    const [first, second, third] = called.map(({ at }) => at);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(1_000);
    expect((second ?? 0) - (first ?? 0)).toBeLessThan(1_500);
    expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(2_000);
    expect((third ?? 0) - (second ?? 0)).toBeLessThan(2_500);
    expect(server.transcript).toHaveLength(1);
  });

  it('makes the edit of a pressed message wait as well', async () => {
    const { api, send } = open();
    const { message_id: messageId } = await send();
    answers = [limit(1)];
    await api.edit({ chatId: reader.id, messageId }, html`变`, undefined);
    expect(server.findMessage(reader.id, messageId)?.text).toBe('变');
  });

  it('is passed on at the fourth time', async () => {
    const { send } = open();
    answers = [limit(1), limit(1), limit(1), limit(1), undefined];
    await expect(send()).rejects.toMatchObject({ code: 429 });
    expect(called).toHaveLength(4);
  });

  it('of more than a minute is passed on, and what follows to that chat is not tried', async () => {
    const { api, pacer, send } = open();
    answers = [limit(61)];
    await expect(send()).rejects.toMatchObject({ code: 429, parameters: { retry_after: 61 } });
    await expect(send()).rejects.toMatchObject({ code: 429 });
    expect(called).toHaveLength(1);
    expect(pacer.heldForMs(reader.id)).toBeGreaterThan(60_000);
    api.abort();
  });

  it.each(['push', 'edit'] as const)('of a %s is passed on, and holds the replies to its chat', async (kind) => {
    const { api, send } = open();
    const other = server.addUser();
    server.unblockBot(other);
    answers = [limit(1)];
    const ref = { chatId: reader.id, messageId: 1 };
    const refused = kind === 'push' ? send('push') : api.edit(ref, html`变`, undefined, { priority: 'edit' });
    await expect(refused).rejects.toMatchObject({ code: 429, parameters: { retry_after: 1 } });
    const since = called[0]?.at ?? 0;
    await Promise.all([send(), send('push', other.id)]);
    expect((callsTo(reader.id)[1]?.at ?? 0) - since).toBeGreaterThanOrEqual(1_000);
    expect((callsTo(other.id)[0]?.at ?? 0) - since).toBeLessThan(500);
  });

  it('of three chats holds what goes to a fourth', async () => {
    const { send } = open();
    const others = Array.from({ length: 3 }, () => server.addUser());
    answers = others.map(() => limit(1));
    await Promise.allSettled(others.map(({ id }) => send('push', id)));
    // As long as all three are held: until the first of them may go.
    const since = called[0]?.at ?? 0;
    await send();
    expect((callsTo(reader.id)[0]?.at ?? 0) - since).toBeGreaterThanOrEqual(990);
  });

  it('does not keep a stop: what waits ends', async () => {
    const { api, send } = open();
    answers = [limit(30)];
    const waiting = send();
    await expect.poll(() => called.length).toBe(1);
    setTimeout(() => api.abort(), 100);
    await expect(waiting).rejects.toThrow(PacerClosed);
  });
});

describe('a failure', () => {
  it('of the server makes a reply go once more', async () => {
    const { send } = open();
    answers = [new ApiError(502, 'Bad Gateway')];
    await send();
    expect(server.transcript).toHaveLength(1);
    answers = [new ApiError(502, 'Bad Gateway'), new ApiError(502, 'Bad Gateway')];
    await expect(send()).rejects.toMatchObject({ code: 502 });
  });

  it.each([
    ['push', new ApiError(502, 'Bad Gateway')],
    ['reply', new ApiError(403, 'Forbidden: bot was blocked by the user')],
  ] as const)('is passed on at once: a %s', async (priority, failure) => {
    answers = [failure];
    await expect(open().send(priority)).rejects.toMatchObject({ code: failure.code });
    expect(called).toHaveLength(1);
  });

  it('does not keep a stop either', async () => {
    const { api, send } = open();
    answers = [new ApiError(502, 'Bad Gateway')];
    const waiting = send();
    await expect.poll(() => called.length).toBe(1);
    setTimeout(() => api.abort(), 50);
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('leaves the other methods alone: they are not counted, and not tried again', async () => {
    const { api } = open();
    await expect(api.call('getChatMember', { chat_id: -5, user_id: 1 })).rejects.toMatchObject({ code: 400 });
    await Promise.all(Array.from({ length: 60 }, () => api.call('getMe', {})));
    expect(server.calls.filter(({ method }) => method === 'getMe')).toHaveLength(60);
  });
});

describe('a connection that is cut', () => {
  let broken: Server;
  let requests: number;
  beforeEach(async () => {
    requests = 0;
    broken = createServer((request) => {
      requests += 1;
      request.socket.destroy();
    });
    await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise((resolve) => broken.close(resolve)));

  it.each([
    ['reply', 2],
    ['push', 1],
  ] as const)('is tried for a %s %i times', async (priority, times) => {
    const { send } = open({}, `http://127.0.0.1:${(broken.address() as AddressInfo).port}`);
    await expect(send(priority)).rejects.toMatchObject({ name: 'FetchError' });
    expect(requests).toBe(times);
  });
});

describe('connections', () => {
  it('are used again, and as many as there are calls', async () => {
    let opened = 0;
    let [open_, most] = [0, 0];
    const slow = createServer((request, response) => {
      request.resume();
      open_ += 1;
      most = Math.max(most, open_);
      setTimeout(() => {
        open_ -= 1;
        response.end(JSON.stringify({ ok: true, result: {} }));
      }, 300);
    });
    slow.on('connection', () => {
      opened += 1;
    });
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    const { api } = open({}, `http://127.0.0.1:${(slow.address() as AddressInfo).port}`);
    for (let turn = 0; turn < 3; turn += 1)
      await Promise.all(Array.from({ length: 400 }, () => api.call('getChatMember', {})));
    expect(most).toBe(400);
    expect(opened).toBeLessThanOrEqual(410);
    slow.closeAllConnections();
    await new Promise((resolve) => slow.close(resolve));
  });
});

describe('what it knows of the server', () => {
  it('is when a call last succeeded, and whether the token was refused since', async () => {
    let time = new Date('2026-01-05T02:00:00Z');
    const { api, send } = open({ now: () => time });
    expect(api.health()).toEqual({ calledAt: undefined, unauthorised: false });
    await send();
    expect(api.health()).toEqual({ calledAt: time, unauthorised: false });
    const before = time;
    time = new Date('2026-01-05T02:05:00Z');
    answers = [new ApiError(401, 'Unauthorized')];
    await expect(send('push')).rejects.toMatchObject({ code: 401 });
    expect(api.health()).toEqual({ calledAt: before, unauthorised: true });
    await send();
    expect(api.health()).toEqual({ calledAt: time, unauthorised: false });
  });
});
