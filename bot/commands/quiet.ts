import type { BotCommand, Conversation } from '../conversation.js';
import { type Html, html } from '../html.js';
import { heldLine, outlookOf } from '../pace-lines.js';
import { formatMinutes, isOff, parseQuietHours } from '../times-of-day.js';
import { ofWholeChat } from '../whole-chat.js';
import { tellFault } from './times-fault.js';

/** The night, as most people mean it. */
export const night = { from: 23 * 60, until: 7 * 60 };

export const quietCommand: BotCommand = {
  name: 'quiet',
  words: ['免打扰'],
  changesSettings: true,
  async run(chat, argument) {
    const { settings } = chat.services;
    const { chatId } = chat.target;
    if (!argument.trim()) return showQuiet(chat);
    if (isOff(argument)) {
      await settings.setQuietHours(chatId, undefined, chat.now);
      return showEnded(chat);
    }
    const typed = parseQuietHours(argument);
    if (typed.kind !== 'hours') return chat.reply(html`${tellFault(chat, typed)}${chat.t.quietUsage}`);
    await settings.setQuietHours(chatId, typed.hours, chat.now);
    await showQuiet(chat);
  },
  buttons: {
    quiet: {
      changesSettings: true,
      async press(chat, [field]) {
        if (field !== 'night' && field !== 'off') return chat.notice(chat.t.staleButton);
        const hours = field === 'night' ? night : undefined;
        await chat.services.settings.setQuietHours(chat.target.chatId, hours, chat.now);
        await chat.notice();
        await (hours ? showQuiet(chat, 'in place') : showEnded(chat, 'in place'));
      },
    },
  },
};

/** What a press sets: the night. */
export function nightButton({ t }: Conversation, data: string) {
  return { text: t.buttons.quietAt(formatMinutes(night.from), formatMinutes(night.until)), data };
}

async function showQuiet(chat: Conversation, where?: 'in place'): Promise<void> {
  const { t } = chat;
  const { quietHours, timeZone } = (await outlookOf(chat)).pace;
  const text = quietHours
    ? t.quietFrom(formatMinutes(quietHours.from), formatMinutes(quietHours.until), timeZone)
    : t.quietNever;
  const button = quietHours ? { text: t.buttons.quietOff, data: 'quiet:off' } : nightButton(chat, 'quiet:night');
  await (where ? chat.show : chat.reply)(ofWholeChat(chat, text), [[button]]);
}

async function showEnded(chat: Conversation, where?: 'in place'): Promise<void> {
  await (where ? chat.show : chat.reply)(ofWholeChat(chat, await quietEnded(chat)), [
    [nightButton(chat, 'quiet:night')],
  ]);
}

/** That there are no quiet hours any more, and what becomes of that which they held. */
async function quietEnded(chat: Conversation): Promise<Html> {
  const outlook = await outlookOf(chat);
  return outlook.waiting ? html`${chat.t.quietEnded}\n${heldLine(chat, outlook)}` : chat.t.quietEnded;
}
