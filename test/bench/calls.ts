import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Telegraf } from 'telegraf';
import { html } from '../../bot/html.js';
import { createPacer } from '../../bot/pacer.js';
import { createTelegramApi } from '../../bot/telegram-api.js';
import { percentile, report } from './measure.js';

const seconds = 10;
/** As long as a message of a long article. */
const text = html`<b>示例</b>${'社保'.repeat(300)}`;
const keyboard = [[{ text: '原文', url: 'https://news.example/1' }]];

/** A process of its own, so that only the client's time is counted: answers every call after 50 ms. */
const server = `
  const server = require('node:http').createServer((request, response) => {
    request.resume();
    request.on('end', () => setTimeout(() => response.end('{"ok":true,"result":{"message_id":1}}'), 50));
  });
  server.listen(0, '127.0.0.1', () => process.stdout.write(String(server.address().port)));`;

/** calls [RATE] : pushes to as many chats as the budget lets through in 10 s, and a reply every 100 ms among them. */
export async function run(args: readonly string[]): Promise<void> {
  const rate = Number(args[0] ?? 1_000);
  const child = spawn(process.execPath, ['-e', server], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [port] = (await once(child.stdout, 'data')) as [Buffer];
    const { telegram } = new Telegraf('1:x', { telegram: { apiRoot: `http://127.0.0.1:${port}` } });
    const pacer = createPacer(rate);
    const api = createTelegramApi(telegram, pacer);
    const send = (priority: 'push' | 'reply', chatId: number) =>
      api.send({ chatId, topicId: 0 }, text, keyboard, { priority });
    let [sent, chatId] = [0, 0];
    const waits: number[] = [];
    const cpuBefore = process.cpuUsage();
    const started = performance.now();
    const isOver = () => performance.now() - started > seconds * 1_000;
    const push = async () => {
      while (!isOver()) {
        chatId += 1;
        await send('push', chatId);
        sent += 1;
      }
    };
    const reply = async () => {
      for (let n = 0; !isOver(); n += 1) {
        const asked = performance.now();
        await send('reply', 10_000_000 + n);
        waits.push(performance.now() - asked);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    await Promise.all([reply(), ...Array.from({ length: Math.max(16, Math.ceil(rate / 3)) }, push)]);
    const tookMs = performance.now() - started;
    const cpu = process.cpuUsage(cpuBefore);
    const calls = sent + waits.length;
    report(`messages at SEND_RATE=${rate}`, `${(calls / (tookMs / 1_000)).toFixed(1)} /s`, {
      to: 'SEND_RATE',
      value: calls / (tookMs / 1_000) / rate,
    });
    report('CPU per call', `${((cpu.user + cpu.system) / 1_000 / calls).toFixed(3)} ms`);
    report('CPU', `${((cpu.user + cpu.system) / 10 / tookMs).toFixed(0)} % of a core`);
    report('replies among pushes, p99 (server: 50 ms)', `${percentile(waits, 99).toFixed(0)} ms`);
  } finally {
    child.kill();
  }
}
