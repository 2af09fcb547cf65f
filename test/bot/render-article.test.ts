import { describe, expect, it } from 'vitest';
import { renderArticle, renderTextPage } from '../../bot/render-article.js';
import { aStoredArticle as stored } from '../support/builders.js';
import { readHtml } from '../support/read-html.js';

const options = { language: 'zh', timeZone: 'Asia/Shanghai', now: () => new Date('2026-01-06T00:00:00Z') } as const;

const heading = (text: string, level: 1 | 2 = 1) => ({ level, text });

describe('renderTextPage', () => {
  it('keeps byline and origin above the text, and sets headings bold', () => {
    const { text } = renderTextPage(stored(), 0, options) ?? { text: undefined };
    expect(text?.plain).toMatch(/^云溪县办好社区食堂\n本报记者 林知秋\n云溪日报 · 1月5日 09:00\n\n云溪县今年/u);
    expect(text?.markup).toContain('<b>把食堂开到家门口</b>');
  });
});

describe('the full text', () => {
  it('keeps what stands above and below the summary', () => {
    const article = stored({ otherMedia: 2, text: '段落。\n'.repeat(900) });
    const subscription = { id: 12, name: '云溪日报' };
    const rendered = renderTextPage(article, 1, { ...options, canShare: true }, { subscription });
    expect(rendered?.text.plain).toContain('另有 2 家媒体刊登');
    expect(rendered?.keyboard.map((row) => row.map(({ text }) => text))).toEqual([
      ['‹ 上一页'],
      ['原文', '摘要', '相关', '收藏'],
      ['刊登媒体', '分享'],
      ['退订 云溪日报'],
    ]);
    expect(rendered?.keyboard[0]).toEqual([{ text: '‹ 上一页', data: 'text:7:0:12' }]);
  });
});

