import type { ChatType } from '../src/domain/delivery.js';
import type { Language } from '../src/domain/language.js';
import type { Log } from '../src/ports.js';
import { mayPass } from '../src/storage-fault.js';
import type { Administrators } from './administrators.js';
import { parseCaption, withButton } from './attachments.js';
import { findAdminCommand } from './commands/admin-commands.js';
import { buttonActions, commands } from './commands/index.js';
import type { BotCommand, Conversation, Services } from './conversation.js';
import { forReaders, linkInsteadOf } from './deep-links.js';
import { type Html, html } from './html.js';
import { askerOf, type Incoming } from './incoming.js';
import type { Keyboard } from './keyboard.js';
import { locales } from './locale/index.js';
import { parseMessage } from './parse-message.js';
import {
  aboutRemoteChat,
  type ChatAddress,
  explainRefusal,
  findRemoteChat,
  parseRemoteCommand,
  parseRemoteData,
  remoteNameOfLocal,
} from './remote-chat.js';
import type { Offers } from './render-article.js';
import { scriptConverter } from './script.js';
import { rightMissed, toSendFailure } from './send-failure.js';
import { openSharedDigest, parseDigestLink } from './shared-digest.js';
import type { TelegramApi } from './telegram-api.js';

export interface AnsweringOptions {
  readonly services: Services;
  readonly log: Log;
  readonly now: () => Date;
  readonly timeZone: string;
  readonly defaultLanguage: Language;
  readonly api: TelegramApi;
  readonly administrators: Administrators;
  /** The bot's own id and name; they are known before the first update comes. */
  readonly self: () => { readonly id: number; readonly username: string };
  readonly offersIn: (chatType: ChatType) => Offers;
  /** A chat was answered: what it is sent may have changed. */
  readonly onSpoken: (chatId: number) => void;
}

/**
 * What answers a message or a press of a button. Failures are apologised for and logged; rejects when not even that is possible,
 * and, when it is going to be repeated (`isRepeated`), with what the database failed with.
 */
export function createAnswering(options: AnsweringOptions): (incoming: Incoming, isRepeated: boolean) => Promise<void> {
  return async (incoming, isRepeated) => {
    const chat = await openConversation(incoming, options);
    try {
      if (incoming.pressed) await press(chat, incoming, options);
      else await answer(chat, incoming, options);
    } catch (error) {
      if (isRepeated && mayPass(error)) throw error;
      await explainFailure(error, chat, incoming, options);
    } finally {
      await chat.notice();
      options.onSpoken(incoming.target.chatId);
    }
  };
}

async function openConversation(incoming: Incoming, options: AnsweringOptions): Promise<Conversation> {
  const { target, chatType, pressed } = incoming;
  const { api, self } = options;
  const at = options.now();
  const chat = await options.services.chats.save(target.chatId, chatType, at);
  const language = chat.language ?? options.defaultLanguage;
  const script = await scriptConverter(chat.script);
  let acknowledged = pressed === undefined;
  const acknowledge = async (answer: { text?: string | undefined; url?: string }) => {
    if (acknowledged || !pressed) return;
    acknowledged = true;
    // A press that waited too long cannot be acknowledged any more; what it asked for is done all the same.
    const shown = { ...answer, ...(answer.text ? { text: script.text(answer.text) } : {}) };
    await api.call('answerCallbackQuery', { callback_query_id: pressed.queryId, ...shown }).catch(() => {});
  };
  const buttonsHere = (keyboard: Keyboard | undefined) =>
    keyboard && script.keyboard(forReaders(keyboard, chatType, self().username));
  const reply: Conversation['reply'] = async (text, keyboard) => {
    await api.send(target, script.html(text), buttonsHere(keyboard), { priority: 'reply' });
  };
  return {
    target: { chatId: target.chatId, topicId: target.topicId },
    chatType,
    asker: askerOf(incoming),
    language,
    targetLanguage: language,
    t: locales[language],
    render: {
      language,
      timeZone: chat.timeZone ?? options.timeZone,
      now: options.now,
      detail: chat.detail,
      ...options.offersIn(chatType),
    },
    now: at,
    services: options.services,
    botUsername: self().username,
    repliedTo: incoming.repliedTo,
    document: incoming.document,
    reply,
    async replaceButton(data, by) {
      if (!pressed?.message) return;
      const keyboard = withButton(pressed.keyboard, data, { ...by, text: script.text(by.text) });
      await api.editButtons(pressed.message, keyboard).catch((error) => {
        // It reads so already, pressed twice; or the message is gone. What the press was for is done.
        if (!unchangeable.test(describeError(error))) throw error;
      });
    },
    sendFile: (file, caption) => api.sendFile(target, file, script.html(caption)),
    download: (document, maxBytes) => api.download(document.fileId, maxBytes),
    async show(text, keyboard) {
      if (!pressed?.message) return reply(text, keyboard);
      try {
        await api.edit(pressed.message, script.html(text), buttonsHere(keyboard));
      } catch (error) {
        // The same page again is what the reader sees already; a message that is gone or too old is sent anew.
        if (/message is not modified/iu.test(describeError(error))) return;
        if (!/message to edit not found|message can't be edited/iu.test(describeError(error))) throw error;
        await reply(text, keyboard);
      }
    },
    notice: (text) => acknowledge(text ? { text } : {}),
    open: (url) => acknowledge({ url }),
    refreshed: () => openConversation(incoming, options),
  };
}

const unchangeable = /message is not modified|message to edit not found|message can't be edited/iu;

async function press(chat: Conversation, incoming: Incoming, options: AnsweringOptions): Promise<void> {
  const { data, chat: remoteId } = parseRemoteData(incoming.pressed?.data ?? '');
  const [word = '', ...fields] = data.split(':');
  const action = buttonActions.get(word);
  if (!action) return chat.notice(chat.t.staleButton);
  if (remoteId !== undefined) {
    const refusal = await actRemotely(chat, remoteId, incoming, options, (about) => action.press(about, fields));
    return refusal && chat.notice(refusal.plain);
  }
  // Articles open for whoever presses, not for all who read: such buttons are links, but there are messages from before.
  const link = incoming.chatType === 'private' ? undefined : linkInsteadOf(data, options.self().username);
  if (link) return chat.open(link);
  // What stands in a channel is public, and no reader may turn its pages.
  const isForAdministrators = action.changesSettings || incoming.chatType === 'channel';
  if (isForAdministrators && !(await mayChangeSettings(incoming, options))) return chat.notice(chat.t.adminsOnlyNotice);
  await action.press(chat, fields);
}

async function answer(chat: Conversation, incoming: Incoming, options: AnsweringOptions): Promise<void> {
  const isPrivate = incoming.chatType === 'private';
  const parse = incoming.document ? parseCaption : parseMessage;
  const parsed = parse(incoming.text ?? '', { username: options.self().username, isPrivate });
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
      const digest = isPrivate ? parseDigestLink(parsed.name, parsed.argument) : undefined;
      if (digest) return openSharedDigest(chat, digest, incoming.userId, options);
      const remote = isPrivate ? parseRemoteCommand(parsed.name, parsed.argument) : undefined;
      const command =
        commands.find(({ name }) => name === (remote ?? parsed).name) ?? findAdminCommand(chat, parsed.name);
      if (!command) return chat.reply(chat.t.unknownCommand);
      const elsewhere = isPrivate ? remoteNameOfLocal(command.name, parsed.argument) : undefined;
      if (elsewhere) return chat.reply(chat.t.remoteNever(command.name, elsewhere));
      if (remote) {
        const run = (about: Conversation) => command.run(about, remote.argument);
        const refusal = await actRemotely(chat, remote.chat, incoming, options, run);
        return refusal && chat.reply(refusal);
      }
      const isForAdministrators = changesSettings(command, parsed.argument);
      if (isForAdministrators && !(await mayChangeSettings(incoming, options))) return chat.reply(chat.t.adminsOnly);
      return command.run(chat, parsed.argument);
    }
  }
}

