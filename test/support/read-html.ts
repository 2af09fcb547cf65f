import { type ParsedHtml, parseHtml } from '../../bot/local-chat/parse-html.js';

/** Markup as Telegram's parser reads it. Throws what the server would answer when it cannot. */
export function readHtml(markup: string): Extract<ParsedHtml, { ok: true }> {
  const parsed = parseHtml(markup);
  if (!parsed.ok) throw new Error(`${parsed.error}: ${markup.slice(0, 200)}`);
  return parsed;
}
