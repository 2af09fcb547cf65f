import type { DigestTimes } from '../../src/domain/chat-times.js';
import type { Outlook } from '../../src/service/outlook.js';
import type { BotCommand, Conversation } from '../conversation.js';
import { formatTime } from '../dates.js';
import { type Html, html, joinHtml } from '../html.js';
import { type Button, inRows, type Keyboard } from '../keyboard.js';
import { limitLine, listTimes, outlookOf } from '../pace-lines.js';
import { renderDigest } from '../render-digest.js';
import { isOff, parseDigestTimes } from '../times-of-day.js';
import { ofWholeChat } from '../whole-chat.js';
import { tellFault } from './times-fault.js';

/** Behind the data of a button that stands under another message: what it leads to is told below, and that message stays. */
const below = 'below';

/** What most people want, as buttons: at every full hour, in the morning, in the morning and in the evening. */
export const offeredTimes: readonly DigestTimes[] = ['hourly', [8 * 60], [8 * 60, 20 * 60]];

export const digestCommand: BotCommand = {
  name: 'digest',
  words: ['汇总'],
  changesSettings: true,
  async run(chat, argument) {
    const { settings } = chat.services;
    const { chatId } = chat.target;
    if (!argument.trim()) return showDigest(chat);
    const typed = isOff(argument) ? undefined : parseDigestTimes(argument);
    if (typed && typed.kind !== 'times') return chat.reply(html`${tellFault(chat, typed)}${chat.t.digestUsage}`);
    await settings.setDigestTimes(chatId, typed?.times);
    await showDigest(chat);
  },
  buttons: {
    digest: {
      changesSettings: true,
      async press(chat, [field = '', place]) {
        const times = field === 'off' ? undefined : readTimes(field);
        if (field !== 'off' && !times) return chat.notice(chat.t.staleButton);
        await chat.services.settings.setDigestTimes(chat.target.chatId, times);
        await chat.notice();
        await showDigest(chat, place === below ? undefined : 'in place');
      },
    },
    /** A page of a digest that was sent. */
    dig: {
      changesSettings: false,
      async press(chat, [id = '', page = '']) {
        // Anybody can make up a button: what is no number of ours is asked for nowhere.
        const isOurs = /^[0-9a-z]{1,10}$/u.test(id) && /^\d{1,6}$/u.test(page);
        const digestId = Number.parseInt(id, 36);
        const found = isOurs && (await chat.services.settings.turnDigest(chat.target.chatId, digestId, Number(page)));
        if (!found) return chat.notice(chat.t.staleButton);
        await chat.notice();
        const { text, keyboard } = renderDigest(found, chat.render);
        await chat.show(text, keyboard);
      },
    },
  },
};

/** At once, hourly or daily, for under a message that is about something else. */
export function paceButtons({ t }: Conversation): readonly Button[] {
  return [
    { text: t.buttons.pushAtOnce, data: `digest:off:${below}` },
    { text: t.buttons.digestHourly, data: `digest:hourly:${below}` },
    { text: t.buttons.digestOnceADay, data: `digest:${8 * 60}:${below}` },
  ];
}

async function showDigest(chat: Conversation, where?: 'in place'): Promise<void> {
  const outlook = await outlookOf(chat);
  const limited = limitLine(chat, outlook);
  const notes = [...(outlook.pace.isPaused ? [chat.t.paceLine.paused] : []), ...(limited ? [limited] : [])];
  const text = joinHtml([describe(chat, outlook), ...notes.map((note) => html`${note}`)], '\n');
  await (where ? chat.show : chat.reply)(ofWholeChat(chat, text), digestButtons(chat, outlook));
}

function describe(chat: Conversation, { pace: { digestTimes, timeZone }, nextDigestAt }: Outlook): Html {
  const { t, now, language } = chat;
  if (!digestTimes || !nextDigestAt) return t.pushedAtOnce;
  const nextTime = formatTime(nextDigestAt, timeZone, language, now);
  if (digestTimes === 'hourly') return t.digestHourly(nextTime, timeZone);
  return t.digestDaily(listTimes(chat, digestTimes), nextTime, timeZone);
}

function digestButtons(chat: Conversation, { pace: { digestTimes } }: Outlook): Keyboard {
  const { t } = chat;
  const isNow = (times: DigestTimes) => String(times) === String(digestTimes ?? '');
  const label = (times: DigestTimes) =>
    times === 'hourly' ? t.buttons.digestHourly : t.buttons.digestDaily(listTimes(chat, times));
  const choices = offeredTimes
    .filter((times) => !isNow(times))
    .map((times) => ({ text: label(times), data: `digest:${times}` }));
  const off = digestTimes ? [{ text: t.buttons.digestOff, data: 'digest:off' }] : [];
  return inRows([...choices, ...off], 2);
}

/** Times as button data has them; undefined: not ours. */
export function readTimes(field: string): DigestTimes | undefined {
  if (field === 'hourly') return field;
  const times = field.split(',').map(Number);
  return times.every((minutes) => Number.isInteger(minutes) && minutes >= 0 && minutes < 24 * 60) ? times : undefined;
}
