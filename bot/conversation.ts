import type { ChatTarget, ChatType } from '../src/domain/delivery.js';
import type { Language } from '../src/domain/language.js';
import type { ChatStore } from '../src/ports.js';
import type { Admin } from '../src/service/admin.js';
import type { Browse } from '../src/service/browse.js';
import type { Filters } from '../src/service/filter.js';
import type { Outlooks } from '../src/service/outlook.js';
import type { OwnDataService } from '../src/service/own-data.js';
import type { Saved } from '../src/service/saved.js';
import type { Settings } from '../src/service/settings.js';
import type { Subscriptions } from '../src/service/subscribe.js';
import type { Watches } from '../src/service/watch.js';
import type { Why } from '../src/service/why.js';
import type { RepliedTo, SentDocument } from './attachments.js';
import type { Html } from './html.js';
import type { Button, Keyboard } from './keyboard.js';
import type { Locale } from './locale/index.js';
import type { RenderOptions } from './render-article.js';
import type { OutgoingFile } from './telegram-api.js';

/** What commands are built from. */
export interface Services {
  readonly browse: Browse;
  readonly subscriptions: Subscriptions;
  readonly watches: Watches;
  readonly filters: Filters;
  readonly saved: Saved;
  readonly ownData: OwnDataService;
  readonly settings: Settings;
  readonly outlooks: Outlooks;
  readonly why: Why;
  readonly chats: ChatStore;
  readonly admin: Admin;
}

/** One message or button press of one chat, as a command sees it: no library types, so that the library can be changed. */
export interface Conversation {
  /** What is acted on: the chat that speaks, or one that its user administers. */
  readonly target: ChatTarget;
  /** Of the chat that is acted on. */
  readonly chatType: ChatType;
  /** Who speaks, in this chat: what one asks next takes the place of what the same one asked before. */
  readonly asker: string;
  readonly t: Locale;
  readonly language: Language;
  /** Of what is said in the chat that is acted on. */
  readonly targetLanguage: Language;
  readonly render: RenderOptions;
  readonly now: Date;
  readonly services: Services;
  /** The bot's own, for links to it. */
  readonly botUsername: string;
  readonly repliedTo: RepliedTo | undefined;
  /** The file that came with the message. */
  readonly document: SentDocument | undefined;
  /** A new message in the chat. */
  reply(text: Html, keyboard?: Keyboard): Promise<void>;
  /** Replaces the message whose button was pressed; a new message when there was none. */
  show(text: Html, keyboard?: Keyboard): Promise<void>;
  /** Puts another button in the place of one under the message that was pressed; all else stays as it reads. */
  replaceButton(data: string, by: Extract<Button, { data: string }>): Promise<void>;
  /** A new message that is a file. */
  sendFile(file: OutgoingFile, caption: Html): Promise<void>;
  /** What a file holds; undefined: more than `maxBytes`. */
  download(document: SentDocument, maxBytes: number): Promise<Buffer | undefined>;
  /** Acknowledges a button press, with a short notice. Only the first call counts. */
  notice(text?: string): Promise<void>;
  /** Acknowledges a button press by opening a link to the bot itself. */
  open(url: string): Promise<void>;
  /** The same conversation by what the chat chose meanwhile: another language or other characters. */
  refreshed(): Promise<Conversation>;
}

export interface BotCommand {
  /** As users type it, without the slash. */
  readonly name: string;
  /** The same in plain Chinese, for private chats. */
  readonly words: readonly string[];
  /** The same, but only with nothing behind it: with more it is a search. */
  readonly wordsAlone?: readonly string[];
  /** In groups and channels only administrators may; of some commands, with some arguments only. */
  readonly changesSettings: boolean | ((argument: string) => boolean);
  run(chat: Conversation, argument: string): Promise<void>;
  /** What its buttons do, by the word before the first colon of their data; the rest comes as fields. */
  readonly buttons?: Readonly<Record<string, ButtonAction>>;
}

export interface ButtonAction {
  readonly changesSettings: boolean;
  press(chat: Conversation, fields: readonly string[]): Promise<void>;
}
