import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { BotProcess } from '../support/bot-process.js';
import { findChromium } from '../web/chromium.js';
import { median, report } from './measure.js';

/** A page, and what has to be there for a reader to begin. */
interface Measured {
  readonly name: string;
  readonly address: string;
  readonly control: string;
}

interface Visit {
  /** Milliseconds from the start of the navigation. */
  readonly interactiveMs: number;
  /** What came over the network, compressed: the page itself, scripts and styles, and data. */
  readonly assetBytes: number;
  readonly dataBytes: number;
}

/** What the script in the page has seen. */
interface Watched {
  readonly foundAt: number | undefined;
  readonly busyUntil: number;
}

const turns = 5;
const query = encodeURIComponent('养老保险');
const pages: readonly Measured[] = [
  { name: 'local chat', address: '/', control: 'textarea' },
  { name: 'Mini App: newest', address: '/app/#/', control: 'main h1' },
  { name: 'Mini App: sources', address: '/app/#/sources', control: 'main input' },
  { name: 'Mini App: article', address: '/app/#/article/1', control: 'main article' },
  { name: 'Mini App: search', address: `/app/#/search?q=${query}`, control: 'main mark' },
  { name: 'Mini App: trend', address: `/app/#/trend?q=${query}`, control: 'main canvas' },
  { name: 'Mini App: saved', address: '/app/#/saved', control: 'main h1' },
  { name: 'Mini App: settings', address: '/app/#/settings', control: 'main input' },
];

/**
 * pages: what each page weighs and when it can be used, on the samples, in a browser without a cache. Interactive: what a
 * reader begins with is there and no task of over 50 ms runs any more. Beside an empty page of the same server.
 */
export async function run(): Promise<void> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('there is no chromium on the PATH, and CHROMIUM_PATH is not set');
  const folder = mkdtempSync(path.join(tmpdir(), 'zhaibao-pages-'));
  const bot = BotProcess.run(['start'], { PORT: '0' }, folder);
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
  try {
    const url = /http:\/\/127\.0\.0\.1:\d+/u.exec(await bot.line(/http:\/\/127\.0\.0\.1:\d+\//u))?.[0] ?? '';
    const empty: number[] = [];
    for (let turn = 0; turn < turns; turn += 1)
      empty.push((await visit(browser, `${url}/healthz`, 'pre')).interactiveMs);
    report('empty page (/healthz)', `${median(empty).toFixed(0)} ms`);
    for (const { name, address, control } of pages) {
      const visits: Visit[] = [];
      for (let turn = 0; turn < turns; turn += 1) visits.push(await visit(browser, url + address, control));
      const interactiveMs = median(visits.map((each) => each.interactiveMs));
      const [{ assetBytes, dataBytes } = { assetBytes: 0, dataBytes: 0 }] = visits;
      report(`${name}, ${kilobytes(assetBytes)} + ${kilobytes(dataBytes)} of data`, `${interactiveMs.toFixed(0)} ms`, {
        to: 'empty page',
        value: interactiveMs / median(empty),
      });
    }
  } finally {
    await browser.close();
    await bot.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
}

async function visit(browser: Browser, address: string, control: string): Promise<Visit> {
  const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 390, height: 800 } });
  const page = await context.newPage();
  let assetBytes = 0;
  let dataBytes = 0;
  const sizes: Promise<void>[] = [];
  page.on('requestfinished', (request) => {
    const isData = /\/(?:api|local)\//u.test(request.url());
    sizes.push(
      request.sizes().then(({ responseBodySize }) => {
        if (isData) dataBytes += responseBodySize;
        else assetBytes += responseBodySize;
      }),
    );
  });
  await page.addInitScript({ content: watchScript(control) });
  await page.goto(address);
  await page.waitForFunction(() => (globalThis as unknown as Watched).foundAt !== undefined);
  const interactiveMs = await page.evaluate(() => {
    const { foundAt = 0, busyUntil } = globalThis as unknown as Watched;
    return Math.max(foundAt, busyUntil);
  });
  await page.waitForTimeout(300);
  await context.close();
  await Promise.allSettled(sizes);
  return { interactiveMs, assetBytes, dataBytes };
}

/** In the page: when the control is there, and when the last long task ended. Text, because these files know no DOM. */
const watchScript = (control: string) => `
  Object.assign(globalThis, { foundAt: undefined, busyUntil: 0 });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) globalThis.busyUntil = startTime + duration;
  }).observe({ type: 'longtask', buffered: true });
  (function look() {
    if (document.querySelector(${JSON.stringify(control)})) globalThis.foundAt = performance.now();
    else requestAnimationFrame(look);
  })();`;

const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`;
