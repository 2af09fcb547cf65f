import type { Chat, ChatType, InlineKeyboardButton, MemberStatus, Message, UpdateType, User } from './bot-api.js';
import { type BotProfile, emptyProfile } from './bot-profile.js';
import { type ApiCall, type CallbackAnswer, EventHub, type LocalChatEvents } from './events.js';
import type { NewFile } from './file-shelf.js';
import { findEntities } from './find-entities.js';
import { describeMember } from './methods/chats.js';
import type { MethodContext, Webhook } from './methods/context.js';
import type { InlineAnswer, InlineResult } from './methods/inline.js';
import { Questions } from './questions.js';
import { UpdateQueue } from './update-queue.js';
import { WebhookCourier } from './webhook-courier.js';
import { type ChatMessage, type NewMessage, toUnixSeconds, World } from './world.js';

export interface NewChat {
  readonly type: Exclude<ChatType, 'private'>;
  readonly id?: number;
  readonly title?: string;
  readonly username?: string;
  readonly isForum?: boolean;
  /** What the bot is there; administrator in a channel, else member, when left out. */
  readonly botStatus?: MemberStatus;
}

export interface NewUser {
  readonly id?: number;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly username?: string;
  readonly languageCode?: string;
  readonly isBot?: boolean;
}

export interface SpokenText {
  /** A user stands for the private chat with that user. */
  readonly chat: Chat | User | number;
  /** The user of a private chat when left out; nobody in a channel, an anonymous administrator in a group. */
  readonly from?: User;
  readonly text: string;
  readonly threadId?: number;
  readonly replyTo?: number;
  /** Chosen from what the bot offered inline. */
  readonly isViaBot?: boolean;
}

export interface SpokenDocument extends Omit<SpokenText, 'text'> {
  readonly file: NewFile;
  readonly caption?: string;
}

export interface PressedButton {
  readonly message: Pick<ChatMessage, 'chatId' | 'messageId'>;
  /** Which button: by its data or by its label. */
  readonly data?: string;
  readonly text?: string;
  /** The user of a private chat when left out. */
  readonly from?: User;
}

/** How long Telegram waits for a pressed button to be answered; known from reports only, not from the source. */
const callbackMaxAgeMs = 15_000;
/** An inline query is kept this long (Client::add_new_inline_query). */
const inlineMaxAgeMs = 30_000;
const defaultTimeoutMs = 5_000;
/** Calls that are remembered; the oldest tenth goes at once, because moving so many up at every call would take long. */
const maxCalls = 100_000;

/**
 * The world around the bot as tests and the terminal chat move it: people who write and press buttons, chats that let
 * the bot in and throw it out, and what the bot did about it. Everything a person does becomes an update at once;
 * what the bot does arrives by the Bot API (server.ts).
 */
export class LocalChat {
  readonly bot: User;
  protected readonly world: World;
  protected readonly events = new EventHub();
  protected readonly context: MethodContext;
  private readonly queue: UpdateQueue;
  private readonly courier: WebhookCourier;
  private readonly callbacks: Questions<CallbackAnswer>;
  private readonly inlineQueries: Questions<InlineAnswer>;
  private readonly answeredCalls: ApiCall[] = [];
  private readonly quietWaiters = new Set<() => void>();
  private readonly failures = new Set<(error: Error) => void>();
  private callsInFlight = 0;

  constructor(
    bot: User,
    protected readonly now: () => Date,
  ) {
    this.bot = bot;
    this.world = new World(bot, now);
    this.queue = new UpdateQueue(
      () => this.checkQuiet(),
      () => this.courier.look(),
    );
    // Ids as long as Telegram's, so that a bot that reads them as numbers is caught.
    this.callbacks = new Questions(4_382_000_000_000_000_000n, callbackMaxAgeMs, now);
    this.inlineQueries = new Questions(5_482_000_000_000_000_000n, inlineMaxAgeMs, now);
    const webhook: Webhook = { url: '', maxConnections: 0, secretToken: '', lastError: undefined };
    this.courier = new WebhookCourier(this.queue, webhook, now);
    const { world, events, callbacks, inlineQueries } = this;
    const profile = emptyProfile();
    this.context = {
      world,
      events,
      updates: this.queue,
      profile,
      webhook,
      onWebhook: () => this.courier.look(),
      callbacks,
      inlineQueries,
      takesHttpWebApps: false,
      takesHttpWebhooks: false,
    };
  }

