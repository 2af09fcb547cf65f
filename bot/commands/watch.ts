import { truncate } from '../../src/domain/text.js';
import type { WatchResult } from '../../src/service/watch.js';
import { articleButtons, renderArticleLines } from '../article-list.js';
import type { BotCommand, Conversation } from '../conversation.js';
import { type Html, html, joinHtml } from '../html.js';
import { inRows, type Keyboard } from '../keyboard.js';
import { arrivalOf } from '../pace-lines.js';
import { hintFor } from './pace-hint.js';
import { unclearCategory } from './search.js';

/** A query, quoted back. */
export const maxQueryShown = 40;
const maxButtonChars = 20;

export const watchCommand: BotCommand = {
  name: 'watch',
  words: ['关键词', '关注关键词', '订阅关键词'],
  changesSettings: true,
  async run(chat, text) {
    if (!text.trim()) return listWatches(chat);
    for (const query of splitQueries(text))
      await showWatched(chat, await chat.services.watches.watch(chat.target, query, chat.now));
  },
  buttons: {
    w: {
      changesSettings: true,
      async press(chat, [queryId]) {
        const text = await chat.services.browse.findText(Number(queryId));
        if (text === undefined) return chat.notice(chat.t.staleButton);
        await chat.notice();
        // Below the search result, which stays.
        await showWatched(chat, await chat.services.watches.watch(chat.target, text, chat.now));
      },
    },
  },
};

const mostAtOnce = 5;

/** `公交、地铁` are two queries, as they would be two names; whoever writes quotes or signs means one. */
function splitQueries(text: string): readonly string[] {
  if (/["“”]|(?:^|\s)[-+]|:|\bOR\b/u.test(text)) return [text];
  const parts = text.split(/[、，,;；\n]/u).map((part) => part.trim());
  return parts.filter(Boolean).slice(0, mostAtOnce);
}

/** What is followed, with buttons to give it up, or how to begin. */
export async function listWatches(chat: Conversation, below: readonly Html[] = []): Promise<void> {
  const { t, services, target } = chat;
  const watches = await services.watches.list(target);
  if (watches.length === 0) return chat.reply(t.noWatches);
  const lines = watches.map(({ text }) => html`· ${truncate(text, maxQueryShown)}`);
  const text = html`${t.watchesTitle(watches.length)}\n${joinHtml(lines, '\n')}`;
  await chat.reply(joinHtml([text, ...below], '\n\n'), unwatchButtons(chat, watches));
}

export function unwatchButtons({ t }: Conversation, watches: readonly { id: number; text: string }[]): Keyboard {
  const buttons = watches.map(({ id, text }) => ({
    text: t.buttons.unwatch(truncate(text, maxButtonChars)),
    data: `unw:${id}`,
  }));
  return inRows(buttons, 2);
}

/** How to name a category behind `in:`. */
const inCategory = ({ name }: { name: string }) => html`<code>in:${/\s/u.test(name) ? `"${name}"` : name}</code>`;

async function showWatched(chat: Conversation, result: WatchResult): Promise<void> {
  const { t } = chat;
  switch (result.kind) {
    case 'no-words':
      return chat.reply(t.watchNoWords);
    case 'dated':
      return chat.reply(t.watchDated);
    case 'too-many':
      return chat.reply(t.watchTooMany(result.most));
    case 'bad-or':
      return chat.reply(t.searchBadOr);
    case 'unclear-category':
      return chat.reply(joinHtml([unclearCategory(chat, result), ...result.near.map(inCategory)], '\n'));
    case 'watched':
      break;
  }
  const { watch, isNew, recent, newest, titlesOnly } = result;
  const shown = truncate(watch.text, maxQueryShown);
  const told = [
    isNew ? t.watching(shown) : t.alreadyWatching(shown),
    html`${t.watchRecent(recent.count, recent.isExact, await arrivalOf(chat))}`,
    ...(titlesOnly ? [t.searchTitlesOnly] : []),
  ];
  const list = newest.length > 0 ? [html`${t.newest}\n${renderArticleLines(newest, chat.render)}`] : [];
  await chat.reply(joinHtml([joinHtml(told, '\n'), ...list, ...(await hintFor(chat, 1))], '\n\n'), [
    ...articleButtons(newest),
    ...unwatchButtons(chat, [watch]),
  ]);
}
