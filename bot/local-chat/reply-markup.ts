import { badRequest } from './api-error.js';
import type { ChatType, InlineKeyboardButton, InlineKeyboardMarkup } from './bot-api.js';
import { checkLink, linkedUserId } from './link.js';
import { FieldError, isObject, optionalText, type Params, readingField, requiredText } from './params.js';

/** The limits that only the server behind the Bot API knows; see the documentation and the issue trackers. */
const maxButtons = 100;
const maxCallbackDataBytes = 64;
/** tdlib takes no more buttons of one row and drops the rest without a word (ReplyMarkup.cpp). */
const maxButtonsPerRow = 12;

export type ReplyMarkup =
  | { readonly kind: 'inline'; readonly markup: InlineKeyboardMarkup }
  /** A keyboard, its removal or a forced reply: accepted, and not shown again in results. */
  | { readonly kind: 'other'; readonly markup: Readonly<Record<string, unknown>> };

/** Reads `reply_markup`; undefined when there is none or nothing in it. Throws ApiError 400 for a malformed one. */
export function readReplyMarkup(params: Params): ReplyMarkup | undefined {
  const value = params.json('reply_markup', "Can't parse reply keyboard markup JSON object");
  if (value === undefined) return undefined;
  if (!isObject(value)) throw badRequest('Object expected as reply markup');
  if (value.keyboard !== undefined && !Array.isArray(value.keyboard)) {
    throw badRequest('Field "keyboard" must be of type Array');
  }
  if (Array.isArray(value.keyboard) && value.keyboard.length > 0) return { kind: 'other', markup: value };
  const rows = readRows(value.inline_keyboard);
  if (rows.length > 0) return { kind: 'inline', markup: { inline_keyboard: rows } };
  const others = ['hide_keyboard', 'remove_keyboard', 'force_reply', 'force_reply_keyboard'];
  return others.some((field) => value[field] === true) ? { kind: 'other', markup: value } : undefined;
}

/** The inline keyboard of something that is sent later, by whoever chooses it; undefined when there is none. Throws as above. */
export function readInlineKeyboard(value: unknown): InlineKeyboardMarkup | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value)) throw new FieldError('Object expected as reply markup');
  const rows = readRows(value.inline_keyboard);
  return rows.length > 0 ? { inline_keyboard: rows } : undefined;
}

function readRows(rows: unknown): readonly (readonly InlineKeyboardButton[])[] {
  if (rows === undefined) return [];
  if (!Array.isArray(rows)) throw badRequest('Field "inline_keyboard" must be of type Array');
  return rows.map((row: unknown) => {
    if (!Array.isArray(row)) {
      throw badRequest('Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays');
    }
    return readingField("Can't parse inline keyboard button: ", () => row.map(readButton));
  });
}

function readButton(button: unknown): InlineKeyboardButton {
  if (!isObject(button)) throw new FieldError('InlineKeyboardButton must be an Object');
  const style = optionalText(button, 'style')?.toLowerCase() ?? '';
  if (!['', 'default', 'primary', 'danger', 'success'].includes(style)) {
    throw new FieldError('invalid button style specified');
  }
  const icon = optionalText(button, 'icon_custom_emoji_id');
  return {
    text: requiredText(button, 'text'),
    ...(icon && { icon_custom_emoji_id: icon }),
    ...(style !== '' && style !== 'default' && { style }),
    ...readAction(button),
  };
}

/** What a button does: the first of its fields that says something, in the order of the real server. */
function readAction(button: Readonly<Record<string, unknown>>): Omit<InlineKeyboardButton, 'text'> {
  const url = optionalText(button, 'url');
  if (url) return { url };
  const data = optionalText(button, 'callback_data');
  if (data) return { callback_data: data };
  if ('callback_game' in button) return { callback_game: {} };
  if ('pay' in button) return { pay: true };
  if ('switch_inline_query' in button) return { switch_inline_query: requiredText(button, 'switch_inline_query') };
  if ('switch_inline_query_chosen_chat' in button) {
    return { switch_inline_query_chosen_chat: requiredObject(button, 'switch_inline_query_chosen_chat') };
  }
  if ('switch_inline_query_current_chat' in button) {
    return { switch_inline_query_current_chat: requiredText(button, 'switch_inline_query_current_chat') };
  }
  if ('login_url' in button) return { login_url: { url: requiredText(requiredObject(button, 'login_url'), 'url') } };
  if ('web_app' in button) return { web_app: { url: requiredText(requiredObject(button, 'web_app'), 'url') } };
  if ('copy_text' in button) return { copy_text: { text: requiredText(requiredObject(button, 'copy_text'), 'text') } };
  throw new FieldError('Text buttons are unallowed in the inline keyboard');
}

