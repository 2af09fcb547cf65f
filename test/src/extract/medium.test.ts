import { expect, it } from 'vitest';
import { aPost, articleOf, filler, filler2, paragraphs } from '../../support/posts.js';

const mediumOf = (body: string) => articleOf(aPost(body)).medium;

it.each<[string, string, string]>([
  ['the em_media line', `${paragraphs(filler)}<p class="em_media">（文章来源：青禾晚报）</p>`, '青禾晚报'],
  [
    'tags inside it',
    `${paragraphs(filler)}<p class="em_media">（文章来源：<a href="http://a.example"><b>青禾</b>晚报</a>）</p>`,
    '青禾晚报',
  ],
  ['a half-width colon', `${paragraphs(filler)}<p class="em_media">(文章来源:青禾晚报)</p>`, '青禾晚报'],
  ['a credit behind the last sentence', `${filler}(央视新闻)`, '央视新闻'],
  ['in full-width brackets', paragraphs(filler, `${filler2}（新华社）`), '新华社'],
  ['来源 behind the last sentence', paragraphs(filler, `${filler2}（来源：青禾健康网）`), '青禾健康网'],
  ['来源 on the last line', paragraphs(filler, filler2, '来源：青禾健康网'), '青禾健康网'],
])('%s', (_name, body, expected) => expect(mediumOf(body)).toBe(expected));

it.each<[string, string]>([
  ['nothing', paragraphs(filler)],
  ['an author in brackets', paragraphs(filler, `${filler2}（李雷）`)],
  ['a reporter in brackets', paragraphs(filler, `${filler2}（示例台记者 李雷）`)],
  ['完', paragraphs(filler, `${filler2}（完）`)],
  ['a short name of a document', paragraphs(filler, `${filler2}（以下简称《菜园办法》）`)],
  ['several media', paragraphs(filler, `${filler2}（综合青禾晚报、示例网）`)],
  ['an empty em_media line', `${paragraphs(filler)}<p class="em_media">（文章来源：）</p>`],
])('falls back to the category: %s', (_name, body) => expect(mediumOf(body)).toBe('示例日报'));
