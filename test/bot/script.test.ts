import { describe, expect, it } from 'vitest';
import { html } from '../../bot/html.js';
import { scriptConverter } from '../../bot/script.js';

describe('scriptConverter', () => {
  it('makes traditional characters by their phrases, and leaves markup, addresses and button data alone', async () => {
    const { rendered, text } = await scriptConverter('traditional');
    const href = 'https://example.com/头发';
    expect(
      rendered({
        text: html`<b><a href="${href}">理发与发展</a></b> &lt;干部&gt; 见 https://example.com/干部`,
        keyboard: [[{ text: '后台', data: 'x:后台' }], [{ text: '原文', url: href }]],
      }),
    ).toEqual({
      text: html`<b><a href="${href}">理髮與發展</a></b> &lt;幹部&gt; 見 https://example.com/干部`,
      keyboard: [[{ text: '後臺', data: 'x:后台' }], [{ text: '原文', url: href }]],
    });
    expect(text('“养老”')).toBe('“養老”');
  });

  it('makes simplified ones', async () => {
    expect((await scriptConverter('simplified')).text('臺灣的頭髮')).toBe('台湾的头发');
  });

  it('leaves everything as it is printed unless something else was chosen', async () => {
    expect((await scriptConverter(undefined)).html(html`臺灣 台湾`)).toEqual(html`臺灣 台湾`);
  });
});
