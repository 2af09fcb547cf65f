import { Telegraf } from 'telegraf';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ApiError } from '../../bot/local-chat/api-error.js';
import { type LocalBotApi, startLocalBotApi } from '../../bot/local-chat/server.js';
import { createPacer } from '../../bot/pacer.js';
import { registerProfile } from '../../bot/register-profile.js';
import { createTelegramApi } from '../../bot/telegram-api.js';
import { openStores } from '../../db/open-stores.js';
import type { Language } from '../../src/domain/language.js';
import type { Stores } from '../../src/ports.js';

let api: LocalBotApi;
let stores: Stores;
let failing: string | undefined;
beforeEach(async () => {
  failing = undefined;
  api = await startLocalBotApi({
    beforeMethod({ method }) {
      if (method === failing) throw new ApiError(500, 'Internal Server Error');
    },
  });
  stores = await openStores('file::memory:');
});
afterEach(async () => {
  await stores.close();
  await api.close();
});

/** How many calls one start makes. */
async function start(
  over: { botId?: number; defaultLanguage?: Language; apiRoot?: string; miniAppUrl?: string } = {},
): Promise<number> {
  const { telegram } = new Telegraf(api.token, { telegram: { apiRoot: api.url } });
  const before = api.calls.length;
  await registerProfile({
    api: createTelegramApi(telegram, createPacer(28)),
    apiRoot: api.url,
    botId: api.bot.id,
    state: stores.botState,
    defaultLanguage: 'zh',
    ...over,
  });
  return api.calls.length - before;
}

it('tells Telegram once, and again when something has changed', async () => {
  expect(await start()).toBe(16);
  expect(await start()).toBe(0);
  expect(await start({ defaultLanguage: 'en' })).toBe(16);
  expect(api.profile.descriptions.get('')).toBe(api.profile.descriptions.get('en'));
  expect(await start({ defaultLanguage: 'en' })).toBe(0);
});

it('tells each bot and each server on its own', async () => {
  await start();
  expect(await start({ botId: 2 })).toBe(16);
  expect(await start({ apiRoot: 'https://elsewhere.example' })).toBe(16);
});

it('puts the Mini App behind the menu button while there is one', async () => {
  await start();
  expect(api.profile.menuButtons.get(0)).toEqual({ type: 'commands' });
  const url = 'https://news.example.com/app/';
  expect(await start({ miniAppUrl: url })).toBe(16);
  expect(api.profile.menuButtons.get(0)).toEqual({ type: 'web_app', text: '阅读器', web_app: { url } });
  expect(await start({ miniAppUrl: url })).toBe(0);
  await start({ miniAppUrl: url, defaultLanguage: 'en' });
  expect(api.profile.menuButtons.get(0)).toMatchObject({ text: 'Reader' });
  await start();
  expect(api.profile.menuButtons.get(0)).toEqual({ type: 'commands' });
});

it('fails when a call does, and tells everything at the next start', async () => {
  failing = 'setMyDescription';
  await expect(start()).rejects.toThrow('Internal Server Error');
  failing = undefined;
  expect(await start()).toBe(16);
});