describe('renderArticle', () => {
  it('shows title, byline, category and time, lead and the numbered outline', () => {
    const { text, keyboard } = renderArticle(stored(), options);
    expect(text.plain).toBe(
      `云溪县办好社区食堂
本报记者 林知秋
云溪日报 · 1月5日 09:00

云溪县今年新开了十二家社区食堂。

1. 把食堂开到家门口
2. 让饭菜合老人口味`,
    );
    expect(text.markup).toContain('<b><a href="https://example.com/news/1">云溪县办好社区食堂</a></b>');
    expect(keyboard).toEqual([
      [
        { text: '原文', url: 'https://example.com/news/1' },
        { text: '全文', data: 'text:7:0' },
        { text: '相关', data: 'rel:7' },
        { text: '收藏', data: 'save:7' },
      ],
    ]);
  });

  it('says how many other media carry it, with a button that lists them', () => {
    const { text, keyboard } = renderArticle(stored({ otherMedia: 3 }), options);
    expect(text.plain).toMatch(/1月5日 09:00\n另有 3 家媒体刊登\n\n/u);
    expect(keyboard.at(-1)).toEqual([{ text: '刊登媒体', data: 'story:7' }]);
  });

  it('can be shared, and given up where it was subscribed to', () => {
    const subscription = { id: 12, name: '云溪县人力资源和社会保障报' };
    const { keyboard } = renderArticle(stored({ otherMedia: 1 }), { ...options, canShare: true }, { subscription });
    expect(keyboard).toEqual([
      [
        { text: '原文', url: 'https://example.com/news/1' },
        { text: '全文', data: 'text:7:0:12' },
        { text: '相关', data: 'rel:7' },
        { text: '收藏', data: 'save:7' },
      ],
      [
        { text: '刊登媒体', data: 'story:7' },
        { text: '分享', inlineQuery: 'art_7' },
      ],
      [{ text: '退订 云溪县人力资源和社会保障…', data: 'unsub:12' }],
    ]);
  });

  it('has a button that gives up what is kept', () => {
    const { keyboard } = renderArticle(stored(), options, { isSaved: true });
    expect(keyboard[0]?.at(-1)).toEqual({ text: '取消收藏', data: 'unsave:7' });
  });

  it('says which keywords asked for it', () => {
    const { text } = renderArticle(stored(), options, { keywords: '养老 -股票' });
    expect(text.plain).toMatch(/1月5日 09:00\n关键词：养老 -股票\n\n/u);
  });

  it('keeps the numbering of headings that have their own, and puts sub-headings under theirs', () => {
    const outline = [heading('一、谁可以参加'), heading('（一）年龄', 2), heading('二、怎么缴')];
    expect(renderArticle(stored({ outline }), options).text.plain).toMatch(
      /一、谁可以参加\n　（一）年龄\n二、怎么缴$/u,
    );
  });

  it('marks sub-headings without numbers of their own', () => {
    const outline = [heading('一、谁可以参加'), heading('在职职工', 2), heading('二、怎么缴')];
    expect(renderArticle(stored({ outline }), options).text.plain).toMatch(/参加\n　· 在职职工\n/u);
  });

  it('does not number what is numbered behind a word', () => {
    const outline = [heading('误区1、不吃早饭'), heading('误区2、只吃水果')];
    expect(renderArticle(stored({ outline }), options).text.plain).toMatch(/\n误区1、不吃早饭\n误区2、只吃水果$/u);
  });

  it('takes one heading for no outline', () => {
    const keySentences = ['老人每餐少付三元。'];
    const { text } = renderArticle(stored({ outline: [heading('主要内容')], keySentences }), options);
    expect(text.plain).not.toContain('主要内容');
    expect(text.plain).toContain('· 老人每餐少付三元。');
  });

  it('lets a short lead go on with whole sentences of its paragraph', () => {
    const text = '挨饿能减肥吗？医生说不能。少吃一餐，下一餐往往吃得更多，胃也受不了，体重很快回来。\n第二段。';
    const rendered = renderArticle(stored({ lead: '挨饿能减肥吗？', text, outline: [] }), options).text.plain;
    expect(rendered).toContain('挨饿能减肥吗？医生说不能。少吃一餐，下一餐往往吃得更多，胃也受不了，体重很快回来。');
    expect(rendered).not.toContain('第二段');
  });

  it('names the medium before the other categories', () => {
    const categories = [
      { name: '滚动新闻', slug: undefined },
      { name: '云溪日报', slug: undefined },
    ];
    expect(renderArticle(stored({ categories }), options).text.plain).toContain('\n云溪日报 · 滚动新闻 · 1月5日');
  });

  it('shows key sentences when there are no headings, without repeating the lead', () => {
    const keySentences = ['云溪县今年新开了十二家社区食堂。', '老人每餐少付三元。'];
    const { text } = renderArticle(stored({ outline: [], keySentences }), options);
    expect(text.plain).toMatch(/食堂。\n\n· 老人每餐少付三元。$/u);
  });

  it('has no link and no button that pretends one', () => {
    const { text, keyboard } = renderArticle(stored({ url: undefined }), options);
    expect(text.markup).not.toContain('href');
    expect(keyboard.flat().map((button) => button.text)).toEqual(['全文', '相关', '收藏']);
  });

  it('of a flash that is all lead has no full text to open', () => {
    const flash = stored({ outline: [], text: '云溪县今年新开了十二家社区食堂。' });
    expect(
      renderArticle(flash, options)
        .keyboard.flat()
        .map(({ text }) => text),
    ).toEqual(['原文', '相关', '收藏']);
  });

  it('shows an untitled article by its lead, once', () => {
    expect(renderArticle(stored({ title: undefined }), options).text.plain.match(/十二家社区食堂/gu)).toHaveLength(1);
  });

  it('shows the year of another year', () => {
    const old = stored({ published: new Date('2022-06-08T02:02:59Z') });
    expect(renderArticle(old, options).text.plain).toContain('2022年6月8日 10:02');
  });

  it.each([
    ['the lead alone', 'lead', {}, '云溪县今年新开了十二家社区食堂。'],
    ['the outline alone', 'outline', {}, '1. 把食堂开到家门口\n2. 让饭菜合老人口味'],
    ['key sentences in its place', 'outline', { outline: [], keySentences: ['饭菜不贵。'] }, '· 饭菜不贵。'],
    ['the lead of what has no outline', 'outline', { outline: [] }, '云溪县今年新开了十二家社区食堂。'],
    [
      'the outline of what has no lead',
      'lead',
      { lead: undefined, text: '' },
      '1. 把食堂开到家门口\n2. 让饭菜合老人口味',
    ],
  ] as const)('shows %s where that is wanted', (_title, detail, over, expected) => {
    const { text } = renderArticle(stored(over), { ...options, detail });
    expect(text.plain.split('\n\n').slice(1).join('\n\n')).toBe(expected);
  });

  it('folds a long outline, and cuts it at a heading', () => {
    const outline = Array.from({ length: 400 }, (_, n) => heading(`第${n}节${'很长的标题'.repeat(5)}`));
    const { text } = renderArticle(stored({ outline }), options);
    expect(text.markup).toContain('<blockquote expandable>');
    expect(text.plain).toMatch(/很长的标题\n…$/u);
  });

  it.each([
    ['everything at its longest', '很长的文字，'.repeat(3_000)],
    ['four-byte characters', '𠮷👨‍👩‍👧'.repeat(2_000)],
    ['right-to-left text and marks', '\u202eעברית\u202c'.repeat(800)],
    ['markup and entities', '<b>&lt;&amp;"</i>'.repeat(500)],
    ['combining marks', `a${'\u0301'.repeat(50)}`.repeat(300)],
  ])('stays within Telegram’s limits with %s', (_name, text) => {
    const outline = Array.from({ length: 60 }, (_, n) => heading(text, n % 2 ? 2 : 1));
    const extreme = stored({
      title: text,
      byline: text,
      lead: text,
      outline,
      text,
      categories: [{ name: text.slice(0, 90), slug: undefined }],
    });
    for (const article of [
      extreme,
      { ...extreme, outline: [], keySentences: [text, text] },
      { ...extreme, title: undefined },
    ]) {
      const rendered = renderArticle(article, options).text;
      const parsed = readHtml(rendered.markup);
      expect(parsed.text.length).toBeGreaterThan(0);
      expect(parsed.text.length).toBeLessThanOrEqual(4_096);
      expect(parsed.entities.length).toBeLessThanOrEqual(100);
    }
    for (let page = 0; page < 3; page += 1) {
      const rendered = renderTextPage(extreme, page, options);
      if (rendered) expect(readHtml(rendered.text.markup).text.length).toBeLessThanOrEqual(4_096);
    }
  });
});
