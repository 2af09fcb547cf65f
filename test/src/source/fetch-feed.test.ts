import dns from 'node:dns';
import type http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SourceFailure } from '../../../src/domain/source-failure.js';
import { type FeedVersion, type FetchOptions, fetchFeed } from '../../../src/source/fetch-feed.js';
import { type FeedServer, serving, startFeedServer } from '../../support/feed-server.js';
import { startProxy } from '../../support/proxy.js';

const now = new Date('2026-03-01T08:00:00Z');
let server: FeedServer;
const alsoClosed: { close(): void }[] = [];
beforeEach(async () => {
  server = await startFeedServer();
});
afterEach(async () => {
  for (const each of alsoClosed.splice(0)) each.close();
  await server.close();
});

function get(
  address = server.url,
  options: Partial<FetchOptions> & { signal?: AbortSignal; known?: FeedVersion } = {},
) {
  const { signal = new AbortController().signal, known, ...rest } = options;
  return fetchFeed(address, known, { allowPrivate: true, proxyUrl: undefined, ...rest }, signal, now);
}
async function text(...asked: Parameters<typeof get>) {
  const answer = await get(...asked);
  return answer.kind === 'feed' ? answer.bytes.toString() : answer.kind;
}
async function failure(...asked: Parameters<typeof get>): Promise<SourceFailure> {
  const error: unknown = await get(...asked).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof SourceFailure)) throw new Error(`no SourceFailure but ${String(error)}`);
  return error;
}

describe('an answer', () => {
  it('comes whole, with its type and version', async () => {
    server.answer = serving('养老', { 'content-type': 'text/xml', etag: '"1"', 'last-modified': 'then' });
    expect(await get()).toMatchObject({
      kind: 'feed',
      contentType: 'text/xml',
      url: `${server.url}/`,
      movedTo: undefined,
      version: { etag: '"1"', lastModified: 'then' },
    });
    expect(server.requests[0]?.headers['user-agent']).toMatch(/zhaibao/);
  });

  it('whose characters are split across chunks is whole', async () => {
    const [head, tail] = [Buffer.from('养老').subarray(0, 4), Buffer.from('养老').subarray(4)];
    server.answer = (_request, response) => {
      response.write(head, () => setImmediate(() => response.end(tail)));
    };
    expect(await text()).toBe('养老');
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('packed with %s is unpacked', async (encoding, pack) => {
    server.answer = serving(pack('养老'), { 'content-encoding': encoding });
    expect(await text()).toBe('养老');
  });

  it('that nothing has changed costs nothing', async () => {
    server.answer = (_request, response) => response.writeHead(304).end();
    expect(await get(server.url, { known: { etag: '"1"', lastModified: 'then' } })).toEqual({ kind: 'unchanged' });
    expect(server.requests[0]?.headers).toMatchObject({ 'if-none-match': '"1"', 'if-modified-since': 'then' });
  });

  it('has no version that is too long to keep', async () => {
    server.answer = serving('x', { etag: `"${'1'.repeat(2_000)}"` });
    expect(await get()).toMatchObject({ version: { etag: undefined } });
  });
});

describe('a name and password in the address', () => {
  it('are given to the server, and never told', async () => {
    server.answer = serving('x');
    await get(server.url.replace('//', '//me:p%40ss@'));
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
    server.answer = (_request, response) => response.writeHead(500).end();
    expect((await failure(server.url.replace('//', '//me:secret@'))).message).not.toMatch(/secret/);
  });

  it('are not given to another server that it leads on to', async () => {
    const other = await startFeedServer();
    other.answer = serving('x');
    server.answer = (_request, response) => response.writeHead(302, { location: other.url }).end();
    expect(await text(server.url.replace('//', '//me:secret@'))).toBe('x');
    expect(other.requests[0]?.headers.authorization).toBeUndefined();
    await other.close();
  });
});

describe('a redirection', () => {
  const leading = (...steps: readonly (readonly [status: number, location: string])[]): http.RequestListener => {
    return ({ url }, response) => {
      const step = steps[Number(url?.slice(1))];
      if (step) response.writeHead(step[0], { location: step[1] }).end();
      else response.end('x');
    };
  };

  it('is followed, and told when all of it is for good', async () => {
    server.answer = leading([301, '/1'], [308, '/2']);
    expect(await get(`${server.url}/0`)).toMatchObject({ url: `${server.url}/2`, movedTo: `${server.url}/2` });
    server.answer = leading([301, '/1'], [302, '/2']);
    expect(await get(`${server.url}/0`)).toMatchObject({ url: `${server.url}/2`, movedTo: `${server.url}/1` });
    server.answer = leading([307, '/1'], [301, '/2']);
    expect(await get(`${server.url}/0`)).toMatchObject({ movedTo: undefined });
  });

  it.each([
    ['in a circle', '/0', /more than 5/],
    ['to a file', 'file:///etc/passwd', /not of the web/],
    ['to nowhere', 'http://', /nowhere/],
  ])('that leads %s is a failure', async (_title, location, message) => {
    server.answer = leading([302, location]);
    expect((await failure(`${server.url}/0`)).message).toMatch(message);
  });
});

describe('a private address', () => {
  it('is refused behind a public name that stands for it', async () => {
    vi.spyOn(dns, 'lookup').mockImplementationOnce(((
      _name: string,
      _options: object,
      done: (...found: unknown[]) => void,
    ) => done(null, [{ address: '127.0.0.1', family: 4 }])) as typeof dns.lookup);
    const { message } = await failure(`http://feeds.example.com:${server.port}/`, { allowPrivate: false });
    expect(message).toMatch(/feeds.example.com is at a private address/);
    expect(server.requests).toHaveLength(0);
    vi.restoreAllMocks();
  });

  it('is refused, with what allows it', async () => {
    expect((await failure(server.url, { allowPrivate: false })).message).toMatch(
      /private address: ALLOW_PRIVATE_FEEDS/,
    );
  });

  it('is refused behind a name, before anything is sent', async () => {
    const { message } = await failure(`http://localhost:${server.port}/`, { allowPrivate: false });
    expect(message).toMatch(/private address/);
    expect(server.requests).toHaveLength(0);
  });

  it('is refused to a proxy too', async () => {
    const options = { allowPrivate: false, proxyUrl: server.url };
    expect((await failure('http://10.0.0.1/', options)).message).toMatch(/private address/);
    expect((await failure('http://localhost/', options)).message).toMatch(/private address/);
  });
});

describe('a failure', () => {
  it.each([
    [429, '120', new Date('2026-03-01T08:02:00Z')],
    [503, 'Sun, 01 Mar 2026 09:00:00 GMT', new Date('2026-03-01T09:00:00Z')],
    [503, 'soon', undefined],
    [404, undefined, undefined],
  ])('with status %i and Retry-After %s is not tried before %s', async (status, value, notBefore) => {
    server.answer = (_request, response) => response.writeHead(status, value ? { 'retry-after': value } : {}).end();
    const error = await failure();
    expect(error.message).toContain(`answers ${status}`);
    expect(error.notBefore).toEqual(notBefore);
  });

  it('is an answer that is too large, as sent or as unpacked', async () => {
    const limits = { maxBytes: 1024 * 1024 };
    server.answer = serving(Buffer.alloc(1024 * 1024 + 1));
    expect((await failure(server.url, { limits })).message).toBe('larger than 1 MB');
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));
    server.answer = serving(bomb, { 'content-encoding': 'gzip' });
    const before = process.memoryUsage().rss;
    expect((await failure(server.url, { limits })).message).toBe('larger than 1 MB');
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });

  it.each([
    ['answers nothing', () => {}],
    ['stops in the middle', (_request: unknown, response: http.ServerResponse) => response.write('<rss>')],
  ])('is a server that %s', async (_title, answer) => {
    server.answer = answer as http.RequestListener;
    expect((await failure(server.url, { limits: { timeoutMs: 50 } })).message).toBe('no whole answer within 0.05 s');
  });

  it('is an answer that is cut, or damaged on the way', async () => {
    server.answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('<rss>', () => response.destroy());
    };
    expect((await failure()).message).toMatch(/connection was cut/);
    server.answer = serving('not packed', { 'content-encoding': 'gzip' });
    expect((await failure()).message).toMatch(/compression is damaged/);
    server.answer = serving(gzipSync('x'.repeat(9_999)).subarray(0, 30), { 'content-encoding': 'gzip' });
    expect((await failure()).message).toMatch(/cut short/);
    server.answer = serving('x', { 'content-encoding': 'zip' });
    expect((await failure()).message).toMatch(/nobody asked for/);
  });

  it('is a server that is not there, or not one of the web', async () => {
    const { port } = server;
    await server.close();
    expect((await failure(`http://127.0.0.1:${port}/`)).message).toMatch(/nobody listens/);
    const noise = net.createServer((socket) => socket.end('hello\r\n'));
    alsoClosed.push(noise);
    await new Promise<void>((resolve) => noise.listen(0, '127.0.0.1', resolve));
    expect((await failure(`http://127.0.0.1:${(noise.address() as AddressInfo).port}/`)).message).toMatch(
      /cannot be read/,
    );
    server = await startFeedServer();
  });

  it('is the end of the process', async () => {
    const stopping = new AbortController();
    server.answer = () => stopping.abort();
    await failure(server.url, { signal: stopping.signal });
    await failure(server.url, { signal: stopping.signal });
    expect(server.requests).toHaveLength(1);
  });
});

