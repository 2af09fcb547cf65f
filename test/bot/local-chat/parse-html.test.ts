import { describe, expect, it } from 'vitest';
import { parseHtml } from '../../../bot/local-chat/parse-html.js';

describe('parseHtml gives text and entities', () => {
  it.each([
    ['plain text', 'a > b', 'a > b', []],
    [
      'bold by either name',
      '<b>a</b><strong>b</strong>',
      'ab',
      [
        ['bold', 0, 1],
        ['bold', 1, 1],
      ],
    ],
    [
      'italic, underline, strikethrough',
      '<i>a</i><em>b</em><u>c</u><ins>d</ins><s>e</s><strike>f</strike><del>g</del>',
      'abcdefg',
      [
        ['italic', 0, 1],
        ['italic', 1, 1],
        ['underline', 2, 1],
        ['underline', 3, 1],
        ['strikethrough', 4, 1],
        ['strikethrough', 5, 1],
        ['strikethrough', 6, 1],
      ],
    ],
    [
      'spoilers',
      '<tg-spoiler>a</tg-spoiler><span class="tg-spoiler">b</span>',
      'ab',
      [
        ['spoiler', 0, 1],
        ['spoiler', 1, 1],
      ],
    ],
    [
      'quotes',
      '<blockquote>a</blockquote><blockquote expandable>b</blockquote>',
      'ab',
      [
        ['blockquote', 0, 1],
        ['expandable_blockquote', 1, 1],
      ],
    ],
    ['tags in capitals with space around attributes', '<A  HREF = "http://a.cn" >x</A >', 'x', []],
    ['an empty end tag', '<b>a</>', 'a', [['bold', 0, 1]]],
    ['nothing for an empty tag', 'a<b></b>', 'a', []],
    ['offsets in UTF-16 units behind Chinese and emoji', '社保👍<b>福建</b>', '社保👍福建', [['bold', 4, 2]]],
    [
      'nested tags, inner first',
      '<b>a<i>b</i></b>',
      'ab',
      [
        ['italic', 1, 1],
        ['bold', 0, 2],
      ],
    ],
  ])('%s', (_name, html, text, entities) => {
    const parsed = parseHtml(html);
    expect(parsed).toMatchObject({ ok: true, text });
    if (parsed.ok) expect(parsed.entities.map(({ type, offset, length }) => [type, offset, length])).toEqual(entities);
  });

  it.each([
    ['named', '&lt;b&gt; &amp;amp; &quot;', '<b> &amp; "'],
    ['without a semicolon', '&lt b', '< b'],
    ['decimal and hexadecimal', '&#31038;&#x4fdd;&#128077;', '社保👍'],
    ['unknown ones stay as text', '&nbsp;&apos;&copy;&;&#;&#x;&#0;', '&nbsp;&apos;&copy;&;&#;&#x;&#0;'],
    ['too large ones stay as text', '&#x10ffff;&#1114112;&#000000065;', '&#x10ffff;&#1114112;&#000000065;'],
  ])('character references: %s', (_name, html, text) =>
    expect(parseHtml(html)).toEqual({ ok: true, text, entities: [] }),
  );

  it('counts a reference beyond the basic plane as two units', () => {
    expect(parseHtml('&#128077;<b>a</b>')).toMatchObject({ entities: [{ type: 'bold', offset: 2, length: 1 }] });
  });

  it.each([
    ['an address', '<a href="http://a.cn/x?y=1&amp;z=2">t</a>', { type: 'text_link', url: 'http://a.cn/x?y=1&z=2' }],
    ['an address in single quotes', "<a href='https://a.cn'>t</a>", { type: 'text_link', url: 'https://a.cn/' }],
    ['the text when there is no address', '<a>a.cn</a>', { type: 'text_link', url: 'http://a.cn/' }],
    ['a user', '<a href="tg://user?id=42">t</a>', { type: 'text_mention', userId: 42 }],
    ['code in a language', '<pre><code class="language-python">x</code></pre>', { type: 'pre', language: 'python' }],
    ['a block without a language', '<pre><code>x</code></pre>', { type: 'pre' }],
    ['inline code, which has no language', '<code class="language-c">x</code>', { type: 'code' }],
    [
      'a custom emoji',
      '<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>',
      { type: 'custom_emoji', custom_emoji_id: '5368324170671202286' },
    ],
    [
      'a time',
      '<tg-time unix="1647531900" format="wDT">t</tg-time>',
      { type: 'date_time', unix_time: 1647531900, date_time_format: 'wDT' },
    ],
  ])('arguments: %s', (_name, html, entity) => {
    const parsed = parseHtml(html);
    const {
      offset: _offset,
      length: _length,
      ...rest
    } = (parsed.ok ? parsed.entities.at(-1) : undefined) ?? { offset: 0, length: 0 };
    expect(rest).toEqual(entity);
  });

  it.each([
    ['a scheme that is none', '<a href="javascript:alert(1)">t</a>'],
    ['a host without a dot', '<a href="http://localhost/">t</a>'],
    ['a relative address', '<a href="/x">t</a>'],
    ['an unknown protocol', '<a href="ftp://a.cn">t</a>'],
  ])('drops a link to %s and keeps its text', (_name, html) => {
    expect(parseHtml(html)).toEqual({ ok: true, text: 't', entities: [] });
  });
});

describe('parseHtml refuses', () => {
  it.each([
    ['a tag that it does not know', 'a<br>b', 'Unsupported start tag "br" at byte offset 1'],
    ['counting bytes, not characters', '社保<p>', 'Unsupported start tag "p" at byte offset 6'],
    ['a comment', '<!-- x -->', 'Unsupported start tag "!--" at byte offset 0'],
    ['a bracket at the end', '1 <', 'Unclosed start tag at byte offset 2'],
    ['a bracket before a space', '1 < 2', 'Unsupported start tag "" at byte offset 2'],
    ['a self-closing tag', '<b/>', 'Unsupported start tag "b/" at byte offset 0'],
    ['a start tag without end', '<b', 'Unclosed start tag at byte offset 0'],
    ['an attribute without end', '<a href="http://a.cn', 'Unclosed start tag at byte offset 0'],
    ['an attribute without value', '<a href', 'Unclosed start tag "a" at byte offset 0'],
    ['an attribute without name', '<a ="x">t</a>', 'Empty attribute name in the tag "a" at byte offset 0'],
    ['an address without quotes', '<a href=http://a.cn>t</a>', 'Unexpected end of name token at byte offset 8'],
    ['a tag that stays open', '<b><i>a</i>', `Can't find end tag corresponding to start tag "b"`],
    [
      'tags closed in the wrong order',
      '<b><i>a</b></i>',
      'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
    ],
    ['an end without start', 'a</b>', 'Unexpected end tag at byte offset 1'],
    ['an end tag without end', '<b>a</b', 'Unclosed end tag at byte offset 4'],
    ['an end tag with attributes', '<b>a</b x>', 'Unclosed end tag at byte offset 4'],
    [
      'a span that is no spoiler',
      '<span class="x">a</span>',
      'Tag "span" must have class "tg-spoiler" at byte offset 0',
    ],
    ['an emoji without id', '<tg-emoji>👍</tg-emoji>', 'Invalid custom emoji identifier specified'],
    [
      'half a character',
      '&#xd83d;',
      'Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units',
    ],
  ])('%s', (_name, html, error) => expect(parseHtml(html)).toEqual({ ok: false, error }));
});
