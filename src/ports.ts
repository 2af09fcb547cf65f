import type { Article, StoredArticle } from './domain/article.js';
import type { Day } from './domain/calendar.js';
import type { Category } from './domain/category.js';
import type { DigestTimes, QuietHours } from './domain/chat-times.js';
import type {
  ChatTarget,
  ChatType,
  Claim,
  ClaimedArticle,
  ClaimedDigest,
  ClaimedEdit,
  ClaimedMessage,
  ClaimedNotice,
  SendOutcome,
} from './domain/delivery.js';
import type { ChatPace, DigestReason, Owed, PushRules } from './domain/digest.js';
import type { ChatDisplay, Detail, Script } from './domain/display.js';
import type { Filter } from './domain/filter.js';
import type { Language } from './domain/language.js';
import type { Post, Rejection } from './domain/post.js';
import type { Watch } from './domain/watch.js';
import type { SearchedArticle } from './search/match.js';
import type { SearchQuery } from './search/query.js';
import type { SnippetPart } from './search/snippet.js';
import type { SharedBudget, WorkerStore } from './worker-ports.js';

/** What the core asks of the world. Every store method is async, so that any engine can stand behind it. */

/** Tells one version of a file from another without opening it. */
export type Fingerprint = string;

/** What an earlier round learned of a file. */
export interface KnownPost {
  readonly fingerprint: Fingerprint;
  /** `waiting`: looked half written; read again once more before it is rejected. */
  readonly state: 'done' | 'waiting';
}

/** One file that a round found new or changed. */
export type SourceEntry = { readonly path: string; readonly fingerprint: Fingerprint } & (
  | { readonly kind: 'post'; readonly post: Post }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
);

/** What a round hands to a source beside what is known of its posts. */
export interface SourceRound {
  readonly now: Date;
  /** What `memory` gave behind the last complete read; undefined: nothing, or there was none. */
  readonly memory: string | undefined;
  /** Aborted when the process is about to end: what waits for the network gives up. */
  readonly signal: AbortSignal;
  /** How many posts are to be read, of how many that are there. */
  onFound(changed: number, all: number): void;
}

export interface PostSource {
  /** As configured, without a password: names the source in the store, in reports and in identities. */
  readonly key: string;
  /** Read over a network: beside the other sources, so that it holds up none of them. */
  readonly isRemote: boolean;
  /**
   * Yields what is new or changed against `known`, in batches, oldest file name first; tells before the first how many
   * are to be read. Throws when the source as a whole cannot be read; then nothing may be concluded from what was not yielded.
   * A SourceFailure is tried again later and later, anything else in the next round.
   */
  read(known: ReadonlyMap<string, KnownPost>, round: SourceRound): AsyncIterable<readonly SourceEntry[]>;
  /** Paths in `known` that the last complete `read` did not find any more; empty unless that read looked everywhere. */
  vanished(known: ReadonlyMap<string, KnownPost>): readonly string[];
  /**
   * What the last complete `read` wants to find as `round.memory` next time: a short text (the last commit, an ETag) that
   * only the source understands. It is stored in the write that marks the source as read, so never ahead of the posts.
   */
  memory?(): string | undefined;
}

/** One file's outcome, to be recorded together with what it makes. */
export type IngestItem = { readonly path: string; readonly fingerprint: Fingerprint } & (
  | { readonly kind: 'article'; readonly article: Article }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  | { readonly kind: 'waiting' }
);

export interface SaveCounts {
  /** How many of the items were recorded; the caller passes the rest again. */
  readonly processed: number;
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly waiting: number;
  /** Deliveries that became due. */
  readonly queued: number;
}

export interface SourceState {
  /** When the first full read ended; before that nothing from the source is pushed. */
  readonly firstReadAt: Date | undefined;
  readonly lastError: string | undefined;
  readonly lastReadAt: Date | undefined;
  /** Failures in a row that were to be tried again later. */
  readonly failures: number;
  /** Not read before; undefined: in the next round. */
  readonly nextTryAt: Date | undefined;
  /** What the source itself keeps (`PostSource.memory`). */
  readonly memory: string | undefined;
}

export interface RejectedPost extends Rejection {
  readonly sourceKey: string;
  readonly path: string;
  readonly rejectedAt: Date;
}

