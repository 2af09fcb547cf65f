import { Telegraf } from 'telegraf';
import type { Update, UserFromGetMe } from 'telegraf/types';
import type { ChatType } from '../src/domain/delivery.js';
import type { Language } from '../src/domain/language.js';
import type { BotStateStore, Log, MessageSender } from '../src/ports.js';
import { createAdministrators } from './administrators.js';
import { createAnswering, describeError } from './answer-incoming.js';
import { canWrite, isInChat } from './bot-member.js';
import { ChatQueue } from './chat-queue.js';
import type { Services } from './conversation.js';
import { isWelcome, type MembershipChange, renderGreeting } from './greeting.js';
import { askerOf, isSentThrough, toIncoming } from './incoming.js';
import { createInlineMode } from './inline.js';
import { locales } from './locale/index.js';
import { createPacer } from './pacer.js';
import { type Polling, startPolling } from './poll.js';
import { registerAdminCommands } from './register-commands.js';
import { registerProfile } from './register-profile.js';
import type { Offers } from './render-article.js';
import { createSender } from './sender.js';
import { type CallHealth, createTelegramApi } from './telegram-api.js';

export interface BotOptions {
  readonly token: string;
  readonly apiRoot: string;
  readonly services: Services;
  /** What Telegram has been told is remembered here. */
  readonly state: BotStateStore;
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
  /** False: of articles nothing is shown but summaries. */
  readonly hasFullText?: boolean;
  /** Where the Mini App is, once that is known; undefined: there is none, or Telegram does not take its address. */
  readonly miniAppUrl?: () => string | undefined;
  /** The way to Telegram, http(s) or socks5; undefined: straight. */
  readonly proxyUrl?: string | undefined;
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
  /** Its name, and whether it answers inline; undefined until Telegram has told. */
  self(): { readonly username: string; readonly canShare: boolean } | undefined;
  /** Resolves when everything that users asked for so far is answered. */
  idle(): Promise<void>;
  /** No new updates and pushes. Resolves when the answers under way are sent. */
  stop(): Promise<void>;
  /** Gives up every call in flight; what became of them is unknown. */
  abort(): void;
}

