import type { BotCommand, Conversation } from '../conversation.js';
import { formatCount } from '../counts.js';
import { renderNotice } from '../render-notice.js';

/** Of an administrator, in the private chat: `admin-commands.ts` sees to that. */
export const announceCommand: BotCommand = {
  name: 'announce',
  words: [],
  changesSettings: false,
  async run(chat, typed) {
    const { t, services, target, now } = chat;
    const result = await services.admin.draft(typed, target.chatId, now);
    switch (result.kind) {
      case 'no-text':
        return chat.reply(t.admin.announceUsage);
      case 'too-long':
        return chat.reply(t.admin.announceTooLong(result.chars, result.most));
      case 'draft': {
        await chat.reply(renderNotice(result.text, chat.language).text);
        const { send, cancel } = t.admin.buttons;
        return chat.reply(t.admin.announcePreview(formatCount(result.chats)), [
          [
            { text: send, data: `ann:send:${result.id}` },
            { text: cancel, data: `ann:cancel:${result.id}` },
          ],
        ]);
      }
    }
  },
  buttons: {
    ann: {
      changesSettings: false,
      press: (chat, [what, id]) => (what === 'send' ? send(chat, Number(id)) : cancel(chat, Number(id))),
    },
  },
};

async function send(chat: Conversation, announcementId: number): Promise<void> {
  const { t, services, target, now } = chat;
  const chats = await services.admin.send(announcementId, target.chatId, now);
  if (chats === undefined) return chat.notice(t.admin.announceStale);
  await chat.notice();
  await chat.show(t.admin.announced(formatCount(chats)), [[{ text: t.admin.buttons.progress, data: 'adm:news' }]]);
}

async function cancel(chat: Conversation, announcementId: number): Promise<void> {
  const { t, services, target } = chat;
  if (!(await services.admin.cancel(announcementId, target.chatId))) return chat.notice(t.admin.announceStale);
  await chat.notice();
  await chat.show(t.admin.announceCancelled);
}
