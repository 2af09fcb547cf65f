import { type Language, languages } from '../src/domain/language.js';
import { adminCommands } from './commands/admin-commands.js';
import { commands } from './commands/index.js';
import type { Services } from './conversation.js';
import type { Locale } from './locale/index.js';
import { locales } from './locale/index.js';
import type { TelegramApi } from './telegram-api.js';

/** The language of the list that users get whose own language has none. */
const defaultListLanguage = 'zh';

/** Tells Telegram the command list: Chinese for everybody, and one per language. Throws what the calls throw. */
export async function registerCommands(api: TelegramApi): Promise<void> {
  await api.call('setMyCommands', { commands: commandList(locales[defaultListLanguage]) });
  for (const language of languages) {
    await api.call('setMyCommands', { commands: commandList(locales[language]), language_code: language });
  }
}

/**
 * Administrators find theirs in the list of their private chat, in its language. A chat that the bot does not know yet has no
 * list of its own: it gets one at a later start.
 */
export async function registerAdminCommands(
  api: TelegramApi,
  { admin, chats }: Pick<Services, 'admin' | 'chats'>,
  defaultLanguage: Language,
): Promise<void> {
  for (const id of admin.adminIds) {
    const chat = await chats.find(id);
    if (!chat) continue;
    const locale = locales[chat.language ?? defaultLanguage];
    const added = adminCommands.map(({ name }) => describe(name, locale.admin.commands));
    await api.call('setMyCommands', {
      commands: [...commandList(locale), ...added],
      scope: { type: 'chat', chat_id: id },
    });
  }
}

function commandList(locale: Locale) {
  return commands.map(({ name }) => describe(name, locale.commands));
}

function describe(name: string, described: Readonly<Record<string, string>>) {
  return { command: name, description: described[name] ?? name };
}
