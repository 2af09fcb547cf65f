import type { BotCommand, ButtonAction, Conversation } from '../conversation.js';
import { adminCommand } from './admin.js';
import { announceCommand } from './announce.js';

/** For ADMIN_IDS in their private chats; for everybody else they do not exist, nor do their buttons. */
export const adminCommands: readonly BotCommand[] = [adminCommand, announceCommand];

/** Undefined when there is none of this name, or not for this chat. */
export function findAdminCommand(chat: Conversation, name: string): BotCommand | undefined {
  if (!isAdmin(chat)) return undefined;
  return adminCommands.find((command) => command.name === name.toLowerCase());
}

export const adminButtonActions: Readonly<Record<string, ButtonAction>> = Object.fromEntries(
  adminCommands.flatMap(({ buttons }) =>
    Object.entries(buttons ?? {}).map(([word, action]) => [word, guarded(action)]),
  ),
);

/** Button data can be forged, and whoever was an administrator may not be one any more. */
function guarded(action: ButtonAction): ButtonAction {
  return {
    ...action,
    press: (chat, fields) => (isAdmin(chat) ? action.press(chat, fields) : chat.notice(chat.t.staleButton)),
  };
}

/** A private chat has its user's number. */
function isAdmin({ chatType, target, services }: Conversation): boolean {
  return chatType === 'private' && services.admin.isAdmin(target.chatId);
}
