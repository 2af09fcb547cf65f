import type { BotCommand } from '../conversation.js';

export const pauseCommand: BotCommand = {
  name: 'pause',
  // Not 暂停 alone: 暂停 上市 is a search.
  words: ['暂停推送'],
  changesSettings: true,
  async run(chat) {
    await chat.services.settings.pause(chat.target.chatId, chat.now);
    await chat.reply(chat.t.paused, [[{ text: chat.t.buttons.resume, data: 'resume' }]]);
  },
};

export const resumeCommand: BotCommand = {
  name: 'resume',
  words: ['恢复推送', '继续推送'],
  changesSettings: true,
  async run(chat) {
    const was = await chat.services.settings.resume(chat.target.chatId, chat.now);
    await chat.reply(was ? chat.t.resumed : chat.t.wasNotPaused);
  },
  buttons: {
    resume: {
      changesSettings: true,
      async press(chat) {
        const was = await chat.services.settings.resume(chat.target.chatId, chat.now);
        await chat.notice();
        await chat.show(was ? chat.t.resumed : chat.t.wasNotPaused);
      },
    },
  },
};
