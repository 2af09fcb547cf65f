import { languages } from '../src/domain/language.js';
import { commands } from './commands/index.js';
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

function commandList(locale: Locale) {
  const described = locale.commands as Readonly<Record<string, string>>;
  return commands.map(({ name }) => ({ command: name, description: described[name] ?? name }));
}