describe('a proxy', () => {
  async function open(kind: 'http' | 'socks5') {
    const proxy = await startProxy(kind, server.port);
    alsoClosed.push(proxy);
    return proxy;
  }

  it.each(['http', 'socks5'] as const)('of kind %s is gone through, and looks the name up', async (kind) => {
    const { asked, url } = await open(kind);
    server.answer = serving('x', { connection: 'close' });
    const options = { allowPrivate: false, proxyUrl: url };
    expect(await text('http://feeds.example.com/news', options)).toBe('x');
    expect(asked).toEqual(['feeds.example.com:80']);
  });

  it('does not lead to a private address that a feed leads on to', async () => {
    const { asked, url } = await open('http');
    const options = { allowPrivate: false, proxyUrl: url };
    for (const location of [server.url, 'http://localhost/', 'http://[::ffff:7f00:1]/', '//169.254.169.254/latest']) {
      server.answer = (_request, response) => response.writeHead(302, { location, connection: 'close' }).end();
      expect((await failure('http://feeds.example.com/', options)).message).toMatch(/private address/);
    }
    expect(new Set(asked)).toEqual(new Set(['feeds.example.com:80']));
  });

  it('is told its name and password', async () => {
    const { asked, url } = await open('http');
    server.answer = serving('x', { connection: 'close' });
    await text('http://feeds.example.com/', { proxyUrl: url.replace('//', '//me:secret@') });
    expect(asked).toEqual([`feeds.example.com:80 Basic ${Buffer.from('me:secret').toString('base64')}`]);
  });

  it('that is not there is a failure that does not tell its password', async () => {
    const { message } = await failure('http://feeds.example.com/', { proxyUrl: 'http://me:secret@127.0.0.1:1' });
    expect(message).toMatch(/nobody listens/);
  });
});
