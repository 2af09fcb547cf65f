import type { Keyboard } from './keyboard.js';
import { type Listener, type ParsedMessage, parseMessage } from './parse-message.js';

/** A file that came with a message. */
export interface SentDocument {
  readonly fileId: string;
  readonly name: string;
  readonly mimeType: string;
  /** As Telegram says; undefined: it does not. */
  readonly bytes: number | undefined;
}

/** The message that another one answers. */
export interface RepliedTo {
  readonly messageId: number;
  /** Data of the buttons under it, when it is one of ours. */
  readonly buttonData: readonly string[];
  readonly document: SentDocument | undefined;
}

/** The fields of the Bot API's Message that are read here. Telegraf's types make a union of every kind of message. */
interface MessageFields {
  readonly message_id: number;
  readonly caption?: string;
  readonly document?: {
    readonly file_id: string;
    readonly file_name?: string;
    readonly mime_type?: string;
    readonly file_size?: number;
  };
  readonly reply_to_message?: MessageFields;
  readonly reply_markup?: {
    readonly inline_keyboard?: readonly (readonly ShownButton[])[];
  };
}

interface ShownButton {
  readonly text: string;
  readonly callback_data?: string;
  readonly [other: string]: unknown;
}

/** The document of a message; undefined: it has none. */
export function documentOf(message: object): SentDocument | undefined {
  const { document } = message as MessageFields;
  if (!document) return undefined;
  const { file_id: fileId, file_name: name = '', mime_type: mimeType = '', file_size: bytes } = document;
  return { fileId, name, mimeType, bytes };
}

export function captionOf(message: object): string | undefined {
  return (message as MessageFields).caption;
}

/** What a message answers; undefined: nothing, or a message that is not there any more. */
export function repliedToOf(message: object): RepliedTo | undefined {
  const { reply_to_message: replied } = message as MessageFields;
  if (!replied) return undefined;
  const buttons = replied.reply_markup?.inline_keyboard?.flat() ?? [];
  const buttonData = buttons.flatMap(({ callback_data: data }) => (data === undefined ? [] : [data]));
  return { messageId: replied.message_id, buttonData, document: documentOf(replied) };
}

/** The keyboard under a message as Telegram gives it, ready to be given back; empty: none. */
export function keyboardOf(message: object): readonly (readonly ShownButton[])[] {
  return (message as MessageFields).reply_markup?.inline_keyboard ?? [];
}

/** A keyboard with one button in the place of another, all others as they are. */
export function withButton(
  keyboard: readonly (readonly ShownButton[])[],
  data: string,
  button: Extract<Keyboard[number][number], { data: string }>,
): readonly (readonly ShownButton[])[] {
  const other = { text: button.text, callback_data: button.data };
  return keyboard.map((row) => row.map((shown) => (shown.callback_data === data ? other : shown)));
}

/**
 * What a file asks for: the command of its caption, else, in a private chat, to be imported. A caption without a slash is
 * a description of the file and nothing that was said to us.
 */
export function parseCaption(caption: string, listener: Listener): ParsedMessage {
  if (/^\s*[/／]/u.test(caption)) return parseMessage(caption, listener);
  return listener.isPrivate ? { kind: 'command', name: 'import', argument: '' } : { kind: 'ignored' };
}
