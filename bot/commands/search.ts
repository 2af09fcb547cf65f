import type { SearchHit } from '../../src/ports.js';
import type { SearchResult } from '../../src/service/browse.js';
import { articleButtons, pageButtons, parsePlace, renderArticleLines } from '../article-list.js';
import type { BotCommand, Conversation } from '../conversation.js';
import { type Html, html } from '../html.js';
import { offerNames } from './subscribe.js';

const hitsPerPage = 5;
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
        await chat.notice();
        const result = await chat.services.browse.searchAgain(Number(queryId), { limit: hitsPerPage, from });
        if (result) await showResult(chat, result);
      },
    },
  },
};

async function showResult(chat: Conversation, result: SearchResult): Promise<void> {
  const { t } = chat;
  if (result.kind === 'empty') return chat.reply(t.searchUsage);
  if (result.kind === 'unknown-category')
    return offerNames(chat, [{ kind: 'none', name: result.name, near: result.near }], 'sub');
  const title = t.searchTitle(result.text.slice(0, 100));
  const cut = result.timedOut ? html`\n\n${t.searchTimedOut}` : html``;
  if (result.items.length === 0) {
    const nothing = result.timedOut ? t.searchTimedOut : t.searchNothing(result.text.slice(0, 100));
    return chat.show(nothing);
  }
  const turn = pageButtons(result, `q:${result.queryId}`, chat.render);
  const withSnippets = renderArticleLines(result.items, chat.render, snippetOf);
  // Only a page of the strangest characters is too long with its snippets.
  const fits = withSnippets.visibleLength <= maxListUnits;
  const lines = fits ? withSnippets : renderArticleLines(result.items, chat.render);
  await chat.show(html`${title}\n\n${lines}${cut}`, [...articleButtons(result.items), turn]);
}

function snippetOf({ snippet }: SearchHit): Html {
  return html`${snippet.map(({ text, hit }) => (hit ? html`<b>${text}</b>` : html`${text}`))}`;
}