/** Acts on another chat from the private one, when the user administers that; gives why not. */
async function actRemotely(
  chat: Conversation,
  address: ChatAddress,
  { chatType, userId }: Incoming,
  options: AnsweringOptions,
  act: (about: Conversation) => Promise<void>,
): Promise<Html | undefined> {
  // Only in a private chat is it the user's own word: elsewhere such a button is not ours.
  if (chatType !== 'private' || userId === undefined) return html`${chat.t.staleButton}`;
  const lookup = await findRemoteChat(address, userId, { ...options, botId: options.self().id });
  if (lookup.kind !== 'found') return explainRefusal(chat, lookup, address);
  const { id, type } = lookup.chat;
  const { language = options.defaultLanguage } = await options.services.chats.save(id, type, options.now());
  try {
    await act(aboutRemoteChat({ ...chat, targetLanguage: language }, lookup.chat));
  } finally {
    options.onSpoken(id);
  }
  return undefined;
}

function changesSettings({ changesSettings: changes }: BotCommand, argument: string): boolean {
  return typeof changes === 'function' ? changes(argument) : changes;
}

/** In a private chat everybody; elsewhere administrators, whom Telegram names, and whoever speaks as the chat itself. */
async function mayChangeSettings(
  { chatType, speaksAsChat, userId, target }: Incoming,
  { administrators }: AnsweringOptions,
): Promise<boolean> {
  if (chatType === 'private' || speaksAsChat) return true;
  return userId !== undefined && administrators.includes(target.chatId, userId);
}

/** Says what went wrong. A right that the bot lacks is for the administrators to give: they are told what it is for. */
async function explainFailure(
  error: unknown,
  chat: Conversation,
  incoming: Incoming,
  options: AnsweringOptions,
): Promise<void> {
  const { chatId } = incoming.target;
  const right = incoming.chatType === 'private' ? undefined : rightMissed(error);
  if (right) options.log.warn({ chatId, right }, 'the bot lacks a right');
  else options.log.error({ chatId, error: describeError(error) }, 'update failed');
  // When even this cannot be sent the log has both lines, and there is nobody left to tell.
  if (right === 'write') return tellInPrivate(chat, incoming, options);
  if (incoming.pressed) return chat.notice(right ? chat.t.needsAdministratorNotice : chat.t.failedNotice);
  await chat.reply(right ? chat.t.needsAdministrator : chat.t.failed).catch(() => {});
}

/**
 * In the chat itself nothing can be said. Whoever asked hears of it in private, once, if they ever wrote to the bot; for
 * those who speak as the chat itself, its owner.
 */
async function tellInPrivate(
  chat: Conversation,
  { target: { chatId }, userId, speaksAsChat, pressed, title }: Incoming,
  { services, api, now, administrators }: AnsweringOptions,
): Promise<void> {
  if (pressed) return chat.notice(chat.t.mayNotWriteNotice);
  if ((await services.chats.find(chatId))?.isRightsTold) return;
  const hearer = speaksAsChat ? await administrators.findOwner(chatId) : userId;
  if (hearer === undefined) return;
  try {
    await api.send({ chatId: hearer, topicId: 0 }, chat.t.mayNotWrite(title ?? ''), undefined, { priority: 'reply' });
  } catch (error) {
    // Never wrote to the bot, or blocked it.
    if (toSendFailure(error).kind === 'gone') return;
    throw error;
  }
  await services.chats.saveRightsTold(chatId, now());
}

export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
