import { describe, expect, it } from 'vitest';
import { aPost, filler, filler2, parse } from '../../support/posts.js';

const size = 2_000_000;
const repeat = (text: string, chars = size) => text.repeat(Math.ceil(chars / text.length)).slice(0, chars);
/** A tenth of this is usual; the bound leaves room for a slow machine and still catches anything quadratic. */
const timeoutMs = 8_000;

describe('two megabytes that want to be slow', () => {
  it.each<[string, string]>([
    ['100,000 nested tags', `${'<div>'.repeat(100_000)}${filler}`],
    ['100,000 nested inline tags with text', '<b>字'.repeat(100_000)],
    ['unclosed paragraphs', repeat('<p>字')],
    ['unclosed mixed tags', repeat('<p><b><td><li><a href=x>字')],
    ['unmatched closing tags', repeat('<i></x>')],
    ['opened, closed in the wrong order', repeat('<a><b></a></b>')],
    ['entities', repeat('&amp;')],
    ['numeric entities', repeat('&#x4e00;')],
    ['broken entities', repeat('&ampx')],
    ['less-than signs', repeat('<')],
    ['open tags without end', repeat('<a ')],
    [
      'one tag with many attributes',
      `<a ${Array.from({ length: 200_000 }, (_unused, index) => `a${index}`).join(' ')}>`,
    ],
    ['one attribute as long as the post', `<p class="${repeat('a ')}">${filler}</p>`],
    ['one style as long as the post', `<p style="${repeat('text-align:')}">${filler}</p>`],
    ['comments that never end', repeat('<!--')],
    ['comments', repeat('<!-- -->')],
    ['script without end', `<script>${repeat('var a = 1;')}`],
    ['breaks', repeat('<br>')],
    ['breaks with a letter', repeat('字<br>')],
    ['images', repeat('<img>')],
    ['table cells', `<table>${repeat('<tr><td>字<td>字')}`],
    ['nested tables', repeat('<table><tr><td>')],
    ['one paragraph without a full stop', `<p>${repeat('菜园')}</p>`],
    ['one paragraph of full stops', `<p>${repeat('。')}</p>`],
    ['one paragraph of short sentences', `<p>${repeat('加强管理。')}</p>`],
    ['a Markdown heading with a gap', `# a${repeat(' ')}b`],
    ['a Markdown heading of marks', `# a${repeat(' #')}b`],
    ['a media line of brackets', `<p class="em_media">${repeat('）')}a</p>`],
    ['a line of end marks', `<p>${repeat('：，')}a</p>`],
    ['closing quotes with blanks', `<p>开头。${repeat(' ”')}</p>`],
    ['quoted lines', repeat('> a\n')],
    ['open brackets', `<p>${repeat('（')}</p>`],
    ['open quotes', `<p>${repeat('“')}</p>`],
    ['spaces', `<p>${repeat(' ')}字</p>`],
    ['full-width spaces', `<p>字${repeat('　')}字</p>`],
    ['spaces and line ends', `<p>字${repeat(' \n')}字</p>`],
    ['line ends', repeat('\n')],
    ['lines', repeat('字\n')],
    ['blank lines between letters', repeat('字\n\n')],
    ['quotes in Markdown', repeat('> 字\n\n')],
    ['quote marks in Markdown', repeat('>')],
    ['hashes', `#${repeat('#')} 字`],
    ['a heading of hashes', `# 字${repeat(' #')}字`],
    ['brackets in Markdown', repeat('[')],
    ['links in Markdown', repeat('[字](')],
    ['images in Markdown', repeat('![字](a)')],
    ['stars', repeat('*')],
    ['pipes', repeat('|')],
    ['list items', repeat('1. 字\n')],
    ['numbered headings', repeat('<p>一、整理土地</p>')],
    ['headings', repeat('<h2>字</h2>')],
    ['strong lines', repeat('<p><b>菜园</b></p>')],
    ['short lines and paragraphs', repeat(`<p>菜园</p><p>${filler}</p>`)],
    ['run-in paragraphs', repeat(`<p>加强管理。${filler}</p>`)],
    ['box labels', repeat('<p>核心阅读</p><p>字</p>')],
    ['names', `<p>${repeat('李雷 ')}</p>`],
    ['reporters', `<p>${repeat('本报记者 李雷 ', 70)}</p>`.repeat(20_000)],
    ['datelines', repeat('<p>新华社某市3月1日电（记者李雷）</p>')],
    ['link lines at the end', `${filler}${repeat('\n<http://a.example/>')}`],
    ['navigation at the end', `${filler}${repeat('\n[返回首页](../)')}`],
    ['a navigation line without end', `${filler}\n[返回${repeat('a')}`],
    ['escaped tags', repeat('&lt;p ')],
    ['invisible characters', `<p>${repeat('\u200b')}字</p>`],
    ['lone surrogates', `<p>${repeat('\ud83d')}字</p>`],
    ['null characters', repeat('\u0000')],
    ['letters that fold to many', `<p>${repeat('ﷺ')}</p>`],
    ['combining marks', `<p>字${repeat('\u0301')}</p>`],
  ])(
    '%s',
    (_name, body) => {
      expect(['article', 'rejected']).toContain(parse(aPost(body)).kind);
    },
    timeoutMs,
  );

  it.each<[string, string]>([
    ['colons', `---\n${repeat(':', 60_000)}\n---\n`],
    ['keys', `---\n${repeat('a: b\n', 60_000)}---\n`],
    ['quotes', `---\ntitle: ${repeat('"', 60_000)}\n---\n`],
    ['a flow list of quotes', `---\ntags: [${repeat('"', 60_000)}]\n---\n`],
    ['a flow list', `---\ntags: [${repeat('a,', 60_000)}]\n---\n`],
    ['backslashes', `---\ntitle: "${repeat('\\', 60_000)}"\n---\n`],
    ['indented lines', `---\ntitle:\n${repeat(' a\n', 60_000)}---\n`],
    ['dashes', `---\n${repeat('-', size)}`],
    ['spaces before a missing mark', `---\n${repeat(' \n', size)}`],
    ['a long title', `---\ntitle: ${repeat('菜', 60_000)}\n---\n${filler}`],
    [
      'a long title in the body',
      `---\ntitle: ${repeat('菜', 900)}\n---\n${`<p>${repeat('菜', 900)}</p>`.repeat(1000)}`,
    ],
  ])(
    'front matter: %s',
    (_name, content) => {
      expect(['article', 'rejected', 'incomplete']).toContain(parse(content).kind);
    },
    timeoutMs,
  );
});

it('keeps the text of a post that has more tags than any real one', () => {
  const result = parse(aPost(`${'<b>'.repeat(30_000)}${filler}${'</b>'.repeat(30_000)}<p>${filler2}</p>`));
  expect(result).toMatchObject({ kind: 'article', article: { lead: filler } });
});
