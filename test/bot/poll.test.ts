import { Telegraf } from 'telegraf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '../../bot/local-chat/api-error.js';
import { type LocalBotApi, startLocalBotApi } from '../../bot/local-chat/server.js';
import { createPacer } from '../../bot/pacer.js';
import { type Polling, PollingConflict, startPolling } from '../../bot/poll.js';
import { createTelegramApi } from '../../bot/telegram-api.js';

let server: LocalBotApi;
let polling: Polling;
/** What getUpdates answers now. */
let failure: ApiError | undefined;
let polls: number[];
let lines: { level: string; event: string }[];
beforeEach(async () => {
  failure = undefined;
  polls = [];
  lines = [];
  server = await startLocalBotApi({
    beforeMethod: ({ method }) => {
      if (method !== 'getUpdates') return;
      polls.push(performance.now());
      if (failure) throw failure;
    },
  });
});
afterEach(async () => {
  polling.stop();
  await polling.ended.catch(() => {});
  await server.close();
});

const conflict = new ApiError(409, 'Conflict: terminated by other getUpdates request');
const write = (level: string) => (_fields: object, event: string) => void lines.push({ level, event });
const log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
const errors = () => lines.filter(({ level }) => level === 'error').map(({ event }) => event);

function start(over: Partial<Parameters<typeof startPolling>[0]> = {}) {
  const { telegram } = new Telegraf(server.token, { telegram: { apiRoot: server.url } });
  polling = startPolling({
    api: createTelegramApi(telegram, createPacer(28)),
    log,
    now: () => new Date(),
    prepare: async () => {},
    onReady: () => {},
    onUpdate: () => {},
    ...over,
  });
  polling.ended.catch(() => {});
  return polling;
}

describe('another poller', () => {
  it('is waited for, 1, 2, 4 s, with one loud line, and is gone when it is gone', async () => {
    failure = conflict;
    start();
    await expect.poll(() => polls.length, { timeout: 8_000 }).toBe(3);
    expect(polling.hasConflict()).toBe(true);
    expect(polling.heardAt()).toBeUndefined();
    const [first = 0, second = 0, third = 0] = polls;
    expect(Math.round((second - first) / 500) * 500).toBe(1_000);
    expect(Math.round((third - second) / 500) * 500).toBe(2_000);
    expect(errors()).toEqual(['another poller takes the updates: no commands are answered']);
    expect(lines.filter(({ level }) => level === 'debug')).toHaveLength(3);
    failure = undefined;
    await expect.poll(() => polling.hasConflict(), { timeout: 8_000 }).toBe(false);
    expect(polling.heardAt()).toBeInstanceOf(Date);
    expect(errors()).toHaveLength(1);
  });

  it('that does not go ends polling after its time, not before', async () => {
    failure = conflict;
    const started = performance.now();
    await expect(start({ conflictLimitMs: 1_500 }).ended).rejects.toThrow(PollingConflict);
    expect(performance.now() - started).toBeGreaterThanOrEqual(1_500);
    expect(performance.now() - started).toBeLessThan(2_500);
    expect(errors()).toHaveLength(1);
  });

  it('that comes and goes does not: the time begins anew', async () => {
    failure = conflict;
    start({ conflictLimitMs: 1_900 });
    await expect.poll(() => polls.length, { timeout: 8_000 }).toBe(2);
    // 1 s of conflict is over; in the next try something else fails.
    failure = new ApiError(502, 'Bad Gateway');
    await expect.poll(() => polls.length, { timeout: 8_000 }).toBe(3);
    failure = undefined;
    await expect.poll(() => polling.heardAt(), { timeout: 8_000 }).toBeInstanceOf(Date);
    expect(errors()).toEqual(['another poller takes the updates: no commands are answered', 'polling failed']);
  });
});

describe('polling', () => {
  it('goes on when an update cannot be taken up', async () => {
    const seen: string[] = [];
    const reader = server.addUser();
    start({
      onUpdate: (update) => {
        const text = (update as { message?: { text?: string } }).message?.text ?? '';
        seen.push(text);
        if (text === '坏') throw new Error('no');
      },
    });
    for (const text of ['坏', '好', '坏', '好']) server.sendText({ chat: reader, text });
    await expect.poll(() => seen).toEqual(['坏', '好', '坏', '好']);
    expect(errors()).toEqual(['update could not be taken up', 'update could not be taken up']);
  });

  it('goes on when the first answer cannot be made known', async () => {
    let ready = 0;
    start({
      onReady: () => {
        ready += 1;
        if (ready === 1) throw new Error('no');
      },
    });
    await expect.poll(() => ready, { timeout: 5_000 }).toBe(2);
  });

  it('ends when the token is refused at first, and goes on when that comes later', async () => {
    failure = new ApiError(401, 'Unauthorized');
    await expect(start().ended).rejects.toMatchObject({ code: 401 });
    failure = undefined;
    start();
    await expect.poll(() => polling.heardAt()).toBeInstanceOf(Date);
    failure = new ApiError(401, 'Unauthorized');
    server.sendText({ chat: server.addUser(), text: '来' });
    await expect.poll(() => errors(), { timeout: 5_000 }).toContain('polling failed');
    const before = polls.length;
    await expect.poll(() => polls.length, { timeout: 5_000 }).toBeGreaterThan(before);
  });
});

describe('processes on one token', () => {
  it('stand by while another polls, in order, and take over when it is gone', async () => {
    let mayPoll = false;
    let ready = false;
    start({ mayPoll: async () => mayPoll, onReady: () => (ready = true) });
    await expect.poll(() => ready).toBe(true);
    expect(polling.heardAt()).toBeInstanceOf(Date);
    expect(polls).toHaveLength(0);
    mayPoll = true;
    await expect.poll(() => polls.length, { timeout: 5_000 }).toBeGreaterThan(0);
  });

  it('leave an update with the server until it is stored', async () => {
    const stored: number[] = [];
    let broken = true;
    start({
      mayPoll: async () => true,
      store: async ({ update_id }) => {
        if (broken) throw new Error('the database cannot be reached');
        stored.push(update_id);
      },
    });
    server.sendText({ chat: server.addUser(), text: '/help' });
    await expect.poll(() => errors(), { timeout: 5_000 }).toContain('polling failed');
    expect(stored).toEqual([]);
    broken = false;
    await expect.poll(() => stored.length, { timeout: 8_000 }).toBe(1);
  });
});
