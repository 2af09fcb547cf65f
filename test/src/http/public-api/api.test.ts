import { afterEach, describe, expect, it } from 'vitest';
import type { SearchPage } from '../../../../src/ports.js';
import { anArticle, articleNumber, TestClock } from '../../../support/builders.js';
import { PublicApi, publicUrl } from '../../../support/public-api.js';

/** In the middle of every body; in no title, lead or heading. */
const secret = '菜价表锁在第三个抽屉里';
const body = (n: number) =>
  `示例县今年新开了${n}家菜园，孩子们每周三下午都去劳动，记录番茄和黄瓜一共长了多少，量完再分给街坊邻居们尝。\n把菜园开到家门口\n${'菜园就在学校旁边，谁都可以进去看。'.repeat(20)}\n${secret}。\n${'看完的人都说好，还要再来看一次。'.repeat(20)}`;
const number = (n: number, over = {}) =>
  articleNumber(n, {
    lead: `示例县今年新开了${n}家菜园，孩子们每周三下午都去劳动，记录番茄和黄瓜一共长了多少，量完再分给街坊邻居们尝。`,
    text: body(n),
    ...over,
  });

let api: PublicApi;
const start = async (...args: Parameters<typeof PublicApi.start>) => {
  api = await PublicApi.start(...args);
  return api;
};
afterEach(() => api.close());

describe('an article', () => {
  it('is its summary, with nothing left out but the text', async () => {
    await start([number(1, { byline: '本报记者 甲乙', keySentences: ['谁都可以进去看。'] })]);
    const { status, json } = await api.get('/api/v1/articles/1');
    expect(status).toBe(200);
    expect(json).toEqual({
      id: 1,
      title: '第1篇',
      byline: '本报记者 甲乙',
      medium: '云溪日报',
      categories: [{ id: 1, name: '云溪日报', slug: 'yunxiribao' }],
      published: '2026-01-05T00:01:00.000Z',
      firstSeen: new TestClock().time.toISOString(),
      url: 'https://example.com/news/1',
      lead: number(1).lead,
      outline: [
        { level: 1, text: '把食堂开到家门口' },
        { level: 1, text: '让饭菜合老人口味' },
      ],
      keySentences: ['谁都可以进去看。'],
      otherMedia: 0,
    });
  });

  it('has null for what is not there, and its lead for a title', async () => {
    const nothing = { title: undefined, byline: undefined, medium: undefined, url: undefined, published: undefined };
    await start([anArticle({ ...nothing, lead: '菜园里的番茄熟了。', outline: [], categories: [] })]);
    const { json } = await api.get('/api/v1/articles/1');
    expect(json).toMatchObject({
      title: '菜园里的番茄熟了。',
      byline: null,
      medium: null,
      url: null,
      published: null,
      categories: [],
      outline: [],
    });
  });

  it('shows no more of each part than a message does, though a part is all the text', async () => {
    const long = '菜'.repeat(5_000);
    await start([
      anArticle({
        title: long,
        byline: long,
        lead: long,
        keySentences: [long],
        outline: Array.from({ length: 500 }, (_, n) => ({ level: 1 as const, text: `${n} ${long}` })),
        text: long,
      }),
    ]);
    const { json } = await api.get('/api/v1/articles/1');
    const lengths = [json.title, json.byline, json.lead, json.keySentences[0]].map(({ length }) => length);
    expect(lengths).toEqual([201, 121, 301, 301]);
    expect(json.outline.map(({ text }: { text: string }) => text).join('').length).toBeLessThan(3_501);
  });

  it('is not there', async () => {
    await start();
    expect(await api.get('/api/v1/articles/7')).toMatchObject({
      status: 404,
      json: { error: { code: 'not-found', message: 'there is no article 7' } },
    });
  });
});

it('never gives away a sentence of the text, whatever is asked for', async () => {
  const reprint = number(2, { medium: '青禾晚报', text: body(1), categories: [{ name: '青禾晚报', slug: undefined }] });
  await start([number(1, { text: body(1) }), reprint]);
  const paths = [
    '/api/v1/articles',
    '/api/v1/articles/1',
    '/api/v1/articles/1/story',
    '/api/v1/articles?category=1',
    '/api/v1/search?q=番茄',
    '/api/v1/search?q=菜园&order=newest',
    '/atom/category/1.xml',
    '/atom/search.xml?q=番茄',
  ];
  for (const path of paths) {
    const { status, text } = await api.get(path);
    expect([path, status, text.includes('示例县今年新开了')]).toEqual([path, 200, true]);
    expect(text).not.toContain(secret);
  }
});

