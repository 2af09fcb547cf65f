import type { Telegram } from 'telegraf';
import type { Html } from './html.js';
import { type Keyboard, toReplyMarkup } from './keyboard.js';
import type { Pacer, Priority } from './pacer.js';

/** The one way out to Telegram for messages: paced, bounded in time, with our defaults. */
export interface TelegramApi {
  send(
    to: MessageTarget,
    text: Html,
    keyboard: Keyboard | undefined,
    options: SendOptions,
  ): Promise<{ message_id: number }>;
  edit(message: MessageRef, text: Html, keyboard: Keyboard | undefined): Promise<void>;
  /** Any other method, as the Bot API names it. Not counted against the message budget. */
  call<T>(method: string, payload: object, signal?: AbortSignal): Promise<T>;
  /** Aborts every call in flight; their outcome is unknown. */
  abort(): void;
}

export interface MessageTarget {
  readonly chatId: number;
  readonly topicId: number;
  /** The message this answers, in groups. */
  readonly replyTo?: number | undefined;
}

export interface MessageRef {
  readonly chatId: number;
  readonly messageId: number;
}

export interface SendOptions {
  readonly priority: Priority;
}

/** A call is given up after this long (DESIGN.md, "Push rules"); telegraf alone would wait 500 s. */
const callTimeoutMs = 30_000;

export function createTelegramApi(telegram: Telegram, pacer: Pacer): TelegramApi {
  /** Calls in flight. AbortSignal.any would do, but on Node 20 it keeps every call's signal for as long as the bot lives. */
  const inFlight = new Set<AbortController>();
  let isAborted = false;
  // telegraf's types know the Bot API of early 2024; the server takes what its own documentation says. Its AbortSignal
  // type is that of a polyfill.
  const callApi = telegram.callApi.bind(telegram) as unknown as (
    method: string,
    payload: object,
    options: { signal: AbortSignal },
  ) => Promise<unknown>;

  const call = async <T>(method: string, payload: object, cancel?: AbortSignal): Promise<T> => {
    const controller = new AbortController();
    const abort = () => controller.abort();
    if (isAborted || cancel?.aborted) abort();
    inFlight.add(controller);
    cancel?.addEventListener('abort', abort, { once: true });
    const timer = setTimeout(abort, callTimeoutMs);
    try {
      return (await callApi(method, payload, { signal: controller.signal })) as T;
    } finally {
      clearTimeout(timer);
      cancel?.removeEventListener('abort', abort);
      inFlight.delete(controller);
    }
  };
  const content = (text: Html, keyboard: Keyboard | undefined) => ({
    text: text.markup,
    parse_mode: 'HTML',
    link_preview_options: { is_disabled: true },
    reply_markup: toReplyMarkup(keyboard),
  });

  return {
    call,
    async send({ chatId, topicId, replyTo }, text, keyboard, { priority }) {
      await pacer.take(priority, chatId);
      return call('sendMessage', {
        chat_id: chatId,
        ...(topicId ? { message_thread_id: topicId } : {}),
        ...(replyTo ? { reply_parameters: { message_id: replyTo, allow_sending_without_reply: true } } : {}),
        ...content(text, keyboard),
      });
    },
    async edit({ chatId, messageId }, text, keyboard) {
      await pacer.take('reply', chatId);
      await call('editMessageText', { chat_id: chatId, message_id: messageId, ...content(text, keyboard) });
    },
    abort() {
      isAborted = true;
      for (const controller of inFlight) controller.abort();
    },
  };
}
