import type { Hono } from 'hono';
import type { Services } from '../../bot/conversation.js';
import { type Bot, createBot } from '../../bot/create-bot.js';
import type { User } from '../../bot/local-chat/bot-api.js';
import { type LocalBotApi, startLocalBotApi } from '../../bot/local-chat/server.js';
import type { ChatMessage } from '../../bot/local-chat/world.js';
import type { MiniAppOptions } from '../../bot/mini-app/reader.js';
import { miniAppRoutes } from '../../bot/mini-app/routes.js';
import { openStores } from '../../db/open-stores.js';
import type { Article } from '../../src/domain/article.js';
import { createGate, searchTurns } from '../../src/gate.js';
import { createHttpApp } from '../../src/http/http-app.js';
import type { Stores } from '../../src/ports.js';
import { createDeliver } from '../../src/service/deliver.js';
import { createServices } from '../../src/services.js';
import { articleNumber, saveAll, silentLog, TestClock } from './builders.js';

export interface BotHarnessOptions {
  readonly isAdmin?: boolean;
  readonly hasFullText?: boolean;
  readonly miniAppUrl?: string;
}

/** The real bot on a real database in memory, behind a Bot API over HTTP, with one reader. */
export class BotHarness {
  private constructor(
    readonly api: LocalBotApi,
    readonly stores: Stores,
    readonly bot: Bot,
    readonly clock: TestClock,
    readonly reader: User,
    readonly services: Services,
    /** Chats that the bot said to look at again, in order. */
    readonly spoken: number[],
  ) {}

  static async start(
    articles: readonly Article[] = [],
    { isAdmin = false, hasFullText = true, miniAppUrl }: BotHarnessOptions = {},
  ): Promise<BotHarness> {
    const clock = new TestClock();
    const stores = await openStores('file::memory:', { now: clock.now });
    const api = await startLocalBotApi({ botUsername: 'zhaibao_bot' });
    await saveAll(stores.ingest, 'archive', articles, clock.now(), true);
    const reader = api.addUser({ firstName: '读者' });
    const spoken: number[] = [];
    const config = {
      timeZone: 'Asia/Shanghai',
      pushPerHour: 6,
      adminIds: isAdmin ? [reader.id] : [],
      sources: ['archive'],
    };
    const services = createServices(config, stores, (chatId) => spoken.push(chatId ?? 0));
    const bot = createBot({
      onSpoken: (chatId) => spoken.push(chatId),
      token: api.token,
      apiRoot: api.url,
      services,
      state: stores.botState,
      log: silentLog,
      now: clock.now,
      timeZone: 'Asia/Shanghai',
      defaultLanguage: 'zh',
      hasFullText,
      miniAppUrl: () => miniAppUrl,
      sendRate: 28,
      limitsChats: false,
    });
    await bot.start();
    return new BotHarness(api, stores, bot, clock, reader, services, spoken);
  }

  /** Everything the bot said in answer to one message, in order. */
  async say(
    text: string,
    chat: Parameters<LocalBotApi['sendText']>[0]['chat'] = this.reader,
    from?: User,
  ): Promise<readonly ChatMessage[]> {
    const before = this.api.transcript.length;
    this.api.sendText({ chat, text, ...(from ? { from } : {}) });
    await this.settled();
    return this.api.transcript.slice(before);
  }

  /** The one message that answers. */
  async ask(text: string): Promise<ChatMessage> {
    const answers = await this.say(text);
    const [answer] = answers;
    if (!answer || answers.length > 1) throw new Error(`${answers.length} answers to ${text}`);
    return answer;
  }

  /** Presses a button by what it says; gives the notice, and what the bot showed: the edited message or new ones. */
  async press(
    message: ChatMessage,
    text: string,
    from?: User,
  ): Promise<{ notice: string | undefined; shown: readonly ChatMessage[] }> {
    const before = this.api.transcript.length;
    const editsBefore = this.api.findMessage(message.chatId, message.messageId)?.edits.length ?? 0;
    const answer = await this.api.pressButton({ message, text, ...(from ? { from } : {}) });
    await this.settled();
    const now = this.api.findMessage(message.chatId, message.messageId);
    const edited = now && now.edits.length > editsBefore ? [now] : [];
    return { notice: answer.text, shown: [...edited, ...this.api.transcript.slice(before)] };
  }

  async settled(): Promise<void> {
    await this.api.updatesConfirmed();
    await this.bot.idle();
  }

  /** Calls that the server refused; a careful bot has none. */
  get refusals(): readonly string[] {
    return this.api.calls.flatMap(({ method, response }) =>
      response.ok ? [] : [`${method}: ${response.description}`],
    );
  }

  /** Publishes articles and sends what they owe, as one round does. Gives the messages that came, once `count` of them have. */
  async publish(articles: readonly Article[], count: number): Promise<readonly ChatMessage[]> {
    const before = this.api.transcript.length;
    await saveAll(this.stores.ingest, 'archive', articles, this.clock.now(), false);
    await this.deliver(
      (async () => {
        while (this.api.transcript.length < before + count) await this.api.nextMessage();
      })(),
    );
    return this.api.transcript.slice(before);
  }

  /** Sends what is owed until something has happened. */
  async deliver(until: Promise<unknown>): Promise<void> {
    const deliver = createDeliver({
      ...this.stores,
      sender: this.bot.sender,
      log: silentLog,
      now: this.clock.now,
      defaultLanguage: 'zh',
      timeZone: 'Asia/Shanghai',
      pushPerHour: 6,
      sendRate: 28,
    });
    const running = deliver.run();
    try {
      await until;
    } finally {
      await deliver.stop();
      await running;
    }
  }

  /** The Mini App's server beside the bot, as HTTP would reach it. */
  miniApp(over: Partial<MiniAppOptions> = {}): Hono {
    return createHttpApp({ mounts: [{ path: '/', routes: this.miniAppRoutes(over) }], log: silentLog });
  }

  miniAppRoutes(over: Partial<MiniAppOptions> = {}): Hono {
    return miniAppRoutes({
      services: this.services,
      log: silentLog,
      token: this.api.token,
      now: this.clock.now,
      timeZone: 'Asia/Shanghai',
      defaultLanguage: 'zh',
      hasFullText: true,
      self: () => ({ username: 'zhaibao_bot', canShare: true }),
      showPage: (context) => context.html('the page'),
      onChanged: (chatId) => this.spoken.push(chatId),
      searchGate: createGate(searchTurns),
      ...over,
    });
  }

  async stop(): Promise<void> {
    await this.bot.stop();
    await this.api.close();
    await this.stores.close();
  }
}

/** What is written on a message's buttons. */
export function labelsOf(message: Pick<ChatMessage, 'replyMarkup'> | undefined): readonly string[] {
  return message?.replyMarkup?.inline_keyboard.flat().map(({ text }) => text) ?? [];
}

/** Articles in three categories: 12, 3 and 1 of them. */
export function anArchive(): readonly Article[] {
  const filed = (from: number, to: number, name: string, slug: string) =>
    Array.from({ length: to - from + 1 }, (_, n) =>
      articleNumber(from + n, { medium: name, categories: [{ name, slug }] }),
    );
  return [
    ...filed(1, 12, '中国劳动保障报', 'zhongguolaodongbaozhangbao'),
    ...filed(13, 15, '云溪日报', 'yunxiribao'),
    ...filed(16, 16, '云溪 晚报', 'yunxiwanbao'),
  ];
}
