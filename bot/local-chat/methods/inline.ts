import { badRequest } from '../api-error.js';
import { prepareText, readMarkup } from '../formatted-text.js';
import { FieldError, isObject, optionalText, readingField, requiredText } from '../params.js';
import type { World } from '../world.js';
import type { Method } from './context.js';

const maxResults = 50;
const maxIdBytes = 64;
const maxOffsetBytes = 64;

export interface InlineAnswer {
  /** As sent, each with what its message would show. */
  readonly results: readonly InlineResult[];
  readonly nextOffset: string;
  readonly cacheSeconds: number;
  readonly isPersonal: boolean;
}

export interface InlineResult {
  readonly type: string;
  readonly id: string;
  readonly title: string | undefined;
  readonly description: string | undefined;
  /** The text that choosing the result would send; undefined for results other than articles. */
  readonly messageText: string | undefined;
}

export const answerInlineQuery: Method = (params, { world, inlineQueries }) => {
  const cacheSeconds = params.integer('cache_time', { preset: 300, min: 0, max: 24 * 60 * 60 });
  const nextOffset = params.text('next_offset');
  const results = readResults(params.json('results', "Can't parse JSON encoded inline query results"), world);
  if (Buffer.byteLength(nextOffset) > maxOffsetBytes) throw badRequest('NEXT_OFFSET_INVALID');
  if (new Set(results.map(({ id }) => id)).size < results.length) throw badRequest('RESULT_ID_DUPLICATE');
  const isPersonal = params.flag('is_personal');
  inlineQueries.answer(params.text('inline_query_id'), { results, nextOffset, cacheSeconds, isPersonal });
  return true;
};

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
    return { type, id, title: optionalText(result, 'title'), description, messageText: undefined };
  }
  const title = requiredText(result, 'title');
  const content = result.input_message_content;
  if (!isObject(content)) throw new FieldError('Can\'t find field "input_message_content"');
  return { type, id, title, description, messageText: readMessageText(content, world) };
}

function readMessageText(content: Readonly<Record<string, unknown>>, world: World): string {
  const source = {
    text: requiredText(content, 'message_text'),
    parseMode: optionalText(content, 'parse_mode') ?? '',
    entities: [],
  };
  return prepareText(readMarkup(source), (id) => world.users.get(id)).text;
}
