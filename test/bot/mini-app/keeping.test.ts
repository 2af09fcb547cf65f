import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Me, SavedPage, SettingsView, WatchAnswer } from '../../../bot/mini-app/protocol.js';
import { articleNumber, saveNews } from '../../support/builders.js';
import { MiniAppClient } from '../../support/mini-app-client.js';
import { anArchive, BotHarness } from '../../support/start-bot.js';

let bot: BotHarness;
let reader: MiniAppClient;
let other: MiniAppClient;
beforeEach(async () => {
  bot = await BotHarness.start(anArchive());
  reader = new MiniAppClient(bot.miniApp(), bot, bot.reader);
  other = new MiniAppClient(bot.miniApp(), bot, bot.api.addUser({ firstName: '另一位' }));
});
afterEach(() => bot.stop());

describe('what is kept', () => {
  it('comes last first, page by page, and by its words', async () => {
    await bot.publish(
      Array.from({ length: 10 }, (_, n) => articleNumber(100 + n)),
      0,
    );
    for (let id = 1; id <= 25; id += 1) {
      bot.clock.advance(1_000);
      expect(await reader.result('PUT', `saved/${id}`)).toEqual({ saved: true });
    }
    const first = await reader.get<SavedPage>('saved');
    const second = await reader.get<SavedPage>(`saved?cursor=${first.cursor}`);
    expect([first.total, first.items.length, second.items.length, second.cursor]).toEqual([25, 20, 5, undefined]);
    expect(first.items[0]).toMatchObject({ id: 25, savedAt: bot.clock.now().getTime() });
    expect(second.items.at(-1)?.id).toBe(1);
    expect((await reader.get<SavedPage>('saved?words=第3篇')).items.map(({ id }) => id)).toEqual([3]);
  });

  it('is given up again', async () => {
    await reader.result('PUT', 'saved/1');
    await reader.result('PUT', 'saved/1');
    expect(await reader.result('DELETE', 'saved/1')).toEqual({ saved: false });
    expect(await reader.get<SavedPage>('saved')).toEqual({ total: 0, items: [], cursor: undefined });
  });

  it('is no article that is not there, and no more than there is room for', async () => {
    expect(await reader.failure('PUT', 'saved/999')).toBe('404 gone');
    const full = { ...bot.services.saved, save: async () => ({ kind: 'too-many', most: 1 }) as const };
    const app = bot.miniApp({ services: { ...bot.services, saved: full } });
    expect(await new MiniAppClient(app, bot, bot.reader).failure('PUT', 'saved/1')).toBe('409 too-many');
  });

  it.each(['saved?cursor=x', `saved?words=${'a'.repeat(1_001)}`])('is not to be had by %s', async (path) => {
    expect(await reader.failure('GET', path)).toBe('400 bad-request');
  });
});

describe('what is followed', () => {
  it('is followed and given up', async () => {
    expect(await reader.result('PUT', 'subscriptions/1')).toEqual({ subscribed: true });
    expect((await reader.get<Me>('me')).subscriptions).toEqual([1]);
    expect((await bot.ask('/subscriptions')).text).toContain('中国劳动保障报');
    expect(await reader.result('DELETE', 'subscriptions/1')).toEqual({ subscribed: false });
    expect((await reader.get<Me>('me')).subscriptions).toEqual([]);
  });

  it('is no source that is not there', async () => {
    expect(await reader.failure('PUT', 'subscriptions/999')).toBe('404 gone');
    expect(await reader.failure('DELETE', 'subscriptions/999')).toBe('404 gone');
    expect(await reader.failure('PUT', 'subscriptions/x')).toBe('400 bad-request');
  });

  const news = (n: number) => articleNumber(n, { categories: [{ name: '云溪日报', slug: 'yunxiribao' }] });

  it('comes', async () => {
    await bot.ask('/start');
    await reader.result('PUT', 'subscriptions/2');
    const [push] = await bot.publish([news(60)], 1);
    expect(push).toMatchObject({ chatId: bot.reader.id });
  });

  it('waits for whoever has not started the bot yet: Telegram lets it write to nobody else', async () => {
    await reader.result('PUT', 'subscriptions/2');
    const refused = new Promise<void>((resolve) => {
      bot.api.on('call', ({ method, response }) => {
        if (method === 'sendMessage' && !response.ok) resolve();
      });
    });
    await saveNews(bot.stores, [news(60)], bot.clock.now());
    await bot.deliver(refused);
    await bot.ask('/start');
    await bot.deliver(bot.api.waitForMessage(({ text }) => text.startsWith('第60篇')));
  });

  it('may be keywords', async () => {
    const watch = (query: string) => reader.result<WatchAnswer>('PUT', 'watches', { query });
    const first = await watch('养老保险 -股票');
    expect(first).toMatchObject({ kind: 'watched', query: '养老保险 -股票', isNew: true });
    expect(await watch('-股票 养老保险')).toEqual({ ...first, isNew: false });
    const [{ id } = { id: 0 }] = (await reader.get<Me>('me')).watches;
    expect(await reader.result('DELETE', `watches/${id}`)).toEqual({ watched: false });
    expect((await reader.get<Me>('me')).watches).toEqual([]);
  });

  it.each([
    ['-股票', { kind: 'no-words' }],
    ['', { kind: 'no-words' }],
    ['养老 after:2022', { kind: 'dated' }],
    ['长'.repeat(201), { kind: 'too-long' }],
    ['养老 in:云溪', { kind: 'which-category', text: '云溪', names: ['云溪日报', '云溪 晚报'] }],
  ])('are not %s: %j', async (query, answer) => {
    expect(await reader.result('PUT', 'watches', { query })).toEqual(answer);
  });

  it.each([['{'], ['null'], ['[]'], [{}], [{ query: 1 }], [{ query: 'a', more: 1 }], [{ query: 'a'.repeat(1_001) }]])(
    'are refused as %j',
    async (body) => {
      expect(await reader.failure('PUT', 'watches', body)).toBe('400 bad-request');
    },
  );

  it('are refused in a body that does not say that it is JSON, and in a large one', async () => {
    const send = (body: unknown, type: string) => reader.send('PUT', 'watches', body, { 'content-type': type });
    expect((await send({ query: '养老' }, 'text/plain')).status).toBe(400);
    expect((await send({ query: '养老' }, 'application/json; charset=utf-8')).status).toBe(200);
    expect((await send(' '.repeat(20_000), 'application/json')).status).toBe(400);
  });
});

describe('one reader', () => {
  it('sees and changes nothing of another', async () => {
    await reader.result('PUT', 'saved/1');
    await reader.result('PUT', 'subscriptions/1');
    const watched = await reader.result<{ id: number }>('PUT', 'watches', { query: '养老' });
    await reader.result('PATCH', 'settings', { language: 'en', silent: true });
    expect(await other.get<SavedPage>('saved')).toMatchObject({ total: 0, items: [] });
    expect(await other.get('articles/1')).toMatchObject({ isSaved: false });
    expect(await other.get<Me>('me')).toMatchObject({ language: 'zh', subscriptions: [], watches: [] });
    expect(await other.get<SettingsView>('settings')).toMatchObject({ silent: false });
    expect(await other.get('search?q=养老')).not.toHaveProperty('watchId');
    await other.result('DELETE', 'saved/1');
    await other.result('DELETE', 'subscriptions/1');
    await other.result('DELETE', `watches/${watched.id}`);
    expect(await reader.get('saved')).toMatchObject({ total: 1 });
    expect(await reader.get('me')).toMatchObject({ subscriptions: [1], watches: [{ id: watched.id }] });
  });
});
