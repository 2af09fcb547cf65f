import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contrast, schemeOf, type Tokens, tokensFrom } from '../../../bot/web/app/colours.js';
import { seriesColours } from '../../../bot/web/app/series-colours.js';

const css = readFileSync(new URL('../../../bot/web/shared/theme.css', import.meta.url), 'utf8');
const [light, dark] = [/:root \{(?<body>[^}]*)\}/u, /:root\[data-theme="dark"\] \{(?<body>[^}]*)\}/u].map((pattern) => {
  const body = pattern.exec(css)?.groups?.body ?? '';
  const entries = Array.from(body.matchAll(/--(?<name>[\w-]+): (?<value>#[0-9a-f]{6})/gu), ({ groups }) => [
    groups?.name,
    groups?.value,
  ]);
  return Object.fromEntries(entries) as Tokens & { 'accent-soft': string; mark: string; danger: string; ok: string };
}) as [ReturnType<typeof Object.assign>, ReturnType<typeof Object.assign>];

describe('colours', () => {
  it.each([
    ['light', light],
    ['dark', dark],
  ])('of the %s theme can be read on each other', (_name, tokens) => {
    const pairs = ['bg', 'bg-raised'].flatMap((background) => [
      [tokens.text, tokens[background]],
      [tokens.hint, tokens[background]],
    ]);
    pairs.push([tokens['on-accent'], tokens.accent], [tokens.text, tokens.mark], [tokens.text, tokens['accent-soft']]);
    pairs.push([tokens.accent, tokens.bg], [tokens.danger, tokens.bg], [tokens.ok, tokens.bg]);
    for (const [one, other] of pairs) expect(contrast(one, other), `${one} on ${other}`).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['light', 'dark'] as const)('of a chart are told apart from the %s background', (theme) => {
    const series = [...Array.from({ length: 8 }, () => ({ name: '某报' })), { name: undefined }];
    const colours = seriesColours(theme, series);
    expect(new Set(colours).size).toBe(9);
    for (const colour of colours) {
      expect(contrast(colour, (theme === 'light' ? light : dark).bg), colour).toBeGreaterThanOrEqual(3);
    }
  });

  it('are those of the client where they can be read', () => {
    // Telegram for Android, at night; its hint is too weak to be read.
    const params = {
      bg_color: '#212d3b',
      secondary_bg_color: '#151e27',
      text_color: '#ffffff',
      hint_color: '#50606f',
      link_color: '#5eabe1',
    };
    expect(schemeOf(params)).toBe('dark');
    const tokens = tokensFrom(params, dark);
    expect(tokens).toMatchObject({ bg: '#212d3b', 'bg-raised': '#151e27', text: '#ffffff', accent: '#5eabe1' });
    expect(tokens.hint).toBe(dark.hint);
  });

  it('are ours where nothing could be read on those of the client', () => {
    expect(tokensFrom({ bg_color: '#808080', text_color: '#888888' }, light)).toEqual({});
  });

  it('of a client that tells none, or nonsense, are ours', () => {
    expect(schemeOf({})).toBeUndefined();
    expect(schemeOf({ bg_color: 'red' })).toBeUndefined();
    expect(tokensFrom({ bg_color: 'url(//example.com)', text_color: '#fff' }, light)).toMatchObject({
      bg: light.bg,
      text: light.text,
    });
  });
});