describe('a story', () => {
  const filed = (name: string) => ({ medium: name, categories: [{ name, slug: undefined }], text: body(1) });

  it('lists the same text in other media', async () => {
    await start([number(1, filed('甲报')), number(2, filed('乙报')), number(3, filed('丙报')), number(9)]);
    const { json } = await api.get('/api/v1/articles/2/story');
    expect(json.items.map(({ medium }: { medium: string }) => medium)).toEqual(['甲报', '丙报']);
    expect((await api.get('/api/v1/articles/2')).json.otherMedia).toBe(2);
    expect((await api.get('/api/v1/articles/4/story')).json.items).toEqual([]);
    expect((await api.get('/api/v1/articles/5/story')).status).toBe(404);
  });
});

describe('lists', () => {
  const many = Array.from({ length: 57 }, (_, n) =>
    number(n, {
      categories: [{ name: `示例${n % 7}报`, slug: `shili${n % 7}` }],
      medium: `示例${n % 7}报`,
      // Some at the same moment: only the id tells them apart.
      published: new Date(Date.UTC(2026, 0, 1 + Math.floor(n / 5))),
    }),
  );
  const ids = (items: readonly { id: number }[]) => items.map(({ id }) => id);

  it.each([
    ['/api/v1/articles', 57],
    ['/api/v1/articles?category=3', 8],
    ['/api/v1/categories', 7],
    ['/api/v1/categories?filter=示例', 7],
    ['/api/v1/search?q=菜园', 57],
    ['/api/v1/search?q=菜园&order=newest', 57],
    ['/api/v1/search?q=菜园 in:示例2报', 8],
  ])('%s is the same page by page, nothing lost and nothing double', async (path, count) => {
    await start(many);
    const whole = ids(await api.getAll(path, 100));
    expect(new Set(whole).size).toBe(count);
    for (const limit of [1, 7, 20]) expect(ids(await api.getAll(path, limit))).toEqual(whole);
  });

  it('go on where they were when new articles come in meanwhile', async () => {
    await start(many);
    let next = 100;
    const grow = () => {
      next += 1;
      return api.save([number(next, { categories: [{ name: `示例${next % 9}报`, slug: undefined }] })]);
    };
    for (const [path, count] of [
      ['/api/v1/articles', 57],
      ['/api/v1/search?q=菜园&order=newest', 57],
      ['/api/v1/search?q=菜园', 57],
      ['/api/v1/categories', 7],
    ] as const) {
      const before = ids(await api.getAll(path, 100));
      const found = ids(await api.getAll(path, 10, grow));
      expect(new Set(found).size).toBe(found.length);
      expect(found).toEqual(expect.arrayContaining(before));
      expect(before.length).toBeGreaterThanOrEqual(count);
    }
  });

  it('are newest first', async () => {
    await start(many);
    const dates = (await api.getAll('/api/v1/articles', 20)).map(({ published }) => published);
    expect(dates).toEqual([...dates].sort().reverse());
  });

  it('of categories: a filter in name or slug, and the feed of each', async () => {
    await start(many);
    const [found, ...others] = await api.getAll('/api/v1/categories?filter=SHILI4', 20);
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      name: '示例4报',
      articleCount: 8,
      feed: `${publicUrl}/atom/category/${found.id}.xml`,
    });
    expect((await api.get(`/api/v1/categories/${found.id}`)).json).toEqual(found);
    expect((await api.get('/api/v1/categories/99')).status).toBe(404);
    expect((await api.get('/api/v1/articles?category=99')).status).toBe(404);
  });

  it.each([
    ['limit=0'],
    ['limit=101'],
    ['limit=1.5'],
    ['limit=many'],
    ['limit=1&limit=2'],
    ['category=x'],
    ['category=-1'],
    ['category=1e99'],
    ['cursor=bm90IG91cnM'],
    [`cursor=${'a'.repeat(401)}`],
  ])('do not take ?%s', async (query) => {
    await start();
    expect((await api.get(`/api/v1/articles?${query}`)).status).toBe(400);
  });

  it('take only cursors that this bot made, each for its own list', async () => {
    await start(many);
    const cursorOf = async (path: string) => (await api.get(path)).json.nextCursor as string;
    const cursor = await cursorOf('/api/v1/articles?limit=5');
    expect((await api.get(`/api/v1/articles?limit=9&cursor=${cursor}`)).status).toBe(200);
    const forged = [...cursor].map(
      (letter, at) => cursor.slice(0, at) + (letter === 'A' ? 'B' : 'A') + cursor.slice(at + 1),
    );
    for (const each of [...forged, `${cursor}A`, `${cursor}=`, cursor.slice(0, -1), '']) {
      const { status, json } = await api.get(`/api/v1/articles?cursor=${each}`);
      expect([each, status, json.error.code]).toEqual([each, 400, 'bad-cursor']);
    }
    const ofOthers = [
      `/api/v1/articles?category=1&cursor=${cursor}`,
      `/api/v1/categories?cursor=${cursor}`,
      `/api/v1/search?q=番茄&cursor=${await cursorOf('/api/v1/search?q=菜园&limit=5')}`,
      `/api/v1/search?q=菜园&order=newest&cursor=${await cursorOf('/api/v1/search?q=菜园&limit=5')}`,
    ];
    for (const path of ofOthers) expect((await api.get(path)).status).toBe(400);
    const other = await PublicApi.start(many, { cursorKey: 'another' });
    expect((await other.get(`/api/v1/articles?cursor=${cursor}`)).status).toBe(400);
    await other.close();
  });
});

