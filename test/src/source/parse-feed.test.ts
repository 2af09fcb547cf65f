import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceFailure } from '../../../src/domain/source-failure.js';
import { parsePost } from '../../../src/extract/parse-post.js';
import { parseFeed } from '../../../src/source/parse-feed.js';
import { anRss, encodeAs, type RssItem } from '../../support/feed-server.js';

const url = 'https://www.example.com/rss/news.xml';
const options = { timeZone: 'Asia/Shanghai' };
const parse = (feed: string | Buffer, contentType?: string) =>
  parseFeed({ bytes: Buffer.from(feed), contentType, url });

/** What the archive makes of a feed, oldest first. */
function articles(feed: string | Buffer, contentType?: string) {
  return parse(feed, contentType).posts.map(({ fileName, content }) => {
    const result = parsePost({ sourceKey: url, fileName, content }, options);
    if (result.kind !== 'article') throw new Error(JSON.stringify(result));
    return result.article;
  });
}
const article = (item: RssItem) => articles(anRss([item]))[0];

const expected = {
  title: '菜园开放了',
  lead: '云溪村的菜园从本周起开放。',
  url: 'https://www.example.com/2026/1.html',
  published: new Date('2026-01-02T03:04:05+08:00'),
  medium: '云溪日报',
  categories: [{ name: '云溪日报', slug: 'example-com-rss-news' }],
};
const html = '<p>云溪村的菜园从本周起开放。</p><p>村民可以认领一块地。</p>';

describe('a feed', () => {
  it.each([
    [
      'RSS 2.0, the content over its summary',
      `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>云溪日报</title>
       <item><title>菜园开放了</title><link>https://www.example.com/2026/1.html</link><description>摘要。</description>
       <content:encoded><![CDATA[${html}]]></content:encoded><pubDate>Fri, 02 Jan 2026 03:04:05 +0800</pubDate></item></channel></rss>`,
    ],
    [
      'RSS 0.91',
      `<rss version="0.91"><channel><title>云溪日报</title><item><title>菜园开放了</title>
       <link>https://www.example.com/2026/1.html</link><description>${html.replaceAll('<', '&lt;')}</description>
       <pubDate>Thu, 01 Jan 2026 19:04:05 GMT</pubDate></item></channel></rss>`,
    ],
    [
      'RSS 1.0',
      `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
       <channel rdf:about="https://www.example.com/"><title>云溪日报</title></channel>
       <item rdf:about="https://www.example.com/2026/1.html"><title>菜园开放了</title>
       <description>${html.replaceAll('<', '&lt;')}</description><dc:date>2026-01-02T03:04:05+08:00</dc:date></item></rdf:RDF>`,
    ],
    [
      'Atom with XHTML, its link relative to xml:base',
      `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://www.example.com/2026/"><title>云溪日报</title>
       <entry><id>urn:1</id><title type="html">菜园&lt;b&gt;开放&lt;/b&gt;了</title><link rel="enclosure" href="a.mp3"/>
       <link href="1.html"/><published>2026-01-02T03:04:05+08:00</published><updated>2026-02-02T03:04:05Z</updated>
       <summary>摘要。</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">${html}</div></content></entry></feed>`,
    ],
    [
      'JSON Feed with text, its link relative to the feed',
      JSON.stringify({
        version: 'https://jsonfeed.org/version/1.1',
        title: '云溪日报',
        items: [
          {
            id: 1,
            url: '/2026/1.html',
            title: '菜园开放了',
            content_text: '云溪村的菜园从本周起开放。\n\n村民可以认领一块地。',
            date_published: '2026-01-02T03:04:05+08:00',
          },
        ],
      }),
    ],
  ])('is read: %s', (_title, feed) => {
    expect(articles(feed)).toMatchObject([{ ...expected, text: '云溪村的菜园从本周起开放。\n村民可以认领一块地。' }]);
  });

  it('in GBK is read like any other', () => {
    const feed = anRss([{ title: '菜园开放了', html }], '云溪日报', '<?xml version="1.0" encoding="gbk"?>');
    expect(articles(encodeAs('gbk', feed), 'text/xml')).toMatchObject([{ title: '菜园开放了', lead: expected.lead }]);
  });

  it('gives its oldest entry first, and each id once, as it is written first', () => {
    const feed = anRss([
      { guid: 'c', title: '三', date: 'Sat, 03 Jan 2026 00:00:00 GMT' },
      { guid: 'a', title: '一，更正', date: 'Thu, 01 Jan 2026 00:00:00 GMT' },
      { guid: 'b', title: '二', date: 'Fri, 02 Jan 2026 00:00:00 GMT' },
      { guid: 'a', title: '一', date: 'Thu, 01 Jan 2026 00:00:00 GMT' },
    ]);
    expect(articles(feed).map(({ title }) => title)).toEqual(['一，更正', '二', '三']);
  });

  it('whose entries have no date keeps their order', () => {
    expect(articles(anRss([{ title: '新' }, { title: '旧' }])).map(({ title }) => title)).toEqual(['旧', '新']);
  });

  it('without a title is named after its host', () => {
    expect(articles(anRss([{ title: '一' }], ''))).toMatchObject([{ medium: 'www.example.com' }]);
  });

  it('of thousands of entries is read as a whole', () => {
    const items = Array.from({ length: 5_000 }, (_, n) => ({ guid: `${n}`, title: `示例${n}`, html }));
    expect(parse(anRss(items)).posts).toHaveLength(5_000);
  });

  it('that ends behind an entry has what came before', () => {
    expect(articles(anRss([{ title: '一' }]).replace('</channel></rss>', ''))).toMatchObject([{ title: '一' }]);
  });
});