export function createBot(options: BotOptions): Bot {
  const { services, log, now } = options;
  // telegraf brings the HTTP client, the errors and the update types; polling, ordering and pace are ours (see poll.ts).
  const telegraf = new Telegraf(options.token, { telegram: { apiRoot: options.apiRoot, webhookReply: false } });
  const pacer = createPacer(options.sendRate, undefined, { limitsChats: options.limitsChats ?? true });
  const api = createTelegramApi(telegraf.telegram, pacer, {
    now,
    paidBroadcast: options.paidBroadcast ?? false,
    proxyUrl: options.proxyUrl,
  });
  const queue = new ChatQueue();
  let polling: Polling | undefined;
  let registering: Promise<void> | undefined;
  let me: UserFromGetMe | undefined;

  const administrators = createAdministrators(api, now);
  const onSpoken = (chatId: number) => options.onSpoken?.(chatId);
  const self = () => {
    if (!me) throw new Error('an update came before the bot knew its name');
    return me;
  };
  const offersIn = (chatType: ChatType): Offers => ({
    // Needs inline mode, which is turned on at @BotFather; in channels Telegram refuses the button.
    canShare: (me?.supports_inline_queries ?? false) && chatType !== 'channel',
    hasFullText: options.hasFullText ?? true,
    miniAppUrl: chatType === 'private' ? options.miniAppUrl?.() : undefined,
  });
  const answerIncoming = createAnswering({ ...options, api, administrators, self, offersIn, onSpoken });
  const identify = async (): Promise<UserFromGetMe> => {
    me ??= await api.call<UserFromGetMe>('getMe', {});
    telegraf.botInfo = me;
    return me;
  };
  /** Nothing gets past here: an update that cannot be handled is a line in the log. */
  const guarded = (chatId: number, task: () => Promise<void>) => () =>
    task().catch((error) => log.error({ chatId, error: describeError(error) }, 'update could not be handled'));

  telegraf.catch((error) => log.error({ error: describeError(error) }, 'telegraf failed'));
  const noteMembership = async (change: MembershipChange) => {
    const { chat, after } = change;
    // Whoever leaves is not noted down for it: a chat that was forgotten stays so.
    if (!isInChat(after)) return services.chats.markGone(chat.id, now());
    const { language = options.defaultLanguage } = await services.chats.save(chat.id, chat.type, now());
    onSpoken(chat.id);
    if (canWrite(after, chat)) await services.chats.saveRightsTold(chat.id, undefined);
    if (!isWelcome(change)) return;
    const { text, keyboard } = renderGreeting(change, locales[language], self().username);
    // Where the bot may not write after all, commands are going to show it.
    await api.send({ chatId: chat.id, topicId: 0 }, text, keyboard, { priority: 'reply' }).catch((error) => {
      log.warn({ chatId: chat.id, error: describeError(error) }, 'not greeted');
    });
  };
  telegraf.on('my_chat_member', ({ myChatMember }) => {
    const { chat, old_chat_member: before, new_chat_member: after } = myChatMember;
    administrators.forget(chat.id);
    queue.run(
      chat.id,
      guarded(chat.id, () => noteMembership({ chat, before, after })),
    );
  });
  telegraf.on('chat_member', ({ chatMember }) =>
    administrators.forget(chatMember.chat.id, chatMember.new_chat_member.user.id),
  );
  telegraf.on('migrate_to_chat_id', ({ message }) => {
    const { chat, migrate_to_chat_id: movedTo } = message;
    queue.run(
      chat.id,
      guarded(chat.id, async () => {
        await services.chats.migrate(chat.id, movedTo, now());
        onSpoken(movedTo);
      }),
    );
  });
  const inline = createInlineMode({ ...options, api, username: () => me?.username ?? '' });
  telegraf.on('inline_query', ({ inlineQuery }) => inline.take(inlineQuery));
  telegraf.on(['message', 'channel_post', 'callback_query'], ({ update }) => {
    const incoming = toIncoming(update);
    if (!incoming || isSentThrough(me?.id, update)) return;
    // A long search is not worth its time any more when its asker goes on to something else.
    services.browse.cancelSearch(askerOf(incoming));
    queue.run(
      incoming.target.chatId,
      guarded(incoming.target.chatId, () => answerIncoming(incoming)),
    );
  });

  return {
    ended: async () => polling?.ended,
    health: () => ({
      ...api.health(),
      pollHeardAt: polling?.heardAt(),
      hasConflict: polling?.hasConflict() ?? false,
    }),
    self: () => me && { username: me.username, canShare: me.supports_inline_queries },
    sender: createSender(api, now, async () => (await identify()).username, offersIn),
    idle: () => Promise.all([queue.idle(), inline.idle()]).then(() => {}),
    async start() {
      await new Promise<void>((resolve, reject) => {
        const onUpdate = (update: Update) =>
          void telegraf
            .handleUpdate(update)
            .catch((error) => log.error({ error: describeError(error) }, 'update could not be taken up'));
        const { conflictLimitMs } = options;
        polling = startPolling({
          api,
          log,
          now,
          conflictLimitMs,
          prepare: async () => void (await identify()),
          onReady: resolve,
          onUpdate,
        });
        polling.ended.catch(reject);
      });
      // Not awaited: a bot that answers is worth more than a command list that is up to date.
      registering = registerProfile({ ...options, api, botId: me?.id ?? 0, miniAppUrl: options.miniAppUrl?.() })
        .then(() => registerAdminCommands(api, services, options.defaultLanguage))
        .catch((error) =>
          log.warn(
            { error: describeError(error) },
            'commands and description not registered: tried again at the next start',
          ),
        );
      log.info({ username: me?.username }, 'bot is listening');
    },
    stop() {
      polling?.stop();
      pacer.closeForPushes();
      return Promise.allSettled([polling?.ended, queue.idle(), inline.idle(), registering]).then(() => {});
    },
    abort: () => api.abort(),
  };
}
