import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStores } from '../../../db/open-stores.js';
import type { Category } from '../../../src/domain/category.js';
import type { DayCount, Stores } from '../../../src/ports.js';
import { type Browse, createBrowse } from '../../../src/service/browse.js';
import { groupTrend, momentsOf, type TrendSpan, trendDays } from '../../../src/service/trend.js';
import { articleNumber, saveNews } from '../../support/builders.js';

const unbounded = { from: undefined, until: undefined };
const iso = ({ from, until }: { from: Date; until: Date }) =>
  [from, until].map((each) => each.toISOString().slice(0, 16));

describe('the days of a trend', () => {
  it.each<[string, TrendSpan, string, string, [string, string], [string, string]]>([
    [
      'are the last thirty, today among them',
      'days',
      'Asia/Shanghai',
      '2026-01-05T02:00Z',
      ['2025-12-07', '2026-01-05'],
      ['2025-12-06T16:00', '2026-01-05T16:00'],
    ],
    [
      'are those of the zone',
      'days',
      'America/New_York',
      '2026-01-05T02:00Z',
      ['2025-12-06', '2026-01-04'],
      ['2025-12-06T05:00', '2026-01-05T05:00'],
    ],
    [
      'begin on the Monday 25 weeks ago',
      'weeks',
      'Asia/Shanghai',
      '2026-01-07T02:00Z',
      ['2025-07-14', '2026-01-07'],
      ['2025-07-13T16:00', '2026-01-07T16:00'],
    ],
    [
      'reach over the beginning of summer time',
      'days',
      'America/New_York',
      '2026-03-20T12:00Z',
      ['2026-02-19', '2026-03-20'],
      ['2026-02-19T05:00', '2026-03-21T04:00'],
    ],
    [
      'and over its end',
      'days',
      'America/New_York',
      '2026-11-01T12:00Z',
      ['2026-10-03', '2026-11-01'],
      ['2026-10-03T04:00', '2026-11-02T05:00'],
    ],
  ])('%s', (_title, span, timeZone, now, [first, last], moments) => {
    const days = trendDays({ span, now: new Date(now), timeZone }, unbounded);
    expect(days).toEqual({ first, last });
    expect(iso(momentsOf(days, timeZone))).toEqual(moments);
  });

  it.each<[string, string | undefined, string | undefined, string, string, number]>([
    ['end with the last that the query touches', undefined, '2026-01-02T16:00Z', '2025-12-07', '2026-01-02', 27],
    ['begin with the first that it touches', '2026-01-01T10:00Z', undefined, '2026-01-01', '2026-01-05', 5],
    [
      'are not more for a query that wants more',
      '2020-01-01T00:00Z',
      '2030-01-01T00:00Z',
      '2025-12-07',
      '2026-01-05',
      30,
    ],
    ['are none when it is over before', undefined, '2025-01-01T00:00Z', '2025-12-07', '2025-01-01', 0],
    ['are none when it is yet to come', '2026-06-01T00:00Z', undefined, '2026-06-01', '2026-01-05', 0],
  ])('%s', (_title, from, until, first, last, buckets) => {
    const bounds = { from: from ? new Date(from) : undefined, until: until ? new Date(until) : undefined };
    const request = { span: 'days', now: new Date('2026-01-05T02:00Z'), timeZone: 'Asia/Shanghai' } as const;
    const days = trendDays(request, bounds);
    expect(days).toEqual({ first, last });
    expect(groupTrend('days', days, [], []).buckets).toHaveLength(buckets);
  });
});

describe('grouping', () => {
  const category = (id: number): Category => ({ id, name: `${id}报`, slug: undefined, articleCount: 1 });
  const categories = Array.from({ length: 9 }, (_, n) => category(n + 1));
  const on = (day: string, ...hits: [number | undefined, number][]): DayCount => ({ day, hits: new Map(hits) });
  const group = (span: TrendSpan, first: string, last: string, ...counted: DayCount[]) => {
    const { buckets, series, total } = groupTrend(span, { first, last }, counted, categories);
    return { buckets, total, series: series.map(({ category, counts, total }) => [category?.id, counts, total]) };
  };

  it('has every day, also without a hit', () => {
    const counted = [on('2026-01-04', [2, 1], [1, 1]), on('2026-01-02', [2, 3])];
    expect(group('days', '2026-01-01', '2026-01-04', ...counted)).toEqual({
      buckets: ['2026-01-01', '2026-01-02', '2026-01-03', '2026-01-04'],
      series: [
        [2, [0, 3, 0, 1], 4],
        [1, [0, 0, 0, 1], 1],
      ],
      total: 5,
    });
  });

  it('has every week from Monday to Sunday, the first and the last as far as they belong', () => {
    const counted = [
      on('2026-01-07', [1, 1]),
      on('2026-01-05', [1, 2]),
      on('2026-01-04', [1, 4]),
      on('2025-12-24', [1, 8]),
    ];
    expect(group('weeks', '2025-12-24', '2026-01-07', ...counted)).toEqual({
      buckets: ['2025-12-22', '2025-12-29', '2026-01-05'],
      series: [[1, [8, 4, 3], 15]],
      total: 15,
    });
  });

  it('puts all but the six largest together, with those of no known category', () => {
    const many = categories.map(({ id }): [number, number] => [id, id]);
    const counted = on('2026-01-01', ...many, [undefined, 50], [77, 100]);
    const { series, total } = group('days', '2026-01-01', '2026-01-01', counted);
    expect(series).toEqual([9, 8, 7, 6, 5, 4].map((id) => [id, [id], id]).concat([[undefined, [156], 156]] as never));
    expect(total).toBe(195);
  });

  it('has nothing of nothing', () => {
    expect(group('days', '2026-01-02', '2026-01-02')).toEqual({ buckets: ['2026-01-02'], series: [], total: 0 });
    expect(group('weeks', '2026-01-02', '2026-01-01')).toEqual({ buckets: [], series: [], total: 0 });
    expect(group('days', '2026-01-02', '2025-01-01')).toEqual({ buckets: [], series: [], total: 0 });
  });
});

