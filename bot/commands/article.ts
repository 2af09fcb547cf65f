import { displayTitle } from '../../src/domain/article.js';
import { truncate } from '../../src/domain/text.js';
import { parseReason } from '../article-keyboard.js';
import { articleButtons, renderArticleLines } from '../article-list.js';
import type { ButtonAction, Conversation } from '../conversation.js';
import { html } from '../html.js';
import { type ArticleReason, renderArticle, renderTextPage } from '../render-article.js';

const maxTitleChars = 60;

/** Sends an article's summary as a new message. */
async function openArticle(chat: Conversation, articleId: number): Promise<void> {
  const article = await chat.services.browse.find(articleId);
  if (!article) return chat.reply(html`${chat.t.articleGone}`);
  const isSaved = await chat.services.saved.has(chat.target.chatId, articleId);
  const { text, keyboard } = renderArticle(article, chat.render, { isSaved });
  await chat.notice();
  await chat.reply(text, keyboard);
}

/** Why the chat got the article, while it still asks for such: what is given up is no reason and needs no button any more. */
async function findReason({ services, target }: Conversation, field: string | undefined): Promise<ArticleReason> {
  const reason = parseReason(field);
  if (!reason) return {};
  if ('categoryId' in reason) {
    const subscribed = await services.subscriptions.list(target);
    return { subscription: subscribed.find(({ id }) => id === reason.categoryId) };
  }
  const watch = (await services.watches.list(target)).find(({ id }) => id === reason.queryId);
  return { keywords: watch?.text, queryId: watch?.id };
}

/** Buttons of the summary message and of lists: open the summary, turn the pages of the text, come back. */
export const articleButtonActions: Readonly<Record<string, ButtonAction>> = {
  art: {
    changesSettings: false,
    press: (chat, [id]) => openArticle(chat, Number(id)),
  },
  text: {
    changesSettings: false,
    async press(chat, [id, page, why]) {
      // A button or a link from before.
      if (chat.render.hasFullText === false) return chat.notice(chat.t.textNotShown);
      const article = await chat.services.browse.find(Number(id));
      const isSaved = await chat.services.saved.has(chat.target.chatId, Number(id));
      const reason = { ...(await findReason(chat, why)), isSaved };
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
    async press(chat, [id, why]) {
      const article = await chat.services.browse.find(Number(id));
      if (!article) return chat.notice(chat.t.articleGone);
      const reason = await findReason(chat, why);
      const isSaved = await chat.services.saved.has(chat.target.chatId, article.id);
      const { text, keyboard } = renderArticle(article, chat.render, { ...reason, isSaved });
      await chat.notice();
      await chat.show(text, keyboard);
    },
  },
};
