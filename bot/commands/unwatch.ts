import { truncate } from '../../src/domain/text.js';
import type { BotCommand } from '../conversation.js';
import { listWatches, maxQueryShown } from './watch.js';

export const unwatchCommand: BotCommand = {
  name: 'unwatch',
  words: ['取消关键词', '退订关键词'],
  changesSettings: true,
  async run(chat, text) {
    if (!text.trim()) return listWatches(chat);
    const removed = await chat.services.watches.unwatch(chat.target, text);
    if (removed) return chat.reply(chat.t.unwatched(truncate(removed.text, maxQueryShown)));
    await chat.reply(chat.t.wasNotWatched(truncate(text, maxQueryShown)));
    await listWatches(chat);
  },
  buttons: {
    unw: {
      changesSettings: true,
      async press(chat, [id]) {
        const result = await chat.services.watches.unwatchById(chat.target, Number(id));
        if (!result?.was) return chat.notice(chat.t.staleButton);
        await chat.notice();
        await chat.reply(chat.t.unwatched(truncate(result.watch.text, maxQueryShown)));
      },
    },
  },
};
