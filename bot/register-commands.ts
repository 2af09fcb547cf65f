import type { Language } from '../src/domain/language.js';
import { adminCommands } from './commands/admin-commands.js';
import { commands } from './commands/index.js';
import type { Services } from './conversation.js';
import type { Locale } from './locale/index.js';
import { locales } from './locale/index.js';
import type { TelegramApi } from './telegram-api.js';

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

/** What the list of commands shows; without those that only administrators may use, when a list is for everybody in a group. */
export function commandList(locale: Locale, changesSettings = true) {
  return commands
    .filter((command) => changesSettings || command.changesSettings !== true)
    .map(({ name }) => describe(name, locale.commands));
}

function describe(name: string, described: Readonly<Record<string, string>>) {
  return { command: name, description: described[name] ?? name };
}
