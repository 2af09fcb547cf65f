import { truncate } from '../../src/domain/text.js';
import type { PageRequest } from '../../src/ports.js';
import type { SavedPage } from '../../src/service/saved.js';
import { articleButtons, pageButtons, parsePlace, renderArticleLines } from '../article-list.js';
import type { BotCommand, Conversation } from '../conversation.js';
import { html } from '../html.js';
import { miniAppButtons } from '../mini-app/link.js';

const articlesPerPage = 5;
/** What was looked for, quoted back. */
const maxShownChars = 40;

export const savedCommand: BotCommand = {
  name: 'saved',
  words: ['我的收藏', '收藏夹'],
  wordsAlone: ['收藏'],
  changesSettings: false,
  run: (chat, text) => showSaved(chat, text, undefined),
  buttons: {
    kept: {
      changesSettings: false,
      async press(chat, [textId, place]) {
        const from = parsePlace(place);
        const text = textId ? await chat.services.browse.findText(Number(textId)) : '';
        if (!from || text === undefined) return chat.notice(chat.t.staleButton);
        await chat.notice();
        await showSaved(chat, text, from);
      },
    },
  },
};

/** A page of what the chat keeps. In place when a button was pressed. */
async function showSaved(chat: Conversation, typed: string, from: PageRequest['from']): Promise<void> {
  const { t, services, target } = chat;
  const page = await services.saved.list(target.chatId, typed, { limit: articlesPerPage, from });
  if (page.total === 0) return chat.show(html`${t.savedNothing}\n${t.saveUsage}`);
  const shown = truncate(page.text, maxShownChars);
  // Everything on this page was given up since.
  if (page.items.length === 0 && from) return chat.show(html`${t.noMore}`);
  if (page.items.length === 0) return chat.show(t.savedNoMatch(shown));
  const title = page.text ? t.savedWith(shown) : t.savedTitle(page.total);
  await chat.show(html`${title}\n${renderArticleLines(page.items, chat.render)}`, [
    ...articleButtons(page.items),
    turnButtons(chat, page),
    miniAppButtons(chat.render, t.buttons.savedInApp, { p: 'saved' }),
  ]);
}

/** Pages go by when an article was kept, not by when it was published. */
function turnButtons(chat: Conversation, page: SavedPage) {
  const items = page.items.map((line) => ({ ...line, orderAt: line.savedAt }));
  return pageButtons({ ...page, items }, `kept:${page.textId ?? ''}`, chat.render);
}
