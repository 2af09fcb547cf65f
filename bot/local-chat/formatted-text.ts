import { badRequest } from './api-error.js';
import { arrangeEntities, sortEntities } from './arrange-entities.js';
import type { FormattedText, MessageEntity, User } from './bot-api.js';
import { findEntities } from './find-entities.js';
import { type ParsedEntity, parseHtml } from './parse-html.js';

/** Bytes of a text parameter before parsing (Client::get_formatted_text). */
const maxSourceBytes = 1 << 15;
/** Entities that a message keeps; the server ignores the rest without a word. */
const maxEntities = 100;

export interface PreparedText extends FormattedText {
  /** How many entities the server would have ignored. A bot that cares keeps it at 0. */
  readonly droppedEntities: number;
}

/**
 * The text and entities of a request: `parse_mode` wins over `entities`. Offsets in `entities` count on the text as
 * sent. Throws ApiError when the text is missing or its markup cannot be read.
 */
export function readMarkup(source: { text: string; parseMode: string; entities: readonly ParsedEntity[] }): {
  readonly text: string;
  readonly entities: readonly ParsedEntity[];
} {
  if (source.text === '') throw badRequest('Message text is empty');
  if (Buffer.byteLength(source.text) > maxSourceBytes) throw badRequest('Text is too long');
  const mode = source.parseMode.toLowerCase();
  if (mode === '' || mode === 'none') return { text: source.text, entities: source.entities };
  if (mode === 'markdown' || mode === 'markdownv2') {
    throw badRequest(`parse_mode ${source.parseMode} is not built into the local Bot API: this project sends HTML`);
  }
  if (mode !== 'html') throw badRequest('Unsupported parse_mode');
  if (!source.text.isWellFormed()) throw badRequest('Text must be encoded in UTF-8');
  const parsed = parseHtml(source.text);
  if (!parsed.ok) throw badRequest(`Can't parse entities: ${parsed.error}`);
  return parsed;
}

/**
 * What a message shows of parsed text: cleaned, trimmed, with entities that fit each other and those found in the
 * text itself (MessageEntity.cpp, fix_formatted_text). Throws ApiError when nothing is left or it is no UTF-8.
 */
export function prepareText(
  parsed: { readonly text: string; readonly entities: readonly ParsedEntity[] },
  findUser: (id: number) => User | undefined,
): PreparedText {
  if (!parsed.text.isWellFormed()) throw badRequest('Strings must be encoded in UTF-8');
  const named = parsed.entities.flatMap((entity) => nameMentionedUser(entity, findUser));
  const cleaned = cleanText(parsed.text, arrangeEntities(named.filter(({ length }) => length > 0)));
  const trimmed = trim(cleaned);
  if (isBlank(trimmed.text)) throw badRequest('Text must be non-empty');
  const entities = arrangeEntities(trimmed.entities, findEntities(trimmed.text));
  return {
    text: trimmed.text,
    entities: entities.slice(0, maxEntities),
    droppedEntities: Math.max(0, entities.length - maxEntities),
  };
}

/** A mention by link of somebody whom the bot does not know is only text. */
function nameMentionedUser(entity: ParsedEntity, findUser: (id: number) => User | undefined): MessageEntity[] {
  const { userId, ...rest } = entity;
  if (userId === undefined) return [rest];
  const user = findUser(userId);
  return user ? [{ ...rest, user }] : [];
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is cleaned away
const controlCharacters = /[\0-\t\v\f\x0e-\x1f]/g;
/** Carriage returns, line and direction separators, and combining vertical lines vanish. */
const removedCharacters = /[\r\u2028-\u202e]|\u0333|\u033f|\u030a/g;

function cleanText(text: string, entities: readonly MessageEntity[]): FormattedText {
  const removed = [...text.matchAll(removedCharacters)].map(({ index }) => index);
  const move = (position: number) => {
    if (position > text.length) throw badRequest('Entity ends after the end of the text');
    return position - removed.filter((index) => index < position).length;
  };
  const moved = entities.map((entity) => {
    const offset = move(entity.offset);
    return { ...entity, offset, length: move(entity.offset + entity.length) - offset };
  });
  const cleaned = text.replace(removedCharacters, '').replace(controlCharacters, ' ');
  return { text: weakenDirectionMarks(cleaned), entities: moved.filter(({ length }) => length > 0) };
}

/** Of a run of direction marks only the last keeps its meaning. */
function weakenDirectionMarks(text: string): string {
  return text.replace(/[\u200e\u200f]+(?=[\u200e\u200f])/g, (run) => '\u200c'.repeat(run.length));
}

/** White space goes at the end always, at the start only as far as the first entity (as the real server does it). */
function trim({ text, entities }: FormattedText): FormattedText {
  const end = text.replace(/[ \n]+$/, '').length;
  const clipped = entities
    .filter(({ offset }) => offset < end)
    .map((entity) => ({ ...entity, length: Math.min(entity.length, end - entity.offset) }));
  const sorted = sortEntities(clipped);
  const leading = /^[ \n]*/.exec(text.slice(0, end))?.[0].length ?? 0;
  const begin = Math.min(leading, sorted[0]?.offset ?? leading);
  return {
    text: text.slice(begin, end),
    entities: sorted.map((entity) => ({ ...entity, offset: entity.offset - begin })),
  };
}

/** Characters that Telegram shows as nothing (misc.cpp, strip_empty_characters). */
const invisible = /[ \n\u00a0\u1680\u180e\u2000-\u200f\u202e\u202f\u205f\u2800\u3000\ufeff\ufffc\u{e0000}-\u{e007f}]/gu;

function isBlank(text: string): boolean {
  return text.replace(invisible, '') === '';
}
