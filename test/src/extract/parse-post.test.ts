import { describe, expect, it } from 'vitest';
import { aPost, articleOf, filler, filler2, filler3, paragraphs, parse } from '../../support/posts.js';

describe('parsePost', () => {
  it('reads a post of the seed shape: centred byline, run-in headings with sub-headings, medium, link', () => {
    const body = `<p>
<p align="center">某省人社厅党组书记、厅长乔小禾</p> </p>
<p>2024年第2期《示例》杂志刊发了关于社区菜园的文章。${filler}</p>
<p>更大范围整理闲置地块。摸清全镇闲置地块的面积、归属和水源情况，逐块登记造册，向住户公开。完善登记制度。每季度由村里核对一次地块变动，结果张贴在村口的公示栏里。完善退出制度。连续两个月不来打理的地块，由管理员联系后转给排队的住户。</p>
<p>更加细致做好日常管理。${filler2}</p>
<p>种菜之外，${filler3}</p>
<p>更为周到服务租种家庭。${filler3}</p>
<p class="em_media">（文章来源：中国劳动保障报）</p>`;
    const article = articleOf(aPost(body, { link: 'http://news.example/show.html?id=1' }));
    expect(article).toMatchObject({
      identity: 'http://news.example/show.html?id=1',
      byline: '某省人社厅党组书记、厅长乔小禾',
      lead: '2024年第2期《示例》杂志刊发了关于社区菜园的文章。',
      medium: '中国劳动保障报',
      categories: [
        { name: '示例日报', slug: 'shiliribao' },
        { name: '中国劳动保障报', slug: undefined },
      ],
      outline: [
        { level: 1, text: '更大范围整理闲置地块' },
        { level: 2, text: '完善登记制度' },
        { level: 2, text: '完善退出制度' },
        { level: 1, text: '更加细致做好日常管理' },
        { level: 1, text: '更为周到服务租种家庭' },
      ],
      keySentences: [],
    });
  });

  it('names an article without link by source and file name', () => {
    expect(articleOf(aPost(paragraphs(filler)))).toMatchObject({ identity: 'samples#EX1', url: undefined });
  });

  it('rejects a post with neither title nor text', () => {
    expect(parse(aPost('<p><img src="a.jpg"></p>', { title: '' }))).toMatchObject({
      kind: 'rejected',
      rejection: { reason: 'empty' },
    });
  });

  it('waits for a post that ends inside its front matter', () => {
    expect(parse('---\ntitle: 示例\ndate: 2024')).toMatchObject({ kind: 'incomplete' });
  });
});
