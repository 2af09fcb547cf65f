import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Telegraf } from 'telegraf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '../../bot/local-chat/api-error.js';
import type { User } from '../../bot/local-chat/bot-api.js';
import { type LocalBotApi, startLocalBotApi } from '../../bot/local-chat/server.js';
import { createPacer } from '../../bot/pacer.js';
import { createSender } from '../../bot/sender.js';
import { createTelegramApi } from '../../bot/telegram-api.js';
import { aClaimedArticle, aStoredArticle } from '../support/builders.js';

let api: LocalBotApi;
let reader: User;
let failures: ApiError[];
beforeEach(async () => {
  failures = [];
  api = await startLocalBotApi({
    beforeMethod: ({ method }) => {
      const failure = method === 'sendMessage' ? failures.shift() : undefined;
      if (failure) throw failure;
    },
  });
  reader = api.addUser();
  api.unblockBot(reader);
});
afterEach(() => api.close());

const seen = new Date('2026-01-05T02:00:00Z');
const article = aStoredArticle({ id: 1 });
const view = { language: 'zh', timeZone: 'Asia/Shanghai' } as const;

function sender(apiRoot = api.url, canShare = false) {
  const { telegram } = new Telegraf(api.token, { telegram: { apiRoot } });
  return createSender(
    createTelegramApi(telegram, createPacer(28)),
    () => seen,
    async () => 'zhaibao_bot',
    () => ({ canShare }),
  );
}
const send = (chatId = reader.id, topicId = 0) =>
  sender().sendArticle(aClaimedArticle({ chatId, topicId }), article, view);

describe('a push', () => {
  it('arrives as a summary with its buttons, without a link preview', async () => {
    expect(await send()).toEqual({ kind: 'sent', messageId: 1 });
    const [message] = api.transcript;
    expect(message?.text).toContain('云溪县办好社区食堂\n本报记者 林知秋');
    expect(message?.linkPreviewOptions).toEqual({ is_disabled: true });
    expect(message?.droppedEntities).toBe(0);
  });

  it('and its correction are in the characters, and as long, as the chat wants', async () => {
    const wanted = { ...view, script: 'traditional', detail: 'lead' } as const;
    const claimed = aClaimedArticle({ chatId: reader.id });
    await sender().sendArticle(claimed, article, wanted);
    expect(api.transcript[0]?.text).toMatch(/^雲溪縣辦好社區食堂\n.*\n.*\n\n雲溪縣今年新開了十二家社區食堂。$/u);
    const { chatId, topicId, chatType, language, timeZone, attempts, claimedAt, asOfRevision } = claimed;
    const common = { chatId, topicId, chatType, language, timeZone, attempts, claimedAt, asOfRevision };
    const asked = { keywords: undefined, queryId: undefined, subscription: undefined, isSaved: false };
    const of = { kind: 'article', articleId: 1, ...asked } as const;
    const corrected = { ...article, title: '云溪县办坏社区食堂' };
    await sender().editArticle({ kind: 'edit', ...common, editId: 1, messageId: 1, of }, corrected, wanted);
    expect(api.findMessage(chatId, 1)?.text).toMatch(/^雲溪縣辦壞社區食堂\n.*\n.*\n\n雲溪縣今年/u);
  });

  it('goes into the topic that subscribed', async () => {
    const forum = api.addChat({ type: 'supergroup', isForum: true });
    const topicId = api.addTopic(forum, '养老');
    await send(forum.id, topicId);
    expect(api.transcript[0]?.threadId).toBe(topicId);
    api.removeTopic(forum, topicId);
    expect(await send(forum.id, topicId)).toMatchObject({ kind: 'topic-gone' });
  });

  it('finds a chat gone that blocked the bot, never started it, or is not there', async () => {
    api.blockBot(reader);
    const stranger = api.addUser();
    expect([await send(), await send(stranger.id), await send(424_242)]).toEqual([
      expect.objectContaining({ kind: 'gone' }),
      expect.objectContaining({ kind: 'gone' }),
      expect.objectContaining({ kind: 'gone' }),
    ]);
  });

  it('finds a channel gone that took the right to write', async () => {
    const channel = api.addChat({ type: 'channel' });
    api.setBotCanWrite(channel, false);
    expect(await send(channel.id)).toMatchObject({ kind: 'gone' });
  });

  it('learns the new id of a group that moved', async () => {
    const group = api.addChat({ type: 'group' });
    const moved = api.upgradeGroup(group);
    expect(await send(group.id)).toEqual({ kind: 'migrated', toChatId: moved.id });
  });

  it.each([
    [
      'a rate limit',
      new ApiError(429, 'Too Many Requests: retry after 17', { retry_after: 17 }),
      { kind: 'rate-limited', retryAfterSeconds: 17 },
    ],
    ['a refused token', new ApiError(401, 'Unauthorized'), { kind: 'unauthorised', detail: '401: Unauthorized' }],
    ['a server error', new ApiError(502, 'Bad Gateway'), { kind: 'transient', detail: '502: Bad Gateway' }],
    [
      'an unknown refusal',
      new ApiError(400, 'Bad Request: something new'),
      { kind: 'refused', detail: '400: Bad Request: something new' },
    ],
  ])('takes %s for what it is', async (_name, failure, outcome) => {
    failures = [failure];
    expect(await send()).toMatchObject(outcome);
    expect(api.transcript).toHaveLength(0);
  });

  it('goes once more as plain text when its markup cannot be parsed, then is given up', async () => {
    const unparsable = () =>
      new ApiError(400, "Bad Request: can't parse entities: Unexpected end tag at byte offset 7");
    failures = [unparsable()];
    expect(await send()).toMatchObject({ kind: 'sent' });
    expect(api.transcript[0]).toMatchObject({ entities: [], text: expect.stringContaining('云溪县办好社区食堂') });
    failures = [unparsable(), unparsable()];
    // What was refused is kept, to be looked at.
    const payload = expect.stringContaining('<b><a href="https://example.com/news/1">云溪县办好社区食堂</a></b>');
    expect(await send()).toMatchObject({ kind: 'refused', payload });
  });
});

it('a push goes without its share button when inline mode was turned off meanwhile', async () => {
  failures = [new ApiError(400, 'Bad Request: BUTTON_TYPE_INVALID')];
  const message = aClaimedArticle({ chatId: reader.id });
  expect(await sender(api.url, true).sendArticle(message, article, view)).toMatchObject({ kind: 'sent' });
  expect(api.transcript[0]?.replyMarkup?.inline_keyboard.flat().map(({ text }) => text)).toEqual([
    '全文',
    '相关',
    '收藏',
  ]);
});

describe('a connection that is cut', () => {
  let server: Server;
  beforeEach(async () => {
    server = createServer((request) => request.socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it('leaves the outcome unknown: a transient failure that names no address', async () => {
    const { port } = server.address() as AddressInfo;
    const outcome = await sender(`http://127.0.0.1:${port}`).sendArticle(
      aClaimedArticle({ chatId: reader.id }),
      article,
      view,
    );
    expect(outcome).toMatchObject({ kind: 'transient' });
    expect(JSON.stringify(outcome)).not.toContain(api.token);
  });
});
