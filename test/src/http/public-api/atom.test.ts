import { load } from 'cheerio';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { nameUuid, renderFeed } from '../../../../src/http/public-api/atom-feed.js';
import { anArticle, articleNumber, TestClock } from '../../../support/builders.js';
import { PublicApi, publicUrl } from '../../../support/public-api.js';
import { readAtom } from '../../../support/read-atom.js';

let api: PublicApi;
const start = async (...args: Parameters<typeof PublicApi.start>) => {
  api = await PublicApi.start(...args);
  return api;
};
afterEach(() => api?.close());

const feed = '/atom/category/1.xml';
const read = async (path = feed) => readAtom((await api.get(path)).text);
/** What a reader sees of text that is HTML. */
const seen = (html: string | undefined) => load(html ?? '').text();

describe('a feed', () => {
  it('carries the summaries of a category, newest first', async () => {
    const text = '甲报的菜园开了。番茄红了。\n\n别的段落。';
    await start([
      articleNumber(1, { lead: '甲报的菜园开了。', text }),
      articleNumber(2),
      articleNumber(3, { categories: [{ name: '别报', slug: undefined }] }),
    ]);
    const found = await read();
    expect(found).toMatchObject({
      title: '云溪日报 · 摘报',
      updated: new TestClock().time.toISOString(),
      self: `${publicUrl}/atom/category/1.xml`,
      alternate: `${publicUrl}/api/v1/articles?category=1`,
    });
    expect(found.entries.map(({ title }) => title)).toEqual(['第2篇', '第1篇']);
    expect(found.entries[1]).toEqual({
      id: nameUuid('https://example.com/news/1'),
      title: '第1篇',
      link: 'https://example.com/news/1',
      updated: new TestClock().time.toISOString(),
      published: '2026-01-05T00:01:00.000Z',
      author: '本报记者 林知秋',
      categories: ['云溪日报'],
      summary: '甲报的菜园开了。番茄红了。',
      content: '<p>甲报的菜园开了。番茄红了。</p><ol><li>把食堂开到家门口</li><li>让饭菜合老人口味</li></ol>',
    });
  });

  it('carries what a search finds, and holds the newest 50', async () => {
    await start(Array.from({ length: 60 }, (_, n) => articleNumber(n)));
    const { headers } = await api.get('/atom/search.xml?q=食堂');
    expect(headers.get('content-type')).toBe('application/atom+xml; charset=utf-8');
    const found = await read('/atom/search.xml?q=食堂');
    expect(found.title).toBe('食堂 · 摘报');
    expect(found.self).toBe(`${publicUrl}/atom/search.xml?q=${encodeURIComponent('食堂')}`);
    expect(found.entries.map(({ title }) => title)).toEqual(Array.from({ length: 50 }, (_, n) => `第${59 - n}篇`));
  });

  it('without articles is a feed as well', async () => {
    await start();
    expect((await read('/atom/search.xml?q=没有')).entries).toEqual([]);
  });

  it('leads to our own address where there is no link, and names the medium where there is no byline', async () => {
    await start([articleNumber(1, { url: undefined, byline: undefined })]);
    const [entry] = (await read()).entries;
    expect(entry).toMatchObject({ link: `${publicUrl}/api/v1/articles/1`, author: '云溪日报' });
  });

  it('numbers no heading that numbers itself, puts sub-headings under theirs, and has key sentences instead', async () => {
    const outline = [
      { level: 1 as const, text: '一、番茄' },
      { level: 2 as const, text: '（一）浇水' },
      { level: 1 as const, text: '二、黄瓜' },
    ];
    await start([
      articleNumber(2, { outline }),
      articleNumber(1, {
        outline: [],
        keySentences: ['番茄红了。', '黄瓜绿了。'],
        lead: '菜园开了。',
        text: '菜园开了。\n番茄红了。',
      }),
    ]);
    const [own, key] = (await read()).entries;
    expect(own?.content).toContain('<ul><li>一、番茄<ul><li>（一）浇水</li></ul></li><li>二、黄瓜</li></ul>');
    expect(key?.content).toBe('<p>菜园开了。</p><ul><li>番茄红了。</li><li>黄瓜绿了。</li></ul>');
  });

  it('of a category that is not there, or is no number', async () => {
    await start();
    expect((await api.get('/atom/category/7.xml')).status).toBe(404);
    expect((await api.get('/atom/category/x.xml')).status).toBe(400);
    expect((await api.get('/atom/search.xml')).status).toBe(400);
    expect((await api.get('/atom/search.xml?q=after:soon')).json.error.code).toBe('bad-query');
  });
});