  // People and chats

  /** A user who has not started the bot yet. */
  addUser(user: NewUser = {}): User {
    return this.world.addUser({
      ...(user.id !== undefined && { id: user.id }),
      ...(user.firstName !== undefined && { first_name: user.firstName }),
      ...(user.lastName !== undefined && { last_name: user.lastName }),
      ...(user.username !== undefined && { username: user.username }),
      ...(user.languageCode !== undefined && { language_code: user.languageCode }),
      ...(user.isBot !== undefined && { is_bot: user.isBot }),
    });
  }

  /** A group, supergroup or channel with the bot in it. Nobody else is a member until `setMember`. */
  addChat(chat: NewChat): Chat {
    const { type, id, title, username } = chat;
    return this.world.addChat(
      {
        type,
        ...(id !== undefined && { id }),
        ...(title !== undefined && { title }),
        ...(username !== undefined && { username }),
        ...(chat.isForum && { is_forum: true as const }),
      },
      chat.botStatus ?? (type === 'channel' ? 'administrator' : 'member'),
    );
  }

  /** Opens a forum topic and gives its thread id. */
  addTopic(chat: Chat | number, name: string): number {
    const room = this.world.room(idOf(chat));
    if (room.chat.is_forum !== true) throw new Error(`local chat: ${room.chat.id} is no forum`);
    // A topic is the message that opened it.
    room.lastMessageId = Math.max(room.lastMessageId, 1) + 1;
    room.topics.set(room.lastMessageId, name);
    return room.lastMessageId;
  }

  removeTopic(chat: Chat | number, threadId: number): void {
    this.world.room(idOf(chat)).topics.delete(threadId);
  }

  /** Makes the user a member of the chat, or what else is said; a chat_member update when that is a change. */
  setMember(chat: Chat | number, user: User, status: MemberStatus, by: User = user): void {
    const room = this.world.room(idOf(chat));
    const before = room.members.get(user.id) ?? 'left';
    room.members.set(user.id, status);
    this.announceMember('chat_member', idOf(chat), user, { before, after: status, by });
  }

  /** Lets the bot in, promotes it or throws it out; a my_chat_member update when that is a change. */
  setBotStatus(chat: Chat | number, status: MemberStatus, by: User): void {
    const room = this.world.room(idOf(chat));
    const before = room.botStatus;
    room.botStatus = status;
    this.announceMember('my_chat_member', room.chat.id, this.bot, { before, after: status, by });
  }

  /** Takes the right to write from the bot, or gives it back. */
  setBotCanWrite(chat: Chat | number, canWrite: boolean): void {
    this.world.room(idOf(chat)).botCanWrite = canWrite;
  }

  /** Hides a group's members from all but its administrators. */
  hideMembers(chat: Chat | number): void {
    this.world.room(idOf(chat)).membersAreHidden = true;
  }

  blockBot(user: User): void {
    this.setBotStatus(user.id, 'kicked', user);
  }

  unblockBot(user: User): void {
    this.setBotStatus(user.id, 'member', user);
  }

  /** The user deletes the account: sends fail from now on. */
  deactivateUser(user: User): void {
    this.world.room(user.id).isDeactivated = true;
  }

  /** Turns a group into a supergroup with another id, as Telegram does when it grows; gives the new chat. */
  upgradeGroup(group: Chat | number): Chat {
    const old = this.world.room(idOf(group));
    const upgraded = this.world.addChat({ type: 'supergroup', title: old.chat.title ?? '' }, old.botStatus);
    const room = this.world.room(upgraded.id);
    for (const [id, status] of old.members) room.members.set(id, status);
    old.upgradedTo = upgraded.id;
    this.announceUpgrade(old.chat, { migrate_to_chat_id: upgraded.id });
    this.announceUpgrade(upgraded, { migrate_from_chat_id: old.chat.id });
    return upgraded;
  }

  // What people do

  /** Somebody writes. Writing in private starts the bot. In groups the bot hears only what its privacy mode lets through. */
  sendText(spoken: SpokenText): Message {
    if (trimmed(spoken.text) === '') throw new Error('local chat: nobody can send an empty text');
    return this.speak(spoken, { text: spoken.text });
  }

  /** Somebody sends a file, with a caption or without. */
  sendDocument(spoken: SpokenDocument): Message {
    const { document } = this.world.files.add(spoken.file);
    return this.speak(spoken, { text: spoken.caption ?? '', document });
  }

