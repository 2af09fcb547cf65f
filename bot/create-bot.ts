import { Telegraf } from 'telegraf';
import type { Update, UserFromGetMe } from 'telegraf/types';
import type { ChatType } from '../src/domain/delivery.js';
import type { Language } from '../src/domain/language.js';
import type { BotStateStore, Log, MessageSender, Metrics, UpdateStore } from '../src/ports.js';
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
import { type SharedPacing, sharePacer } from './shared-pacer.js';
import { type CallHealth, createTelegramApi, type TelegramApi } from './telegram-api.js';
import { createUpdateIntake, type SharedIntake, type UpdateIntake } from './update-intake.js';
import { startWebhook, type Webhook, type WebhookAddress } from './webhook.js';

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
  /** Other processes use the same token and database: what they share. Undefined: this is the only one. */
  readonly shared?: SharedBotWork | undefined;
  /** False: this process only sends, and hears nothing. */
  readonly listens?: boolean;
  /** Updates come by webhook; left out: the bot polls. */
  readonly webhook?: WebhookAddress | undefined;
  /** Where updates that came by webhook are safe. */
  readonly updates?: UpdateStore | undefined;
  /** How often Telegram is asked how delivery goes; a minute unless told otherwise. */
  readonly checkEveryMs?: number | undefined;
  readonly metrics?: Metrics | undefined;
  /** A chat spoke or pressed something, and was answered: what it is sent may have changed. */
  readonly onSpoken?: (chatId: number) => void;
}

/** What bots on one token and database have to agree on. */
export interface SharedBotWork extends SharedPacing, SharedIntake {
  /** Takes, or keeps, the right to poll. False: another process polls. */
  readonly takePollTurn: () => Promise<boolean>;
}

export interface BotHealth extends CallHealth {
  /** The last answer of getUpdates. */
  readonly pollHeardAt: Date | undefined;
  /** Another poller takes the updates. */
  readonly hasConflict: boolean;
  /** In webhook mode: why Telegram cannot deliver, if it cannot. Undefined: the bot polls. */
  readonly webhook: { readonly failure: string | undefined } | undefined;
}

export interface Bot {
  readonly sender: MessageSender;
  /** Polls, or is delivered to, until stopped, through failures. Resolves at the server's first answer; rejects when it refuses the token. */
  start(): Promise<void>;
  /** After `start`: resolves when updates have stopped coming; rejects with PollingConflict when it gave up. */
  ended(): Promise<void>;
  /** An update that came by webhook: resolves when it is safe. Throws when it cannot be stored. */
  take: UpdateIntake['take'];
  health(): BotHealth;
  /** Its name, and whether it answers inline; undefined until Telegram has told. */
  self(): { readonly username: string; readonly canShare: boolean } | undefined;
  /** Resolves when everything that users asked for so far is answered. */
  idle(): Promise<void>;
  /** No update is taken any more: Telegram keeps it for the next start. */
  closeIntake(): void;
  /** A process that shares the database is gone: what it had taken is taken up here, or by another. */
  takeOverUpdates(): Promise<void>;
  /** No new updates and pushes. Resolves when the answers under way are sent. */
  stop(): Promise<void>;
  /** Gives up every call in flight; what became of them is unknown. */
  abort(): void;
}

