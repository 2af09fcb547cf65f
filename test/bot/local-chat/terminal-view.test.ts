import { describe, expect, it } from 'vitest';
import { parseHtml } from '../../../bot/local-chat/parse-html.js';
import { buttonsOf, renderForTerminal, type ShownMessage } from '../../../bot/local-chat/terminal-view.js';

const plain = { color: false, width: 80 };

function aMessage(html: string, ...rows: { text: string; url?: string; callback_data?: string }[][]): ShownMessage {
  const parsed = parseHtml(html);
  if (!parsed.ok) throw new Error(parsed.error);
  const replyMarkup = rows.length > 0 ? { inline_keyboard: rows } : undefined;
  return { text: parsed.text, entities: parsed.entities, replyMarkup };
}

describe('renderForTerminal', () => {
  it.each([
    ['text as it is', '一行\n\n再一行', '一行\n\n再一行'],
    ['no styles without color', '<b>粗</b><u>线</u>', '粗线'],
    ['the target of a link behind its text', '<a href="http://a.cn/x">原文</a>。', '原文 (http://a.cn/x)。'],
    ['no target that the text already says', '<a href="http://a.cn/">http://a.cn</a>', 'http://a.cn'],
    [
      'the same target once',
      '<a href="http://a.cn/x">题</a> <a href="http://a.cn/x">原文</a>',
      '题 (http://a.cn/x) 原文',
    ],
    ['a quote behind a bar', '前\n<blockquote>一\n\n二</blockquote>\n后', '前\n│ 一\n│\n│ 二\n后'],
    ['an expandable quote on lines of its own', '前<blockquote expandable>一</blockquote>后', '前\n│ 一\n后'],
    ['a quote that ends with a newline', '<blockquote>一\n</blockquote>后', '│ 一\n后'],
  ])('shows %s', (_name, html, shown) => expect(renderForTerminal(aMessage(html), plain)).toBe(shown));

  it.each([
    ['bold', '<b>粗</b>体', '\u001b[1m粗\u001b[22m体'],
    ['nested styles', '<b>粗<u>线</u></b>', '\u001b[1m粗\u001b[22m\u001b[4m\u001b[1m线\u001b[24m\u001b[22m'],
    ['an underlined link', '<a href="http://a.cn/">题</a>', '\u001b[4m题\u001b[24m (http://a.cn/)'],
    ['a style that is closed on each line', '<b>一\n二</b>', '\u001b[1m一\u001b[22m\n\u001b[1m二\u001b[22m'],
  ])('paints %s', (_name, html, shown) => {
    expect(renderForTerminal(aMessage(html), { color: true, width: 80 })).toBe(shown);
  });

  it.each([
    ['Chinese by two columns a character', '一二三四五六', 8, '一二三四\n五六'],
    ['words at a space', 'several short words', 12, 'several\nshort words'],
    ['a word longer than the line', 'abcdefghij', 4, 'abcd\nefgh\nij'],
    ['a quote inside its bar', '<blockquote>一二三四</blockquote>', 6, '│ 一二\n│ 三四'],
    ['never inside an emoji', '👨‍👩‍👧👨‍👩‍👧', 3, '👨‍👩‍👧\n👨‍👩‍👧'],
  ])('wraps %s', (_name, html, width, shown) => {
    expect(renderForTerminal(aMessage(html), { color: false, width })).toBe(shown);
  });

  it.each([
    ['an escape sequence', '\u001b[2J清屏', '␛[2J清屏'],
    ['a bell and a backspace', 'a\u0007\b', 'a␇␈'],
    ['a one-byte control sequence', '\u009b31m红', '\ufffd31m红'],
    ['a mark that turns the direction', 'a\u202eb', 'a\ufffdb'],
    ['a carriage return', '真\r假', '真␍假'],
  ])('neutralizes %s', (_name, text, shown) => {
    expect(renderForTerminal({ text, entities: [], replyMarkup: undefined }, { color: true, width: 80 })).toBe(shown);
  });

  it('numbers buttons from where it is told, a row a line, addresses shown', () => {
    const message = aMessage(
      '题',
      [
        { text: '订阅', callback_data: 's' },
        { text: '原文', url: 'http://a.cn/x' },
      ],
      [{ text: '更多\u001b[0m', callback_data: 'm' }],
    );
    expect(renderForTerminal(message, { ...plain, firstButton: 4 })).toBe(
      '题\n[4] 订阅  [5] 原文 http://a.cn/x\n[6] 更多␛[0m',
    );
    expect(renderForTerminal(message, { color: false, width: 12 })).toBe(
      '题\n[1] 订阅\n[2] 原文 http://a.cn/x\n[3] 更多␛[0m',
    );
    expect(buttonsOf(message).map(({ text }) => text)).toEqual(['订阅', '原文', '更多\u001b[0m']);
  });
});
