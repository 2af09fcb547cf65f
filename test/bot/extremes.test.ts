import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Article } from '../../src/domain/article.js';
import { articleNumber, saveAll } from '../support/builders.js';
import { BotHarness } from '../support/start-bot.js';

const repeat = (text: string, units: number) =>
  text
    .repeat(Math.ceil(units / text.length))
    .slice(0, units)
    .toWellFormed();

/** Texts as bad as a post can bring them, some 4,000 units each. */
const extremes: Readonly<Record<string, string>> = {
  'very long': repeat('云溪县办好社区食堂', 4_000),
  'of characters of four bytes': repeat('𠮷𠮷野家𪚥', 4_000),
  'of emoji made of many': repeat('👩‍👩‍👧‍👦🏳️‍🌈', 4_000),
  'with piles of marks': repeat(`a${'\u0301'.repeat(40)}`, 4_000),
  'right to left': repeat('\u202eשלום עולם ‏مرحبا', 4_000),
  'of markup': repeat('<b>&amp;</b><a href="x">"&quot;\'', 4_000),
  'of control characters': repeat('甲\u0000\u0007乙\u200b\u2028丙', 4_000),
};

const category = { name: '云溪日报', slug: 'yunxiribao' };

/** Words that no other article has: reprints would be one story. */
const ownText = (n: number) =>
  Array.from(
    { length: 60 },
    (_, at) => `第${n * 977 + at * 31}号渡口在${(n + at) % 24}时${at % 60}分开出第${n * at}班船。`,
  ).join('');

function extremeArticle(n: number, text: string): Article {
  return articleNumber(n, {
    title: text,
    byline: text,
    lead: text,
    medium: text.slice(0, 200).toWellFormed(),
    categories: [category],
    outline: Array.from({ length: 60 }, (_, at) => ({
      level: at % 4 === 0 ? (1 as const) : (2 as const),
      text: `${at} ${text}`,
    })),
    text: `${ownText(n)}\n${text}\n${text}`,
    url: `https://example.com/${n}?${encodeURIComponent(text.slice(0, 500).toWellFormed())}`,
  });
}

let harness: BotHarness;
beforeEach(async () => {
  harness = await BotHarness.start();
});
afterEach(async () => {
  // Nothing is refused, and no formatting is silently left out.
  expect(harness.refusals).toEqual([]);
  expect(harness.api.transcript.filter(({ droppedEntities }) => droppedEntities > 0)).toEqual([]);
  expect(harness.api.unansweredCallbacks).toEqual([]);
  await harness.stop();
});

describe.each(['zh', 'en'])('in %s', (language) => {
  it.each(Object.entries(extremes))('an article %s is pushed, shown in every way and listed', async (_name, text) => {
    await saveAll(harness.stores.ingest, 'archive', [extremeArticle(0, '旧闻')], harness.clock.now(), true);
    await harness.say(`/language ${language}`);
    await harness.say('/subscribe 云溪日报');
    const [push] = await harness.publish([extremeArticle(1, text)], 1);
    if (!push) throw new Error('no push');
    const labels =
      language === 'zh'
        ? { save: '收藏', related: '相关', text: '全文', next: '下一页 ›', older: '较早 ›' }
        : { save: 'Save', related: 'Related', text: 'Full text', next: 'Next ›', older: 'Older ›' };
    for (const label of [labels.save, labels.related, labels.text, labels.next]) await harness.press(push, label);
    harness.clock.advance(60_000);
    const many = Array.from({ length: 20 }, (_, n) => extremeArticle(10 + n, `${n} ${text}`));
    const [digest] = await harness.publish(many, 1);
    if (!digest) throw new Error('no digest');
    await harness.press(digest, labels.older);
    for (const words of [
      '/latest 20',
      '/search 云溪',
      '/search 甲',
      '/saved',
      '/why',
      '/subscriptions',
      '/settings',
      '/filter',
    ])
      await harness.say(words);
    await harness.say(`/search ${text.slice(0, 200).toWellFormed()}`);
    await harness.say(`/subscribe ${text.slice(0, 500).toWellFormed()}`);
    await harness.say(`/watch ${text.slice(0, 300).toWellFormed()}`);
    await harness.say(`/filter 云溪日报 -${text.slice(0, 25).toWellFormed()}`);
    await harness.say(`/digest ${text.slice(0, 300).toWellFormed()}`);
    await harness.say(`/timezone ${text.slice(0, 300).toWellFormed()}`);
  });

  it('a chat that follows two thousand media and fifty queries lists, browses and exports them', async () => {
    const names = Array.from(
      { length: 2_000 },
      (_, n) => `第${n}号${'云溪县人力资源和社会保障'.slice(0, 3 + (n % 9))}报`,
    );
    const articles = names.map((name, n) => articleNumber(n, { categories: [{ name, slug: `s${n}` }] }));
    await saveAll(harness.stores.ingest, 'archive', articles, harness.clock.now(), true);
    await harness.say(`/language ${language}`);
    for (const { id } of await harness.stores.categories.list())
      await harness.stores.subscriptions.subscribe({ chatId: harness.reader.id, topicId: 0 }, id, harness.clock.now());
    for (let n = 0; n < 50; n += 1) await harness.say(`/watch 词语${n} -别的${n}`);
    for (const words of [
      '/subscriptions',
      '/unsubscribe',
      '/categories',
      '/categories 云溪',
      '/watch',
      '/latest',
      '/export',
    ])
      await harness.say(words);
  });
});