/** What reading sources needs: what is known of their files, and one write for a file's outcome. */
export interface IngestStore {
  findSource(sourceKey: string): Promise<SourceState>;
  listKnownPosts(sourceKey: string): Promise<Map<string, KnownPost>>;
  /**
   * Records items and what they make, articles together with the deliveries that they owe, in one transaction.
   * `silent` owes none (a first read). Stops early, at an item boundary, when the transaction has queued a lot.
   */
  saveAndEnqueue(
    sourceKey: string,
    items: readonly IngestItem[],
    now: Date,
    silent: boolean,
    /** What is older and not stored stays away, and counts as unchanged: it was removed for its age, or never news here. */
    retentionDays?: number,
  ): Promise<SaveCounts>;
  /** Drops the memory of vanished files; their articles stay. */
  forgetPosts(sourceKey: string, paths: readonly string[]): Promise<void>;
  /** Forgets failures, and keeps `memory` in place of what was kept. */
  markSourceRead(sourceKey: string, now: Date, memory?: string | undefined): Promise<void>;
  /** With `nextTryAt` it counts as one more failure in a row; what the source keeps stays. */
  markSourceFailed(sourceKey: string, now: Date, error: string, nextTryAt?: Date | undefined): Promise<void>;
  listRejected(limit: number): Promise<readonly RejectedPost[]>;
}

export interface ArticleStore {
  find(articleId: number): Promise<StoredArticle | undefined>;
  findByIdentity(identity: string): Promise<StoredArticle | undefined>;
  count(): Promise<number>;
  /** Newest first; `categoryIds` undefined: of everything. */
  listLatest(categoryIds: readonly number[] | undefined, page: PageRequest): Promise<Page<ArticleLine>>;
  /** The articles that carry the same text as this one, itself among them, the first first. */
  listStory(articleId: number, limit: number): Promise<readonly ArticleLine[]>;
  /** A small number that stands for a text in button data; the same text gets the same number. */
  rememberText(text: string): Promise<number>;
  findText(id: number): Promise<string | undefined>;
  /** Removes articles with all that refers to them: what a demo needs to publish its samples again. */
  remove(identities: readonly string[]): Promise<void>;
  stats(): Promise<ArchiveStats>;
}

/** Place in a list that is ordered by (orderAt, id), newest first. */
export interface PageKey {
  readonly orderAt: number;
  readonly id: number;
}

export interface PageRequest {
  readonly limit: number;
  /** `older`: the page behind this key; `newer`: the page before it. Undefined: the first page. */
  readonly from?: { readonly direction: 'older' | 'newer'; readonly key: PageKey } | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
}

/** What a list shows of an article. */
export interface ArticleLine {
  readonly id: number;
  readonly orderAt: Date;
  readonly title: string;
  readonly url: string | undefined;
  readonly medium: string | undefined;
  readonly published: Date | undefined;
}

/** `ranked`: hits in the title before those in a heading before those in the text, newest first within; few hits by BM25. */
export type SearchOrder = 'ranked' | 'newest';

/** Where a hit stands in a result, so that a page can go on from it whatever came in meanwhile. */
export type SearchPlace =
  | { readonly kind: 'key'; readonly place: number; readonly orderAt: number; readonly articleId: number }
  /** In a small result, ranked as a whole: the articles up to a number, and which of their hits it is. */
  | { readonly kind: 'set'; readonly asOf: number; readonly offset: number };

export interface SearchRequest {
  readonly query: SearchQuery;
  readonly order: SearchOrder;
  readonly limit: number;
  /** The page behind a hit, or the one before it. Undefined: the first page. */
  readonly from?: { readonly direction: 'older' | 'newer'; readonly place: SearchPlace } | undefined;
  /** Hits are counted up to this many; 0: not counted. */
  readonly countUpTo: number;
}

export interface SearchHit extends ArticleLine {
  readonly place: SearchPlace;
  /** Text around the first hit, cut by visible character, hits marked. */
  readonly snippet: readonly SnippetPart[];
}

export interface SearchPage extends Page<SearchHit> {
  /** How many articles satisfy the query; `isExact` is false when there are more, or the time was up. */
  readonly total: { readonly count: number; readonly isExact: boolean };
  /** The time was up: this is only a part of the page. */
  readonly timedOut: boolean;
  /** While the index is still being filled: what is not in it yet cannot be found. */
  readonly filling: IndexProgress | undefined;
}

