import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Chat, User } from '../../../bot/local-chat/bot-api.js';
import { type LocalBotApi, startLocalBotApi } from '../../../bot/local-chat/server.js';
import { type ApiAnswer, callApi } from '../../support/bot-api-client.js';

let api: LocalBotApi;
let user: User;
let clock: Date;

beforeEach(async () => {
  clock = new Date('2026-06-08T02:00:00Z');
  api = await startLocalBotApi({ now: () => clock });
  user = api.addUser({ id: 42, firstName: '李雷' });
  api.sendText({ chat: user, text: '/start' });
});
afterEach(async () => await api.close());

const send = async (params: Record<string, unknown>) => await callApi(api, 'sendMessage', { chat_id: 42, ...params });
const sendHtml = async (text: string) => await send({ text, parse_mode: 'HTML' });
const edit = async (params: Record<string, unknown>) =>
  await callApi(api, 'editMessageText', { chat_id: 42, ...params });
const keyboard = (...row: unknown[]) => ({ inline_keyboard: [row] });
const aButton = (number: number) => ({ text: String(number), callback_data: String(number) });
const shape = (answer: ApiAnswer) =>
  (answer.result?.entities ?? []).map(({ type, offset, length }: Record<string, unknown>) => [type, offset, length]);

describe('sendMessage', () => {
  it('gives the message as a Bot API message', async () => {
    const { result } = await send({
      text: '<b>示例</b> <a href="http://a.cn">原文</a>',
      parse_mode: 'html',
      link_preview_options: { is_disabled: true },
      reply_markup: keyboard({ text: '原文', url: 'http://a.cn' }, { text: '收藏', callback_data: 's1' }),
      reply_parameters: { message_id: 1 },
    });
    expect(result).toEqual({
      message_id: 2,
      from: api.bot,
      chat: { id: 42, type: 'private', first_name: '李雷' },
      date: 1_780_884_000,
      reply_to_message: expect.objectContaining({ message_id: 1, text: '/start' }),
      text: '示例 原文',
      entities: [
        { type: 'bold', offset: 0, length: 2 },
        { type: 'text_link', offset: 3, length: 2, url: 'http://a.cn/' },
      ],
      link_preview_options: { is_disabled: true },
      reply_markup: keyboard({ text: '原文', url: 'http://a.cn/' }, { text: '收藏', callback_data: 's1' }),
    });
  });

  it.each([
    ['missing', {}, 'message text is empty'],
    ['empty', { text: '' }, 'message text is empty'],
    ['white space', { text: ' \n\t ' }, 'text must be non-empty'],
    ['invisible', { text: '\u200b\u3000\u2800' }, 'text must be non-empty'],
    ['only empty tags', { text: '<b></b>', parse_mode: 'HTML' }, 'text must be non-empty'],
    ['too long', { text: '社'.repeat(4097) }, 'message is too long'],
    ['too long in surrogate pairs', { text: '👍'.repeat(2049) }, 'message is too long'],
    ['too long to be parsed', { text: 'a'.repeat(32_769) }, 'text is too long'],
    ['half a character', { text: '社\ud83d' }, 'strings must be encoded in UTF-8'],
    ['half a character in HTML', { text: '社\ud83d', parse_mode: 'HTML' }, 'text must be encoded in UTF-8'],
    [
      'broken HTML',
      { text: '社<p>', parse_mode: 'HTML' },
      'can\'t parse entities: Unsupported start tag "p" at byte offset 3',
    ],
    ['in an unknown mode', { text: 'x', parse_mode: 'BBCode' }, 'unsupported parse_mode'],
    ['in a mode that is null', { text: 'x', parse_mode: null }, 'unsupported parse_mode'],
  ])('refuses a text that is %s', async (_name, params, reason) => {
    expect(await send(params)).toMatchObject({ status: 400, description: `Bad Request: ${reason}` });
    expect(api.transcript).toEqual([]);
  });

  it('counts the length after parsing', async () => {
    const text = '社'.repeat(4096);
    expect((await sendHtml(`<b>${text}</b>&#x200b;`)).description).toBe('Bad Request: message is too long');
    expect((await sendHtml(`<b>${text}</b>  `)).result.text).toBe(text);
  });

  it.each([
    ['white space around the text', '  a b \n', 'a b', []],
    ['white space at the end of a style', '<b>a </b>', 'a', [['bold', 0, 1]]],
    ['no white space inside a first style', ' <b> a</b>', ' a', [['bold', 0, 2]]],
    ['control characters for spaces', 'a\tb\u0007c', 'a b c', []],
    ['carriage returns', 'a\r\n<b>b</b>', 'a\nb', [['bold', 2, 1]]],
  ])('cleans %s', async (_name, html, text, entities) => {
    const answer = await sendHtml(html);
    expect(answer.result.text).toBe(text);
    expect(shape(answer)).toEqual(entities);
  });

  it.each([
    [
      'a style around a link is cut at its edges',
      '<b>一<a href="http://a.cn">二</a>三</b>',
      [
        ['bold', 0, 1],
        ['text_link', 1, 1],
        ['bold', 1, 1],
        ['bold', 2, 1],
      ],
    ],
    [
      'a style that crosses another is cut where that begins',
      '<i>一<b>二</b>三</i>',
      [
        ['italic', 0, 1],
        ['italic', 1, 2],
        ['bold', 1, 1],
      ],
    ],
    ['the same style twice is one', '<b>一</b><strong>二</strong>', [['bold', 0, 2]]],
    ['code carries no style', '<b><code>一</code></b>', [['code', 0, 1]]],
    ['quotes do not nest', '<blockquote>一<blockquote>二</blockquote></blockquote>', [['blockquote', 0, 2]]],
    ['links do not nest', '<a href="http://a.cn">一<a href="http://b.cn">二</a></a>', [['text_link', 0, 2]]],
    [
      'a link lies inside a quote',
      '<blockquote>一<a href="http://a.cn">二</a></blockquote>',
      [
        ['blockquote', 0, 2],
        ['text_link', 1, 1],
      ],
    ],
    [
      'a link around more than a quote goes',
      '<a href="http://a.cn">一<blockquote>二</blockquote></a>',
      [['blockquote', 1, 1]],
    ],
    ['an address in the text is found', '见 https://a.cn/x', [['url', 2, 14]]],
    ['but not inside a link', '<a href="http://a.cn">https://b.cn</a>', [['text_link', 0, 12]]],
    ['a mention of nobody known is text', '<a href="tg://user?id=7">某人</a>', []],
    ['a mention of somebody known', '<a href="tg://user?id=42">李雷</a>', [['text_mention', 0, 2]]],
  ])('makes entities fit: %s', async (_name, html, entities) => {
    expect(shape(await sendHtml(html))).toEqual(entities);
  });

  it('takes entities in place of markup', async () => {
    const entities = [{ type: 'bold', offset: 0, length: 1 }];
    expect(shape(await send({ text: '一二', entities }))).toEqual([['bold', 0, 1]]);
  });

  it('keeps 100 entities and says how many the server would have ignored', async () => {
    const items = (count: number) => Array.from({ length: count }, (_, n) => `<b>${n}</b> `).join('');
    await sendHtml(items(100));
    await sendHtml(items(103));
    expect(api.transcript.map((message) => [message.entities.length, message.droppedEntities])).toEqual([
      [100, 0],
      [100, 3],
    ]);
  });

  it.each([
    [
      'a label that is missing',
      [{ callback_data: 'x' }],
      `can't parse inline keyboard button: Can't find field "text"`,
    ],
    [
      'nothing to do',
      [{ text: '一' }],
      "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ],
    [
      'empty data',
      [{ text: '一', callback_data: '' }],
      "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ],
    ['65 bytes of data', [{ text: '一', callback_data: `${'社'.repeat(21)}ab` }], 'BUTTON_DATA_INVALID'],
    [
      'an address that is none',
      [{ text: '一', url: 'http://' }],
      "inline keyboard button URL 'http://' is invalid: URL host is empty",
    ],
    [
      'an address of this machine',
      [{ text: '一', url: 'http://localhost/x' }],
      "inline keyboard button URL 'http://localhost/x' is invalid: Wrong HTTP URL",
    ],
    [
      'an address with a space',
      [{ text: '一', url: 'http://a b.cn' }],
      "inline keyboard button URL 'http://a b.cn' is invalid: Disallowed character in URL host",
    ],
    [
      'an app that is not https',
      [{ text: '一', web_app: { url: 'http://a.cn' } }],
      "inline keyboard button Web App URL 'http://a.cn' is invalid: Only HTTPS links are allowed",
    ],
    ['a button that is text', ['一'], "can't parse inline keyboard button: InlineKeyboardButton must be an Object"],
  ])('refuses a button with %s', async (_name, row, reason) => {
    const answer = await send({ text: 'x', reply_markup: { inline_keyboard: [row] } });
    expect(answer).toMatchObject({ status: 400, description: `Bad Request: ${reason}` });
  });

  it('takes an app that is not https where it is told to, as Telegram does in its test environment', async () => {
    const testing = await startLocalBotApi({ takesHttpWebApps: true });
    testing.sendText({ chat: testing.addUser({ id: 42 }), text: '/start' });
    const web_app = { url: 'http://127.0.0.1:8080/app/' };
    const sent = await callApi(testing, 'sendMessage', {
      chat_id: 42,
      text: 'x',
      reply_markup: keyboard({ text: '一', web_app }),
    });
    expect(sent.result?.reply_markup.inline_keyboard).toEqual([[{ text: '一', web_app }]]);
    await testing.close();
  });

  it.each([
    ['broken JSON', '{', "can't parse reply keyboard markup JSON object"],
    ['null', null, 'object expected as reply markup'],
    [
      'flat rows',
      { inline_keyboard: [aButton(1)] },
      'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
    ],
    [
      '101 buttons',
      { inline_keyboard: Array.from({ length: 101 }, (_, n) => [aButton(n)]) },
      'reply markup is too long',
    ],
  ])('refuses a keyboard of %s', async (_name, markup, reason) => {
    expect((await send({ text: 'x', reply_markup: markup })).description).toBe(`Bad Request: ${reason}`);
  });

  it('takes 64 bytes of data and 100 buttons', async () => {
    const data = `${'社'.repeat(21)}a`;
    const rows = [[{ text: '一', callback_data: data }], ...Array.from({ length: 99 }, (_, n) => [aButton(n)])];
    const { result } = await send({ text: 'x', reply_markup: { inline_keyboard: rows } });
    expect(result.reply_markup.inline_keyboard).toEqual(rows);
  });

  it('leaves out empty buttons and those beyond twelve in a row, and counts them', async () => {
    const row = [{ text: '', callback_data: 'x' }, ...Array.from({ length: 13 }, (_, n) => aButton(n))];
    const { result } = await send({ text: 'x', reply_markup: { inline_keyboard: [row] } });
    expect(result.reply_markup.inline_keyboard[0]).toHaveLength(12);
    expect(api.transcript[0]?.droppedButtons).toBe(2);
  });

  it('accepts other keyboards without showing them in the result', async () => {
    const { result } = await send({ text: 'x', reply_markup: { remove_keyboard: true } });
    expect(result).not.toHaveProperty('reply_markup');
    expect(api.transcript[0]?.keyboard).toEqual({ remove_keyboard: true });
  });

  it('needs the message that it replies to, unless told otherwise', async () => {
    expect((await send({ text: 'x', reply_parameters: { message_id: 9 } })).description).toBe(
      'Bad Request: message to be replied not found',
    );
    const lenient = { message_id: 9, allow_sending_without_reply: true };
    expect((await send({ text: 'x', reply_parameters: lenient })).ok).toBe(true);
  });

  it('remembers that a message came silently', async () => {
    await send({ text: 'x', disable_notification: true });
    expect(api.transcript[0]?.isSilent).toBe(true);
  });
});

describe('where the bot may write', () => {
  /** The user, after something happened between the two. */
  const whoever = (happening: () => void) => {
    happening();
    return user;
  };
  const cases: readonly (readonly [string, () => Chat | User | number | string, number, string])[] = [
    ['no chat', () => '', 400, 'Bad Request: chat_id is empty'],
    ['a chat that it never saw', () => 4711, 400, 'Bad Request: chat not found'],
    ['a public name that nobody has', () => '@nobody', 400, 'Bad Request: chat not found'],
    ['a person by name', () => `@${api.addUser({ username: 'lilei' }).username}`, 400, 'Bad Request: chat not found'],
    ['a user who never started it', () => api.addUser(), 403, "Forbidden: bot can't initiate conversation with a user"],
    ['a user who blocked it', () => whoever(() => api.blockBot(user)), 403, 'Forbidden: bot was blocked by the user'],
    ['a user who is gone', () => whoever(() => api.deactivateUser(user)), 403, 'Forbidden: user is deactivated'],
    [
      'a group that threw it out',
      () => api.addChat({ type: 'group', botStatus: 'kicked' }),
      403,
      'Forbidden: bot was kicked from the group chat',
    ],
    [
      'a group that it left',
      () => api.addChat({ type: 'group', botStatus: 'left' }),
      403,
      'Forbidden: bot is not a member of the group chat',
    ],
    [
      'a supergroup that threw it out',
      () => api.addChat({ type: 'supergroup', botStatus: 'kicked' }),
      403,
      'Forbidden: bot was kicked from the supergroup chat',
    ],
    [
      'a channel that it is not in',
      () => api.addChat({ type: 'channel', botStatus: 'left' }),
      403,
      'Forbidden: bot is not a member of the channel chat',
    ],
    [
      'a channel that it does not manage',
      () => api.addChat({ type: 'channel', botStatus: 'member' }),
      400,
      'Bad Request: need administrator rights in the channel chat',
    ],
  ];
  it.each(cases)('not to %s', async (_name, place, status, description) => {
    const chat = place();
    expect(await send({ chat_id: typeof chat === 'object' ? chat.id : chat, text: 'x' })).toMatchObject({
      status,
      description,
    });
  });

  it('not where administrators took the right away', async () => {
    const group = api.addChat({ type: 'supergroup' });
    api.setBotCanWrite(group, false);
    expect((await send({ chat_id: group.id, text: 'x' })).description).toBe(
      'Bad Request: not enough rights to send text messages to the chat',
    );
  });

  it('not to a group that moved, which says where to', async () => {
    const group = api.addChat({ type: 'group' });
    const upgraded = api.upgradeGroup(group);
    expect(await send({ chat_id: group.id, text: 'x' })).toMatchObject({
      status: 400,
      description: 'Bad Request: group chat was upgraded to a supergroup chat',
      parameters: { migrate_to_chat_id: upgraded.id },
    });
    expect((await send({ chat_id: upgraded.id, text: 'x' })).ok).toBe(true);
  });

  it('again to a user who lets it', async () => {
    api.blockBot(user);
    api.unblockBot(user);
    expect((await send({ text: 'x' })).ok).toBe(true);
    const { result } = await callApi(api, 'getUpdates');
    expect(result.slice(1)).toMatchObject([
      { my_chat_member: { old_chat_member: { status: 'member' }, new_chat_member: { status: 'kicked' } } },
      { my_chat_member: { old_chat_member: { status: 'kicked' }, new_chat_member: { status: 'member' } } },
    ]);
  });

  it('to a public channel by name, as the channel', async () => {
    const channel = api.addChat({ type: 'channel', username: 'example_news' });
    const { result } = await send({ chat_id: '@Example_News', text: 'x' });
    expect(result).toMatchObject({ message_id: 1, chat: { id: channel.id }, sender_chat: { id: channel.id } });
    expect(result).not.toHaveProperty('from');
  });

  it('to a topic that is there', async () => {
    const forum = api.addChat({ type: 'supergroup', isForum: true });
    const threadId = api.addTopic(forum, '社保');
    const toTopic = { chat_id: forum.id, text: 'x', message_thread_id: threadId };
    expect((await send(toTopic)).result).toMatchObject({ message_thread_id: threadId, is_topic_message: true });
    api.removeTopic(forum, threadId);
    expect((await send(toTopic)).description).toBe('Bad Request: message thread not found');
  });
});

describe('editing', () => {
  it('changes what is shown and keeps what was', async () => {
    await send({ text: '一', reply_markup: keyboard(aButton(1)) });
    clock = new Date('2026-06-08T02:01:00Z');
    const { result } = await edit({ message_id: 2, text: '<b>二</b>', parse_mode: 'HTML' });
    expect(result).toMatchObject({ message_id: 2, text: '二', edit_date: 1_780_884_060 });
    // An edit that brings no keyboard takes the old one away.
    expect(result).not.toHaveProperty('reply_markup');
    expect(api.transcript).toMatchObject([
      { text: '二', edits: [{ text: '一', replyMarkup: keyboard(aButton(1)), at: new Date('2026-06-08T02:00:00Z') }] },
    ]);
  });

  it('of the keyboard alone keeps the text', async () => {
    await sendHtml('<b>一</b>');
    const markup = keyboard(aButton(1));
    const { result } = await callApi(api, 'editMessageReplyMarkup', {
      chat_id: 42,
      message_id: 2,
      reply_markup: markup,
    });
    expect(result).toMatchObject({ text: '一', entities: [{ type: 'bold' }], reply_markup: markup });
  });

  it.each([
    [
      'nothing new',
      { message_id: 2, text: '一 ' },
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    ],
    ['a message that is not there', { message_id: 9, text: '二' }, 'message to edit not found'],
    ["somebody else's message", { message_id: 1, text: '二' }, "message can't be edited"],
    ['too long a text', { message_id: 2, text: '社'.repeat(4097) }, 'MESSAGE_TOO_LONG'],
    ['no text', { message_id: 2, text: '' }, 'message text is empty'],
    [
      'a keyboard that is not inline',
      { message_id: 2, text: '二', reply_markup: { remove_keyboard: true } },
      'inline keyboard expected',
    ],
  ])('refuses %s', async (_name, params, reason) => {
    await send({ text: '一' });
    expect((await edit(params)).description).toBe(`Bad Request: ${reason}`);
    expect(api.transcript).toMatchObject([{ text: '一', edits: [] }]);
  });

  it('needs to be told which message', async () => {
    const answer = await callApi(api, 'editMessageText', { text: 'x' });
    expect(answer.description).toBe('Bad Request: message identifier is not specified');
  });
});

describe('deleteMessage', () => {
  it('deletes once, also what the user wrote in private', async () => {
    await send({ text: '一' });
    const remove = async (messageId: number) =>
      await callApi(api, 'deleteMessage', { chat_id: 42, message_id: messageId });
    expect(await remove(2)).toMatchObject({ ok: true, result: true });
    expect(await remove(1)).toMatchObject({ ok: true });
    expect((await remove(2)).description).toBe('Bad Request: message to delete not found');
    expect(api.transcript).toMatchObject([{ text: '一', deleted: true }]);
    expect((await edit({ message_id: 2, text: '二' })).description).toBe('Bad Request: message to edit not found');
  });

  it('leaves the messages of others in a group to administrators', async () => {
    const group = api.addChat({ type: 'supergroup' });
    const { message_id } = api.sendText({ chat: group, from: user, text: '/latest' });
    const answer = await callApi(api, 'deleteMessage', { chat_id: group.id, message_id });
    expect(answer.description).toBe("Bad Request: message can't be deleted");
  });
});

describe('sendChatAction', () => {
  it('is an event', async () => {
    const actions: unknown[] = [];
    api.on('chatAction', (action) => actions.push(action));
    await callApi(api, 'sendChatAction', { chat_id: 42, action: 'typing' });
    expect(actions).toEqual([{ chatId: 42, threadId: undefined, action: 'typing' }]);
  });

  it('refuses an action that nobody knows', async () => {
    const answer = await callApi(api, 'sendChatAction', { chat_id: 42, action: 'sleeping' });
    expect(answer.description).toBe('Bad Request: wrong parameter action in request');
  });
});

describe('callback queries', () => {
  const tooOld = 'Bad Request: query is too old and response timeout expired or query ID is invalid';
  /** A message with a button, and the query that pressing it makes. */
  async function pressed() {
    await send({ text: '一', reply_markup: keyboard({ text: '订阅', callback_data: 'sub' }) });
    const answer = api.pressButton({ message: { chatId: 42, messageId: 2 }, data: 'sub' });
    const { result } = await callApi(api, 'getUpdates', { offset: -1 });
    return { answer, query: result[0].callback_query };
  }
  const answerQuery = async (params: Record<string, unknown>) => await callApi(api, 'answerCallbackQuery', params);

  it('carry the message, the data and who pressed', async () => {
    const { query } = await pressed();
    expect(query).toMatchObject({
      id: expect.stringMatching(/^\d{19}$/),
      from: { id: 42 },
      message: { message_id: 2, text: '一', reply_markup: keyboard({ text: '订阅', callback_data: 'sub' }) },
      chat_instance: expect.any(String),
      data: 'sub',
    });
    expect(api.unansweredCallbacks).toEqual([query.id]);
  });

  it('give the answer to whoever pressed', async () => {
    const { answer, query } = await pressed();
    expect(await answerQuery({ callback_query_id: query.id, text: '好', show_alert: true })).toMatchObject({
      ok: true,
    });
    expect(await answer).toEqual({ callbackQueryId: query.id, text: '好', showAlert: true, url: undefined });
    expect(api.unansweredCallbacks).toEqual([]);
  });

  it('refuse an answer that is too long, too late or to nothing', async () => {
    const { query } = await pressed();
    const long = await answerQuery({ callback_query_id: query.id, text: '社'.repeat(201) });
    expect(long.description).toBe('Bad Request: MESSAGE_TOO_LONG');
    expect((await answerQuery({ callback_query_id: '1' })).description).toBe(tooOld);
    clock = new Date(clock.getTime() + 16_000);
    expect((await answerQuery({ callback_query_id: query.id })).description).toBe(tooOld);
  });

  it('cannot come from a button that is not there, or to a bot that does not listen', async () => {
    await pressed();
    const message = { chatId: 42, messageId: 2 };
    await expect(api.pressButton({ message, text: '退订' })).rejects.toThrow('no button 退订 under message 2: [订阅]');
    await callApi(api, 'getUpdates', { allowed_updates: ['message'] });
    await expect(api.pressButton({ message, data: 'sub' })).rejects.toThrow('did not ask for callback_query updates');
  });
});
