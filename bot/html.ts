/** Text in Telegram's HTML, everything foreign in it escaped. Only `html` makes it. */
export class Html {
  constructor(readonly markup: string) {}

  /** Length as Telegram counts it against 4,096: UTF-16 units of the text that is left when the markup is parsed. */
  get visibleLength(): number {
    return this.plain.length;
  }

  /** Formatting entities; Telegram keeps the first 100 of a message. */
  get entityCount(): number {
    return this.markup.match(/<[a-z]/gu)?.length ?? 0;
  }

  /** The text without its markup: what is sent when Telegram cannot parse the markup. */
  get plain(): string {
    return this.markup
      .replace(/<[^>]*>/gu, '')
      .replace(/&lt;/gu, '<')
      .replace(/&gt;/gu, '>')
      .replace(/&quot;/gu, '"')
      .replace(/&amp;/gu, '&');
  }
}

type Part = Html | string | number | readonly Html[];

/** Builds Html: what is interpolated is escaped unless it is Html itself; a list of Html is put one behind the other. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let markup = strings[0] ?? '';
  for (const [index, part] of parts.entries()) markup += toMarkup(part) + (strings[index + 1] ?? '');
  return new Html(markup);
}

export function joinHtml(parts: readonly Html[], separator: string): Html {
  return new Html(parts.map((part) => part.markup).join(escapeHtml(separator)));
}

function toMarkup(part: Part): string {
  if (part instanceof Html) return part.markup;
  if (typeof part === 'object') return part.map((each) => each.markup).join('');
  return escapeHtml(String(part));
}

/**
 * The four characters that Telegram's HTML needs escaped. Control characters and lone surrogates, which the server
 * refuses or drops, become nothing and U+FFFD; so do marks that turn the direction of the text around them.
 */
function escapeHtml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu, '')
    .replace(/&/gu, '&amp;')
    .replace(/</gu, '&lt;')
    .replace(/>/gu, '&gt;')
    .replace(/"/gu, '&quot;');
}
