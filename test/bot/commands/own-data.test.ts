import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Chat, User } from '../../../bot/local-chat/bot-api.js';
import type { ChatMessage } from '../../../bot/local-chat/world.js';
import { articleNumber } from '../../support/builders.js';
import { anArchive, BotHarness, labelsOf } from '../../support/start-bot.js';

let harness: BotHarness;
beforeEach(async () => {
  harness = await BotHarness.start(anArchive());
});
afterEach(async () => {
  expect(harness.refusals).toEqual([]);
  expect(harness.api.unansweredCallbacks).toEqual([]);
  await harness.stop();
});

interface Sent {
  readonly name?: string;
  readonly caption?: string;
  readonly chat?: Chat | User;
  readonly from?: User;
}

const sendFile = async (content: unknown, { name = 'zhaibao.json', caption, chat, from }: Sent = {}) => {
  const before = harness.api.transcript.length;
  const text = typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content);
  harness.api.sendDocument({
    chat: chat ?? harness.reader,
    file: { name, content: text },
    ...(caption ? { caption } : {}),
    ...(from ? { from } : {}),
  });
  await harness.settled();
  return harness.api.transcript.slice(before);
};
/** The one message that answers a file. */
const importing = async (content: unknown, sent: Sent = {}) => {
  const answers = await sendFile(content, sent);
  expect(answers).toHaveLength(1);
  return answers[0]?.text ?? '';
};
const exported = async (text = '/export', chat: Chat | User = harness.reader, from?: User) => {
  const [message] = await harness.say(text, chat, from);
  const content = harness.api.fileContent(message?.document?.file_id ?? '');
  if (!message || !content) throw new Error('nothing was exported');
  return { message, content: content.toString(), file: JSON.parse(content.toString()) };
};
const press = async (message: ChatMessage | undefined, label: string, from?: User) =>
  harness.press(message as ChatMessage, label, from);
const target = () => ({ chatId: harness.reader.id, topicId: 0 });
const ours = (over: object) => ({ zhaibao: 1, ...over });

/** A reader who has used everything. */
async function live(): Promise<void> {
  for (const text of [
    '/language en',
    '/timezone 东京',
    '/digest 20:00,08:00',
    '/quiet 23:00-07:00',
    '/subscribe 云溪日报、云溪晚报',
    '/subscribe 北岭矿工报',
    '/watch 养老保险 -股票',
    '/filter 云溪日报 +食堂 -"港股 通"',
    '/filter * -广告',
  ])
    await harness.say(text);
  for (const n of [3, 14]) {
    harness.clock.advance(60_000);
    const [summary] = await harness.say(articleNumber(n).url ?? '');
    await press(summary, 'Save');
  }
}