  /** Somebody chooses one of the results that the bot offered inline: its message is theirs. */
  sendInlineResult(spoken: Omit<SpokenText, 'text' | 'isViaBot'>, result: InlineResult): Message {
    const { messageText: text, entities, replyMarkup } = result;
    if (text === undefined) throw new Error(`local chat: result ${result.id} sends no text`);
    return this.speak({ ...spoken, isViaBot: true }, { text, entities, replyMarkup });
  }

  /** What was sent under a file's id, by the bot or by somebody. */
  fileContent(fileId: string): Buffer | undefined {
    return this.world.files.find(fileId)?.content;
  }

  private speak(
    spoken: Omit<SpokenText, 'text'>,
    content: Pick<NewMessage, 'text' | 'document' | 'replyMarkup'> & Partial<Pick<NewMessage, 'entities'>>,
  ): Message {
    const room = this.world.room(idOf(spoken.chat));
    const isPrivate = room.chat.type === 'private';
    const from = spoken.from ?? (isPrivate ? this.world.users.get(room.chat.id) : undefined);
    if (isPrivate && room.botStatus === 'left') room.botStatus = 'member';
    if (isPrivate && room.botStatus === 'kicked') this.unblockBot(from ?? this.bot);
    if (from && !isPrivate && !room.members.has(from.id)) room.members.set(from.id, 'member');
    const text = trimmed(content.text);
    const message = this.world.addMessage(room, {
      from,
      isFromBot: false,
      ...content,
      text,
      entities: content.entities ?? findEntities(text),
      isViaBot: spoken.isViaBot ?? false,
      threadId: this.world.openTopic(room, spoken.threadId ?? 0),
      replyToMessageId: spoken.replyTo,
    });
    this.events.emit('spoken', message);
    const shown = { ...this.world.toApiMessage(message), ...(spoken.isViaBot && { via_bot: this.bot }) };
    // A bot always sees what was sent through it.
    if (spoken.isViaBot || this.botHears(message))
      this.queue.add(room.chat.type === 'channel' ? 'channel_post' : 'message', shown);
    return shown;
  }

  /** Somebody changes what they wrote. */
  editText(message: Message, text: string): Message {
    const written = this.world.findMessage(message.chat.id, message.message_id);
    if (!written) throw new Error(`local chat: no message ${message.message_id} in ${message.chat.id}`);
    const edited = this.world.editMessage(written, { text, entities: findEntities(text) }, undefined);
    const shown = this.world.toApiMessage(edited);
    if (this.botHears(edited)) {
      this.queue.add(message.chat.type === 'channel' ? 'edited_channel_post' : 'edited_message', shown);
    }
    return shown;
  }

  /**
   * Somebody presses a callback button of a message as it is shown now. Gives what the bot answers; fails when there
   * is no such button, when the bot does not listen to buttons, and when the server closes before an answer.
   */
  pressButton(pressed: PressedButton): Promise<CallbackAnswer> {
    return rejectingWhatIsThrown(() => this.press(pressed));
  }

  private press(pressed: PressedButton): Promise<CallbackAnswer> {
    const { chatId, messageId } = pressed.message;
    const message = this.world.findMessage(chatId, messageId);
    if (!message) throw new Error(`local chat: no message ${messageId} in ${chatId}`);
    const button = findButton(message, pressed);
    const from = pressed.from ?? this.world.users.get(chatId);
    if (!from) throw new Error(`local chat: who presses a button in ${chatId}?`);
    this.mustHear('callback_query');
    const { id, answer } = this.callbacks.ask();
    this.queue.add('callback_query', {
      id,
      from,
      message: this.world.toApiMessage(message),
      chat_instance: String(chatId * -7919),
      data: button.callback_data,
    });
    return answer;
  }

  /** Somebody types `@bot query` in a chat. Gives the bot's results. */
  askInline(question: { from: User; query: string; offset?: string }): Promise<InlineAnswer> {
    return rejectingWhatIsThrown(() => {
      this.mustHear('inline_query');
      if (!this.profile.supportsInlineQueries) throw new Error('local chat: inline mode is off');
      const { from, query, offset = '' } = question;
      const { id, answer } = this.inlineQueries.ask();
      this.queue.add('inline_query', { id, from, chat_type: 'sender', query, offset });
      return answer;
    });
  }

  // What the bot did

