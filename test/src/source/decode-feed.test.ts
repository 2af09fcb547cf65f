import { describe, expect, it } from 'vitest';
import { decodeFeed } from '../../../src/source/decode-feed.js';
import { encodeAs } from '../../support/feed-server.js';

const declaring = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?><a>养老保险</a>`;
const utf8 = (text: string) => Buffer.from(text);

describe('decodeFeed', () => {
  it.each([
    ['UTF-8 without a word about it', utf8('<a>养老保险</a>'), undefined],
    ['the server: GBK', encodeAs('gbk', '<a>养老保险</a>'), 'text/xml; charset=GBK'],
    ['the declaration: gb2312', encodeAs('gbk', declaring('gb2312')), 'text/xml'],
    ['the declaration: GB18030', encodeAs('gbk', declaring('GB18030')), undefined],
    ['the declaration: Big5', encodeAs('big5', declaring('Big5').replace('养老保险', '養老保險')), undefined],
    ['a byte order mark, whatever else is said', utf8(`\ufeff${declaring('gbk')}`), 'text/xml; charset=big5'],
    ['UTF-16 by its mark', Buffer.from('\ufeff<a>养老保险</a>', 'utf16le'), undefined],
    [
      'the declaration, when the server says UTF-8 of what is not',
      encodeAs('gbk', declaring('gbk')),
      'text/xml; charset=utf-8',
    ],
    ['the bytes, when both are wrong', encodeAs('gbk', declaring('utf-8')), 'text/xml; charset=utf-8'],
    ['the bytes, when the server says Latin 1', utf8('<a>养老保险</a>'), 'text/xml; charset=ISO-8859-1'],
    ['quotes around the name', encodeAs('gbk', '<a>养老保险</a>'), 'text/xml; charset="gbk"'],
    ['an unknown name as none', utf8(declaring('klingon')), 'text/xml; charset=x-nothing'],
  ])('believes %s', (_title, bytes, contentType) =>
    expect(decodeFeed(bytes, contentType)).toMatch(/养老保险|養老保險/),
  );

  it('reads damaged bytes as far as they go', () => {
    expect(decodeFeed(Buffer.from([0x61, 0xff, 0x62]), undefined)).toBe('a\ufffdb');
    expect(decodeFeed(Buffer.alloc(0), undefined)).toBe('');
  });
});
