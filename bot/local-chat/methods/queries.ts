import { badRequest } from '../api-error.js';
import type { Method } from './context.js';

const maxAnswerCharacters = 200;

export const answerCallbackQuery: Method = (params, { world, callbacks, events }) => {
  const text = params.text('text');
  const url = params.text('url');
  const callbackQueryId = params.text('callback_query_id');
  const answer = {
    callbackQueryId,
    text: text || undefined,
    showAlert: params.flag('show_alert'),
    url: url || undefined,
  };
  if ([...text].length > maxAnswerCharacters) throw badRequest('MESSAGE_TOO_LONG');
  if (!text.isWellFormed()) throw badRequest('strings must be encoded in UTF-8');
  // Without a game only a link that starts this bot may be opened.
  if (url !== '' && !startsBot(url, world.bot.username ?? '')) throw badRequest('URL_INVALID');
  callbacks.answer(callbackQueryId, answer);
  events.emit('callbackAnswer', answer);
  return true;
};

function startsBot(url: string, username: string): boolean {
  return new RegExp(`^(?:https?://)?(?:t|telegram)\\.me/${username}\\?start=`, 'iu').test(url);
}
