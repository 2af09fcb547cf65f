import { truncate } from '../src/domain/text.js';
import type { ArticleLine, Page, PageRequest } from '../src/ports.js';
import { formatTime } from './dates.js';
import { type Html, html, joinHtml } from './html.js';
import { type Button, inRows, type Keyboard } from './keyboard.js';
import { locales } from './locale/index.js';
import type { RenderOptions } from './render-article.js';

const maxTitleChars = 80;
const maxMediumChars = 30;
/** Shared by the titles of a list, in UTF-16 units: the rest of the 4,096 is for media, times and snippets. */
const unitsForTitles = 2_000;
/** Telegram counts a link's address only before it parses the text, but then up to some 32,000; a list has up to twenty. */
const maxLinkUnits = 1_000;
const numbersPerRow = 5;

/** Numbered articles, each with its title (linked), medium and time, and what `extra` adds below. */
export function renderArticleLines<T extends ArticleLine>(
  articles: readonly T[],
  options: RenderOptions,
  extra: (article: T) => Html | undefined = () => undefined,
  firstNumber = 1,
): Html {
  const lines = articles.map((article, index) => {
    const title = truncate(article.title, maxTitleChars, Math.floor(unitsForTitles / articles.length));
    const isShort = article.url !== undefined && article.url.length <= maxLinkUnits;
    const linked = isShort ? html`<a href="${article.url ?? ''}">${title}</a>` : html`${title}`;
    const time = formatTime(article.published ?? article.orderAt, options.timeZone, options.language, options.now());
    const origin = html`<i>${[truncate(article.medium ?? '', maxMediumChars, maxMediumChars * 2), time].filter(Boolean).join(' · ')}</i>`;
    const below = extra(article);
    return joinHtml([html`${firstNumber + index}. ${linked}`, origin, ...(below ? [below] : [])], '\n');
  });
  return joinHtml(lines, '\n');
}

/** One button per article with its number, which opens the summary. */
export function articleButtons(articles: readonly ArticleLine[], firstNumber = 1): Keyboard {
  return inRows(
    articles.map(({ id }, index) => ({ text: String(firstNumber + index), data: `art:${id}` })),
    numbersPerRow,
  );
}

/** Buttons to the pages beside this one. `prefix` says what is paged; the place follows it. */
export function pageButtons(page: Page<ArticleLine>, prefix: string, options: RenderOptions): readonly Button[] {
  const { buttons } = locales[options.language];
  const first = page.items[0];
  const last = page.items.at(-1);
  return [
    ...(page.hasNewer && first ? [{ text: buttons.newer, data: `${prefix}:${formatPlace('n', first)}` }] : []),
    ...(page.hasOlder && last ? [{ text: buttons.older, data: `${prefix}:${formatPlace('o', last)}` }] : []),
  ];
}

/** The page newer or older than an article, in at most 19 bytes: direction, order time and id. */
export function formatPlace(direction: 'n' | 'o', { orderAt, id }: Pick<ArticleLine, 'orderAt' | 'id'>): string {
  return `${direction}${orderAt.getTime().toString(36)}.${id.toString(36)}`;
}

/** Reads what `formatPlace` wrote. Undefined: not ours. Eleven digits are more than any time or number has, and fit a column. */
export function parsePlace(field: string | undefined): PageRequest['from'] {
  const match = /^(?<direction>[no])(?<time>-?[0-9a-z]{1,11})\.(?<id>[0-9a-z]{1,11})$/u.exec(field ?? '')?.groups;
  if (!match) return undefined;
  const key = { orderAt: Number.parseInt(match.time ?? '', 36), id: Number.parseInt(match.id ?? '', 36) };
  return { direction: match.direction === 'n' ? 'newer' : 'older', key };
}