export interface DayCountRequest {
  readonly query: SearchQuery;
  /** First moment that is counted, and the first behind those that are; the query's own bounds hold as well. */
  readonly from: Date;
  readonly until: Date;
  /** Whose days these are: IANA name. */
  readonly timeZone: string;
}

export interface DayCount {
  readonly day: Day;
  /**
   * How many hits each medium has, by the id of its category. A hit counts once: under the category that bears the name of
   * its medium, when it is filed under it, else under the first that it was filed under. Undefined: it is filed under none.
   */
  readonly hits: ReadonlyMap<number | undefined, number>;
}

export interface DayCounts {
  /** Newest first, those with hits only. */
  readonly days: readonly DayCount[];
  /** The time was up: only a part was counted. */
  readonly timedOut: boolean;
  /** Everything newer was counted: the beginning of the span, unless the time was up. */
  readonly countedSince: Date;
  /** As of a search. */
  readonly filling: IndexProgress | undefined;
}

export interface IndexProgress {
  /** Both 0 when there is so little left to do that it was not counted. */
  readonly indexed: number;
  readonly articles: number;
}

/** What `doctor` finds out about the search index. */
export interface IndexCheck extends IndexProgress {
  /** Articles that the index does not have as they are. */
  readonly missing: number;
  /** Entries of the index that no article has any more. */
  readonly stale: number;
  readonly isCurrentVersion: boolean;
  /** The pages of its file are in order. */
  readonly isSound: boolean;
  readonly bytes: number;
}

/** A word that is in more titles this week than it was. */
export interface RisingWord {
  readonly word: string;
  /** Titles of the last seven days that have it. */
  readonly thisWeek: number;
  /** Weekly average of the four weeks before. */
  readonly before: number;
}

/** Full-text search: exact, and never on the thread that answers readers. */
export interface SearchStore {
  /**
   * A page of hits. With an `asker`, what the same asker began before is given up and resolves to undefined.
   * Gives up after 2 s with what it has and `timedOut`.
   */
  search(request: SearchRequest, asker?: string): Promise<SearchPage | undefined>;
  /**
   * Counts all hits of a span per day and medium: exactly those that paging through `search` gives. An asker has one question
   * at a time, this or a search. Gives up as `search` does, with the newest days counted.
   */
  countByDay(request: DayCountRequest, asker?: string): Promise<DayCounts | undefined>;
  /** The asker went on: a search that it has been waiting for longer than others take is given up. */
  cancel(asker: string): void;
  /** Articles about the same, the same text first. */
  listRelated(articleId: number, limit: number): Promise<readonly ArticleLine[]>;
  /** Words of titles whose share rose most in the seven days before `now`, against the four weeks before those. */
  listRising(now: Date, limit: number): Promise<readonly RisingWord[]>;
  /** Resolves when everything that was stored before the call can be found. Rejects when the index cannot be written. */
  caughtUp(onProgress?: (progress: IndexProgress) => void): Promise<void>;
  /** Makes the index anew beside the one in use, and then puts it in its place. */
  rebuild(onProgress?: (progress: IndexProgress) => void): Promise<void>;
  check(): Promise<IndexCheck>;
  /** Takes up no more articles: the process is about to end. Searches are answered as before. */
  stopFollowing(): void;
}

export interface ArchiveStats {
  readonly articles: number;
  readonly categories: number;
  readonly chats: number;
  readonly subscriptions: number;
  readonly watches: number;
  readonly rejected: number;
  readonly deliveries: Readonly<Record<string, number>>;
}

/** A category and its articles of some time. */
export interface BusyCategory {
  readonly category: Category;
  readonly articles: number;
}

export interface CategoryStore {
  /** Those with articles, largest first. */
  list(): Promise<readonly Category[]>;
  /** The category of a name, made when there is none yet: somebody waits for its first article. */
  findOrCreate(name: string): Promise<Category>;
  find(categoryId: number): Promise<Category | undefined>;
  /** How many articles came in since a moment, for telling a reader how often to expect something. */
  countArticlesSince(categoryId: number, since: Date): Promise<number>;
  /**
   * Those with the most articles from a moment on and, unless `until` is undefined, before another, by the time that lists are
   * ordered by; largest first. An article counts in every category that it is filed under.
   */
  listBusiest(since: Date, until: Date | undefined, limit: number): Promise<readonly BusyCategory[]>;
}