describe('/export', () => {
  it('sends all that the chat chose as a file for people to read', async () => {
    await live();
    const { message, content, file } = await exported();
    expect(message.document).toMatchObject({ file_name: 'zhaibao-2026-01-05.json', mime_type: 'application/json' });
    expect(message.text).toContain('subscriptions: 3, keywords: 1, filters: 2, saved articles: 2');
    expect(content).toBe(`{
  "zhaibao": 1,
  "exported": "${harness.clock.now().toISOString()}",
  "chat": ${harness.reader.id},
  "settings": {
    "language": "en",
    "timezone": "Asia/Tokyo",
    "digest": "08:00,20:00",
    "quiet": "23:00-07:00",
    "paused": false,
    "silent": false,
    "characters": "printed",
    "summary": "both"
  },
  "subscriptions": [
    {"name":"云溪日报","slug":"yunxiribao"},
    {"name":"云溪 晚报","slug":"yunxiwanbao"},
    {"name":"北岭矿工报"}
  ],
  "watches": [
    {"query":"养老保险 -股票"}
  ],
  "filters": [
    {"name":"*","only":[],"never":["广告"]},
    {"name":"云溪日报","only":["食堂"],"never":["港股 通"]}
  ],
  "saved": [
    {"link":"https://example.com/news/14","title":"第14篇","saved":"${file.saved[0].saved}"},
    {"link":"https://example.com/news/3","title":"第3篇","saved":"${file.saved[1].saved}"}
  ]
}
`);
  });

  it('of a new chat says that nothing was chosen', async () => {
    const { file } = await exported('导出数据');
    expect(file).toMatchObject({
      settings: { digest: 'off', quiet: 'off', paused: false },
      subscriptions: [],
      watches: [],
      filters: [],
      saved: [],
    });
    expect(file.settings).not.toHaveProperty('language');
  });

  it('and back, after the chat was forgotten, loses nothing', async () => {
    await live();
    const before = await exported();
    await press(await harness.ask('/forget'), 'Delete everything');
    expect(await harness.stores.chats.find(harness.reader.id)).toBeUndefined();
    const answer = await importing(before.content);
    expect(answer).toBe(
      [
        'Imported',
        'Settings: 8, of which 4 changed',
        'Subscriptions: 3, of which 3 new',
        'Keywords: 1, of which 1 new',
        'Filters: 2, of which 2 changed',
        'Saved articles: 2, of which 2 new',
      ].join('\n'),
    );
    const after = await exported();
    expect(after.file).toEqual({ ...before.file, exported: after.file.exported });
    expect(await importing(after.content)).toMatch(
      /8, of which 0 changed\n.*3, of which 0 new\n.*1, of which 0 new\n.*2, of which 0 changed\n.*2, of which 0 new$/u,
    );
    expect((await exported()).file.saved).toEqual(before.file.saved);
  });

  it('keeps what each topic of a group follows, and puts it together in another chat', async () => {
    const group = harness.api.addChat({ type: 'supergroup', isForum: true });
    harness.api.setMember(group, harness.reader, 'administrator');
    const topic = harness.api.addTopic(group, '报纸');
    const sayThere = async (text: string) => {
      harness.api.sendText({ chat: group, from: harness.reader, text, threadId: topic });
      await harness.settled();
    };
    await sayThere('/subscribe 云溪日报');
    await sayThere('/filter 云溪日报 -股票');
    await harness.say('/watch 养老', group, harness.reader);
    const { content, file } = await exported('/export', group, harness.reader);
    expect(file.subscriptions).toEqual([{ name: '云溪日报', slug: 'yunxiribao', topic }]);
    expect(file.filters).toEqual([{ name: '云溪日报', only: [], never: ['股票'], topic }]);
    await harness.stores.ownData.forget(group.id);
    await sendFile(content, { caption: '/import', chat: group, from: harness.reader });
    expect((await exported('/export', group, harness.reader)).file).toMatchObject({
      subscriptions: file.subscriptions,
      filters: file.filters,
      watches: file.watches,
    });
    await importing(content);
    expect((await exported()).file).toMatchObject({
      subscriptions: [{ name: '云溪日报' }],
      filters: [{ never: ['股票'] }],
      watches: [{ query: '养老' }],
    });
    expect(await harness.stores.ownData.listTopics(harness.reader.id)).toEqual([0]);
  });
});

