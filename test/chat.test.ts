import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runTerminalChat } from '../bot/local-chat/terminal-chat.js';
import { locales } from '../bot/locale/index.js';
import { BotProcess } from './support/bot-process.js';
import { aClaimedArticle } from './support/builders.js';
import { anArchive, BotHarness } from './support/start-bot.js';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-chat-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

describe('the chat in a terminal', () => {
  async function talk(lines: readonly string[]) {
    const process = BotProcess.run(['chat'], {}, folder);
    for (const line of lines) process.child.stdin?.write(`${line}\n`);
    process.child.stdin?.end();
    const code = await process.ended();
    return { code, text: process.lines.filter((line) => !line.includes('compiled in')).join('\n') };
  }

  it('answers each line and exits with 0 at the end of the input', async () => {
    const { code, text } = await talk(['/subscribe 中国劳动保障报', '搜索 养老保险', '/weather']);
    expect(code).toBe(0);
    expect(text).toMatch(/已订阅 中国劳动保障报.*搜索：养老保险.*没有这个命令/su);
    expect(text).not.toContain('\u001b');
  });

  it('presses buttons by their numbers', async () => {
    const { text } = await talk(['/start', '1', '4']);
    expect(text).toMatch(/\[1\] 浏览媒体.*全部媒体.*\[4\] \S+ \(\d\).*\(已订阅 \S+\).*\[\d+\] ✓/su);
  });

  it('keeps the subscription for the next time', async () => {
    await talk(['/subscribe 示例财经快讯']);
    expect((await talk(['/subscriptions'])).text).toContain('我的订阅（1）');
  });

  it('says nothing without input', async () => {
    expect(await talk([])).toEqual({ code: 0, text: '' });
  });
});

describe('the page of the local chat, as a process', () => {
  const start = async () => {
    const process = BotProcess.run(['start'], { PORT: '0' }, folder);
    const line = await process.line(/http:\/\/127\.0\.0\.1:\d+\//u);
    return { process, url: line.trim() };
  };

  it('stops within 5 s while somebody looks at it', async () => {
    const { process, url } = await start();
    const events = await fetch(`${url}local/events`);
    const reader = events.body?.getReader();
    await reader?.read();
    const asked = performance.now();
    expect(await process.kill('SIGTERM')).toBe(0);
    expect(performance.now() - asked).toBeLessThan(5_000);
    await reader?.cancel().catch(() => {});
  });

  it('leaves no second bot hanging: the terminal chat beside it says why, and exits with 1', async () => {
    const { process } = await start();
    const second = BotProcess.run(['chat'], {}, folder);
    expect(await second.ended()).toBe(1);
    expect(second.lines.filter((line) => line.startsWith('zhaibao:'))).toEqual([
      expect.stringContaining('another bot is running'),
    ]);
    await process.kill('SIGTERM');
  });

  it('answers on this machine only', async () => {
    const { process, url } = await start();
    const status = async (headers: Readonly<Record<string, string>>) => (await fetch(url, { headers })).status;
    expect(await status({})).toBe(200);
    expect(await status({ origin: 'https://evil.example' })).toBe(403);
    await process.kill('SIGTERM');
  });
});

describe('a terminal', () => {
  it('shows pushes and edits as they come, and shows where a link leads when its number is typed', async () => {
    const harness = await BotHarness.start(anArchive());
    const input = new PassThrough();
    const output = new PassThrough();
    let text = '';
    output.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    const shown = (pattern: RegExp) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (!pattern.test(text)) return;
          output.off('data', look);
          resolve();
        };
        output.on('data', look);
        look();
      });
    harness.api.unblockBot(harness.reader);
    const { api, reader, bot } = harness;
    const talking = runTerminalChat({
      api,
      user: reader,
      input,
      output,
      interactive: false,
      texts: locales.zh,
      botIdle: () => bot.idle(),
    });
    input.write('/start art_3\n');
    await shown(/\[1\] 原文/u);
    input.write('1\n');
    await shown(/^https:\/\/example\.com\/news\/3$/mu);
    input.write('2\n');
    await shown(/少盐少油/u);
    const article = await harness.stores.articles.find(5);
    if (!article) throw new Error('no article');
    await bot.sender.sendArticle(aClaimedArticle({ chatId: reader.id }), article, { language: 'zh', timeZone: 'UTC' });
    await shown(/第5篇/u);
    input.end();
    await talking;
    await harness.stop();
  });
});
