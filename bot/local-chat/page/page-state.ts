import type { InlineKeyboardButton } from '../bot-api.js';
import type { LocalChat } from '../local-chat.js';
import type { ChatMessage } from '../world.js';
import type { People } from './people.js';
import type { PageChat, PageLanguage, PageMember, PageMessage, PageState } from './protocol.js';

export interface PageOptions {
  readonly api: LocalChat;
  readonly people: People;
  readonly botName: string;
  readonly language: PageLanguage;
  readonly source: PageState['source'];
  readonly waitingSamples: () => number;
}

/** Of each chat; what is older than that nobody scrolls back to in a demo. */
const messagesShown = 200;
const quotedChars = 80;
const pageLanguages: readonly PageLanguage[] = ['zh', 'en'];

/** Everything that the page shows, as it is now. */
export function describeState(options: PageOptions): PageState {
  const { api, people, botName, language, source, waitingSamples } = options;
  const you = describeMember(options, 'you');
  const friend = describeMember(options, 'friend');
  return {
    botName,
    botUsername: api.bot.username ?? '',
    description: inEachLanguage((code) => api.profile.descriptions.get(code) ?? api.profile.descriptions.get('') ?? ''),
    language,
    source,
    waitingSamples: waitingSamples(),
    chats: [
      describeChat(options, people.you.id, 'you', [you]),
      describeChat(options, people.friend.id, 'friend', [friend]),
      describeChat(options, people.group.id, 'group', [
        describeMember(options, 'you', people.group.id),
        describeMember(options, 'friend', people.group.id),
      ]),
    ],
  };
}

function describeChat(
  { api }: PageOptions,
  id: number,
  kind: PageChat['kind'],
  members: readonly PageMember[],
): PageChat {
  const messages = api.history(id, messagesShown).map((message) => describeMessage(message, api));
  return {
    id,
    kind,
    isStarted: api.isOpen(id),
    members,
    messages,
    menu: kind === 'group' ? undefined : menuOf(api, id),
  };
}

/** Telegram offers the narrowest list of commands that there is: https://core.telegram.org/bots/api#botcommandscope */
function describeMember({ api, people }: PageOptions, kind: PageMember['kind'], groupId?: number): PageMember {
  const { id } = people[kind];
  const isAdministrator = kind === 'you';
  const scopes =
    groupId === undefined
      ? [`chat ${id}`, 'all_private_chats', 'default']
      : [...(isAdministrator ? ['all_chat_administrators'] : []), 'all_group_chats', 'default'];
  const commandsIn = (code: PageLanguage) =>
    scopes
      .flatMap((scope) => [`${scope} ${code}`, `${scope} `])
      .map((key) => api.profile.commands.get(key))
      .find((commands) => commands !== undefined) ?? [];
  return { id, kind, commands: inEachLanguage(commandsIn) };
}

function inEachLanguage<T>(of: (code: PageLanguage) => T): Readonly<Record<PageLanguage, T>> {
  return Object.fromEntries(pageLanguages.map((code) => [code, of(code)])) as Record<PageLanguage, T>;
}

function menuOf({ profile }: LocalChat, chatId: number): PageChat['menu'] {
  const button = (profile.menuButtons.get(chatId) ?? profile.menuButtons.get(0)) as
    | { readonly type: string; readonly text?: string; readonly web_app?: { readonly url: string } }
    | undefined;
  return button?.web_app && { text: button.text ?? '', url: button.web_app.url };
}

export function describeMessage(message: ChatMessage, api: LocalChat): PageMessage {
  const { chatId, messageId, from, document, replyToMessageId } = message;
  const answered = replyToMessageId === undefined ? undefined : api.findMessage(chatId, replyToMessageId);
  return {
    chatId,
    id: messageId,
    fromId: from?.id,
    isFromBot: message.isFromBot,
    isViaBot: message.isViaBot,
    isSilent: message.isSilent,
    at: message.date.getTime(),
    editedAt: message.editedAt?.getTime(),
    text: message.text,
    entities: message.entities,
    document: document && { name: document.file_name ?? 'file', bytes: document.file_size },
    keyboard: (message.replyMarkup?.inline_keyboard ?? []) as readonly (readonly InlineKeyboardButton[])[],
    replyTo: answered && { id: answered.messageId, text: answered.text.slice(0, quotedChars) },
  };
}
