import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalBotApi, startLocalBotApi } from '../../../bot/local-chat/server.js';
import { callApi } from '../../support/bot-api-client.js';

let api: LocalBotApi;

beforeEach(async () => {
  api = await startLocalBotApi({ token: '7000000001:test', botUsername: 'zhaibao_bot' });
});
afterEach(async () => await api.close());

describe('chats', () => {
  it('getMe names the bot', async () => {
    expect((await callApi(api, 'getMe')).result).toMatchObject({
      id: 7_000_000_001,
      is_bot: true,
      username: 'zhaibao_bot',
      supports_inline_queries: true,
    });
  });

  it('getChat gives a chat that the bot may see', async () => {
    const channel = api.addChat({ type: 'channel', title: '示例频道', username: 'example_news', botStatus: 'left' });
    expect((await callApi(api, 'getChat', { chat_id: '@example_news' })).result).toMatchObject({
      id: channel.id,
      type: 'channel',
      title: '示例频道',
    });
    expect((await callApi(api, 'getChat', { chat_id: 1 })).description).toBe('Bad Request: chat not found');
  });

  it('getChatMember tells members, administrators and strangers apart', async () => {
    const group = api.addChat({ type: 'supergroup', botStatus: 'administrator' });
    const [admin, stranger] = [api.addUser(), api.addUser()];
    api.setMember(group, admin, 'administrator');
    const statusOf = async (userId: number) =>
      await callApi(api, 'getChatMember', { chat_id: group.id, user_id: userId });
    expect((await statusOf(admin.id)).result).toMatchObject({ status: 'administrator', user: { id: admin.id } });
    expect((await statusOf(stranger.id)).result).toMatchObject({ status: 'left' });
    expect((await statusOf(api.bot.id)).result).toMatchObject({ status: 'administrator' });
    expect((await statusOf(1)).description).toBe('Bad Request: PARTICIPANT_ID_INVALID');
    expect((await statusOf(0)).description).toBe('Bad Request: invalid user_id specified');
  });

  it('getChatAdministrators lists them with the bot, without other bots', async () => {
    const group = api.addChat({ type: 'group', botStatus: 'administrator' });
    const [creator, member, otherBot] = [api.addUser(), api.addUser(), api.addUser({ isBot: true })];
    api.setMember(group, creator, 'creator');
    api.setMember(group, member, 'member');
    api.setMember(group, otherBot, 'administrator');
    const { result } = await callApi(api, 'getChatAdministrators', { chat_id: group.id });
    expect(result.map((one: { user: { id: number } }) => one.user.id)).toEqual([creator.id, api.bot.id]);
  });

  it('hide administrators where there are none or the bot is none', async () => {
    const user = api.addUser();
    api.sendText({ chat: user, text: '/start' });
    expect((await callApi(api, 'getChatAdministrators', { chat_id: user.id })).description).toBe(
      'Bad Request: there are no administrators in the private chat',
    );
    const channel = api.addChat({ type: 'channel', botStatus: 'member' });
    expect((await callApi(api, 'getChatAdministrators', { chat_id: channel.id })).description).toBe(
      'Bad Request: member list is inaccessible',
    );
  });
});

