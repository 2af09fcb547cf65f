import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SearchAnswer, TrendAnswer, Week } from '../../../bot/mini-app/protocol.js';
import { articleNumber } from '../../support/builders.js';
import { MiniAppClient } from '../../support/mini-app-client.js';
import { anArchive, BotHarness } from '../../support/start-bot.js';

let bot: BotHarness;
let reader: MiniAppClient;
beforeEach(async () => {
  bot = await BotHarness.start(anArchive());
  reader = new MiniAppClient(bot.miniApp(), bot, bot.reader);
});
afterEach(() => bot.stop());

const search = (query: string) => reader.get<SearchAnswer>(`search?${query}`);

async function found(query: string) {
  const answer = await search(query);
  if (answer.kind !== 'found') throw new Error(`${query}: ${answer.kind}`);
  return answer;
}

describe('a search', () => {
  it('marks what was looked for', async () => {
    await bot.publish(
      [
        articleNumber(50, {
          title: '灵活就业的人怎样参加养老保险，又怎样领取养老保险待遇',
          text: '参加养老保险并不难。',
        }),
      ],
      0,
    );
    const answer = await found(`q=${encodeURIComponent('怎样 领取')}`);
    expect(answer.items[0]?.titlePieces).toEqual([
      { text: '灵活就业的人', hit: false },
      { text: '怎样', hit: true },
      { text: '参加养老保险，又', hit: false },
      { text: '怎样领取', hit: true },
      { text: '养老保险待遇', hit: false },
    ]);
    expect(answer.items[0]?.snippet.map(({ text }) => text).join('')).toContain('养老保险');
  });

  it.each(['ranked', 'newest'])('goes on page by page, %s', async (order) => {
    await bot.publish(
      Array.from({ length: 35 }, (_, n) => articleNumber(100 + n)),
      0,
    );
    const first = await found(`q=养老保险&order=${order}`);
    expect(first).toMatchObject({ total: { count: 51, isExact: true }, canBeRanked: true, timedOut: false });
    const second = await found(`q=养老保险&order=${order}&cursor=${first.cursor}`);
    const third = await found(`q=养老保险&order=${order}&cursor=${second.cursor}`);
    const ids = [first, second, third].flatMap(({ items }) => items.map(({ id }) => id));
    expect([ids.length, new Set(ids).size, third.cursor]).toEqual([51, 51, undefined]);
  });

  it('is not remembered', async () => {
    await found('q=养老保险');
    expect(await bot.services.browse.findText(1)).toBeUndefined();
  });

  it('knows the source whose name was typed, and that it is followed as keywords', async () => {
    expect(await found('q=云溪日报')).toMatchObject({ category: { name: '云溪日报' } });
    const { id } = await reader.result<{ id: number }>('PUT', 'watches', { query: '养老 保险' });
    expect((await found('q=保险%20养老')).watchId).toBe(id);
  });

  it.each([
    ['q=', { kind: 'empty' }],
    ['', { kind: 'empty' }],
    [`q=${'长'.repeat(201)}`, { kind: 'too-long' }],
    ['q=after:2022-13', { kind: 'bad-date', text: '2022-13' }],
    ['q=养老%20after:2023%20before:2022', { kind: 'bad-range' }],
    ['q=养老%20OR%20in:云溪日报', { kind: 'bad-or' }],
    ['q=养老%20in:没有这家报', { kind: 'no-category', text: '没有这家报' }],
    ['q=养老%20in:云溪', { kind: 'which-category', text: '云溪', names: ['云溪日报', '云溪 晚报'] }],
  ])('%s: %j', async (query, answer) => {
    expect(await search(query)).toEqual(answer);
  });

  it.each([
    'q=a&order=random',
    `q=${'a'.repeat(1_001)}`,
    'q=a&cursor=',
    'q=a&cursor=x',
    'q=a&cursor=nk0.1.1:r',
    'q=a&cursor=ok0.1.1:n',
    'q=a&cursor=ok3.1.1:r',
    'q=a&cursor=ok0.zzzzzzzzzzzzzzzzzz.1:r',
    'q=a&cursor=os1.zzzzzzzzzzzzzzzzzz:r',
    'q=a&cursor=ok0.1.1:r:1:2:3:4:5:6:7:8:9:10:11:12:13:14:15:16:17:18',
    "q=a&cursor=os1.1';:r",
  ])('is refused: %s', async (query) => {
    expect(await reader.failure('GET', `search?${query}`)).toBe('400 bad-request');
  });

  it.each(['ok0.0.0:r', 'ok2.2gosa7pa2gv.2gosa7pa2gv:r', 'os0.0:r', 'os2gosa7pa2gv.2gosa7pa2gv:r'])(
    'goes on from any place: %s',
    async (cursor) => {
      expect(await found(`q=养老&cursor=${cursor}`)).toMatchObject({ kind: 'found' });
    },
  );
});

