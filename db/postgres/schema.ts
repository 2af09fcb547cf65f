import { sql } from 'drizzle-orm';
import { boolean, index, integer, pgTable, primaryKey, uniqueIndex } from 'drizzle-orm/pg-core';
import type { Heading } from '../../src/domain/article.js';
import type { DigestTimes } from '../../src/domain/chat-times.js';
import type { DigestReason } from '../../src/domain/digest.js';
import { hashOf, json, number, numbered, text } from './columns.js';
import { termsOfDoc } from './search/stretches.js';

/**
 * The tables of db/sqlite/schema.ts with the same names and columns, so that one can be copied into the other, and what several
 * processes need to share one database. Times are UTC milliseconds, and wherever processes have to agree on one the database's
 * own clock (`clockMs`).
 */

export const sources = pgTable('sources', {
  id: numbered('id').primaryKey(),
  /** The entry of SOURCES. */
  key: text('key').notNull().unique(),
  firstReadAt: number('first_read_at'),
  lastReadAt: number('last_read_at'),
  lastError: text('last_error'),
  /** In a row, of those that are tried again later. */
  failures: integer('failures').notNull().default(0),
  nextTryAt: number('next_try_at'),
  /** What the source keeps between rounds; only it understands it. */
  memory: text('memory'),
});

/** Every file that a round has dealt with, so that an unchanged one is not opened again. */
export const sourcePosts = pgTable(
  'source_posts',
  {
    sourceId: number('source_id')
      .notNull()
      .references(() => sources.id),
    path: text('path').notNull(),
    fingerprint: text('fingerprint').notNull(),
    state: text('state').$type<'done' | 'waiting'>().notNull(),
  },
  (table) => [uniqueIndex('source_posts_once').on(table.sourceId, hashOf(table.path))],
);

export const rejectedPosts = pgTable(
  'rejected_posts',
  {
    sourceId: number('source_id')
      .notNull()
      .references(() => sources.id),
    path: text('path').notNull(),
    reason: text('reason').notNull(),
    detail: text('detail').notNull(),
    rejectedAt: number('rejected_at').notNull(),
  },
  (table) => [uniqueIndex('rejected_posts_once').on(table.sourceId, hashOf(table.path))],
);

export const articles = pgTable(
  'articles',
  {
    id: numbered('id').primaryKey(),
    identity: text('identity').notNull(),
    title: text('title'),
    byline: text('byline'),
    lead: text('lead'),
    outline: json<Heading[]>('outline').notNull(),
    keySentences: json<string[]>('key_sentences').notNull(),
    url: text('url'),
    medium: text('medium'),
    publishedAt: number('published_at'),
    firstSeenAt: number('first_seen_at').notNull(),
    /** The earlier of the two above: what every list is ordered by. */
    orderAt: number('order_at').notNull(),
    /** Last, so that reading the small columns of a row never touches the pages that a long text overflows into. */
    text: text('text').notNull(),
    /** `archive.revision` when this row was written last: what the search index follows. */
    revision: number('revision').notNull().default(0),
    /** The first article of the story, when that is another one. It may be gone by now: the number still says what belongs together. */
    storyId: number('story_id'),
  },
  (table) => [
    uniqueIndex('articles_identity').on(hashOf(table.identity)),
    index('articles_story').on(table.storyId).where(sql`story_id IS NOT NULL`),
    index('articles_order').on(table.orderAt, table.id),
    index('articles_revision').on(table.revision, table.id),
  ],
);

