/** Where a link of a message leads: into a chat of this page, or out of it. */
export type LinkTarget =
  /** Opens the private chat with the bot and says `/start payload` there. */
  | { readonly kind: 'start'; readonly payload: string }
  /** Adds the bot to a group and says it there. */
  | { readonly kind: 'start-group'; readonly payload: string }
  | { readonly kind: 'bot' }
  | { readonly kind: 'outside'; readonly url: string }
  /** Not http(s): nothing that a page should open. */
  | { readonly kind: 'none' };

/** As Telegram's clients read links to `t.me/BOT`: https://core.telegram.org/api/links#bot-links */
export function readLink(url: string, botUsername: string): LinkTarget {
  if (!URL.canParse(url)) return { kind: 'none' };
  const { protocol, hostname, pathname, searchParams } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return { kind: 'none' };
  const name = pathname.replace(/^\/|\/$/gu, '');
  const isBot = /^(?:t|telegram)\.me$/u.test(hostname) && name.toLowerCase() === botUsername.toLowerCase();
  if (!isBot) return { kind: 'outside', url };
  const group = searchParams.get('startgroup');
  if (group !== null) return { kind: 'start-group', payload: group };
  const payload = searchParams.get('start');
  return payload === null ? { kind: 'bot' } : { kind: 'start', payload };
}
