import type { BotCommand, Conversation } from '../conversation.js';
import { type Html, html } from '../html.js';
import { heldLine, outlookOf } from '../pace-lines.js';
import { ofWholeChat } from '../whole-chat.js';

export const pauseCommand: BotCommand = {
  name: 'pause',
  words: ['暂停推送'],
  // 暂停 上市 is a search.
  wordsAlone: ['暂停'],
  changesSettings: true,
  async run(chat) {
    await chat.services.settings.pause(chat.target.chatId, chat.now);
    await chat.reply(ofWholeChat(chat, chat.t.paused), [[{ text: chat.t.buttons.resume, data: 'resume' }]]);
  },
};

export const resumeCommand: BotCommand = {
  name: 'resume',
  words: ['恢复推送', '继续推送'],
  wordsAlone: ['恢复'],
  changesSettings: true,
  run: async (chat) => chat.reply(await resume(chat)),
  buttons: {
    resume: {
      changesSettings: true,
      async press(chat) {
        const told = await resume(chat);
        await chat.notice();
        await chat.show(told);
      },
    },
  },
};

/** Pushes go on: tells how many articles waited for it, and when they come. */
async function resume(chat: Conversation): Promise<Html> {
  const was = await chat.services.settings.resume(chat.target.chatId, chat.now);
  if (!was) return chat.t.wasNotPaused;
  return ofWholeChat(chat, html`${chat.t.resumed}\n${heldLine(chat, await outlookOf(chat))}`);
}
