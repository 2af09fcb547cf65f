import { describe, expect, it } from 'vitest';
import { webhookRoutes } from '../../bot/webhook-routes.js';
import { createHttpApp } from '../../src/http/http-app.js';
import { silentLog } from '../support/builders.js';

const headers = { 'content-type': 'application/json; charset=utf-8', 'x-telegram-bot-api-secret-token': 'a-secret' };

function post(take: () => Promise<'taken' | 'stopping'>, body: string | ReadableStream, over: object = {}) {
  const routes = webhookRoutes({ path: '/', secret: 'a-secret', take });
  const app = createHttpApp({ mounts: [{ path: '/', routes }], log: silentLog });
  return app.request('/', { method: 'POST', headers: { ...headers, ...over }, body, duplex: 'half' } as RequestInit);
}
const never = () => Promise.reject(new Error('taken all the same'));

describe('the address that Telegram delivers to', () => {
  it('says that an update is taken when it is', async () => {
    expect((await post(async () => 'taken', '{"update_id":1}')).status).toBe(200);
  });

  it('asks to come again soon while the bot stops', async () => {
    const response = await post(async () => 'stopping', '{"update_id":1}');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '3']);
  });

  it('fails when the update cannot be stored, so that it comes again', async () => {
    const full = () => Promise.reject(new Error('database or disk is full'));
    const response = await post(full, '{"update_id":1}');
    expect([response.status, await response.text()]).toEqual([500, '{"error":"something went wrong here"}']);
  });

  it('takes no more than a megabyte of a body that does not say how long it is', async () => {
    let read = 0;
    const body = new ReadableStream({
      pull(controller) {
        read += 100_000;
        controller.enqueue(new Uint8Array(100_000));
      },
    });
    expect((await post(never, body)).status).toBe(413);
    // The bound of every address stands before its own.
    expect(read).toBeLessThan(3_000_000);
  });

  it.each(['a-secre', 'a-secretx', 'A-SECRET', '%E5%8F%A3%E4%BB%A4', ''])(
    'reads nothing with the secret %j',
    async (given) => {
      expect((await post(never, '{"update_id":1}', { 'x-telegram-bot-api-secret-token': given })).status).toBe(403);
    },
  );
});
