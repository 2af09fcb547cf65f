import { TelegramError } from 'telegraf';
import { type BotMember, isInChat } from './bot-member.js';
import type { Conversation } from './conversation.js';
import { linksOnly } from './deep-links.js';
import { renderDigest } from './render-digest.js';
import type { TelegramApi } from './telegram-api.js';

interface DigestLink {
  readonly digestId: number;
  readonly page: number;
}

/** `/start dig_<id>_<page>`, from under a digest in a channel. */
export function parseDigestLink(name: string, payload: string): DigestLink | undefined {
  const link = /^dig_(?<id>[0-9a-z]{1,10})_(?<page>\d{1,4})$/u.exec(payload)?.groups;
  return name === 'start' && link
    ? { digestId: Number.parseInt(link.id ?? '', 36), page: Number(link.page) }
    : undefined;
}

/** Shows a page of a channel's digest in the private chat of somebody who can read the channel. */
export async function openSharedDigest(
  chat: Conversation,
  { digestId, page }: DigestLink,
  userId: number | undefined,
  { api }: { api: TelegramApi },
): Promise<void> {
  const found = await chat.services.settings.readDigest(digestId, page);
  // Links can be made up: whoever cannot read the channel learns nothing, not even that there is one.
  if (!found || userId === undefined || !(await canRead(api, found.chatId, userId)))
    return chat.reply(chat.t.linkStale);
  const { text, keyboard } = renderDigest(found, chat.render);
  const [pages = [], ...numbers] = keyboard.toReversed();
  await chat.reply(text, [...numbers.toReversed(), ...linksOnly([pages], chat.botUsername)]);
}

/** A chat with a public name is read by everybody, another by its members. */
async function canRead(api: TelegramApi, chatId: number, userId: number): Promise<boolean> {
  try {
    const { username, type } = await api.call<{ username?: string; type: string }>('getChat', { chat_id: chatId });
    if (type === 'private') return chatId === userId;
    if (username) return true;
    return isInChat(await api.call<BotMember>('getChatMember', { chat_id: chatId, user_id: userId }));
  } catch (error) {
    // The chat is gone, or its members are nobody's business.
    if (error instanceof TelegramError && (error.code === 400 || error.code === 403)) return false;
    throw error;
  }
}
