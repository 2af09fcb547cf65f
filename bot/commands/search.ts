import { truncate } from '../../src/domain/text.js';
import type { SearchHit } from '../../src/ports.js';
import type { SearchResult } from '../../src/service/browse.js';
import { articleButtons, pageButtons, parsePlace, renderArticleLines } from '../article-list.js';
import type { BotCommand, Conversation } from '../conversation.js';
import { type Html, html, joinHtml } from '../html.js';
import type { Keyboard } from '../keyboard.js';

const hitsPerPage = 5;
/** What was typed, quoted back. */
const maxShownChars = 40;
/** Telegram takes 4,096; the rest is for the line above and the one below. */
const maxListUnits = 3_700;

export const searchCommand: BotCommand = {
  name: 'search',
  words: ['搜索', '查找', '搜'],
  changesSettings: false,
  async run(chat, text) {
    await showResult(chat, await chat.services.browse.search(text.trim(), { limit: hitsPerPage }));
  },
  buttons: {
    q: {
      changesSettings: false,
      async press(chat, [queryId, place]) {
        const from = parsePlace(place);
        if (!from) return chat.notice(chat.t.staleButton);
        const text = await chat.services.browse.findText(Number(queryId));
        if (text === undefined) return chat.notice(chat.t.staleButton);
        // Acknowledged before the search, which may take its time.
        await chat.notice();
        await showResult(chat, await chat.services.browse.search(text, { limit: hitsPerPage, from }));
      },
    },
  },
};

async function showResult(chat: Conversation, result: SearchResult): Promise<void> {
  const { t } = chat;
  if (result.kind === 'empty') return chat.reply(t.searchUsage);
  if (result.kind === 'unsupported') return chat.reply(t.searchUnsupported(result.operator));
  if (result.kind === 'unknown-category') {
    const near = result.near.map(({ name }) => html`<code>in:${/\s/u.test(name) ? `"${name}"` : name}</code>`);
    return chat.reply(joinHtml([t.noSuchCategory(truncate(result.name, maxShownChars)), ...near], '\n'));
  }
  const shown = truncate(result.text, maxShownChars);
  const title = t.searchTitle(shown);
  const cut = result.timedOut ? html`\n\n${t.searchTimedOut}` : html``;
  if (result.items.length === 0) {
    const nothing = result.timedOut ? t.searchTimedOut : t.searchNothing(shown);
    return chat.show(nothing, ofCategory(chat, result));
  }
  const turn = pageButtons(result, `q:${result.queryId}`, chat.render);
  const withSnippets = renderArticleLines(result.items, chat.render, snippetOf);
  // Only a page of the strangest characters is too long with its snippets.
  const fits = withSnippets.visibleLength <= maxListUnits;
  const lines = fits ? withSnippets : renderArticleLines(result.items, chat.render);
  await chat.show(html`${title}\n\n${lines}${cut}`, [
    ...articleButtons(result.items),
    turn,
    ...ofCategory(chat, result),
  ]);
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
