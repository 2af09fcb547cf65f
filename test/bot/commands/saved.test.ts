import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../../bot/local-chat/world.js';
import type { StoredArticle } from '../../../src/domain/article.js';
import { articleNumber, itemFor } from '../../support/builders.js';
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

const kept = async (chatId = harness.reader.id) =>
  (await harness.stores.saved.listEntries(chatId)).map(({ title }) => title);
const shownNow = (message: ChatMessage) => harness.api.findMessage(message.chatId, message.messageId) as ChatMessage;
const open = async (n: number) => {
  const [summary] = await harness.say(articleNumber(n).url ?? '');
  if (!summary) throw new Error(`no summary of ${n}`);
  return summary;
};
const replyTo = async (message: ChatMessage, text: string, chat = message.chatId) => {
  const before = harness.api.transcript.length;
  const from = chat === harness.reader.id ? {} : { from: harness.reader };
  harness.api.sendText({ chat, text, replyTo: message.messageId, ...from });
  await harness.settled();
  return harness.api.transcript.slice(before);
};
const keepAll = async (count: number) => {
  for (let n = 1; n <= count; n += 1) {
    harness.clock.advance(1_000);
    await harness.press(await open(n), '收藏');
  }
};

describe('the button under a summary', () => {
  it('keeps the article and gives it up again, and says which it does', async () => {
    const summary = await open(1);
    expect(labelsOf(summary)).toEqual(['原文', '全文', '相关', '收藏', '分享']);
    const { notice, shown } = await harness.press(summary, '收藏');
    expect(notice).toBe('已收藏，/saved 查看');
    expect(shown.map(({ text }) => text)).toEqual([summary.text]);
    expect(labelsOf(shown[0])).toEqual(['原文', '全文', '相关', '取消收藏', '分享']);
    expect(await kept()).toEqual(['第1篇']);
    expect(labelsOf(await open(1))).toContain('取消收藏');
    const back = await harness.press(shownNow(summary), '取消收藏');
    expect(back.notice).toBe('已取消收藏');
    expect(labelsOf(back.shown[0])).toContain('收藏');
    expect(await kept()).toEqual([]);
  });

  it('under an older message does what it says, also when that is done already', async () => {
    const [first, second] = [await open(1), await open(1)];
    await harness.press(first, '收藏');
    expect((await harness.press(second, '收藏')).notice).toContain('已收藏');
    await harness.press(shownNow(first), '取消收藏');
    expect((await harness.press(shownNow(second), '取消收藏')).notice).toBe('已取消收藏');
    expect(await kept()).toEqual([]);
  });

  it('of an article that is gone says so', async () => {
    const summary = await open(1);
    await harness.stores.articles.remove([articleNumber(1).identity]);
    expect((await harness.press(summary, '收藏')).notice).toBe('这篇文章已不存在');
  });

  it('stays as it is when the push is corrected, with what told why it came', async () => {
    await harness.ask('/watch 食堂');
    const [push] = await harness.publish([articleNumber(101)], 1);
    if (!push) throw new Error('no push');
    const { shown } = await harness.press(push, '收藏');
    expect(shown[0]?.text).toContain('关键词：食堂');
    const corrected = itemFor(articleNumber(101, { title: '改过的题目' }));
    await harness.stores.ingest.saveAndEnqueue('archive', [corrected], harness.clock.now(), false);
    const [claim] = await harness.stores.deliveries.claim([harness.reader.id], harness.clock.advance(60_000), {
      timeZone: 'Asia/Shanghai',
      pushPerHour: 6,
      backlogUntil: undefined,
      queuedBefore: undefined,
      mostEdits: 1,
    });
    if (claim?.kind !== 'message' || claim.message.kind !== 'edit') throw new Error('nothing to correct');
    const article = await harness.stores.articles.findByIdentity(articleNumber(101).identity);
    const view = { language: 'zh', timeZone: 'Asia/Shanghai' } as const;
    await harness.bot.sender.editArticle(claim.message, article as StoredArticle, view);
    const edited = shownNow(push);
    expect(edited.text).toContain('改过的题目');
    expect(labelsOf(edited)).toContain('取消收藏');
  });
});

