import { truncate } from '../../src/domain/text.js';
import type { BotCommand } from '../conversation.js';
import { html, joinHtml } from '../html.js';
import { inRows } from '../keyboard.js';

/** Names listed in one message; Telegram takes 100 buttons and 4,096 characters. */
const maxListed = 90;
const maxNameChars = 38;

export const subscriptionsCommand: BotCommand = {
  name: 'subscriptions',
  words: ['我的订阅', '订阅列表'],
  changesSettings: false,
  async run(chat) {
    const { t } = chat;
    const subscribed = await chat.services.subscriptions.list(chat.target);
    const browse = [{ text: t.buttons.categories, data: 'do:categories' }];
    if (subscribed.length === 0) return chat.reply(t.noSubscriptions, [browse]);
    const listed = subscribed.slice(0, maxListed);
    const names = listed.map(({ name }) => html`· ${truncate(name, maxNameChars, maxNameChars)}`);
    const more = subscribed.length > maxListed ? [html`…`] : [];
    const buttons = listed.map(({ id, name }) => ({ text: t.buttons.unsubscribe(name), data: `unsub:${id}` }));
    const text = html`${t.subscriptionsTitle(subscribed.length)}\n${joinHtml([...names, ...more], '\n')}`;
    await chat.reply(text, [...inRows(buttons, 2), [...browse, { text: t.buttons.latest, data: 'do:latest' }]]);
  },
};
