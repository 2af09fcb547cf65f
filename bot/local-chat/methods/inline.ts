import { badRequest } from '../api-error.js';
import type { InlineKeyboardMarkup, MessageEntity } from '../bot-api.js';
import { prepareText, readMarkup } from '../formatted-text.js';
import { FieldError, isObject, optionalText, readingField, requiredText } from '../params.js';
import { checkInlineKeyboard, readInlineKeyboard } from '../reply-markup.js';
import type { World } from '../world.js';
import type { Method } from './context.js';

const maxResults = 50;
const maxIdBytes = 64;
const maxOffsetBytes = 64;
const maxMessageUnits = 4_096;
/** https://core.telegram.org/bots/api#inlinequeryresultsbutton; how long its text may be is not documented. */
const startParameterPattern = /^[A-Za-z0-9_-]{1,64}$/;

export interface InlineAnswer {
  /** As sent, each with what its message would show. */
  readonly results: readonly InlineResult[];
  readonly nextOffset: string;
  readonly cacheSeconds: number;
  readonly isPersonal: boolean;
  /** Above the results: leads into the private chat with the bot. */
  readonly button: InlineAnswerButton | undefined;
}

export interface InlineAnswerButton {
  readonly text: string;
  readonly startParameter: string | undefined;
}

export interface InlineResult {
  readonly type: string;
  readonly id: string;
  readonly title: string | undefined;
  readonly description: string | undefined;
  /** The text that choosing the result would send; undefined for results other than articles. */
  readonly messageText: string | undefined;
  readonly entities: readonly MessageEntity[];
  /** Below the message. */
  readonly replyMarkup: InlineKeyboardMarkup | undefined;
  readonly showsLinkPreview: boolean;
}

export const answerInlineQuery: Method = (params, { world, inlineQueries }) => {
  const cacheSeconds = params.integer('cache_time', { preset: 300, min: 0, max: 24 * 60 * 60 });
  const nextOffset = params.text('next_offset');
  const results = readResults(params.json('results', "Can't parse JSON encoded inline query results"), world);
  if (Buffer.byteLength(nextOffset) > maxOffsetBytes) throw badRequest('NEXT_OFFSET_INVALID');
  if (new Set(results.map(({ id }) => id)).size < results.length) throw badRequest('RESULT_ID_DUPLICATE');
  const isPersonal = params.flag('is_personal');
  const button = readButton(params.json('button', "Can't parse inline query results button JSON object"));
  inlineQueries.answer(params.text('inline_query_id'), { results, nextOffset, cacheSeconds, isPersonal, button });
  return true;
};

function readButton(value: unknown): InlineAnswerButton | undefined {
  if (value === undefined || value === null) return undefined;
  return readingField("Can't parse inline query results button: ", () => {
    if (!isObject(value)) throw new FieldError('InlineQueryResultsButton must be an Object');
    const text = requiredText(value, 'text');
    const startParameter = optionalText(value, 'start_parameter');
    if (startParameter === undefined && !isObject(value.web_app)) {
      throw new FieldError('InlineQueryResultsButton must have exactly one optional field');
    }
    if (!text.isWellFormed()) throw badRequest('Strings must be encoded in UTF-8');
    if (text === '') throw badRequest('BUTTON_TEXT_INVALID');
    if (startParameter !== undefined && !startParameterPattern.test(startParameter))
      throw badRequest('START_PARAM_INVALID');
    return { text, startParameter };
  });
}

function readResults(value: unknown, world: World): readonly InlineResult[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw badRequest('Expected an Array of inline query results');
  if (value.length > maxResults) throw badRequest('Too many inline query results specified');
  return value.map((result: unknown) =>
    readingField("Can't parse inline query result: ", () => {
      if (!isObject(result)) throw new FieldError('Inline query result must be an object');
      return readResult(result, world);
    }),
  );
}

function readResult(result: Readonly<Record<string, unknown>>, world: World): InlineResult {
  const type = requiredText(result, 'type').toLowerCase();
  const id = requiredText(result, 'id');
  if (id === '' || Buffer.byteLength(id) > maxIdBytes) throw badRequest('RESULT_ID_INVALID');
  const description = optionalText(result, 'description');
  if (type !== 'article') {
    const title = optionalText(result, 'title');
    return { type, id, title, description, ...nothingToSend };
  }
  const title = requiredText(result, 'title');
  const content = result.input_message_content;
  if (!isObject(content)) throw new FieldError('Can\'t find field "input_message_content"');
  if (title.trim() === '') throw badRequest('ARTICLE_TITLE_EMPTY');
  if (![title, description ?? ''].every((text) => text.isWellFormed()))
    throw badRequest('Strings must be encoded in UTF-8');
  const keyboard = readInlineKeyboard(result.reply_markup);
  const preview = content.link_preview_options;
  return {
    type,
    id,
    title,
    description,
    ...readMessage(content, world),
    // Where it will be sent is not known: what only a private chat takes is refused (aiogram#1569).
    replyMarkup: keyboard && checkInlineKeyboard(keyboard, 'group', { takesHttpWebApps: false }).markup,
    showsLinkPreview: !(isObject(preview) && preview.is_disabled === true),
  };
}

const nothingToSend = {
  messageText: undefined,
  entities: [],
  replyMarkup: undefined,
  showsLinkPreview: false,
} as const;

function readMessage(
  content: Readonly<Record<string, unknown>>,
  world: World,
): Pick<InlineResult, 'messageText' | 'entities'> {
  const source = {
    text: requiredText(content, 'message_text'),
    parseMode: optionalText(content, 'parse_mode') ?? '',
    entities: [],
  };
  const { text, entities } = prepareText(readMarkup(source), (id) => world.users.get(id));
  if (text.length > maxMessageUnits) throw badRequest('MESSAGE_TOO_LONG');
  return { messageText: text, entities };
}
