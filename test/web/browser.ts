import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { AxeResults } from 'axe-core';
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type Frame,
  type Locator,
  type Page,
} from 'playwright-core';
import { describe, expect, onTestFinished } from 'vitest';
import { findChromium } from './chromium.js';

const executablePath = findChromium();

/** `describe`, skipped where there is no Chromium. */
export const describeInBrowser = describe.skipIf(!executablePath);

export interface PageOptions {
  readonly theme?: 'light' | 'dark';
  /** CSS pixels; 360 is a phone, 1280 a desk. */
  readonly width?: number;
  readonly height?: number;
  /** What the browser asks for; the language of our pages is the chat's. */
  readonly locale?: string;
  /** Console lines that this test is about, such as the 404 of a call that is meant to fail. */
  readonly allow?: readonly RegExp[];
  readonly context?: BrowserContextOptions;
}

/** One Chromium for a file of tests. */
export class TestBrowser {
  constructor(private readonly browser: Browser) {}

  /**
   * A page with a storage of its own, closed with the test. To be called in a test: it fails when the page logs an error, breaks its
   * content security policy, throws, or asks another host than this one for anything.
   */
  async newPage(options: PageOptions = {}): Promise<Page> {
    const { theme = 'light', width = 1280, height = width < 600 ? 780 : 900, allow = [] } = options;
    const context = await this.browser.newContext({
      colorScheme: theme,
      viewport: { width, height },
      locale: options.locale ?? 'zh-CN',
      timezoneId: 'Asia/Shanghai',
      reducedMotion: 'reduce',
      ...options.context,
    });
    const problems: string[] = [];
    const note = (problem: string) => {
      if (!allow.some((pattern) => pattern.test(problem))) problems.push(problem);
    };
    context.on('request', (request) => {
      if (!isLocal(request.url())) note(`asked elsewhere: ${request.url()}`);
    });
    context.on('weberror', (error) => note(`threw: ${error.error().stack ?? error.error().message}`));
    context.on('console', (message) => {
      if (message.type() === 'error') note(`console: ${message.text()} (${message.location().url})`);
    });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    onTestFinished(async () => {
      await context.close();
      expect(problems).toEqual([]);
    });
    return page;
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

/** Throws where there is no Chromium; `describeInBrowser` does not come that far. */
export async function openBrowser(): Promise<TestBrowser> {
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', ...quiet],
  });
  return new TestBrowser(browser);
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Fails when axe finds a serious or critical violation. `where`: a frame is looked at by itself. `what`: its name in the failure. */
export async function expectAccessible(where: Page | Frame, what = 'the page'): Promise<void> {
  await where.evaluate(axeSource);
  const { violations } = await where.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  const found = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.slice(0, 5).map(({ html, failureSummary }) => ({ html, failureSummary })),
    }));
  expect(found, what).toEqual([]);
}

/** Fails when the page is wider than its window. */
export async function expectNoSidewaysScroll(where: Page | Frame, what = 'the page'): Promise<void> {
  const { content, window } = await where.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    window: document.documentElement.clientWidth,
  }));
  expect(content, `${what}: width in pixels`).toBeLessThanOrEqual(window);
}

const screenshots = path.join(import.meta.dirname, '..', 'output', 'screenshots');

/** Writes test/output/screenshots/NAME.png, of what the window shows. */
export async function screenshot(page: Page, name: string, { fullPage = false } = {}): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: path.join(screenshots, `${name}.png`), fullPage, animations: 'disabled' });
}

const shownInReadme = path.join(import.meta.dirname, '..', '..', 'bot', 'web', 'screenshots');

/** With UPDATE_SCREENSHOTS set, writes bot/web/screenshots/NAME.png, which the README shows. */
export async function readmeScreenshot(of: Page | Locator, name: string): Promise<void> {
  if (!process.env.UPDATE_SCREENSHOTS) return;
  mkdirSync(shownInReadme, { recursive: true });
  await of.screenshot({ path: path.join(shownInReadme, `${name}.png`), animations: 'disabled' });
}

function isLocal(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return !/^(?:https?|wss?):$/u.test(protocol) || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}
