import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalBotApi, startLocalBotApi } from '../../../bot/local-chat/server.js';
import { callApi } from '../../support/bot-api-client.js';

interface Post {
  readonly at: number;
  readonly headers: IncomingMessage['headers'];
  readonly update: { readonly update_id: number; readonly message: { chat: { id: number }; text: string } };
}

let api: LocalBotApi;
let bot: Server;
let posts: Post[];
/** What the bot answers; with 200 when left alone. */
let answer: (post: Post, response: ServerResponse) => void;

beforeEach(async () => {
  posts = [];
  answer = (_post, response) => response.end();
  bot = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { headers } = request;
    const post = { at: performance.now(), headers, update: JSON.parse(String(Buffer.concat(chunks))) };
    posts.push(post);
    answer(post, response);
  }).listen(0, '127.0.0.1');
  await once(bot, 'listening');
  api = await startLocalBotApi({ takesHttpWebhooks: true });
});
afterEach(async () => {
  await api.close();
  bot.closeAllConnections();
  bot.close();
});

const url = () => `http://127.0.0.1:${(bot.address() as AddressInfo).port}/hook`;
const setWebhook = (more: object = {}) => callApi(api, 'setWebhook', { url: url(), ...more });
const info = async () => (await callApi(api, 'getWebhookInfo')).result;
const texts = () => posts.map(({ update }) => update.message.text);

describe('delivery to a webhook', () => {
  it('brings what waits and what comes, with the secret', async () => {
    const user = api.addUser();
    api.sendText({ chat: user, text: '养老保险' });
    await setWebhook({ secret_token: 'a_secret-1' });
    await api.updatesConfirmed();
    api.sendText({ chat: user, text: '二' });
    await api.updatesConfirmed();
    expect(texts()).toEqual(['养老保险', '二']);
    expect(posts[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-telegram-bot-api-secret-token': 'a_secret-1',
    });
    expect(await info()).not.toHaveProperty('last_error_message');
  });

  it('is tried again at once, then after 2 s, and tells why', async () => {
    answer = (_post, response) => {
      if (posts.length < 3) response.writeHead(502);
      response.end();
    };
    await setWebhook();
    api.sendText({ chat: api.addUser(), text: '一' });
    await expect.poll(() => posts.length).toBe(2);
    expect(await info()).toMatchObject({
      pending_update_count: 1,
      last_error_message: 'Wrong response from the webhook: 502 Bad Gateway',
      last_error_date: expect.any(Number),
    });
    await api.updatesConfirmed();
    const [first, second, third] = posts.map(({ at }) => at) as [number, number, number];
    expect(second - first).toBeLessThan(500);
    expect(third - second).toBeGreaterThan(1_900);
    expect(new Set(posts.map(({ update }) => update.update_id)).size).toBe(1);
  });

  it('waits as Retry-After says', async () => {
    answer = (_post, response) => {
      if (posts.length === 1) response.writeHead(503, { 'retry-after': '1' });
      response.end();
    };
    await setWebhook();
    api.sendText({ chat: api.addUser(), text: '一' });
    await api.updatesConfirmed();
    expect((posts[1]?.at ?? 0) - (posts[0]?.at ?? 0)).toBeGreaterThan(950);
  });

  it('keeps the order of a chat, and lets no chat wait for another', async () => {
    const [slow, quick] = [api.addUser(), api.addUser()];
    let release = () => {};
    answer = ({ update }, response) => {
      if (update.message.text === '慢1') release = () => response.end();
      else response.end();
    };
    await setWebhook();
    for (const text of ['慢1', '慢2']) api.sendText({ chat: slow, text });
    for (const text of ['快1', '快2']) api.sendText({ chat: quick, text });
    await expect.poll(texts).toEqual(['慢1', '快1', '快2']);
    release();
    await api.updatesConfirmed();
    expect(texts().at(-1)).toBe('慢2');
  });

  it('has no more on their way than max_connections', async () => {
    const open: ServerResponse[] = [];
    answer = (_post, response) => open.push(response);
    await setWebhook({ max_connections: 3 });
    for (let n = 0; n < 5; n += 1) api.sendText({ chat: api.addUser(), text: String(n) });
    await expect.poll(() => open.length).toBe(3);
    await callApi(api, 'getMe');
    expect(open).toHaveLength(3);
    for (let n = 0; n < 5; n += 1) {
      await expect.poll(() => open.length).toBeGreaterThan(n);
      open[n]?.end();
    }
    await api.updatesConfirmed();
  });

  it('stops when the webhook is deleted, and keeps what was not taken', async () => {
    answer = (_post, response) => response.writeHead(500).end();
    await setWebhook();
    api.sendText({ chat: api.addUser(), text: '一' });
    await expect.poll(() => posts.length).toBe(2);
    await callApi(api, 'deleteWebhook');
    expect((await callApi(api, 'getUpdates')).result).toMatchObject([{ message: { text: '一' } }]);
  });

  it('needs https, unless it runs as a server of one’s own', async () => {
    const strict = await startLocalBotApi();
    const { description } = await callApi(strict, 'setWebhook', { url: url() });
    expect(description).toBe('Bad Request: bad webhook: An HTTPS URL must be provided for webhook');
    await strict.close();
  });
});
