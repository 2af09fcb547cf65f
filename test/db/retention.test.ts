import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStores } from '../../db/open-stores.js';
import type { Stores } from '../../src/ports.js';
import { articleNumber, claimRules, itemFor, queryFor, saveAll } from '../support/builders.js';

const dayMs = 86_400_000;
const now = new Date('2026-06-01T00:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * dayMs);
const never = new AbortController().signal;

let stores: Stores;
beforeEach(async () => {
  stores = await openStores('file::memory:');
});
afterEach(() => stores.close());

/** Article n is so many days old. */
const anOld = (n: number, days: number) =>
  articleNumber(n, { published: daysAgo(days), text: `第${n}篇正文，只在这里出现。`, lead: `第${n}篇` });
const identityOf = (n: number) => articleNumber(n).identity;
const isThere = async (n: number) => (await stores.articles.findByIdentity(identityOf(n))) !== undefined;
async function idOf(n: number): Promise<number> {
  return (await stores.articles.findByIdentity(identityOf(n)))?.id ?? 0;
}
/** Ten articles of today: what tells the time. */
async function fillToday(): Promise<void> {
  const today = Array.from({ length: 10 }, (_, n) => anOld(1_000 + n, 0));
  await saveAll(stores.ingest, 'news', today, now, true);
}

describe('retention', () => {
  it('removes what is older, from lists, categories and the search index, and nothing else', async () => {
    await saveAll(stores.ingest, 'news', [anOld(1, 40), anOld(2, 29)], daysAgo(29), true);
    await fillToday();
    expect(await stores.retention.removeOld(30, now, never)).toBe(1);
    expect([await isThere(1), await isThere(2)]).toEqual([false, true]);
    expect((await stores.categories.list())[0]?.articleCount).toBe(11);
    await stores.search.caughtUp();
    expect(await stores.search.check()).toMatchObject({ articles: 11, indexed: 11, missing: 0, stale: 0 });
    const request = { query: queryFor('第1篇正文'), order: 'newest' as const, limit: 5, countUpTo: 5 };
    expect((await stores.search.search(request))?.items).toEqual([]);
    expect(await stores.retention.removeOld(30, now, never)).toBe(0);
  });

  it('keeps what a chat saved, with its messages, and what is still owed until it is sent', async () => {
    await stores.chats.save(5, 'private', daysAgo(50));
    const category = await stores.categories.findOrCreate('云溪日报');
    await stores.subscriptions.subscribe({ chatId: 5, topicId: 0 }, category.id, daysAgo(50));
    for (const n of [1, 2, 3]) await stores.ingest.saveAndEnqueue('news', [itemFor(anOld(n, 40))], daysAgo(40), false);
    await fillToday();
    const send = async (messageId: number) => {
      const [claim] = await stores.deliveries.claim([5], now, claimRules);
      if (claim?.kind !== 'message') throw new Error(`nothing to send: ${claim?.kind}`);
      await stores.deliveries.complete(claim.message, messageId, daysAgo(39));
    };
    await send(11);
    await send(12);
    await stores.saved.save(5, await idOf(1), now);
    expect(await stores.retention.removeOld(30, now, never)).toBe(1);
    expect([await isThere(1), await isThere(2), await isThere(3)]).toEqual([true, false, true]);
    expect(await stores.deliveries.listArticlesOf(5, 11)).toEqual([await idOf(1)]);
    await send(13);
    expect(await stores.retention.removeOld(30, now, never)).toBe(1);
    expect(await isThere(3)).toBe(false);
    expect((await stores.subscriptions.list({ chatId: 5, topicId: 0 })).length).toBe(1);
  });

  it('makes no news of what it removed: neither dated nor undated, changed or moved', async () => {
    const undated = { ...anOld(2, 0), published: undefined };
    await saveAll(stores.ingest, 'news', [anOld(1, 40), undated], daysAgo(40), true);
    await fillToday();
    expect(await stores.retention.removeOld(30, now, never)).toBe(2);
    await stores.chats.save(5, 'private', now);
    const category = await stores.categories.findOrCreate('云溪日报');
    await stores.subscriptions.subscribe({ chatId: 5, topicId: 0 }, category.id, now);
    const changed = [anOld(1, 40), undated].map((article) => ({ ...itemFor(article), fingerprint: '2' }));
    const moved = { ...itemFor(anOld(1, 40)), path: 'elsewhere.md' };
    const saved = await stores.ingest.saveAndEnqueue('news', [...changed, moved], now, false, 30);
    expect(saved).toMatchObject({ added: 0, unchanged: 3, queued: 0 });
    expect(await saveAll(stores.ingest, 'news', [anOld(3, 1)], now, false)).toMatchObject({ added: 1, queued: 1 });
    const fresh = { ...itemFor({ ...anOld(4, 0), published: undefined }) };
    expect(await stores.ingest.saveAndEnqueue('news', [fresh], now, false, 30)).toMatchObject({ added: 1, queued: 1 });
  });

  it('goes by the newest articles: a clock that is years ahead, or sources that are silent, remove nothing', async () => {
    await saveAll(stores.ingest, 'news', [anOld(1, 20)], daysAgo(20), true);
    await fillToday();
    const ahead = new Date(now.getTime() + 4_000 * dayMs);
    expect(await stores.retention.removeOld(30, ahead, never)).toBe(0);
    const [item] = [itemFor(anOld(2, 0))];
    expect(await stores.ingest.saveAndEnqueue('news', item ? [item] : [], ahead, false, 30)).toMatchObject({
      added: 1,
    });
  });
});

describe('a database that is kept within days', () => {
  it('stops growing', async () => {
    const folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-retention-'));
    const file = path.join(folder, 'zhaibao.db');
    const onDisk = await openStores(`file:${file}`);
    const sizes: number[] = [];
    try {
      await onDisk.chats.save(5, 'private', now);
      const { id } = await onDisk.categories.findOrCreate('云溪日报');
      await onDisk.subscriptions.subscribe({ chatId: 5, topicId: 0 }, id, now);
      for (let day = 0; day < 60; day += 1) {
        const today = new Date(now.getTime() + day * dayMs);
        const articles = Array.from({ length: 40 }, (_, n) =>
          articleNumber(day * 40 + n, { published: today, text: `${day} ${n} `.repeat(500) }),
        );
        await saveAll(onDisk.ingest, 'news', articles, today, false);
        const [claim] = await onDisk.deliveries.claim([5], today, claimRules);
        if (claim?.kind === 'message') await onDisk.deliveries.complete(claim.message, day + 1, today);
        await onDisk.retention.removeOld(10, today, never);
        sizes.push(fs.statSync(file).size + fs.statSync(`${file}-wal`).size);
      }
      expect(await onDisk.articles.count()).toBeLessThanOrEqual(11 * 40);
      expect(Math.max(...sizes.slice(30))).toBeLessThan(Math.max(...sizes.slice(0, 30)) * 1.1);
    } finally {
      await onDisk.close();
      fs.rmSync(folder, { recursive: true });
    }
  });
});
