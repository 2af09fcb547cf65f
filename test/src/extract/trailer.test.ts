import { describe, expect, it } from 'vitest';
import { parsePostName } from '../../../src/extract/post-name.js';
import { splitTrailer, webUrl } from '../../../src/extract/trailer.js';

describe('splitTrailer', () => {
  it.each<[string, string, string, string | undefined]>([
    [
      'link and navigation',
      '<p>文</p>\n\n<http://a.example/x?y=1>\n\n[返回示例新闻](//b.example/c.html)｜[返回首页](//b.example/)\n',
      '<p>文</p>\n',
      'http://a.example/x?y=1',
    ],
    [
      'navigation on two lines',
      '文\n\n<https://a.example/>\n\n[返回示例新闻](../c/)\n[返回首页](../)',
      '文\n',
      'https://a.example/',
    ],
    ['an empty link', '文\n\n<>\n\n[返回首页](../)', '文\n', undefined],
    ['a link alone', '文\n<http://a.example/>', '文', 'http://a.example/'],
    ['no link', '文\n\n[返回首页](../)', '文\n', undefined],
    ['CRLF', '文\r\n\r\n<http://a.example/>\r\n', '文\r\n', 'http://a.example/'],
    ['a script for a link', '文\n<javascript:alert(1)>', '文', undefined],
    ['a link without scheme', '文\n<//a.example/x>', '文', undefined],
    ['nothing at all', '', '', undefined],
    ['a last line of HTML', '<p>文</p>\n<br>', '<p>文</p>\n<br>', undefined],
    ['a closing tag', '<div>文\n</div>', '<div>文\n</div>', undefined],
  ])('%s', (_name, body, markup, url) => {
    const split = splitTrailer(body);
    expect({ ...split, markup: split.markup.trimEnd() }).toEqual({ markup: markup.trimEnd(), url });
  });
});

describe('webUrl', () => {
  it.each(['http://a.example/', 'https://a.example/路径?q=菜#1', 'HTTP://A.EXAMPLE/x'])('takes %s', (address) =>
    expect(webUrl(address)).toBe(address),
  );
  it.each([
    '',
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://a.example/',
    '//a.example/',
    'http://',
    'https:///x y',
    'http://a.example/"onclick="x',
    'http://[::',
    'example.com',
  ])('refuses %s', (address) => expect(webUrl(address)).toBeUndefined());
});

describe('parsePostName', () => {
  it.each<[string, string, string | undefined]>([
    ['2022-06-08-NW202206082405077360.md', 'NW202206082405077360', '2022-06-08'],
    ['2022-06-08-a-b.markdown', 'a-b', '2022-06-08'],
    ['notes.md', 'notes', undefined],
    ['2022-06-08-.md', '2022-06-08-', undefined],
    ['2022-06-08', '2022-06-08', undefined],
  ])('%s', (fileName, id, date) => expect(parsePostName(fileName)).toEqual({ id, date }));
});
