import type { Button } from '../keyboard.js';
import type { Offers } from '../render-article.js';

/** What the Mini App shows first; it reads its own address. */
export type MiniAppPlace =
  | { readonly p: 'sources' | 'saved' }
  | { readonly p: 'trend'; readonly q: string }
  | { readonly p: 'article'; readonly id: number };

/** A longer address may be refused, and the whole message with it: only a search of the strangest words has one. */
const maxUrlChars = 1_000;

/** The button that opens the Mini App at a place; none in a chat that it cannot be opened from. */
export function miniAppButtons({ miniAppUrl }: Offers, text: string, place: MiniAppPlace): readonly Button[] {
  if (miniAppUrl === undefined) return [];
  const query = new URLSearchParams(Object.entries(place).map(([name, value]): [string, string] => [name, `${value}`]));
  const webApp = `${miniAppUrl}?${query}`;
  return webApp.length > maxUrlChars ? [] : [{ text, webApp }];
}
