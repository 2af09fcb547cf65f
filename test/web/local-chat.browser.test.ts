import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BotProcess } from '../support/bot-process.js';
import { aPost } from '../support/posts.js';
import {
  describeInBrowser,
  expectAccessible,
  expectNoSidewaysScroll,
  openBrowser,
  readmeScreenshot,
  screenshot,
  type TestBrowser,
} from './browser.js';

/** What `npm start` prints. */
const addressLine = /(?<url>http:\/\/127\.0\.0\.1:\d+)\//u;

describeInBrowser('the local chat', () => {
  let browser: TestBrowser;
  let folder: string;
  let bot: BotProcess;
  let url: string;
  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-page-'));
    [browser, bot] = await Promise.all([openBrowser(), start()]);
    url = addressLine.exec(await bot.line(addressLine))?.groups?.url ?? '';
  });
  afterAll(async () => {
    await bot.kill('SIGTERM');
    await browser.close();
    fs.rmSync(folder, { recursive: true });
  });

  const start = async (env: NodeJS.ProcessEnv = {}) => {
    const process = BotProcess.run(['start'], { PORT: '0', ...env }, folder);
    await process.line(addressLine);
    return process;
  };
  const open = async (options: Parameters<TestBrowser['newPage']>[0] = {}): Promise<Page> => {
    const page = await browser.newPage(options);
    await page.goto(url);
    await page.getByRole('textbox', { name: '消息' }).waitFor();
    return page;
  };
  const say = async (page: Page, text: string) => {
    const field = page.getByRole('textbox', { name: '消息' });
    await field.fill(text);
    await field.press('Enter');
  };
  const bubble = (page: Page, text: string | RegExp) => page.locator('.message').filter({ hasText: text }).last();
  const show = (page: Page, chat: string | RegExp) =>
    page.getByRole('navigation').getByRole('button', { name: chat }).click();

  it('answers a newcomer, pushes what comes, and turns a message into the full text and back', async () => {
    const page = await open({ width: 1080, height: 760 });
    await page.getByRole('button', { name: '开始', exact: true }).click();
    await bubble(page, '发送任意词语').waitFor();

    await say(page, '订阅 中国劳动保障报');
    await bubble(page, '已订阅 中国劳动保障报').waitFor();
    await page.getByRole('button', { name: '现在就来一篇' }).click();
    const push = bubble(page, '这份办事指南请收好');
    await push.waitFor();
    await page.getByText('还有 9 篇示例').waitFor();
    await page.getByRole('status').getByText('来了一篇').waitFor({ state: 'detached' });
    await readmeScreenshot(page, 'local-chat');
    await readmeScreenshot(push, 'summary');

    const quote = push.locator('blockquote .quoted');
    const folded = (await quote.boundingBox())?.height ?? 0;
    await push.getByRole('button', { name: '展开' }).click();
    await push.getByRole('button', { name: '收起' }).waitFor();
    expect((await quote.boundingBox())?.height).toBeGreaterThan(2 * folded);

    await push.getByRole('button', { name: '收藏' }).click();
    await page.getByRole('status').getByText('已收藏').waitFor();
    await push.getByRole('button', { name: '全文' }).click();
    const text = bubble(page, '可以以灵活就业人员身份参加');
    await text.getByText('已编辑').waitFor();
    await text.getByRole('button', { name: '摘要' }).click();
    await push.getByRole('button', { name: '全文' }).waitFor();
  });

  it('is the same when it is loaded again', async () => {
    const page = await open();
    await bubble(page, '这份办事指南请收好').waitFor();
    expect(
      await page
        .locator('.messages')
        .evaluate(({ scrollTop, clientHeight, scrollHeight }) => Math.round(scrollHeight - scrollTop - clientHeight)),
    ).toBeLessThan(5);
  });

  it('is used by the keyboard alone: the menu of commands, its choice, the answer', async () => {
    const page = await open();
    const field = page.getByRole('textbox', { name: '消息' });
    await field.focus();
    await page.keyboard.type('/sub');
    const options = page.getByRole('option');
    await options.first().waitFor();
    expect(await options.count()).toBe(2);
    await page.keyboard.press('ArrowDown');
    expect(await page.getByRole('option', { selected: true }).textContent()).toContain('/subscriptions');
    await page.keyboard.press('Enter');
    await bubble(page, '我的订阅').waitFor();
    expect(await field.inputValue()).toBe('');
    await page.keyboard.type('/');
    await options.first().waitFor();
    await page.keyboard.press('Escape');
    await options.first().waitFor({ state: 'detached' });
  });

  it('sends a command as it is written, and as an answer to a message', async () => {
    const page = await open();
    const push = bubble(page, '这份办事指南请收好');
    await push.getByRole('button', { name: '回复' }).click();
    await page.getByText('回复：【示例】').waitFor();
    // /saved begins with it as well.
    await say(page, '/save');
    await page
      .locator('.message.own')
      .filter({ hasText: /\/save(?!d)/u })
      .last()
      .waitFor();
    await bubble(page, /收藏/u).waitFor();
    await page.getByText('回复：【示例】').waitFor({ state: 'detached' });
  });

  it('comes back to its end when its reader says something further up', async () => {
    const page = await open();
    const log = page.getByRole('log');
    await log.evaluate((element) => element.scrollTo({ top: 0 }));
    await say(page, '/help');
    await expect
      .poll(() => log.evaluate(({ scrollTop, clientHeight, scrollHeight }) => scrollHeight - scrollTop - clientHeight))
      .toBeLessThan(5);
  });

  it('shows three chats beside each other, each with what it follows; in the group its administrator decides', async () => {
    const page = await open();
    await show(page, '读报群');
    await page.getByRole('radio', { name: '小林' }).check({ force: true });
    await say(page, '/subscribe@zhaibao_local_bot 云溪日报');
    await bubble(page, '管理员').waitFor();
    await page.getByRole('radio', { name: '你' }).check({ force: true });
    await say(page, '/subscribe@zhaibao_local_bot 云溪日报');
    await bubble(page, '已订阅 云溪日报').waitFor();

    await show(page, /^摘报 /u);
    await page.getByRole('button', { name: '现在就来一篇' }).click();
    const badge = page.getByRole('navigation').getByText('条新消息');
    await badge.waitFor({ state: 'attached' });
    expect(await page.title()).toMatch(/^\(1\)/u);
    await page.getByRole('button', { name: '三个聊天并排看' }).click();
    expect(await page.getByRole('log').count()).toBe(3);
    const ends = () =>
      page
        .getByRole('log')
        .evaluateAll((all) =>
          all.map(({ scrollTop, clientHeight, scrollHeight }) => Math.round(scrollHeight - scrollTop - clientHeight)),
        );
    await expect.poll(ends).toEqual([0, 0, 0]);
    await badge.waitFor({ state: 'detached' });
    await screenshot(page, 'local-chat-side-by-side');
    await expectAccessible(page);
  });

  it('publishes what is typed, corrects what is dropped again, and says why a post cannot be read', async () => {
    const page = await open();
    await page.getByRole('button', { name: '发表一篇' }).click();
    await page.getByRole('button', { name: '发表', exact: true }).click();
    await bubble(page, '社区图书室周末开到晚上九点').waitFor();
    await page.getByRole('status').getByText('推送到 1 个聊天').waitFor();

    const link = 'https://example.com/dropped';
    const tag = { categories: 'zhongguolaodongbaozhangbao', tags: '中国劳动保障报新闻', link };
    const drop = (name: string, content: string) =>
      page.evaluate(
        ([fileName = '', text = '']) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([text], fileName, { type: 'text/markdown' }));
          document.body.dispatchEvent(
            new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }),
          );
        },
        [name, content],
      );
    await drop('dropped.md', aPost('<p>早市的豆花今天卖完了。</p>', { title: '"【示例】早市的豆花"', ...tag }));
    await bubble(page, '早市的豆花').waitFor();
    await drop('dropped.md', aPost('<p>早市的豆花今天卖完了。</p>', { title: '"【示例】早市的豆花和豆浆"', ...tag }));
    await bubble(page, '早市的豆花和豆浆').getByText('已编辑').waitFor();
    await drop('broken.md', 'no front matter at all');
    await page.getByRole('status').getByText('第一行应当是三个减号').waitFor();
  });

  it('adds the bot to its own group, and shares an article there', async () => {
    const page = await open();
    await say(page, '/start');
    await bubble(page, '发送任意词语').getByRole('button', { name: '添加到群组' }).click();
    await page.getByRole('heading', { name: '读报群' }).waitFor();
    await show(page, /^摘报 /u);
    await say(page, '/latest 云溪日报 1');
    await bubble(page, '云溪日报').getByRole('button', { name: '1', exact: true }).click();
    await page.getByRole('button', { name: '分享' }).last().click();
    await page.getByRole('dialog').getByRole('button', { name: '读报群' }).click();
    await bubble(page, '通过 @zhaibao_local_bot').waitFor();
  });

  it('searches from the text field of any chat', async () => {
    const page = await open();
    await page.getByRole('textbox', { name: '消息' }).fill('@zhaibao_local_bot 养老保险');
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('Enter');
    await bubble(page, '通过 @zhaibao_local_bot').waitFor();
  });

  it('opens the Mini App as the person whose chat it is', async () => {
    const page = await open();
    await page.getByRole('button', { name: '阅读器' }).first().click();
    const app = page.frameLocator('iframe');
    await app.getByRole('heading', { level: 1 }).waitFor();
    await app.getByRole('link', { name: /媒体/u }).first().click();
    await app.getByRole('searchbox').first().fill('laodong');
    await app.getByText('中国劳动保障报').first().waitFor();
    await page.getByRole('button', { name: '关闭' }).click();
    await page.locator('iframe').waitFor({ state: 'detached' });
  });

  it('tells how to go to Telegram, in Chinese and in English', async () => {
    const page = await open();
    await page.getByRole('button', { name: '搬到 Telegram' }).click();
    await page.getByRole('dialog').getByText('@BotFather').waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'English' }).first().click();
    await page.getByRole('button', { name: 'Move to Telegram' }).click();
    await page.getByRole('dialog').getByText('Send /newbot to @BotFather').waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
  });

  it.each([
    ['light', 1280],
    ['light', 360],
    ['dark', 1280],
    ['dark', 360],
  ] as const)('reads well and is accessible: %s, %i px', async (theme, width) => {
    const page = await open({ theme, width });
    await page.getByRole('heading', { name: '摘报' }).last().waitFor();
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    await screenshot(page, `local-chat-${theme}-${width}`);
    await page.getByRole('button', { name: '全部命令' }).click();
    await page.getByRole('option').first().waitFor();
    await expectAccessible(page);
    await screenshot(page, `local-chat-commands-${theme}-${width}`);
    await page.keyboard.press('Escape');
    if (width < 600) {
      await page.getByRole('button', { name: '返回聊天列表' }).click();
      await expectAccessible(page);
      await screenshot(page, `local-chat-list-${theme}-${width}`);
    }
    await page.getByRole('button', { name: '发表一篇' }).click();
    await page.getByRole('dialog').waitFor();
    await expectAccessible(page);
    await screenshot(page, `local-chat-publish-${theme}-${width}`);
  });

  it('says that the bot is gone, and goes on when it is there again', async () => {
    const page = await open({ allow: [/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE/u] });
    await bot.kill('SIGKILL');
    await page.getByRole('alert').getByText('连接断开了').waitFor();
    bot = await start({ PORT: new URL(url).port });
    await page.getByRole('alert').getByText('连接断开了').waitFor({ state: 'detached' });
    // Who used it before is known still, and what is followed is kept.
    await say(page, '/subscriptions');
    await bubble(page, '我的订阅（1）').waitFor();
  });
});
