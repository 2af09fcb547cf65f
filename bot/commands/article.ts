import type { ButtonAction, Conversation } from '../conversation.js';
import { html } from '../html.js';
import { renderArticle, renderTextPage } from '../render-article.js';

/** Sends an article's summary as a new message. */
export async function openArticle(chat: Conversation, articleId: number): Promise<void> {
  const article = await chat.services.browse.find(articleId);
  if (!article) return chat.reply(html`${chat.t.articleGone}`);
  const { text, keyboard } = renderArticle(article, chat.render);
  await chat.notice();
  await chat.reply(text, keyboard);
}

/** Buttons of the summary message and of lists: open the summary, turn the pages of the text, come back. */
export const articleButtonActions: Readonly<Record<string, ButtonAction>> = {
  art: {
    changesSettings: false,
    press: (chat, [id]) => openArticle(chat, Number(id)),
  },
  text: {
    changesSettings: false,
    async press(chat, [id, page]) {
      const article = await chat.services.browse.find(Number(id));
      const rendered = article && renderTextPage(article, Number(page), chat.render);
      if (!rendered) return chat.notice(chat.t.articleGone);
      await chat.notice();
      await chat.show(rendered.text, rendered.keyboard);
    },
  },
  sum: {
    changesSettings: false,
    async press(chat, [id]) {
      const article = await chat.services.browse.find(Number(id));
      if (!article) return chat.notice(chat.t.articleGone);
      const { text, keyboard } = renderArticle(article, chat.render);
      await chat.notice();
      await chat.show(text, keyboard);
    },
  },
};