describe('a search', () => {
  const ids = (items: readonly { id: number }[]) => items.map(({ id }) => id);

  it('shows the hit in its context, no longer than the bot does', async () => {
    await start([number(1)]);
    const { json } = await api.get('/api/v1/search?q=分给街坊');
    const { snippet } = json.items[0];
    expect(snippet.find(({ hit }: { hit: boolean }) => hit).text).toBe('分给街坊');
    expect(snippet.map(({ text }: { text: string }) => text).join('').length).toBeLessThanOrEqual(62);
    expect(json).toMatchObject({ complete: true, nextCursor: null });
  });

  it.each([
    ['', 'bad-request'],
    ['q=', 'bad-request'],
    ['q=%20', 'bad-query'],
    ['q=after:soon', 'bad-query'],
    ['q=after:2026 before:2025', 'bad-query'],
    ['q=甲 OR in:云溪日报', 'bad-query'],
    ['q=菜园 in:没有的报', 'bad-query'],
    [`q=${'菜'.repeat(201)}`, 'bad-request'],
    ['q=菜园&order=best', 'bad-request'],
  ])('says what is wrong with ?%s', async (query, code) => {
    await start([number(1)]);
    const { status, json } = await api.get(`/api/v1/search?${query}`);
    expect([status, json.error.code]).toEqual([400, code]);
  });

  it('that has found a part in time gives it, and the rest behind it', async () => {
    let interrupts = true;
    await start(
      [1, 2, 3, 4, 5].map((n) => number(n)),
      {
        search: (search) => ({
          ...search,
          async search(request) {
            const page = (await search.search(request)) as SearchPage;
            return interrupts ? { ...page, items: page.items.slice(0, 2), hasOlder: false, timedOut: true } : page;
          },
        }),
      },
    );
    const { json: part } = await api.get('/api/v1/search?q=菜园&order=newest');
    expect([ids(part.items), part.complete]).toEqual([[5, 4], false]);
    interrupts = false;
    const { json: rest } = await api.get(`/api/v1/search?q=菜园&order=newest&cursor=${part.nextCursor}`);
    expect([ids(rest.items), rest.complete, rest.nextCursor]).toEqual([[3, 2, 1], true, null]);
  });

  it('that has found nothing in time is to be tried again', async () => {
    const nothing = { items: [], hasOlder: false, hasNewer: false, timedOut: true, filling: undefined };
    const page = { ...nothing, total: { count: 0, isExact: false } };
    await start([number(1)], { search: (search) => ({ ...search, search: async () => page }) });
    const { status, headers, json } = await api.get('/api/v1/search?q=菜园');
    expect([status, headers.get('retry-after'), json.error.code]).toEqual([503, '2', 'busy']);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('leaves the other thread to the readers of the bot: one at a time, and nobody waits longer than a second', async () => {
    let running = 0;
    let most = 0;
    await start([number(1)], {
      search: (search) => ({
        ...search,
        async search(request) {
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setTimeout(resolve, 400));
          running -= 1;
          return search.search(request);
        },
      }),
    });
    const answers = await Promise.all(Array.from({ length: 60 }, () => api.get('/api/v1/search?q=菜园')));
    const statuses = answers.map(({ status }) => status);
    expect(most).toBe(1);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(2);
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    expect((await api.get('/api/v1/search?q=菜园')).status).toBe(200);
  });

  it('of a client that left makes room for the next', async () => {
    let started = () => {};
    const begun = new Promise<void>((resolve) => {
      started = resolve;
    });
    const waiting = new Map<string, () => void>();
    await start([number(1)], {
      search: (search) => ({
        ...search,
        async search(request, asker) {
          if (waiting.size > 0 || asker === undefined) return search.search(request);
          await new Promise<void>((resolve) => {
            waiting.set(asker, resolve);
            started();
          });
          return undefined;
        },
        cancel: (asker) => waiting.get(asker)?.(),
      }),
    });
    const client = new AbortController();
    const left = api.app.request(
      new Request(`${publicUrl}/api/v1/search?q=菜园`.replace('/bot', ''), { signal: client.signal }),
    );
    await begun;
    client.abort();
    expect((await left).status).toBe(503);
    expect((await api.get('/api/v1/search?q=菜园')).status).toBe(200);
  });
});

describe('every answer', () => {
  it.each(['/api/v1/articles', '/api/v1/', '/api/v1/openapi.json', '/atom/category/1.xml'])(
    '%s may be read by pages of other sites, and kept for a minute',
    async (path) => {
      await start([number(1)]);
      const { headers } = await api.get(path);
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
      expect(headers.get('cache-control')).toBe('public, max-age=60');
    },
  );

  it('is only ever read', async () => {
    await start([number(1)]);
    const ask = (method: string) => api.app.request('/api/v1/articles', { method });
    const headers = { origin: 'https://other.example', 'access-control-request-method': 'GET' };
    const preflight = await api.app.request('/api/v1/articles', { method: 'OPTIONS', headers });
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([204, 'GET,HEAD']);
    expect((await ask('HEAD')).status).toBe(200);
    const refused = await ask('POST');
    expect([refused.status, await refused.json()]).toMatchObject([405, { error: { code: 'method-not-allowed' } }]);
  });

  it('of an address that is not there is of the one shape', async () => {
    await start();
    for (const path of ['/api/v1/nothing', '/api/v1/articles/1/text', '/atom', '/atom/category/1.rss'])
      expect((await api.get(path)).json).toMatchObject({ error: { code: 'not-found' } });
  });

  it('says nothing of what went wrong inside, and the log does', async () => {
    await start([number(1)], {
      search: (search) => ({ ...search, search: () => Promise.reject(new Error('a secret of ours')) }),
    });
    const { status, text } = await api.get('/api/v1/search?q=菜园');
    expect([status, text.includes('secret')]).toEqual([500, false]);
    expect(api.errors).toMatchObject([{ path: '/api/v1/search', error: 'a secret of ours' }]);
  });
});

describe('very many requests at once', () => {
  it.each(['/api/v1/articles?limit=100', '/api/v1/categories', '/atom/category/1.xml'])(
    'are worked off up to a limit, and the rest told to come again: %s',
    async (path) => {
      await start([number(1), number(2)]);
      const answers = await Promise.all(Array.from({ length: 200 }, () => api.get(path)));
      const busy = answers.filter(({ status }) => status === 503);
      expect(answers.filter(({ status }) => status === 200).length).toBe(200 - busy.length);
      expect(busy.length).toBeGreaterThanOrEqual(200 - 51);
      expect(busy[0]?.headers.get('retry-after')).toBe('2');
      expect((await api.get(path)).status).toBe(200);
    },
  );
});
