import { Telegraf } from 'telegraf';
import type { Update, UserFromGetMe } from 'telegraf/types';
import type { ChatType } from '../src/domain/delivery.js';
import type { Language } from '../src/domain/language.js';
import type { Log, MessageSender } from '../src/ports.js';
import { ChatQueue } from './chat-queue.js';
import { findAdminCommand } from './commands/admin-commands.js';
import { buttonActions, commands } from './commands/index.js';
import type { Conversation, Services } from './conversation.js';
import { locales } from './locale/index.js';
import { createPacer } from './pacer.js';
import { parseMessage } from './parse-message.js';
import { type Polling, startPolling } from './poll.js';
import { registerAdminCommands, registerCommands } from './register-commands.js';
import { createSender } from './sender.js';
import {
  type CallHealth,
  createTelegramApi,
  type MessageRef,
  type MessageTarget,
  type TelegramApi,
} from './telegram-api.js';

export interface BotOptions {
  readonly token: string;
  readonly apiRoot: string;
  readonly services: Services;
  readonly log: Log;
  readonly now: () => Date;
  readonly timeZone: string;
  readonly defaultLanguage: Language;
  /** Messages per second over all chats. */
  readonly sendRate: number;
  /** Pushes go beyond Telegram's 30 a second, for money. */
  readonly paidBroadcast?: boolean;
  /** False where nothing limits a single chat: the local chat. */
  readonly limitsChats?: boolean;
  /** How long another poller is borne; 10 minutes unless told otherwise. */
  readonly conflictLimitMs?: number | undefined;
  /** A chat spoke or pressed something, and was answered: what it is sent may have changed. */
  readonly onSpoken?: (chatId: number) => void;
}

export interface BotHealth extends CallHealth {
  /** The last answer of getUpdates. */
  readonly pollHeardAt: Date | undefined;
  /** Another poller takes the updates. */
  readonly hasConflict: boolean;
}

export interface Bot {
  readonly sender: MessageSender;
  /** Polls until stopped, through failures. Resolves at the server's first answer; rejects when it refuses the token. */
  start(): Promise<void>;
  /** After `start`: resolves when polling has stopped; rejects with PollingConflict when it gave up. */
  ended(): Promise<void>;
  health(): BotHealth;
  /** Resolves when everything that users asked for so far is answered. */
  idle(): Promise<void>;
  /** No new updates and pushes. Resolves when the answers under way are sent. */
  stop(): Promise<void>;
  /** Gives up every call in flight; what became of them is unknown. */
  abort(): void;
}

/** What an update comes down to: who spoke where, and what. */
interface Incoming {
  readonly target: MessageTarget;
  readonly chatType: ChatType;
  /** Undefined for a post of a channel and for an anonymous administrator. */
  readonly userId: number | undefined;
  readonly speaksAsChat: boolean;
  readonly pressed?: { readonly queryId: string; readonly message: MessageRef | undefined; readonly data: string };
  readonly text?: string;
}

