import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Chat, InlineKeyboardButton, User } from '../../../bot/local-chat/bot-api.js';
import type { ChatMessage } from '../../../bot/local-chat/world.js';
import { articleNumber } from '../../support/builders.js';
import { anArchive, BotHarness, labelsOf } from '../../support/start-bot.js';

let harness: BotHarness;
beforeEach(async () => {
  harness = await BotHarness.start(anArchive());
});
afterEach(async () => {
  expect(harness.api.unansweredCallbacks).toEqual([]);
  await harness.stop();
});

const followed = async (chat: { id: number }, topicId = 0) =>
  (await harness.stores.subscriptions.list({ chatId: chat.id, topicId })).map(({ name }) => name);
const buttonsOf = (message: ChatMessage | undefined): readonly InlineKeyboardButton[] =>
  message?.replyMarkup?.inline_keyboard.flat() ?? [];
const linkOf = (message: ChatMessage | undefined, text: string) =>
  buttonsOf(message).find((button) => button.text === text)?.url;
const membershipCalls = () => harness.api.calls.filter(({ method }) => method === 'getChatMember').length;
const news = (from: number, to = from) =>
  Array.from({ length: to - from + 1 }, (_, n) =>
    articleNumber(from + n, { categories: [{ name: '云溪日报', slug: 'yunxiribao' }], text: `第${from + n}件事。` }),
  );

function aGroup(status: 'administrator' | 'member' = 'administrator', chat: { isForum?: boolean } = {}) {
  const group = harness.api.addChat({ type: 'supergroup', title: '读报组', ...chat });
  harness.api.setMember(group, harness.reader, status);
  return group;
}

function aChannel(status: 'administrator' | 'creator' | 'member' | 'left' = 'creator') {
  const channel = harness.api.addChat({ type: 'channel', title: '劳动新闻', username: 'laodong' });
  harness.api.setMember(channel, harness.reader, status);
  return channel;
}