/** Marks of recent articles by which reprints are found: `storyMarks`. Kept for as long as a story can grow. */
export const storyMarks = pgTable(
  'story_marks',
  {
    mark: number('mark').notNull(),
    /** Of the first sight, in days since 1970. */
    day: number('day').notNull(),
    articleId: number('article_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.mark, table.day, table.articleId] })],
);

/** One row about the archive as a whole. */
export const archive = pgTable('archive', {
  id: number('id').primaryKey(),
  /** Grows with every article that is written, by leaps; never used twice. */
  revision: number('revision').notNull().default(0),
  /** What was queued until then piled up while no process read the sources: each chat gets it as one digest. */
  backlogUntil: number('backlog_until'),
});

export const categories = pgTable(
  'categories',
  {
    id: numbered('id').primaryKey(),
    name: text('name').notNull(),
    /** `foldName(name)`: two spellings of one name are one category; two names with one slug stay two. */
    foldedName: text('folded_name').notNull(),
    slug: text('slug'),
    articleCount: integer('article_count').notNull().default(0),
  },
  (table) => [
    uniqueIndex('categories_folded_name').on(hashOf(table.foldedName)),
    index('categories_slug').on(hashOf(table.slug)),
  ],
);

export const articleCategories = pgTable(
  'article_categories',
  {
    articleId: number('article_id')
      .notNull()
      .references(() => articles.id),
    categoryId: number('category_id')
      .notNull()
      .references(() => categories.id),
    /** The article's, repeated here so that a category's newest are read from one index. */
    orderAt: number('order_at').notNull(),
    /** In which order an article was filed under its categories. */
    filed: numbered('filed'),
  },
  (table) => [
    primaryKey({ columns: [table.articleId, table.categoryId] }),
    index('article_categories_order').on(table.categoryId, table.orderAt, table.articleId),
  ],
);

export const chats = pgTable('chats', {
  id: number('id').primaryKey(),
  type: text('type').$type<'private' | 'group' | 'supergroup' | 'channel'>().notNull(),
  language: text('language').$type<'zh' | 'en'>(),
  /** `gone`: Telegram refuses it (blocked, kicked, deleted); nothing is tried until it speaks again. */
  state: text('state').$type<'active' | 'gone'>().notNull().default('active'),
  /** No push before this time: Telegram's retry_after. */
  notBefore: number('not_before').notNull().default(0),
  firstSeenAt: number('first_seen_at').notNull(),
  lastSeenAt: number('last_seen_at').notNull(),
  /** IANA name; null: the configured one. */
  timeZone: text('time_zone'),
  digestTimes: json<DigestTimes>('digest_times'),
  /** Minutes after midnight. Both or none. */
  quietFrom: integer('quiet_from'),
  quietUntil: integer('quiet_until'),
  pausedAt: number('paused_at'),
  resumedAt: number('resumed_at'),
  /** When the pushes of the last hour were sent one by one, oldest first. */
  pushedAt: json<number[]>('pushed_at'),
  /** Pushes arrive without a sound. */
  silent: boolean('silent').notNull().default(false),
  /** In which characters Chinese is shown; null: as it is printed. */
  script: text('script').$type<'simplified' | 'traditional'>(),
  /** What summaries show below their head. */
  detail: text('detail').$type<'lead' | 'outline' | 'both'>().notNull().default('both'),
  /** When it was told, once, of digests and quiet hours; and of a right that the bot lacks there. */
  hintedAt: number('hinted_at'),
  rightsToldAt: number('rights_told_at'),
});

export const subscriptions = pgTable(
  'subscriptions',
  {
    id: numbered('id').primaryKey(),
    chatId: number('chat_id')
      .notNull()
      .references(() => chats.id, { onUpdate: 'cascade' }),
    /** Forum topic, 0 for the chat itself. */
    topicId: number('topic_id').notNull().default(0),
    categoryId: number('category_id')
      .notNull()
      .references(() => categories.id),
    createdAt: number('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('subscriptions_once').on(table.chatId, table.topicId, table.categoryId),
    index('subscriptions_category').on(table.categoryId, table.chatId, table.topicId),
  ],
);

/** Literal words that a chat wants, or never wants, in what it gets of one subscription or of all. */
export const filters = pgTable(
  'filters',
  {
    // Never used twice: what is kept in memory knows by the number what is new. A changed filter gets a new one.
    id: numbered('id').primaryKey(),
    chatId: number('chat_id')
      .notNull()
      .references(() => chats.id, { onUpdate: 'cascade' }),
    topicId: number('topic_id').notNull().default(0),
    /** 0: of every subscription. */
    categoryId: number('category_id').notNull().default(0),
    /** One of them has to be there; empty: none has to. */
    included: json<string[]>('included').notNull(),
    excluded: json<string[]>('excluded').notNull(),
  },
  (table) => [uniqueIndex('filters_once').on(table.chatId, table.topicId, table.categoryId)],
);

/** A keyword query that chats subscribed to; the same words in the same categories are one. */
export const watchQueries = pgTable(
  'watch_queries',
  {
    // Never used twice: what is kept in memory knows by the number what is new.
    id: numbered('id').primaryKey(),
    /** As typed; parsed again when it is loaded, so that it means what the analyzer of the day says. */
    text: text('text').notNull(),
    /** What `in:` and `-in:` named when it was typed. */
    categoryIds: json<number[]>('category_ids').notNull(),
    excludedCategoryIds: json<number[]>('excluded_category_ids').notNull(),
  },
  (table) => [uniqueIndex('watch_queries_once').on(hashOf(table.text), table.categoryIds, table.excludedCategoryIds)],
);

/** Keyword subscriptions. */
export const watches = pgTable(
  'watches',
  {
    chatId: number('chat_id')
      .notNull()
      .references(() => chats.id, { onUpdate: 'cascade' }),
    topicId: number('topic_id').notNull().default(0),
    queryId: number('query_id')
      .notNull()
      .references(() => watchQueries.id),
    createdAt: number('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.chatId, table.topicId, table.queryId] }),
    index('watches_query').on(table.queryId, table.chatId, table.topicId),
  ],
);

/** The outbox. */
export const deliveries = pgTable(
  'deliveries',
  {
    id: numbered('id').primaryKey(),
    chatId: number('chat_id')
      .notNull()
      .references(() => chats.id, { onUpdate: 'cascade' }),
    topicId: number('topic_id').notNull().default(0),
    articleId: number('article_id')
      .notNull()
      .references(() => articles.id),
    /** The article's, at the time: `articles.story_id`, or else its id. */
    storyId: number('story_id').notNull().default(0),
    /** The keyword query that asked for it, when no category did. It may be given up by now. */
    queryId: number('query_id'),
    /** `merged`: the chat is owed, or has, another article of the story. At most one of a story is pending or sent. */
    state: text('state').$type<'pending' | 'sent' | 'merged' | 'failed' | 'expired'>().notNull().default('pending'),
    attempts: integer('attempts').notNull().default(0),
    /** 0: at once, whatever the clock says. */
    nextAttemptAt: number('next_attempt_at').notNull(),
    lastError: text('last_error'),
    messageId: number('message_id'),
    createdAt: number('created_at').notNull(),
    finishedAt: number('finished_at'),
    /** The digest that it is part of, sent or being sent. */
    digestId: number('digest_id'),
    /** What Telegram refused for good. */
    payload: text('payload'),
  },
  (table) => [
    uniqueIndex('deliveries_story')
      .on(table.chatId, table.topicId, table.storyId)
      .where(sql`state IN ('pending', 'sent')`),
    index('deliveries_pending').on(table.chatId, table.topicId).where(sql`state = 'pending'`),
    index('deliveries_article').on(table.articleId, table.chatId),
    // Also for a chat that moves or goes: the server itself looks for what refers to it.
    index('deliveries_chat').on(table.chatId, table.id),
    index('deliveries_digest').on(table.digestId).where(sql`digest_id IS NOT NULL`),
    index('deliveries_failed').on(table.id).where(sql`state = 'failed'`),
  ],
);

/** When each chat, or topic of it, got its last digest. */
export const targets = pgTable(
  'targets',
  {
    chatId: number('chat_id')
      .notNull()
      .references(() => chats.id, { onUpdate: 'cascade' }),
    topicId: number('topic_id').notNull().default(0),
    digestedAt: number('digested_at').notNull(),
    /** And the one before it: two an hour are enough. */
    digestedBeforeAt: number('digested_before_at'),
  },
  (table) => [primaryKey({ columns: [table.chatId, table.topicId] })],
);

/** Messages that hold several articles; which ones, the deliveries say. */
export const digests = pgTable(
  'digests',
  {
    // Never used twice: buttons of old messages carry it.
    id: numbered('id').primaryKey(),
    chatId: number('chat_id')
      .notNull()
      .references(() => chats.id, { onUpdate: 'cascade' }),
    topicId: number('topic_id').notNull().default(0),
    reason: text('reason').$type<DigestReason>().notNull(),
    createdAt: number('created_at').notNull(),
    messageId: number('message_id'),
    /** It was refused with more in it: what it holds now goes as it is, to find the article that Telegram does not take. */
    isPart: boolean('is_part').notNull().default(false),
    /** The page that its reader turned to last. */
    shownPage: integer('shown_page').notNull().default(0),
  },
  (table) => [index('digests_chat').on(table.chatId)],
);

/** Messages that were sent and have to say something else by now: the outbox of corrections. */
export const edits = pgTable(
  'edits',
  {
    // Never used twice: a newer correction of the same message gets a new row.
    id: numbered('id').primaryKey(),
    chatId: number('chat_id')
      .notNull()
      .references(() => chats.id, { onUpdate: 'cascade' }),
    /** Either a delivery that was a message of its own, or a digest. */
    deliveryId: number('delivery_id').references(() => deliveries.id, { onDelete: 'cascade' }),
    digestId: number('digest_id').references(() => digests.id, { onDelete: 'cascade' }),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: number('next_attempt_at').notNull(),
  },
  (table) => [
    uniqueIndex('edits_delivery').on(table.deliveryId),
    uniqueIndex('edits_digest').on(table.digestId),
    index('edits_chat').on(table.chatId),
  ],
);

/** Articles that a chat keeps. */
export const saved = pgTable(
  'saved',
  {
    chatId: number('chat_id')
      .notNull()
      .references(() => chats.id, { onUpdate: 'cascade' }),
    articleId: number('article_id')
      .notNull()
      .references(() => articles.id),
    savedAt: number('saved_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.chatId, table.articleId] }),
    index('saved_order').on(table.chatId, table.savedAt, table.articleId),
    index('saved_article').on(table.articleId),
  ],
);

/** Messages of the operator to all chats. */
export const announcements = pgTable('announcements', {
  id: numbered('id').primaryKey(),
  text: text('text').notNull(),
  createdBy: number('created_by').notNull(),
  createdAt: number('created_at').notNull(),
});

/** The outbox of announcements: what each chat is owed of them. */
export const notices = pgTable(
  'notices',
  {
    // Never used twice, as with deliveries.
    id: numbered('id').primaryKey(),
    chatId: number('chat_id')
      .notNull()
      .references(() => chats.id, { onUpdate: 'cascade' }),
    announcementId: number('announcement_id')
      .notNull()
      .references(() => announcements.id),
    state: text('state').$type<'pending' | 'sent' | 'failed'>().notNull().default('pending'),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: number('next_attempt_at').notNull(),
    lastError: text('last_error'),
    messageId: number('message_id'),
    finishedAt: number('finished_at'),
  },
  (table) => [
    uniqueIndex('notices_once').on(table.announcementId, table.chatId),
    index('notices_pending').on(table.chatId).where(sql`state = 'pending'`),
    index('notices_chat').on(table.chatId),
  ],
);

/** What the bot remembers about itself from start to start: what it registered with Telegram, for one. */
export const botState = pgTable('bot_state', {
  key: text('key').primaryKey(),
  value: text('value').notNull(),
});

/** Texts that buttons refer to (queries, filters): button data has room for 64 bytes, a text can have more. */
export const queries = pgTable(
  'queries',
  {
    id: numbered('id').primaryKey(),
    text: text('text').notNull(),
  },
  (table) => [uniqueIndex('queries_text').on(hashOf(table.text))],
);

/**
 * Updates that came by webhook, kept until they are handled. Their numbers are kept for another day, because Telegram repeats
 * what it saw no answer to.
 */
export const receivedUpdates = pgTable(
  'received_updates',
  {
    updateId: number('update_id').primaryKey(),
    /** As it came, in JSON; null: it is handled. */
    payload: text('payload'),
    receivedAt: number('received_at').notNull(),
    /** How many starts of the bot have taken it up again. */
    starts: integer('starts').notNull().default(0),
    /** The worker that handles it. */
    worker: text('worker'),
  },
  (table) => [
    index('received_updates_at').on(table.receivedAt),
    index('received_updates_open').on(table.receivedAt, table.updateId).where(sql`payload IS NOT NULL`),
  ],
);

/**
 * Sums that would take long to count, kept by triggers (their SQL is in the first migration). `deliveries`, by state: how many
 * ever came to be in it; `pending`: how many are in it now; `rejected`, by reason: how often a post was. Each sum lies in
 * several rows, so that processes do not wait for each other at one.
 */
export const counters = pgTable(
  'counters',
  {
    name: text('name').$type<'deliveries' | 'pending' | 'rejected'>().notNull(),
    label: text('label').notNull(),
    part: integer('part').notNull(),
    count: number('count').notNull(),
  },
  (table) => [primaryKey({ columns: [table.name, table.label, table.part] })],
);

/** What searches find articles by: made by the application, in the transaction that writes the article. */
export const searchDocs = pgTable(
  'search_docs',
  {
    articleId: number('article_id').primaryKey(),
    orderAt: number('order_at').notNull(),
    /** Of the analyzer that made the terms. */
    version: integer('version').notNull(),
    /** A text with more terms than a tsvector holds (1 MB) has none: it is a candidate of every search. */
    isWhole: boolean('is_whole').notNull(),
    /** Its ideographs can be looked for in the article as it is stored (hasPlainIdeographs). */
    isPlain: boolean('is_plain').notNull(),
    /** The same without the spaces in it. */
    isLiteral: boolean('is_literal').notNull().default(false),
    /** Between spaces. */
    terms: text('terms').notNull(),
  },
  (table) => [
    index('search_docs_terms').using('gin', termsOfDoc),
    index('search_docs_order').on(table.orderAt, table.articleId),
    index('search_docs_not_whole').on(table.articleId).where(sql`NOT is_whole`),
    index('search_docs_version').on(table.version, table.articleId),
  ],
);

/** How many titles of a day have a word. */
export const titleWords = pgTable(
  'title_words',
  {
    day: number('day').notNull(),
    word: text('word').notNull(),
    articles: integer('articles').notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.word] })],
);

/** Processes that run on this database. One that has not been heard of until `aliveUntil` is dead, and holds nothing. */
export const workers = pgTable('workers', {
  id: text('id').primaryKey(),
  /** What it does: `web`, `ingest`, `deliver`. */
  roles: json<string[]>('roles').notNull(),
  startedAt: number('started_at').notNull(),
  aliveUntil: number('alive_until').notNull(),
  /** Since when its round over the sources has been going on: what was queued since then waits for its end. */
  roundSince: number('round_since'),
});

/** Chats whose next message a worker has taken up, until what became of it is noted. */
export const chatLeases = pgTable('chat_leases', {
  chatId: number('chat_id').primaryKey(),
  worker: text('worker').notNull(),
});

/** Anything else that one worker at a time may do: read a source, poll Telegram. */
export const leases = pgTable('leases', {
  name: text('name').primaryKey(),
  worker: text('worker').notNull(),
});

/** Up to which time each job of the schedule was run, by whichever process. */
export const jobs = pgTable('jobs', {
  name: text('name').primaryKey(),
  lastSlot: number('last_slot').notNull(),
});

/** Chats that another process has to look at, because of what they said or chose. */
export const wakes = pgTable(
  'wakes',
  {
    id: numbered('id').primaryKey(),
    chatId: number('chat_id').notNull(),
    at: number('at').notNull(),
  },
  (table) => [index('wakes_at').on(table.at, table.id)],
);

/** The one budget of everything that is sent (SEND_RATE): a single row. */
export const sendBudget = pgTable('send_budget', {
  id: integer('id').primaryKey(),
  /** When what was granted so far is used up at the rate; microseconds, as intervals of a rate are no whole milliseconds. */
  spentUntilUs: number('spent_until_us').notNull(),
  /** Nothing goes to anybody before this time: Telegram's own limit. */
  heldUntil: number('held_until').notNull(),
});

/** When messages went to each chat of late, whichever process sent them. */
export const chatPaces = pgTable('chat_paces', {
  chatId: number('chat_id').primaryKey(),
  /** State of `createChatPace`. */
  sentAt: json<number[]>('sent_at').notNull(),
  touchedAt: number('touched_at').notNull(),
});
