import type { Category } from '../../src/domain/category.js';
import type { BotCommand, Conversation } from '../conversation.js';
import { type Html, html } from '../html.js';
import { inRows } from '../keyboard.js';
import { miniAppButtons } from '../mini-app/link.js';

const categoriesPerPage = 12;
const initialsPerRow = 7;
const maxFilterChars = 40;

export const categoriesCommand: BotCommand = {
  name: 'categories',
  words: ['分类', '媒体', '全部媒体'],
  changesSettings: false,
  run: (chat, filter) => showCategories(chat, 0, filter.trim().slice(0, maxFilterChars) || undefined),
  buttons: {
    cat: {
      changesSettings: false,
      async press(chat, [page, choice]) {
        await chat.notice();
        await showPage(chat, Number(page), await findChoice(chat, choice));
      },
    },
    ini: {
      changesSettings: false,
      async press(chat) {
        await chat.notice();
        await showInitials(chat);
      },
    },
    tog: {
      changesSettings: true,
      async press(chat, [id, page, choice]) {
        const { subscriptions } = chat.services;
        const removed = await subscriptions.unsubscribeById(chat.target, Number(id));
        if (!removed) return chat.notice(chat.t.staleButton);
        const { name } = removed.category;
        if (!removed.was) await subscriptions.subscribeById(chat.target, Number(id), chat.now);
        const told = removed.was ? chat.t.unsubscribed(name) : chat.t.subscribed(name);
        await chat.notice(told.plain);
        await showPage(chat, Number(page), await findChoice(chat, choice));
      },
    },
  },
};

/** Which media are shown: all, those that have some words in their name, or those that begin with a letter. */
interface Choice {
  readonly filter?: string | undefined;
  readonly initial?: string | undefined;
}

/** Reads what `formatChoice` wrote; all of them when that is too old. */
async function findChoice({ services }: Conversation, field: string | undefined): Promise<Choice> {
  if (!field) return {};
  if (isInitial(field)) return { initial: field };
  return { filter: await services.browse.findText(Number(field)) };
}

const isInitial = (field: string) => /^[A-Z#]$/u.test(field);

/** A field of button data with the colon before it. A filter is words and button data has 64 bytes: it goes by number. */
async function formatChoice({ services }: Conversation, { filter, initial }: Choice): Promise<string> {
  if (initial) return `:${initial}`;
  return filter ? `:${await services.browse.rememberText(filter)}` : '';
}

async function listChosen({ services }: Conversation, { filter, initial }: Choice): Promise<readonly Category[]> {
  if (initial) return (await services.browse.listInitials()).get(initial) ?? [];
  return services.browse.listCategories(filter ?? '');
}

/** The letters that names begin with, to look one up by how it is read. In place of the list. */
async function showInitials(chat: Conversation): Promise<void> {
  const { t } = chat;
  const initials = [...(await chat.services.browse.listInitials()).keys()];
  if (initials.length === 0) return chat.show(t.noCategories);
  const letters = initials.map((initial) => ({ text: initial, data: `cat:0:${initial}` }));
  await chat.show(t.chooseInitial, [...inRows(letters, initialsPerRow), [{ text: t.buttons.bySize, data: 'cat:0' }]]);
}

/** The first page of all media, or of those whose name has the filter. */
export function showCategories(chat: Conversation, page: number, filter: string | undefined): Promise<void> {
  return showPage(chat, page, { filter });
}

/** A page of media, by number of articles; those this chat follows are ticked. In place when a button was pressed. */
async function showPage(chat: Conversation, page: number, choice: Choice): Promise<void> {
  const { t, services } = chat;
  const all = await listChosen(chat, choice);
  const { filter, initial } = choice;
  if (all.length === 0) return chat.show(filter ? t.noCategoryMatches(filter) : t.noCategories);
  const pages = Math.ceil(all.length / categoriesPerPage);
  const at = Math.min(Math.max(0, Math.trunc(page) || 0), pages - 1);
  const subscribed = new Set((await services.subscriptions.list(chat.target)).map(({ id }) => id));
  const suffix = await formatChoice(chat, choice);
  const names = all.slice(at * categoriesPerPage, (at + 1) * categoriesPerPage).map(({ id, name, articleCount }) => ({
    text: `${subscribed.has(id) ? '✓ ' : ''}${name} (${articleCount})`,
    data: `tog:${id}:${at}${suffix}`,
  }));
  const turn = [
    ...(at > 0 ? [{ text: t.buttons.previousPage, data: `cat:${at - 1}${suffix}` }] : []),
    ...(at < pages - 1 ? [{ text: t.buttons.nextPage, data: `cat:${at + 1}${suffix}` }] : []),
  ];
  const title = titleOf(chat, choice, all.length);
  // What fits one page needs no index.
  const ways = [
    ...(initial ? [{ text: t.buttons.bySize, data: 'cat:0' }] : []),
    ...(initial || (!filter && pages > 1) ? [{ text: t.buttons.byInitial, data: 'ini' }] : []),
  ];
  const catalogue = miniAppButtons(chat.render, t.buttons.catalogue, { p: 'sources' });
  const place = pages > 1 ? html`\n${t.pageOf(at + 1, pages)}` : html``;
  await chat.show(html`${title}${place}`, [...inRows(names, 2), turn, ways, catalogue]);
}

function titleOf({ t }: Conversation, { filter, initial }: Choice, total: number): Html {
  if (initial) return t.categoriesBeginning(initial, total);
  return filter ? t.categoriesFiltered(filter, total) : t.categoriesTitle(total);
}
