/** Colours as Telegram names them, `#rrggbb` (https://core.telegram.org/bots/webapps#themeparams). */
export type ThemeParams = Readonly<Record<string, string | undefined>>;

/** Ours, by the names of theme.css. */
export type Tokens = Readonly<Record<'bg' | 'bg-raised' | 'text' | 'hint' | 'accent' | 'on-accent', string>>;

/** WCAG 2.2 AA, text of normal size. */
const leastContrast = 4.5;

/** Dark when its background is. */
export function schemeOf(params: ThemeParams): 'light' | 'dark' | undefined {
  const background = params.bg_color;
  if (!isColour(background)) return;
  return luminance(background) < 0.2 ? 'dark' : 'light';
}

/**
 * What to put over our tokens so that the page looks like the client around it. `ours`: those of the same scheme. A colour of the
 * client that is hard to read on its backgrounds gives way to ours; backgrounds on which ours would be hard to read are not taken.
 */
export function tokensFrom(params: ThemeParams, ours: Tokens): Partial<Tokens> {
  const bg = colour(params.bg_color) ?? ours.bg;
  const raised = [colour(params.secondary_bg_color), colour(params.section_bg_color), ours['bg-raised'], bg];
  for (const each of raised) {
    const tokens = each && readableOn({ bg, 'bg-raised': each }, params, ours);
    if (tokens) return tokens;
  }
  return {};
}

function readableOn(
  backgrounds: Pick<Tokens, 'bg' | 'bg-raised'>,
  params: ThemeParams,
  ours: Tokens,
): Tokens | undefined {
  const isReadable = (foreground: string) =>
    Object.values(backgrounds).every((background) => contrast(foreground, background) >= leastContrast);
  const choose = (own: string, ...theirs: readonly (string | undefined)[]) =>
    [...theirs.map(colour), own].find((each) => each !== undefined && isReadable(each));
  const text = choose(ours.text, params.text_color);
  const hint = choose(ours.hint, params.hint_color, params.subtitle_text_color);
  const accent = choose(ours.accent, params.link_color, params.accent_text_color, params.button_color);
  if (!text || !hint || !accent) return undefined;
  const onAccent = [ours['on-accent'], '#ffffff'].find((each) => contrast(each, accent) >= leastContrast) ?? '#000000';
  return { ...backgrounds, text, hint, accent, 'on-accent': onAccent };
}

function colour(value: string | undefined): string | undefined {
  return isColour(value) ? value : undefined;
}

function isColour(value: string | undefined): value is string {
  return /^#[0-9a-f]{6}$/iu.test(value ?? '');
}

/** From 1 to 21. */
export function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