describe('/import', () => {
  it('without a file says how it is done', async () => {
    expect((await harness.ask('/import')).text).toContain('请发送 /export 导出的文件');
  });

  it.each([
    ['with the command as caption', { caption: '/import' }],
    ['in private, on its own', {}],
    ['in private, with a caption that says something else', { caption: '我的订阅' }],
  ])('takes a file %s', async (_name, sent) => {
    const file = ours({ subscriptions: [{ name: '云溪日报' }] });
    expect(await importing(file, sent)).toBe('已导入\n订阅：1 个，新增 1 个');
    expect(await harness.stores.subscriptions.list(target())).toMatchObject([{ name: '云溪日报' }]);
  });

  it('takes the file that it answers', async () => {
    const group = harness.api.addChat({ type: 'supergroup' });
    harness.api.setMember(group, harness.reader, 'administrator');
    const file = { name: 'a.json', content: JSON.stringify(ours({ watches: [{ query: '养老' }] })) };
    const sent = harness.api.sendDocument({ chat: group, from: harness.reader, file });
    harness.api.sendText({ chat: group, from: harness.reader, text: '/import', replyTo: sent.message_id });
    await harness.settled();
    expect(harness.api.transcript.at(-1)?.text).toBe('已导入\n关键词：1 个，新增 1 个');
  });

  it('is for administrators in a group, and leaves other files alone', async () => {
    const group = harness.api.addChat({ type: 'supergroup', botStatus: 'administrator' });
    const somebody = harness.api.addUser();
    harness.api.setMember(group, somebody, 'member');
    const file = ours({ subscriptions: [{ name: '云溪日报' }] });
    const there = { chat: group, from: somebody };
    expect(await importing(file, { ...there, caption: '/import' })).toContain('只有管理员');
    expect(await sendFile(file, there)).toEqual([]);
    expect(await sendFile(file, { ...there, caption: '看看 /import 这个' })).toEqual([]);
    expect(await harness.stores.subscriptions.list({ chatId: group.id, topicId: 0 })).toEqual([]);
  });

  it('tells every entry that cannot be taken in one line, and takes the rest', async () => {
    const answer = await importing(
      ours({
        colour: 'red',
        settings: { language: 'fr', timezone: '月球', digest: '25:00', quiet: '23:00-07:00', volume: 3 },
        subscriptions: [
          { name: '云溪日报' },
          { name: '改了名的报', slug: 'yunxiwanbao' },
          { name: '南山时报' },
          { name: 'no such' },
          { nome: '写错' },
          '云溪日报',
        ],
        watches: [{ query: '养老' }, { query: '-股票' }, { query: 'in:没有的 养老' }, { query: 7 }],
        filters: [
          { name: '云溪日报', only: ['养老'], never: ['养老'] },
          { name: '云溪日报', only: ['养老'] },
          { name: '中国劳动保障报', never: ['股票'] },
          { name: '*', only: [], never: [] },
        ],
        saved: [
          { link: articleNumber(2).url, title: '第2篇', saved: '2026-01-04T00:00:00Z' },
          { identity: 'other#9', title: '别处的', saved: '2026-01-04T00:00:00Z' },
          { link: articleNumber(3).url, title: '第3篇', saved: '昨天' },
          { link: articleNumber(4).url, identity: 'both', title: '两个', saved: '2026-01-04T00:00:00Z' },
        ],
      }),
    );
    expect(answer).toBe(`已导入
设置：1 项，改了 1 项
订阅：3 个，新增 3 个
关键词：1 个，新增 1 个
过滤：1 个，改了 1 个
收藏：1 篇，新增 1 篇

没有导入的：
· 不认识的项目「colour」
· 设置「language」看不懂
· 设置「digest」看不懂
· 设置「volume」看不懂
· 订阅第 5 条格式不对
· 订阅第 6 条格式不对：云溪日报
· 关键词第 4 条格式不对
· 收藏第 3 条格式不对：第3篇
· 收藏第 4 条格式不对：两个
· 不认识时区「月球」
· 没有名为「no such」的媒体
· 关键词「-股票」不能订阅
· 关键词「in:没有的 养老」不能订阅
· 「云溪日报」的过滤不对
· 没有订阅「中国劳动保障报」，它的过滤没有用
· 对全部订阅的过滤不对
· 没有收录文章「别处的」`);
    const { file } = await exported();
    expect(file.subscriptions.map(({ name }: { name: string }) => name)).toEqual(['云溪日报', '云溪 晚报', '南山时报']);
    expect(file.settings).toMatchObject({ digest: 'off', quiet: '23:00-07:00', paused: false });
    expect(file.filters).toEqual([{ name: '云溪日报', only: ['养老'], never: [] }]);
  });

  it('leaves alone what the file does not speak of', async () => {
    await live();
    await importing(ours({ settings: { paused: true } }));
    const { file } = await exported();
    expect(file.settings).toMatchObject({ language: 'en', digest: '08:00,20:00', paused: true });
    expect(file.subscriptions).toHaveLength(3);
    await importing(ours({ settings: { paused: false, digest: 'off' } }));
    expect((await exported()).file.settings).toMatchObject({ digest: 'off', paused: false });
  });

  it.each([
    ['no JSON', '{"zhaibao": 1, '],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['a list', '[1,2,3]'],
    ['null', 'null'],
    ['JSON of something else', '{"name":"x"}'],
    ['a version that is no number', '{"zhaibao":"1"}'],
    ['brackets without end', '['.repeat(500_000)],
    ['nothing', ' '],
  ])('does not take %s', async (_name, content) => {
    expect(await importing(content)).toBe('这不是 /export 导出的文件，什么也没有导入。');
  });

  it('does not take what is no JSON by its name, nor a later version', async () => {
    expect(await importing(ours({}), { name: 'a.exe' })).toContain('不是 /export 导出的文件');
    expect(await importing({ zhaibao: 2 })).toContain('更新版本');
    expect(await importing(ours({}))).toBe('文件里没有可以导入的内容。');
    expect(harness.api.calls.filter(({ method }) => method === 'getFile')).toHaveLength(2);
  });

  it('does not take more than 1 MB, and does not even fetch it', async () => {
    expect(await importing('x'.repeat(5 * 1024 * 1024))).toBe('文件太大：最多 1 MB。');
    expect(harness.api.calls.filter(({ method }) => method === 'getFile')).toEqual([]);
  });

  it.each([
    ['entries of the wrong type', { subscriptions: 'x', watches: {}, filters: 3, saved: null, settings: [] }],
    ['a setting by the name of a method', { settings: { toString: 'x', constructor: 1 } }],
    ['numbers beyond all bounds', { chat: 1e308, subscriptions: [{ name: '云溪日报', topic: 1e308 }] }],
  ])('survives %s', async (_name, over) => {
    expect(await importing(ours(over))).toMatch(/^文件里没有可以导入的内容。\n\n没有导入的：\n· /u);
  });

  it('survives deep nesting', async () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    expect(await importing(`{"zhaibao":1,"subscriptions":[${deep}]}`)).toContain('· 订阅第 1 条格式不对');
  });

  it('survives 100,000 entries, tells how many were left out, and makes few media', async () => {
    const watched = Array.from({ length: 30_000 }, (_, n) => ({ query: `词${n}` }));
    expect(await importing(ours({ watches: watched }))).toBe(
      '已导入\n关键词：50 个，新增 50 个\n\n没有导入的：\n· 关键词太多，29900 条没有导入\n· 关键词太多，50 条没有导入',
    );
    const han = [...'甲乙丙丁戊己庚辛壬癸'];
    const names = Array.from({ length: 1_000 }, (_, n) =>
      [...String(n).padStart(3, '0')].map((digit) => han[Number(digit)]).join(''),
    );
    expect(await importing(ours({ subscriptions: names.map((each) => ({ name: `${each}报` })) }))).toContain(
      '订阅：50 个，新增 50 个\n\n没有导入的：\n· 订阅太多，950 条没有导入',
    );
    const answer = await importing(ours({ saved: Array.from({ length: 100_000 }, () => 1) }));
    expect(answer.split('\n')).toHaveLength(24);
    expect(answer).toContain('· 收藏第 20 条格式不对\n· 另外还有 1981 处');
  }, 20_000);
});