export interface Chat extends ChatDisplay {
  readonly id: number;
  readonly type: ChatType;
  /** The chat's own choice; undefined: the configured default. */
  readonly language: Language | undefined;
  /** IANA name; undefined: the configured default. */
  readonly timeZone: string | undefined;
  readonly digestTimes: DigestTimes | undefined;
  readonly quietHours: QuietHours | undefined;
  readonly isPaused: boolean;
  /** Somebody was told that the bot lacks a right there. */
  readonly isRightsTold: boolean;
}

/** Chats and what they chose. */
export interface ChatStore {
  /** Records that a chat exists and speaks; a chat that was gone is active again. */
  save(id: number, type: ChatType, now: Date): Promise<Chat>;
  find(chatId: number): Promise<Chat | undefined>;
  /** Telegram refuses it: nothing is tried until it speaks again. Not when it has spoken after `notSeenSince`. */
  markGone(chatId: number, now: Date, notSeenSince?: Date): Promise<void>;
  /** Moves a chat and all that it owns to its new id (a group that became a supergroup). */
  migrate(fromId: number, toId: number, now: Date): Promise<void>;
  /** When somebody was told of a right that the bot lacks there; undefined: whoever asks next is to be told. */
  saveRightsTold(chatId: number, at: Date | undefined): Promise<void>;
  setLanguage(chatId: number, language: Language): Promise<void>;
  /** `releasedAt`: what was queued up to then comes as after a pause, because this ends quiet hours. */
  setTimeZone(chatId: number, timeZone: string, releasedAt?: Date): Promise<void>;
  setDisplay(chatId: number, display: Partial<ChatDisplay>): Promise<void>;
  /** The chat is told of digests and quiet hours, once: false when it was before. */
  markHinted(chatId: number, now: Date): Promise<boolean>;
  /** Undefined: pushes come at once. */
  setDigestTimes(chatId: number, times: DigestTimes | undefined): Promise<void>;
  /** `releasedAt`: as for `setTimeZone`. */
  setQuietHours(chatId: number, hours: QuietHours | undefined, releasedAt?: Date): Promise<void>;
  /** Nothing is sent until `resume`; what is queued meanwhile comes then. False: it was paused already. */
  pause(chatId: number, now: Date): Promise<boolean>;
  /** False when it was not paused. */
  resume(chatId: number, now: Date): Promise<boolean>;
}

export interface SubscriptionStore {
  /** False when it was subscribed already. */
  subscribe(target: ChatTarget, categoryId: number, now: Date): Promise<boolean>;
  /** False when it was not subscribed. Its filter goes as well, and what was queued only because of it is not sent any more. */
  unsubscribe(target: ChatTarget, categoryId: number): Promise<boolean>;
  list(target: ChatTarget): Promise<readonly Category[]>;
  /** The topics of a chat that follow something, in the order of their ids; `count`: categories and queries together. */
  listTopics(chatId: number): Promise<readonly TopicCount[]>;
}

export interface TopicCount {
  readonly topicId: number;
  readonly count: number;
}

/** Keyword subscriptions: chat and query. */
export interface WatchStore {
  /** The text stands for the query when it is loaded again; of the query only what it names by id is kept. */
  watch(target: ChatTarget, text: string, query: SearchQuery, now: Date): Promise<{ watch: Watch; isNew: boolean }>;
  /** False when it was not followed. What was queued only because of it is not sent any more. */
  unwatch(target: ChatTarget, watchId: number): Promise<boolean>;
  find(watchId: number): Promise<Watch | undefined>;
  /** In the order in which they were followed. */
  list(target: ChatTarget): Promise<readonly Watch[]>;
}

/** Words that decide what of a subscription comes. A filter goes with its subscription. */
export interface FilterStore {
  /** In place of the one that the subscription had. What is queued and does not get through is not sent any more. */
  set(target: ChatTarget, filter: Filter): Promise<void>;
  /** False when there was none. */
  remove(target: ChatTarget, categoryId: number): Promise<boolean>;
  /** That of all subscriptions first, then in the order in which they were set. */
  list(target: ChatTarget): Promise<readonly Filter[]>;
}

