import type { MessageEntity } from './bot-api.js';

const wordCharacter = String.raw`[\p{L}\p{N}_]`;

/**
 * What Telegram recognizes in plain text by itself, as the regular expressions in tdlib's MessageEntity.cpp have it.
 * Addresses are found only with their scheme; bare domains, e-mail, cashtags and card numbers are not looked for.
 */
const finders: readonly { readonly type: string; readonly pattern: RegExp }[] = [
  { type: 'mention', pattern: new RegExp(`(?<!${wordCharacter})@[a-zA-Z0-9_]{2,32}(?!${wordCharacter})`, 'gu') },
  {
    type: 'bot_command',
    pattern: new RegExp(
      `(?<!${wordCharacter}|[/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?!${wordCharacter}|[/<>@])`,
      'gu',
    ),
  },
  {
    type: 'hashtag',
    pattern:
      /(?<![\p{L}\p{N}_\u200c·])#(?=[\p{N}_\u200c·]*\p{L})[\p{L}\p{N}_\u200c·]{1,256}(?![\p{L}\p{N}_\u200c·]*#)/gu,
  },
  { type: 'url', pattern: /(?<![\p{L}\p{N}_])(?:https?|tg|ton|tonsite):\/\/[^\s<>"“”«»，。；！？、（）]+/giu },
];

/** Punctuation that ends a sentence, not an address. */
const trailingPunctuation = /[.,:;!?'")\]}]+$/u;

/** The entities of plain text in order of offset, never overlapping: the earlier and longer one stays. */
export function findEntities(text: string): readonly MessageEntity[] {
  const found = finders.flatMap(({ type, pattern }) =>
    [...text.matchAll(pattern)].map((match) => {
      const matched = type === 'url' ? match[0].replace(trailingPunctuation, '') : match[0];
      return { type, offset: match.index, length: matched.length };
    }),
  );
  found.sort((a, b) => a.offset - b.offset || b.length - a.length);
  let covered = 0;
  return found.filter((entity) => {
    if (entity.offset < covered) return false;
    covered = entity.offset + entity.length;
    return true;
  });
}
