import type { BotCommand, Conversation } from '../conversation.js';
import { html } from '../html.js';
import { inRows } from '../keyboard.js';

const categoriesPerPage = 12;
const maxFilterChars = 40;

export const categoriesCommand: BotCommand = {
  name: 'categories',
  words: ['分类', '媒体', '全部媒体'],
  changesSettings: false,
  run: (chat, filter) => showCategories(chat, 0, filter.trim().slice(0, maxFilterChars) || undefined),
  buttons: {
    cat: {
      changesSettings: false,
      async press(chat, [page, filterId]) {
        await chat.notice();
        await showCategories(chat, Number(page), await findFilter(chat, filterId));
      },
    },
    tog: {
      changesSettings: true,
      async press(chat, [id, page, filterId]) {
        const { subscriptions } = chat.services;
        const removed = await subscriptions.unsubscribeById(chat.target, Number(id));
        if (!removed) return chat.notice(chat.t.staleButton);
        const { name } = removed.category;
        if (!removed.was) await subscriptions.subscribeById(chat.target, Number(id), chat.now);
        const told = removed.was ? chat.t.unsubscribed(name) : chat.t.subscribed(name);
        await chat.notice(told.plain);
        await showCategories(chat, Number(page), await findFilter(chat, filterId));
      },
    },
  },
};

async function findFilter({ services }: Conversation, id: string | undefined): Promise<string | undefined> {
  return id ? services.browse.findText(Number(id)) : undefined;
}

/** A page of media, by number of articles; those this chat follows are ticked. In place when a button was pressed. */
export async function showCategories(chat: Conversation, page: number, filter: string | undefined): Promise<void> {
  const { t, services } = chat;
  const all = await services.browse.listCategories(filter ?? '');
  if (all.length === 0) return chat.show(filter ? t.noCategoryMatches(filter) : t.noCategories);
  const pages = Math.ceil(all.length / categoriesPerPage);
  const at = Math.min(Math.max(0, Math.trunc(page) || 0), pages - 1);
  const subscribed = new Set((await services.subscriptions.list(chat.target)).map(({ id }) => id));
  // A filter is words and button data has 64 bytes: the data carries the number under which the words are kept.
  const suffix = filter ? `:${await services.browse.rememberText(filter)}` : '';
  const names = all.slice(at * categoriesPerPage, (at + 1) * categoriesPerPage).map(({ id, name, articleCount }) => ({
    text: `${subscribed.has(id) ? '✓ ' : ''}${name} (${articleCount})`,
    data: `tog:${id}:${at}${suffix}`,
  }));
  const turn = [
    ...(at > 0 ? [{ text: t.buttons.previousPage, data: `cat:${at - 1}${suffix}` }] : []),
    ...(at < pages - 1 ? [{ text: t.buttons.nextPage, data: `cat:${at + 1}${suffix}` }] : []),
  ];
  const title = filter ? t.categoriesFiltered(filter, all.length) : t.categoriesTitle(all.length);
  const place = pages > 1 ? html`\n${t.pageOf(at + 1, pages)}` : html``;
  await chat.show(html`${title}${place}`, [...inRows(names, 2), turn]);
}
