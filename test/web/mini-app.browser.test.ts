import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { User } from '../../bot/local-chat/bot-api.js';
import { anArchive } from '../support/start-bot.js';
import { describeInBrowser, expectAccessible, openBrowser, screenshot, type TestBrowser } from './browser.js';
import { MiniAppServer } from './mini-app-server.js';

let browser: TestBrowser;
let server: MiniAppServer;
let user: User;

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const hashOf = (page: Page) => decodeURIComponent(new URL(page.url()).hash);
const refused = /status of (?:401|404|500)/u;

describeInBrowser('the Mini App', () => {
  beforeAll(async () => {
    [browser, server] = await Promise.all([openBrowser(), MiniAppServer.start()]);
    user = await server.addReader();
  });
  afterEach(() => server.faults.clear());
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  it('leads somebody who is new from a source to its articles, what is kept, a search, a trend and the settings', async () => {
    const page = await browser.newPage({ width: 360 });
    const newcomer = server.bot.api.addUser({ firstName: '新来的' });
    await server.open(page, { user: newcomer });
    await page.getByText('还没有订阅媒体').waitFor();

    await page.getByRole('link', { name: '挑选媒体' }).click();
    await page.getByLabel('找媒体').fill('zhongguohuagong');
    const source = page.getByRole('checkbox', { name: '订阅 中国化工导报' });
    await source.check();
    await page.getByText('已订阅 中国化工导报，有新文章就推送').waitFor();
    expect(
      (await server.bot.services.subscriptions.list({ chatId: newcomer.id, topicId: 0 })).map(({ name }) => name),
    ).toEqual(['中国化工导报']);

    await page.getByRole('link', { name: /^中国化工导报/u }).click();
    const article = page.locator('.item-title a').first();
    const title = (await article.textContent()) ?? '';
    await article.click();
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    await button(page, '收藏').click();
    await button(page, '已收藏').waitFor();

    await page.getByRole('navigation', { name: '栏目' }).getByRole('link', { name: '收藏' }).click();
    await page.getByRole('link', { name: title }).waitFor();

    await page.getByRole('navigation', { name: '栏目' }).getByRole('link', { name: '搜索' }).click();
    await page.getByLabel('要找的词').fill('养老保险');
    await page.keyboard.press('Enter');
    await page.locator('mark', { hasText: '养老保险' }).first().waitFor();

    await page.getByRole('link', { name: '看趋势' }).click();
    await page.getByRole('img', { name: /柱状图/u }).waitFor();
    await page.locator('canvas').waitFor();

    await page.getByRole('link', { name: '设置' }).first().click();
    await page.getByText('静音推送', { exact: true }).click();
    await page.getByText('已保存').waitFor();
    await page.reload();
    await page.getByRole('checkbox', { name: '静音推送' }).waitFor();
    expect(await page.getByRole('checkbox', { name: '静音推送' }).isChecked()).toBe(true);
  });

  it.each([
    ['?p=sources', '', '#/sources', '媒体'],
    ['?p=search&q=养老', '', '#/search?q=养老', '搜索'],
    ['?p=trend&q=养老', '', '#/trend?q=养老', '趋势'],
    ['?p=saved', '', '#/saved', '收藏'],
    ['?p=article&id=2', '', '#/article/2', undefined],
    ['', 'art_2', '#/article/2', undefined],
    ['?p=nonsense', '', '#/', '订阅'],
    ['?p=article&id=999999', '', '#/article/999999', '这篇文章已不存在'],
  ])('opens %s %s at %s', async (search, startParam, hash, heading) => {
    const page = await browser.newPage({ allow: [refused] });
    await server.open(page, { user, search: encodeURI(search), startParam });
    expect(hashOf(page)).toBe(hash);
    if (heading) expect(await page.locator('h1').textContent()).toBe(heading);
  });

  it.each([
    ['中国化工導報', '中国化工导报'],
    ['zghgdb', '中国化工导报'],
    ['ＺＧＨＧＤＢ', '中国化工导报'],
    ['zhong guo hua gong dao', '中国化工导报'],
    ['化工导', '中国化工导报'],
    ['中国导报', '中国化工导报'],
    ['中國化工導報', '中国化工导报'],
  ])('finds by %s the source %s', async (typed, name) => {
    const page = await browser.newPage();
    await server.open(page, { user, hash: '#/sources' });
    await page.getByLabel('找媒体').fill(typed);
    await page.getByRole('link', { name: new RegExp(`^${name}`, 'u') }).waitFor();
  });

  it('puts a tick back that could not be kept, and says so', async () => {
    const page = await browser.newPage({ allow: [refused] });
    await server.open(page, { user, hash: '#/sources' });
    server.faults.set('subscriptions', 500);
    const tick = page.getByRole('checkbox', { name: /^订阅 /u }).nth(5);
    const before = await tick.isChecked();
    await tick.click();
    await page.getByRole('status').filter({ hasText: '没有改成，已恢复原样' }).waitFor();
    expect(await tick.isChecked()).toBe(before);
  });

  it('leads from a search to its feed', async () => {
    const page = await browser.newPage();
    await server.open(page, { user, hash: `#/search?q=${encodeURIComponent('养老保险')}` });
    const feed = page.getByRole('link', { name: 'Atom 订阅源' });
    await feed.waitFor();
    expect(await feed.getAttribute('href')).toBe(
      `https://news.example/atom/search.xml?q=${encodeURIComponent('养老保险')}`,
    );
  });

  it('draws more of two thousand sources as they are scrolled to', async () => {
    const page = await browser.newPage({ width: 360 });
    await server.open(page, { user, hash: '#/sources' });
    const rows = page.locator('.row');
    expect(await rows.count()).toBeLessThan(400);
    while ((await rows.count()) < 2_000) {
      const drawn = await rows.count();
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
      await expect.poll(() => rows.count()).toBeGreaterThan(drawn);
    }
  });

  it('goes back to where a list was left', async () => {
    const page = await browser.newPage({ width: 360 });
    await server.open(page, { user });
    await page.locator('.item').nth(12).waitFor();
    const link = page.locator('.item-title a').nth(12);
    await link.scrollIntoViewIfNeeded();
    const [href, top] = [await link.getAttribute('href'), await page.evaluate(() => scrollY)];
    await link.click();
    await page.locator('.reader').waitFor();
    expect(await page.evaluate(() => [scrollY, document.activeElement?.tagName])).toEqual([0, 'H1']);
    await page.goBack();
    await page.locator('.day').first().waitFor();
    expect(await page.evaluate(() => [scrollY, document.activeElement?.getAttribute('href')])).toEqual([top, href]);
  });

  it('shows in the outline what is being read', async () => {
    const page = await browser.newPage();
    await server.open(page, { user, hash: `#/article/${await server.findLongArticle()}` });
    const third = page.locator('.outline-link').nth(2);
    const text = (await third.textContent()) ?? '';
    await third.click();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(text);
    await page.locator('.outline-link[aria-current]', { hasText: text }).waitFor();
  });

  it('writes filters in the language of searches, the last day included', async () => {
    const page = await browser.newPage();
    await server.open(page, { user, hash: '#/search' });
    await page.getByLabel('要找的词').fill('养老保险');
    await page.locator('.filters summary').click();
    const picker = page.getByRole('combobox', { name: '媒体' });
    await picker.fill('zghgdb');
    await page.getByRole('option', { name: /中国化工导报/u }).waitFor();
    await picker.press('Enter');
    await page.getByLabel('从', { exact: true }).fill('2025-12-01');
    await page.getByLabel('到', { exact: true }).fill('2025-12-31');
    await button(page, '搜索').click();
    await page.locator('.results-head').waitFor();
    expect(hashOf(page).replaceAll('+', ' ')).toBe(
      '#/search?q=养老保险 in:"中国化工导报" after:2025-12-01 before:2026-01-01',
    );
    expect(await page.locator('.filters-set').textContent()).toBe('中国化工导报 · 2025-12-01 至 2025-12-31');
    expect(await page.getByLabel('要找的词').inputValue()).toBe('养老保险');
  });

  it.each([
    ['养老 after:2022-13', '不是日期'],
    ['养老 after:2023 before:2022', '不早于'],
    ['养老 OR in:首航基金', 'OR 只能连接两个要找的词'],
    ['从来没有过的词', '没有文章符合'],
    ['in:没有这家报', '没有名为「没有这家报」的媒体'],
  ])('explains why %s finds nothing', async (query, explanation) => {
    const page = await browser.newPage({ width: 360 });
    await server.open(page, { user, hash: `#/search?q=${encodeURIComponent(query)}` });
    await page.locator('.empty', { hasText: explanation }).waitFor();
  });

  it('offers the sources that a part of a name fits, and searches in the chosen one', async () => {
    const page = await browser.newPage();
    await server.open(page, { user, hash: `#/search?q=${encodeURIComponent('养老 in:重庆')}` });
    const name = (await page.locator('.chip-button').first().textContent()) ?? '';
    await button(page, name).click();
    await page.waitForURL((url) => decodeURIComponent(url.hash).replaceAll('+', ' ').endsWith(`q=养老 in:"${name}"`));
  });

  it('follows a search, and no longer', async () => {
    const page = await browser.newPage();
    const watches = () => server.bot.services.watches.list({ chatId: user.id, topicId: 0 });
    await server.open(page, { user, hash: `#/search?q=${encodeURIComponent('托育')}` });
    await button(page, '有新文章就推送').click();
    await button(page, '不再推送').waitFor();
    expect((await watches()).map(({ text }) => text)).toContain('托育');
    await button(page, '不再推送').click();
    await button(page, '有新文章就推送').waitFor();
    expect((await watches()).map(({ text }) => text)).not.toContain('托育');
  });

  it('takes an article out of what is saved, and puts it back', async () => {
    const page = await browser.newPage();
    await server.open(page, { user, hash: '#/saved' });
    await page.getByText('3 篇收藏').waitFor();
    await button(page, /^取消收藏/u)
      .first()
      .click();
    await page.getByText('2 篇收藏').waitFor();
    await button(page, '撤销').click();
    await page.getByText('3 篇收藏').waitFor();
    await page.getByLabel('在收藏里找').fill('没有这样的词');
    await page.getByText('收藏里没有文章含有').waitFor();
  });

  it('loses nothing that was typed when the network is away', async () => {
    const page = await browser.newPage({ allow: [/ERR_(?:FAILED|INTERNET_DISCONNECTED)/u] });
    await server.open(page, { user, hash: '#/search' });
    await page.getByLabel('要找的词').fill('养老保险');
    await page.context().setOffline(true);
    await button(page, '搜索').click();
    await page.getByText('连不上服务器').waitFor();
    expect(await page.getByLabel('要找的词').inputValue()).toBe('养老保险');
    await page.context().setOffline(false);
    await button(page, '重试').click();
    await page.locator('mark').first().waitFor();
  });

  it('says when the session is over', async () => {
    const page = await browser.newPage({ width: 360, allow: [refused] });
    await server.open(page, { user });
    server.faults.set('saved', 401);
    await page.getByRole('link', { name: '收藏' }).click();
    await page.getByRole('heading', { name: '这次打开已过期' }).waitFor();
    await screenshot(page, 'app-over-light-360');
    await expectAccessible(page);
  });

  it('says in a plain browser where it lives', async () => {
    const page = await browser.newPage({ width: 360, theme: 'dark', allow: [refused] });
    await page.goto(`${server.url}/app/`);
    await page.getByRole('heading', { name: '请在 Telegram 里打开' }).waitFor();
    await screenshot(page, 'app-outside-dark-360');
    await expectAccessible(page);
  });

  it('changes its language and its theme at once, and keeps them', async () => {
    const page = await browser.newPage({ width: 360 });
    const other = await server.addReader();
    await server.open(page, { user: other, hash: '#/settings' });
    await page.getByRole('radio', { name: 'English' }).check();
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    await page.getByRole('radio', { name: 'Dark' }).check();
    await page.reload();
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    await page.getByLabel('Time zone').fill('Europe/Lisbon');
    await page.getByText('Saved', { exact: true }).last().waitFor();
    expect((await server.bot.services.settings.find(other.id)).timeZone).toBe('Europe/Lisbon');
  });

  it('takes on the colours of the client, as far as they can be read', async () => {
    const page = await browser.newPage({ theme: 'light' });
    const themeParams = { bg_color: '#101820', text_color: '#fafafa', hint_color: '#333333', link_color: '#ffcc66' };
    await server.open(page, { user, themeParams });
    const token = (name: string) =>
      page.evaluate((each) => getComputedStyle(document.documentElement).getPropertyValue(each).trim(), name);
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    expect([await token('--bg'), await token('--accent')]).toEqual(['#101820', '#ffcc66']);
    expect(await token('--hint')).not.toBe('#333333');
    await expectAccessible(page);
  });
});

