import { TelegramError } from 'telegraf';
import type { ChatType } from '../src/domain/delivery.js';
import { truncate } from '../src/domain/text.js';
import type { Administrators } from './administrators.js';
import { type BotMember, canWrite, isInChat } from './bot-member.js';
import type { Conversation } from './conversation.js';
import { isArticleButton } from './deep-links.js';
import { Html, html } from './html.js';
import type { Button, Keyboard } from './keyboard.js';
import type { TelegramApi } from './telegram-api.js';

/** A channel or group that an administrator manages from the private chat with the bot. */
export interface RemoteChat {
  readonly id: number;
  readonly type: ChatType;
  readonly title: string;
  /** Its public name, without `@`; undefined: it has none. */
  readonly name: string | undefined;
}

/** By its public name, without `@`, or by its id. */
export type ChatAddress = string | number;

export interface RemoteCommand {
  /** The name of the command. */
  readonly name: string;
  readonly chat: ChatAddress;
  readonly argument: string;
}

export type RemoteLookup = { readonly kind: 'found'; readonly chat: RemoteChat } | RemoteRefusal;

/** There is no such channel or group, the bot is not in it or may not write there, or the user does not administer it. */
export interface RemoteRefusal {
  readonly kind: 'unknown' | 'absent' | 'mute' | 'not-administrator';
}

interface ApiChat {
  readonly id: number;
  readonly type: ChatType;
  readonly title?: string;
  readonly username?: string;
  readonly permissions?: { readonly can_send_messages?: boolean };
}

/** Commands that act on a chat, and so on another one as well. */
const remoteCommands: ReadonlySet<string> = new Set([
  'subscribe',
  'unsubscribe',
  'subscriptions',
  'watch',
  'unwatch',
  'filter',
  'digest',
  'quiet',
  'pause',
  'resume',
  'timezone',
  'language',
]);
const publicName = /^(?:[@＠]|(?:https?:\/\/)?t\.me\/)(?<name>[a-z]\w{3,31})(?:\s+(?<rest>[\s\S]*))?$/iu;
const maxTitleChars = 40;
/** Telegram takes no more in a button's data. */
const maxDataBytes = 64;

/** Commands about a chat that have to be given in it. */
const localCommands: ReadonlySet<string> = new Set([
  'settings',
  'why',
  'export',
  'import',
  'forget',
  'saved',
  'save',
  'latest',
]);

/** `/forget @channel` in the private chat: it would act on the private chat, which nobody means. Gives the name, as typed. */
export function remoteNameOfLocal(name: string, argument: string): string | undefined {
  const named = localCommands.has(name) ? publicName.exec(argument)?.groups : undefined;
  return named?.name;
}

/** `/subscribe @channel NAME`, and the link under a greeting in a channel. Undefined: the command is for its own chat. */
export function parseRemoteCommand(name: string, argument: string): RemoteCommand | undefined {
  const link = name === 'start' ? /^in_(?<id>[0-9a-z]{1,11})$/u.exec(argument)?.groups : undefined;
  if (link) return { name: 'subscribe', chat: readId(link.id), argument: '' };
  const named = remoteCommands.has(name) ? publicName.exec(argument)?.groups : undefined;
  return named && { name, chat: named.name ?? '', argument: (named.rest ?? '').trim() };
}

/** The payload of the link that leads from a channel to its management in the private chat. */
export function remotePayload(chatId: number): string {
  return `in_${formatId(chatId)}`;
}

/** Button data that names the chat it acts on: the data itself, and that chat. */
export function parseRemoteData(data: string): { readonly data: string; readonly chat: number | undefined } {
  const match = /^(?<own>[^@]*)@(?<id>[0-9a-z]{1,11})$/u.exec(data)?.groups;
  return match ? { data: match.own ?? '', chat: readId(match.id) } : { data, chat: undefined };
}

/** Looks a chat up, and who may what in it. Throws what the calls throw, unless it says that there is no such chat. */
export async function findRemoteChat(
  address: ChatAddress,
  userId: number,
  { api, administrators, botId }: { api: TelegramApi; administrators: Administrators; botId: number },
): Promise<RemoteLookup> {
  try {
    const named = typeof address === 'string' ? `@${address}` : address;
    const chat = await api.call<ApiChat>('getChat', { chat_id: named });
    if (chat.type === 'private') return { kind: 'unknown' };
    const bot = await api.call<BotMember>('getChatMember', { chat_id: chat.id, user_id: botId });
    if (!isInChat(bot)) return { kind: 'absent' };
    if (!canWrite(bot, chat)) return { kind: 'mute' };
    if (!(await administrators.includes(chat.id, userId))) return { kind: 'not-administrator' };
    const { id, type, title = String(id), username: name } = chat;
    return { kind: 'found', chat: { id, type, title, name } };
  } catch (error) {
    if (!(error instanceof TelegramError)) throw error;
    if (error.code === 403) return { kind: 'absent' };
    if (error.code === 400 && /not found|username|chat_id/iu.test(error.description)) return { kind: 'unknown' };
    throw error;
  }
}

/** Why nothing was done, in one line. Never names a chat by more than was typed: its title may be nobody's business. */
export function explainRefusal({ t }: Conversation, { kind }: RemoteRefusal, address: ChatAddress): Html {
  const shown = typeof address === 'string' ? `@${address}` : t.thatChat;
  switch (kind) {
    case 'unknown':
      return t.remoteUnknown(shown);
    case 'absent':
      return t.remoteAbsent(shown);
    case 'mute':
      return t.remoteMute(shown);
    case 'not-administrator':
      return t.remoteNotAdministrator(shown);
  }
}

/** The same conversation about another chat: answers stay here and name it, and their buttons act on it. */
export function aboutRemoteChat(chat: Conversation, remote: RemoteChat): Conversation {
  const named = (text: Html) =>
    html`<b>${truncate(remote.title, maxTitleChars, maxTitleChars)}</b>\n${withName(text, remote.name)}`;
  return {
    ...chat,
    target: { chatId: remote.id, topicId: 0 },
    chatType: remote.type,
    // The Mini App acts on its user's own chat.
    render: { ...chat.render, miniAppUrl: undefined },
    reply: (text, keyboard) => chat.reply(named(text), keyboard && actingOn(remote.id, keyboard)),
    show: (text, keyboard) => chat.show(named(text), keyboard && actingOn(remote.id, keyboard)),
  };
}

/** Commands that a text advises are meant for that chat: `/resume` becomes `/resume @channel`. */
function withName(text: Html, name: string | undefined): Html {
  if (name === undefined) return text;
  const commands = new RegExp(`(?<![\\w/<])/(${[...remoteCommands].join('|')})(?![\\w@])`, 'gu');
  return new Html(text.markup.replace(commands, `/$1 @${name}`));
}

/** Articles are the same for everybody; all else acts on the chat. */
function actingOn(chatId: number, keyboard: Keyboard): Keyboard {
  const named = (button: Button): Button =>
    'data' in button && !isArticleButton(button.data)
      ? { ...button, data: `${button.data}@${formatId(chatId)}` }
      : button;
  // Names are not in data, only numbers: what does not fit is no button of ours.
  const fits = (button: Button) => !('data' in button) || Buffer.byteLength(button.data) <= maxDataBytes;
  return keyboard.map((row) => row.map(named).filter(fits));
}

/** Ids of groups and channels are negative. */
function formatId(chatId: number): string {
  return (-chatId).toString(36);
}

function readId(id = ''): number {
  return -Number.parseInt(id, 36);
}
