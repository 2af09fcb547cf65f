import type { PageChatKind } from '../local-chat/page/protocol.js';

/** What the page of the local chat says, the bot's own messages apart. */
export interface ChatPageLocale {
  readonly language: 'zh' | 'en';
  readonly title: string;
  readonly otherLanguage: string;
  readonly chats: string;
  readonly chatNames: Readonly<Record<PageChatKind, string>>;
  readonly chatAbout: Readonly<Record<PageChatKind, string>>;
  readonly memberNames: Readonly<Record<Exclude<PageChatKind, 'group'>, string>>;
  readonly nothingYet: string;
  readonly back: string;
  readonly sideBySide: string;
  readonly oneChat: string;
  readonly toDark: string;
  readonly toLight: string;
  readonly connecting: string;
  readonly connectionLost: string;
  /** What this is, in one line. */
  readonly banner: string;
  readonly bannerConfigured: string;
  readonly toTelegram: string;
  readonly telegramTitle: string;
  readonly telegramSteps: readonly string[];
  readonly telegramNote: string;
  /** In a chat that was used before, whose messages are not kept. */
  readonly welcomeBack: string;
  readonly showSubscriptions: string;
  /** Leads past all messages. */
  readonly toField: string;
  readonly reply: string;
  readonly replyingTo: string;
  readonly cancelReply: string;
  readonly start: string;
  readonly startFriend: string;
  readonly startGroup: string;
  readonly messagePlaceholder: string;
  readonly messageLabel: string;
  readonly send: string;
  readonly attach: string;
  readonly commands: string;
  readonly commandsTitle: string;
  readonly inlineResults: string;
  readonly inlineNothing: string;
  readonly speakAs: string;
  readonly quick: readonly { readonly label: string; readonly text: string }[];
  readonly edited: string;
  readonly silent: string;
  readonly via: (bot: string) => string;
  readonly typing: string;
  readonly newMessages: (count: number) => string;
  readonly messagesOf: (chat: string) => string;
  readonly expand: string;
  readonly collapse: string;
  readonly openLink: string;
  readonly download: (name: string) => string;
  readonly today: string;
  readonly yesterday: string;
  readonly failed: string;
  readonly close: string;
  readonly copied: string;
  readonly chooseChat: string;
  readonly app: string;
  readonly appTitle: string;
  readonly samplesWaiting: (count: number) => string;
  readonly samplesOut: string;
  readonly nextSample: string;
  readonly nextSampleDone: string;
  readonly publish: string;
  readonly publishTitle: string;
  readonly publishHint: string;
  readonly publishPostTitle: string;
  readonly publishCategory: string;
  readonly publishBody: string;
  readonly publishBodyHint: string;
  readonly publishFile: string;
  readonly publishSend: string;
  readonly dropHere: string;
  readonly published: (title: string, pushes: number) => string;
  readonly corrected: (title: string) => string;
  readonly unchanged: string;
  /** Why a post cannot be read, by the reason's word; `other` with what the reader of posts says of it. */
  readonly rejected: Readonly<
    Record<
      | 'not-utf8'
      | 'no-front-matter'
      | 'script-front-matter'
      | 'bad-front-matter'
      | 'incomplete'
      | 'empty'
      | 'too-large'
      | 'not-markdown',
      string
    >
  >;
  readonly rejectedOther: (detail: string) => string;
  readonly needsTitle: string;
}
