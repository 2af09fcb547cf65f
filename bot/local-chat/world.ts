import { ApiError, badRequest, forbidden } from './api-error.js';
import type {
  Chat,
  Document,
  FormattedText,
  InlineKeyboardMarkup,
  LinkPreviewOptions,
  MemberStatus,
  Message,
  MessageEntity,
  User,
} from './bot-api.js';
import { FileShelf } from './file-shelf.js';
import { leadingInteger } from './params.js';

/** What a message said before it was edited. */
export interface MessageVersion {
  readonly text: string;
  readonly entities: readonly MessageEntity[];
  readonly replyMarkup: InlineKeyboardMarkup | undefined;
  /** When this version was written. */
  readonly at: Date;
}

/** A message as the chat shows it now. */
export interface ChatMessage {
  readonly chatId: number;
  readonly messageId: number;
  readonly threadId: number | undefined;
  /** Undefined for a channel's post. */
  readonly from: User | undefined;
  readonly isFromBot: boolean;
  /** Chosen from what the bot offered inline. */
  readonly isViaBot: boolean;
  readonly date: Date;
  /** Of a document: its caption, which may be empty. */
  readonly text: string;
  readonly entities: readonly MessageEntity[];
  readonly document: Document | undefined;
  readonly replyMarkup: InlineKeyboardMarkup | undefined;
  /** A reply keyboard, its removal or a forced reply, as sent. */
  readonly keyboard: Readonly<Record<string, unknown>> | undefined;
  readonly linkPreviewOptions: LinkPreviewOptions | undefined;
  readonly replyToMessageId: number | undefined;
  /** Sent with disable_notification. */
  readonly isSilent: boolean;
  /** What Telegram would have left out without a word; a careful bot keeps both at 0. */
  readonly droppedEntities: number;
  readonly droppedButtons: number;
  /** Earlier versions, oldest first. */
  readonly edits: readonly MessageVersion[];
  readonly editedAt: Date | undefined;
  readonly deleted: boolean;
}

/** What a call wants of a chat (Client::check_chat_access). */
export type Access = 'read' | 'read-members' | 'edit' | 'write';

/** A chat and what the server knows of the bot in it. */
export interface ChatRoom {
  chat: Chat;
  /** In a private chat: member once the user started the bot, kicked while the user blocks it. */
  botStatus: MemberStatus;
  /** False where administrators took away the right to write. */
  botCanWrite: boolean;
  /** Only administrators see who the members are. */
  membersAreHidden: boolean;
  isDeactivated: boolean;
  upgradedTo: number | undefined;
  lastMessageId: number;
  readonly members: Map<number, MemberStatus>;
  /** Thread id to name. */
  readonly topics: Map<number, string>;
}

export type NewMessage = Pick<ChatMessage, 'from' | 'isFromBot' | 'text' | 'entities'> &
  Partial<Omit<ChatMessage, 'chatId' | 'messageId' | 'date' | 'edits' | 'editedAt' | 'deleted'>>;

/** The first topic of every forum; it is never named in a call. */
const generalTopicId = 1;
const firstUserId = 5_000_000_001;
const channelIdBase = -1_000_000_000_000;

/** Chats, users and messages: the state that methods read and change. Knows nothing of HTTP and of updates. */
export class World {
  readonly users = new Map<number, User>();
  readonly rooms = new Map<number, ChatRoom>();
  readonly files = new FileShelf();
  private readonly messages = new Map<string, ChatMessage>();
  private nextUserId = firstUserId;
  private nextGroupNumber = 1_000_001;

  constructor(
    readonly bot: User,
    private readonly now: () => Date,
  ) {
    this.users.set(bot.id, bot);
  }

  /** Somebody known already, by id, is only renamed. */
  addUser(user: Partial<Omit<User, 'is_bot'>> & { readonly is_bot?: boolean }): User {
    const id = user.id ?? this.nextUserId;
    this.nextUserId = Math.max(this.nextUserId, id) + 1;
    const full: User = { is_bot: false, first_name: `User ${id}`, ...user, id };
    this.users.set(id, full);
    const { first_name, last_name, username } = full;
    this.putRoom(
      { id, type: 'private', first_name, ...(last_name && { last_name }), ...(username && { username }) },
      'left',
    );
    return full;
  }

