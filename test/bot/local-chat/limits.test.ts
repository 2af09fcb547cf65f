import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '../../../bot/local-chat/api-error.js';
import type { Chat, User } from '../../../bot/local-chat/bot-api.js';
import { type LocalBotApi, type LocalBotApiOptions, startLocalBotApi } from '../../../bot/local-chat/server.js';
import { callApi } from '../../support/bot-api-client.js';
import { TestClock } from '../../support/builders.js';

const limits = { perSecond: 30, burst: 30, perChatPerSecond: 1, perGroupPerMinute: 20 };
let clock: TestClock;
let api: LocalBotApi;

async function start(options: LocalBotApiOptions): Promise<void> {
  clock = new TestClock();
  api = await startLocalBotApi({ now: clock.now, ...options });
}
beforeEach(() => start({ limits }));
afterEach(() => api.close());

function aReader(): User {
  const reader = api.addUser();
  api.unblockBot(reader);
  return reader;
}
const send = (to: User | Chat, params: object = {}) =>
  callApi(api, 'sendMessage', { chat_id: to.id, text: '示例', ...params });
/** How each of several messages was answered, in order: 200, or the seconds to wait. */
async function sendAll(to: readonly (User | Chat)[], params: object = {}): Promise<readonly number[]> {
  const answers: number[] = [];
  for (const chat of to) {
    const { status, parameters } = await send(chat, params);
    answers.push(parameters?.retry_after ?? status);
  }
  return answers;
}
const times = <T>(count: number, of: T): readonly T[] => Array.from({ length: count }, () => of);

describe('limits', () => {
  it('let a private chat have three messages at once, and then one a second', async () => {
    const reader = aReader();
    expect(await sendAll(times(5, reader))).toEqual([200, 200, 200, 1, 1]);
    clock.advance(999);
    expect(await sendAll([reader])).toEqual([1]);
    clock.advance(1);
    expect(await sendAll(times(2, reader))).toEqual([200, 1]);
    expect(await sendAll([aReader()])).toEqual([200]);
    expect(api.flood.refused).toBe(4);
  });

  it('answer 429 with the words and the header of Telegram', async () => {
    const reader = aReader();
    await sendAll(times(3, reader));
    expect(await send(reader)).toEqual({
      status: 429,
      ok: false,
      error_code: 429,
      description: 'Too Many Requests: retry after 1',
      parameters: { retry_after: 1 },
    });
    expect(api.transcript).toHaveLength(3);
  });

  it.each(['group', 'supergroup', 'channel'] as const)('let a %s have 20 messages in any minute', async (type) => {
    const chat = api.addChat({ type });
    expect(await sendAll(times(10, chat))).toEqual(times(10, 200));
    clock.advance(45_000);
    expect(await sendAll(times(11, chat))).toEqual([...times(10, 200), 15]);
    clock.advance(15_000);
    expect(await sendAll(times(11, chat))).toEqual([...times(10, 200), 45]);
  });

  it('let through 30 a second over all chats, after a burst', async () => {
    const readers = Array.from({ length: 31 }, aReader);
    expect(await sendAll(readers)).toEqual([...times(30, 200), 1]);
    clock.advance(100);
    expect(await sendAll(readers.slice(0, 4))).toEqual([200, 200, 200, 1]);
  });

  it('count paid messages apart, up to a number of their own, but within those of a chat', async () => {
    await api.close();
    await start({ limits: { ...limits, paidPerSecond: 40 } });
    const paid = { allow_paid_broadcast: true };
    const readers = Array.from({ length: 41 }, aReader);
    expect(await sendAll(readers, paid)).toEqual([...times(40, 200), 1]);
    expect(await sendAll(readers.slice(0, 30))).toEqual(times(30, 200));
    clock.advance(100);
    const [first] = readers;
    expect(await sendAll(first ? times(2, first) : [], paid)).toEqual([200, 1]);
  });

  it('count an edit as a message, and leave other methods alone', async () => {
    const reader = aReader();
    await sendAll(times(2, reader));
    const edit = (text: string) => callApi(api, 'editMessageText', { chat_id: reader.id, message_id: 1, text });
    expect((await edit('改一')).status).toBe(200);
    expect((await edit('改二')).status).toBe(429);
    for (const method of ['getChat', 'sendChatAction']) {
      expect((await callApi(api, method, { chat_id: reader.id, action: 'typing' })).status).toBe(200);
    }
  });

  it('take nothing from a chat while those over all refuse', async () => {
    const readers = Array.from({ length: 30 }, aReader);
    const late = aReader();
    await sendAll(readers);
    expect(await sendAll(times(4, late))).toEqual([1, 1, 1, 1]);
    clock.advance(1_000);
    expect(await sendAll(times(4, late))).toEqual([200, 200, 200, 1]);
  });

  it('do not keep a chat that is not there from being not found', async () => {
    expect(await send({ id: 404 } as User)).toMatchObject({ description: 'Bad Request: chat not found' });
  });
});

describe('a call before retry_after has passed', () => {
  it('is counted, by chat', async () => {
    const [first, second] = [aReader(), aReader()];
    await sendAll(times(4, first));
    expect(api.flood.earlyCalls).toBe(0);
    clock.advance(999);
    await sendAll([first, second]);
    expect(api.flood).toMatchObject({ earlyCalls: 1, earlyCallsByChat: new Map([[first.id, 1]]) });
    clock.advance(1_000);
    await sendAll([first]);
    expect(api.flood.earlyCalls).toBe(1);
  });

  it('is counted without limits as well, whoever answered 429', async () => {
    await api.close();
    const failures = [new ApiError(429, 'Too Many Requests: retry after 3', { retry_after: 3 })];
    await start({
      beforeMethod: () => {
        const failure = failures.shift();
        if (failure) throw failure;
      },
    });
    const reader = aReader();
    await sendAll(times(2, reader));
    clock.advance(3_000);
    await sendAll([reader]);
    expect(api.flood).toMatchObject({ refused: 0, earlyCalls: 1 });
  });
});
