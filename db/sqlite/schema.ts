import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { Heading } from '../../src/domain/article.js';
import type { DigestTimes } from '../../src/domain/chat-times.js';
import type { DigestReason } from '../../src/domain/digest.js';

/** Times are UTC milliseconds. Chat ids are large signed integers, which SQLite and a JS number both hold exactly. */

export const sources = sqliteTable('sources', {
  id: integer('id').primaryKey(),
  /** The entry of SOURCES. */
  key: text('key').notNull().unique(),
  firstReadAt: integer('first_read_at'),
  lastReadAt: integer('last_read_at'),
  lastError: text('last_error'),
  /** In a row, of those that are tried again later. */
  failures: integer('failures').notNull().default(0),
  nextTryAt: integer('next_try_at'),
  /** What the source keeps between rounds; only it understands it. */
  memory: text('memory'),
});

/** Every file that a round has dealt with, so that an unchanged one is not opened again. */
export const sourcePosts = sqliteTable(
  'source_posts',
  {
    sourceId: integer('source_id')
      .notNull()
      .references(() => sources.id),
    path: text('path').notNull(),
    fingerprint: text('fingerprint').notNull(),
    state: text('state', { enum: ['done', 'waiting'] }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.sourceId, table.path] })],
);

export const rejectedPosts = sqliteTable(
  'rejected_posts',
  {
    sourceId: integer('source_id')
      .notNull()
      .references(() => sources.id),
    path: text('path').notNull(),
    reason: text('reason').notNull(),
    detail: text('detail').notNull(),
    rejectedAt: integer('rejected_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.sourceId, table.path] })],
);

export const articles = sqliteTable(
  'articles',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    identity: text('identity').notNull().unique(),
    title: text('title'),
    byline: text('byline'),
    lead: text('lead'),
    outline: text('outline', { mode: 'json' }).$type<Heading[]>().notNull(),
    keySentences: text('key_sentences', { mode: 'json' }).$type<string[]>().notNull(),
    url: text('url'),
    medium: text('medium'),
    publishedAt: integer('published_at'),
    firstSeenAt: integer('first_seen_at').notNull(),
    /** The earlier of the two above: what every list is ordered by. */
    orderAt: integer('order_at').notNull(),
    /** Last, so that reading the small columns of a row never touches the pages that a long text overflows into. */
    text: text('text').notNull(),
    /** `archive.revision` when this row was written last: what the search index follows. */
    revision: integer('revision').notNull().default(0),
    /** The first article of the story, when that is another one. It may be gone by now: the number still says what belongs together. */
    storyId: integer('story_id'),
  },
  (table) => [
    index('articles_story').on(table.storyId).where(sql`story_id IS NOT NULL`),
    index('articles_order').on(table.orderAt, table.id),
    index('articles_revision').on(table.revision, table.id),
  ],
);

/** Marks of recent articles by which reprints are found: `storyMarks`. Kept for as long as a story can grow. */
export const storyMarks = sqliteTable(
  'story_marks',
  {
    mark: integer('mark').notNull(),
    /** Of the first sight, in days since 1970. */
    day: integer('day').notNull(),
    articleId: integer('article_id').notNull(),
  },
  // The migration makes it WITHOUT ROWID: the key is all there is.
  (table) => [primaryKey({ columns: [table.mark, table.day, table.articleId] })],
);

/** One row about the archive as a whole. */
export const archive = sqliteTable('archive', {
  id: integer('id').primaryKey(),
  /** Grows with every article that is written, by leaps; never used twice. */
  revision: integer('revision').notNull().default(0),
  /** Number of the search index in use: the file beside this database that searches read. */
  searchGeneration: integer('search_generation').notNull().default(1),
});

export const categories = sqliteTable(
  'categories',
  {
    id: integer('id').primaryKey(),
    name: text('name').notNull(),
    /** `foldName(name)`: two spellings of one name are one category; two names with one slug stay two. */
    foldedName: text('folded_name').notNull().unique(),
    slug: text('slug'),
    articleCount: integer('article_count').notNull().default(0),
  },
  (table) => [index('categories_slug').on(table.slug)],
);

export const articleCategories = sqliteTable(
  'article_categories',
  {
    articleId: integer('article_id')
      .notNull()
      .references(() => articles.id),
    categoryId: integer('category_id')
      .notNull()
      .references(() => categories.id),
    /** The article's, repeated here so that a category's newest are read from one index. */
    orderAt: integer('order_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.articleId, table.categoryId] }),
    index('article_categories_order').on(table.categoryId, table.orderAt, table.articleId),
  ],
);

export const chats = sqliteTable('chats', {
  id: integer('id').primaryKey(),
  type: text('type', { enum: ['private', 'group', 'supergroup', 'channel'] }).notNull(),
  language: text('language', { enum: ['zh', 'en'] }),
  /** `gone`: Telegram refuses it (blocked, kicked, deleted); nothing is tried until it speaks again. */
  state: text('state', { enum: ['active', 'gone'] })
    .notNull()
    .default('active'),
  /** No push before this time: Telegram's retry_after. */
  notBefore: integer('not_before').notNull().default(0),
  firstSeenAt: integer('first_seen_at').notNull(),
  lastSeenAt: integer('last_seen_at').notNull(),
  /** IANA name; null: the configured one. */
  timeZone: text('time_zone'),
  digestTimes: text('digest_times', { mode: 'json' }).$type<DigestTimes>(),
  /** Minutes after midnight. Both or none. */
  quietFrom: integer('quiet_from'),
  quietUntil: integer('quiet_until'),
  pausedAt: integer('paused_at'),
  resumedAt: integer('resumed_at'),
  /** When the pushes of the last hour were sent one by one, oldest first. */
  pushedAt: text('pushed_at', { mode: 'json' }).$type<number[]>(),
  /** Pushes arrive without a sound. */
  silent: integer('silent', { mode: 'boolean' }).notNull().default(false),
  /** In which characters Chinese is shown; null: as it is printed. */
  script: text('script', { enum: ['simplified', 'traditional'] }),
  /** What summaries show below their head. */
  detail: text('detail', { enum: ['lead', 'outline', 'both'] })
    .notNull()
    .default('both'),
  /** When it was told, once, of digests and quiet hours; and of a right that the bot lacks there. */
  hintedAt: integer('hinted_at'),
  rightsToldAt: integer('rights_told_at'),
});

export const subscriptions = sqliteTable(
  'subscriptions',
  {
    id: integer('id').primaryKey(),
    chatId: integer('chat_id')
      .notNull()
      .references(() => chats.id, { onUpdate: 'cascade' }),
    /** Forum topic, 0 for the chat itself. */
    topicId: integer('topic_id').notNull().default(0),
    categoryId: integer('category_id')
      .notNull()
      .references(() => categories.id),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('subscriptions_once').on(table.chatId, table.topicId, table.categoryId),
    index('subscriptions_category').on(table.categoryId, table.chatId, table.topicId),
  ],
);

/** Literal words that a chat wants, or never wants, in what it gets of one subscription or of all. */
export const filters = sqliteTable(
  'filters',
  {
    // Never used twice: what is kept in memory knows by the number what is new. A changed filter gets a new one.
    id: integer('id').primaryKey({ autoIncrement: true }),
    chatId: integer('chat_id')
      .notNull()
      .references(() => chats.id, { onUpdate: 'cascade' }),
    topicId: integer('topic_id').notNull().default(0),
    /** 0: of every subscription. */
    categoryId: integer('category_id').notNull().default(0),
    /** One of them has to be there; empty: none has to. */
    included: text('included', { mode: 'json' }).$type<string[]>().notNull(),
    excluded: text('excluded', { mode: 'json' }).$type<string[]>().notNull(),
  },
  (table) => [uniqueIndex('filters_once').on(table.chatId, table.topicId, table.categoryId)],
);

/** A keyword query that chats subscribed to; the same words in the same categories are one. */
export const watchQueries = sqliteTable(
  'watch_queries',
  {
    // Never used twice: what is kept in memory knows by the number what is new.
    id: integer('id').primaryKey({ autoIncrement: true }),
    /** As typed; parsed again when it is loaded, so that it means what the analyzer of the day says. */
    text: text('text').notNull(),
    /** What `in:` and `-in:` named when it was typed. */
    categoryIds: text('category_ids', { mode: 'json' }).$type<number[]>().notNull(),
    excludedCategoryIds: text('excluded_category_ids', { mode: 'json' }).$type<number[]>().notNull(),
  },
  (table) => [uniqueIndex('watch_queries_once').on(table.text, table.categoryIds, table.excludedCategoryIds)],
);

/** Keyword subscriptions. */
export const watches = sqliteTable(
  'watches',
  {
    chatId: integer('chat_id')
      .notNull()
      .references(() => chats.id, { onUpdate: 'cascade' }),
    topicId: integer('topic_id').notNull().default(0),
    queryId: integer('query_id')
      .notNull()
      .references(() => watchQueries.id),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.chatId, table.topicId, table.queryId] }),
    index('watches_query').on(table.queryId, table.chatId, table.topicId),
  ],
);

