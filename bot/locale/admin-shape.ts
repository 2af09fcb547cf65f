import type { ChatType } from '../../src/domain/delivery.js';
import type { Html } from '../html.js';

/** What only administrators read. Counts come as text, with their separators. */
export interface AdminLocale {
  readonly commands: { readonly admin: string; readonly announce: string };
  readonly buttons: {
    readonly overview: string;
    readonly sources: string;
    readonly rejected: string;
    readonly failures: string;
    readonly announcements: string;
    readonly refresh: string;
    readonly newest: string;
    /** Number in the list above. */
    tryAgain(number: number): string;
    stop(announcementId: number): string;
    readonly send: string;
    readonly cancel: string;
    readonly progress: string;
  };
  readonly title: Html;
  chats(total: string): string;
  readonly chatTypes: Readonly<Record<ChatType, string>>;
  /** Of one type; `gone` is 0 or more. */
  chatsOf(type: string, active: string, gone: number): string;
  pausedChats(count: string): string;
  followed(subscriptions: string, watches: string): string;
  articles(total: string, ofDay: string, ofWeek: string): string;
  rejected(count: string): string;
  /** Of counts by state, joined with `listSeparator`. */
  deliveries(counts: string): string;
  readonly states: Readonly<Record<string, string>>;
  queue(due: string, held: string): string;
  oldest(age: string): string;
  minutes(count: number): string;
  hours(count: number): string;
  days(count: number): string;
  waitingEdits(count: string): string;
  waitingNotices(count: string): string;
  asOf(time: string): string;
  readonly sourcesTitle: Html;
  readonly noSources: string;
  lastRead(time: string): string;
  readonly neverRead: string;
  readonly firstReadDone: string;
  readonly firstReadOpen: string;
  lastError(error: string): string;
  nextTry(time: string): string;
  rejectedTitle(total: string): Html;
  readonly noRejected: string;
  readonly failuresTitle: Html;
  readonly noFailures: string;
  failure(chatId: number, articleId: number): string;
  readonly queuedAgain: string;
  readonly notFailedAnyMore: string;
  readonly reprintCame: string;
  readonly announcementsTitle: Html;
  readonly noAnnouncements: string;
  announcementProgress(sent: string, pending: string, failed: string): string;
  /** Pending ones of chats that are gone. */
  announcementGone(count: string): string;
  stopped(count: string): string;
  readonly announceUsage: Html;
  announceTooLong(chars: number, most: number): Html;
  announcePreview(chats: string): Html;
  announced(chats: string): Html;
  readonly announceCancelled: Html;
  readonly announceStale: string;
}
