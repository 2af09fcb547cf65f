import type { ChatType } from '../../src/domain/delivery.js';
import type { BotCommand, Conversation, Services } from '../conversation.js';
import { actionOfLink, groupLink } from '../deep-links.js';
import { html } from '../html.js';
import type { Locale } from '../locale/index.js';
import { miniAppButtons } from '../mini-app/link.js';
import { inlinePayload, parseSearchPayload } from '../start-link.js';
import { articleButtonActions } from './article.js';
import { categoriesCommand } from './categories.js';
import { latestCommand } from './latest.js';
import { searchCommand } from './search.js';
import { showSubscribed } from './subscribe.js';

const addedByButton = 'new';

export const startCommand: BotCommand = {
  name: 'start',
  words: ['开始'],
  // In a group that was chosen by a link, it is the group that subscribes.
  changesSettings: (payload) => payload.startsWith('sub_'),
  async run(chat, payload) {
    // Behind the button that adds the bot to a group, where it has just introduced itself.
    if (payload === addedByButton && chat.chatType !== 'private') return;
    const link = /^(?<kind>[a-z]{3})_(?<id>\d{1,15})$/u.exec(payload)?.groups;
    const opens = articleButtonActions[actionOfLink(link?.kind ?? '') ?? ''];
    if (link && opens) return opens.press(speaking(chat), [link.id ?? '', '0']);
    if (link?.kind === 'sub') {
      const subscribed = await chat.services.subscriptions.subscribeById(chat.target, Number(link.id), chat.now);
      if (subscribed) return showSubscribed(chat, [subscribed]);
    }
    const searched = parseSearchPayload(payload);
    if (searched) return searchCommand.run(chat, searched);
    if (payload && payload !== inlinePayload) return chat.reply(chat.t.linkStale);
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

/** What a press would tell in a notice is said aloud: nobody pressed anything here. */
function speaking(chat: Conversation): Conversation {
  return { ...chat, notice: async (text) => (text ? chat.reply(html`${text}`) : undefined) };
}

async function welcome({ t, reply, render, chatType, botUsername, services }: Conversation): Promise<void> {
  const { categories, latest, help, otherLanguage, addToGroup, catalogue } = t.buttons;
  const invite = { text: addToGroup, url: groupLink(botUsername, addedByButton) };
  await reply(welcomeOf(t, chatType)(await exampleName(services)), [
    [
      { text: categories, data: 'do:categories' },
      { text: latest, data: 'do:latest' },
    ],
    miniAppButtons(render, catalogue, { p: 'sources' }),
    [{ text: help, data: 'do:help' }, otherLanguage],
    ...(chatType === 'private' ? [[invite]] : []),
  ]);
}

/** In an archive that is still empty, a medium that everybody knows. */
const knownName = '中国劳动保障报';

/** A medium whose subscription brings something: the largest that is there. */
async function exampleName({ browse }: Services): Promise<string> {
  const [largest] = await browse.listCategories('');
  return largest?.name ?? knownName;
}

function welcomeOf(t: Locale, chatType: ChatType) {
  if (chatType === 'private') return t.welcome;
  return chatType === 'channel' ? t.welcomeChannel : t.welcomeGroup;
}
