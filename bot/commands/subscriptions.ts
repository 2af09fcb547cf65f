import { truncate } from '../../src/domain/text.js';
import type { BotCommand, Conversation } from '../conversation.js';
import { type Html, html, joinHtml } from '../html.js';
import { inRows } from '../keyboard.js';
import { outlookOf, paceLine } from '../pace-lines.js';
import { listWatches, unwatchButtons } from './watch.js';

/** Names listed in one message; Telegram takes 100 buttons and 4,096 characters. */
const maxListed = 80;
const maxNameChars = 24;
const mostButtons = 90;
const maxTopics = 12;

export const subscriptionsCommand: BotCommand = {
  name: 'subscriptions',
  words: ['我的订阅', '订阅列表'],
  changesSettings: false,
  async run(chat) {
    const { t } = chat;
    const subscribed = await chat.services.subscriptions.list(chat.target);
    const watches = await chat.services.watches.list(chat.target);
    const filters = await chat.services.filters.list(chat.target);
    const inTopics = await listTopics(chat);
    const browse = [{ text: t.buttons.categories, data: 'do:categories' }];
    const line = paceLine(chat, await outlookOf(chat));
    const pace = line ? [html`${line}`] : [];
    if (subscribed.length === 0 && watches.length === 0) {
      return chat.reply(joinHtml([...inTopics, t.noSubscriptions], '\n\n'), [browse]);
    }
    if (subscribed.length === 0) {
      await listWatches(chat, pace);
      return inTopics[0] && chat.reply(inTopics[0]);
    }
    const listed = subscribed.slice(0, maxListed);
    const names = listed.map(({ name }) => html`· ${truncate(name, maxNameChars, maxNameChars)}`);
    const more = subscribed.length > maxListed ? [html`…`] : [];
    const buttons = listed.map(({ id, name }) => ({ text: t.buttons.unsubscribe(name), data: `unsub:${id}` }));
    const text = html`${t.subscriptionsTitle(subscribed.length)}\n${joinHtml([...names, ...more], '\n')}`;
    const queries = watches.map((watch) => html`· ${truncate(watch.text, maxNameChars, maxNameChars)}`);
    const watched = watches.length > 0 ? [html`${t.watchesTitle(watches.length)}\n${joinHtml(queries, '\n')}`] : [];
    const filtered = filters.length > 0 ? [t.filtersHold(filters.length)] : [];
    // A message takes 100 buttons: with very many subscriptions, the queries keep theirs and the last names do without.
    const room = mostButtons - watches.length;
    const rows = [...inRows(buttons.slice(0, room), 2), ...unwatchButtons(chat, watches)];
    await chat.reply(joinHtml([text, ...watched, ...filtered, ...inTopics, ...pace], '\n\n'), [
      ...rows,
      [...browse, { text: t.buttons.latest, data: 'do:latest' }],
    ]);
  },
};

/** In the General topic of a forum: what the others follow, which is not in this list. */
async function listTopics({ t, services, target, chatType }: Conversation): Promise<readonly Html[]> {
  if (chatType !== 'supergroup' || target.topicId !== 0) return [];
  const topics = await services.subscriptions.listTopics(target.chatId);
  if (topics.length === 0) return [];
  const lines = topics.slice(0, maxTopics).map(({ topicId, count }) => {
    // Telegram does not tell bots what a topic is called.
    const url = `https://t.me/c/${String(target.chatId).replace(/^-100/u, '')}/${topicId}`;
    return html`· <a href="${url}">${t.topic(topicId)}</a> ${t.topicFollows(count)}`;
  });
  const more = topics.length > maxTopics ? [html`…`] : [];
  return [joinHtml([t.topicsFollow, ...lines, ...more], '\n')];
}
