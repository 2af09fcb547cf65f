import type { BotCommand, Conversation } from '../conversation.js';
import { joinHtml } from '../html.js';
import { inRows } from '../keyboard.js';
import { offerNames } from './subscribe.js';

export const unsubscribeCommand: BotCommand = {
  name: 'unsubscribe',
  words: ['退订', '取消订阅', '取消关注', '取消'],
  changesSettings: true,
  async run(chat, text) {
    if (!text.trim()) return offerAll(chat);
    const { done, notSubscribed, unresolved } = await chat.services.subscriptions.unsubscribe(chat.target, text);
    const told = [
      ...done.map(({ name }) => chat.t.unsubscribed(name)),
      ...notSubscribed.map(({ name }) => chat.t.wasNotSubscribed(name)),
    ];
    const undo = done.map(({ id, name }) => ({ text: chat.t.buttons.subscribe(name), data: `sub:${id}` }));
    if (told.length > 0) await chat.reply(joinHtml(told, '\n'), inRows(undo, 2));
    if (unresolved.length > 0) await offerNames(chat, unresolved, 'unsub');
  },
  buttons: {
    unsub: {
      changesSettings: true,
      async press(chat, [id]) {
        const result = await chat.services.subscriptions.unsubscribeById(chat.target, Number(id));
        if (!result) return chat.notice(chat.t.staleButton);
        await chat.notice();
        const { name } = result.category;
        const undo = [[{ text: chat.t.buttons.subscribe(name), data: `sub:${id}` }]];
        if (result.was) await chat.reply(chat.t.unsubscribed(name), undo);
        else await chat.reply(chat.t.wasNotSubscribed(name));
      },
    },
  },
};

async function offerAll(chat: Conversation): Promise<void> {
  const subscribed = await chat.services.subscriptions.list(chat.target);
  const { t } = chat;
  if (subscribed.length === 0) {
    return chat.reply(t.noSubscriptions, [[{ text: t.buttons.categories, data: 'do:categories' }]]);
  }
  const buttons = subscribed.map(({ id, name }) => ({ text: t.buttons.unsubscribe(name), data: `unsub:${id}` }));
  await chat.reply(t.chooseToUnsubscribe, inRows(buttons.slice(0, 90), 2));
}
