import type { Context } from 'hono';
import type { ChatTarget } from '../../src/domain/delivery.js';
import type { Language } from '../../src/domain/language.js';
import type { Gate } from '../../src/gate.js';
import type { Log } from '../../src/ports.js';
import type { Services } from '../conversation.js';
import { type ScriptConverter, scriptConverter } from '../script.js';
import type { MiniAppUser } from './init-data.js';

export interface MiniAppOptions {
  readonly services: Services;
  readonly log: Log;
  /** Of the bot: what it signs is believed. */
  readonly token: string;
  readonly now: () => Date;
  /** Of chats that chose none. */
  readonly timeZone: string;
  readonly defaultLanguage: Language;
  /** The text of an article may be shown, not only its summary. */
  readonly hasFullText: boolean;
  /** Where Atom feeds are, without a slash at the end; undefined: there are none. */
  readonly feedRoot?: string | undefined;
  /** The bot's own name, and whether it answers inline; undefined until Telegram has told. */
  readonly self: () => { readonly username: string; readonly canShare: boolean } | undefined;
  readonly showPage: (context: Context) => Response;
  /** Of all searches that come by HTTP. */
  readonly searchGate: Gate;
  /** Somebody changed something here: what the chat is sent may have changed. */
  readonly onChanged: (chatId: number) => void;
}

/** Who calls. Acts on, and reads as it was chosen in, the user's private chat with the bot. */
export interface Reader {
  readonly user: MiniAppUser;
  readonly target: ChatTarget;
  readonly language: Language;
  readonly timeZone: string;
  readonly script: ScriptConverter;
  /** A search takes the place of the one that the same reader asked for before. */
  readonly asker: string;
  /**
   * Before something is kept for the chat: it is noted down when it is not known yet. One that is known stays as it is:
   * who blocked the bot gets nothing because of what is chosen here.
   */
  ensureChat(): Promise<void>;
}

export interface ReaderEnv {
  readonly Variables: { readonly reader: Reader };
}

export type ReaderContext = Context<ReaderEnv>;

/** What can be done without: nothing, and a line in the log, when it is not to be had. */
export async function orNone<T>(list: Promise<readonly T[]>, log: Log, event: string): Promise<readonly T[]> {
  try {
    return await list;
  } catch (error) {
    log.warn({ error: (error as Error).message }, event);
    return [];
  }
}

export async function openReader(user: MiniAppUser, options: MiniAppOptions): Promise<Reader> {
  const { chats } = options.services;
  const chat = await chats.find(user.id);
  return {
    user,
    target: { chatId: user.id, topicId: 0 },
    language: chat?.language ?? options.defaultLanguage,
    timeZone: chat?.timeZone ?? options.timeZone,
    script: await scriptConverter(chat?.script),
    asker: `app:${user.id}`,
    async ensureChat() {
      if (!chat) await chats.save(user.id, 'private', options.now());
    },
  };
}
