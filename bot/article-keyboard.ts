import type { StoredArticle } from '../src/domain/article.js';
import { truncate } from '../src/domain/text.js';
import type { Button, Keyboard } from './keyboard.js';
import { locales } from './locale/index.js';
import { miniAppButtons } from './mini-app/link.js';
import type { ArticleReason, RenderOptions } from './render-article.js';
import { saveButton } from './save-button.js';

/** A subscription to a category, as a button names it. */
export interface SubscriptionName {
  readonly id: number;
  readonly name: string;
}

/** What a short label has room for beside its verb. */
const maxNameChars = 12;
/** Whoever reads a text of more sections than these wants to find them. */
const shortOutline = 8;

interface SummaryButtons {
  /** There is more to read than the summary shows. */
  readonly hasMore: boolean;
  readonly reason: ArticleReason;
}

/** Under a summary: original, full text, related and keeping it; other media and sharing; giving up the subscription that it came from. */
export function summaryKeyboard(
  article: StoredArticle,
  options: RenderOptions,
  { hasMore, reason }: SummaryButtons,
): Keyboard {
  const { buttons } = locales[options.language];
  const fullText = { text: buttons.fullText, data: `text:${article.id}:0${formatReason(reason)}` };
  return [
    [
      ...originalButton(article, buttons.original),
      ...(hasMore ? [fullText] : []),
      relatedButton(article, options),
      saveButton(locales[options.language], article.id, reason.isSaved ?? false),
    ],
    ...lastRows(article, options, reason),
  ];
}

interface TextButtons {
  /** Counted from 0. */
  readonly page: number;
  readonly pages: number;
  readonly reason: ArticleReason;
}

/** Under the full text: to the pages beside this one, and what stands under the summary, with the way back to it. */
export function textKeyboard(
  article: StoredArticle,
  options: RenderOptions,
  { page, pages, reason }: TextButtons,
): Keyboard {
  const { buttons } = locales[options.language];
  const turn = (to: number, text: string) =>
    to >= 0 && to < pages ? [{ text, data: `text:${article.id}:${to}${formatReason(reason)}` }] : [];
  const isLong = pages > 1 || article.outline.length > shortOutline;
  const reader = isLong ? miniAppButtons(options, buttons.reader, { p: 'article', id: article.id }) : [];
  const summary = { text: buttons.summary, data: `sum:${article.id}${formatReason(reason)}` };
  return [
    [...turn(page - 1, buttons.previousPage), ...turn(page + 1, buttons.nextPage), ...reader],
    [
      ...originalButton(article, buttons.original),
      summary,
      relatedButton(article, options),
      saveButton(locales[options.language], article.id, reason.isSaved ?? false),
    ],
    ...lastRows(article, options, reason),
  ];
}

/** Telegram refuses a button whose host has no dot, and the whole message with it. */
export function originalButton({ url }: StoredArticle, text: string): readonly Button[] {
  return url && new URL(url).hostname.includes('.') ? [{ text, url }] : [];
}

/** What an inline query says for exactly one article. */
const inlineQueryFor = (articleId: number) => `art_${articleId}`;
export const inlineQueryPattern = /^art_(?<id>\d{1,15})$/u;

function relatedButton({ id }: StoredArticle, { language }: RenderOptions): Button {
  return { text: locales[language].buttons.related, data: `rel:${id}` };
}

function lastRows(
  { id, otherMedia }: StoredArticle,
  { language, canShare }: RenderOptions,
  { subscription }: ArticleReason,
): Keyboard {
  const { buttons } = locales[language];
  const name = subscription && truncate(subscription.name, maxNameChars, maxNameChars * 2);
  return [
    [
      ...(otherMedia > 0 ? [{ text: buttons.story, data: `story:${id}` }] : []),
      ...(canShare ? [{ text: buttons.share, inlineQuery: inlineQueryFor(id) }] : []),
    ],
    ...(subscription && name ? [[{ text: buttons.unsubscribe(name), data: `unsub:${subscription.id}` }]] : []),
  ].filter((row) => row.length > 0);
}

/**
 * Why the chat got the article, as a field of button data with the colon before it, which goes along from button to button:
 * the message itself is all that remembers it.
 */
function formatReason({ subscription, queryId }: ArticleReason): string {
  if (subscription) return `:${subscription.id}`;
  return queryId === undefined ? '' : `:k${queryId}`;
}

/** Reads what `formatReason` wrote: the number of a category, or that of a keyword query. */
export function parseReason(field: string | undefined): { categoryId: number } | { queryId: number } | undefined {
  const { mark, id } = /^(?<mark>k?)(?<id>\d{1,15})$/u.exec(field ?? '')?.groups ?? {};
  if (id === undefined) return undefined;
  return mark ? { queryId: Number(id) } : { categoryId: Number(id) };
}
