import { truncate } from '../../src/domain/text.js';
import type { SearchHit, SearchOrder } from '../../src/ports.js';
import type { PageOfSearch, SearchResult } from '../../src/service/browse.js';
import { articleButtons, renderArticleLines } from '../article-list.js';
import type { BotCommand, Conversation } from '../conversation.js';
import { type Html, html, joinHtml } from '../html.js';
import { type Button, inRows, type Keyboard } from '../keyboard.js';
import { formatSearchPage, parseSearchPage } from '../search-page.js';

const hitsPerPage = 5;
/** What was typed, quoted back. */
const maxShownChars = 40;
/** Telegram takes 4,096; the rest is for the line above and the ones below. */
const maxListUnits = 3_500;
const wordsPerRow = 3;

export const searchCommand: BotCommand = {
  name: 'search',
  words: ['搜索', '查找', '搜'],
  changesSettings: false,
  async run(chat, text) {
    if (!text.trim()) return showUsage(chat);
    await showPage(chat, text.trim(), { order: 'ranked', limit: hitsPerPage });
  },
  buttons: {
    q: {
      changesSettings: false,
      async press(chat, [queryId, place, order]) {
        const page = parseSearchPage(place, order);
        const text = page && (await chat.services.browse.findText(Number(queryId)));
        if (!page || text === undefined) return chat.notice(chat.t.staleButton);
        // Acknowledged before the search, which may take its time.
        await chat.notice();
        await showPage(chat, text, { ...page, limit: hitsPerPage });
      },
    },
  },
};

/** How to search, and what many titles speak of this week. */
async function showUsage(chat: Conversation): Promise<void> {
  const { browse } = chat.services;
  const rising = await browse.rising(chat.now);
  const words: Button[] = [];
  for (const { word } of rising)
    words.push({ text: word, data: `q:${await browse.rememberText(word)}:${formatSearchPage({ order: 'ranked' })}` });
  const usage = words.length > 0 ? html`${chat.t.searchUsage}\n${chat.t.searchRising}` : chat.t.searchUsage;
  await chat.reply(usage, inRows(words, wordsPerRow));
}

async function showPage(chat: Conversation, text: string, page: PageOfSearch): Promise<void> {
  const result = await chat.services.browse.search(text, page, chat.asker);
  const { t } = chat;
  switch (result.kind) {
    case 'superseded':
      return;
    case 'empty':
      return showUsage(chat);
    case 'bad-date':
      return chat.reply(t.searchBadDate(truncate(result.text, maxShownChars)));
    case 'unknown-category':
      return chat.reply(
        joinHtml([t.noSuchCategory(truncate(result.name, maxShownChars)), ...result.near.map(inCategory)], '\n'),
      );
    case 'found':
      return showHits(chat, result);
  }
}

/** How to name a category behind `in:`. */
export const inCategory = ({ name }: { name: string }) =>
  html`<code>in:${/\s/u.test(name) ? `"${name}"` : name}</code>`;

async function showHits(chat: Conversation, result: Extract<SearchResult, { kind: 'found' }>): Promise<void> {
  const { t } = chat;
  const shown = truncate(result.text, maxShownChars);
  const notes = notesOn(chat, result);
  if (result.items.length === 0) {
    const nothing = result.timedOut ? [] : [t.searchNothing(shown)];
    return chat.show(joinHtml([...nothing, ...notes], '\n'), ofCategory(chat, result));
  }
  const withSnippets = renderArticleLines(result.items, chat.render, snippetOf);
  // Only a page of the strangest characters is too long with its snippets.
  const fits = withSnippets.visibleLength <= maxListUnits;
  const lines = fits ? withSnippets : renderArticleLines(result.items, chat.render);
  const { count, isExact } = result.total;
  const title = count > 0 ? t.searchTitle(shown, count, isExact) : t.searchTitle(shown, undefined, false);
  await chat.show(joinHtml([title, lines, ...(notes.length > 0 ? [joinHtml(notes, '\n')] : [])], '\n\n'), [
    ...articleButtons(result.items),
    turnButtons(chat, result),
    ...(canWatch(result) ? [[{ text: t.buttons.watch, data: `w:${result.queryId}` }]] : []),
    ...ofCategory(chat, result),
  ]);
}

/** What a reader has to know to trust the list. */
function notesOn(
  { t }: Conversation,
  { timedOut, filling, titlesOnly }: Extract<SearchResult, { kind: 'found' }>,
): Html[] {
  return [
    ...(timedOut ? [t.searchTimedOut] : []),
    ...(titlesOnly ? [t.searchTitlesOnly] : []),
    ...(filling ? [t.searchFilling(Math.floor((100 * filling.indexed) / Math.max(1, filling.articles)))] : []),
  ];
}

/** A first page offers to push what comes; a search within days has no future. */
function canWatch({ hasNewer, text }: Extract<SearchResult, { kind: 'found' }>): boolean {
  return !hasNewer && !/(?:after|before)[:：]/iu.test(text);
}

/** To the pages beside this one, and to the other order. */
function turnButtons({ t }: Conversation, result: Extract<SearchResult, { kind: 'found' }>): readonly Button[] {
  const { items, hasNewer, hasOlder, order, queryId, total } = result;
  const to = (page: Omit<PageOfSearch, 'limit'>) => `q:${queryId}:${formatSearchPage(page)}`;
  const first = items[0]?.place;
  const last = items.at(-1)?.place;
  const other: SearchOrder = order === 'ranked' ? 'newest' : 'ranked';
  const canReorder = total.count > 1 || !total.isExact;
  return [
    ...(hasNewer && first
      ? [{ text: t.buttons.previousPage, data: to({ order, from: { direction: 'newer', place: first } }) }]
      : []),
    ...(hasOlder && last
      ? [{ text: t.buttons.nextPage, data: to({ order, from: { direction: 'older', place: last } }) }]
      : []),
    ...(canReorder ? [{ text: t.buttons.orderBy[other], data: to({ order: other }) }] : []),
  ];
}

function snippetOf({ snippet }: SearchHit): Html {
  return html`${snippet.map(({ text, hit }) => (hit ? html`<b>${text}</b>` : html`${text}`))}`;
}

/** Whoever types the name of a medium may want the medium, not articles that mention it. */
function ofCategory({ t }: Conversation, { category }: Extract<SearchResult, { kind: 'found' }>): Keyboard {
  if (!category) return [];
  const { id, name } = category;
  return [
    [
      { text: t.buttons.subscribe(name), data: `sub:${id}` },
      { text: t.buttons.latestOf(name), data: `lat:${id}` },
    ],
  ];
}