/** An article that a chat keeps. */
export interface SavedLine extends ArticleLine {
  readonly savedAt: Date;
}

/** The same, as it is written into a file and found again by. */
export interface SavedEntry {
  readonly identity: string;
  readonly title: string;
  readonly savedAt: Date;
}

/** Articles that chats keep, whole chats: a topic has none of its own. */
export interface SavedStore {
  /** False when it was kept already. An article that is not there any more is not kept. */
  save(chatId: number, articleId: number, now: Date): Promise<boolean>;
  /** False when it was not kept. */
  remove(chatId: number, articleId: number): Promise<boolean>;
  has(chatId: number, articleId: number): Promise<boolean>;
  count(chatId: number): Promise<number>;
  /** What was kept last first: `orderAt` of the page's key is `savedAt`. With words only articles that have them all, folded (`foldText`), in title or text. */
  list(chatId: number, page: PageRequest, words: readonly string[]): Promise<Page<SavedLine>>;
  /** Everything, what was kept last first. */
  listEntries(chatId: number): Promise<readonly SavedEntry[]>;
  /** Articles by what they are known by; the earlier of two times counts. Up to `most` are kept in all. */
  saveEntries(chatId: number, entries: readonly Omit<SavedEntry, 'title'>[], most: number): Promise<SavedEntries>;
}

export interface SavedEntries {
  readonly added: number;
  /** Kept before. */
  readonly known: number;
  /** Identities that no article has. */
  readonly unknown: readonly string[];
  /** Above the limit. */
  readonly tooMany: number;
}

/** How much is stored of a chat. */
export interface OwnedCounts {
  readonly subscriptions: number;
  readonly watches: number;
  readonly filters: number;
  readonly saved: number;
  /** Pushes, sent and to be sent. */
  readonly deliveries: number;
}

/** All that is stored of one chat, as one thing. */
export interface OwnDataStore {
  count(chatId: number): Promise<OwnedCounts>;
  /** The chat itself, 0, and the topics of it that follow something, ascending. */
  listTopics(chatId: number): Promise<readonly number[]>;
  /** Deletes the chat and all that refers to it, together. What is being sent to it leaves no trace. */
  forget(chatId: number): Promise<void>;
}

/** How far the outbox was looked through for chats that something is owed to. */
export interface OutboxMark {
  readonly deliveryId: number;
  readonly editId: number;
  readonly noticeId: number;
}

export interface WaitingChats {
  /** Each with an article that it is owed, or 0, or -1 for an announcement: chats of one take turns with those of others. */
  readonly chats: readonly { readonly chatId: number; readonly articleId: number }[];
  readonly upTo: OutboxMark;
}

export interface ClaimRules extends PushRules {
  /** What was queued later is left for another time: the round that it came in is not over. */
  readonly queuedBefore: Date | undefined;
  /** How many corrections may be taken up. */
  readonly mostEdits: number;
}

/** The outbox: what is owed to chats, and what became of it. One process at a time takes up the messages of a chat. */
export interface DeliveryStore {
  /** Chats that something was queued for behind a mark, by any process; undefined: at all. */
  listWaiting(after: OutboxMark | undefined): Promise<WaitingChats>;
  /**
   * The next message of each chat, if one may be sent now: several articles become a digest by `planNext`. Whoever takes a
   * message up ends it with `complete`, `fail` or `release` before the chat is claimed again; what none was called for is as it was.
   */
  claim(chatIds: readonly number[], now: Date, rules: ClaimRules): Promise<readonly Claim[]>;
  /** Accepted by Telegram under this number. What was corrected since the message was taken up is going to be edited. */
  complete(message: ClaimedMessage, messageId: number, now: Date): Promise<void>;
  /** Not accepted: what is to become of it. */
  fail(message: ClaimedMessage, next: AfterFailure, now: Date): Promise<void>;
  /** What was taken up of a chat is left as it is: another process may take it up. */
  release(chatId: number): Promise<void>;
  /** Nothing goes to the chat before this time. */
  holdChat(chatId: number, until: Date): Promise<void>;
  /** Writes something that changes nothing. Rejects when the database takes no writes. */
  probe(): Promise<void>;
  /** Later pushes of this chat's topic go to the chat itself. False: there was nothing to move, or it is the chat itself. */
  moveTopicToChat(target: ChatTarget): Promise<boolean>;
  /** The articles of a message that the chat was sent as a push; none: it is another kind of message. */
  listArticlesOf(chatId: number, messageId: number): Promise<readonly number[]>;
  findDigest(digestId: number): Promise<Digest | undefined>;
  /** A page of a digest, newest article first, counted from 0; undefined when there is no such page. */
  listDigest(digestId: number, page: number, pageSize: number): Promise<DigestPage | undefined>;
  /** What its reader turned to: a correction shows the same page. */
  saveDigestPage(digestId: number, page: number): Promise<void>;
}