describe('a reader', () => {
  let stores: Stores;
  let browse: Browse;
  const now = new Date('2026-03-20T12:00:00Z');
  beforeEach(async () => {
    stores = await openStores('file::memory:');
    browse = createBrowse({ ...stores, timeZone: 'Asia/Shanghai' });
    const articles = Array.from({ length: 400 }, (_, n) => {
      const medium = `示例${n % 9}报`;
      const published = new Date(now.getTime() - n * 13 * 3_600_000);
      const categories = [
        { name: '要闻', slug: undefined },
        { name: medium, slug: undefined },
      ];
      return articleNumber(n, { text: n % 3 ? '养老保险' : '养老，保险', published, medium, categories });
    });
    await saveNews(stores, articles, now);
  });
  afterEach(() => stores.close());

  const trend = async (text: string, span: TrendSpan, timeZone: string) => {
    const found = await browse.trend(text, { span, now, timeZone });
    if (found.kind !== 'found') throw new Error(found.kind);
    return found;
  };
  /** How many hits paging through a search gives of a time. */
  const countPages = async (text: string, from: Date, until: Date) => {
    let count = 0;
    for (let page: Parameters<Browse['search']>[1] = { order: 'newest', limit: 50 }; ; ) {
      const found = await browse.search(text, page);
      if (found.kind !== 'found') throw new Error(found.kind);
      count += found.items.filter(({ orderAt }) => orderAt >= from && orderAt < until).length;
      const place = found.items.at(-1)?.place;
      if (!found.hasOlder || !place) return count;
      page = { ...page, from: { direction: 'older', place } };
    }
  };

  it.each([
    '养老',
    '养老保险',
    '养老 -"养老保险"',
    'in:示例3报',
    '养老保险 after:2026-02-03 before:2026-03-10',
    '没有的',
  ])('is told as many hits of %s as paging gives', async (text) => {
    for (const span of ['days', 'weeks'] as const) {
      for (const timeZone of ['Asia/Shanghai', 'America/New_York']) {
        const found = await trend(text, span, timeZone);
        const { from, until } = momentsOf(trendDays({ span, now, timeZone }, unbounded), timeZone);
        const cells = found.series.flatMap(({ counts }) => counts).reduce((sum, each) => sum + each, 0);
        expect(cells).toBe(await countPages(text, from, until));
        expect(found.total).toBe(cells);
        expect(found.series.every(({ counts }) => counts.length === found.buckets.length)).toBe(true);
      }
    }
  });

  it('is shown the largest media and the others', async () => {
    const found = await trend('养老', 'days', 'Asia/Shanghai');
    expect(found).toMatchObject({ text: '养老', timedOut: false, filling: undefined });
    expect(found.buckets).toHaveLength(30);
    expect(found.series.map(({ category }) => category?.name)).toEqual([
      ...[0, 1, 2, 3, 4, 5].map((n) => `示例${n}报`),
      undefined,
    ]);
  });

  it('is told why there is nothing to count', async () => {
    const request = { span: 'days', now, timeZone: 'Asia/Shanghai' } as const;
    expect(await browse.trend(' ', request)).toEqual({ kind: 'empty' });
    expect(await browse.trend('养老 after:春天', request)).toEqual({ kind: 'bad-date', text: '春天' });
    expect(await browse.trend('in:没有这家', request)).toMatchObject({ kind: 'unclear-category', fits: 'none' });
  });

  it('is told the busiest categories of the week', async () => {
    const busiest = await browse.busiest(now, 2);
    expect(busiest.map(({ category, articles }) => [category.name, articles])).toEqual([
      ['要闻', 12],
      ['示例1报', 2],
    ]);
  });
});
