import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalBotApi, startLocalBotApi } from '../../../bot/local-chat/server.js';
import { type ApiAnswer, callApi } from '../../support/bot-api-client.js';

const conflict = 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running';
let api: LocalBotApi;

beforeEach(async () => {
  api = await startLocalBotApi({ now: () => new Date('2026-06-08T02:00:00Z') });
});
afterEach(async () => await api.close());

const poll = async (params: Record<string, unknown> = {}) => await callApi(api, 'getUpdates', params);
const textsOf = ({ result }: ApiAnswer) => result.map((update: { message: { text: string } }) => update.message.text);

/** Three texts of one user, waiting; gives the id of the first update. */
async function threeWait(): Promise<number> {
  const user = api.addUser({ firstName: '李雷', languageCode: 'zh-hans' });
  for (const text of ['一', '二', '三']) api.sendText({ chat: user, text });
  return (await poll()).result[0].update_id;
}

/** A long poll that has reached the server. */
async function waitingPoll(params: Record<string, unknown> = {}): Promise<{ answer: Promise<ApiAnswer> }> {
  const answer = poll({ timeout: 50, ...params });
  // Any later request on a loopback connection is read after the poll only if the poll's own was; ask until it is.
  while (!api.isPolled) await callApi(api, 'getMe');
  return { answer };
}

describe('getUpdates', () => {
  it('gives the same updates until an offset confirms them', async () => {
    const first = await threeWait();
    expect(textsOf(await poll())).toEqual(['一', '二', '三']);
    expect(textsOf(await poll({ limit: 2 }))).toEqual(['一', '二']);
    expect(textsOf(await poll({ offset: first + 1 }))).toEqual(['二', '三']);
    expect(textsOf(await poll())).toEqual(['二', '三']);
    expect(textsOf(await poll({ offset: first + 3 }))).toEqual([]);
    expect(api.pendingUpdateCount).toBe(0);
  });

  it('keeps only the newest for a negative offset', async () => {
    await threeWait();
    expect(textsOf(await poll({ offset: -1 }))).toEqual(['三']);
    expect(textsOf(await poll())).toEqual(['三']);
  });

  it('takes an offset far ahead for a mistake', async () => {
    await threeWait();
    expect(textsOf(await poll({ offset: 2_000_000_000 }))).toEqual(['一', '二', '三']);
  });

  it('keeps a limit within 1 to 100', async () => {
    await threeWait();
    expect((await poll({ limit: 0 })).result).toHaveLength(1);
    expect((await poll({ limit: 1000 })).result).toHaveLength(3);
  });

  it('holds a poll until something comes', async () => {
    const { answer } = await waitingPoll();
    api.sendText({ chat: api.addUser(), text: '来' });
    expect(textsOf(await answer)).toEqual(['来']);
  });

  it('ends an empty poll after its timeout', async () => {
    expect(await poll({ timeout: 1 })).toMatchObject({ ok: true, result: [] });
  });

  it('gives up the older of two polls', async () => {
    const { answer } = await waitingPoll();
    expect(await poll()).toMatchObject({ ok: true });
    expect(await answer).toMatchObject({ status: 409, description: conflict });
  });

  it('forgets a poll whose bot hung up, and keeps what came meanwhile', async () => {
    const hangUp = new AbortController();
    const polled = fetch(`${api.url}/bot${api.token}/getUpdates?timeout=50`, { signal: hangUp.signal });
    while (!api.isPolled) await callApi(api, 'getMe');
    hangUp.abort();
    await expect(polled).rejects.toThrow();
    while (api.isPolled) await callApi(api, 'getMe');
    api.sendText({ chat: api.addUser(), text: '来' });
    expect(textsOf(await poll())).toEqual(['来']);
  });

  it('delivers kinds outside the default set only to a bot that names them', async () => {
    const group = api.addChat({ type: 'supergroup' });
    const user = api.addUser();
    api.setMember(group, user, 'member');
    expect((await poll()).result).toEqual([]);
    await poll({ allowed_updates: ['chat_member'] });
    api.setMember(group, user, 'administrator');
    api.sendText({ chat: user, text: '听不见' });
    // Remembered without being said again.
    expect((await poll()).result).toMatchObject([{ chat_member: { new_chat_member: { status: 'administrator' } } }]);
    await poll({ allowed_updates: [] });
    api.sendText({ chat: user, text: '听见' });
    expect((await poll({ offset: -1 })).result).toMatchObject([{ message: { text: '听见' } }]);
  });
});

describe('webhook', () => {
  it('shuts polling out until it is deleted', async () => {
    const { answer } = await waitingPoll();
    expect(await callApi(api, 'setWebhook', { url: 'https://a.cn/hook' })).toMatchObject({ ok: true, result: true });
    expect(await answer).toMatchObject({ status: 409, description: 'Conflict: terminated by setWebhook request' });
    expect(await poll()).toMatchObject({
      status: 409,
      description:
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    });
    api.sendText({ chat: api.addUser(), text: '等' });
    expect((await callApi(api, 'getWebhookInfo')).result).toMatchObject({
      url: 'https://a.cn/hook',
      pending_update_count: 1,
    });
    await callApi(api, 'deleteWebhook', { drop_pending_updates: true });
    expect(await poll()).toMatchObject({ ok: true, result: [] });
    expect((await callApi(api, 'getWebhookInfo')).result).toMatchObject({ url: '' });
  });

  it('refuses a secret with other characters', async () => {
    const answer = await callApi(api, 'setWebhook', { url: 'https://a.cn', secret_token: '秘密' });
    expect(answer.description).toBe('Bad Request: secret token contains unallowed characters');
  });
});

