import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBudget, Interrupted } from '../../../db/search/budget.js';
import { openDatabase } from '../../../db/sqlite/database.js';
import { createIngestStore } from '../../../db/sqlite/ingest.js';
import { createArchiveReader } from '../../../db/sqlite/search/archive-reader.js';
import { createIndexReader, type IndexReader } from '../../../db/sqlite/search/index-reader.js';
import { openIndex } from '../../../db/sqlite/search/open-index.js';
import { articleNumber, queryFor, saveAll } from '../../support/builders.js';

const now = new Date('2026-02-05T02:00:00Z');
let reader: IndexReader;
let close: () => void;
beforeEach(async () => {
  const { database, client } = openDatabase(':memory:');
  const texts = Array.from({ length: 300 }, (_, n) => articleNumber(n, { text: '养老，老保，保险；养老保险' }));
  await saveAll(
    createIngestStore(database, client, () => {}),
    'news',
    texts,
    now,
    true,
  );
  const index = openIndex(':memory:', 1, createArchiveReader(client), () => now);
  while (index.writer.advance(1_000));
  reader = createIndexReader(index.client, client, false);
  close = () => {
    index.client.close();
    client.close();
  };
});
afterEach(() => close());

const request = (limit: number) => ({
  query: queryFor('养老保险'),
  order: 'newest' as const,
  limit,
  countUpTo: 1_000,
});
/** Ends after so many looks. */
const budgetOf = (checks: number) => {
  let left = checks;
  return {
    check() {
      left -= 1;
      if (left < 0) throw new Interrupted('enough');
    },
  };
};

describe('a search whose time is up', () => {
  it('gives the hits that it has found, in order, and says that this is not all', () => {
    const page = reader.search(request(100), budgetOf(50));
    expect(page).toMatchObject({ timedOut: true, hasOlder: false });
    expect(page.items.length).toBeGreaterThan(10);
    expect(page.items.map(({ title }) => title)).toEqual(page.items.map((_, n) => `第${299 - n}篇`));
  });

  it('counts as far as it came', () => {
    const page = reader.search(request(5), budgetOf(100));
    expect(page).toMatchObject({ timedOut: false, hasOlder: true, total: { isExact: false } });
    expect(page.total.count).toBeGreaterThan(10);
    expect(page.total.count).toBeLessThan(300);
  });

  it('counts by day as far as it came, the newest days first', () => {
    const span = { from: new Date('2026-01-01T00:00:00Z'), until: now, timeZone: 'Asia/Shanghai' };
    const counted = reader.countByDay({ query: queryFor('养老保险'), ...span }, budgetOf(100));
    const hits = [...(counted.days[0]?.hits.values() ?? [])];
    expect(counted).toMatchObject({ timedOut: true, days: [{ day: '2026-01-05' }] });
    expect(hits[0]).toBeGreaterThan(10);
    // A minute apart each, the last at 04:59.
    expect(counted.countedSince).toEqual(new Date(Date.UTC(2026, 0, 5, 0, 300 - (hits[0] ?? 0))));
    expect(reader.countByDay({ query: queryFor('养老保险'), ...span }, budgetOf(0))).toEqual({
      days: [],
      timedOut: true,
      countedSince: now,
    });
  });

  it('can search again right away', () => {
    reader.search(request(100), budgetOf(50));
    expect(reader.search(request(5), budgetOf(10_000)).total).toEqual({ count: 300, isExact: true });
  });
});

describe('a budget', () => {
  it('ends when nobody waits any more, or the time is up', () => {
    const loop = (budget: { check(): void }) => () => {
      for (let n = 0; n < 100; n += 1) budget.check();
    };
    expect(loop(createBudget(60_000, () => false))).not.toThrow();
    expect(loop(createBudget(60_000, () => true))).toThrow(Interrupted);
    expect(loop(createBudget(-1, () => false))).toThrow(Interrupted);
  });
});