export function createBot(options: BotOptions): Bot {
  const { services, log, now } = options;
  // telegraf brings the HTTP client, the errors and the update types; polling, ordering and pace are ours (see poll.ts).
  const telegraf = new Telegraf(options.token, { telegram: { apiRoot: options.apiRoot, webhookReply: false } });
  const pacer = createPacer(options.sendRate, undefined, { limitsChats: options.limitsChats ?? true });
  const api = createTelegramApi(telegraf.telegram, pacer, { now, paidBroadcast: options.paidBroadcast ?? false });
  const queue = new ChatQueue();
  let polling: Polling | undefined;
  let registering: Promise<void> | undefined;
  let me: UserFromGetMe | undefined;

  const handle = async (incoming: Incoming): Promise<void> => {
    const chat = await openConversation(incoming, options, api);
    try {
      if (incoming.pressed) await press(chat, incoming, api);
      else await answer(chat, incoming, me?.username ?? '', api);
    } catch (error) {
      log.error({ chatId: incoming.target.chatId, error: describeError(error) }, 'update failed');
      await apologise(chat, incoming);
    } finally {
      await chat.notice();
      options.onSpoken?.(incoming.target.chatId);
    }
  };
  /** Nothing gets past here: an update that cannot be handled is a line in the log. */
  const guarded = (chatId: number, task: () => Promise<void>) => () =>
    task().catch((error) => log.error({ chatId, error: describeError(error) }, 'update could not be handled'));

  telegraf.catch((error) => log.error({ error: describeError(error) }, 'telegraf failed'));
  telegraf.on('my_chat_member', ({ myChatMember }) => {
    const { chat, new_chat_member } = myChatMember;
    const gone = new_chat_member.status === 'kicked' || new_chat_member.status === 'left';
    queue.run(
      chat.id,
      guarded(chat.id, async () => {
        await services.chats.save(chat.id, chat.type, now());
        if (gone) await services.chats.markGone(chat.id, now());
        else options.onSpoken?.(chat.id);
      }),
    );
  });
  telegraf.on('migrate_to_chat_id', ({ message }) => {
    const { chat, migrate_to_chat_id: movedTo } = message;
    queue.run(
      chat.id,
      guarded(chat.id, async () => {
        await services.chats.migrate(chat.id, movedTo, now());
        options.onSpoken?.(movedTo);
      }),
    );
  });
  telegraf.on(['message', 'channel_post', 'callback_query'], ({ update }) => {
    const incoming = toIncoming(update);
    if (!incoming) return;
    // A long search is not worth its time any more when its asker goes on to something else.
    services.browse.cancelSearch(askerOf(incoming));
    queue.run(
      incoming.target.chatId,
      guarded(incoming.target.chatId, () => handle(incoming)),
    );
  });

  return {
    ended: async () => polling?.ended,
    health: () => ({
      ...api.health(),
      pollHeardAt: polling?.heardAt(),
      hasConflict: polling?.hasConflict() ?? false,
    }),
    sender: createSender(api, now),
    idle: () => queue.idle(),
    async start() {
      const introduce = async () => {
        me = await api.call<UserFromGetMe>('getMe', {});
        telegraf.botInfo = me;
      };
      await new Promise<void>((resolve, reject) => {
        const onUpdate = (update: Update) =>
          void telegraf
            .handleUpdate(update)
            .catch((error) => log.error({ error: describeError(error) }, 'update could not be taken up'));
        const { conflictLimitMs } = options;
        polling = startPolling({ api, log, now, conflictLimitMs, prepare: introduce, onReady: resolve, onUpdate });
        polling.ended.catch(reject);
      });
      // Not awaited: a bot that answers is worth more than a command list that is up to date.
      registering = registerCommands(api)
        .then(() => registerAdminCommands(api, services, options.defaultLanguage))
        .catch((error) => log.warn({ error: describeError(error) }, 'command list not registered'));
      log.info({ username: me?.username }, 'bot is listening');
    },
    stop() {
      polling?.stop();
      pacer.closeForPushes();
      return Promise.allSettled([polling?.ended, queue.idle(), registering]).then(() => {});
    },
    abort: () => api.abort(),
  };
}

function toIncoming(update: Update): Incoming | undefined {
  if ('callback_query' in update) {
    const { callback_query: query } = update;
    const { message } = query;
    if (!message || !('data' in query)) return undefined;
    const ref = { chatId: message.chat.id, messageId: message.message_id };
    return {
      target: { chatId: message.chat.id, topicId: topicOf(message) },
      chatType: message.chat.type,
      userId: query.from.id,
      speaksAsChat: false,
      pressed: { queryId: query.id, message: ref, data: query.data },
    };
  }
  const message = 'message' in update ? update.message : 'channel_post' in update ? update.channel_post : undefined;
  if (!message || !('text' in message)) return undefined;
  const { chat } = message;
  return {
    target: {
      chatId: chat.id,
      topicId: topicOf(message),
      ...(chat.type === 'private' ? {} : { replyTo: message.message_id }),
    },
    chatType: chat.type,
    userId: message.from?.id,
    speaksAsChat: chat.type === 'channel' || message.sender_chat?.id === chat.id,
    text: message.text,
  };
}

function askerOf({ target, userId }: Incoming): string {
  return `${target.chatId}:${userId ?? ''}`;
}

/** The forum topic a message stands in; a reply thread of an ordinary group is no topic. */
function topicOf(message: object): number {
  const { is_topic_message, message_thread_id } = message as { is_topic_message?: boolean; message_thread_id?: number };
  return is_topic_message ? (message_thread_id ?? 0) : 0;
}

async function openConversation(incoming: Incoming, options: BotOptions, api: TelegramApi): Promise<Conversation> {
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

function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
