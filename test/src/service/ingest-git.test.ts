import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStores } from '../../../db/open-stores.js';
import { parsePost } from '../../../src/extract/parse-post.js';
import type { Stores } from '../../../src/ports.js';
import { createIngest, type Ingest, type SourceReport } from '../../../src/service/ingest.js';
import { createGitSource } from '../../../src/source/git.js';
import { parseSourceAddress } from '../../../src/source/source-address.js';
import { silentLog, TestClock } from '../../support/builders.js';
import { GitRepository, removeFolder } from '../../support/git-repository.js';
import { aPost } from '../../support/posts.js';

let root: string;
let repository: GitRepository;
let stores: Stores;
let clock: TestClock;
let ingest: Ingest;
const reader = { chatId: 5_000_000_001, topicId: 0 };

beforeEach(async () => {
  root = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-ingest-git-'));
  repository = new GitRepository(path.join(root, 'news.git'));
  stores = await openStores('file::memory:');
  clock = new TestClock(new Date());
  const key = `${repository.address}#main:_posts`;
  const address = parseSourceAddress(key);
  if (address?.kind !== 'git') throw new Error('no git address');
  ingest = createIngest({
    sources: [createGitSource({ key, address, cachesFolder: path.join(root, 'caches') })],
    store: stores.ingest,
    parse: async (posts) => posts.map((post) => parsePost(post, { timeZone: 'Asia/Shanghai' })),
    log: silentLog,
    now: clock.now,
  });
  await stores.chats.save(reader.chatId, 'private', clock.now());
});
afterEach(async () => {
  await ingest.stop();
  await stores.close();
  removeFolder(root);
});

const post = (n: number, title = `示例${n}`) =>
  aPost(`<p>第${n}天，菜园里的番茄熟了。</p>`, { title, link: `https://example.com/${n}` });
const commit = (files: Record<string, string>) =>
  repository.commit(
    Object.fromEntries(Object.entries(files).map(([name, content]) => [`_posts/2024-03-01-${name}.md`, content])),
  );
async function round(): Promise<SourceReport> {
  const [report] = (await ingest.round()).sources;
  if (!report) throw new Error('no report');
  return report;
}

it('a branch is silent at first; then what is new is pushed, a change corrects, and what goes stays in the archive', async () => {
  commit({ 1: post(1) });
  expect(await round()).toMatchObject({ firstRead: true, read: 1, added: 1, queued: 0 });
  const [category] = await stores.categories.list();
  await stores.subscriptions.subscribe(reader, category?.id ?? 0, clock.now());

  commit({ 1: post(1), 2: post(2) });
  expect(await round()).toMatchObject({ firstRead: false, added: 1, unchanged: 1, queued: 1 });
  commit({ 1: post(1), 2: post(2, '示例2（更正）') });
  expect(await round()).toMatchObject({ added: 0, updated: 1, queued: 0 });

  commit({ 3: post(3) });
  expect(await round()).toMatchObject({ added: 1, queued: 1 });
  expect(await stores.articles.count()).toBe(3);
  commit({ 1: post(1), 3: post(3) });
  expect(await round()).toMatchObject({ read: 1, added: 0, unchanged: 2, queued: 0 });
});

it('a folder that is gone is an error of that round, and changes nothing', async () => {
  commit({ 1: post(1) });
  await round();
  repository.commit({ 'README.txt': 'moved' });
  expect(await round()).toMatchObject({
    error: 'the branch has no folder _posts, or it is empty',
    nextTryAt: undefined,
  });
  commit({ 1: post(1) });
  expect(await round()).toMatchObject({ error: undefined, read: 0, unchanged: 1 });
});

it('a server that is not there is tried later', async () => {
  removeFolder(repository.folder);
  const { error, nextTryAt } = await round();
  expect(error).toMatch(/^there is no such repository/u);
  expect(nextTryAt?.getTime()).toBeGreaterThan(clock.now().getTime());
});
