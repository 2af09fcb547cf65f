import { describe, expect, it } from 'vitest';
import { checkLink, linkedUserId } from '../../../bot/local-chat/link.js';

describe('checkLink', () => {
  it.each([
    ['http://a.cn', 'http://a.cn/'],
    ['a.cn/x', 'http://a.cn/x'],
    ['HTTPS://User@A.CN:8080/X?y#z', 'https://User@a.cn:8080/X?y#z'],
    ['http://a.cn?x=1', 'http://a.cn/?x=1'],
    ['http://a.cn/a b ', 'http://a.cn/a%20b'],
    ['http://中国.cn/养老', 'http://中国.cn/养老'],
    ['http://[::1]/x', 'http://[::1]/x'],
    ['tg://resolve?domain=x', 'tg://resolve?domain=x'],
    ['tg:resolve?domain=x', 'tg://resolve?domain=x'],
  ])('takes %s', (link, url) => expect(checkLink(link)).toEqual({ ok: true, url }));

  it.each([
    ['', 'URL host is empty'],
    ['http://', 'URL host is empty'],
    ['/x', 'URL host is empty'],
    ['ftp://a.cn', 'Unsupported URL protocol'],
    ['javascript:alert(1)', 'Wrong port number specified in the URL'],
    ['http://localhost', 'Wrong HTTP URL'],
    ['http://a.cn:0', 'Wrong port number specified in the URL'],
    ['http://a.cn:65536', 'Wrong port number specified in the URL'],
    ['http://a"b.cn', 'Disallowed character in URL host'],
    ['http://a%2.cn', 'Wrong percent-encoded symbol in URL host'],
    ['tg://a.b', 'Unallowed characters in URL host'],
  ])('refuses %s', (link, reason) => expect(checkLink(link)).toEqual({ ok: false, reason }));
});

describe('linkedUserId', () => {
  it.each([
    ['tg://user?id=42', 42],
    ['TG:user/?x=1&id=42#z', 42],
    ['tg://user?id=x', undefined],
    ['tg://username?id=42', undefined],
    ['http://user?id=42', undefined],
  ])('%s', (link, id) => expect(linkedUserId(link)).toBe(id));
});
