import type { Article, StoredArticle } from './domain/article.js';
import type { Category } from './domain/category.js';
import type { ChatTarget, ChatType, DueDelivery, SendOutcome } from './domain/delivery.js';
import type { Language } from './domain/language.js';
import type { Post, Rejection } from './domain/post.js';
import type { SearchQuery } from './search/query.js';
import type { SnippetPart } from './search/snippet.js';

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

export interface PostSource {
  /** As configured: names the source in the store, in reports and in identities. */
  readonly key: string;
  /**
   * Yields what is new or changed against `known`, in batches, oldest file name first; tells before the first how many
   * are to be read, of how many posts that are there. Throws when the source as a whole cannot be read; then nothing may be concluded from what was not yielded.
   */
  read(
    known: ReadonlyMap<string, KnownPost>,
    now: Date,
    onFound: (changed: number, all: number) => void,
  ): AsyncIterable<readonly SourceEntry[]>;
  /** Paths in `known` that the last complete `read` did not find any more; empty unless that read looked everywhere. */
  vanished(known: ReadonlyMap<string, KnownPost>): readonly string[];
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
  saveAndEnqueue(sourceKey: string, items: readonly IngestItem[], now: Date, silent: boolean): Promise<SaveCounts>;
  /** Drops the memory of vanished files; their articles stay. */
  forgetPosts(sourceKey: string, paths: readonly string[]): Promise<void>;
  markSourceRead(sourceKey: string, now: Date): Promise<void>;
  markSourceFailed(sourceKey: string, now: Date, error: string): Promise<void>;
  listRejected(limit: number): Promise<readonly RejectedPost[]>;
}

export interface ArticleStore {
  find(articleId: number): Promise<StoredArticle | undefined>;
  findByIdentity(identity: string): Promise<StoredArticle | undefined>;
  /** Newest first; `categoryIds` undefined: of everything. */
  listLatest(categoryIds: readonly number[] | undefined, page: PageRequest): Promise<Page<ArticleLine>>;
  /** Newest first; gives up after `budgetMs` with what it has and `timedOut`. */
  search(query: SearchQuery, page: PageRequest, budgetMs: number): Promise<Page<SearchHit> & { timedOut: boolean }>;
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

export interface SearchHit extends ArticleLine {
  /** Text around the first hit, cut by visible character, hits marked. */
  readonly snippet: readonly SnippetPart[];
}

export interface ArchiveStats {
  readonly articles: number;
  readonly categories: number;
  readonly chats: number;
  readonly subscriptions: number;
  readonly rejected: number;
  readonly deliveries: Readonly<Record<string, number>>;
}

export interface CategoryStore {
  /** Those with articles, largest first. */
  list(): Promise<readonly Category[]>;
  /** The category of a name, made when there is none yet: somebody waits for its first article. */
  findOrCreate(name: string): Promise<Category>;
  find(categoryId: number): Promise<Category | undefined>;
  /** How many articles came in since a moment, for telling a reader how often to expect something. */
  countArticlesSince(categoryId: number, since: Date): Promise<number>;
}

export interface Chat {
  readonly id: number;
  readonly type: ChatType;
  /** The chat's own choice; undefined: the configured default. */
  readonly language: Language | undefined;
}

export interface SubscriptionStore {
  /** Records that a chat exists and speaks; a chat that was gone is active again. */
  saveChat(id: number, type: ChatType, now: Date): Promise<Chat>;
  markChatGone(chatId: number, now: Date): Promise<void>;
  /** Moves a chat and all that it owns to its new id (a group that became a supergroup). */
  migrateChat(fromId: number, toId: number, now: Date): Promise<void>;
  setLanguage(chatId: number, language: Language): Promise<void>;
  findLanguage(chatId: number): Promise<Language | undefined>;
  /** False when it was subscribed already. */
  subscribe(target: ChatTarget, categoryId: number, now: Date): Promise<boolean>;
  /** False when it was not subscribed. What was queued only because of it is not sent any more. */
  unsubscribe(target: ChatTarget, categoryId: number): Promise<boolean>;
  list(target: ChatTarget): Promise<readonly Category[]>;
}

export interface DeliveryStore {
  /** At most one due delivery per chat that may be sent to now, longest waiting first. */
  listDue(now: Date, limit: number, onlyChatId?: number): Promise<readonly DueDelivery[]>;
  /** False when it was dropped, or its chat left or was held, since it was listed. */
  isDue(deliveryId: number, now: Date): Promise<boolean>;
  /** When, after now, a delivery becomes due or a chat may be sent to again: the next time that `listDue` can find more. */
  nextDueAt(now: Date): Promise<Date | undefined>;
  markSent(deliveryId: number, messageId: number, now: Date, chatNotBefore: Date): Promise<void>;
  /** Back in the queue. `countAttempt` is false for what was not the delivery's fault (rate limit). */
  markRetry(deliveryId: number, error: string, nextAttemptAt: Date, countAttempt: boolean): Promise<void>;
  markFailed(deliveryId: number, error: string, now: Date): Promise<void>;
  /** No push goes to the chat before this time. */
  holdChat(chatId: number, until: Date): Promise<void>;
  /** Later pushes of this chat's topic go to the chat itself. */
  moveTopicToChat(target: ChatTarget): Promise<void>;
}

export interface Stores {
  readonly ingest: IngestStore;
  readonly articles: ArticleStore;
  readonly categories: CategoryStore;
  readonly subscriptions: SubscriptionStore;
  readonly deliveries: DeliveryStore;
  close(): Promise<void>;
}

export interface MessageSender {
  /** Sends a summary; never throws: every failure is an outcome. */
  sendArticle(target: ChatTarget, article: StoredArticle, language: Language): Promise<SendOutcome>;
}

/** One structured line per event: ids and counts, never a token or message text. */
export interface Log {
  debug(fields: object, event: string): void;
  info(fields: object, event: string): void;
  warn(fields: object, event: string): void;
  error(fields: object, event: string): void;
}
