import http from 'node:http';
import https from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { type Telegram, TelegramError } from 'telegraf';
import { createProxyAgent } from '../src/proxy.js';
import { downloadFile } from './download-file.js';
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
  /** `edit`: a correction of what was sent before, for which nobody waits. */
  edit(message: MessageRef, text: Html, keyboard: Keyboard | undefined, options?: EditOptions): Promise<void>;
  /** Changes nothing but the buttons, given as the Bot API takes them. */
  editButtons(message: MessageRef, rows: readonly (readonly object[])[]): Promise<void>;
  sendFile(to: MessageTarget, file: OutgoingFile, caption: Html): Promise<void>;
  /** What a file that was sent to the bot holds; undefined: more than `maxBytes`. */
  download(fileId: string, maxBytes: number): Promise<Buffer | undefined>;
  /** Any other method, as the Bot API names it. Not counted against the message budget. */
  call<T>(method: string, payload: object, signal?: AbortSignal): Promise<T>;
  /** Aborts every call in flight; their outcome is unknown. Ends every wait. */
  abort(): void;
  health(): CallHealth;
}

export interface CallHealth {
  /** The last call, of any method, that Telegram accepted. */
  readonly calledAt: Date | undefined;
  /** The last answer that said anything about the token refused it. */
  readonly unauthorised: boolean;
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

export interface OutgoingFile {
  readonly name: string;
  readonly content: string;
}

export interface SendOptions {
  readonly priority: 'reply' | 'push';
  /** Arrives without a sound. */
  readonly silent?: boolean | undefined;
  /** Beyond 30 a second, at 0.1 Star a message. Left out: pushes are, when the bot is set up so. */
  readonly paid?: boolean | undefined;
  /** Called when the message has waited for its turn and is on its way. */
  readonly onTurn?: (() => void) | undefined;
}

export interface EditOptions {
  readonly priority: 'reply' | 'edit';
  readonly onTurn?: (() => void) | undefined;
}

export interface TelegramApiOptions {
  readonly now?: () => Date;
  readonly paidBroadcast?: boolean;
  /** The way to the server, http(s) or socks5; undefined: straight. */
  readonly proxyUrl?: string | undefined;
  /** A call failed that nobody gave up: told its HTTP status, else `timeout` or `network`. */
  readonly onFailure?: ((code: string) => void) | undefined;
}

interface ChatPayload {
  readonly chat_id: number;
  readonly [field: string]: unknown;
}

/** A call is given up after this long (DESIGN.md, "Push rules"); telegraf alone would wait 500 s. */
const callTimeoutMs = 30_000;
/** A reply waits for the server's permission this long and this often; after that its reader has gone. */
const longestReplyHoldMs = 60_000;
const mostReplyHolds = 3;
const replyRetryMs = 1_000;

/**
 * As many connections as calls may be under way: 1,000 calls a second that take 300 ms need 300. Without a bound, a
 * thousand calls that find no free connection open one each, and TLS handshakes take the time in which none gets free.
 */
const mostConnections = 1_024;
const idleConnectionMs = 30_000;

/**
 * Calls go through telegraf's client, on connections that are kept alive. A call costs about 0.4 ms of a core at 1,000
 * a second (`npm run bench -- calls`).
 */
export function createTelegramApi(
  telegram: Telegram,
  pacer: Pacer,
  { now = () => new Date(), paidBroadcast = false, proxyUrl, onFailure = () => {} }: TelegramApiOptions = {},
): TelegramApi {
  /** Calls in flight. AbortSignal.any would do, but on Node 20 it keeps every call's signal for as long as the bot lives. */
  const inFlight = new Set<AbortController>();
  const aborting = new AbortController();
  let calledAt: Date | undefined;
  let unauthorised = false;
  telegram.options.agent = createAgent(telegram.options.apiRoot, proxyUrl);
  // telegraf's types know the Bot API of early 2024; the server takes what its own documentation says. Its AbortSignal
  // type is that of a polyfill.
  const callApi = telegram.callApi.bind(telegram) as unknown as (
    method: string,
    payload: object,
    options: { signal: AbortSignal },
  ) => Promise<unknown>;

  /** Runs something that can be given up: by its caller, when it takes too long, and when the bot ends. */
  const bounded = async <T>(run: (signal: AbortSignal) => Promise<T>, cancel?: AbortSignal): Promise<T> => {
    const controller = new AbortController();
    const abort = () => controller.abort();
    if (aborting.signal.aborted || cancel?.aborted) abort();
    inFlight.add(controller);
    cancel?.addEventListener('abort', abort, { once: true });
    const timer = setTimeout(abort, callTimeoutMs);
    try {
      return await run(controller.signal);
    } finally {
      clearTimeout(timer);
      cancel?.removeEventListener('abort', abort);
      inFlight.delete(controller);
    }
  };
  const call = async <T>(method: string, payload: object, cancel?: AbortSignal): Promise<T> => {
    try {
      const result = (await bounded((signal) => callApi(method, payload, { signal }), cancel)) as T;
      calledAt = now();
      unauthorised = false;
      return result;
    } catch (error) {
      if (error instanceof TelegramError && error.code === 401) unauthorised = true;
      if (!cancel?.aborted && !aborting.signal.aborted) onFailure(failureCode(error));
      throw error;
    }
  };
  /** One message of the budget. A rate limit holds its chat, for whatever comes after as well. */
  const callPaced = async <T>(
    method: string,
    payload: ChatPayload,
    priority: Priority,
    onTurn?: () => void,
  ): Promise<T> => {
    await pacer.take(priority, payload.chat_id);
    onTurn?.();
    try {
      return await call<T>(method, payload);
    } catch (error) {
      const waitMs = retryAfterMs(error);
      if (waitMs !== undefined) pacer.hold(payload.chat_id, pacer.nowMs() + waitMs);
      throw error;
    }
  };
  /** A reader waits: better twice than not at all. What the outbox sends is tried again by the outbox. */
  const callForReader = async <T>(method: string, payload: ChatPayload): Promise<T> => {
    for (let [holds, failures] = [0, 0]; ; ) {
      const heldForMs = pacer.heldForMs(payload.chat_id);
      if (heldForMs > longestReplyHoldMs) throw rateLimitStill(heldForMs);
      try {
        return await callPaced<T>(method, payload, 'reply');
      } catch (error) {
        const waitMs = retryAfterMs(error);
        if (waitMs !== undefined) {
          holds += 1;
          if (waitMs > longestReplyHoldMs || holds > mostReplyHolds) throw error;
          // The pacer holds the chat: the next turn waits there.
        } else {
          failures += 1;
          if (failures > 1 || !mayBeLost(error)) throw error;
          await delay(replyRetryMs, undefined, { signal: aborting.signal });
        }
      }
    }
  };
  const callAs = async <T>(
    { priority, onTurn }: EditOptions | SendOptions,
    method: string,
    payload: ChatPayload,
  ): Promise<T> => {
    if (priority === 'reply') return callForReader(method, payload);
    // The outbox has other chats to send to meanwhile.
    const heldForMs = pacer.heldForMs(payload.chat_id);
    if (heldForMs > 0) throw rateLimitStill(heldForMs);
    return callPaced(method, payload, priority, onTurn);
  };
  const place = ({ chatId, topicId, replyTo }: MessageTarget) => ({
    chat_id: chatId,
    ...(topicId ? { message_thread_id: topicId } : {}),
    ...(replyTo ? { reply_parameters: { message_id: replyTo, allow_sending_without_reply: true } } : {}),
  });
  const content = (text: Html, keyboard: Keyboard | undefined) => ({
    text: text.markup,
    parse_mode: 'HTML',
    link_preview_options: { is_disabled: true },
    reply_markup: toReplyMarkup(keyboard),
  });

  return {
    call,
    send(to, text, keyboard, { priority, silent, paid = paidBroadcast && priority === 'push', onTurn }) {
      return callAs({ priority, onTurn }, 'sendMessage', {
        ...place(to),
        ...(silent ? { disable_notification: true } : {}),
        ...(paid ? { allow_paid_broadcast: true } : {}),
        ...content(text, keyboard),
      });
    },
    async edit({ chatId, messageId }, text, keyboard, options = { priority: 'reply' }) {
      await callAs(options, 'editMessageText', {
        chat_id: chatId,
        message_id: messageId,
        ...content(text, keyboard),
      });
    },
    async editButtons({ chatId, messageId }, rows) {
      await callAs({ priority: 'reply' }, 'editMessageReplyMarkup', {
        chat_id: chatId,
        message_id: messageId,
        reply_markup: { inline_keyboard: rows },
      });
    },
    async sendFile(to, { name, content: written }, caption) {
      await callAs({ priority: 'reply' }, 'sendDocument', {
        ...place(to),
        // A buffer, not a stream: a call that is lost is made once more.
        document: { source: Buffer.from(written), filename: name },
        caption: caption.markup,
        parse_mode: 'HTML',
      });
    },
    async download(fileId, maxBytes) {
      const file = await call<{ file_path?: string }>('getFile', { file_id: fileId });
      const { apiRoot, agent } = telegram.options;
      const url = new URL(`./file/bot${telegram.token}/${file.file_path ?? ''}`, apiRoot);
      return bounded((signal) => downloadFile(url, { agent, maxBytes, signal }));
    },
    abort() {
      aborting.abort();
      pacer.close();
      for (const controller of inFlight) controller.abort();
    },
    health: () => ({ calledAt, unauthorised }),
  };
}

function failureCode(error: unknown): string {
  // An answer without a code comes from something that is not the Bot API.
  if (error instanceof TelegramError) return error.code === undefined ? 'network' : String(error.code);
  return error instanceof Error && error.name === 'AbortError' ? 'timeout' : 'network';
}

/** telegraf's own is for https only, and throws connections away from the 257th on. */
function createAgent(apiRoot: string, proxyUrl: string | undefined): http.Agent {
  const options = {
    keepAlive: true,
    maxSockets: mostConnections,
    maxFreeSockets: mostConnections,
    timeout: idleConnectionMs,
  };
  if (proxyUrl !== undefined) return createProxyAgent(proxyUrl, options);
  return apiRoot.startsWith('http://') ? new http.Agent(options) : new https.Agent(options);
}

/** How long a rate limit asks to wait; undefined: the error is something else. */
function retryAfterMs(error: unknown): number | undefined {
  if (!(error instanceof TelegramError) || error.code !== 429) return undefined;
  return (error.parameters?.retry_after ?? 1) * 1_000;
}

/** What a 429 would say if the call were made. */
function rateLimitStill(heldForMs: number): TelegramError {
  const seconds = Math.ceil(heldForMs / 1_000);
  return new TelegramError({
    error_code: 429,
    description: `Too Many Requests: retry after ${seconds}`,
    parameters: { retry_after: seconds },
  });
}

/** The message probably did not get there: the server failed, or the connection. Not when the call was given up. */
function mayBeLost(error: unknown): boolean {
  // An answer without a code comes from something that is not the Bot API.
  if (error instanceof TelegramError) return error.code === undefined || error.code >= 500;
  return error instanceof Error && error.name === 'FetchError';
}
