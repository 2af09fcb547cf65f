import { details, scripts } from '../../src/domain/display.js';
import { languages } from '../../src/domain/language.js';
import type { ChatSettings } from '../../src/service/settings.js';
import type { BotCommand, Conversation } from '../conversation.js';
import { formatTime } from '../dates.js';
import { type Html, html, joinHtml } from '../html.js';
import type { Button, Keyboard } from '../keyboard.js';
import { listTimes, outlookOf, paceLine } from '../pace-lines.js';
import { formatMinutes } from '../times-of-day.js';
import { offeredTimes, readTimes } from './digest.js';
import { languageNames } from './language.js';
import { night, nightButton } from './quiet.js';

export const settingsCommand: BotCommand = {
  name: 'settings',
  words: [],
  // 设置 社保卡密码 is a search.
  wordsAlone: ['设置', '設置', '設定'],
  changesSettings: false,
  run: (chat) => showSettings(chat, 'below'),
  buttons: {
    set: {
      changesSettings: true,
      async press(chat, [what = '', value = '']) {
        if (what === 'zone') {
          await chat.notice();
          const { timeZone } = await chat.services.settings.find(chat.target.chatId);
          const time = formatTime(chat.now, timeZone, chat.language, chat.now);
          return chat.reply(chat.t.timeZoneNow(timeZone, time));
        }
        if (!(await change(chat, what, value))) return chat.notice(chat.t.staleButton);
        await chat.notice();
        // In the language and the characters of now.
        await showSettings(await chat.refreshed(), 'in place');
      },
    },
  },
};

/** False: such a setting or value does not exist. */
async function change(chat: Conversation, what: string, value: string): Promise<boolean> {
  const { chatId } = chat.target;
  const { settings, chats } = chat.services;
  const among = <T extends string>(known: readonly T[]) => known.find((each) => each === value);
  switch (what) {
    case 'lang': {
      const language = among(languages);
      if (language) await chats.setLanguage(chatId, language);
      return language !== undefined;
    }
    case 'digest': {
      const times = value === 'off' ? undefined : readTimes(value);
      if (value !== 'off' && !times) return false;
      await settings.setDigestTimes(chatId, times);
      return true;
    }
    case 'quiet':
      await settings.setQuietHours(chatId, value === 'night' ? night : undefined, chat.now);
      return true;
    case 'push':
      await (value === 'off' ? settings.pause(chatId, chat.now) : settings.resume(chatId, chat.now));
      return true;
    case 'sound':
      await settings.setDisplay(chatId, { silent: value === 'off' });
      return true;
    case 'script':
      await settings.setDisplay(chatId, { script: among(scripts) });
      return true;
    case 'detail': {
      const detail = among(details);
      if (detail) await settings.setDisplay(chatId, { detail });
      return detail !== undefined;
    }
    default:
      return false;
  }
}

async function showSettings(chat: Conversation, where: 'below' | 'in place'): Promise<void> {
  const settings = await chat.services.settings.find(chat.target.chatId);
  const text = html`${chat.t.settings.title}\n\n${await describe(chat, settings)}`;
  await (where === 'in place' ? chat.show : chat.reply)(text, buttonsFor(chat, settings));
}

/** A line for each setting: what it is now. */
async function describe(chat: Conversation, settings: ChatSettings): Promise<Html> {
  const { t, language, now } = chat;
  const { quietHours, timeZone, silent, script, detail } = settings;
  const labels = t.settings;
  const quiet = quietHours ? `${formatMinutes(quietHours.from)}–${formatMinutes(quietHours.until)}` : labels.none;
  // What is chosen, not what it comes to just now; quiet hours have a line of their own.
  const outlook = await outlookOf(chat);
  const chosen = { ...outlook.pace, quietHours: undefined, isPaused: false };
  const timed = paceLine(chat, { ...outlook, limit: undefined, pace: chosen }) ?? labels.atOnce;
  const pushes = outlook.pace.isPaused ? `${labels.onHold} · ${timed}` : timed;
  const lines: readonly (readonly [string, string])[] = [
    [labels.language, languageNames[language]],
    [labels.pushes, pushes],
    [labels.quiet, quiet],
    [labels.timeZone, `${timeZone} · ${formatTime(now, timeZone, language, now)}`],
    [labels.sound, silent ? labels.soundOff : labels.soundOn],
    [labels.script, t.buttons.script[script ?? 'printed']],
    [labels.detail, t.buttons.detail[detail]],
  ];
  return joinHtml(
    lines.map(([label, value]) => html`${label}${labels.colon}<b>${value}</b>`),
    '\n',
  );
}

/** A row for each setting: what it can be changed to. */
function buttonsFor(chat: Conversation, settings: ChatSettings): Keyboard {
  const { t, language } = chat;
  const { digestTimes, quietHours, isPaused, silent, script, detail } = settings;
  const { buttons } = t;
  const digests = offeredTimes
    .filter((times) => String(times) !== String(digestTimes ?? ''))
    .map((times) => ({
      text: times === 'hourly' ? buttons.digestHourly : buttons.digestDaily(listTimes(chat, times)),
      data: `set:digest:${times}`,
    }));
  const atOnce: readonly Button[] = digestTimes ? [{ text: buttons.digestOff, data: 'set:digest:off' }] : [];
  return [
    [...atOnce, ...digests],
    [
      quietHours ? { text: buttons.quietOff, data: 'set:quiet:off' } : nightButton(chat, 'set:quiet:night'),
      { text: buttons.timeZone, data: 'set:zone' },
    ],
    [
      isPaused ? { text: buttons.resume, data: 'set:push:on' } : { text: buttons.pause, data: 'set:push:off' },
      silent ? { text: buttons.soundOn, data: 'set:sound:on' } : { text: buttons.soundOff, data: 'set:sound:off' },
    ],
    (['printed', ...scripts] as const)
      .filter((each) => each !== (script ?? 'printed'))
      .map((each) => ({ text: buttons.script[each], data: `set:script:${each}` })),
    details
      .filter((each) => each !== detail)
      .map((each) => ({ text: buttons.detail[each], data: `set:detail:${each}` })),
    languages
      .filter((each) => each !== language)
      .map((each) => ({ text: languageNames[each], data: `set:lang:${each}` })),
  ];
}
