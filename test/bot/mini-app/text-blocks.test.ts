import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TextBlock } from '../../../bot/mini-app/protocol.js';
import { splitIntoBlocks } from '../../../bot/mini-app/text-blocks.js';
import type { Heading } from '../../../src/domain/article.js';
import { generatePosts } from '../../support/generate-posts.js';
import { parse } from '../../support/posts.js';

/** `# 标题`, `## 小标题`, or the paragraph. */
const written = (blocks: readonly TextBlock[]) =>
  blocks.map(({ level, text, index }) => (level === 0 ? text : `${'#'.repeat(level)}${index} ${text}`));
const headings = (...texts: readonly string[]): readonly Heading[] =>
  texts.map((text) => (text.startsWith('  ') ? { level: 2, text: text.trim() } : { level: 1, text }));

describe('a text in blocks', () => {
  it.each<[string, string, readonly Heading[], readonly string[]]>([
    ['has its paragraphs', '甲。\n\n 乙。 \n', [], ['甲。', '乙。']],
    ['is nothing when it is empty', '', [], []],
    [
      'has headings that stand on their own',
      '甲。\n一、谁来办\n乙。',
      headings('一、谁来办'),
      ['甲。', '#0 一、谁来办', '乙。'],
    ],
    ['leaves out the marks behind them', '一、谁来办：\n乙。', headings('一、谁来办'), ['#0 一、谁来办', '乙。']],
    [
      'parts a paragraph behind the sentence that names it',
      '让门更宽。难在人多。',
      headings('让门更宽'),
      ['#0 让门更宽', '难在人多。'],
    ],
    [
      'parts one at the sentences inside that name its parts',
      '让门更宽。难在人多。摸清底数。逐户核对。分类引导。按人施策。',
      headings('让门更宽', '  摸清底数', '  分类引导'),
      ['#0 让门更宽', '难在人多。', '##1 摸清底数', '逐户核对。', '##2 分类引导', '按人施策。'],
    ],
    [
      'takes no sentence that only begins so',
      '谁来办这件事还没有定。\n谁来办\n乙。',
      headings('谁来办'),
      ['谁来办这件事还没有定。', '#0 谁来办', '乙。'],
    ],
    [
      'takes no words inside a sentence',
      '他问谁来办。\n谁来办\n乙。',
      headings('  谁来办'),
      ['他问谁来办。', '##0 谁来办', '乙。'],
    ],
    [
      'has two of the same words in their order',
      '小结\n甲。\n小结\n乙。',
      headings('小结', '小结'),
      ['#0 小结', '甲。', '#1 小结', '乙。'],
    ],
    ['leaves out those that are not there', '甲。\n乙\n丙。', headings('没有的', '乙'), ['甲。', '#1 乙', '丙。']],
  ])('%s', (_title, text, outline, blocks) => {
    expect(written(splitIntoBlocks(text, outline))).toEqual(blocks);
  });

  const samples = readdirSync('src/samples')
    .filter((name) => /^\d/u.test(name))
    .map((name) => ({ fileName: name, content: readFileSync(`src/samples/${name}`, 'utf8') }));

  it.each([
    ['the samples', samples],
    ['generated posts', [...generatePosts(200, 11)]],
  ])('has every heading of %s, and loses no word', (_title, posts) => {
    const withoutMarks = (text: string) => text.replace(/[\s。：:；;，,]/gu, '');
    for (const { fileName, content } of posts) {
      const parsed = parse(content, fileName);
      if (parsed.kind !== 'article') throw new Error(`${fileName}: ${parsed.kind}`);
      const { text, outline } = parsed.article;
      const blocks = splitIntoBlocks(text, outline);
      expect([fileName, blocks.flatMap(({ index }) => index ?? [])]).toEqual([fileName, [...outline.keys()]]);
      expect(withoutMarks(blocks.map((block) => block.text).join(''))).toBe(withoutMarks(text));
    }
  });

  it('can be any text with any outline', () => {
    const anyText = fc.string({ unit: fc.constantFrom('甲', '乙', '。', '\n', ' ', '：') });
    const anyHeading = fc.record({ level: fc.constantFrom(1 as const, 2 as const), text: anyText });
    fc.assert(
      fc.property(anyText, fc.array(anyHeading), (text, outline) => {
        const indexes = splitIntoBlocks(text, outline).flatMap(({ index }) => index ?? []);
        expect(indexes).toEqual([...new Set(indexes)].sort((a, b) => a - b));
      }),
    );
  });
});

it('takes time in proportion to a text in which a heading occurs a hundred thousand times', () => {
  const text = `（一）菜园${'，（一）菜园'.repeat(100_000)}\n一、以后`;
  const blocks = splitIntoBlocks(text, headings('一、以后', '  （一）菜园'));
  expect(written(blocks).at(-1)).toBe('#0 一、以后');
});