/** What a chat is told of its pushes: nothing here changes anything. */
export interface FateStore {
  /** What decides the pace of a chat, and what waits for it. Undefined: there is no such chat. `timeZone`: unless it chose one. */
  findPace(chatId: number, timeZone: string): Promise<ChatWaiting | undefined>;
  /** What became of the deliveries that were queued last, newest first. */
  listFates(target: ChatTarget, limit: number): Promise<readonly DeliveryFate[]>;
  /** Articles of followed categories that came since a moment and were never queued for the target, newest first. */
  listNotQueued(target: ChatTarget, since: Date, limit: number): Promise<readonly NotQueued[]>;
}

export interface ChatWaiting {
  /** Without when digests were sent, which each topic has its own of. */
  readonly pace: ChatPace;
  /** Telegram wants no message before this time. */
  readonly notBefore: Date | undefined;
  readonly topics: readonly TopicWaiting[];
}

/** A topic of a chat (0: the chat itself) that something waits for, or that had a digest. */
export interface TopicWaiting {
  readonly topicId: number;
  readonly digestedAt: Date | undefined;
  readonly digestedBeforeAt: Date | undefined;
  /** Undefined: nothing. What is to be tried again is among it. */
  readonly owed: Owed | undefined;
}

export interface DeliveryFate {
  readonly article: ArticleLine;
  readonly queuedAt: Date;
  readonly fate:
    | { readonly kind: 'sent'; readonly at: Date | undefined; readonly inDigest: boolean }
    | {
        readonly kind: 'pending';
        /** When it is tried again, after a failure. */
        readonly retryAt: Date | undefined;
        readonly lastError: string | undefined;
      }
    /** The same text came, or is to come, from another medium. Undefined: that one is gone by now. */
    | { readonly kind: 'merged'; readonly into: ArticleLine | undefined }
    | { readonly kind: 'failed'; readonly at: Date | undefined; readonly error: string | undefined }
    | { readonly kind: 'expired' };
}

export interface NotQueued {
  readonly article: ArticleLine;
  readonly searched: SearchedArticle;
  /** Those of its categories that were followed when it came. */
  readonly categoryIds: readonly number[];
}

export type AfterFailure =
  | { readonly kind: 'retry'; readonly error: string; readonly at: Date }
  /** A digest comes apart: its halves go on their own. */
  | { readonly kind: 'split'; readonly error: string }
  /** Given up, with what was refused kept. */
  | { readonly kind: 'dead'; readonly error: string; readonly payload?: string | undefined };

export interface Digest {
  readonly id: number;
  readonly chatId: number;
  readonly reason: DigestReason;
}

export interface DigestLine extends ArticleLine {
  /** How many other media carry the story. */
  readonly otherMedia: number;
}

export interface DigestPage extends Digest {
  readonly items: readonly DigestLine[];
  readonly page: number;
  readonly total: number;
}

/** Messages of the operator to all chats. The outbox delivers them. */
export interface AnnouncementStore {
  /** Keeps a text until it is sent or its author writes another; tells how many chats would get it. */
  draft(text: string, createdBy: number, now: Date): Promise<{ readonly id: number; readonly chats: number }>;
  /** Owes it to every active chat, once. Gives to how many; undefined when there is no such draft of this author, or it was sent. */
  send(announcementId: number, createdBy: number, now: Date): Promise<number | undefined>;
  /** False when there is no such draft of this author. */
  cancel(announcementId: number, createdBy: number): Promise<boolean>;
  /** What was not sent yet is not sent any more. Gives how many chats do not get it. */
  stop(announcementId: number): Promise<number>;
  /** Those that were sent, the newest first. */
  listNewest(limit: number): Promise<readonly AnnouncementProgress[]>;
}

