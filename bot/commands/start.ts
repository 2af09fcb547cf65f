import type { BotCommand, Conversation } from '../conversation.js';
import { openArticle } from './article.js';
import { categoriesCommand } from './categories.js';
import { latestCommand } from './latest.js';
import { showSubscribed } from './subscribe.js';

export const startCommand: BotCommand = {
  name: 'start',
  words: ['开始'],
  changesSettings: false,
  async run(chat, payload) {
    const link = /^(?<kind>sub|art)_(?<id>\d{1,15})$/u.exec(payload)?.groups;
    if (link?.kind === 'art') return openArticle(chat, Number(link.id));
    if (link?.kind === 'sub') {
      const subscribed = await chat.services.subscriptions.subscribeById(chat.target, Number(link.id), chat.now);
      if (subscribed) return showSubscribed(chat, [subscribed]);
    }
    if (payload) return chat.reply(chat.t.linkStale);
    await welcome(chat);
  },
  buttons: {
    do: {
      changesSettings: false,
      async press(chat, [what]) {
        await chat.notice();
        // Below the message that holds the button: the welcome stays, and its other buttons with it.
        const below = { ...chat, show: chat.reply };
        if (what === 'categories') return categoriesCommand.run(below, '');
        if (what === 'latest') return latestCommand.run(below, '');
        await chat.reply(chat.t.help);
      },
    },
  },
};

async function welcome({ t, reply, chatType }: Conversation): Promise<void> {
  const { categories, latest, help, otherLanguage } = t.buttons;
  await reply(chatType === 'private' ? t.welcome : t.welcomeGroup, [
    [
      { text: categories, data: 'do:categories' },
      { text: latest, data: 'do:latest' },
    ],
    [{ text: help, data: 'do:help' }, otherLanguage],
  ]);
}
