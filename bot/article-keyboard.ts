import type { StoredArticle } from '../src/domain/article.js';
import { truncate } from '../src/domain/text.js';
import type { Button, Keyboard } from './keyboard.js';
import { locales } from './locale/index.js';
import type { RenderOptions } from './render-article.js';

/** A subscription to a category, as a button names it. */
export interface SubscriptionName {
  readonly id: number;
  readonly name: string;
}

/** What a short label has room for beside its verb. */
const maxNameChars = 12;

interface SummaryButtons {
  /** There is more to read than the summary shows. */
  readonly hasMore: boolean;
  readonly subscription: SubscriptionName | undefined;
}

/** Under a summary: original, full text and related; other media and sharing; giving up the subscription that it came from. */
export function summaryKeyboard(
  article: StoredArticle,
  options: RenderOptions,
  { hasMore, subscription }: SummaryButtons,
): Keyboard {
  const { buttons } = locales[options.language];
  const fullText = { text: buttons.fullText, data: `text:${article.id}:0${carried(subscription)}` };
  return [
    [...originalButton(article, buttons.original), ...(hasMore ? [fullText] : []), relatedButton(article, options)],
    ...lastRows(article, options, subscription),
  ];
}

interface TextButtons {
  /** Counted from 0. */
  readonly page: number;
  readonly pages: number;
  readonly subscription: SubscriptionName | undefined;
}

/** Under the full text: to the pages beside this one, and what stands under the summary, with the way back to it. */
export function textKeyboard(
  article: StoredArticle,
  options: RenderOptions,
  { page, pages, subscription }: TextButtons,
): Keyboard {
  const { buttons } = locales[options.language];
  const turn = (to: number, text: string) =>
    to >= 0 && to < pages ? [{ text, data: `text:${article.id}:${to}${carried(subscription)}` }] : [];
  const summary = { text: buttons.summary, data: `sum:${article.id}${carried(subscription)}` };
  return [
    [...turn(page - 1, buttons.previousPage), ...turn(page + 1, buttons.nextPage)],
    [...originalButton(article, buttons.original), summary, relatedButton(article, options)],
    ...lastRows(article, options, subscription),
  ];
}

/** Telegram refuses a button whose host has no dot, and the whole message with it. */
export function originalButton({ url }: StoredArticle, text: string): readonly Button[] {
  return url && new URL(url).hostname.includes('.') ? [{ text, url }] : [];
}

/** What an inline query says for exactly one article. */
export const inlineQueryFor = (articleId: number) => `art_${articleId}`;
export const inlineQueryPattern = /^art_(?<id>\d{1,15})$/u;

function relatedButton({ id }: StoredArticle, { language }: RenderOptions): Button {
  return { text: locales[language].buttons.related, data: `rel:${id}` };
}

function lastRows(
  { id, otherMedia }: StoredArticle,
  { language, canShare }: RenderOptions,
  subscription: SubscriptionName | undefined,
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

/** The subscription goes along from button to button: the message itself is all that remembers it. */
function carried(subscription: SubscriptionName | undefined): string {
  return subscription ? `:${subscription.id}` : '';
}