/** The outbox. */
export const deliveries = sqliteTable(
  'deliveries',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    chatId: integer('chat_id')
      .notNull()
      .references(() => chats.id, { onUpdate: 'cascade' }),
    topicId: integer('topic_id').notNull().default(0),
    articleId: integer('article_id')
      .notNull()
      .references(() => articles.id),
    /** The article's, at the time: `articles.story_id`, or else its id. */
    storyId: integer('story_id').notNull().default(0),
    /** The keyword query that asked for it, when no category did. It may be given up by now. */
    queryId: integer('query_id'),
    /** `merged`: the chat is owed, or has, another article of the story. At most one of a story is pending or sent. */
    state: text('state', { enum: ['pending', 'sent', 'merged', 'failed', 'expired'] })
      .notNull()
      .default('pending'),
    attempts: integer('attempts').notNull().default(0),
    /** 0: at once, whatever the clock says. */
    nextAttemptAt: integer('next_attempt_at').notNull(),
    lastError: text('last_error'),
    messageId: integer('message_id'),
    createdAt: integer('created_at').notNull(),
    finishedAt: integer('finished_at'),
    /** The digest that it is part of, sent or being sent. */
    digestId: integer('digest_id'),
    /** What Telegram refused for good. */
    payload: text('payload'),
  },
  (table) => [
    uniqueIndex('deliveries_story')
      .on(table.chatId, table.topicId, table.storyId)
      .where(sql`state IN ('pending', 'sent')`),
    index('deliveries_pending').on(table.chatId, table.topicId).where(sql`state = 'pending'`),
    index('deliveries_article').on(table.articleId, table.chatId),
    index('deliveries_digest').on(table.digestId).where(sql`digest_id IS NOT NULL`),
  ],
);

