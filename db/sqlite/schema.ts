import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { Heading } from '../../src/domain/article.js';

/** Times are UTC milliseconds. Chat ids are large signed integers, which SQLite and a JS number both hold exactly. */

export const sources = sqliteTable('sources', {
  id: integer('id').primaryKey(),
  /** The entry of SOURCES. */
  key: text('key').notNull().unique(),
  firstReadAt: integer('first_read_at'),
  lastReadAt: integer('last_read_at'),
  lastError: text('last_error'),
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
  },
  (table) => [
    index('articles_order').on(table.orderAt, table.id),
    index('articles_revision').on(table.revision, table.id),
  ],
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

export const chats = sqliteTable(
  'chats',
  {
    id: integer('id').primaryKey(),
    type: text('type', { enum: ['private', 'group', 'supergroup', 'channel'] }).notNull(),
    language: text('language', { enum: ['zh', 'en'] }),
    /** `gone`: Telegram refuses it (blocked, kicked, deleted); nothing is tried until it speaks again. */
    state: text('state', { enum: ['active', 'gone'] })
      .notNull()
      .default('active'),
    /** No push before this time: pace of one chat, and Telegram's retry_after. */
    notBefore: integer('not_before').notNull().default(0),
    firstSeenAt: integer('first_seen_at').notNull(),
    lastSeenAt: integer('last_seen_at').notNull(),
  },
  (table) => [index('chats_next').on(table.state, table.notBefore)],
);

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
    /** The keyword query that asked for it, when no category did. It may be given up by now. */
    queryId: integer('query_id'),
    state: text('state', { enum: ['pending', 'sent', 'failed'] })
      .notNull()
      .default('pending'),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: integer('next_attempt_at').notNull(),
    lastError: text('last_error'),
    messageId: integer('message_id'),
    createdAt: integer('created_at').notNull(),
    finishedAt: integer('finished_at'),
  },
  (table) => [
    uniqueIndex('deliveries_once').on(table.chatId, table.topicId, table.articleId),
    index('deliveries_due').on(table.chatId, table.nextAttemptAt).where(sql`state = 'pending'`),
    index('deliveries_next').on(table.nextAttemptAt).where(sql`state = 'pending'`),
  ],
);

/** Texts that buttons refer to (queries, filters): button data has room for 64 bytes, a text can have more. */
export const queries = sqliteTable('queries', {
  id: integer('id').primaryKey({ autoIncrement: true }),
  text: text('text').notNull().unique(),
});
