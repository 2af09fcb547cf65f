import type { DigestTimes } from '../../src/domain/chat-times.js';
import { type ChatSettings, nextDigest } from '../../src/service/settings.js';
import type { BotCommand, Conversation } from '../conversation.js';
import { formatTime } from '../dates.js';
import type { Html } from '../html.js';
import { type Button, inRows, type Keyboard } from '../keyboard.js';
import type { Locale } from '../locale/index.js';
import { renderDigest } from '../render-digest.js';
import { formatMinutes, isOff, parseDigestTimes } from '../times-of-day.js';
import { ofWholeChat } from '../whole-chat.js';

/** Behind the data of a button that stands under another message: what it leads to is told below, and that message stays. */
const below = 'below';

/** What most people want, as buttons: at every full hour, in the morning, in the morning and in the evening. */
const offered: readonly DigestTimes[] = ['hourly', [8 * 60], [8 * 60, 20 * 60]];

export const digestCommand: BotCommand = {
  name: 'digest',
  words: ['汇总'],
  changesSettings: true,
  async run(chat, argument) {
    const { settings } = chat.services;
    const { chatId } = chat.target;
    if (!argument.trim()) return showDigest(chat, await settings.find(chatId));
    if (isOff(argument)) return showDigest(chat, await settings.setDigestTimes(chatId, undefined));
    const times = parseDigestTimes(argument);
    if (!times) return chat.reply(chat.t.digestUsage);
    await showDigest(chat, await settings.setDigestTimes(chatId, times));
  },
  buttons: {
    digest: {
      changesSettings: true,
      async press(chat, [field = '', place]) {
        const times = field === 'off' ? undefined : readTimes(field);
        if (field !== 'off' && !times) return chat.notice(chat.t.staleButton);
        const changed = await chat.services.settings.setDigestTimes(chat.target.chatId, times);
        await chat.notice();
        await showDigest(chat, changed, place === below ? undefined : 'in place');
      },
    },
    /** A page of a digest that was sent. */
    dig: {
      changesSettings: false,
      async press(chat, [id = '', page]) {
        const digestId = Number.parseInt(id, 36);
        const found = await chat.services.settings.turnDigest(chat.target.chatId, digestId, Number(page));
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

async function showDigest(chat: Conversation, settings: ChatSettings, where?: 'in place'): Promise<void> {
  await (where ? chat.show : chat.reply)(ofWholeChat(chat, describe(chat, settings)), digestButtons(chat, settings));
}

function describe({ t, now, language }: Conversation, settings: ChatSettings): Html {
  const { digestTimes, timeZone } = settings;
  const next = nextDigest(settings, now);
  if (!digestTimes || !next) return t.pushedAtOnce;
  const nextTime = formatTime(next, timeZone, language, now);
  if (digestTimes === 'hourly') return t.digestHourly(nextTime, timeZone);
  return t.digestDaily(listTimes(t, digestTimes), nextTime, timeZone);
}

function digestButtons({ t }: Conversation, { digestTimes }: ChatSettings): Keyboard {
  const isNow = (times: DigestTimes) => String(times) === String(digestTimes ?? '');
  const label = (times: DigestTimes) =>
    times === 'hourly' ? t.buttons.digestHourly : t.buttons.digestDaily(listTimes(t, times));
  const choices = offered
    .filter((times) => !isNow(times))
    .map((times) => ({ text: label(times), data: `digest:${times}` }));
  const off = digestTimes ? [{ text: t.buttons.digestOff, data: 'digest:off' }] : [];
  return inRows([...choices, ...off], 2);
}

function listTimes(t: Locale, times: readonly number[]): string {
  return times.map(formatMinutes).join(t.listSeparator);
}

function readTimes(field: string): DigestTimes | undefined {
  if (field === 'hourly') return field;
  const times = field.split(',').map(Number);
  return times.every((minutes) => Number.isInteger(minutes) && minutes >= 0 && minutes < 24 * 60) ? times : undefined;
}
