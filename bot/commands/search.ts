import { truncate } from '../../src/domain/text.js';
import type { SearchHit, SearchOrder } from '../../src/ports.js';
import type { SearchResult } from '../../src/service/browse.js';
import type { UnclearCategory } from '../../src/service/resolve-query.js';
import { articleButtons, renderArticleLines } from '../article-list.js';
import type { BotCommand, Conversation } from '../conversation.js';
import { type Html, html, joinHtml } from '../html.js';
import { type Button, inRows, type Keyboard } from '../keyboard.js';
import { miniAppButtons } from '../mini-app/link.js';
import { formatSearchPage, type PageAddress, parseSearchPage } from '../search-page.js';

const hitsPerPage = 5;
/** What was typed, quoted back. */
const maxShownChars = 40;
/** Telegram takes 4,096; the rest is for the line above and the ones below. */
const maxListUnits = 3_500;
const wordsPerRow = 3;
const maxApartChars = 24;

export const searchCommand: BotCommand = {
  name: 'search',
  words: ['搜索', '查找', '搜'],
  changesSettings: false,
  async run(chat, text) {
    if (!text.trim()) return showUsage(chat);
    await showPage(chat, text.trim(), { order: 'ranked', number: 1 });
  },
  buttons: {
    q: {
      changesSettings: false,
      async press(chat, [queryId, ...fields]) {
        const page = parseSearchPage(fields);
        const text = page && (await chat.services.browse.findText(Number(queryId)));
        if (!page || text === undefined) return chat.notice(chat.t.staleButton);
        // Acknowledged before the search, which may take its time.
        await chat.notice();
        await showPage(chat, text, page);
      },
    },
  },
};

/** How to search, and what many titles speak of this week. */
async function showUsage(chat: Conversation): Promise<void> {
  const { browse } = chat.services;
  // The usage is worth having without the words, too.
  const rising = await browse.rising(chat.now).catch(() => []);
  const words: Button[] = [];
  for (const { word } of rising) words.push(await searchButton(chat, word, word));
  const usage = words.length > 0 ? html`${chat.t.searchUsage}\n${chat.t.searchRising}` : chat.t.searchUsage;
  await chat.reply(usage, inRows(words, wordsPerRow));
}

/** A button that searches for a text. */
async function searchButton({ services }: Conversation, label: string, text: string): Promise<Button> {
  const id = await services.browse.rememberText(text);
  return { text: label, data: `q:${id}:${formatSearchPage({ order: 'ranked', number: 1 })}` };
}

async function showPage(chat: Conversation, text: string, page: PageAddress): Promise<void> {
  const result = await chat.services.browse.search(text, { ...page, limit: hitsPerPage }, chat.asker);
  const { t } = chat;
  switch (result.kind) {
    case 'superseded':
      return chat.reply(t.searchSuperseded(truncate(text, maxShownChars)));
    case 'empty':
      return showUsage(chat);
    case 'bad-date':
      return chat.reply(t.searchBadDate(truncate(result.text, maxShownChars)));
    case 'bad-range':
      return chat.reply(t.searchBadRange);
    case 'bad-or':
      return chat.reply(t.searchBadOr);
    case 'unclear-category':
      return chat.reply(unclearCategory(chat, result), await categoryChoices(chat, text, result));
    case 'found':
      return showHits(chat, result, page.number);
  }
}

/** What is wrong with the name behind `in:`. */
export function unclearCategory({ t }: Conversation, { name, fits, near }: UnclearCategory): Html {
  const shown = truncate(name, maxShownChars);
  if (fits === 'several') return t.whichOne(shown);
  return near.length > 0
    ? html`${t.noSuchCategory(shown)}${t.nearNames}`
    : html`${t.noSuchCategory(shown)}${t.browseHint}`;
}

/** The same search in each of the categories that may have been meant. */
async function categoryChoices(chat: Conversation, text: string, { name, near }: UnclearCategory): Promise<Keyboard> {
  const buttons: Button[] = [];
  for (const category of near) {
    const meant = text.replace(`"${name}"`, name).replace(name, `"${category.name}"`);
    buttons.push(await searchButton(chat, category.name, meant));
  }
  return inRows(buttons, 2);
}

async function showHits(
  chat: Conversation,
  result: Extract<SearchResult, { kind: 'found' }>,
  page: number,
): Promise<void> {
  const { t } = chat;
  const shown = truncate(result.text, maxShownChars);
  const notes = notesOn(chat, result);
  if (result.items.length === 0) return showNothing(chat, result, notes);
  const firstNumber = (page - 1) * hitsPerPage + 1;
  const withSnippets = renderArticleLines(result.items, chat.render, snippetOf, firstNumber);
  // Only a page of the strangest characters is too long with its snippets.
  const fits = withSnippets.visibleLength <= maxListUnits;
  const lines = fits ? withSnippets : renderArticleLines(result.items, chat.render, undefined, firstNumber);
  const { count, isExact } = result.total;
  const title = count > 0 ? t.searchTitle(shown, count, isExact) : t.searchTitle(shown, undefined, false);
  const pages = Math.ceil(count / hitsPerPage);
  const place = isExact && pages > 1 ? html` · ${t.pageOf(page, pages)}` : html``;
  await chat.show(
    joinHtml([html`${title}${place}`, lines, ...(notes.length > 0 ? [joinHtml(notes, '\n')] : [])], '\n\n'),
    [
      ...articleButtons(result.items, firstNumber),
      turnButtons(chat, result, page),
      [
        ...(canWatch(result) ? [{ text: t.buttons.watch, data: `w:${result.queryId}` }] : []),
        ...miniAppButtons(chat.render, t.buttons.trend, { p: 'trend', q: result.text }),
      ],
      ...ofCategory(chat, result),
    ],
  );
}

/** Nothing was found: what might be, one press away. */
async function showNothing(
  chat: Conversation,
  result: Extract<SearchResult, { kind: 'found' }>,
  notes: readonly Html[],
): Promise<void> {
  const { t } = chat;
  const nothing = result.timedOut ? [] : [t.searchNothing(truncate(result.text, maxShownChars))];
  const { apart } = result;
  const button =
    apart &&
    (await searchButton(
      chat,
      t.buttons.searchApart(truncate(apart.text, maxApartChars), apart.count, apart.isExact),
      apart.text,
    ));
  await chat.show(joinHtml([...nothing, ...notes], '\n'), [...(button ? [[button]] : []), ...ofCategory(chat, result)]);
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
function turnButtons(
  { t }: Conversation,
  result: Extract<SearchResult, { kind: 'found' }>,
  page: number,
): readonly Button[] {
  const { items, hasNewer, hasOlder, order, queryId, total } = result;
  const to = (address: PageAddress) => `q:${queryId}:${formatSearchPage(address)}`;
  const first = items[0]?.place;
  const last = items.at(-1)?.place;
  const other: SearchOrder = order === 'ranked' ? 'newest' : 'ranked';
  const canReorder = result.canBeRanked && (total.count > 1 || !total.isExact);
  return [
    ...(hasNewer && first
      ? [
          {
            text: t.buttons.previousPage,
            data: to({ order, number: page - 1, from: { direction: 'newer', place: first } }),
          },
        ]
      : []),
    ...(hasOlder && last
      ? [{ text: t.buttons.nextPage, data: to({ order, number: page + 1, from: { direction: 'older', place: last } }) }]
      : []),
    ...(canReorder ? [{ text: t.buttons.orderBy[other], data: to({ order: other, number: 1 }) }] : []),
  ];
}

function snippetOf({ snippet }: SearchHit): Html | undefined {
  if (snippet.length === 0) return undefined;
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