describe('profile', () => {
  const commands = [{ command: 'start', description: '开始' }];

  it('keeps commands by scope and language', async () => {
    await callApi(api, 'setMyCommands', { commands, language_code: 'zh' });
    await callApi(api, 'setMyCommands', {
      commands: [{ command: '/help', description: ' Help ' }],
      scope: { type: 'all_private_chats' },
    });
    const get = async (params: Record<string, unknown>) => (await callApi(api, 'getMyCommands', params)).result;
    expect(await get({ language_code: 'zh' })).toEqual(commands);
    expect(await get({ scope: { type: 'all_private_chats' } })).toEqual([{ command: 'help', description: 'Help' }]);
    expect(await get({})).toEqual([]);
    await callApi(api, 'deleteMyCommands', { language_code: 'zh' });
    expect(await get({ language_code: 'zh' })).toEqual([]);
  });

  it.each([
    ['a capital letter', { commands: [{ command: 'Start', description: 'x' }] }, 'BOT_COMMAND_INVALID'],
    ['a Chinese name', { commands: [{ command: '订阅', description: 'x' }] }, 'BOT_COMMAND_INVALID'],
    ['33 letters', { commands: [{ command: 'a'.repeat(33), description: 'x' }] }, 'command length must not exceed 32'],
    ['no description', { commands: [{ command: 'a', description: ' ' }] }, 'command description must be non-empty'],
    [
      '257 characters',
      { commands: [{ command: 'a', description: '社'.repeat(257) }] },
      'command description length must not exceed 256',
    ],
    [
      '101 commands',
      { commands: Array.from({ length: 101 }, (_, n) => ({ command: `c${n}`, description: 'x' })) },
      'BOT_COMMANDS_TOO_MUCH',
    ],
    ['a missing field', { commands: [{ command: 'a' }] }, `can't parse BotCommand: Can't find field "description"`],
    ['a language with a region', { commands, language_code: 'zh-hans' }, 'invalid language code specified'],
    [
      'an unknown scope',
      { commands, scope: { type: 'everywhere' } },
      "can't parse BotCommandScope: Unsupported type specified",
    ],
    ['a chat that is not there', { commands, scope: { type: 'chat', chat_id: 1 } }, 'chat not found'],
  ])('refuses commands with %s', async (_name, params, reason) => {
    expect((await callApi(api, 'setMyCommands', params)).description).toBe(`Bad Request: ${reason}`);
  });

  it('keeps descriptions by language', async () => {
    await callApi(api, 'setMyDescription', { description: '摘报', language_code: 'zh' });
    await callApi(api, 'setMyShortDescription', { short_description: 'News' });
    expect((await callApi(api, 'getMyDescription', { language_code: 'zh' })).result).toEqual({ description: '摘报' });
    expect((await callApi(api, 'getMyDescription')).result).toEqual({ description: '' });
    expect((await callApi(api, 'getMyShortDescription')).result).toEqual({ short_description: 'News' });
    expect((await callApi(api, 'setMyDescription', { description: '社'.repeat(513) })).status).toBe(400);
  });

  it('keeps the menu button', async () => {
    await callApi(api, 'setChatMenuButton', { menu_button: { type: 'commands' } });
    expect(api.profile.menuButtons.get(0)).toEqual({ type: 'commands' });
    const menu_button = { type: 'web_app', text: '摘报', web_app: { url: 'https://a.cn/app/' } };
    await callApi(api, 'setChatMenuButton', { menu_button });
    expect(api.profile.menuButtons.get(0)).toEqual(menu_button);
    const insecure = { ...menu_button, web_app: { url: 'http://a.cn/app/' } };
    expect((await callApi(api, 'setChatMenuButton', { menu_button: insecure })).description).toBe(
      "Bad Request: menu button Web App URL 'http://a.cn/app/' is invalid: Only HTTPS links are allowed",
    );
    expect((await callApi(api, 'setChatMenuButton', { menu_button: { ...menu_button, text: '' } })).description).toBe(
      'Bad Request: menu button text must be non-empty',
    );
    expect((await callApi(api, 'setChatMenuButton', { menu_button: { type: 'x' } })).description).toBe(
      "Bad Request: can't parse menu button: MenuButton has unsupported type",
    );
  });
});

describe('inline queries', () => {
  const article = (id: string) => ({
    type: 'article',
    id,
    title: '示例',
    input_message_content: { message_text: '<b>示例</b>', parse_mode: 'HTML' },
  });

  it('are answered with what a result would send', async () => {
    const asked = api.askInline({ from: api.addUser(), query: '养老保险' });
    const { result } = await callApi(api, 'getUpdates');
    expect(result[0].inline_query).toMatchObject({ query: '养老保险', offset: '' });
    const answer = { inline_query_id: result[0].inline_query.id, results: [article('1')], next_offset: '5' };
    expect(await callApi(api, 'answerInlineQuery', answer)).toMatchObject({ ok: true, result: true });
    expect(await asked).toMatchObject({ nextOffset: '5', results: [{ id: '1', title: '示例', messageText: '示例' }] });
  });

  it.each([
    [
      '51 results',
      { results: Array.from({ length: 51 }, (_, n) => article(String(n))) },
      'too many inline query results specified',
    ],
    ['the same id twice', { results: [article('1'), article('1')] }, 'RESULT_ID_DUPLICATE'],
    ['an id of 65 bytes', { results: [article('1'.repeat(65))] }, 'RESULT_ID_INVALID'],
    [
      'no title',
      { results: [{ ...article('1'), title: undefined }] },
      `can't parse inline query result: Can't find field "title"`,
    ],
    ['an empty title', { results: [{ ...article('1'), title: ' ' }] }, 'ARTICLE_TITLE_EMPTY'],
    [
      'a message that is too long',
      { results: [{ ...article('1'), input_message_content: { message_text: '字'.repeat(4_097) } }] },
      'MESSAGE_TOO_LONG',
    ],
    [
      'a web app button under a result',
      {
        results: [
          {
            ...article('1'),
            reply_markup: { inline_keyboard: [[{ text: '开', web_app: { url: 'https://a.cn' } }]] },
          },
        ],
      },
      'BUTTON_TYPE_INVALID',
    ],
    [
      'a button that leads nowhere',
      { results: [], button: { text: '打开' } },
      "can't parse inline query results button: InlineQueryResultsButton must have exactly one optional field",
    ],
    [
      'a start parameter with other letters',
      { results: [], button: { text: '打开', start_parameter: '养老' } },
      'START_PARAM_INVALID',
    ],
    ['an offset of 65 bytes', { results: [], next_offset: '1'.repeat(65) }, 'NEXT_OFFSET_INVALID'],
    [
      'an unknown query',
      { results: [], inline_query_id: '1' },
      'query is too old and response timeout expired or query ID is invalid',
    ],
  ])('refuse %s', async (_name, params, reason) => {
    expect((await callApi(api, 'answerInlineQuery', params)).description).toBe(`Bad Request: ${reason}`);
  });
});