/** When each chat, or topic of it, got its last digest. */
export const targets = sqliteTable(
  'targets',
  {
    chatId: integer('chat_id')
      .notNull()
      .references(() => chats.id, { onUpdate: 'cascade' }),
    topicId: integer('topic_id').notNull().default(0),
    digestedAt: integer('digested_at').notNull(),
    /** And the one before it: two an hour are enough. */
    digestedBeforeAt: integer('digested_before_at'),
  },
  (table) => [primaryKey({ columns: [table.chatId, table.topicId] })],
);

/** Messages that hold several articles; which ones, the deliveries say. */
export const digests = sqliteTable('digests', {
  // Never used twice: buttons of old messages carry it.
  id: integer('id').primaryKey({ autoIncrement: true }),
  chatId: integer('chat_id')
    .notNull()
    .references(() => chats.id, { onUpdate: 'cascade' }),
  topicId: integer('topic_id').notNull().default(0),
  reason: text('reason').$type<DigestReason>().notNull(),
  createdAt: integer('created_at').notNull(),
  messageId: integer('message_id'),
  /** It was refused with more in it: what it holds now goes as it is, to find the article that Telegram does not take. */
  isPart: integer('is_part', { mode: 'boolean' }).notNull().default(false),
  /** The page that its reader turned to last. */
  shownPage: integer('shown_page').notNull().default(0),
});