describe('/save', () => {
  it('as a reply to a push or a summary keeps its article, with a button to give it up', async () => {
    await harness.ask('/subscribe 云溪日报');
    const fresh = articleNumber(101, { title: '新到', categories: [{ name: '云溪日报', slug: undefined }] });
    const [push] = await harness.publish([fresh], 1);
    const [answer] = await replyTo(push as ChatMessage, '/save');
    expect(answer?.text).toBe('已收藏：新到\n/saved 查看全部收藏。');
    const [again] = await replyTo(push as ChatMessage, '收藏这篇');
    expect(again?.text).toBe('收藏过了：新到');
    harness.clock.advance(1_000);
    await replyTo(await open(2), '/save');
    expect(await kept()).toEqual(['第2篇', '新到']);
    await harness.press(again as ChatMessage, '取消收藏');
    expect(await kept()).toEqual(['第2篇']);
  });

  it('knows a push by its number when its buttons are lost', async () => {
    await harness.ask('/subscribe 云溪日报');
    const fresh = articleNumber(101, { title: '新到', categories: [{ name: '云溪日报', slug: undefined }] });
    const [push] = await harness.publish([fresh], 1);
    const message = { chat_id: push?.chatId, message_id: push?.messageId };
    await fetch(`${harness.api.url}/bot${harness.api.token}/editMessageReplyMarkup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
    });
    expect((await replyTo(push as ChatMessage, '/save'))[0]?.text).toContain('已收藏：新到');
  });

  it('as a reply to a list says to open one, to anything else how it is done', async () => {
    const list = await harness.ask('/latest');
    expect((await replyTo(list, '/save'))[0]?.text).toContain('先点编号打开一篇');
    expect((await replyTo(await harness.ask('/help'), '/save'))[0]?.text).toContain('点摘要下面的「收藏」');
    expect((await harness.ask('/save')).text).toContain('点摘要下面的「收藏」');
    expect(await kept()).toEqual([]);
  });

  it('in a group is open to everybody, and keeps for the group', async () => {
    const group = harness.api.addChat({ type: 'supergroup' });
    harness.api.setMember(group, harness.reader, 'member');
    const { chats, categories, subscriptions } = harness.stores;
    await chats.save(group.id, 'supergroup', harness.clock.now());
    const { id } = await categories.findOrCreate('云溪日报');
    await subscriptions.subscribe({ chatId: group.id, topicId: 0 }, id, harness.clock.now());
    const fresh = articleNumber(101, { categories: [{ name: '云溪日报', slug: undefined }] });
    const [push] = await harness.publish([fresh], 1);
    const [answer] = await replyTo(push as ChatMessage, '/save', group.id);
    expect(answer?.text).toContain('已收藏');
    expect(await kept(group.id)).toHaveLength(1);
    expect(await kept()).toEqual([]);
  });

  it('has a limit', async () => {
    const { saved } = harness.stores;
    Object.assign(saved, { count: async () => 2_000 });
    expect((await harness.press(await open(1), '收藏')).notice).toBe('最多收藏 2000 篇，请先取消一些。');
    expect((await replyTo(await open(1), '/save'))[0]?.text).toBe('最多收藏 2000 篇，请先取消一些。');
  });
});

describe('/saved', () => {
  it('tells how to begin while nothing is kept', async () => {
    expect((await harness.ask('/saved')).text).toMatch(/^还没有收藏。\n点摘要下面的「收藏」/u);
  });

  it('lists what was kept last first, paged in place, and opens by number', async () => {
    await keepAll(12);
    const first = await harness.ask('我的收藏');
    expect(first.text).toMatch(/^收藏（12）\n1\. 第12篇\n/u);
    expect(labelsOf(first)).toEqual(['1', '2', '3', '4', '5', '较早 ›']);
    const { shown } = await harness.press(first, '较早 ›');
    expect(shown[0]?.messageId).toBe(first.messageId);
    expect(shown[0]?.text).toContain('1. 第7篇');
    const last = (await harness.press(shownNow(first), '较早 ›')).shown[0];
    expect(labelsOf(last)).toEqual(['1', '2', '‹ 较新']);
    const back = (await harness.press(shownNow(first), '‹ 较新')).shown[0];
    expect(back?.text).toContain('1. 第7篇');
    expect((await harness.press(shownNow(first), '1')).shown[0]?.text).toMatch(/^第7篇\n/u);
  });

  it('with words lists what has them all, paged as well', async () => {
    await keepAll(12);
    const found = await harness.ask('/saved  食堂　養老保險');
    expect(found.text).toMatch(/^收藏里含有「食堂 養老保險」的：\n1\. 第12篇/u);
    const older = (await harness.press(found, '较早 ›')).shown[0];
    expect(older?.text).toMatch(/^收藏里含有「食堂 養老保險」的：\n1\. 第7篇/u);
    expect((await harness.ask('/saved 第3篇')).text).toContain('1. 第3篇');
    expect((await harness.ask('/saved 股票')).text).toBe('收藏里没有文章含有「股票」。/saved 查看全部收藏。');
  });

  it('speaks English', async () => {
    await harness.ask('/language en');
    await harness.press(await open(1), 'Save');
    expect((await harness.ask('/saved')).text).toMatch(/^Saved \(1\)\n1\. 第1篇/u);
    expect((await harness.ask('/saved 股票')).text).toBe('Nothing that is saved has “股票”. /saved lists everything.');
  });
});