function requiredObject(object: Readonly<Record<string, unknown>>, field: string): Readonly<Record<string, unknown>> {
  const value = object[field];
  if (!isObject(value)) throw new FieldError(`Field "${field}" must be of type Object`);
  return value;
}

export interface WebAppRules {
  /** Mini Apps may be at http addresses, as in Telegram's test environment (https://core.telegram.org/bots/webapps). */
  readonly takesHttpWebApps: boolean;
}

export interface CheckedMarkup {
  readonly markup: InlineKeyboardMarkup | undefined;
  /** Buttons that the server would have left out without a word: without text, or beyond twelve in a row. */
  readonly droppedButtons: number;
}

/**
 * Checks an inline keyboard for the chat it goes to, and gives it as the message will show it. Throws ApiError 400
 * with tdlib's reason, or the server's code.
 */
export function checkInlineKeyboard(
  markup: InlineKeyboardMarkup,
  chatType: ChatType,
  options: WebAppRules,
): CheckedMarkup {
  const asSent = markup.inline_keyboard;
  const rows = asSent
    .map((row) => row.filter((button) => button.text !== '').slice(0, maxButtonsPerRow))
    .map((row) => row.map((button) => checkButton(button, chatType, options)))
    .filter((row) => row.length > 0);
  const count = rows.flat().length;
  if (count > maxButtons) throw badRequest('Reply markup is too long');
  for (const { callback_data: data } of rows.flat()) {
    if (data !== undefined && Buffer.byteLength(data) > maxCallbackDataBytes) throw badRequest('BUTTON_DATA_INVALID');
  }
  return {
    markup: count === 0 ? undefined : { inline_keyboard: rows },
    droppedButtons: asSent.flat().length - count,
  };
}

function checkButton(button: InlineKeyboardButton, chatType: ChatType, options: WebAppRules): InlineKeyboardButton {
  if (!button.text.isWellFormed()) throw badRequest('Inline keyboard button text must be encoded in UTF-8');
  if (button.callback_data?.isWellFormed() === false) throw badRequest('BUTTON_DATA_INVALID');
  if (button.url !== undefined) return checkUrlButton(button, button.url);
  if (button.web_app) return checkWebAppButton(button, button.web_app.url, chatType, options);
  const switches = (['switch_inline_query', 'switch_inline_query_current_chat'] as const).find(
    (name) => name in button,
  );
  if (switches && chatType === 'channel') {
    throw badRequest(
      `Can't use ${switches} button in a channel chat, because users will not be able to use the button without knowing bot's username`,
    );
  }
  return button;
}

function checkUrlButton(button: InlineKeyboardButton, url: string): InlineKeyboardButton {
  if (linkedUserId(url) !== undefined) return button;
  const link = checkLink(url);
  if (!link.ok) throw badRequest(`Inline keyboard button URL '${url}' is invalid: ${link.reason}`);
  return { ...button, url: link.url };
}

function checkWebAppButton(
  button: InlineKeyboardButton,
  url: string,
  chatType: ChatType,
  { takesHttpWebApps }: WebAppRules,
): InlineKeyboardButton {
  const link = checkLink(url, { httpsOnly: !takesHttpWebApps });
  if (!link.ok) throw badRequest(`Inline keyboard button Web App URL '${url}' is invalid: ${link.reason}`);
  if (chatType !== 'private') throw badRequest('BUTTON_TYPE_INVALID');
  return { ...button, web_app: { url: link.url } };
}
