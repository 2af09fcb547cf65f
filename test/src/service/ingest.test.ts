import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStores } from '../../../db/open-stores.js';
import { parsePost } from '../../../src/extract/parse-post.js';
import type { Stores } from '../../../src/ports.js';
import { createIngest, type Ingest, type SourceReport } from '../../../src/service/ingest.js';
import { createDirectorySource } from '../../../src/source/directory.js';
import { silentLog, TestClock } from '../../support/builders.js';
import { aPost } from '../../support/posts.js';

let folder: string;
let stores: Stores;
let clock: TestClock;
let ingest: Ingest;
const reader = { chatId: 5_000_000_001, topicId: 0 };

function openIngest(): Ingest {
  return createIngest({
    sources: [createDirectorySource(folder)],
    store: stores.ingest,
    parse: async (posts) => posts.map((post) => parsePost(post, { timeZone: 'Asia/Shanghai' })),
    log: silentLog,
    now: clock.now,
  });
}
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-ingest-'));
  stores = await openStores('file::memory:');
  clock = new TestClock(new Date());
  ingest = openIngest();
  await stores.chats.save(reader.chatId, 'private', clock.now());
});
afterEach(async () => {
  await stores.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, content: string) => fs.writeFileSync(path.join(folder, name), content);
const post = (n: number, title = `示例${n}`) =>
  aPost(`<p>第${n}天，菜园里的番茄熟了。</p>`, { title, link: `https://example.com/${n}` });
async function round(): Promise<SourceReport> {
  const { sources } = await ingest.round();
  if (!sources[0]) throw new Error('no report');
  return sources[0];
}
async function subscribe(): Promise<void> {
  const [category] = await stores.categories.list();
  await stores.subscriptions.subscribe(reader, category?.id ?? 0, clock.now());
}

describe('a round', () => {
  it('fills the archive silently the first time, and queues what comes later', async () => {
    write('2024-03-01-1.md', post(1));
    expect(await round()).toMatchObject({ firstRead: true, read: 1, added: 1, queued: 0 });
    await subscribe();
    write('2024-03-01-2.md', post(2));
    expect(await round()).toMatchObject({ firstRead: false, read: 1, added: 1, queued: 1 });
    expect(await round()).toMatchObject({ read: 0, unchanged: 2, queued: 0 });
  });

  it('takes an empty folder as read', async () => {
    expect(await round()).toMatchObject({ firstRead: true, read: 0 });
    write('2024-03-01-1.md', post(1));
    expect(await round()).toMatchObject({ firstRead: false, added: 1 });
  });

  it('that was interrupted in its first read starts again, still silent', async () => {
    for (let n = 0; n < 100; n += 1) write(`2024-03-01-${n}.md`, post(n));
    const first = ingest.round();
    const stopped = ingest.stop();
    expect((await first).sources[0]).toMatchObject({ firstRead: true, error: 'stopped' });
    await stopped;
    await subscribe();
    ingest = openIngest();
    const again = await round();
    expect(again).toMatchObject({ firstRead: true, queued: 0, error: undefined });
    expect((await stores.articles.stats()).articles).toBe(100);
  });

  it('goes on after a restart where it was, pushing nothing twice', async () => {
    write('2024-03-01-1.md', post(1));
    await round();
    await subscribe();
    write('2024-03-01-2.md', post(2));
    await round();
    ingest = openIngest();
    expect(await round()).toMatchObject({ firstRead: false, read: 0, queued: 0 });
  });

  it('updates an article that changed, and pushes it no second time', async () => {
    await round();
    write('2024-03-01-1.md', post(1));
    await round();
    await subscribe();
    write('2024-03-01-1.md', post(1, '示例：更正'));
    expect(await round()).toMatchObject({ read: 1, updated: 1, queued: 0 });
    expect(await stores.articles.findByIdentity('https://example.com/1')).toMatchObject({ title: '示例：更正' });
  });

  it('takes the same link from another file as the same article', async () => {
    await round();
    write('2024-03-01-1.md', post(1));
    await round();
    await subscribe();
    write('2024-03-02-9.md', post(1));
    expect(await round()).toMatchObject({ read: 1, added: 0, updated: 0, queued: 0 });
  });

  it('keeps the articles of files that are gone, and of a folder that is gone', async () => {
    write('2024-03-01-1.md', post(1));
    await round();
    fs.rmSync(path.join(folder, '2024-03-01-1.md'));
    clock.advance(55 * 60_000);
    await round();
    expect(await stores.ingest.listKnownPosts(folder)).toEqual(new Map());
    fs.rmSync(folder, { recursive: true });
    expect(await round()).toMatchObject({ error: 'folder not found' });
    expect((await stores.articles.stats()).articles).toBe(1);
    expect(await stores.ingest.findSource(folder)).toMatchObject({ lastError: 'folder not found' });
  });

  it('rejects a bad post with its reason, and reads the others', async () => {
    write('2024-03-01-1.md', '---js\nprocess.exit()\n---\n');
    write('2024-03-01-2.md', post(2));
    expect(await round()).toMatchObject({ read: 2, added: 1, rejected: 1 });
    expect(await stores.ingest.listRejected(5)).toMatchObject([
      { path: '2024-03-01-1.md', reason: 'script-front-matter' },
    ]);
    write('2024-03-01-1.md', post(1));
    expect(await round()).toMatchObject({ added: 1, rejected: 0 });
    expect(await stores.ingest.listRejected(5)).toEqual([]);
  });

  it('lets a half-written post wait for one round before it is rejected', async () => {
    write('2024-03-01-1.md', '---\ntitle: 示例');
    write('2024-03-01-2.md', '---\ntitle: 示例');
    expect(await round()).toMatchObject({ waiting: 2, rejected: 0 });
    write('2024-03-01-2.md', post(2));
    expect(await round()).toMatchObject({ added: 1, waiting: 0, rejected: 1 });
    expect(await stores.ingest.listRejected(5)).toMatchObject([{ path: '2024-03-01-1.md', reason: 'incomplete' }]);
    expect(await round()).toMatchObject({ read: 0 });
  });

  it('remembers over a restart that a post was waiting', async () => {
    write('2024-03-01-1.md', '---\ntitle: 示例');
    await round();
    ingest = openIngest();
    expect(await round()).toMatchObject({ rejected: 1 });
  });

  it('joins a round that is running', async () => {
    write('2024-03-01-1.md', post(1));
    const [first, second] = await Promise.all([ingest.round(), ingest.round()]);
    expect(second).toBe(first);
  });
});