describe('messages of people', () => {
  it('come with sender, language and entities', async () => {
    const user = api.addUser({ id: 42, firstName: '李雷', languageCode: 'zh-hans' });
    api.sendText({ chat: user, text: '/subscribe 中国劳动保障报' });
    expect((await poll()).result[0].message).toEqual({
      message_id: 1,
      from: { id: 42, is_bot: false, first_name: '李雷', language_code: 'zh-hans' },
      chat: { id: 42, type: 'private', first_name: '李雷' },
      date: 1_780_884_000,
      text: '/subscribe 中国劳动保障报',
      entities: [{ type: 'bot_command', offset: 0, length: 10 }],
    });
  });

  it.each([
    ['a command at the start', '/start', [['bot_command', 0, 6]]],
    ['a command with a name', '/start@zhaibao_bot x', [['bot_command', 0, 18]]],
    ['a command behind a bracket', '（/start）', [['bot_command', 1, 6]]],
    ['no command behind a letter', '订阅/start', []],
    ['no command before a letter', '/start订阅', []],
    ['no Chinese command', '/订阅 x', []],
    ['no path', '/usr/bin', []],
    ['a mention', '问 @zhaibao_bot', [['mention', 2, 12]]],
    ['a hashtag, but no number', '#养老 #12', [['hashtag', 0, 3]]],
    ['an address without the full stop behind it', '见 http://a.cn/x?y=1。', [['url', 2, 17]]],
  ])('have %s', async (_name, text, entities) => {
    api.sendText({ chat: api.addUser(), text });
    const found = (await poll()).result[0].message.entities ?? [];
    expect(found.map(({ type, offset, length }: Record<string, unknown>) => [type, offset, length])).toEqual(entities);
  });

  it.each([
    ['a command', '/latest', 'member', true],
    ['a command for this bot', '/latest@local_test_bot', 'member', true],
    ['a command for another bot', '/latest@other_bot', 'member', false],
    ['a mention', '@local_test_bot 在吗', 'member', true],
    ['talk', '今天天气好', 'member', false],
    ['talk, as an administrator', '今天天气好', 'administrator', true],
    ['a command after it was thrown out', '/latest', 'kicked', false],
  ] as const)('in a group are heard by privacy mode: %s', async (_name, text, botStatus, isHeard) => {
    const group = api.addChat({ type: 'group', botStatus });
    api.sendText({ chat: group, from: api.addUser(), text });
    expect((await poll()).result).toHaveLength(isHeard ? 1 : 0);
  });

  it('in a forum carry their topic', async () => {
    const forum = api.addChat({ type: 'supergroup', isForum: true });
    const threadId = api.addTopic(forum, '社保');
    api.sendText({ chat: forum, from: api.addUser(), text: '/latest', threadId });
    expect((await poll()).result[0].message).toMatchObject({ message_thread_id: threadId, is_topic_message: true });
  });

  it('in a channel have no sender, and an edit has a date', async () => {
    const channel = api.addChat({ type: 'channel', title: '示例频道' });
    const post = api.sendText({ chat: channel, text: '一' });
    api.editText(post, '二');
    const [first, second] = (await poll()).result;
    expect(first.channel_post).toMatchObject({ sender_chat: { id: channel.id, type: 'channel' }, text: '一' });
    expect(first.channel_post).not.toHaveProperty('from');
    expect(second.edited_channel_post).toMatchObject({ message_id: 1, text: '二', edit_date: 1_780_884_000 });
  });

  it('of an anonymous administrator come from the group', async () => {
    const group = api.addChat({ type: 'supergroup' });
    api.sendText({ chat: group, text: '/latest' });
    expect((await poll()).result[0].message).toMatchObject({
      from: { username: 'GroupAnonymousBot' },
      sender_chat: { id: group.id },
    });
  });

  it('tell that a group became a supergroup', async () => {
    const group = api.addChat({ type: 'group' });
    const upgraded = api.upgradeGroup(group);
    expect((await poll()).result).toMatchObject([
      { message: { chat: { id: group.id }, migrate_to_chat_id: upgraded.id } },
      { message: { chat: { id: upgraded.id }, migrate_from_chat_id: group.id } },
    ]);
  });
});

describe('waiting', () => {
  it('for updates to be confirmed ends with the offset behind them', async () => {
    const first = await threeWait();
    let isConfirmed = false;
    const confirmed = api.updatesConfirmed().then(() => {
      isConfirmed = true;
    });
    await poll({ offset: first + 2 });
    expect(isConfirmed).toBe(false);
    await poll({ offset: first + 3 });
    await confirmed;
    await api.idle();
  });

  it('in vain says what was seen', async () => {
    await threeWait();
    await expect(api.updatesConfirmed(1)).rejects.toThrow('3 updates wait, last calls [getUpdates ok]');
    await expect(api.waitForMessage(() => true, 1)).rejects.toThrow('the bot sent no such message within 1 ms');
  });

  it('is told by events, until the listener leaves', async () => {
    const methods: string[] = [];
    const leave = api.on('call', ({ method }) => methods.push(method));
    await callApi(api, 'getMe');
    leave();
    await callApi(api, 'getWebhookInfo');
    expect(methods).toEqual(['getMe']);
  });
});
