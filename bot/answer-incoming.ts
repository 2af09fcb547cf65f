import type { Language } from '../src/domain/language.js';
import type { Log } from '../src/ports.js';
import { findAdminCommand } from './commands/admin-commands.js';
import { buttonActions, commands } from './commands/index.js';
import type { Conversation, Services } from './conversation.js';
import { askerOf, type Incoming } from './incoming.js';
import { locales } from './locale/index.js';
import { parseMessage } from './parse-message.js';
import type { TelegramApi } from './telegram-api.js';

export interface AnsweringOptions {
  readonly services: Services;
  readonly log: Log;
  readonly now: () => Date;
  readonly timeZone: string;
  readonly defaultLanguage: Language;
  /** A chat was answered: what it is sent may have changed. */
  readonly onSpoken?: (chatId: number) => void;
}

/** What answers a message or a press of a button. Failures are apologised for and logged; rejects when not even that is possible. */
export function createAnswering(
  options: AnsweringOptions,
  api: TelegramApi,
  username: () => string,
): (incoming: Incoming) => Promise<void> {
  return async (incoming: Incoming): Promise<void> => {
    const chat = await openConversation(incoming, options, api);
    try {
      if (incoming.pressed) await press(chat, incoming, api);
      else await answer(chat, incoming, username(), api);
    } catch (error) {
      options.log.error({ chatId: incoming.target.chatId, error: describeError(error) }, 'update failed');
      await apologise(chat, incoming);
    } finally {
      await chat.notice();
      options.onSpoken?.(incoming.target.chatId);
    }
  };
}

async function openConversation(
  incoming: Incoming,
  options: AnsweringOptions,
  api: TelegramApi,
): Promise<Conversation> {
  const { target, chatType, pressed } = incoming;
  const at = options.now();
  const chat = await options.services.chats.save(target.chatId, chatType, at);
  const language = chat.language ?? options.defaultLanguage;
  let acknowledged = pressed === undefined;
  const reply: Conversation['reply'] = async (text, keyboard) => {
    await api.send(target, text, keyboard, { priority: 'reply' });
  };
  return {
    target: { chatId: target.chatId, topicId: target.topicId },
    chatType,
    asker: askerOf(incoming),
    language,
    t: locales[language],
    render: { language, timeZone: chat.timeZone ?? options.timeZone, now: options.now },
    now: at,
    services: options.services,
    reply,
    async show(text, keyboard) {
      if (!pressed?.message) return reply(text, keyboard);
      try {
        await api.edit(pressed.message, text, keyboard);
      } catch (error) {
        // The same page again is what the reader sees already; a message that is gone or too old is sent anew.
        if (/message is not modified/iu.test(describeError(error))) return;
        if (!/message to edit not found|message can't be edited/iu.test(describeError(error))) throw error;
        await reply(text, keyboard);
      }
    },
    async notice(text) {
      if (acknowledged || !pressed) return;
      acknowledged = true;
      // A press that waited too long cannot be acknowledged any more; what it asked for is done all the same.
      await api
        .call('answerCallbackQuery', { callback_query_id: pressed.queryId, ...(text ? { text } : {}) })
        .catch(() => {});
    },
  };
}

async function press(chat: Conversation, incoming: Incoming, api: TelegramApi): Promise<void> {
  const [word = '', ...fields] = incoming.pressed?.data.split(':') ?? [];
  const action = buttonActions.get(word);
  if (!action) return chat.notice(chat.t.staleButton);
  if (action.changesSettings && !(await mayChangeSettings(incoming, api))) return chat.notice(chat.t.adminsOnlyNotice);
  await action.press(chat, fields);
}

async function answer(chat: Conversation, incoming: Incoming, username: string, api: TelegramApi): Promise<void> {
  const parsed = parseMessage(incoming.text ?? '', { username, isPrivate: incoming.chatType === 'private' });
  switch (parsed.kind) {
    case 'ignored':
      return;
    case 'hint':
      return chat.reply(chat.t.helpHint);
    case 'link': {
      const article = await chat.services.browse.findByUrl(parsed.url);
      if (!article) return chat.reply(chat.t.linkUnknown);
      return buttonActions.get('art')?.press(chat, [String(article.id)]);
    }
    case 'command': {
      const command = commands.find(({ name }) => name === parsed.name) ?? findAdminCommand(chat, parsed.name);
      if (!command) return chat.reply(chat.t.unknownCommand);
      if (command.changesSettings && !(await mayChangeSettings(incoming, api))) return chat.reply(chat.t.adminsOnly);
      return command.run(chat, parsed.argument);
    }
  }
}

/** In a private chat everybody; elsewhere administrators, whom Telegram names, and whoever speaks as the chat itself. */
async function mayChangeSettings(
  { chatType, speaksAsChat, userId, target }: Incoming,
  api: TelegramApi,
): Promise<boolean> {
  if (chatType === 'private' || speaksAsChat) return true;
  if (userId === undefined) return false;
  const member = await api.call<{ status: string }>('getChatMember', { chat_id: target.chatId, user_id: userId });
  return member.status === 'creator' || member.status === 'administrator';
}

async function apologise(chat: Conversation, incoming: Incoming): Promise<void> {
  // When even this cannot be sent the log has both lines, and there is nobody left to tell.
  if (incoming.pressed) await chat.notice(chat.t.failedNotice);
  else await chat.reply(chat.t.failed).catch(() => {});
}

export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
