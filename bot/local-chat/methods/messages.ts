import { badRequest } from '../api-error.js';
import type { Document, InlineKeyboardMarkup, LinkPreviewOptions } from '../bot-api.js';
import { prepareText, readMarkup } from '../formatted-text.js';
import { isObject, leadingInteger, optionalText, type Params, readingField, requiredText } from '../params.js';
import type { ParsedEntity } from '../parse-html.js';
import { checkInlineKeyboard, type ReplyMarkup, readReplyMarkup, type WebAppRules } from '../reply-markup.js';
import type { Access, ChatMessage, ChatRoom } from '../world.js';
import type { Method, MethodContext } from './context.js';

/** UTF-16 units of a message after parsing (sendMessage in the documentation). */
const maxTextUnits = 4096;

export const sendMessage: Method = (params, context) =>
  sendContent(params, context, {
    source: readContent(params, 'text'),
    linkPreviewOptions: readLinkPreview(params),
    maxUnits: maxTextUnits,
    tooLong: 'Message is too long',
  });

/** What a message consists of: a text, or a document and its caption. */
export interface SentContent {
  readonly source: ReturnType<typeof readContent>;
  readonly maxUnits: number;
  readonly tooLong: string;
  readonly linkPreviewOptions?: LinkPreviewOptions | undefined;
  /** Read when the chat was found and may be written to. */
  readonly document?: () => Document;
}

/** What all methods that send have in common. */
export function sendContent(params: Params, context: MethodContext, content: SentContent): unknown {
  const { world, events } = context;
  const { source, maxUnits, tooLong, linkPreviewOptions } = content;
  const answered = readReply(params);
  const markup = readReplyMarkup(params);
  const room = world.openRoom(params.text('chat_id'), 'write');
  const threadId = world.openTopic(room, leadingInteger(params.text('message_thread_id')));
  const document = content.document?.();
  const text =
    document && source.text === '' ? { text: '', entities: [] } : prepareText(source, (id) => world.users.get(id));
  if (text.text.length > maxUnits) throw badRequest(tooLong);
  if (answered && !answered.mayBeMissing && !world.findMessage(room.chat.id, answered.messageId)) {
    throw badRequest('message to be replied not found');
  }
  const keyboard = checkMarkup(markup, room, context);
  const message = world.addMessage(room, {
    ...text,
    ...keyboard,
    from: room.chat.type === 'channel' ? undefined : world.bot,
    isFromBot: true,
    threadId,
    document,
    linkPreviewOptions,
    replyToMessageId: answered?.messageId,
    isSilent: params.flag('disable_notification'),
  });
  events.emit('message', message);
  return world.toApiMessage(message);
}

export const editMessageText: Method = (params, context) => {
  const source = readContent(params, 'text');
  const linkPreviewOptions = readLinkPreview(params);
  const markup = readReplyMarkup(params);
  const { room, message } = openOwnMessage(params, context);
  if (message.document) throw badRequest('there is no text in the message to edit');
  const text = prepareText(source, (id) => context.world.users.get(id));
  // The server's own code: unlike for sendMessage nothing turns it into words (teloxide/teloxide#430).
  if (text.text.length > maxTextUnits) throw badRequest('MESSAGE_TOO_LONG');
  const { replyMarkup, droppedButtons } = checkEditedMarkup(markup, room, context);
  return change(context, message, { ...text, linkPreviewOptions, droppedButtons }, replyMarkup);
};

export const editMessageReplyMarkup: Method = (params, context) => {
  const markup = readReplyMarkup(params);
  const { room, message } = openOwnMessage(params, context);
  const { replyMarkup, droppedButtons } = checkEditedMarkup(markup, room, context);
  const { text, entities } = message;
  return change(context, message, { text, entities, droppedButtons }, replyMarkup);
};

export const deleteMessage: Method = (params, { world, events }) => {
  if (params.text('chat_id') === '') throw badRequest('Chat identifier is not specified');
  const messageId = leadingInteger(params.text('message_id'));
  if (messageId <= 0) throw badRequest('Message identifier is not specified');
  const room = world.openRoom(params.text('chat_id'), 'write');
  const message = world.findMessage(room.chat.id, messageId);
  if (!message) throw badRequest('message to delete not found');
  const mayDelete = message.isFromBot || room.chat.type === 'private' || room.botStatus === 'administrator';
  if (!mayDelete) throw badRequest("message can't be deleted");
  events.emit('delete', world.deleteMessage(message));
  return true;
};

const chatActions: ReadonlySet<string> = new Set([
  'cancel',
  'typing',
  'upload_photo',
  'record_video',
  'upload_video',
  'record_audio',
  'record_voice',
  'upload_audio',
  'upload_voice',
  'upload_document',
  'choose_sticker',
  'pick_up_location',
  'find_location',
  'record_video_note',
  'upload_video_note',
]);

export const sendChatAction: Method = (params, { world, events }) => {
  const action = params.text('action').toLowerCase();
  if (!chatActions.has(action)) throw badRequest('Wrong parameter action in request');
  const room = world.openRoom(params.text('chat_id'), 'write');
  const threadId = leadingInteger(params.text('message_thread_id')) || undefined;
  events.emit('chatAction', { chatId: room.chat.id, threadId, action });
  return true;
};

