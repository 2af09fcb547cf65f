import { getChat, getChatAdministrators, getChatMember, getMe } from './chats.js';
import type { Method } from './context.js';
import { getFile, sendDocument } from './files.js';
import { answerInlineQuery } from './inline.js';
import { deleteMessage, editMessageReplyMarkup, editMessageText, sendChatAction, sendMessage } from './messages.js';
import {
  deleteMyCommands,
  getMyCommands,
  getMyDescription,
  getMyShortDescription,
  setChatMenuButton,
  setMyCommands,
  setMyDescription,
  setMyShortDescription,
} from './profile.js';
import { answerCallbackQuery } from './queries.js';
import { deleteWebhook, getUpdates, getWebhookInfo, setWebhook } from './updates.js';

const methods: Readonly<Record<string, Method>> = {
  answerCallbackQuery,
  answerInlineQuery,
  deleteMessage,
  deleteMyCommands,
  deleteWebhook,
  editMessageReplyMarkup,
  editMessageText,
  getChat,
  getChatAdministrators,
  getChatMember,
  getFile,
  getMe,
  getMyCommands,
  getMyDescription,
  getMyShortDescription,
  getUpdates,
  getWebhookInfo,
  sendChatAction,
  sendDocument,
  sendMessage,
  setChatMenuButton,
  setMyCommands,
  setMyDescription,
  setMyShortDescription,
  setWebhook,
};

const byLowerCaseName: ReadonlyMap<string, Method> = new Map(
  Object.entries(methods).map(([name, method]) => [name.toLowerCase(), method]),
);

/** The method of that name in any case, as the real server has it; undefined when this server does not have it. */
export function findMethod(name: string): Method | undefined {
  return byLowerCaseName.get(name.toLowerCase());
}
