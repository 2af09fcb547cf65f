import type { ChatSettings } from '../../src/service/settings.js';
import type { BotCommand, Conversation } from '../conversation.js';
import { formatMinutes, isOff, parseQuietHours } from '../times-of-day.js';
import { ofWholeChat } from '../whole-chat.js';

/** The night, as most people mean it. */
const night = { from: 23 * 60, until: 7 * 60 };

export const quietCommand: BotCommand = {
  name: 'quiet',
  words: ['免打扰'],
  changesSettings: true,
  async run(chat, argument) {
    const { settings } = chat.services;
    const { chatId } = chat.target;
    if (!argument.trim()) return showQuiet(chat, await settings.find(chatId));
    if (isOff(argument)) return showQuiet(chat, await settings.setQuietHours(chatId, undefined));
    const hours = parseQuietHours(argument);
    if (!hours) return chat.reply(chat.t.quietUsage);
    await showQuiet(chat, await settings.setQuietHours(chatId, hours));
  },
  buttons: {
    quiet: {
      changesSettings: true,
      async press(chat, [field]) {
        if (field !== 'night' && field !== 'off') return chat.notice(chat.t.staleButton);
        const hours = field === 'night' ? night : undefined;
        const changed = await chat.services.settings.setQuietHours(chat.target.chatId, hours);
        await chat.notice();
        await showQuiet(chat, changed, 'in place');
      },
    },
  },
};

async function showQuiet(
  chat: Conversation,
  { quietHours, timeZone }: ChatSettings,
  where?: 'in place',
): Promise<void> {
  const { t } = chat;
  const label = t.buttons.quietAt(formatMinutes(night.from), formatMinutes(night.until));
  const text = quietHours
    ? t.quietFrom(formatMinutes(quietHours.from), formatMinutes(quietHours.until), timeZone)
    : t.quietNever;
  const button = quietHours ? { text: t.buttons.quietOff, data: 'quiet:off' } : { text: label, data: 'quiet:night' };
  await (where ? chat.show : chat.reply)(ofWholeChat(chat, text), [[button]]);
}
