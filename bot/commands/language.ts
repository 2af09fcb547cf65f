import { isLanguage, type Language, languages } from '../../src/domain/language.js';
import type { BotCommand, Conversation } from '../conversation.js';
import { locales } from '../locale/index.js';
import { ofWholeChat } from '../whole-chat.js';

/** Each language is named in itself. */
export const languageNames = { zh: '中文', en: 'English' } as const;

export const languageCommand: BotCommand = {
  name: 'language',
  words: ['语言'],
  changesSettings: true,
  async run(chat, argument) {
    const wanted = argument.trim().toLowerCase();
    if (wanted) return setLanguage(chat, wanted);
    await chat.reply(locales[chat.targetLanguage].languageNow, [
      languages.map((language) => ({ text: languageNames[language], data: `lang:${language}` })),
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

/** As people call them. */
const aliases: Readonly<Record<string, Language>> = {
  英文: 'en',
  英语: 'en',
  英語: 'en',
  eng: 'en',
  汉语: 'zh',
  漢語: 'zh',
  华文: 'zh',
  简体中文: 'zh',
  繁體中文: 'zh',
  繁体中文: 'zh',
  chinese: 'zh',
};

async function setLanguage(chat: Conversation, wanted: string): Promise<void> {
  const named =
    aliases[wanted] ?? Object.entries(languageNames).find(([, name]) => name.toLowerCase() === wanted)?.[0] ?? wanted;
  if (!isLanguage(named)) return chat.reply(chat.t.languageUnknown);
  await chat.services.chats.setLanguage(chat.target.chatId, named);
  const t = locales[named];
  await chat.reply(ofWholeChat({ ...chat, t }, t.languageSet));
}
