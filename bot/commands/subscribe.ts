import type { Category } from '../../src/domain/category.js';
import { truncate } from '../../src/domain/text.js';
import type { Subscribed, Unresolved } from '../../src/service/subscribe.js';
import { articleButtons, renderArticleLines } from '../article-list.js';
import type { BotCommand, Conversation } from '../conversation.js';
import { html, joinHtml } from '../html.js';
import { inRows } from '../keyboard.js';
import { arrivalOf } from '../pace-lines.js';
import { showCategories } from './categories.js';
import { paceButtons } from './digest.js';
import { hintFor } from './pace-hint.js';

/** What a reader typed, quoted back. */
const maxTypedChars = 30;
const maxOffered = 24;
/** Articles a week, 30 a day: more is worth a digest (DESIGN.md, "Commands"). */
const manyPerWeek = 7 * 30;

export const subscribeCommand: BotCommand = {
  name: 'subscribe',
  words: ['订阅', '关注'],
  changesSettings: true,
  async run(chat, text) {
    if (!text.trim()) return showCategories(chat, 0, undefined);
    const { done, unresolved } = await chat.services.subscriptions.subscribe(chat.target, text, chat.now);
    if (done.length > 0) await showSubscribed(chat, done);
    if (unresolved.length > 0) await offerNames(chat, unresolved, 'sub');
  },
  buttons: {
    sub: {
      changesSettings: true,
      async press(chat, [id]) {
        const subscribed = await chat.services.subscriptions.subscribeById(chat.target, Number(id), chat.now);
        if (!subscribed) return chat.notice(chat.t.staleButton);
        await chat.notice();
        await showSubscribed(chat, [subscribed]);
      },
    },
  },
};

/** Tells what was subscribed, how often something comes, and for a single one shows the newest. */
export async function showSubscribed(chat: Conversation, done: readonly Subscribed[]): Promise<void> {
  const { t } = chat;
  const arrival = await arrivalOf(chat);
  const lines = done.map(({ category, isNew, articlesLastWeek }) => {
    if (category.articleCount === 0) return t.subscribedAhead(category.name, arrival);
    const told = isNew ? t.subscribed(category.name) : t.alreadySubscribed(category.name);
    return html`${told}${done.length > 1 ? ' · ' : '\n'}${t.pace(articlesLastWeek, arrival)}`;
  });
  const only = done.length === 1 ? done[0] : undefined;
  const newest = only?.newest ?? [];
  const shown = newest.length > 0 ? [html`${t.newest}\n${renderArticleLines(newest, chat.render)}`] : [];
  const undo = done.map(({ category }) => ({
    text: t.buttons.unsubscribe(category.name),
    data: `unsub:${category.id}`,
  }));
  const offersDigest = await isWorthDigest(chat, done);
  const offer = offersDigest ? [html`${t.manyArticles}`] : [];
  const hint = await hintFor(chat, done.length);
  await chat.reply(joinHtml([joinHtml(lines, '\n'), ...shown, ...hint, ...offer], '\n\n'), [
    ...articleButtons(newest),
    ...(offersDigest ? [paceButtons(chat)] : []),
    ...inRows(undo, 1),
  ]);
}

/** So much comes that the chat should be asked how; one that chose its times has answered. */
async function isWorthDigest({ services, target }: Conversation, done: readonly Subscribed[]): Promise<boolean> {
  if (done.every(({ articlesLastWeek }) => articlesLastWeek <= manyPerWeek)) return false;
  return (await services.settings.find(target.chatId)).digestTimes === undefined;
}

/** Names that fit several categories, or none: the nearest as buttons, all in one message. `more` goes behind their data. */
export async function offerNames(
  chat: Conversation,
  unresolved: readonly Unresolved[],
  action: NameAction,
  more = '',
): Promise<void> {
  const { t } = chat;
  const lines = unresolved.map(({ kind, name, near }) => {
    const typed = truncate(name, maxTypedChars);
    if (kind === 'several') return t.whichOne(typed);
    return near.length > 0 ? html`${t.notFound(typed)}${t.nearNames}` : t.notFound(typed);
  });
  const offered = new Map(unresolved.flatMap(({ near }) => near).map((category) => [category.id, category]));
  const buttons = [...offered.values()]
    .slice(0, maxOffered)
    .map((category) => nameButton(chat, category, action, more));
  const hint = buttons.length > 0 ? [] : [t.browseHint];
  await chat.reply(joinHtml([...lines, ...hint], '\n'), inRows(buttons, 2));
}

/** What a press on an offered name does: subscribe, unsubscribe, show its newest articles, set or remove a filter. */
type NameAction = 'sub' | 'unsub' | 'lat' | 'fil' | 'unf';

function nameButton({ t }: Conversation, { id, name }: Category, action: NameAction, more: string) {
  const { subscribe, unsubscribe, unfilter } = t.buttons;
  const texts = { sub: subscribe(name), unsub: unsubscribe(name), lat: name, fil: name, unf: unfilter(name) };
  return { text: texts[action], data: `${action}:${id}${more}` };
}