describe('an unchanged feed', () => {
  it('is not sent again', async () => {
    await start([articleNumber(1)]);
    const { headers } = await api.get(feed);
    const [tag, modified] = [headers.get('etag') ?? '', headers.get('last-modified') ?? ''];
    expect(modified).toBe(new TestClock().time.toUTCString());
    const again = await api.get(feed, { 'if-none-match': tag });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', tag]);
    expect(again.headers.get('access-control-allow-origin')).toBe('*');
    expect(again.headers.get('cache-control')).toBe('public, max-age=60');
    expect((await api.get(feed, { 'if-none-match': `W/${tag}` })).status).toBe(304);
    expect((await api.get(feed, { 'if-modified-since': modified })).status).toBe(304);
    expect((await api.get(feed, { 'if-none-match': '"other"', 'if-modified-since': modified })).status).toBe(200);
    expect((await api.get(feed, { 'if-modified-since': 'yesterday' })).status).toBe(200);
  });

  it('is sent again when there is a new article, or a correction', async () => {
    await start([articleNumber(1)]);
    const first = (await api.get(feed)).headers;
    const given = { 'if-none-match': first.get('etag') ?? '' };
    await api.save([articleNumber(1, { title: '改正了的标题' })]);
    expect((await api.get(feed, given)).status).toBe(200);
    api.clock.advance(60_000);
    await api.save([articleNumber(2)]);
    expect((await api.get(feed, { 'if-modified-since': first.get('last-modified') ?? '' })).status).toBe(200);
  });
});

describe('ids', () => {
  it('stay when the article is corrected, and when the archive is made anew', async () => {
    await start([articleNumber(1), articleNumber(2)]);
    const idsOf = async () => (await read()).entries.map(({ id }) => id);
    const [second, first] = await idsOf();
    await api.save([articleNumber(1, { title: '改正了的标题' })]);
    expect(await idsOf()).toEqual([second, first]);
    await api.close();
    await start([articleNumber(2), articleNumber(1)]);
    expect(await idsOf()).toEqual([second, first]);
  });

  it('are name-based UUIDs', () => {
    // RFC 9562, appendix A.4, has the same of the DNS namespace; this one is `uuid.uuid5(uuid.NAMESPACE_URL, …)` of Python.
    expect(nameUuid('https://example.com/news/1')).toBe('urn:uuid:663a6357-ab45-5a92-b932-23a95cacfbac');
  });
});

describe('hostile texts', () => {
  it.each([
    ['<script>alert(1)</script>'],
    [']]>]]><x/>'],
    ['&amp;&lt;&#0;&nbsp;&'],
    ['A & B < C > D "E" \'F\''],
    ['a\u0000b\u0008c\u000bd\u001fe\u007ff\u0085g\ufffeh\uffff', 'abcde\u007ff\u0085gh'],
    ['👩‍👩‍👧 𠮷野家'],
    ['<!DOCTYPE x [<!ENTITY e "e">]>&e;'],
    ['<?xml version="1.0"?>'],
    ['-->'],
    ['\u202e\u2028\u2029'],
  ])('%j leaves the feed well-formed, and is shown as it is printed', async (text, printed = text) => {
    const over = { title: text, byline: text, medium: text, lead: text, text, keySentences: [text] };
    await start([
      anArticle({
        ...over,
        outline: [
          { level: 1, text },
          { level: 2, text },
        ],
        url: `https://example.com/?q=${text}&x=<"'>#${text}`,
        categories: [{ name: text, slug: undefined }],
      }),
    ]);
    const found = await read();
    const [entry] = found.entries;
    expect(found.title).toBe(`${printed} · 摘报`);
    expect(seen(entry?.title)).toBe(printed);
    expect(entry?.author).toBe(printed);
    expect(seen(entry?.summary)).toBe(printed);
    expect(load(entry?.content ?? '')('script, x').length).toBe(0);
    expect(entry?.categories).toEqual([printed.replace(/</gu, '＜')]);
    const searched = await api.get(`/atom/search.xml?q=${encodeURIComponent(text)}`);
    if (searched.status === 200) readAtom(searched.text);
    else expect(searched.status).toBe(400);
  });

  it('with half a character are none that XML can carry', () => {
    const summary = {
      ...anArticle(),
      id: 1,
      title: 'a\ud83db\udc00c',
      opening: '',
      firstSeen: new Date(),
    };
    const head = { title: 'x\udc00y', self: `${publicUrl}/a`, alternate: `${publicUrl}/b` };
    const found = readAtom(renderFeed(head, [{ ...summary, categories: [], otherMedia: 0 }], () => publicUrl));
    expect([found.title, found.entries[0]?.title]).toEqual(['xy · 摘报', 'abc']);
  });

  it('of any kind do', async () => {
    await start();
    let n = 0;
    const any = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(any, any, any, async (title, medium, lead) => {
        n += 1;
        const identity = `https://example.com/${n}`;
        await api.save([
          anArticle({
            identity,
            url: `https://example.com/${lead}`,
            title,
            medium,
            byline: medium,
            lead,
            text: lead,
            outline: [],
          }),
        ]);
        const { text, status } = await api.get(feed);
        expect(status).toBe(200);
        expect(readAtom(text).entries.length).toBe(Math.min(n, 50));
      }),
      { numRuns: 60 },
    );
  });
});
