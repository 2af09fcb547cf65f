import type { Chat, User } from '../bot-api.js';
import type { LocalChat } from '../local-chat.js';

/** Who is there: the person at the page, a friend, and a group of both with the bot in it. */
export interface People {
  readonly you: User;
  readonly friend: User;
  readonly group: Chat;
}

/**
 * Below any id that Telegram gives out, so that no real chat is ever met; and the same at every start, because what they
 * follow is kept. The person in the terminal is the one at the page.
 */
export const localIds = { you: 1, friend: 2, group: -3 } as const;

export function addPeople(api: LocalChat, language: 'zh' | 'en'): People {
  const names =
    language === 'zh'
      ? { you: '你', friend: '小林', group: '读报群' }
      : { you: 'You', friend: 'Lin', group: 'Readers' };
  const you = api.addUser({ id: localIds.you, firstName: names.you, languageCode: language });
  const friend = api.addUser({ id: localIds.friend, firstName: names.friend, languageCode: language });
  const group = api.addChat({ type: 'group', id: localIds.group, title: names.group, botStatus: 'member' });
  api.setMember(group, you, 'creator');
  api.setMember(group, friend, 'member');
  return { you, friend, group };
}
