import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Article } from '../../../src/domain/article.js';
import { explainPost, parsePost } from '../../../src/extract/parse-post.js';
import { foldLine } from '../../../src/extract/text.js';
import { aPost, filler, filler2, filler3 } from '../../support/posts.js';

const options = { timeZone: 'Asia/Shanghai' };
const read = (content: string) => parsePost({ sourceKey: 's', fileName: '2024-03-01-p.md', content }, options);

const words = fc.constantFrom(
  ...[
    '地从哪里来',
    '菜由谁来种？',
    '一、整理土地',
    '（一）摸底',
    '1. 选种',
    '【行情】',
    '● 工具',
    '核心阅读',
    '本报记者 李雷',
    '李雷',
    '（李雷）',
  ],
  ...[
    '责编：韩梅梅',
    '菜园一角 李雷 摄',
    '新华社某市3月1日电（记者李雷）',
    '（完）',
    '来源：示例报',
    '——副题',
    '青禾镇试行共享菜园',
    '',
    ' ',
    '　',
  ],
  ...[
    filler,
    filler2,
    filler3,
    `加强管理。${filler}${filler2}`,
    `更好服务。${filler}`,
    `一是开放。${filler}`,
    '“引号”。',
    '1.5',
    '&nbsp;',
    '&amp;lt;',
  ],
);
const opens = fc.constantFrom(
  '<p>',
  '<p align="center">',
  '<div>',
  '<strong>',
  '<b>',
  '<h2>',
  '<br>',
  '<li>',
  '<td>',
  '<tr>',
  '<table>',
  '<a href="x">',
  '<img src="x">',
  '<span style="display:none">',
  '<!-- ',
  '<script>',
  '\n',
  '\n\n',
  '\n> ',
  '\n## ',
  '\n- ',
  '\n| ',
  '<',
  '',
);
const closes = fc.constantFrom(
  '</p>',
  '</div>',
  '</strong>',
  '</b>',
  '</h2>',
  '</li>',
  '</td>',
  '</tr>',
  '</table>',
  '</a>',
  '-->',
  '</script>',
  '\n',
  '',
);
const bodies = fc
  .array(fc.tuple(opens, words, closes), { maxLength: 25 })
  .map((parts) => parts.map(([open, word, close]) => open + word + close).join(''));

function allTexts(article: Article): string[] {
  const { title, byline, lead, text, medium, outline, keySentences } = article;
  return [byline, lead, text, medium, ...outline.map((heading) => heading.text), ...keySentences, title].filter(
    (value) => value !== undefined,
  );
}

describe('whatever a post contains', () => {
  it('parsePost and explainPost answer', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string({ unit: 'binary' }).map((body) => aPost(body)),
          bodies.map((body) => aPost(body)),
        ),
        (content) => {
          expect(['article', 'incomplete', 'rejected']).toContain(read(content).kind);
          explainPost({ sourceKey: 's', fileName: 'p.md', content }, options);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('no output holds markup, control characters or empty text', () => {
    fc.assert(
      fc.property(bodies, (body) => {
        const result = read(aPost(body));
        if (result.kind !== 'article') return;
        for (const text of allTexts(result.article)) {
          expect(text).not.toMatch(/<\/?(?:p|div|b|strong|h2|li|td|tr|table|a|img|span|script|br)\b[^<]*>/u);
          expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
          if (text !== result.article.text) expect(text.trim()).toBe(text);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('headings, lead and key sentences are in the text, headings in order', () => {
    fc.assert(
      fc.property(bodies, (body) => {
        const result = read(aPost(body));
        if (result.kind !== 'article') return;
        const { text, outline, keySentences, lead } = result.article;
        const folded = foldLine(text);
        let at = 0;
        for (const heading of outline) {
          const found = folded.indexOf(foldLine(heading.text), at);
          expect(found, heading.text).toBeGreaterThanOrEqual(0);
          at = found + foldLine(heading.text).length;
        }
        if (outline.length > 0) {
          expect(outline[0]?.level).toBe(1);
        }
        if (outline.length > 1) expect(keySentences).toEqual([]);
        for (const sentence of keySentences) expect(text).toContain(sentence);
        if (lead !== undefined) expect(folded).toContain(foldLine(lead));
      }),
      { numRuns: 400 },
    );
  });

  it('a post reads the same every time', () => {
    fc.assert(
      fc.property(bodies, (body) => {
        expect(read(aPost(body))).toEqual(read(aPost(body)));
      }),
      { numRuns: 100 },
    );
  });
});
