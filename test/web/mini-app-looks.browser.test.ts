import { afterAll, beforeAll, expect, it } from 'vitest';
import type { User } from '../../bot/local-chat/bot-api.js';
import {
  describeInBrowser,
  expectAccessible,
  expectNoSidewaysScroll,
  openBrowser,
  screenshot,
  type TestBrowser,
} from './browser.js';
import { MiniAppServer } from './mini-app-server.js';

const query = encodeURIComponent('养老保险 after:2025-12-20');

/** Of each view: its name, and the address for the article with a long text. */
const views: readonly (readonly [name: string, hash: (longId: number) => string])[] = [
  ['home', () => '#/'],
  ['sources', () => '#/sources'],
  ['source', () => '#/source/1'],
  ['article', (id) => `#/article/${id}`],
  ['search', () => '#/search'],
  ['results', () => `#/search?q=${query}`],
  ['nothing', () => `#/search?q=${encodeURIComponent('从来没有过的词 in:"首航基金"')}`],
  ['which-source', () => `#/search?q=${encodeURIComponent('养老 in:重庆')}`],
  ['week', () => '#/trend'],
  ['trend', () => `#/trend?q=${encodeURIComponent('养老保险')}`],
  ['saved', () => '#/saved'],
  ['settings', () => '#/settings'],
];

describeInBrowser('the Mini App looks right', () => {
  let browser: TestBrowser;
  let server: MiniAppServer;
  let user: User;
  let longId: number;
  beforeAll(async () => {
    [browser, server] = await Promise.all([openBrowser(), MiniAppServer.start()]);
    user = await server.addReader();
    longId = await server.findLongArticle();
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  it.each([
    ['light', 360],
    ['light', 1280],
    ['dark', 360],
    ['dark', 1280],
  ] as const)('%s, at %i pixels', async (theme, width) => {
    const page = await browser.newPage({ theme, width });
    await server.open(page, { user });
    for (const [name, hash] of views) {
      await server.goTo(page, hash(longId));
      const what = `app-${name}-${theme}-${width}`;
      if (name === 'trend') await page.locator('canvas').waitFor();
      await screenshot(page, what);
      await expectNoSidewaysScroll(page, what);
      await expectAccessible(page, what);
      expect(await page.locator('h1').count(), what).toBe(1);
    }
  });

  it('in English', async () => {
    await server.bot.stores.chats.setLanguage(user.id, 'en');
    const page = await browser.newPage({ width: 360 });
    await server.open(page, { user });
    for (const [name, hash] of views) {
      await server.goTo(page, hash(longId));
      if (name === 'trend') await page.locator('canvas').waitFor();
      await screenshot(page, `app-${name}-en-360`);
      await expectNoSidewaysScroll(page, name);
    }
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await server.bot.stores.chats.setLanguage(user.id, 'zh');
  });

  it('to somebody who is new', async () => {
    const page = await browser.newPage({ width: 360 });
    await server.open(page, { user: server.bot.api.addUser({ firstName: '新来的' }) });
    for (const [name, hash] of views.filter(([each]) => ['home', 'saved', 'search'].includes(each))) {
      await server.goTo(page, hash(longId));
      await screenshot(page, `app-${name}-new-360`);
      await expectAccessible(page, name);
    }
    await server.goTo(page, '#/sources');
    await page.getByLabel('只看已订阅').check();
    await page.getByText('还没有订阅媒体').waitFor();
    await screenshot(page, 'app-sources-new-360');
  });

  it('where all is open and filled in', async () => {
    const page = await browser.newPage({ width: 360, theme: 'dark' });
    await server.open(page, { user, hash: '#/settings' });
    await page.setViewportSize({ width: 360, height: 1_280 });
    await page.getByRole('radio', { name: '定时汇总' }).check();
    await page.getByLabel('免打扰').check();
    await page.getByText('已保存').nth(1).waitFor();
    await screenshot(page, 'app-settings-open-dark-360');
    await page.setViewportSize({ width: 360, height: 780 });
    await expectNoSidewaysScroll(page, 'settings');
    await expectAccessible(page, 'settings');
    await server.goTo(page, `#/search?q=${encodeURIComponent('养老 in:"首航基金" after:2025-12-01')}`);
    await page.locator('.filters summary').click();
    await page.getByRole('combobox').fill('zg');
    await page.getByRole('option').first().waitFor();
    await screenshot(page, 'app-filters-dark-360');
    await expectNoSidewaysScroll(page, 'filters');
    await expectAccessible(page, 'filters');
    await server.goTo(page, `#/trend?q=${encodeURIComponent('养老保险')}`);
    await page.locator('.numbers summary').click();
    await page.locator('.u-over').hover({ position: { x: 250, y: 100 } });
    await screenshot(page, 'app-numbers-dark-360');
    await expectNoSidewaysScroll(page, 'trend');
    await expectAccessible(page, 'trend');
    await server.goTo(page, '#/sources');
    await page.getByRole('radio', { name: '按字母' }).check();
    await page.getByRole('button', { name: 'Z', exact: true }).click();
    await screenshot(page, 'app-letters-dark-360');
    await expectAccessible(page, 'letters');
    await server.goTo(page, `#/article/${longId}`);
    await page.locator('.outline summary').click();
    await screenshot(page, 'app-outline-dark-360');
    await expectAccessible(page, 'outline');
  });
});
