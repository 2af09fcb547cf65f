import type { Update } from 'telegraf/types';
import type { ChatType } from '../src/domain/delivery.js';
import { captionOf, documentOf, keyboardOf, type RepliedTo, repliedToOf, type SentDocument } from './attachments.js';
import type { MessageRef, MessageTarget } from './telegram-api.js';

/** What an update comes down to: who spoke where, and what. */
export interface Incoming {
  readonly target: MessageTarget;
  readonly chatType: ChatType;
  /** The group's or channel's name. */
  readonly title: string | undefined;
  /** Undefined for a post of a channel; Telegram's own stand-in for an anonymous administrator. */
  readonly userId: number | undefined;
  readonly speaksAsChat: boolean;
  readonly pressed?: {
    readonly queryId: string;
    readonly message: MessageRef | undefined;
    readonly data: string;
    /** As it is under the message now. */
    readonly keyboard: ReturnType<typeof keyboardOf>;
  };
  readonly text?: string;
  readonly document?: SentDocument | undefined;
  readonly repliedTo?: RepliedTo | undefined;
}

/** Undefined: nothing that the bot answers. */
export function toIncoming(update: Update): Incoming | undefined {
  if ('callback_query' in update) {
    const { callback_query: query } = update;
    const { message } = query;
    if (!message || !('data' in query)) return undefined;
    const ref = { chatId: message.chat.id, messageId: message.message_id };
    return {
      target: { chatId: message.chat.id, topicId: topicOf(message) },
      chatType: message.chat.type,
      title: titleOf(message.chat),
      userId: query.from.id,
      speaksAsChat: false,
      pressed: { queryId: query.id, message: ref, data: query.data, keyboard: keyboardOf(message) },
    };
  }
  const message = 'message' in update ? update.message : 'channel_post' in update ? update.channel_post : undefined;
  const document = message && documentOf(message);
  if (!message || !('text' in message || document)) return undefined;
  // A channel's post that Telegram repeats in its discussion group: whoever wrote it meant the channel.
  if ('is_automatic_forward' in message && message.is_automatic_forward) return undefined;
  const { chat } = message;
  return {
    target: {
      chatId: chat.id,
      topicId: topicOf(message),
      ...(chat.type === 'private' ? {} : { replyTo: message.message_id }),
    },
    chatType: chat.type,
    title: titleOf(chat),
    userId: message.from?.id,
    speaksAsChat: chat.type === 'channel' || message.sender_chat?.id === chat.id,
    text: 'text' in message ? message.text : (captionOf(message) ?? ''),
    document,
    repliedTo: repliedToOf(message),
  };
}

/** A summary that somebody chose in inline mode comes back as their message: nothing is asked. */
export function isSentThrough(botId: number | undefined, update: Update): boolean {
  const message = 'message' in update ? update.message : 'channel_post' in update ? update.channel_post : undefined;
  return message !== undefined && 'via_bot' in message && message.via_bot?.id === botId;
}

/** Who speaks in which chat. */
export function askerOf({ target, userId }: Incoming): string {
  return `${target.chatId}:${userId ?? ''}`;
}

/** The forum topic a message stands in; a reply thread of an ordinary group is no topic. */
function topicOf(message: object): number {
  const { is_topic_message, message_thread_id } = message as { is_topic_message?: boolean; message_thread_id?: number };
  return is_topic_message ? (message_thread_id ?? 0) : 0;
}

function titleOf(chat: object): string | undefined {
  return (chat as { title?: string }).title;
}