  /** Every message of the bot, in the order of sending, as it is shown now. */
  get transcript(): readonly ChatMessage[] {
    return this.world.botMessages();
  }

  /** The last messages of a chat, whoever wrote them, as they are shown now; the oldest first. */
  history(chat: Chat | User | number, limit: number): readonly ChatMessage[] {
    return this.world.history(this.world.room(idOf(chat)), limit);
  }

  /** The bot may write to the chat: it was started, or is a member. */
  isOpen(chat: Chat | User | number): boolean {
    return !['left', 'kicked'].includes(this.world.room(idOf(chat)).botStatus);
  }

  /** The message of the bot or of somebody else, as it is shown now; undefined when deleted. */
  findMessage(chatId: number, messageId: number): ChatMessage | undefined {
    return this.world.findMessage(chatId, messageId);
  }

  /** Every call in the order of answers, getUpdates included. */
  get calls(): readonly ApiCall[] {
    return this.answeredCalls;
  }

  /** Commands, descriptions and menu button as the bot set them. */
  get profile(): BotProfile {
    return this.context.profile;
  }

  /** Ids of callback queries that the bot has not answered. */
  get unansweredCallbacks(): readonly string[] {
    return this.callbacks.unanswered;
  }

  /** True while a getUpdates waits for something to come. */
  get isPolled(): boolean {
    return this.queue.isPolled;
  }

  get pendingUpdateCount(): number {
    return this.queue.pendingCount;
  }

  /** Gives back the function that stops listening. */
  on<Name extends keyof LocalChatEvents>(name: Name, listener: (event: LocalChatEvents[Name]) => void): () => void {
    return this.events.on(name, listener);
  }

  /** The first message of the bot, sent or yet to come, that now reads as wanted. Fails after `timeoutMs`. */
  async waitForMessage(matches: (message: ChatMessage) => boolean, timeoutMs = defaultTimeoutMs): Promise<ChatMessage> {
    return (
      this.transcript.find((message) => !message.deleted && matches(message)) ?? this.nextMessage(matches, timeoutMs)
    );
  }

  /** The next message that the bot sends or edits and that reads as wanted. Fails after `timeoutMs`. */
  async nextMessage(
    matches: (message: ChatMessage) => boolean = () => true,
    timeoutMs = defaultTimeoutMs,
  ): Promise<ChatMessage> {
    return await this.settle<ChatMessage>(timeoutMs, 'the bot sent no such message', (found) => {
      const look = (message: ChatMessage) => {
        if (matches(message)) found(message);
      };
      const leave = [this.events.on('message', look), this.events.on('edit', look)];
      return () => {
        for (const stop of leave) stop();
      };
    });
  }

  /** Every update was taken and confirmed by a later getUpdates: with telegraf, its handlers are done. */
  async updatesConfirmed(timeoutMs = defaultTimeoutMs): Promise<void> {
    await this.quiet(timeoutMs, () => this.queue.pendingCount === 0);
  }

  /** As `updatesConfirmed`, and no call but getUpdates is under way. */
  async idle(timeoutMs = defaultTimeoutMs): Promise<void> {
    await this.quiet(timeoutMs, () => this.queue.pendingCount === 0 && this.callsInFlight === 0);
  }

  // For the server

  protected callStarted(): void {
    this.callsInFlight += 1;
  }

  protected callEnded(): void {
    this.callsInFlight -= 1;
    this.checkQuiet();
  }

  protected record(call: ApiCall): void {
    if (this.answeredCalls.length >= maxCalls) this.answeredCalls.splice(0, maxCalls / 10);
    this.answeredCalls.push(call);
    this.events.emit('call', call);
  }

  /** Ends every wait: polls with an error, waiting callers with a failed promise. */
  protected endWaits(): void {
    const reason = 'local chat: the server closed';
    this.queue.close();
    this.courier.close();
    this.callbacks.close(reason);
    this.inlineQueries.close(reason);
    for (const fail of [...this.failures]) fail(new Error(reason));
  }

  private checkQuiet(): void {
    for (const check of [...this.quietWaiters]) check();
  }

  private async quiet(timeoutMs: number, isQuiet: () => boolean): Promise<void> {
    if (isQuiet()) return;
    await this.settle<void>(timeoutMs, 'the bot did not come to rest', (done) => {
      const check = () => {
        if (isQuiet()) done();
      };
      this.quietWaiters.add(check);
      return () => this.quietWaiters.delete(check);
    });
  }

