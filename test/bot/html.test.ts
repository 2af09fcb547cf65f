import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html } from '../../bot/html.js';
import { readHtml } from '../support/read-html.js';

describe('html', () => {
  it('escapes what is put in', () => {
    expect(html`<b>${'<i>&"'}</b>`.markup).toBe('<b>&lt;i&gt;&amp;&quot;</b>');
  });

  it('takes Html as it is', () => {
    expect(html`<i>${html`<b>${'a'}</b>`}</i>${[html`1`, html`2`]}`.markup).toBe('<i><b>a</b></i>12');
  });

  it('counts like Telegram: units of the parsed text', () => {
    const text = html`<a href="${'https://example.com/?a=1&b=2'}">${'<𠮷>'}</a>`;
    expect(text.visibleLength).toBe(4);
    expect(text.entityCount).toBe(1);
  });

  it('drops control characters and marks that turn the text around', () => {
    expect(html`${'a\u0000b\u202ec\nd\te'}`.markup).toBe('abc\nd\te');
  });

  it('reads in Telegram’s parser as what was put in, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const built = html`<b>x${text}x</b>`;
        expect(readHtml(built.markup).text).toBe(built.plain);
      }),
    );
  });
});
