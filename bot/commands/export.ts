import type { BotCommand } from '../conversation.js';
import { formatOwnData } from '../own-data-file.js';

export const exportCommand: BotCommand = {
  name: 'export',
  words: ['导出数据'],
  changesSettings: false,
  async run(chat) {
    const data = await chat.services.ownData.collect(chat.target.chatId);
    const { subscriptions, watches, filters, saved } = data;
    const caption = chat.t.exported(subscriptions.length, watches.length, filters.length, saved.length);
    const name = `zhaibao-${chat.now.toISOString().slice(0, 10)}.json`;
    await chat.sendFile({ name, content: formatOwnData(data, chat.now) }, caption);
  },
};
