import type { ChatType } from '../src/domain/delivery.js';
import { type BotMember, canWrite, isInChat } from './bot-member.js';
import { privateLink } from './deep-links.js';
import type { Html } from './html.js';
import type { Keyboard } from './keyboard.js';
import type { Locale } from './locale/index.js';
import { remotePayload } from './remote-chat.js';

/** The bot's standing in a chat, before and after it changed. */
export interface MembershipChange {
  readonly chat: { readonly id: number; readonly type: ChatType };
  readonly before: BotMember;
  readonly after: BotMember;
}

/** The bot was let into a group, or may post in a channel from now on. */
export function isWelcome({ chat, before, after }: MembershipChange): boolean {
  if (chat.type === 'private' || !isInChat(after) || !canWrite(after, chat)) return false;
  // A channel can let the bot in without the right to post, and give it that later.
  return !isInChat(before) || (chat.type === 'channel' && !canWrite(before, chat));
}

/** Two lines on how to begin. In a channel everybody reads them: choosing goes on in the private chat. */
export function renderGreeting(
  { chat }: MembershipChange,
  t: Locale,
  username: string,
): { text: Html; keyboard: Keyboard } {
  const { categories, manage } = t.buttons;
  if (chat.type !== 'channel')
    return { text: t.greetingGroup, keyboard: [[{ text: categories, data: 'do:categories' }]] };
  const url = privateLink(username, remotePayload(chat.id));
  return { text: t.greetingChannel, keyboard: [[{ text: manage, url }]] };
}