describe('/forget', () => {
  it('says what goes, and does nothing before it is confirmed', async () => {
    await live();
    await harness.say('/language zh');
    const question = await harness.ask('/forget');
    expect(question.text).toBe(
      '要删除这个聊天的全部数据吗？\n3 个订阅、1 个关键词、2 个过滤、2 篇收藏、0 条推送记录，以及全部设置。\n删除后不能恢复；想留一份，先用 /export 导出。',
    );
    expect(labelsOf(question)).toEqual(['确认删除', '不删除']);
    const { shown } = await press(question, '不删除');
    expect([shown[0]?.messageId, shown[0]?.text]).toEqual([question.messageId, '什么也没有删除。']);
    expect(await harness.stores.subscriptions.list(target())).toHaveLength(3);
  });

  it('leaves nothing of the chat, which is new when it writes again', async () => {
    await live();
    const { shown } = await press(await harness.ask('/forget'), 'Delete everything');
    expect(shown[0]?.text).toContain('Everything is deleted');
    expect(await harness.stores.articles.stats()).toMatchObject({ chats: 0, subscriptions: 0, watches: 0 });
    expect((await harness.ask('/subscriptions')).text).toContain('还没有订阅');
    expect((await harness.ask('/saved')).text).toContain('还没有收藏');
  });

  it('holds when its reader blocks the bot next', async () => {
    await press(await harness.ask('/forget'), '确认删除');
    harness.api.blockBot(harness.reader);
    await harness.settled();
    expect(await harness.stores.articles.stats()).toMatchObject({ chats: 0 });
  });

  it('leaves no trace of a push that is on its way', async () => {
    await harness.ask('/subscribe 云溪日报');
    const fresh = articleNumber(101, { categories: [{ name: '云溪日报', slug: undefined }] });
    const question = await harness.ask('/forget');
    const forgotten = harness.api.on('message', ({ text }) => {
      // The server has the push, the bot has not heard so yet.
      if (text.startsWith('第101篇')) void harness.stores.ownData.forget(harness.reader.id);
    });
    const [push] = await harness.publish([fresh], 1);
    forgotten();
    expect(push?.text).toMatch(/^第101篇/u);
    expect(await harness.stores.articles.stats()).toMatchObject({ chats: 0, deliveries: { pending: 0, sent: 0 } });
    await press(question, '确认删除');
    expect(await harness.stores.chats.find(harness.reader.id)).toBeUndefined();
  });

  it('is for administrators in a group, also at the button', async () => {
    const group = harness.api.addChat({ type: 'supergroup' });
    const somebody = harness.api.addUser();
    harness.api.setMember(group, somebody, 'member');
    harness.api.setMember(group, harness.reader, 'administrator');
    await harness.say('/subscribe 云溪日报', group, harness.reader);
    expect((await harness.say('/forget', group, somebody))[0]?.text).toContain('只有管理员');
    const [question] = await harness.say('/forget', group, harness.reader);
    expect((await press(question, '确认删除', somebody)).notice).toBe('只有管理员可以更改设置');
    expect(await harness.stores.subscriptions.list({ chatId: group.id, topicId: 0 })).toHaveLength(1);
    await press(question, '确认删除', harness.reader);
    expect(await harness.stores.chats.find(group.id)).toBeUndefined();
  });
});
