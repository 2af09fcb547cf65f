import { isLanguage, languages } from '../../src/domain/language.js';
import type { BotCommand, Conversation } from '../conversation.js';
import { locales } from '../locale/index.js';
import { ofWholeChat } from '../whole-chat.js';

/** Each language is named in itself. */
const names = { zh: '中文', en: 'English' } as const;

export const languageCommand: BotCommand = {
  name: 'language',
  words: ['语言'],
  changesSettings: true,
  async run(chat, argument) {
    const wanted = argument.trim().toLowerCase();
    if (wanted) return setLanguage(chat, wanted);
    await chat.reply(locales[chat.targetLanguage].languageNow, [
      languages.map((language) => ({ text: names[language], data: `lang:${language}` })),
    ]);
  },
  buttons: {
    lang: {
      changesSettings: true,
      async press(chat, [language = '']) {
        await chat.notice();
        await setLanguage(chat, language);
      },
    },
  },
};

async function setLanguage(chat: Conversation, wanted: string): Promise<void> {
  const named = Object.entries(names).find(([, name]) => name.toLowerCase() === wanted)?.[0] ?? wanted;
  if (!isLanguage(named)) return chat.reply(chat.t.languageUnknown);
  await chat.services.chats.setLanguage(chat.target.chatId, named);
  const t = locales[named];
  await chat.reply(ofWholeChat({ ...chat, t }, t.languageSet));
}
