import { type DigestTimes, nextDigestTime, type QuietHours } from '../domain/chat-times.js';
import { findTimeZone } from '../domain/time-zone-names.js';
import type { Chat, ChatStore, DeliveryStore, Digest, DigestPage } from '../ports.js';
import { digestPageSize } from './deliver.js';

/** When and how a chat gets its pushes. */
export interface Settings {
  find(chatId: number): Promise<ChatSettings>;
  /** Undefined: at once. */
  setDigestTimes(chatId: number, times: DigestTimes | undefined): Promise<ChatSettings>;
  /** Undefined: none. */
  setQuietHours(chatId: number, hours: QuietHours | undefined): Promise<ChatSettings>;
  /** By IANA name or the name of a city; undefined when there is no such zone. */
  setTimeZone(chatId: number, name: string): Promise<ChatSettings | undefined>;
  /** False: it was paused already. */
  pause(chatId: number, now: Date): Promise<boolean>;
  /** False: it was not paused. */
  resume(chatId: number, now: Date): Promise<boolean>;
  /** A page of a digest that was sent to the chat, counted from 0. It is the one that a correction shows from now on. */
  turnDigest(chatId: number, digestId: number, page: number): Promise<DigestPage | undefined>;
  /** A page of any chat's digest. The caller has to know that the reader may see it; what the chat shows stays as it is. */
  readDigest(digestId: number, page: number): Promise<DigestPage | undefined>;
}

export type ChatSettings = Pick<Chat, 'digestTimes' | 'quietHours' | 'isPaused'> & { readonly timeZone: string };

export interface SettingsOptions {
  readonly chats: ChatStore;
  readonly deliveries: DeliveryStore;
  /** For chats that did not choose one. */
  readonly timeZone: string;
}

export function createSettings({ chats, deliveries, timeZone }: SettingsOptions): Settings {
  const find = async (chatId: number): Promise<ChatSettings> => {
    const chat = await chats.find(chatId);
    return {
      digestTimes: chat?.digestTimes,
      quietHours: chat?.quietHours,
      isPaused: chat?.isPaused ?? false,
      timeZone: chat?.timeZone ?? timeZone,
    };
  };
  const isOf = (digest: Digest | undefined, chatId: number) => digest?.chatId === chatId;
  return {
    find,
    async setDigestTimes(chatId, times) {
      await chats.setDigestTimes(chatId, times);
      return find(chatId);
    },
    async setQuietHours(chatId, hours) {
      await chats.setQuietHours(chatId, hours);
      return find(chatId);
    },
    async setTimeZone(chatId, name) {
      const zone = findTimeZone(name);
      if (!zone) return undefined;
      await chats.setTimeZone(chatId, zone);
      return find(chatId);
    },
    pause: (chatId, now) => chats.pause(chatId, now),
    resume: (chatId, now) => chats.resume(chatId, now),
    readDigest: (digestId, page) => deliveries.listDigest(digestId, page, digestPageSize),
    async turnDigest(chatId, digestId, page) {
      // Button data can be forged: a chat sees its own digests only.
      if (!isOf(await deliveries.findDigest(digestId), chatId)) return undefined;
      const found = await deliveries.listDigest(digestId, page, digestPageSize);
      if (found) await deliveries.saveDigestPage(digestId, page);
      return found;
    },
  };
}

/** When the next digest of a chat comes; undefined when it gets its pushes at once. */
export function nextDigest({ digestTimes, timeZone }: ChatSettings, now: Date): Date | undefined {
  return digestTimes && nextDigestTime(digestTimes, timeZone, now);
}
