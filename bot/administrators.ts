import { TelegramError } from 'telegraf';
import type { TelegramApi } from './telegram-api.js';

/** Who administers which chat, as Telegram says; what it said is kept for a short while. */
export interface Administrators {
  /** Throws what the call throws, also when the bot may not see the members. */
  includes(chatId: number, userId: number): Promise<boolean>;
  /** Who created the chat; undefined when Telegram does not say. */
  findOwner(chatId: number): Promise<number | undefined>;
  /** Somebody's standing has changed; without a user, that of anybody may have. */
  forget(chatId: number, userId?: number): void;
}

interface Kept {
  readonly answer: Promise<boolean>;
  until: number;
}

/** What Telegram says of a user who has never been in the chat. */
const wasNeverThere = /PARTICIPANT_ID_INVALID|user not found|USER_NOT_PARTICIPANT/iu;

const yesMs = 60_000;
/** Whoever was made an administrator does not want to wait. */
const noMs = 10_000;
/** What has run out is thrown away when there is so much, or twice of what was left the last time. */
const fewestKept = 5_000;

export function createAdministrators(api: TelegramApi, now: () => Date): Administrators {
  /** By chat, then by user. Two presses at once make one call. */
  const chats = new Map<number, Map<number, Kept>>();
  let kept = 0;
  let mostKept = fewestKept;

  const forget = (chatId: number, userId?: number) => {
    const users = chats.get(chatId);
    if (!users) return;
    if (userId === undefined) users.clear();
    else users.delete(userId);
    if (users.size === 0) chats.delete(chatId);
  };
  const throwOldAway = () => {
    const time = now().getTime();
    kept = 0;
    for (const [chatId, users] of chats) {
      for (const [userId, { until }] of users) if (until <= time) forget(chatId, userId);
      kept += users.size;
    }
    mostKept = Math.max(fewestKept, 2 * kept);
  };
  const ask = async (chatId: number, userId: number) => {
    try {
      const member = await api.call<{ status: string }>('getChatMember', { chat_id: chatId, user_id: userId });
      return member.status === 'creator' || member.status === 'administrator';
    } catch (error) {
      if (error instanceof TelegramError && wasNeverThere.test(error.description)) return false;
      throw error;
    }
  };
  return {
    forget,
    async findOwner(chatId) {
      const all = await api
        .call<readonly { status: string; user: { id: number } }[]>('getChatAdministrators', { chat_id: chatId })
        // Whoever may not write may not ask for it, either.
        .catch(() => []);
      return all.find(({ status }) => status === 'creator')?.user.id;
    },
    includes(chatId, userId) {
      const known = chats.get(chatId)?.get(userId);
      if (known && now().getTime() < known.until) return known.answer;
      if (kept >= mostKept) throwOldAway();
      const entry: Kept = { answer: ask(chatId, userId), until: now().getTime() + yesMs };
      const users = chats.get(chatId) ?? new Map<number, Kept>();
      chats.set(chatId, users.set(userId, entry));
      kept += 1;
      return entry.answer.then(
        (isAdministrator) => {
          if (!isAdministrator) entry.until = Math.min(entry.until, now().getTime() + noMs);
          return isAdministrator;
        },
        (error) => {
          if (users.get(userId) === entry) forget(chatId, userId);
          throw error;
        },
      );
    },
  };
}
