import { describe, expect, it } from 'vitest';
import { explainPost } from '../../../src/extract/parse-post.js';
import { aPost, articleOf, filler, filler2, filler3, paragraphs } from '../../support/posts.js';

const textOf = (body: string) => articleOf(aPost(body)).text;

describe('is no text', () => {
  it.each([
    ['（责任编辑：李雷）'],
    ['责编：李雷'],
    ['编辑 李雷 校对 韩梅梅'],
    ['【编辑:李雷】'],
    ['责任编辑： HN001'],
    ['青禾镇党支部供稿  摄影/李雷  编辑/韩梅梅'],
    ['来源：示例日报'],
    ['（文章来源：示例日报）'],
    ['本文来源：示例日报'],
    ['(本文来自示例新闻，更多原创资讯请下载“示例新闻”APP)'],
    ['（完）'],
    ['(完)'],
    ['本报记者 李雷 摄'],
    ['菜园一角 李雷摄'],
    ['中新社发 李雷 摄'],
    ['图片来源：示例图库'],
    ['视觉中国 图'],
    ['（图片由受访者提供）'],
    ['▲ 菜园一角'],
    ['免责声明：本文不构成投资建议。'],
    ['风险提示：种菜有风险，请谨慎。'],
    ['未经授权不得转载。'],
    ['扫描二维码关注公众号'],
    ['阅读原文'],
    ['进入【示例股吧】讨论'],
    ['延伸阅读'],
    ['【相关新闻】'],
    ['https://news.example/a.jpg'],
    ['……'],
    ['* * *'],
    ['《 示例日报 》（ 2024年03月01日 03 版）'],
    ['（下转第四版）'],
  ])('%s', (line) => expect(textOf(paragraphs(filler, line))).toBe(filler));

  it.each([
    [
      'related links',
      '<ul><li><a href="//a.example">别处的一条新闻标题写在这里</a></li><li><a href="//b.example">别处的另一条新闻标题</a></li></ul>',
    ],
    ['a related box', '<div class="related_article"><p>延伸阅读</p><p>别处的话</p></div>'],
    ['a hidden block', '<div style="display: none">看不见</div><p hidden>看不见</p>'],
    ['a script', '<script>document.write("<p>字</p>")</script>'],
    ['an advertisement', '<div class="ad_box"><p>大甩卖</p></div>'],
    ['a frame', '<iframe src="//a.example">框</iframe>'],
    ['a comment', '<!-- 注释 <p>字</p> -->'],
    ['a caption by class', '<p class="image_desc">一段图片说明</p>'],
    ['a figcaption', '<figure><img src="a.jpg"><figcaption>一段图片说明</figcaption></figure>'],
    ['a short line under an image', '<p><img src="a.jpg"></p><p>菜园一角。</p>'],
    ['a title element', '<title>a.jpg</title>'],
    ['a link back', '<p><a href="//a.example">返回示例网首页&gt;&gt;</a></p>'],
  ])('%s', (_name, html) => expect(textOf(`${paragraphs(filler)}${html}`)).toBe(filler));
});

describe('is text', () => {
  it.each([
    ['编辑部把来信摘登如下，供读者参考。'],
    ['来源不明的种子，菜园一律不收。'],
    ['关注民生，要从一块菜地做起。'],
    ['进入三月，菜园又热闹起来。'],
    ['越来越多的人开始关注这片菜园，周末来的人一周比一周多。'],
    ['未经允许使用他人照片，最近引发了一场官司。'],
    ['他举起相机，把菜园的一角拍摄下来。'],
    ['图书室就在菜园旁边，周末也开放。'],
    ['风险提示做得好，租户心里才有底，这是老乔的经验。'],
    ['视频里，老乔正在教孩子们松土，旁边的人都笑了。'],
    ['声明一出，租户们都松了口气，菜园照常开放。'],
  ])('%s', (line) => expect(textOf(paragraphs(filler, line, filler2))).toBe([filler, line, filler2].join('\n')));
});

it('keeps tables as lines, cells two spaces apart', () => {
  const table = '<table><tr><th>地块</th><th>面积</th></tr><tr><td>东园</td><td><p>三分</p></td></tr></table>';
  expect(textOf(`${paragraphs(filler)}${table}`)).toBe(`${filler}\n地块  面积\n东园  三分`);
});

it('reads an article that a table lays out', () => {
  expect(textOf(`<table><tr><td><p>${filler}</p><p>${filler2}</p></td></tr></table>`)).toBe(`${filler}\n${filler2}`);
});

it('reads nested and unclosed paragraphs, breaks and plain-text lines', () => {
  expect(textOf(`<p><p align="center">${filler}</p> </p><p>${filler2}<p>${filler3}`)).toBe(
    [filler, filler2, filler3].join('\n'),
  );
  expect(textOf(`${filler}<br>${filler2}<br/><br/>${filler3}`)).toBe([filler, filler2, filler3].join('\n'));
  expect(textOf(`<p>　　${filler}\n　　${filler2}\n　　${filler3}</p>`)).toBe([filler, filler2, filler3].join('\n'));
});

it('decodes entities, drops invisible characters and keeps inner full-width spaces', () => {
  expect(textOf('<p>&nbsp;&nbsp;甲&ldquo;乙&rdquo;&amp;丙&#8203;丁　戊</p>')).toBe('甲“乙”&丙丁　戊');
});

it('takes tags out that were escaped twice', () => {
  expect(textOf('<p>甲&lt;br/&gt;乙&lt;strong style="a"&gt;丙&lt;/strong&gt;，3 &lt; 5</p>')).toBe('甲乙丙，3 < 5');
});

it('strips stock widgets to the name', () => {
  const body =
    '<p>买菜到<span id="stock_1.600000"><a href="//q.example">示例股份</a></span><span id="quote_1.600000">(12.3 +1%)</span>去。</p>';
  expect(textOf(body)).toBe('买菜到示例股份去。');
});

it('reads Markdown: quote, heading, list, table, links, emphasis', () => {
  const body = `> 摘要一句。

## 开放时间

**周末**开放，见[公告](https://news.example/1)与<https://news.example/2>。

- 东园
- 西园

| 园 | 面积 |
| --- | --- |
| 东 | 三分 |`;
  expect(textOf(body)).toBe('开放时间\n周末开放，见公告与https://news.example/2。\n东园\n西园\n园  面积\n东  三分');
});

it('explains every block with the rule that decided', () => {
  const body = `<p>本报记者 李雷</p>${paragraphs(filler, '地从哪里来', filler2, '菜由谁来种', filler3)}<p>责编：韩梅梅</p>`;
  const explained = explainPost({ sourceKey: 's', fileName: 'a.md', content: aPost(body) }, { timeZone: 'UTC' });
  expect(explained.map(({ role, rule }) => `${role} ${rule}`)).toEqual([
    'byline top-reporter',
    'paragraph lead: first-paragraph',
    'heading plain-line',
    'paragraph plain-paragraph',
    'heading plain-line',
    'paragraph plain-paragraph',
    'editor editor-line',
  ]);
});
