import type { BotCommand } from '../conversation.js';

export const helpCommand: BotCommand = {
  name: 'help',
  words: ['帮助', '使用说明'],
  changesSettings: false,
  run: (chat) => chat.reply(chat.t.help),
};
