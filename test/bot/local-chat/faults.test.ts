import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { User } from '../../../bot/local-chat/bot-api.js';
import type { Fault } from '../../../bot/local-chat/faults.js';
import { type LocalBotApi, startLocalBotApi } from '../../../bot/local-chat/server.js';
import { callApi } from '../../support/bot-api-client.js';

let api: LocalBotApi;
let reader: User;
/** What goes wrong with the next messages, in order. */
let faults: Fault[];

beforeEach(async () => {
  faults = [];
  api = await startLocalBotApi({ faults: ({ method }) => (method === 'sendMessage' ? faults.shift() : undefined) });
  reader = api.addUser();
  api.unblockBot(reader);
});
afterEach(() => api.close());

const send = (text = '示例') => callApi(api, 'sendMessage', { chat_id: reader.id, text });
const delivered = () => api.transcript.map(({ text }) => text);
async function tookMs(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

describe('a fault', () => {
  it.each([
    [400, 'Bad Request: chat not found', undefined],
    [401, 'Unauthorized', undefined],
    [403, 'Forbidden: bot was blocked by the user', undefined],
    [409, 'Conflict: terminated by other getUpdates request', undefined],
    [429, 'Too Many Requests: retry after 3', { retry_after: 3 }],
    [500, 'Internal Server Error', undefined],
  ])('answers %d in place of the method', async (code, description, parameters) => {
    faults = [{ kind: 'error', code, description, ...(parameters && { parameters }) }];
    const rest = parameters ? { parameters } : {};
    expect(await send()).toEqual({ status: code, ok: false, error_code: code, description, ...rest });
    expect(delivered()).toEqual([]);
    expect((await send()).ok).toBe(true);
  });

  it('cuts the connection before anything is done', async () => {
    faults = [{ kind: 'cut', when: 'before' }];
    await expect(send()).rejects.toThrow();
    expect(delivered()).toEqual([]);
    expect(api.calls.at(-1)).toMatchObject({ fault: { kind: 'cut' }, response: { ok: false } });
  });

  it('cuts the connection when the message is out', async () => {
    faults = [{ kind: 'cut', when: 'after' }];
    await expect(send('送到了')).rejects.toThrow();
    expect(delivered()).toEqual(['送到了']);
    expect(api.calls.at(-1)).toMatchObject({ fault: { kind: 'cut' }, response: { ok: true } });
    expect((await send()).ok).toBe(true);
  });

  it('answers with the page of a proxy', async () => {
    faults = [{ kind: 'html' }];
    const response = await fetch(`${api.url}/bot${api.token}/sendMessage?chat_id=${reader.id}&text=x`);
    expect([response.status, response.headers.get('content-type')]).toEqual([502, 'text/html']);
    expect(await response.text()).toContain('<h1>502 Bad Gateway</h1>');
    expect(delivered()).toEqual([]);
  });

  it('stalls before the method runs, whoever waits', async () => {
    faults = [{ kind: 'stall', when: 'before', ms: 150 }];
    const url = `${api.url}/bot${api.token}/sendMessage?chat_id=${reader.id}&text=x`;
    await expect(fetch(url, { signal: AbortSignal.timeout(50) })).rejects.toThrow();
    expect(delivered()).toEqual([]);
    await api.waitForMessage(({ text }) => text === 'x');
  });

  it('stalls when the message is out', async () => {
    faults = [{ kind: 'stall', when: 'after', ms: 200 }];
    const answer = send('送到了');
    await api.waitForMessage(({ text }) => text === '送到了');
    expect(await tookMs(() => answer)).toBeGreaterThan(100);
    expect((await answer).ok).toBe(true);
  });

  it('ends when the server closes', async () => {
    faults = [{ kind: 'stall', when: 'before', ms: 60_000 }];
    const answer = send().catch(() => 'cut');
    await delay(50);
    await api.close();
    expect(await answer).toBe('cut');
    expect(delivered()).toEqual([]);
  });
});

describe('latency', () => {
  it('is what every call takes, unless a fault says otherwise', async () => {
    await api.close();
    api = await startLocalBotApi({ latencyMs: 100, faults: () => faults.shift() });
    expect(await tookMs(() => callApi(api, 'getMe'))).toBeGreaterThan(95);
    faults = [{ kind: 'latency', ms: 300 }];
    expect(await tookMs(() => callApi(api, 'getMe'))).toBeGreaterThan(295);
  });

  it('keeps nobody else waiting', async () => {
    await api.close();
    api = await startLocalBotApi({ latencyMs: 100 });
    const together = await tookMs(() => Promise.all(Array.from({ length: 30 }, () => callApi(api, 'getMe'))));
    expect(together).toBeLessThan(1_000);
  });
});