export interface AnnouncementProgress {
  readonly id: number;
  readonly text: string;
  readonly announcedAt: Date;
  /** How many chats have it, are going to get it, are going to get it when they come back, and do not get it. */
  readonly sent: number;
  readonly pending: number;
  readonly gone: number;
  readonly failed: number;
}

/** A number that may be worked out from others. */
export interface Estimate {
  readonly count: number;
  readonly isExact: boolean;
}

export interface AdminCounts {
  readonly chats: readonly { readonly type: ChatType; readonly active: number; readonly gone: number }[];
  readonly paused: number;
  readonly subscriptions: number;
  readonly watches: number;
  readonly articles: Estimate;
  /** First seen in the last 24 hours, and in the last seven days. */
  readonly articlesOfDay: Estimate;
  readonly articlesOfWeek: Estimate;
  readonly rejected: number;
  readonly deliveries: Readonly<Record<string, number>>;
}

export interface QueueState {
  /** Deliveries of chats that can be sent to, and of those that paused or are gone. */
  readonly due: number;
  readonly held: number;
  /** Of what is due. */
  readonly oldestQueuedAt: Date | undefined;
  readonly edits: number;
  readonly notices: number;
}

export interface FailedDelivery {
  readonly id: number;
  readonly chatId: number;
  readonly articleId: number;
  readonly error: string;
  /** The beginning of what was refused. */
  readonly payload: string | undefined;
  readonly failedAt: Date;
}

export type RetryResult =
  | { readonly kind: 'queued'; readonly chatId: number }
  /** The chat has, or is owed, another article of the story meanwhile. */
  | { readonly kind: 'replaced' }
  | { readonly kind: 'not-failed' };

/** What the administrator looks at. None of it holds the thread for long, however large the archive is. */
export interface AdminStore {
  /** Looks at every delivery, in slices: not to be called at every press of a button. */
  count(now: Date): Promise<AdminCounts>;
  queue(): Promise<QueueState>;
  totals(): Promise<Totals>;
  /** Newest first; pages are counted from 0. */
  listRejected(
    page: number,
    pageSize: number,
  ): Promise<{ readonly items: readonly RejectedPost[]; readonly total: number }>;
  /** Deliveries that were given up, the last queued first, before a number when one is given. */
  listFailed(beforeId: number | undefined, limit: number): Promise<readonly FailedDelivery[]>;
  /** Owes again what was given up. */
  retry(deliveryId: number): Promise<RetryResult>;
}

/** Counts for whoever watches the bot, each read from one row. They never fall, but for `pending`. */
export interface Totals {
  /** Articles that were ever stored. */
  readonly articles: number;
  /** Deliveries that ever came to be in a state; one that is sent was pending before. */
  readonly deliveries: Readonly<Record<string, number>>;
  /** Deliveries that are owed now, held ones included. */
  readonly pending: number;
  /** How often a post was rejected, by the reason. */
  readonly rejected: Readonly<Record<string, number>>;
}

/** Updates, stored before Telegram is told that they are taken. */
export interface UpdateStore {
  /** False: it came before, in the last day. */
  add(updateId: number, payload: string, now: Date): Promise<boolean>;
  /** Whether it is this process's to handle, and not handled yet. */
  isOwed(updateId: number): Promise<boolean>;
  /** Its number is remembered, and nothing else. */
  markHandled(updateId: number): Promise<void>;
  /**
   * What earlier starts left unhandled, in order of arrival. Gives up, and names, what has been taken up more than
   * `mostStarts` times: the process may have died of it. `inHand`: what this process is at.
   */
  takeUpAgain(
    mostStarts: number,
    inHand?: readonly number[],
  ): Promise<{ readonly payloads: readonly string[]; readonly givenUp: readonly number[] }>;
  /** Gives how many numbers of handled updates were older and are forgotten. */
  forgetHandled(before: Date): Promise<number>;
}

