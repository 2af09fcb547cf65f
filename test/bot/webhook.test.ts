import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TelegramApi } from '../../bot/telegram-api.js';
import { startWebhook, type Webhook } from '../../bot/webhook.js';
import { silentLog, TestClock } from '../support/builders.js';

const address = { url: 'https://news.example/hidden-path', secret: 'a-long-secret_1' };
let clock: TestClock;
let webhook: Webhook;
/** What getWebhookInfo says. */
let info: object;
let calls: string[];
let takenAt: Date | undefined;

beforeEach(() => {
  clock = new TestClock();
  calls = [];
  takenAt = undefined;
  info = { url: address.url, pending_update_count: 0 };
});
afterEach(async () => {
  webhook.stop();
  await webhook.ended;
});

async function start(): Promise<void> {
  const call = async (method: string) => {
    calls.push(method);
    return method === 'getWebhookInfo' ? info : true;
  };
  await new Promise<void>((resolve) => {
    webhook = startWebhook({
      api: { call } as unknown as TelegramApi,
      address,
      log: silentLog,
      now: clock.now,
      prepare: async () => {},
      onReady: resolve,
      takenAt: () => takenAt,
      checkEveryMs: 5,
    });
  });
}
/** Several looks at the server are through. */
async function looked(): Promise<void> {
  const before = calls.length;
  await expect.poll(() => calls.length, { interval: 2 }).toBeGreaterThan(before + 2);
}
const failing = (message: string) => ({
  url: address.url,
  pending_update_count: 3,
  last_error_date: Math.floor(clock.now().getTime() / 1_000),
  last_error_message: message,
});

describe('delivery by webhook', () => {
  it('is in order while nothing waits', async () => {
    await start();
    await looked();
    expect(webhook.failure()).toBeUndefined();
    expect(calls.filter((method) => method === 'setWebhook')).toHaveLength(1);
  });

  it('is a failure when the server has not been able to deliver for 2 minutes, and says why without the address', async () => {
    await start();
    clock.advance(10_000);
    info = failing('Wrong response from https://news.example/hidden-path with a-long-secret_1: 502 Bad Gateway');
    await looked();
    clock.advance(120_000);
    expect(webhook.failure()).toBeUndefined();
    clock.advance(1_000);
    expect(webhook.failure()).toBe('Telegram cannot deliver: Wrong response from … with …: 502 Bad Gateway');
    takenAt = clock.now();
    await looked();
    expect(webhook.failure()).toBeUndefined();
  });

  it('is none when it failed before the bot came', async () => {
    const before = failing('Connection refused');
    clock.advance(600_000);
    info = before;
    await start();
    await looked();
    clock.advance(600_000);
    expect(webhook.failure()).toBeUndefined();
  });
});
