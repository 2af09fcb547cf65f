import type { BotCommand, Conversation } from '../conversation.js';
import type { Html } from '../html.js';
import { ofWholeChat } from '../whole-chat.js';

export const pauseCommand: BotCommand = {
  name: 'pause',
  // Not 暂停 alone: 暂停 上市 is a search.
  words: ['暂停推送'],
  changesSettings: true,
  async run(chat) {
    await chat.services.settings.pause(chat.target.chatId, chat.now);
    await chat.reply(ofWholeChat(chat, chat.t.paused), [[{ text: chat.t.buttons.resume, data: 'resume' }]]);
  },
};

export const resumeCommand: BotCommand = {
  name: 'resume',
  words: ['恢复推送', '继续推送'],
  changesSettings: true,
  async run(chat) {
    const was = await chat.services.settings.resume(chat.target.chatId, chat.now);
    await chat.reply(tellResumed(chat, was));
  },
  buttons: {
    resume: {
      changesSettings: true,
      async press(chat) {
        const was = await chat.services.settings.resume(chat.target.chatId, chat.now);
        await chat.notice();
        await chat.show(tellResumed(chat, was));
      },
    },
  },
};

function tellResumed(chat: Conversation, was: boolean): Html {
  return was ? ofWholeChat(chat, chat.t.resumed) : chat.t.wasNotPaused;
}