  addChat(chat: Partial<Omit<Chat, 'type'>> & Pick<Chat, 'type'>, botStatus: MemberStatus): Chat {
    const number = this.nextGroupNumber;
    this.nextGroupNumber += 1;
    const id = chat.id ?? (chat.type === 'group' ? -number : channelIdBase - number);
    return this.putRoom({ title: `Chat ${number}`, ...chat, id }, botStatus).chat;
  }

  private putRoom(chat: Chat, botStatus: MemberStatus): ChatRoom {
    const known = this.rooms.get(chat.id);
    if (known) return Object.assign(known, { chat });
    const room: ChatRoom = {
      chat,
      botStatus,
      botCanWrite: true,
      membersAreHidden: false,
      isDeactivated: false,
      upgradedTo: undefined,
      lastMessageId: 0,
      members: new Map(),
      topics: new Map(),
    };
    this.rooms.set(chat.id, room);
    return room;
  }

  /** The chat with this id; throws, because only a test or the terminal asks this way. */
  room(chatId: number): ChatRoom {
    const room = this.rooms.get(chatId);
    if (!room) throw new Error(`local chat: no chat ${chatId}`);
    return room;
  }

  /** The chat that a call names by id or @username, when the bot may do there what it wants. Throws ApiError. */
  openRoom(chatId: string, access: Access): ChatRoom {
    if (chatId === '') throw badRequest('chat_id is empty');
    const room = this.findRoom(chatId);
    if (!room) throw badRequest('Chat not found');
    this.checkAccess(room, access);
    return room;
  }

  /** The chat that a call names by id or @username, whatever the bot may do there. */
  findRoom(chatId: string): ChatRoom | undefined {
    return chatId.startsWith('@') ? this.publicRoom(chatId.slice(1)) : this.rooms.get(leadingInteger(chatId));
  }

  private publicRoom(username: string): ChatRoom | undefined {
    return [...this.rooms.values()].find(
      ({ chat }) => chat.type !== 'private' && chat.username?.toLowerCase() === username.toLowerCase(),
    );
  }

