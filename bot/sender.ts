import type { SendOutcome } from '../src/domain/delivery.js';
import type { MessageSender } from '../src/ports.js';
import { type Html, html } from './html.js';
import type { Keyboard } from './keyboard.js';
import { type RenderOptions, renderArticle } from './render-article.js';
import { toSendFailure } from './send-failure.js';
import type { TelegramApi } from './telegram-api.js';

/** Sends summaries and turns any failure into an outcome. A message whose markup or
 * link Telegram does not take goes once more as plain text. */
export function createSender(api: TelegramApi, options: Omit<RenderOptions, 'language'>): MessageSender {
  const send = async (target: Parameters<MessageSender['sendArticle']>[0], text: Html, keyboard: Keyboard) => {
    try {
      const message = await api.send(target, text, keyboard, { priority: 'push' });
      return { kind: 'sent', messageId: message.message_id } as const;
    } catch (error) {
      return toSendFailure(error);
    }
  };
  return {
    async sendArticle(target, article, language): Promise<SendOutcome> {
      const { text, keyboard } = renderArticle(article, { ...options, language }, target.keywords);
      const outcome = await send(target, text, keyboard);
      if (outcome.kind !== 'unparsable') return outcome;
      const withoutLinks = keyboard.map((row) => row.filter((button) => !('url' in button)));
      const second = await send(target, html`${text.plain}`, withoutLinks);
      return second.kind === 'unparsable' ? { kind: 'refused', detail: second.detail } : second;
    },
  };
}