/** Messages that were sent and have to say something else by now: the outbox of corrections. */
export const edits = sqliteTable(
  'edits',
  {
    // Never used twice: a newer correction of the same message gets a new row.
    id: integer('id').primaryKey({ autoIncrement: true }),
    chatId: integer('chat_id')
      .notNull()
      .references(() => chats.id, { onUpdate: 'cascade' }),
    /** Either a delivery that was a message of its own, or a digest. */
    deliveryId: integer('delivery_id').references(() => deliveries.id, { onDelete: 'cascade' }),
    digestId: integer('digest_id').references(() => digests.id, { onDelete: 'cascade' }),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: integer('next_attempt_at').notNull(),
  },
  (table) => [
    uniqueIndex('edits_delivery').on(table.deliveryId),
    uniqueIndex('edits_digest').on(table.digestId),
    index('edits_chat').on(table.chatId),
  ],
);

/** Articles that a chat keeps. */
export const saved = sqliteTable(
  'saved',
  {
    chatId: integer('chat_id')
      .notNull()
      .references(() => chats.id, { onUpdate: 'cascade' }),
    articleId: integer('article_id')
      .notNull()
      .references(() => articles.id),
    savedAt: integer('saved_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.chatId, table.articleId] }),
    index('saved_order').on(table.chatId, table.savedAt, table.articleId),
    index('saved_article').on(table.articleId),
  ],
);

/** Messages of the operator to all chats. */
export const announcements = sqliteTable('announcements', {
  id: integer('id').primaryKey({ autoIncrement: true }),
  text: text('text').notNull(),
  createdBy: integer('created_by').notNull(),
  createdAt: integer('created_at').notNull(),
});

/** The outbox of announcements: what each chat is owed of them. */
export const notices = sqliteTable(
  'notices',
  {
    // Never used twice, as with deliveries.
    id: integer('id').primaryKey({ autoIncrement: true }),
    chatId: integer('chat_id')
      .notNull()
      .references(() => chats.id, { onUpdate: 'cascade' }),
    announcementId: integer('announcement_id')
      .notNull()
      .references(() => announcements.id),
    state: text('state', { enum: ['pending', 'sent', 'failed'] })
      .notNull()
      .default('pending'),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: integer('next_attempt_at').notNull(),
    lastError: text('last_error'),
    messageId: integer('message_id'),
    finishedAt: integer('finished_at'),
  },
  (table) => [
    uniqueIndex('notices_once').on(table.announcementId, table.chatId),
    index('notices_pending').on(table.chatId).where(sql`state = 'pending'`),
  ],
);

/** What the bot remembers about itself from start to start: what it registered with Telegram, for one. */
export const botState = sqliteTable('bot_state', {
  key: text('key').primaryKey(),
  value: text('value').notNull(),
});

/** Texts that buttons refer to (queries, filters): button data has room for 64 bytes, a text can have more. */
export const queries = sqliteTable('queries', {
  id: integer('id').primaryKey({ autoIncrement: true }),
  text: text('text').notNull().unique(),
});

/**
 * Updates that came by webhook, kept until they are handled. Their numbers are kept for another day, because Telegram repeats
 * what it saw no answer to.
 */
export const receivedUpdates = sqliteTable(
  'received_updates',
  {
    updateId: integer('update_id').primaryKey(),
    /** As it came, in JSON; null: it is handled. */
    payload: text('payload'),
    receivedAt: integer('received_at').notNull(),
    /** How many starts of the bot have taken it up again. */
    starts: integer('starts').notNull().default(0),
  },
  (table) => [
    index('received_updates_at').on(table.receivedAt),
    index('received_updates_open').on(table.receivedAt, table.updateId).where(sql`payload IS NOT NULL`),
  ],
);

/**
 * Sums that would take long to count, kept by triggers (their SQL is in the migration that made this table; whoever rebuilds
 * `deliveries` or `rejected_posts` has to make them again). `deliveries`, by state: how many ever came to be in it;
 * `pending`: how many are in it now; `rejected`, by reason: how often a post was.
 */
export const counters = sqliteTable(
  'counters',
  {
    name: text('name', { enum: ['deliveries', 'pending', 'rejected'] }).notNull(),
    label: text('label').notNull(),
    count: integer('count').notNull(),
  },
  (table) => [primaryKey({ columns: [table.name, table.label] })],
);
