import type { Article } from '../../src/domain/article.js';
import { type ParseResult, parsePost } from '../../src/extract/parse-post.js';

/** What a post's front matter and tail say, where a test cares. */
interface PostParts {
  readonly title?: string;
  readonly date?: string;
  readonly categories?: string;
  readonly tags?: string;
  readonly link?: string;
}

/** A post in the shape of the archive around a body of the test's own. */
export function aPost(body: string, parts: PostParts = {}): string {
  const {
    title = '"示例：青禾镇试行共享菜园"',
    date = '2024-03-01 09:30:00 +0800',
    categories = 'shiliribao',
    tags = '示例日报新闻',
  } = parts;
  return `---
layout: post
title: ${title}
date: ${date}
categories: ${categories}
tags: ${tags}
---
${body}

<${parts.link ?? ''}>

[返回示例日报新闻](//news.example/category/shiliribao.html)｜[返回首页](//news.example/)
`;
}

/** Each text as an HTML paragraph. */
export function paragraphs(...texts: readonly string[]): string {
  return texts.map((text) => `<p>　　${text}</p>`).join('\n');
}

/** A paragraph of ordinary length that no rule should notice. */
export const filler =
  '青禾镇去年把村口三块闲置地整理出来，分成四十小块租给住在县城的家庭，每逢周末都有人带着孩子来浇水除草。';
export const filler2 = '管理员老乔介绍，菜园开放以来，来登记的人一直不少，排队最长的一户等了两个多月才轮到自己的地块。';
export const filler3 = '为了方便上班族，镇里又在菜园旁边搭了工具棚，锄头、水桶和手套都可以登记借用，用完放回原处即可。';

export function parse(content: string, fileName = '2024-03-01-EX1.md'): ParseResult {
  return parsePost({ sourceKey: 'samples', fileName, content }, { timeZone: 'Asia/Shanghai' });
}

/** The article of a post that must be one. */
export function articleOf(content: string): Article {
  const result = parse(content);
  if (result.kind !== 'article') throw new Error(`expected an article, got ${result.kind}`);
  return result.article;
}
