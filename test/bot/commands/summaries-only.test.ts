import { afterEach, beforeEach, expect, it } from 'vitest';
import { callApi } from '../../support/bot-api-client.js';
import { articleNumber } from '../../support/builders.js';
import { anArchive, BotHarness, labelsOf } from '../../support/start-bot.js';

/** FULL_TEXT=false. */
const saidInstead = '这里只提供摘要，不显示全文；请看原文';

let harness: BotHarness;
beforeEach(async () => {
  harness = await BotHarness.start(anArchive(), { hasFullText: false });
});
afterEach(() => harness.stop());

it('offers no text under a summary, whether asked for or pushed', async () => {
  await harness.ask('/subscribe 云溪日报');
  const categories = [{ name: '云溪日报', slug: 'yunxiribao' }];
  const [push] = await harness.publish([articleNumber(60, { categories })], 1);
  for (const summary of [await harness.ask('https://example.com/news/3'), push])
    expect(labelsOf(summary)).toEqual(expect.arrayContaining(['原文', '相关', '收藏']));
  expect(labelsOf(push)).not.toContain('全文');
});

it('says so at a link from before, in the language of its reader', async () => {
  expect((await harness.ask('/start txt_3')).text).toBe(saidInstead);
  await harness.ask('/language en');
  expect((await harness.ask('/start txt_3')).text).toBe(
    'Only summaries are shown here; for the full text, open the original',
  );
});

it('says so at a button from before', async () => {
  const reply_markup = { inline_keyboard: [[{ text: '全文', callback_data: 'text:3:0' }]] };
  await harness.say('/start');
  await callApi(harness.api, 'sendMessage', { chat_id: harness.reader.id, text: '摘要', reply_markup });
  const summary = harness.api.transcript.at(-1);
  if (!summary) throw new Error('nothing was sent');
  expect(await harness.press(summary, '全文')).toEqual({ notice: saidInstead, shown: [] });
});

it('offers the same summaries in other chats', async () => {
  const { results } = await harness.api.askInline({ from: harness.reader, query: '第3篇' });
  const [first] = results;
  expect(first?.replyMarkup?.inline_keyboard.flat().map(({ text }) => text)).toEqual(['原文', '在摘报中查看']);
  expect(first?.messageText).not.toContain('食堂就在菜场旁边');
});
