import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../../bot/local-chat/world.js';
import type { Article } from '../../../src/domain/article.js';
import { anArticle, articleNumber, saveAll } from '../../support/builders.js';
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

const saveMore = (articles: readonly Article[]) =>
  saveAll(harness.stores.ingest, 'more', articles, harness.clock.now(), true);
const yunxi = (n: number) => articleNumber(n, { categories: [{ name: '云溪日报', slug: 'yunxiribao' }] });

describe('the buttons of a push', () => {
  it('give up the subscription that it came from, and survive the full text', async () => {
    await harness.ask('/subscribe 云溪日报');
    const [push] = await harness.publish([yunxi(101)], 1);
    if (!push) throw new Error('no push');
    const labels = ['原文', '全文', '相关', '收藏', '分享', '退订 云溪日报'];
    expect(labelsOf(push)).toEqual(labels);
    const { shown } = await harness.press(push, '全文');
    expect(labelsOf(shown[0])).toEqual(['原文', '摘要', '相关', '收藏', '分享', '退订 云溪日报']);
    const back = await harness.press(shown[0] ?? push, '摘要');
    expect(labelsOf(back.shown[0])).toEqual(labels);
    await harness.press(push, '退订 云溪日报');
    expect(await harness.stores.subscriptions.list({ chatId: harness.reader.id, topicId: 0 })).toEqual([]);
    const again = await harness.press(back.shown[0] ?? push, '全文');
    expect(labelsOf(again.shown[0])).toEqual(['原文', '摘要', '相关', '收藏', '分享']);
  });

  it('do not offer it for keywords, which the way back from the full text keeps, and not where the article was opened', async () => {
    await harness.ask('/watch 社区食堂');
    const [push] = await harness.publish([yunxi(101)], 1);
    expect(labelsOf(push)).toEqual(['原文', '全文', '相关', '收藏', '分享']);
    const text = await harness.press(push as ChatMessage, '全文');
    const back = await harness.press(text.shown[0] as ChatMessage, '摘要');
    expect(back.shown[0]?.text).toContain('\n关键词：社区食堂\n');
    const { id } = (await harness.stores.articles.findByIdentity(yunxi(101).identity)) ?? {};
    expect(labelsOf(await harness.ask(`/start art_${id}`))).toEqual(['原文', '全文', '相关', '收藏', '分享']);
  });

  it('stay after a correction', async () => {
    await harness.ask('/subscribe 云溪日报');
    const [push] = await harness.publish([yunxi(101)], 1);
    const corrected = { ...yunxi(101), title: '改过的标题' };
    await saveAll(harness.stores.ingest, 'archive', [corrected], harness.clock.now(), false);
    const view = { language: 'zh', timeZone: 'Asia/Shanghai' } as const;
    const rules = { ...view, pushPerHour: 0, backlogUntil: undefined, queuedBefore: undefined, mostEdits: 1 };
    const [claim] = await harness.stores.deliveries.claim([harness.reader.id], harness.clock.now(), rules);
    const article = await harness.stores.articles.findByIdentity(yunxi(101).identity);
    if (claim?.kind !== 'message' || claim.message.kind !== 'edit' || !article) throw new Error('no edit');
    await harness.bot.sender.editArticle(claim.message, article, view);
    const now = harness.api.findMessage(push?.chatId ?? 0, push?.messageId ?? 0);
    expect(now?.text).toContain('改过的标题');
    expect(labelsOf(now)).toContain('退订 云溪日报');
  });

  it('in a group do not offer it; in a channel do not share either, which Telegram refuses', async () => {
    const group = harness.api.addChat({ type: 'supergroup', title: '读报组' });
    const channel = harness.api.addChat({ type: 'channel', title: '读报频道' });
    for (const chat of [group, channel]) {
      const type = chat === group ? 'supergroup' : 'channel';
      await harness.stores.chats.save(chat.id, type, harness.clock.now());
      const [category] = await harness.stores.categories.list();
      await harness.stores.subscriptions.subscribe(
        { chatId: chat.id, topicId: 0 },
        category?.id ?? 0,
        harness.clock.now(),
      );
    }
    const paper = { name: '中国劳动保障报', slug: 'zhongguolaodongbaozhangbao' };
    const pushes = await harness.publish([articleNumber(101, { categories: [paper] })], 2);
    const labelsIn = (chatId: number) => labelsOf(pushes.find((push) => push.chatId === chatId));
    expect(labelsIn(group.id)).toEqual(['原文', '全文', '相关', '收藏', '分享']);
    expect(labelsIn(channel.id)).toEqual(['原文', '全文', '相关']);
  });
});

describe('相关', () => {
  it('leaves out what 刊登媒体 lists', async () => {
    const text =
      '青禾镇把三块闲置地整理成共享菜园，四十户家庭报名，首批收成送进了社区食堂，镇里打算明年再辟两块，报名从三月开始。';
    await saveMore([
      anArticle({ identity: 'g1', title: '青禾镇试行共享菜园', text, outline: [] }),
      anArticle({ identity: 'g2', title: '青禾镇试行共享菜园', text, outline: [], medium: '青禾晚报' }),
      anArticle({
        identity: 'g3',
        title: '共享菜园第二年',
        text: '青禾镇的共享菜园今年添了两块，报名的人更多。',
        outline: [],
      }),
    ]);
    const { id } = (await harness.stores.articles.findByIdentity('g1')) ?? {};
    const summary = await harness.ask(`/start art_${id}`);
    expect(labelsOf(summary)).toEqual(['原文', '全文', '相关', '收藏', '刊登媒体', '分享']);
    const related = (await harness.press(summary, '相关')).shown[0]?.text;
    expect(related).toContain('共享菜园第二年');
    expect(related).not.toContain('青禾晚报');
    expect((await harness.press(summary, '刊登媒体')).shown[0]?.text).toContain('青禾晚报');
  });
});
