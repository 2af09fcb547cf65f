import type { DigestTimes, QuietHours } from '../domain/chat-times.js';
import { endsQuiet } from '../domain/digest.js';
import type { ChatDisplay } from '../domain/display.js';
import { findTimeZone } from '../domain/time-zone-names.js';
import type { Chat, ChatStore, DeliveryStore, Digest, DigestPage } from '../ports.js';
import { digestPageSize } from './send-message.js';

/** When and how a chat gets its pushes. */
export interface Settings {
  find(chatId: number): Promise<ChatSettings>;
  /** Undefined: at once. */
  setDigestTimes(chatId: number, times: DigestTimes | undefined): Promise<ChatSettings>;
  /** Undefined: none. What the hours of before held comes at once when the new ones do not hold it. */
  setQuietHours(chatId: number, hours: QuietHours | undefined, now: Date): Promise<ChatSettings>;
  /** By IANA name or the name of a city; undefined when there is no such zone. */
  setTimeZone(chatId: number, name: string, now: Date): Promise<ChatSettings | undefined>;
  setDisplay(chatId: number, display: Partial<ChatDisplay>): Promise<ChatSettings>;
  /** False: it was paused already. */
  pause(chatId: number, now: Date): Promise<boolean>;
  /** False: it was not paused. */
  resume(chatId: number, now: Date): Promise<boolean>;
  /** A page of a digest that was sent to the chat, counted from 0. It is the one that a correction shows from now on. */
  turnDigest(chatId: number, digestId: number, page: number): Promise<DigestPage | undefined>;
  /** A page of any chat's digest. The caller has to know that the reader may see it; what the chat shows stays as it is. */
  readDigest(digestId: number, page: number): Promise<DigestPage | undefined>;
}

export type ChatSettings = Pick<Chat, 'digestTimes' | 'quietHours' | 'isPaused'> &
  ChatDisplay & { readonly timeZone: string };

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
      silent: chat?.silent ?? false,
      script: chat?.script,
      detail: chat?.detail ?? 'both',
    };
  };
  const isOf = (digest: Digest | undefined, chatId: number) => digest?.chatId === chatId;
  return {
    find,
    async setDigestTimes(chatId, times) {
      await chats.setDigestTimes(chatId, times);
      return find(chatId);
    },
    async setQuietHours(chatId, hours, now) {
      const before = await find(chatId);
      const ends = endsQuiet(before, { ...before, quietHours: hours }, now);
      await chats.setQuietHours(chatId, hours, ends ? now : undefined);
      return find(chatId);
    },
    async setTimeZone(chatId, name, now) {
      const zone = findTimeZone(name);
      if (!zone) return undefined;
      const before = await find(chatId);
      const ends = endsQuiet(before, { ...before, timeZone: zone }, now);
      await chats.setTimeZone(chatId, zone, ends ? now : undefined);
      return find(chatId);
    },
    async setDisplay(chatId, display) {
      await chats.setDisplay(chatId, display);
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
