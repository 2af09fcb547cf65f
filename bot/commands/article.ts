import { displayTitle } from '../../src/domain/article.js';
import { truncate } from '../../src/domain/text.js';
import { articleButtons, renderArticleLines } from '../article-list.js';
import type { ButtonAction, Conversation } from '../conversation.js';
import { html } from '../html.js';
import { renderArticle, renderTextPage } from '../render-article.js';

const maxTitleChars = 60;

/** Sends an article's summary as a new message. */
export async function openArticle(chat: Conversation, articleId: number): Promise<void> {
  const article = await chat.services.browse.find(articleId);
  if (!article) return chat.reply(html`${chat.t.articleGone}`);
  const { text, keyboard } = renderArticle(article, chat.render);
  await chat.notice();
  await chat.reply(text, keyboard);
}

/** The subscription that an article was pushed because of, while there is one: what is given up needs no button any more. */
async function findSubscription({ services, target }: Conversation, categoryId: string | undefined) {
  if (!categoryId) return undefined;
  return (await services.subscriptions.list(target)).find(({ id }) => id === Number(categoryId));
}

/** Buttons of the summary message and of lists: open the summary, turn the pages of the text, come back. */
export const articleButtonActions: Readonly<Record<string, ButtonAction>> = {
  art: {
    changesSettings: false,
    press: (chat, [id]) => openArticle(chat, Number(id)),
  },
  text: {
    changesSettings: false,
    async press(chat, [id, page, categoryId]) {
      const article = await chat.services.browse.find(Number(id));
      const reason = { subscription: await findSubscription(chat, categoryId) };
      const rendered = article && renderTextPage(article, Number(page), chat.render, reason);
      if (!rendered) return chat.notice(chat.t.articleGone);
      await chat.notice();
      await chat.show(rendered.text, rendered.keyboard);
    },
  },
  rel: {
    changesSettings: false,
    async press(chat, [id]) {
      const { browse } = chat.services;
      const article = await browse.find(Number(id));
      if (!article) return chat.notice(chat.t.articleGone);
      const related = await browse.related(article.id);
      if (related.length === 0) return chat.notice(chat.t.relatedNothing);
      await chat.notice();
      const title = chat.t.relatedTitle(truncate(displayTitle(article), maxTitleChars));
      // Below the summary, which stays: it is what the others are related to.
      await chat.reply(html`${title}\n\n${renderArticleLines(related, chat.render)}`, articleButtons(related));
    },
  },
  story: {
    changesSettings: false,
    async press(chat, [id]) {
      const { browse } = chat.services;
      const article = await browse.find(Number(id));
      if (!article) return chat.notice(chat.t.articleGone);
      const carried = await browse.story(article.id);
      await chat.notice();
      const title = chat.t.storyTitle(truncate(displayTitle(article), maxTitleChars));
      await chat.reply(html`${title}\n\n${renderArticleLines(carried, chat.render)}`, articleButtons(carried));
    },
  },
  sum: {
    changesSettings: false,
    async press(chat, [id, categoryId]) {
      const article = await chat.services.browse.find(Number(id));
      if (!article) return chat.notice(chat.t.articleGone);
      const reason = { subscription: await findSubscription(chat, categoryId) };
      const { text, keyboard } = renderArticle(article, chat.render, reason);
      await chat.notice();
      await chat.show(text, keyboard);
    },
  },
};
