import { truncate } from '../../src/domain/text.js';
import type { BotCommand } from '../conversation.js';
import { formatTime } from '../dates.js';
import { ofWholeChat } from '../whole-chat.js';

/** What a reader typed, quoted back. */
const maxTypedChars = 30;

export const timezoneCommand: BotCommand = {
  name: 'timezone',
  words: ['时区'],
  changesSettings: true,
  async run(chat, argument) {
    const { settings } = chat.services;
    const { chatId } = chat.target;
    const name = argument.trim();
    const now = name ? await settings.setTimeZone(chatId, name, chat.now) : await settings.find(chatId);
    if (!now) return chat.reply(chat.t.timeZoneUnknown(truncate(name, maxTypedChars)));
    const time = formatTime(chat.now, now.timeZone, chat.language, chat.now);
    const told = name ? chat.t.timeZoneSet(now.timeZone, time) : chat.t.timeZoneNow(now.timeZone, time);
    await chat.reply(ofWholeChat(chat, told));
  },
};