describeInBrowser('the Mini App in the local chat', () => {
  it('gets its launch data there, and speaks with the page around it', async () => {
    const [here, local] = await Promise.all([
      openBrowser(),
      MiniAppServer.start({ articles: anArchive(), isLocal: true }),
    ]);
    const page = await here.newPage({ allow: [/favicon/u] });
    await page.goto(`${local.url}/local/init-data`);
    await page.evaluate((source) => {
      const frame = document.createElement('iframe');
      const said: string[] = [];
      Object.assign(window, { said });
      addEventListener('message', ({ data, origin }) => said.push(`${origin === location.origin} ${data}`));
      frame.src = source;
      document.body.replaceChildren(frame);
    }, `${local.url}/app/?p=article&id=1`);
    const frame = page.frameLocator('iframe');
    await frame.getByRole('heading', { level: 1, name: '第1篇' }).waitFor();
    await frame.getByRole('button', { name: '分享' }).click();
    await frame.getByRole('link', { name: '原文' }).click();
    const said = () => page.evaluate(() => (window as unknown as { said: string[] }).said);
    await expect.poll(said).toContain('true {"eventType":"web_app_ready","eventData":{}}');
    await expect
      .poll(said)
      .toContain(
        'true {"eventType":"web_app_switch_inline_query","eventData":{"query":"art_1","chat_types":["users","groups","channels"]}}',
      );
    await expect
      .poll(said)
      .toContain('true {"eventType":"web_app_open_link","eventData":{"url":"https://example.com/news/1"}}');
    await page.evaluate(() => {
      const { contentWindow } = document.querySelector('iframe') as HTMLIFrameElement;
      const tell = (eventType: string, eventData: unknown) =>
        contentWindow?.postMessage(JSON.stringify({ eventType, eventData }), location.origin);
      tell('theme_changed', { theme_params: { bg_color: '#202020', text_color: '#ffffff' } });
      tell('back_button_pressed', {});
    });
    await frame.getByRole('heading', { level: 1, name: '订阅' }).waitFor();
    expect(await frame.locator('html').getAttribute('data-theme')).toBe('dark');
    await here.close();
    await local.stop();
  });

  it('shows the summary alone where the operator shows no texts, and shares a link where the bot answers no queries', async () => {
    const options = { articles: anArchive(), hasFullText: false, canShare: false };
    const [here, bare] = await Promise.all([openBrowser(), MiniAppServer.start(options)]);
    const page = await here.newPage({ width: 360 });
    await bare.open(page, { hash: '#/article/1' });
    await page.getByText('这里只有摘要').waitFor();
    await page.getByText('让饭菜合老人口味').waitFor();
    await screenshot(page, 'app-summary-light-360');
    await expectAccessible(page);
    const opened = page.evaluate(
      () =>
        new Promise((resolve) => {
          window.open = (url) => {
            resolve(String(url));
            return null;
          };
        }),
    );
    await button(page, '分享').click();
    expect(await opened).toBe(
      `https://t.me/share/url?${new URLSearchParams({ url: 'https://example.com/news/1', text: '第1篇' })}`,
    );
    await here.close();
    await bare.stop();
  });
});
