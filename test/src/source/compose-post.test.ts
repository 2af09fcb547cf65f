import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePost } from '../../../src/extract/parse-post.js';
import { composePost, postFileName } from '../../../src/source/compose-post.js';

const now = new Date('2026-01-02T20:04:05Z');
const category = { name: '云溪日报', slug: 'yunxiribao' };
const read = (title: string, body: string, filedUnder = category) =>
  parsePost(
    {
      sourceKey: 'typed',
      fileName: '2026-01-02-typed.md',
      content: composePost({ title, category: filedUnder, body }, now),
    },
    { timeZone: 'Asia/Shanghai' },
  );

describe('composePost', () => {
  it('makes a post that is read as it was typed', () => {
    expect(
      read('【示例】"碎银子" #1: 怎样攒', '本报记者 示例\n\n从本周起延长开放。\n\n## 为什么\n\n白天来不了。'),
    ).toMatchObject({
      article: {
        title: '【示例】"碎银子" #1: 怎样攒',
        byline: '本报记者 示例',
        lead: '从本周起延长开放。',
        categories: [category],
        published: now,
        url: undefined,
      },
    });
  });

  it('keeps a category with spaces one', () => {
    const spaced = { name: '示例周刊 示例客户端', slug: 'shilizhoukan shilikehuduan' };
    expect(read('标题', '正文。', spaced)).toMatchObject({ article: { categories: [spaced] } });
  });

  it('lets nothing that is typed into the front matter', () => {
    const typed = fc.string({ minLength: 1, unit: 'grapheme' });
    fc.assert(
      fc.property(typed, typed, typed, (title, name, body) => {
        const parsed = read(`标题${title}`, `正文。${body}`, { name: `报${name}`, slug: `b${name}` });
        expect(parsed.kind).toBe('article');
        if (parsed.kind !== 'article') return;
        expect(parsed.article.published).toEqual(now);
        expect(parsed.article.categories).toHaveLength(1);
      }),
    );
  });
});

it.each([
  ['2025-03-04-abc.md', '2025-03-04-abc.md'],
  ['notes.md', '2026-01-02-notes.md'],
  ['我的 帖子（二）.markdown', '2026-01-02-我的-帖子-二-.md'],
  ['../../etc/passwd', '2026-01-02-passwd.md'],
  [`${'中'.repeat(90)}.md`, `2026-01-02-${'中'.repeat(50)}.md`],
  ['C:\\posts\\a.md', '2026-01-02-a.md'],
  ['.hidden.md', '2026-01-02-hidden.md'],
  ['', '2026-01-02-post.md'],
  ['....md', '2026-01-02-post.md'],
])('reads a dropped %j as %s', (dropped, name) => expect(postFileName(dropped, now)).toBe(name));
