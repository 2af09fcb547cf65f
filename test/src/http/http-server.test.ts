import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Hono } from 'hono';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpApp } from '../../../src/http/http-app.js';
import { type HttpServer, startHttpServer } from '../../../src/http/http-server.js';
import { silentLog } from '../../support/builders.js';

const servers: HttpServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

async function start(routes: Hono, options: { port?: number; portsBehind?: number } = {}): Promise<HttpServer> {
  const app = createHttpApp({ mounts: [{ path: '/here', routes }], log: silentLog });
  const server = await startHttpServer(app, { host: '127.0.0.1', port: 0, ...options });
  servers.push(server);
  return server;
}

const routes = new Hono()
  .get('/fine', (context) => context.text('fine'))
  .delete('/fine', (context) => context.text('gone'))
  .post('/read', async (context) => context.text(String((await context.req.text()).length)))
  .get('/shared', (context) => context.text('ours', 200, { 'cross-origin-resource-policy': 'cross-origin' }))
  .get('/broken', () => {
    throw new Error('a secret of ours');
  });

describe('the HTTP server', () => {
  it.each([
    ['GET', '/here/fine?x=1', 200],
    ['HEAD', '/here/fine', 200],
    ['POST', '/here/fine', 405],
    ['GET', '/nowhere', 404],
    ['GET', '/assets/nothing.js', 404],
    ['POST', '/nowhere', 404],
    ['GET', '/here/../../etc/passwd', 404],
  ])('answers %s %s with %i', async (method, path, status) => {
    const { url } = await start(routes);
    expect((await fetch(`${url}${path}`, { method })).status).toBe(status);
  });

  it('lets a page load and reach nothing but itself', async () => {
    const { url } = await start(routes);
    const policy = (await fetch(`${url}/here/fine`)).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain('unsafe');
  });

  it('keeps answers to its own pages, unless an address says otherwise', async () => {
    const { url } = await start(routes);
    const policy = async (path: string) => (await fetch(`${url}${path}`)).headers.get('cross-origin-resource-policy');
    expect([await policy('/here/fine'), await policy('/here/shared')]).toEqual(['same-origin', 'cross-origin']);
  });

  it('says nothing of what went wrong inside', async () => {
    const { url } = await start(routes);
    const response = await fetch(`${url}/here/broken`);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
  });

  it('answers a DELETE that has no body', async () => {
    const { url } = await start(routes);
    expect((await fetch(`${url}/here/fine`, { method: 'DELETE' })).status).toBe(200);
  });

  it('wants to know how long a body is', async () => {
    const { url } = await start(routes);
    const body = ReadableStream.from([new TextEncoder().encode('text')]);
    expect((await fetch(`${url}/here/read`, { method: 'POST', body, duplex: 'half' })).status).toBe(411);
  });

  it('takes no body above 2.5 MB', async () => {
    const { url } = await start(routes);
    const send = async (bytes: number) =>
      (await fetch(`${url}/here/read`, { method: 'POST', body: 'a'.repeat(bytes) })).status;
    expect([await send(2_000_000), await send(2_600_000)]).toEqual([200, 413]);
  });

  describe('when the port is taken', () => {
    it('takes the next one, if it may', async () => {
      const { port } = await start(routes);
      expect((await start(routes, { port, portsBehind: 20 })).port).toBeGreaterThan(port);
    });

    it('says so', async () => {
      const { port } = await start(routes);
      await expect(start(routes, { port })).rejects.toThrow(
        `cannot listen on 127.0.0.1:${port} (the port is taken: set PORT to another)`,
      );
    });

    it('leaves it to whoever has it', async () => {
      const other = createServer();
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
      const { port } = other.address() as AddressInfo;
      expect((await start(routes, { port, portsBehind: 20 })).port).not.toBe(port);
      await new Promise((resolve) => other.close(resolve));
    });
  });
});
