import { badRequest } from '../api-error.js';
import type { BotCommand, MenuButton } from '../bot-profile.js';
import { checkLink } from '../link.js';
import { FieldError, isObject, leadingInteger, type Params, readingField, requiredText } from '../params.js';
import type { World } from '../world.js';
import type { Method } from './context.js';

const maxCommands = 100;
const maxCommandCharacters = 32;
const maxCommandDescriptionCharacters = 256;
const maxDescriptionCharacters = 512;
const maxShortDescriptionCharacters = 120;

export const setMyCommands: Method = (params, { profile, world }) => {
  const commands = readCommands(params);
  const key = commandsKey(params, world);
  if (commands.some(({ command }) => !/^[a-z0-9_]+$/.test(command))) throw badRequest('BOT_COMMAND_INVALID');
  if (commands.length > maxCommands) throw badRequest('BOT_COMMANDS_TOO_MUCH');
  profile.commands.set(key, commands);
  return true;
};

export const getMyCommands: Method = (params, { profile, world }) =>
  profile.commands.get(commandsKey(params, world)) ?? [];

export const deleteMyCommands: Method = (params, { profile, world }) => {
  profile.commands.delete(commandsKey(params, world));
  return true;
};

export const setMyDescription: Method = (params, { profile }) =>
  setText(params, 'description', profile.descriptions, maxDescriptionCharacters);

export const getMyDescription: Method = (params, { profile }) => ({
  description: profile.descriptions.get(readLanguage(params)) ?? '',
});

export const setMyShortDescription: Method = (params, { profile }) =>
  setText(params, 'short_description', profile.shortDescriptions, maxShortDescriptionCharacters);

export const getMyShortDescription: Method = (params, { profile }) => ({
  short_description: profile.shortDescriptions.get(readLanguage(params)) ?? '',
});

export const setChatMenuButton: Method = (params, { profile, world, takesHttpWebApps }) => {
  const button = readMenuButton(params.json('menu_button', "Can't parse menu button JSON object"));
  const chatId = params.has('chat_id') ? leadingInteger(params.text('chat_id')) : 0;
  if (params.has('chat_id') && chatId <= 0) throw badRequest('Invalid chat_id specified');
  if (chatId !== 0 && !world.users.has(chatId)) throw badRequest('user not found');
  profile.menuButtons.set(chatId, checkMenuButton(button, takesHttpWebApps));
  return true;
};

function readCommands(params: Params): readonly BotCommand[] {
  const value = params.json('commands', "Can't parse commands JSON object") ?? [];
  if (!Array.isArray(value)) throw badRequest('Expected an Array of BotCommand');
  const commands = value.map((command: unknown) =>
    readingField("Can't parse BotCommand: ", () => {
      if (!isObject(command)) throw new FieldError('expected an Object');
      return { command: requiredText(command, 'command'), description: requiredText(command, 'description') };
    }),
  );
  return commands.map(checkCommand);
}

/** tdlib's checks (BotCommand.cpp, set_commands); which letters are allowed is the server's own. */
function checkCommand({ command, description }: BotCommand): BotCommand {
  const name = command.trim().replace(/^\//, '');
  const about = description.trim();
  if (name === '') throw badRequest('Command must be non-empty');
  if ([...name].length > maxCommandCharacters)
    throw badRequest(`Command length must not exceed ${maxCommandCharacters}`);
  if (about === '') throw badRequest('Command description must be non-empty');
  if ([...about].length > maxCommandDescriptionCharacters) {
    throw badRequest(`Command description length must not exceed ${maxCommandDescriptionCharacters}`);
  }
  return { command: name, description: about };
}

const wideScopes: ReadonlySet<string> = new Set([
  'default',
  'all_private_chats',
  'all_group_chats',
  'all_chat_administrators',
]);

/** Where a list of commands is kept: scope and language. Throws ApiError for a scope or language that is none. */
function commandsKey(params: Params, world: World): string {
  const scope = params.json('scope', "Can't parse BotCommandScope JSON object") ?? { type: 'default' };
  const where = readingField("Can't parse BotCommandScope: ", () => {
    if (!isObject(scope)) throw new FieldError('BotCommandScope must be an Object');
    const type = requiredText(scope, 'type');
    if (wideScopes.has(type)) return type;
    if (!['chat', 'chat_administrators', 'chat_member'].includes(type)) {
      throw new FieldError('Unsupported type specified');
    }
    const chatId = requiredText(scope, 'chat_id');
    if (chatId === '') throw new FieldError('Empty chat_id specified');
    const { chat } = world.openRoom(chatId, 'read');
    return type === 'chat_member' ? `${type} ${chat.id} ${requiredText(scope, 'user_id')}` : `${type} ${chat.id}`;
  });
  return `${where} ${readLanguage(params)}`;
}

function readLanguage(params: Params): string {
  const language = params.text('language_code');
  if (!/^(?:[a-z]{2})?$/.test(language)) throw badRequest('Invalid language code specified');
  return language;
}

/** The wording of the refusal is a guess: the limit is checked by the server behind the public source. */
function setText(params: Params, name: string, texts: Map<string, string>, maxCharacters: number): true {
  const text = params.text(name);
  if ([...text].length > maxCharacters) throw badRequest(`${name} is too long`);
  texts.set(readLanguage(params), text);
  return true;
}

/** tdlib's checks (BotInfoManager, set_menu_button). */
function checkMenuButton(button: MenuButton, takesHttpWebApps: boolean): MenuButton {
  if (button.type !== 'web_app') return button;
  if (button.text === '') throw badRequest('Menu button text must be non-empty');
  if (!button.text.isWellFormed()) throw badRequest('Menu button text must be encoded in UTF-8');
  const { url } = button.web_app;
  const link = checkLink(url, { httpsOnly: !takesHttpWebApps });
  if (!link.ok) throw badRequest(`Menu button Web App URL '${url}' is invalid: ${link.reason}`);
  return { ...button, web_app: { url: link.url } };
}

function readMenuButton(value: unknown): MenuButton {
  if (value === undefined) return { type: 'default' };
  return readingField("Can't parse menu button: ", () => {
    if (!isObject(value)) throw new FieldError('MenuButton must be an Object');
    const type = requiredText(value, 'type');
    if (type === 'default' || type === 'commands') return { type };
    if (type !== 'web_app') throw new FieldError('MenuButton has unsupported type');
    const webApp = value.web_app;
    if (!isObject(webApp)) throw new FieldError('Can\'t find field "web_app"');
    return { type, text: requiredText(value, 'text'), web_app: { url: requiredText(webApp, 'url') } };
  });
}
