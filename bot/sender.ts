import type { ChatType, ClaimedEdit, SendOutcome } from '../src/domain/delivery.js';
import type { ChatView, MessageSender, PushView } from '../src/ports.js';
import { forReaders, linksOnly } from './deep-links.js';
import { type Html, html } from './html.js';
import type { Keyboard } from './keyboard.js';
import { locales } from './locale/index.js';
import { type Offers, type Rendered, type RenderOptions, renderArticle } from './render-article.js';
import { renderDigest } from './render-digest.js';
import { renderNotice } from './render-notice.js';
import { scriptConverter } from './script.js';
import { type SendFailure, toSendFailure } from './send-failure.js';
import type { MessageTarget, TelegramApi } from './telegram-api.js';

/**
 * Sends pushes and corrections and turns any failure into an outcome. A message whose markup, link or button Telegram does not
 * take goes once more as plain text. `username` gives the bot's, or throws what keeps it from knowing: where several read,
 * buttons lead into the private chat with it. `offersIn`: what a kind of chat can be offered.
 */
export function createSender(
  api: TelegramApi,
  now: () => Date,
  username: () => Promise<string>,
  offersIn: (chatType: ChatType) => Offers = () => ({}),
): MessageSender {
  const optionsFor = ({ language, timeZone, detail }: ChatView, chatType: ChatType): RenderOptions => ({
    language,
    timeZone,
    now,
    detail,
    ...offersIn(chatType),
  });
  const buttonsFor = async (chatType: ChatType, keyboard: Keyboard): Promise<Keyboard> => {
    if (chatType === 'private') return keyboard;
    const name = await username();
    const shared = forReaders(keyboard, chatType, name);
    return chatType === 'channel' ? linksOnly(shared, name) : shared;
  };

  type Pushed = MessageTarget & { readonly chatType: ChatType; readonly silent: boolean };
  const push = async (to: Pushed, rendered: Rendered, { script, onTurn }: PushView) =>
    withPlainRetry((await scriptConverter(script)).rendered(rendered), async (text, keyboard) => {
      const { silent } = to;
      const buttons = await buttonsFor(to.chatType, keyboard);
      const message = await api.send(to, text, buttons, { priority: 'push', silent, onTurn });
      return message.message_id;
    });
  const edit = async ({ chatId, messageId, chatType }: ClaimedEdit, rendered: Rendered, { script, onTurn }: PushView) =>
    withPlainRetry((await scriptConverter(script)).rendered(rendered), async (text, keyboard) => {
      const buttons = await buttonsFor(chatType, keyboard);
      await api.edit({ chatId, messageId }, text, buttons, { priority: 'edit', onTurn });
      return messageId;
    });
  return {
    sendArticle: (message, article, view) =>
      push(message, renderArticle(article, optionsFor(view, message.chatType), message), view),
    sendDigest: (message, page, view) => push(message, renderDigest(page, optionsFor(view, message.chatType)), view),
    sendNotice: (message, view) => push({ ...message, silent: true }, renderNotice(message.text, view.language), view),
    editArticle(message, article, view) {
      const reason = message.of.kind === 'article' ? message.of : {};
      return edit(message, renderArticle(article, optionsFor(view, message.chatType), reason), view);
    },
    editDigest: (message, page, view) => edit(message, renderDigest(page, optionsFor(view, message.chatType)), view),
    async sendTopicGone(chatId, view) {
      const rendered = { text: locales[view.language].topicGone, keyboard: [] };
      await push({ chatId, topicId: 0, chatType: 'supergroup', silent: false }, rendered, view);
    },
  };
}

async function withPlainRetry(
  { text, keyboard }: Rendered,
  send: (text: Html, keyboard: Keyboard) => Promise<number>,
): Promise<SendOutcome> {
  const first = await outcomeOf(() => send(text, keyboard));
  if (first.kind !== 'unparsable') return first.kind === 'refused' ? { ...first, payload: text.markup } : first;
  // Links can be what is refused, and buttons that ask inline when inline mode was turned off meanwhile.
  const harmless = keyboard.map((row) => row.filter((button) => 'data' in button));
  const second = await outcomeOf(() => send(html`${text.plain}`, harmless));
  if (second.kind !== 'unparsable' && second.kind !== 'refused') return second;
  return { kind: 'refused', detail: second.detail, payload: text.markup };
}

async function outcomeOf(
  send: () => Promise<number>,
): Promise<SendFailure | { readonly kind: 'sent'; readonly messageId: number }> {
  try {
    return { kind: 'sent', messageId: await send() };
  } catch (error) {
    return toSendFailure(error);
  }
}
