import { TelegramError } from 'telegraf';
import type { SendOutcome } from '../src/domain/delivery.js';
import { PacerClosed } from './pacer.js';

export type SendFailure =
  | Exclude<SendOutcome, { kind: 'sent' }>
  | { readonly kind: 'unparsable'; readonly detail: string };

const noRightToWrite =
  /(?:not enough|have no) rights to (?:send|post)|CHAT_WRITE_FORBIDDEN|need administrator rights/iu;

/**
 * What Telegram tells only in words: the beginnings of `description` behind "Bad Request: ", as the public server
 * (tdlib/telegram-bot-api) writes them.
 */
const badRequests: readonly {
  readonly words: RegExp;
  readonly kind: 'gone' | 'topic-gone' | 'unparsable' | 'dropped';
}[] = [
  { words: /can't parse entities|BUTTON_(?:URL|TYPE)_INVALID|button URL|switch_inline_query/iu, kind: 'unparsable' },
  { words: /message thread not found|topic_(?:deleted|closed)/iu, kind: 'topic-gone' },
  { words: /message is not modified|message to edit not found|message can't be edited/iu, kind: 'dropped' },
  { words: /chat not found|user not found|PEER_ID_INVALID/iu, kind: 'gone' },
  { words: noRightToWrite, kind: 'gone' },
  { words: /group chat was deactivated/iu, kind: 'gone' },
];

/** Turns whatever a send threw into an outcome. Codes and `parameters` decide first, words last (DESIGN.md, "Push rules"). */
export function toSendFailure(error: unknown): SendFailure {
  if (error instanceof PacerClosed) return { kind: 'postponed', detail: 'not sent before the stop' };
  if (!(error instanceof TelegramError)) return { kind: 'transient', detail: describeNetworkError(error) };
  const { code, description, parameters } = error;
  const detail = `${code}: ${description}`;
  if (parameters?.migrate_to_chat_id) return { kind: 'migrated', toChatId: parameters.migrate_to_chat_id };
  if (code === 429) return { kind: 'rate-limited', retryAfterSeconds: parameters?.retry_after ?? 1 };
  if (code === 401) return { kind: 'unauthorised', detail };
  if (code === 403) return { kind: 'gone', detail };
  // An answer without a code comes from something that is not the Bot API.
  if (code === undefined || code >= 500) return { kind: 'transient', detail };
  const known = badRequests.find(({ words }) => words.test(description));
  return { kind: known?.kind ?? 'refused', detail };
}

/**
 * The right that the bot lacks in a chat, when that is what an error says: to write, or to see who its members are (hidden
 * members, https://core.telegram.org/bots/api#getchatmember).
 */
export function rightMissed(error: unknown): 'write' | 'members' | undefined {
  if (!(error instanceof TelegramError)) return undefined;
  if (/CHAT_ADMIN_REQUIRED|member list is inaccessible/iu.test(error.description)) return 'members';
  return noRightToWrite.test(error.description) ? 'write' : undefined;
}

/** Name and code only: a message of the HTTP library can hold the request's address, and with it the token. */
export function describeNetworkError(error: unknown): string {
  const { name, code, type } = error as { name?: string; code?: string; type?: string };
  return ['network', name, code ?? type].filter(Boolean).join(' ');
}