export function createBot(options: BotOptions): Bot {
  const { services, log, now } = options;
  // telegraf brings the HTTP client, the errors and the update types; polling, ordering and pace are ours (see poll.ts).
  const telegraf = new Telegraf(options.token, {
    telegram: { apiRoot: options.apiRoot, webhookReply: false },
    // Every call is bounded; a handler that is reported as failed would go on all the same.
    handlerTimeout: Number.POSITIVE_INFINITY,
  });
  const ownPacer = createPacer(options.sendRate, undefined, { limitsChats: options.limitsChats ?? true });
  const pacer = options.shared ? sharePacer(ownPacer, options.sendRate, options.shared) : ownPacer;
  const api = createTelegramApi(telegraf.telegram, pacer, {
    now,
    paidBroadcast: options.paidBroadcast ?? false,
    proxyUrl: options.proxyUrl,
    onFailure: (code) => options.metrics?.telegramFailed(code),
  });
  const queue = new ChatQueue();
  let polling: Polling | undefined;
  let webhook: Webhook | undefined;
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
  const guarded = (updateId: number, chatId: number, task: (isRepeated: boolean) => Promise<void>) => () =>
    (intake ? intake.work(updateId, task) : task(false)).catch((error) =>
      log.error({ chatId, error: describeError(error) }, 'update could not be handled'),
    );

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
  telegraf.on('my_chat_member', ({ update, myChatMember }) => {
    const { chat, old_chat_member: before, new_chat_member: after } = myChatMember;
    administrators.forget(chat.id);
    return queue.run(
      chat.id,
      guarded(update.update_id, chat.id, () => noteMembership({ chat, before, after })),
    );
  });
  telegraf.on('chat_member', ({ chatMember }) =>
    administrators.forget(chatMember.chat.id, chatMember.new_chat_member.user.id),
  );
  telegraf.on('migrate_to_chat_id', ({ update, message }) => {
    const { chat, migrate_to_chat_id: movedTo } = message;
    return queue.run(
      chat.id,
      guarded(update.update_id, chat.id, async () => {
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
    return queue.run(
      incoming.target.chatId,
      guarded(update.update_id, incoming.target.chatId, (isRepeated) => answerIncoming(incoming, isRepeated)),
    );
  });

  /** Starts on an update at once; resolves when it is handled. Never throws. */
  const handle = async (update: Update): Promise<void> => {
    const started = performance.now();
    try {
      await telegraf.handleUpdate(update);
    } catch (error) {
      log.error({ updateId: update.update_id, error: describeError(error) }, 'update could not be taken up');
    }
    options.metrics?.updateHandled(performance.now() - started);
  };
  const intake =
    options.updates && createUpdateIntake({ store: options.updates, handle, shared: options.shared, log, now });
  const prepare = async () => {
    await identify();
    // First, so that a webhook of our own is known as such whatever happens.
    if (options.webhook) await options.state.save(webhookKey, 'set');
    else await removeOwnWebhook(api, options.state);
    // Also when the bot polls: it may have been delivered to before.
    await intake?.open();
  };
  const startListening = (onReady: () => void): Promise<void> => {
    const { conflictLimitMs, webhook: address, shared, listens = true } = options;
    const common = { api, log, now, onReady };
    if (!listens) {
      polling = startPolling({ ...common, prepare: async () => void (await identify()), mayPoll: async () => false });
      return polling.ended;
    }
    if (!address) {
      polling = startPolling({
        ...common,
        prepare,
        conflictLimitMs,
        mayPoll: shared?.takePollTurn,
        onUpdate: (update) => void handle(update),
        // Between two pollers an update can come to both.
        store: shared && intake && storeUpdate(intake),
      });
      return polling.ended;
    }
    const { checkEveryMs } = options;
    webhook = startWebhook({ ...common, prepare, address, checkEveryMs, takenAt: () => intake?.takenAt() });
    return webhook.ended;
  };

  return {
    ended: async () => (polling ?? webhook)?.ended,
    async take(update) {
      if (!intake) throw new Error('an update came by webhook, and there is nowhere to keep it');
      return intake.take(update);
    },
    closeIntake: () => intake?.close(),
    takeOverUpdates: async () => intake?.takeOver(),
    health: () => ({
      ...api.health(),
      pollHeardAt: polling?.heardAt(),
      hasConflict: polling?.hasConflict() ?? false,
      webhook: options.webhook && { failure: webhook ? webhook.failure() : 'not set yet' },
    }),
    self: () => me && { username: me.username, canShare: me.supports_inline_queries },
    sender: createSender(api, now, async () => (await identify()).username, offersIn),
    idle: () => Promise.all([queue.idle(), inline.idle()]).then(() => {}),
    async start() {
      await new Promise<void>((resolve, reject) => {
        startListening(resolve).catch(reject);
      });
      if (options.listens === false) return;
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
      webhook?.stop();
      intake?.close();
      pacer.closeForPushes();
      return Promise.allSettled([
        polling?.ended,
        webhook?.ended,
        queue.idle(),
        inline.idle(),
        intake?.idle(),
        registering,
      ]).then(() => {});
    },
    abort() {
      intake?.abandon();
      api.abort();
    },
  };
}

function storeUpdate(intake: UpdateIntake): (update: Update) => Promise<void> {
  return async (update) => {
    if ((await intake.take(update)) === 'stopping')
      throw new Error('the bot is stopping: the next poll gets the update');
  };
}

/** So that a start without a webhook knows that the one it finds is its own. */
const webhookKey = 'webhook';

/** Nobody is delivered to while a bot polls. A webhook that somebody else set is not touched: it is a conflict. */
async function removeOwnWebhook(api: TelegramApi, state: BotStateStore): Promise<void> {
  if ((await state.find(webhookKey)) !== 'set') return;
  await api.call('deleteWebhook', {});
  await state.save(webhookKey, '');
}
