import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { openStores } from '../../../db/open-stores.js';
import { parsePost } from '../../../src/extract/parse-post.js';
import type { Log, PostSource, Stores } from '../../../src/ports.js';
import { createIngest, type Ingest, type SourceReport } from '../../../src/service/ingest.js';
import { createDirectorySource } from '../../../src/source/directory.js';
import { createFeedSource } from '../../../src/source/feed.js';
import { createFeedParser } from '../../../src/source/feed-parser.js';
import { parseFeed } from '../../../src/source/parse-feed.js';
import { silentLog, TestClock } from '../../support/builders.js';
import { anRss, type FeedServer, type RssItem, serving, startFeedServer } from '../../support/feed-server.js';
import { aPost } from '../../support/posts.js';

let server: FeedServer;
let stores: Stores;
let clock: TestClock;
const reader = { chatId: 5_000_000_001, topicId: 0 };
const warnings: unknown[] = [];
const log: Log = { ...silentLog, warn: (fields, message) => warnings.push({ ...fields, message }) };
beforeEach(async () => {
  server = await startFeedServer();
  stores = await openStores('file::memory:');
  clock = new TestClock();
  warnings.length = 0;
  await stores.chats.save(reader.chatId, 'private', clock.now());
});
afterEach(async () => {
  await stores.close();
  await server.close();
});

const open = (address = server.url) =>
  createFeedSource(address, {
    allowPrivate: true,
    proxyUrl: undefined,
    log,
    parse: async (document) => parseFeed(document),
  });
function openIngest(...sources: readonly PostSource[]): Ingest {
  return createIngest({
    sources,
    store: stores.ingest,
    parse: async (posts) => posts.map((post) => parsePost(post, { timeZone: 'Asia/Shanghai' })),
    log: silentLog,
    now: clock.now,
  });
}
async function round(ingest: Ingest): Promise<SourceReport | undefined> {
  const { sources } = await ingest.round();
  return sources[0];
}
async function subscribe(): Promise<void> {
  const [category] = await stores.categories.list();
  await stores.subscriptions.subscribe(reader, category?.id ?? 0, clock.now());
}
const item = (n: number, rest: RssItem = {}): RssItem => ({
  title: `示例${n}`,
  link: `https://example.com/${n}`,
  guid: `tag:${n}`,
  html: `<p>第${n}天，菜园里的番茄熟了。</p>`,
  ...rest,
});
const offer = (...items: readonly RssItem[]) => {
  server.answer = serving(anRss(items), { 'content-type': 'application/rss+xml' });
};