/** What the bot remembers about itself from start to start. */
export interface BotStateStore {
  find(key: string): Promise<string | undefined>;
  save(key: string, value: string): Promise<void>;
}

/** Keeps the archive within bounds. */
export interface RetentionStore {
  /**
   * Removes articles older than so many days, with all that belongs to them, in slices that hold the thread for a moment only.
   * Those that a chat saved or is still owed stay. Gives how many; what is left when stopped is found the next time.
   */
  removeOld(days: number, now: Date, stopped: AbortSignal): Promise<number>;
}

/** A copy of the whole database, looked through and found whole. */
export interface DatabaseCopy {
  readonly file: string;
  readonly bytes: number;
  /** By table: articles, chats, subscriptions … */
  readonly rows: Readonly<Record<string, number>>;
  readonly tookMs: number;
}

/** A scheduled backup, made and found whole. */
export interface BackupFile {
  readonly file: string;
  readonly madeAt: Date;
}

/** Scheduled backups, beside the database. */
export interface BackupStore {
  /** Newest first. */
  list(): Promise<readonly BackupFile[]>;
  /** Copies the database without holding up the caller's thread. Rejects when there is no good copy; then nothing was changed. */
  make(now: Date, stopped: AbortSignal): Promise<DatabaseCopy>;
  /** Removes all but the newest `keep`, `latest` among them whatever the others are called. Gives how many. */
  prune(keep: number, latest: string): Promise<number>;
}

export interface Stores {
  readonly ingest: IngestStore;
  readonly articles: ArticleStore;
  readonly search: SearchStore;
  readonly categories: CategoryStore;
  readonly chats: ChatStore;
  readonly subscriptions: SubscriptionStore;
  readonly watches: WatchStore;
  readonly filters: FilterStore;
  readonly saved: SavedStore;
  readonly ownData: OwnDataStore;
  readonly deliveries: DeliveryStore;
  readonly fates: FateStore;
  readonly announcements: AnnouncementStore;
  readonly admin: AdminStore;
  readonly botState: BotStateStore;
  readonly updates: UpdateStore;
  readonly retention: RetentionStore;
  /** Undefined: one bot at a time has the database for itself. */
  readonly workers: WorkerStore | undefined;
  readonly budget: SharedBudget | undefined;
  close(): Promise<void>;
}

/** How a chat wants what it is sent. */
export interface ChatView {
  readonly language: Language;
  readonly timeZone: string;
  /** Undefined: as it is printed. */
  readonly script?: Script | undefined;
  /** Undefined: all of it. */
  readonly detail?: Detail | undefined;
}

export interface PushView extends ChatView {
  /** Called when the message has waited for its turn and is on its way. */
  readonly onTurn?: () => void;
}

/** Sends pushes. Never throws: every failure is an outcome. */
export interface MessageSender {
  /** A summary, with the keywords that asked for it if any. */
  sendArticle(message: ClaimedArticle, article: StoredArticle, view: PushView): Promise<SendOutcome>;
  sendDigest(message: ClaimedDigest, page: DigestPage, view: PushView): Promise<SendOutcome>;
  sendNotice(message: ClaimedNotice, view: PushView): Promise<SendOutcome>;
  editArticle(message: ClaimedEdit, article: StoredArticle, view: PushView): Promise<SendOutcome>;
  editDigest(message: ClaimedEdit, page: DigestPage, view: PushView): Promise<SendOutcome>;
  /** Tells a group that a topic is gone and where its pushes come from now on. Failures are not told: it is said once or not at all. */
  sendTopicGone(chatId: number, view: ChatView): Promise<void>;
}

/** What is counted and timed as the bot works. */
export interface Metrics {
  /** Telegram accepted a push of one article, so long after it was stored. */
  pushed(latencyMs: number): void;
  /** A call failed: the HTTP status, else `timeout` or `network`. */
  telegramFailed(code: string): void;
  searched(ms: number): void;
  /** An update was handled, so long after it was taken up. */
  updateHandled(ms: number): void;
}

/** One structured line per event: ids and counts, never a token or message text. */
export interface Log {
  debug(fields: object, event: string): void;
  info(fields: object, event: string): void;
  warn(fields: object, event: string): void;
  error(fields: object, event: string): void;
}