/** A button that Telegram would send as it stands, under a message of the bot's. */
async function pressForged(chat: Chat | User, data: string, from: User = harness.reader) {
  const { token, url } = harness.api;
  if (chat.id === harness.reader.id) harness.api.unblockBot(harness.reader);
  const sent = await fetch(`${url}/bot${token}/sendMessage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      chat_id: chat.id,
      text: '旧消息',
      reply_markup: { inline_keyboard: [[{ text: '按', callback_data: data }]] },
    }),
  });
  const { result } = (await sent.json()) as { result: { message_id: number } };
  const before = harness.api.transcript.length;
  const message = { chatId: chat.id, messageId: result.message_id };
  const answer = await harness.api.pressButton({ message, data, from });
  await harness.settled();
  const edits = harness.api.findMessage(chat.id, result.message_id)?.edits.length ?? 0;
  return { answer, edits, shown: harness.api.transcript.slice(before) };
}

describe('who administers a group', () => {
  it('is asked once for a minute', async () => {
    const group = aGroup();
    await harness.say('/subscribe 云溪日报', group, harness.reader);
    await harness.say('/pause', group, harness.reader);
    expect(membershipCalls()).toBe(1);
    harness.clock.advance(61_000);
    await harness.say('/resume', group, harness.reader);
    expect(membershipCalls()).toBe(2);
  });

  it('is asked again when it has changed', async () => {
    const group = aGroup();
    await harness.say('/pause', group, harness.reader);
    harness.api.setMember(group, harness.reader, 'member');
    const [answer] = await harness.say('/resume', group, harness.reader);
    expect(answer?.text).toContain('只有管理员');
    harness.api.setMember(group, harness.reader, 'administrator');
    expect((await harness.say('/resume', group, harness.reader))[0]?.text).toContain('已恢复');
  });

  it('takes a no for ten seconds only', async () => {
    const group = harness.api.addChat({ type: 'supergroup' });
    await harness.say('/pause', group, harness.reader);
    await harness.say('/pause', group, harness.reader);
    expect(membershipCalls()).toBe(1);
    harness.clock.advance(10_001);
    await harness.say('/pause', group, harness.reader);
    expect(membershipCalls()).toBe(2);
  });

  it('takes whoever speaks as the group for one', async () => {
    const group = harness.api.addChat({ type: 'supergroup' });
    await harness.say('/subscribe 云溪日报', group);
    expect(await followed(group)).toEqual(['云溪日报']);
    expect(membershipCalls()).toBe(0);
  });
});

describe('a channel, from the private chat', () => {
  it('is subscribed and told by name; its buttons act on it', async () => {
    const channel = aChannel();
    const answer = await harness.ask('/subscribe @laodong 云溪日报');
    expect(answer.chatId).toBe(harness.reader.id);
    expect(answer.text).toMatch(/^劳动新闻\n已订阅 云溪日报/u);
    expect(await followed(channel)).toEqual(['云溪日报']);
    expect(await followed(harness.reader)).toEqual([]);
    const { shown } = await harness.press(answer, '退订 云溪日报');
    expect(shown[0]?.text).toBe('劳动新闻\n已退订 云溪日报');
    await harness.press(shown[0] as ChatMessage, '订阅 云溪日报');
    expect(await followed(channel)).toEqual(['云溪日报']);
    expect((await harness.press(answer, '1')).shown[0]?.text).toContain('第15篇');
    for (const message of harness.api.transcript) {
      for (const { callback_data } of buttonsOf(message)) {
        expect(Buffer.byteLength(callback_data ?? '')).toBeLessThanOrEqual(64);
      }
    }
    expect(harness.refusals).toEqual([]);
  });

  it('takes every command that is about a chat', async () => {
    const channel = aChannel('administrator');
    for (const command of [
      '/subscribe @laodong 云溪日报、中国劳动保障报',
      '退订 @laodong 中国劳动保障报',
      '/watch https://t.me/laodong 养老保险',
      '/filter @LaoDong 云溪日报 -股票',
      '/quiet @laodong 23:00-07:00',
      '/timezone @laodong 东京',
      '/pause @laodong',
      '/language @laodong en',
    ]) {
      const [answer, ...more] = await harness.say(command);
      expect([answer?.text.split('\n')[0], more]).toEqual(['劳动新闻', []]);
    }
    expect((await harness.ask('/digest @laodong 8:00')).text).toContain('每天 08:00');
    expect(await harness.stores.chats.find(channel.id)).toMatchObject({
      type: 'channel',
      language: 'en',
      timeZone: 'Asia/Tokyo',
      digestTimes: [480],
      quietHours: { from: 1_380, until: 420 },
      isPaused: true,
    });
    expect(await harness.stores.chats.find(harness.reader.id)).toMatchObject({ language: undefined, isPaused: false });
    const list = await harness.ask('/subscriptions @laodong');
    expect(list.text).toContain('云溪日报');
    expect(list.text).toContain('养老保险');
    expect((await harness.ask('/language @laodong')).text).toBe('劳动新闻\nLanguage: English');
    await harness.press(list, '取消 养老保险');
    expect(await harness.stores.watches.list({ chatId: channel.id, topicId: 0 })).toEqual([]);
    expect((await harness.ask('/resume @laodong')).text).toContain('已恢复');
    expect(harness.spoken).toContain(channel.id);
  });

  it('pages through the media in place, and toggles them', async () => {
    const channel = aChannel();
    const list = await harness.ask('/subscribe @laodong');
    const { shown } = await harness.press(list, '云溪日报 (3)');
    expect(labelsOf(shown[0])).toContain('✓ 云溪日报 (3)');
    expect(shown[0]?.text).toMatch(/^劳动新闻\n/u);
    expect(await followed(channel)).toEqual(['云溪日报']);
  });

  it.each([
    ['a reader of it', 'member'],
    ['somebody else', 'left'],
  ] as const)('is not managed by %s', async (_who, status) => {
    const channel = aChannel(status);
    expect((await harness.ask('/subscribe @laodong 云溪日报')).text).toBe(
      '你不是 @laodong 的管理员，不能管理它的订阅。',
    );
    expect((await harness.ask('/subscriptions @laodong')).text).toContain('你不是 @laodong 的管理员');
    const [category] = await harness.stores.categories.list();
    const { answer } = await pressForged(harness.reader, `sub:${category?.id}@${(-channel.id).toString(36)}`);
    expect(answer.text).toContain('的管理员');
    expect(answer.text).not.toContain('劳动新闻');
    expect(await followed(channel)).toEqual([]);
  });

  it('is not managed any more by whoever lost the office, with the old buttons', async () => {
    const channel = aChannel();
    const answer = await harness.ask('/subscribe @laodong 云溪日报');
    harness.api.setMember(channel, harness.reader, 'member');
    await harness.settled();
    expect((await harness.press(answer, '退订 云溪日报')).notice).toContain('的管理员');
    expect(await followed(channel)).toEqual(['云溪日报']);
  });

  it('says in one line what is missing', async () => {
    const channel = aChannel();
    expect((await harness.ask('/pause @nowhere')).text).toContain('没有找到 @nowhere');
    harness.api.setBotCanWrite(channel, false);
    expect((await harness.ask('/pause @laodong')).text).toContain('我在 @laodong 不能发消息');
    harness.api.setBotStatus(channel, 'left', harness.reader);
    expect((await harness.ask('/pause @laodong')).text).toContain('我不在 @laodong');
    harness.api.setBotStatus(channel, 'kicked', harness.reader);
    expect((await harness.ask('/pause @laodong')).text).toContain('我不在 @laodong');
  });

  it.each(['sub:1@0', 'sub:1@zzzzzzzzzzz', 'sub:1@', 'sub:1@@1', 'nothing:1@5jkl', 'sub:1@-1001'])(
    'is not reached by %s',
    async (data) => {
      aChannel();
      expect((await pressForged(harness.reader, data)).answer.text).toBeTruthy();
    },
  );

  it('is not acted on by a button that stands elsewhere', async () => {
    const channel = aChannel();
    const group = aGroup();
    await pressForged(group, `sub:1@${(-channel.id).toString(36)}`);
    expect(await followed(channel)).toEqual([]);
  });

  it('works for a public group, which is told what counts for all of it', async () => {
    const group = harness.api.addChat({ type: 'supergroup', title: '公开群', username: 'dubao' });
    harness.api.setMember(group, harness.reader, 'creator');
    expect((await harness.ask('/digest @dubao hourly')).text).toMatch(/^公开群\n[\s\S]*对全群有效。$/u);
    harness.api.setBotCanWrite(group, false);
    expect((await harness.ask('/digest @dubao')).text).toContain('不能发消息');
  });
});

describe('a greeting', () => {
  it('comes when the bot is added to a group, with a button that works', async () => {
    const group = harness.api.addChat({ type: 'supergroup', botStatus: 'left' });
    harness.api.setMember(group, harness.reader, 'creator');
    harness.api.setBotStatus(group, 'member', harness.reader);
    await harness.settled();
    const [greeting] = harness.api.transcript;
    expect(greeting?.text.split('\n')).toHaveLength(2);
    expect((await harness.press(greeting as ChatMessage, '浏览媒体', harness.reader)).shown[0]?.text).toContain(
      '全部媒体',
    );
    harness.api.setBotStatus(group, 'administrator', harness.reader);
    await harness.settled();
    expect(harness.api.transcript).toHaveLength(2);
    expect(harness.refusals).toEqual([]);
  });

  it('comes in a channel where the bot may post, and leads into the private chat', async () => {
    const channel = harness.api.addChat({ type: 'channel', title: '内部频道', botStatus: 'left' });
    harness.api.setMember(channel, harness.reader, 'creator');
    harness.api.setBotStatus(channel, 'administrator', harness.reader);
    await harness.settled();
    const [greeting] = harness.api.transcript;
    expect(greeting?.text.split('\n')).toHaveLength(2);
    const payload = linkOf(greeting, '在私聊里选择媒体')?.split('start=')[1];
    const list = await harness.ask(`/start ${payload}`);
    expect(list.text).toMatch(/^内部频道\n全部媒体/u);
    await harness.press(list, '云溪日报 (3)');
    expect(await followed(channel)).toEqual(['云溪日报']);
    const stranger = harness.api.addUser();
    const [answer] = await harness.say(`/start ${payload}`, stranger);
    expect(answer?.text).toBe('你不是 那个频道或群组 的管理员，不能管理它的订阅。');
  });

  it('does not come where the bot may not post', async () => {
    const channel = harness.api.addChat({ type: 'channel', botStatus: 'left' });
    harness.api.setBotStatus(channel, 'member', harness.reader);
    await harness.settled();
    expect(harness.api.transcript).toEqual([]);
    expect(harness.refusals).toEqual([]);
  });
});

describe('a right that the bot lacks', () => {
  it('is told of in private, once, when it cannot write in a group', async () => {
    const group = aGroup();
    await harness.say('你好');
    harness.api.setBotCanWrite(group, false);
    const [told, ...more] = await harness.say('/latest', group, harness.reader);
    expect(told?.chatId).toBe(harness.reader.id);
    expect(told?.text).toContain('我在「读报组」不能发消息');
    expect(more).toEqual([]);
    expect(await harness.say('/latest', group, harness.reader)).toEqual([]);
  });

  it('is told where members are hidden, whenever it is needed', async () => {
    const group = aGroup();
    harness.api.hideMembers(group);
    expect((await harness.say('/pause', group, harness.reader))[0]?.text).toContain('请把我设为管理员');
    const [list] = await harness.say('/categories', group, harness.reader);
    const { notice } = await harness.press(list as ChatMessage, '云溪日报 (3)', harness.reader);
    expect(notice).toContain('请把我设为管理员');
    harness.api.setBotStatus(group, 'administrator', harness.reader);
    expect((await harness.say('/pause', group, harness.reader))[0]?.text).toContain('已暂停');
  });

  it('is told to the owner of a channel, as soon as they have written to the bot', async () => {
    const channel = aChannel('creator');
    harness.api.setBotCanWrite(channel, false);
    expect(await harness.say('/latest', channel)).toEqual([]);
    await harness.say('你好');
    const [told] = await harness.say('/latest', channel);
    expect(told?.chatId).toBe(harness.reader.id);
    expect(await harness.say('/latest', channel)).toEqual([]);
  });
});

describe('/start', () => {
  it('offers a group to be added to, and in a channel does not speak of groups', async () => {
    expect(linkOf(await harness.ask('/start'), '添加到群组')).toBe('https://t.me/zhaibao_bot?startgroup=new');
    const [welcome] = await harness.say('/start', aChannel());
    expect(welcome?.text).toContain('频道');
    expect(welcome?.text).not.toContain('群');
  });

  it('subscribes a group that was chosen by a link, when an administrator did it', async () => {
    const group = aGroup();
    const other = harness.api.addUser();
    const category = (await harness.stores.categories.list()).find(({ name }) => name === '云溪日报');
    expect((await harness.say(`/start@zhaibao_bot sub_${category?.id}`, group, other))[0]?.text).toContain(
      '只有管理员',
    );
    expect(await followed(group)).toEqual([]);
    await harness.say(`/start@zhaibao_bot sub_${category?.id}`, group, harness.reader);
    expect(await followed(group)).toEqual(['云溪日报']);
    expect(await harness.say('/start@zhaibao_bot new', group, harness.reader)).toEqual([]);
  });

  it('opens the text of an article, and the media that carry it', async () => {
    expect(labelsOf(await harness.ask('/start txt_3'))).toContain('摘要');
    expect((await harness.ask('/start sto_3')).text).toContain('刊登这篇文章的媒体');
    expect((await harness.ask('/start txt_999')).text).toContain('这篇文章已不存在');
  });
});

describe('what others read', () => {
  const subscribe = async (chat: Chat) => {
    const [category] = (await harness.stores.categories.list()).filter(({ name }) => name === '云溪日报');
    await harness.stores.chats.save(chat.id, chat.type, harness.clock.now());
    await harness.stores.subscriptions.subscribe(
      { chatId: chat.id, topicId: 0 },
      category?.id ?? 0,
      harness.clock.now(),
    );
  };

  it('in a group opens articles in the private chat', async () => {
    const group = aGroup();
    await subscribe(group);
    const [push] = await harness.publish(news(40), 1);
    expect(push?.chatId).toBe(group.id);
    expect(linkOf(push, '相关')).toMatch(/^https:\/\/t\.me\/zhaibao_bot\?start=rel_\d+$/u);
    const [latest] = await harness.say('/latest', group, harness.reader);
    const payload = linkOf(latest, '1')?.split('start=')[1];
    expect((await harness.ask(`/start ${payload}`)).text).toContain('第40篇');
  });

  it('in a group still turns the pages of a digest in place', async () => {
    const group = aGroup();
    await subscribe(group);
    const [digest] = await harness.publish(news(41, 55), 1);
    expect(linkOf(digest, '1')).toContain('?start=art_');
    const anybody = harness.api.addUser();
    const { shown } = await harness.press(digest as ChatMessage, '较早 ›', anybody);
    expect(shown[0]?.edits).toHaveLength(1);
    expect(linkOf(shown[0], '11')).toContain('?start=art_');
  });

  it('in a channel has links alone', async () => {
    const channel = aChannel();
    await subscribe(channel);
    const [push] = await harness.publish(news(40), 1);
    const [digest] = await harness.publish(news(41, 55), 1);
    for (const message of [push, digest]) {
      expect(buttonsOf(message).length).toBeGreaterThan(0);
      expect(buttonsOf(message).filter(({ url }) => url === undefined)).toEqual([]);
    }
    expect(buttonsOf(digest)).toHaveLength(11);
    const payload = linkOf(digest, '较早 ›')?.split('start=')[1];
    const page = await harness.ask(`/start ${payload}`);
    expect(page.text).toContain('11. ');
    expect((await harness.press(page, '11')).shown[0]?.text).toContain('云溪日报');
    expect(linkOf(page, '‹ 较新')).toMatch(/start=dig_\w+_0$/u);
    expect(harness.api.findMessage(channel.id, digest?.messageId ?? 0)?.edits).toEqual([]);
  });

  it('does not show a private channel’s digest to whoever is not in it', async () => {
    const channel = harness.api.addChat({ type: 'channel' });
    harness.api.setMember(channel, harness.reader, 'member');
    await subscribe(channel);
    const [digest] = await harness.publish(news(41, 55), 1);
    const payload = linkOf(digest, '较早 ›')?.split('start=')[1];
    expect((await harness.ask(`/start ${payload}`)).text).toContain('11. ');
    const [answer] = await harness.say(`/start ${payload}`, harness.api.addUser());
    expect(answer?.text).toContain('这个链接已失效');
  });

  it('keeps its kind of buttons when it is corrected', async () => {
    const channel = aChannel();
    await subscribe(channel);
    const [push] = await harness.publish(news(40), 1);
    const corrected = news(40).map((article) => ({ ...article, title: '改过的标题' }));
    await harness.stores.ingest.saveAndEnqueue(
      'archive',
      corrected.map((article) => ({ kind: 'article' as const, path: 'x', fingerprint: '2', article })),
      harness.clock.now(),
      false,
    );
    harness.clock.advance(10_000);
    const edited = harness.api.nextMessage(({ edits }) => edits.length > 0);
    await harness.deliver(edited);
    const now = harness.api.findMessage(channel.id, push?.messageId ?? 0);
    expect(now?.text).toContain('改过的标题');
    expect(buttonsOf(now)).toEqual(buttonsOf(push));
  });

  it('is not changed by the buttons of old messages', async () => {
    const group = aGroup();
    const channel = aChannel();
    for (const chat of [group, channel]) {
      for (const [data, payload] of [
        ['text:3:0', 'txt_3'],
        ['art:3', 'art_3'],
        ['sum:3', 'art_3'],
        ['story:3', 'sto_3'],
      ] as const) {
        const { answer, edits, shown } = await pressForged(chat, data);
        expect(answer.url).toBe(`https://t.me/zhaibao_bot?start=${payload}`);
        expect([edits, shown]).toEqual([0, []]);
      }
    }
    const reader = harness.api.addUser();
    const { answer, edits } = await pressForged(channel, 'cat:0', reader);
    expect([answer.text, edits]).toEqual(['只有管理员可以更改设置', 0]);
  });
});

describe('a forum', () => {
  it('lists in General what its topics follow', async () => {
    const forum = aGroup('administrator', { isForum: true });
    const topic = harness.api.addTopic(forum, '养老');
    for (const text of ['/subscribe 云溪日报', '/watch 养老保险']) {
      harness.api.sendText({ chat: forum, from: harness.reader, text, threadId: topic });
    }
    await harness.settled();
    expect(await followed(forum, topic)).toEqual(['云溪日报']);
    const [list] = await harness.say('/subscriptions', forum, harness.reader);
    expect(list?.text).toContain(`话题 ${topic} · 2 个`);
    expect(list?.text).toContain('还没有订阅');
    expect((await harness.say('/pause', forum, harness.reader))[0]?.text).toContain('对全群有效');
  });
});