export function readContent(
  params: Params,
  field: 'text' | 'caption',
): { readonly text: string; readonly entities: readonly ParsedEntity[] } {
  const text = params.text(field);
  // A document needs no caption.
  if (field === 'caption' && text === '') return { text, entities: [] };
  return readMarkup({
    text,
    parseMode: params.text('parse_mode'),
    entities: params.text('parse_mode') === '' ? readEntities(params, field) : [],
  });
}

/** Entities given in place of markup. What is no array counts as none, as the real server has it. */
function readEntities(params: Params, field: 'text' | 'caption'): readonly ParsedEntity[] {
  const name = field === 'text' ? 'entities' : 'caption_entities';
  const value = params.json(name, `Can't parse ${name} JSON object`);
  if (!Array.isArray(value)) return [];
  return value.map((entity: unknown) =>
    readingField("Can't parse MessageEntity: ", () => {
      if (!isObject(entity)) throw badRequest("Can't parse MessageEntity: expected an Object");
      const { offset, length, user } = entity;
      if (typeof offset !== 'number' || typeof length !== 'number') {
        throw badRequest('Can\'t parse MessageEntity: Can\'t find field "offset"');
      }
      const url = optionalText(entity, 'url');
      const language = optionalText(entity, 'language');
      return {
        type: requiredText(entity, 'type'),
        offset,
        length,
        ...(url && { url }),
        ...(language && { language }),
        ...(isObject(user) && { userId: Number(user.id) }),
      };
    }),
  );
}

function readLinkPreview(params: Params): LinkPreviewOptions | undefined {
  const value = params.json('link_preview_options', "Can't parse link preview options JSON object");
  if (value === undefined) return params.flag('disable_web_page_preview') ? { is_disabled: true } : undefined;
  if (!isObject(value)) throw badRequest('Object expected as link preview options');
  const url = readingField('', () => optionalText(value, 'url'));
  return {
    ...(value.is_disabled === true && { is_disabled: true as const }),
    ...(url && { url }),
    ...(value.prefer_small_media === true && { prefer_small_media: true as const }),
    ...(value.prefer_large_media === true && { prefer_large_media: true as const }),
    ...(value.show_above_text === true && { show_above_text: true as const }),
  };
}

function readReply(params: Params): { readonly messageId: number; readonly mayBeMissing: boolean } | undefined {
  const value = params.json('reply_parameters', "Can't parse reply parameters JSON object");
  if (value === undefined) {
    const messageId = leadingInteger(params.text('reply_to_message_id'));
    return messageId > 0 ? { messageId, mayBeMissing: params.flag('allow_sending_without_reply') } : undefined;
  }
  if (!isObject(value)) throw badRequest('Object expected as reply parameters');
  if (Object.keys(value).length === 0) return undefined;
  const messageId = readingField('', () => leadingInteger(requiredText(value, 'message_id')));
  return { messageId, mayBeMissing: value.allow_sending_without_reply === true };
}

type Keyboard = Pick<ChatMessage, 'replyMarkup' | 'keyboard' | 'droppedButtons'>;

function checkMarkup(markup: ReplyMarkup | undefined, room: ChatRoom, rules: WebAppRules): Keyboard {
  if (markup?.kind === 'other') {
    if (room.chat.type === 'channel') throw badRequest('Inline keyboard expected');
    return { replyMarkup: undefined, keyboard: markup.markup, droppedButtons: 0 };
  }
  return { ...checkEditedMarkup(markup, room, rules), keyboard: undefined };
}

function checkEditedMarkup(
  markup: ReplyMarkup | undefined,
  room: ChatRoom,
  rules: WebAppRules,
): Pick<ChatMessage, 'replyMarkup' | 'droppedButtons'> {
  if (!markup) return { replyMarkup: undefined, droppedButtons: 0 };
  if (markup.kind === 'other') throw badRequest('Inline keyboard expected');
  const { markup: replyMarkup, droppedButtons } = checkInlineKeyboard(markup.markup, room.chat.type, rules);
  return { replyMarkup, droppedButtons };
}

/** The bot's message that a call wants to edit. Throws ApiError when it is not there or not the bot's. */
function openOwnMessage(
  params: Params,
  { world }: MethodContext,
  access: Access = 'edit',
): { readonly room: ChatRoom; readonly message: ChatMessage } {
  const messageId = leadingInteger(params.text('message_id'));
  if (params.text('chat_id') === '' && messageId <= 0) throw badRequest('Message identifier is not specified');
  const room = world.openRoom(params.text('chat_id'), access);
  const message = world.findMessage(room.chat.id, messageId);
  if (!message) throw badRequest('message to edit not found');
  if (!message.isFromBot || message.keyboard) throw badRequest("message can't be edited");
  return { room, message };
}

function change(
  { world, events }: MethodContext,
  message: ChatMessage,
  content: Parameters<MethodContext['world']['editMessage']>[1],
  replyMarkup: InlineKeyboardMarkup | undefined,
): unknown {
  const shown = (of: Pick<ChatMessage, 'text' | 'entities'>, markup: InlineKeyboardMarkup | undefined) =>
    JSON.stringify([of.text, of.entities, markup ?? null]);
  if (shown(message, message.replyMarkup) === shown(content, replyMarkup)) {
    throw badRequest(
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    );
  }
  const edited = world.editMessage(message, content, replyMarkup);
  events.emit('edit', edited);
  return world.toApiMessage(edited);
}