describe('a feed as a source', () => {
  it('fills the archive silently the first time, and pushes what comes later', async () => {
    const ingest = openIngest(open());
    offer(item(2), item(1));
    expect(await round(ingest)).toMatchObject({ firstRead: true, read: 2, added: 2, queued: 0 });
    await subscribe();
    offer(item(3), item(2), item(1));
    expect(await round(ingest)).toMatchObject({ firstRead: false, read: 1, added: 1, unchanged: 2, queued: 1 });
  });

  it('is not read again after a restart, and pushes nothing twice', async () => {
    offer(item(1));
    await round(openIngest(open()));
    await subscribe();
    offer(item(2), item(1));
    await round(openIngest(open()));
    expect(await round(openIngest(open()))).toMatchObject({ read: 0, queued: 0 });
  });

  it('updates an entry that changed, and keeps what it does not have any more', async () => {
    const ingest = openIngest(open());
    offer(item(2), item(1));
    await round(ingest);
    await subscribe();
    offer(item(2, { title: '示例2，更正' }));
    expect(await round(ingest)).toMatchObject({ read: 1, updated: 1, queued: 0 });
    expect(await stores.articles.findByIdentity('https://example.com/2')).toMatchObject({ title: '示例2，更正' });
    expect(await stores.articles.findByIdentity('https://example.com/1')).toBeDefined();
    offer(item(2, { title: '示例2，更正' }), item(1));
    expect(await round(ingest)).toMatchObject({ read: 0, queued: 0 });
  });

  it('is asked only for what changed', async () => {
    const ingest = openIngest(open());
    server.answer = (request, response) => {
      if (request.headers['if-none-match'] === '"1"') return response.writeHead(304).end();
      return response.writeHead(200, { etag: '"1"' }).end(anRss([item(1)]));
    };
    expect(await round(ingest)).toMatchObject({ added: 1, error: undefined });
    expect(await round(ingest)).toMatchObject({ read: 0, unchanged: 1, error: undefined });
    expect(await round(openIngest(open()))).toMatchObject({ read: 0, error: undefined });
    expect(server.requests.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"1"', '"1"']);
  });

  it('that knows no versions is not taken apart again while it stays the same', async () => {
    let parsed = 0;
    const parse = async (document: Parameters<typeof parseFeed>[0]) => {
      parsed += 1;
      return parseFeed(document);
    };
    const source = createFeedSource(server.url, { allowPrivate: true, proxyUrl: undefined, log, parse });
    const ingest = openIngest(source);
    offer(item(1));
    for (let n = 0; n < 3; n += 1) await round(ingest);
    expect(parsed).toBe(1);
  });

  it('that is damaged keeps what is known, and is tried again later', async () => {
    const ingest = openIngest(open());
    offer(item(1));
    await round(ingest);
    server.answer = serving(anRss([item(2)]).slice(0, -50));
    expect(await round(ingest)).toMatchObject({ error: 'is damaged or cut short' });
    expect((await ingest.round()).waiting).toMatchObject([{ error: 'is damaged or cut short' }]);
    clock.advance(8 * 60_000);
    offer(item(2), item(1));
    expect(await round(ingest)).toMatchObject({ added: 1, error: undefined });
  });

  it('with a password is one without for everybody to see', async () => {
    const source = open(server.url.replace('//', '//me:secret@'));
    server.answer = (_request, response) => response.writeHead(429, { 'retry-after': '7200' }).end();
    const report = await round(openIngest(source));
    expect(JSON.stringify(report)).not.toMatch(/secret/);
    const nextTryAt = new Date(clock.now().getTime() + 7_200_000);
    expect(await stores.ingest.findSource(`${server.url}/`)).toMatchObject({ failures: 1, nextTryAt });
  });

  it('that has moved for good is told of once', async () => {
    const ingest = openIngest(open(`${server.url}/old`));
    server.answer = ({ url }, response) => {
      if (url === '/old') return response.writeHead(301, { location: '/new' }).end();
      return response.end(anRss([item(1)]));
    };
    await round(ingest);
    await round(ingest);
    expect(warnings).toMatchObject([{ movedTo: `${server.url}/new` }]);
  });

  it('rejects an entry that is too large, and reads the others', async () => {
    offer(item(2, { html: '长'.repeat(1_000_000) }), item(1));
    expect(await round(openIngest(open()))).toMatchObject({ added: 1, rejected: 1, error: undefined });
    expect(await stores.ingest.listRejected(5)).toMatchObject([{ path: 'tag:2', reason: 'too-large' }]);
  });

  it('of thousands of entries is stored as a whole', async () => {
    offer(...Array.from({ length: 5_000 }, (_, n) => item(n)));
    expect(await round(openIngest(open()))).toMatchObject({ added: 5_000, error: undefined });
  });
});

it('an article that a folder and a feed have is one, and pushed once', async () => {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-feed-'));
  try {
    const ingest = openIngest(createDirectorySource(folder), open());
    offer();
    await ingest.round();
    fs.writeFileSync(path.join(folder, '2026-01-01-0.md'), aPost('<p>一。</p>', { link: 'https://example.com/0' }));
    offer(item(0));
    await ingest.round();
    expect((await stores.articles.stats()).articles).toBe(1);
    for (const { id } of await stores.categories.list()) await stores.subscriptions.subscribe(reader, id, clock.now());
    fs.writeFileSync(path.join(folder, '2026-01-01-1.md'), aPost('<p>一。</p>', { link: 'https://example.com/1' }));
    offer(item(1), item(0));
    const { sources } = await ingest.round();
    expect(sources.map(({ queued }) => queued).sort()).toEqual([0, 1]);
    expect((await stores.articles.stats()).articles).toBe(2);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
});

describe('the thread that reads feeds', () => {
  const url = 'https://example.com/feed';
  const document = (text: string) => ({ bytes: Buffer.from(text), contentType: undefined, url });
  const { signal } = new AbortController();
  const built = () => new URL('src/source/feed-worker.js', inject('build'));

  it('gives what is in one, or why it cannot be read', async () => {
    const parse = createFeedParser({ workerUrl: built() });
    const [feed, failure] = await Promise.allSettled([
      parse(document(anRss([item(1)])), signal),
      parse(document('nothing'), signal),
    ]);
    expect(feed).toMatchObject({ value: { title: '云溪日报', posts: [{ id: 'tag:1' }] } });
    expect(failure).toMatchObject({ reason: { name: 'SourceFailure', message: 'is no feed (Atom, RSS, JSON Feed)' } });
  });

  it('is ended when it takes too long, and the next one is read', async () => {
    const slow = new URL('data:text/javascript,for(;;);');
    await expect(createFeedParser({ workerUrl: slow, timeoutMs: 200 })(document(''), signal)).rejects.toThrow(
      /within 0.2 s/,
    );
    const stopping = new AbortController();
    const stopped = createFeedParser({ workerUrl: slow })(document(''), stopping.signal);
    stopping.abort();
    await expect(stopped).rejects.toThrow(/stopped/);
    const broken = new URL('data:text/javascript,process.exit(1)');
    await expect(createFeedParser({ workerUrl: broken })(document(''), signal)).rejects.toThrow(/its reader ended/);
  });
});