  /** A promise that `start` settles by its argument; what `start` gives back undoes it. Says what was seen on failure. */
  private async settle<T>(
    timeoutMs: number,
    complaint: string,
    start: (done: (value: T) => void) => () => void,
  ): Promise<T> {
    return await new Promise<T>((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        this.failures.delete(fail);
        stop();
      };
      const fail = (error: Error) => {
        leave();
        reject(error);
      };
      const timer = setTimeout(
        () => fail(new Error(`local chat: ${complaint} within ${timeoutMs} ms; ${this.describeState()}`)),
        timeoutMs,
      );
      this.failures.add(fail);
      const stop = start((value) => {
        leave();
        resolve(value);
      });
    });
  }

  private describeState(): string {
    const last = this.transcript.slice(-3).map(({ chatId, text }) => `${chatId}: ${JSON.stringify(text.slice(0, 80))}`);
    const lastCalls = this.calls
      .slice(-5)
      .map(({ method, response }) => `${method} ${response.ok ? 'ok' : response.description}`);
    return `${this.queue.pendingCount} updates wait, last calls [${lastCalls.join(', ')}], last messages [${last.join(', ')}]`;
  }

  private mustHear(type: UpdateType): void {
    if (!this.queue.isAllowed(type)) throw new Error(`local chat: the bot did not ask for ${type} updates`);
  }

  /**
   * Privacy mode (https://core.telegram.org/bots/features#privacy-mode): outside private chats and channels a bot that
   * is no administrator hears commands, mentions of itself and replies to its messages.
   */
  private botHears(message: ChatMessage): boolean {
    const room = this.world.room(message.chatId);
    if (room.botStatus === 'left' || room.botStatus === 'kicked') return false;
    if (room.chat.type === 'private' || room.chat.type === 'channel') return true;
    if (room.botStatus === 'administrator') return true;
    if (this.world.findMessage(message.chatId, message.replyToMessageId ?? 0)?.isFromBot) return true;
    const name = `@${this.bot.username}`.toLowerCase();
    return message.entities.some(({ type, offset, length }) => {
      const [command, addressee] = message.text
        .slice(offset, offset + length)
        .toLowerCase()
        .split('@');
      if (type === 'mention') return `@${addressee}` === name;
      return type === 'bot_command' && command !== '' && (addressee === undefined || `@${addressee}` === name);
    });
  }

  private announceMember(
    type: 'chat_member' | 'my_chat_member',
    chatId: number,
    user: User,
    change: { before: MemberStatus; after: MemberStatus; by: User },
  ): void {
    if (change.before === change.after) return;
    this.queue.add(type, {
      chat: this.world.room(chatId).chat,
      from: change.by,
      date: toUnixSeconds(this.now()),
      old_chat_member: describeMember(user, change.before),
      new_chat_member: describeMember(user, change.after),
    });
  }

  private announceUpgrade(chat: Chat, link: Pick<Message, 'migrate_to_chat_id' | 'migrate_from_chat_id'>): void {
    const room = this.world.room(chat.id);
    const message = this.world.addMessage(room, { from: undefined, isFromBot: false, text: '', entities: [] });
    const { text: _none, ...shown } = this.world.toApiMessage(message);
    this.queue.add('message', { ...shown, ...link });
  }
}

/**
 * What an async function would do, but without a promise of its own around the answer: Questions sees to it that an
 * answer nobody waits for is no unhandled rejection when the server closes.
 */
function rejectingWhatIsThrown<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return ask();
  } catch (error) {
    return Promise.reject(error);
  }
}

function trimmed(text: string): string {
  return text.replace(/^[ \n]+|[ \n]+$/g, '');
}

function idOf(chat: Chat | User | number): number {
  return typeof chat === 'number' ? chat : chat.id;
}

function findButton(message: ChatMessage, { data, text }: PressedButton): InlineKeyboardButton {
  const buttons = message.replyMarkup?.inline_keyboard.flat() ?? [];
  const button = buttons.find((each) =>
    data === undefined ? each.text === text : each.callback_data === data && (text === undefined || each.text === text),
  );
  const labels = buttons.map((each) => each.text).join(', ');
  if (!button) throw new Error(`local chat: no button ${data ?? text} under message ${message.messageId}: [${labels}]`);
  if (button.callback_data === undefined) throw new Error(`local chat: button ${button.text} calls nobody back`);
  return button;
}
