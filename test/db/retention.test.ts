import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStores } from '../../db/open-stores.js';
import { articleNumber, claimRules, saveAll } from '../support/builders.js';

const dayMs = 86_400_000;
const now = new Date('2026-06-01T00:00:00Z');
const never = new AbortController().signal;

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
