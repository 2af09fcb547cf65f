import type { ChatType } from '../src/domain/delivery.js';

/** What the Bot API says of the bot in a chat (ChatMember). */
export interface BotMember {
  readonly status: string;
  /** Of a restricted member. */
  readonly is_member?: boolean;
  readonly can_send_messages?: boolean;
  /** Of an administrator of a channel. */
  readonly can_post_messages?: boolean;
}

interface WrittenIn {
  readonly type: ChatType;
  /** What members of a group may who have no rights of their own. */
  readonly permissions?: { readonly can_send_messages?: boolean };
}

export function isInChat({ status, is_member }: BotMember): boolean {
  return status === 'restricted' ? is_member === true : status !== 'left' && status !== 'kicked';
}

/** Whether the bot, which is in the chat, may write there. */
export function canWrite({ status, can_post_messages, can_send_messages }: BotMember, chat: WrittenIn): boolean {
  if (chat.type === 'channel') return status === 'administrator' && can_post_messages !== false;
  if (status === 'restricted') return can_send_messages === true;
  return status === 'administrator' || chat.permissions?.can_send_messages !== false;
}