describe('a trend', () => {
  const trend = (query: string) => reader.get<TrendAnswer>(`trend?${query}`);

  it('has a number for each day and medium, in the days of the reader', async () => {
    await bot.publish([articleNumber(60, { published: new Date('2026-01-03T17:00:00Z') })], 0);
    const answer = await trend('q=养老');
    if (answer.kind !== 'found') throw new Error(answer.kind);
    expect(answer).toMatchObject({ span: 'days', total: 17, timedOut: false });
    expect([answer.buckets.length, answer.buckets.at(-1)]).toEqual([30, '2026-01-05']);
    expect(answer.series.map(({ name, total }) => [name, total])).toEqual([
      ['中国劳动保障报', 12],
      ['云溪日报', 4],
      ['云溪 晚报', 1],
    ]);
    expect(answer.series[1]?.counts.slice(-3)).toEqual([0, 1, 3]);
    await reader.result('PATCH', 'settings', { timeZone: 'Europe/London', script: 'traditional' });
    const abroad = await trend('q=养老');
    if (abroad.kind !== 'found') throw new Error(abroad.kind);
    expect(abroad.series[1]).toMatchObject({ name: '雲溪日報', categoryId: 2 });
    expect(abroad.series[1]?.counts.slice(-3)).toEqual([1, 0, 3]);
  });

  it('may be of weeks', async () => {
    const answer = await trend('q=养老&span=weeks');
    if (answer.kind !== 'found') throw new Error(answer.kind);
    expect([answer.span, answer.buckets.length, answer.buckets.at(-1)]).toEqual(['weeks', 26, '2026-01-05']);
  });

  it.each([
    ['q=', { kind: 'empty' }],
    [`q=${'长'.repeat(201)}`, { kind: 'too-long' }],
    ['q=养老%20in:云溪', { kind: 'which-category', text: '云溪', names: ['云溪日报', '云溪 晚报'] }],
  ])('%s: %j', async (query, answer) => {
    expect(await trend(query)).toEqual(answer);
  });

  it('is of days or weeks', async () => {
    expect(await reader.failure('GET', 'trend?q=a&span=years')).toBe('400 bad-request');
  });
});

describe('the week', () => {
  it('has its busiest sources', async () => {
    const week = await reader.get<Week>('week');
    expect(week.sources.map(({ name, count }) => [name, count])).toEqual([
      ['中国劳动保障报', 12],
      ['云溪日报', 3],
      ['云溪 晚报', 1],
    ]);
    expect(week.words).toEqual([]);
  });

  it('is there without the words of its titles', async () => {
    const browse = { ...bot.services.browse, rising: () => Promise.reject(new Error('secret')) };
    const app = bot.miniApp({ services: { ...bot.services, browse } });
    expect(await new MiniAppClient(app, bot, bot.reader).get('week')).toMatchObject({ words: [] });
  });
});
