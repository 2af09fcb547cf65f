import { displayTitle } from '../../src/domain/article.js';
import { truncate } from '../../src/domain/text.js';
import type { RepliedTo } from '../attachments.js';
import type { BotCommand, Conversation } from '../conversation.js';
import { saveButton } from '../save-button.js';

const maxTitleChars = 60;

/** Keeps the article of the message that it answers. Anybody may: what is kept changes nothing that is pushed. */
export const saveCommand: BotCommand = {
  name: 'save',
  words: ['收藏这篇', '收藏文章'],
  changesSettings: false,
  async run(chat) {
    const { t, repliedTo } = chat;
    if (!repliedTo) return chat.reply(t.saveUsage);
    const articleIds = await findArticles(chat, repliedTo);
    const [articleId] = articleIds;
    if (articleIds.length > 1) return chat.reply(t.saveSeveral);
    if (articleId === undefined) return chat.reply(t.saveUsage);
    const article = await chat.services.browse.find(articleId);
    const result = await chat.services.saved.save(chat.target.chatId, articleId, chat.now);
    if (!article || result.kind === 'gone') return chat.reply(t.saveUsage);
    if (result.kind === 'too-many') return chat.reply(t.saveTooMany(result.most));
    const title = truncate(displayTitle(article), maxTitleChars);
    await chat.reply(result.isNew ? t.saved(title) : t.alreadySaved(title), [[saveButton(t, articleId, true)]]);
  },
  buttons: {
    save: {
      changesSettings: false,
      async press(chat, [id]) {
        const { t } = chat;
        const articleId = Number(id);
        const result = await chat.services.saved.save(chat.target.chatId, articleId, chat.now);
        if (result.kind === 'gone') return chat.notice(t.articleGone);
        if (result.kind === 'too-many') return chat.notice(t.saveTooMany(result.most).plain);
        await chat.notice(t.savedNotice);
        await chat.replaceButton(`save:${id}`, saveButton(t, articleId, true));
      },
    },
    unsave: {
      changesSettings: false,
      async press(chat, [id]) {
        const articleId = Number(id);
        await chat.services.saved.remove(chat.target.chatId, articleId);
        await chat.notice(chat.t.unsavedNotice);
        await chat.replaceButton(`unsave:${id}`, saveButton(chat.t, articleId, false));
      },
    },
  },
};

/** A summary carries its article in its buttons, whether it was pushed or asked for; a push that lost them is looked up. */
async function findArticles({ services, target }: Conversation, { messageId, buttonData }: RepliedTo) {
  const named = buttonData.flatMap((data) => {
    const id = /^(?:save|unsave|text|rel):(?<id>\d{1,15})(?::|$)/u.exec(data)?.groups?.id;
    return id === undefined ? [] : [Number(id)];
  });
  if (named.length > 0) return [...new Set(named)];
  const listed = buttonData.filter((data) => /^art:\d/u.test(data));
  // A list with one line leaves no doubt either.
  if (listed.length > 0) return listed.map((data) => Number(data.slice('art:'.length)));
  return services.saved.articlesOf(target.chatId, messageId);
}
