import type { InlineKeyboardButton, MessageEntity } from '../bot-api.js';

/**
 * What the page of the local chat and its server say to each other, as JSON below `/local`. Types only: the page is bundled
 * without the server. Times are UTC milliseconds.
 *
 * | call | gives |
 * |---|---|
 * | `GET events` | server-sent events: a `PageState` first, then `PageEvent`s as they happen |
 * | `POST messages` with `SpokenMessage` | 204 |
 * | `POST files` (form: chatId, fromId, caption, file) | 204 |
 * | `GET files/:chatId/:messageId` | what a document holds |
 * | `POST presses` with `Press` | `PressAnswer` |
 * | `POST inline` with `InlineQuestion` | `InlineOffer` |
 * | `POST inline/choice` with `InlineChoice` | 204 |
 * | `POST group` with `AddedToGroup` | 204 |
 * | `GET categories` | `PublishCategory[]` |
 * | `POST posts` with `NewPost`, or with `NewPostFile` | `Published` |
 * | `POST posts/next` | `NextSample` |
 * | `GET init-data?user=` | `{ initData }`, what Telegram would give to the Mini App |
 *
 * Failures: 400, 404, 409 with `{ error }`, a line for developers.
 */

export type PageLanguage = 'zh' | 'en';

export interface PageState {
  readonly botName: string;
  readonly botUsername: string;
  /** What an empty chat shows. */
  readonly description: Readonly<Record<PageLanguage, string>>;
  /** The configured default. */
  readonly language: PageLanguage;
  /** `samples`: posts can be published here. */
  readonly source: 'samples' | 'configured';
  /** How many samples are still to come. */
  readonly waitingSamples: number;
  readonly chats: readonly PageChat[];
}

/** The person at the page, a friend with a phone of their own, and a group of both. */
export type PageChatKind = 'you' | 'friend' | 'group';

export interface PageChat {
  readonly id: number;
  readonly kind: PageChatKind;
  readonly isStarted: boolean;
  /** Who can write here; the first by default. */
  readonly members: readonly PageMember[];
  readonly messages: readonly PageMessage[];
  /** What the menu button opens; undefined: the list of commands. */
  readonly menu: { readonly text: string; readonly url: string } | undefined;
}

export interface PageMember {
  readonly id: number;
  readonly kind: Exclude<PageChatKind, 'group'>;
  readonly commands: Readonly<
    Record<PageLanguage, readonly { readonly command: string; readonly description: string }[]>
  >;
}

export interface PageMessage {
  readonly chatId: number;
  readonly id: number;
  readonly fromId: number | undefined;
  readonly isFromBot: boolean;
  readonly isViaBot: boolean;
  readonly isSilent: boolean;
  readonly at: number;
  readonly editedAt: number | undefined;
  readonly text: string;
  readonly entities: readonly MessageEntity[];
  readonly document: { readonly name: string; readonly bytes: number } | undefined;
  readonly keyboard: readonly (readonly InlineKeyboardButton[])[];
  readonly replyTo: { readonly id: number; readonly text: string } | undefined;
}

export type PageEvent =
  | { readonly kind: 'message' | 'edit'; readonly message: PageMessage }
  | { readonly kind: 'delete'; readonly chatId: number; readonly id: number }
  | { readonly kind: 'typing'; readonly chatId: number }
  /** Commands, menu button, or who is where has changed, or a sample came: everything as it is now. */
  | { readonly kind: 'state'; readonly state: PageState };

export interface SpokenMessage {
  readonly chatId: number;
  readonly fromId: number;
  readonly text: string;
  readonly replyTo?: number | undefined;
}

export interface Press {
  readonly chatId: number;
  readonly messageId: number;
  readonly fromId: number;
  readonly data: string;
}

export interface PressAnswer {
  readonly text: string | undefined;
  readonly showAlert: boolean;
  readonly url: string | undefined;
}

export interface InlineQuestion {
  readonly fromId: number;
  readonly query: string;
  readonly offset: string;
}

export interface InlineOffer {
  readonly results: readonly {
    readonly id: string;
    readonly title: string;
    readonly description: string | undefined;
  }[];
  readonly nextOffset: string;
  /** Above the results; leads into the private chat. */
  readonly button: { readonly text: string; readonly payload: string } | undefined;
}

export interface InlineChoice extends InlineQuestion {
  readonly chatId: number;
  readonly resultId: string;
}

export interface PublishCategory {
  readonly name: string;
  readonly slug: string | undefined;
}

/** The person at the page adds the bot to the group anew, by a link with this payload. */
export interface AddedToGroup {
  readonly payload: string;
}

/** A post as somebody types it. */
export interface NewPost {
  readonly title: string;
  readonly category: string;
  /** Markdown, or HTML as the archive has it. */
  readonly body: string;
}

/** A post as a file: front matter and body. */
export interface NewPostFile {
  readonly fileName: string;
  readonly content: string;
}

export type Published =
  | {
      readonly kind: 'published';
      readonly title: string;
      /** Known before: what was sent is corrected, and nothing is pushed anew. */
      readonly isUpdate: boolean;
      /** To how many chats it is going to be pushed. */
      readonly pushes: number;
    }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'rejected'; readonly reason: string; readonly detail: string };

export interface NextSample {
  /** Undefined: all are out. */
  readonly fileName: string | undefined;
  readonly waiting: number;
}