  private checkAccess(room: ChatRoom, access: Access): void {
    const { chat, botStatus } = room;
    const edits = access === 'edit' || access === 'write';
    const writes = access === 'write' || (chat.type === 'group' && access === 'read-members');
    if (chat.type === 'private') {
      if (edits && room.isDeactivated) throw forbidden('user is deactivated');
      if (edits && botStatus === 'kicked') throw forbidden('bot was blocked by the user');
      if (edits && botStatus === 'left') throw forbidden("bot can't initiate conversation with a user");
      return;
    }
    if (room.upgradedTo !== undefined) {
      if (!writes) return;
      throw new ApiError(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
        migrate_to_chat_id: room.upgradedTo,
      });
    }
    const isOpen = chat.type === 'group' ? !edits && !writes : chat.username !== undefined && !edits;
    if (botStatus === 'kicked' && !(chat.type === 'group' && isOpen)) {
      throw forbidden(`bot was kicked from the ${chat.type} chat`);
    }
    if (botStatus === 'left' && !isOpen) throw forbidden(`bot is not a member of the ${chat.type} chat`);
    if (access !== 'write') return;
    if (chat.type === 'channel' && botStatus === 'member') {
      throw badRequest('need administrator rights in the channel chat');
    }
    if (!room.botCanWrite) throw badRequest('not enough rights to send text messages to the chat');
  }

  /** The forum topic that a call names; undefined outside forums. Throws ApiError for one that is not there. */
  openTopic(room: ChatRoom, threadId: number): number | undefined {
    if (threadId === 0 || room.chat.is_forum !== true) return undefined;
    if (threadId === generalTopicId || !room.topics.has(threadId)) throw badRequest('Message thread not found');
    return threadId;
  }

  addMessage(room: ChatRoom, message: NewMessage): ChatMessage {
    room.lastMessageId += 1;
    const stored: ChatMessage = {
      threadId: undefined,
      document: undefined,
      replyMarkup: undefined,
      keyboard: undefined,
      linkPreviewOptions: undefined,
      replyToMessageId: undefined,
      isSilent: false,
      isViaBot: false,
      droppedEntities: 0,
      droppedButtons: 0,
      ...message,
      chatId: room.chat.id,
      messageId: room.lastMessageId,
      date: this.now(),
      edits: [],
      editedAt: undefined,
      deleted: false,
    };
    this.messages.set(keyOf(stored.chatId, stored.messageId), stored);
    return stored;
  }

  /** Undefined when there is none or it was deleted. */
  findMessage(chatId: number, messageId: number): ChatMessage | undefined {
    const message = this.messages.get(keyOf(chatId, messageId));
    return message?.deleted ? undefined : message;
  }

  editMessage(
    message: ChatMessage,
    change: FormattedText & Partial<Pick<ChatMessage, 'linkPreviewOptions' | 'droppedEntities' | 'droppedButtons'>>,
    replyMarkup: InlineKeyboardMarkup | undefined,
  ): ChatMessage {
    const { text, entities } = message;
    const before = { text, entities, replyMarkup: message.replyMarkup, at: lastChange(message) };
    return this.replace({
      ...message,
      ...change,
      replyMarkup,
      edits: [...message.edits, before],
      editedAt: this.now(),
    });
  }

  deleteMessage(message: ChatMessage): ChatMessage {
    return this.replace({ ...message, deleted: true });
  }

  private replace(message: ChatMessage): ChatMessage {
    this.messages.set(keyOf(message.chatId, message.messageId), message);
    return message;
  }

  /** Every message of the bot in the order of sending, as it is shown now. */
  botMessages(): readonly ChatMessage[] {
    return [...this.messages.values()].filter((message) => message.isFromBot);
  }

  /** The last messages of a chat that are not deleted, the oldest first. */
  history(room: ChatRoom, limit: number): readonly ChatMessage[] {
    const newest: ChatMessage[] = [];
    for (let id = room.lastMessageId; id > 0 && newest.length < limit; id -= 1) {
      const message = this.findMessage(room.chat.id, id);
      if (message) newest.push(message);
    }
    return newest.reverse();
  }

  /** The message as the Bot API gives it; a reply carries the message that it answers, one level deep. */
  toApiMessage(message: ChatMessage, options: { withReply: boolean } = { withReply: true }): Message {
    const { chat } = this.room(message.chatId);
    const isPost = chat.type === 'channel';
    const answered = options.withReply ? this.findMessage(chat.id, message.replyToMessageId ?? 0) : undefined;
    const isAnonymous = !isPost && message.from === undefined;
    return {
      message_id: message.messageId,
      ...(message.from && !isPost && { from: message.from }),
      ...(isAnonymous && { from: groupAnonymousBot }),
      ...((isPost || isAnonymous) && { sender_chat: chat }),
      chat,
      date: toUnixSeconds(message.date),
      ...(message.editedAt && { edit_date: toUnixSeconds(message.editedAt) }),
      ...(message.threadId !== undefined && { message_thread_id: message.threadId }),
      ...(answered && { reply_to_message: this.toApiMessage(answered, { withReply: false }) }),
      ...contentOf(message),
      ...(message.linkPreviewOptions && { link_preview_options: message.linkPreviewOptions }),
      ...(message.replyMarkup && { reply_markup: message.replyMarkup }),
      ...(message.threadId !== undefined && { is_topic_message: true as const }),
    };
  }
}

/** Text, or a document with its caption if it has one. */
function contentOf({ document, text, entities }: ChatMessage): Partial<Message> {
  if (!document) return { text, ...(entities.length > 0 && { entities }) };
  if (text === '') return { document };
  return { document, caption: text, ...(entities.length > 0 && { caption_entities: entities }) };
}

/** Who writes for a group's administrators that stay anonymous. */
const groupAnonymousBot: User = {
  id: 1_087_968_824,
  is_bot: true,
  first_name: 'Group',
  username: 'GroupAnonymousBot',
};

function lastChange(message: ChatMessage): Date {
  return message.editedAt ?? message.date;
}

function keyOf(chatId: number, messageId: number): string {
  return `${chatId}:${messageId}`;
}

export function toUnixSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