describe('an entry', () => {
  it('without a link has none, and is told apart by its id', () => {
    expect(article({ guid: 'tag:1', title: '标题', html })).toMatchObject({ url: undefined });
    const [one, two] = articles(
      anRss([
        { title: '一', html },
        { title: '二', html },
      ]),
    );
    expect(one?.identity).not.toBe(two?.identity);
    expect(one?.identity.startsWith(`${url}#`)).toBe(true);
  });

  it('without a link has that of its permanent id', () => {
    expect(article({ guid: 'https://example.com/1', title: '标题' })?.url).toBe('https://example.com/1');
    expect(article({ guid: 'tag:example.com,2026:1', title: '标题' })?.url).toBeUndefined();
  });

  it('without a date has none', () => {
    expect(article({ title: '标题', html, date: 'soon' })).toMatchObject({ published: undefined });
  });

  it('without a title has none', () => expect(article({ html })).toMatchObject({ title: undefined }));

  it.each([
    [' https://example.com/1?a=1&amp;b=2 ', 'https://example.com/1?a=1&b=2'],
    ['//example.com/1', 'https://example.com/1'],
    ['../1', 'https://www.example.com/1'],
    ["https://example.com/it's", 'https://example.com/it%27s'],
    ['https://example.com/a b', 'https://example.com/a%20b'],
    ['javascript:alert(1)', undefined],
    ['file:///etc/passwd', undefined],
    ['http://', undefined],
  ])('links to %s as %s', (link, read) => {
    expect(article({ title: '标题', link, html })?.url).toBe(read);
  });

  it.each([
    ['AT&amp;amp;T', 'AT&T'],
    ['&lt;b&gt;粗&lt;/b&gt;体', '粗体'],
    ['<![CDATA[<em>斜</em>体]]>', '斜体'],
    ['3 &lt; 5', '3 < 5'],
    ['&quot;引号&quot;：#1', '"引号"：#1'],
  ])('titled %s is read as %s', (title, read) => expect(article({ title })?.title).toBe(read));
});

describe('a hostile feed', () => {
  it.each([
    ['a file of ours', '<!ENTITY x SYSTEM "file:///etc/passwd">'],
    ['an address', '<!ENTITY x SYSTEM "http://127.0.0.1/">'],
  ])('does not get %s in through an entity', (_title, entity) => {
    const feed = anRss([{ title: '甲&x;' }], '云溪日报', `<?xml version="1.0"?><!DOCTYPE rss [${entity}]>`);
    let read: unknown;
    try {
      read = articles(feed).map(({ title }) => title);
    } catch (error) {
      read = error;
    }
    expect(read instanceof SourceFailure || JSON.stringify(read) === '["甲&x;"]').toBe(true);
  });

  it('does not grow by its entities', () => {
    const laughs = Array.from({ length: 12 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('');
    const head = `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">${laughs}]>`;
    expect(articles(anRss([{ title: '哈&l12;' }], '云溪日报', head))).toMatchObject([{ title: '哈&l12;' }]);
  });

  it('gets neither scripts nor markup into a text', () => {
    const text = article({
      title: '标题',
      html: `<script>alert(1)</script><img src=x onerror=alert(1)>${html}</div></div>---\n`,
    })?.text;
    expect(text).not.toMatch(/alert|</u);
    expect(text).toContain('村民可以认领一块地。');
  });

  it('does not write front matter, a link or Markdown of its own', () => {
    const read = article({
      title: '甲\n---\ndate: 2001-01-01',
      date: '2026-01-02\ncategories: x',
      link: 'https://example.com/1',
      html: `${html}\n\n---\ntitle: 乙\n---\n\n<https://example.com/2>\n\n[返回乙](x)`,
    });
    expect(read).toMatchObject({ url: 'https://example.com/1', published: undefined, categories: expected.categories });
    expect(read?.title).toContain('甲');
  });

  it('that nests without end is refused or read, in no time', () => {
    for (const feed of [`<rss version="2.0"><channel>${'<a>'.repeat(50_000)}`, `{"a":${'['.repeat(50_000)}`])
      expect(() => parse(feed)).toThrow(SourceFailure);
  });
});

describe('what is no feed', () => {
  it.each([
    ['a web page', '<!DOCTYPE html><html><title>云溪日报</title></html>', /web page/],
    ['nothing', '', /no feed/],
    ['other JSON', '{"title":"x"}', /no feed/],
    ['other XML', '<a/>', /no feed/],
    ['cut short in an entry', anRss([{ title: '一' }]).slice(0, -40), /damaged or cut short/],
  ])('is refused: %s', (_title, feed, message) => expect(() => parse(feed)).toThrow(message));

  it('whatever bytes it is of: nothing but SourceFailure is thrown', () => {
    const trial = (bytes: Uint8Array, contentType: string) => {
      try {
        for (const { fileName, content } of parseFeed({ bytes, contentType, url }).posts)
          parsePost({ sourceKey: url, fileName, content }, options);
      } catch (error) {
        expect(error).toBeInstanceOf(SourceFailure);
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), fc.string({ maxLength: 40 }), trial));
    const feed = Buffer.from(
      anRss([{ title: '一', link: '/1', guid: 'g', date: 'Fri, 02 Jan 2026 03:04:05 GMT', html }]),
    );
    const damage = fc.array(fc.tuple(fc.nat(feed.length - 1), fc.nat(255)), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(damage, fc.nat(feed.length), (changes, cut) => {
        const bytes = Uint8Array.from(feed);
        for (const [at, byte] of changes) bytes[at] = byte;
        trial(bytes.subarray(0, cut), 'text/xml');
      }),
      { numRuns: 300 },
    );
  });
});
