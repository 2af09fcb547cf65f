import { and, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { type Article, orderTime } from '../../src/domain/article.js';
import { type CategoryName, foldName } from '../../src/domain/category.js';
import type { RejectReason } from '../../src/domain/post.js';
import type { IngestItem, IngestStore, SaveCounts } from '../../src/ports.js';
import { compareColumns, nextRevision, toColumns } from '../article-columns.js';
import type { QueuedArticle } from '../queued-article.js';
import { toStorable } from '../storable-item.js';
import { toSourceState } from '../to-domain.js';
import type { Database, Transaction } from './database.js';
import type { SqliteClient } from './driver.js';
import { enqueueEdits, enqueueMatching } from './enqueue.js';
import { createFilterMatcher, type FilterMatcher } from './filter-matcher.js';
import { createKeptSince } from './retention.js';
import { archive, articleCategories, articles, categories, rejectedPosts, sourcePosts, sources } from './schema.js';
import { createStoryFinder, type StoryFinder } from './stories.js';
import { createWatchMatcher, type WatchMatcher } from './watch-matcher.js';

/** Deliveries after which a transaction ends, so that a popular source does not hold the thread: some 15 ms of writing. */
const queuedPerTransaction = 5_000;
/** Readers are answered on the same thread. */
const longestTransactionMs = 40;
/** Half a surrogate pair is no text to SQLite, and comes out as U+FFFD. */
const storable = (text: string) => text.toWellFormed();
/** SQLite takes 32,766 parameters in one statement; far fewer keep the statement small. */
const pathsPerStatement = 500;
export function createIngestStore(db: Database, client: SqliteClient, onStored: () => void): IngestStore {
  const save = createItemWriter(db, createStoryFinder(client));
  const watching = createWatchMatcher(db);
  const filtering = createFilterMatcher(db);
  const keptSince = createKeptSince(client);
  return {
    async findSource(sourceKey) {
      const row = db.select().from(sources).where(eq(sources.key, sourceKey)).get();
      return toSourceState(row);
    },
    async listKnownPosts(sourceKey) {
      const rows = db
        .select({ path: sourcePosts.path, fingerprint: sourcePosts.fingerprint, state: sourcePosts.state })
        .from(sourcePosts)
        .innerJoin(sources, eq(sources.id, sourcePosts.sourceId))
        .where(eq(sources.key, sourceKey))
        .all();
      return new Map(rows.map(({ path, fingerprint, state }) => [path, { fingerprint, state }]));
    },
    async saveAndEnqueue(sourceKey, items, now, silent, retentionDays) {
      const since = retentionDays === undefined ? undefined : keptSince(retentionDays, now);
      // Immediate: a deferred transaction that reads first fails at its first write when another process wrote meanwhile.
      try {
        const counts = db.transaction(
          (tx) => saveItems(tx, { write: save, watching, filtering }, sourceKey, items, now, silent, since),
          {
            behavior: 'immediate',
          },
        );
        if (counts.added + counts.updated > 0) onStored();
        return counts;
      } catch (error) {
        save.forget();
        throw error;
      }
    },
    async forgetPosts(sourceKey, paths) {
      db.transaction(
        (tx) => {
          const sourceId = findSourceId(tx, sourceKey);
          for (let at = 0; at < paths.length; at += pathsPerStatement) {
            const some = paths.slice(at, at + pathsPerStatement);
            for (const table of [sourcePosts, rejectedPosts]) {
              tx.delete(table)
                .where(and(eq(table.sourceId, sourceId), inArray(table.path, some)))
                .run();
            }
          }
        },
        { behavior: 'immediate' },
      );
    },
    async markSourceRead(sourceKey, now, memory) {
      const time = now.getTime();
      const state = { lastReadAt: time, lastError: null, failures: 0, nextTryAt: null, memory: memory ?? null };
      db.insert(sources)
        .values({ key: sourceKey, firstReadAt: time, ...state })
        .onConflictDoUpdate({
          target: sources.key,
          set: { firstReadAt: sql`coalesce(first_read_at, ${time})`, ...state },
        })
        .run();
    },
    async markSourceFailed(sourceKey, _now, error, nextTryAt) {
      const state = { lastError: error, nextTryAt: nextTryAt?.getTime() ?? null };
      const failures = nextTryAt ? sql`failures + 1` : 0;
      db.insert(sources)
        .values({ key: sourceKey, ...state, failures: nextTryAt ? 1 : 0 })
        .onConflictDoUpdate({ target: sources.key, set: { ...state, failures } })
        .run();
    },
    async listRejected(limit) {
      return db
        .select({ post: rejectedPosts, sourceKey: sources.key })
        .from(rejectedPosts)
        .innerJoin(sources, eq(sources.id, rejectedPosts.sourceId))
        .orderBy(desc(rejectedPosts.rejectedAt))
        .limit(limit)
        .all()
        .map(({ post, sourceKey }) => ({
          sourceKey,
          path: post.path,
          reason: post.reason as RejectReason,
          detail: post.detail,
          rejectedAt: new Date(post.rejectedAt),
        }));
    },
  };
}

function saveItems(
  tx: Transaction,
  { write, watching, filtering }: { write: ItemWriter; watching: WatchMatcher; filtering: FilterMatcher },
  sourceKey: string,
  items: readonly IngestItem[],
  now: Date,
  silent: boolean,
  keptSince: number | undefined,
): SaveCounts {
  const counts = { processed: 0, added: 0, updated: 0, unchanged: 0, rejected: 0, waiting: 0, queued: 0 };
  const started = performance.now();
  const sourceId = findSourceId(tx, sourceKey);
  write.begin();
  for (const written of items) {
    const item = toStorable(written, storable);
    const isTooOld =
      keptSince !== undefined &&
      item.kind === 'article' &&
      write.isTooOld(sourceId, item.path, item.article, keptSince);
    write.post(sourceId, item);
    if (item.kind === 'waiting') counts.waiting += 1;
    if (item.kind === 'rejected') {
      write.rejection(sourceId, item, now);
      counts.rejected += 1;
    }
    if (isTooOld) counts.unchanged += 1;
    else if (item.kind === 'article') {
      const saved = write.article(item.article, now);
      counts[saved.change] += 1;
      if (saved.corrected) enqueueEdits(tx, saved.id, now);
      if (saved.change === 'added' && !silent) {
        const categoryIds = write.categoriesOf(saved.id);
        const orderAt = orderTime(item.article.published, now).getTime();
        const queryIds = watching.match({ ...item.article, orderAt, categoryIds });
        counts.queued += enqueueMatching(tx, saved, { queryIds, found: filtering.match(item.article) }, now);
      }
    }
    counts.processed += 1;
    if (counts.queued >= queuedPerTransaction || performance.now() - started > longestTransactionMs) break;
  }
  write.end();
  return counts;
}

function findSourceId(tx: Transaction, sourceKey: string): number {
  const known = tx.select({ id: sources.id }).from(sources).where(eq(sources.key, sourceKey)).get();
  return known?.id ?? tx.insert(sources).values({ key: sourceKey }).returning({ id: sources.id }).get().id;
}

interface SavedArticle extends QueuedArticle {
  readonly change: 'added' | 'updated' | 'unchanged';
  /** Something that messages show is another now. */
  readonly corrected: boolean;
}

interface ItemWriter {
  /** First in every transaction: another process may have written since the last. */
  begin(): void;
  /** The last write of a transaction: the categories' numbers of articles, and how far revisions have come. */
  end(): void;
  /** After a transaction that failed: nothing that it made is there. */
  forget(): void;
  /**
   * Whether an article is not stored and older than what is kept. Without a date it is when its post was read before: then it
   * was removed for its age.
   */
  isTooOld(sourceId: number, path: string, article: Article, keptSince: number): boolean;
  post(sourceId: number, item: IngestItem): void;
  rejection(sourceId: number, item: IngestItem & { kind: 'rejected' }, now: Date): void;
  article(article: Article, now: Date): SavedArticle;
  categoriesOf(articleId: number): readonly number[];
}

/** The statements that run for every post, prepared once: drizzle builds their SQL anew otherwise. */
function createItemWriter(db: Database, stories: StoryFinder): ItemWriter {
  const value = sql.placeholder;
  const postKey = [sourcePosts.sourceId, sourcePosts.path];
  const upsertPost = db
    .insert(sourcePosts)
    .values({
      sourceId: value('sourceId'),
      path: value('path'),
      fingerprint: value('fingerprint'),
      state: value('state'),
    })
    .onConflictDoUpdate({
      target: postKey,
      set: { fingerprint: sql`excluded.fingerprint`, state: sql`excluded.state` },
    })
    .prepare();
  const dropRejection = db
    .delete(rejectedPosts)
    .where(and(eq(rejectedPosts.sourceId, value('sourceId')), eq(rejectedPosts.path, value('path'))))
    .prepare();
  const wasStored = db
    .select({ path: sourcePosts.path })
    .from(sourcePosts)
    .leftJoin(
      rejectedPosts,
      and(eq(rejectedPosts.sourceId, sourcePosts.sourceId), eq(rejectedPosts.path, sourcePosts.path)),
    )
    .where(
      and(
        eq(sourcePosts.sourceId, value('sourceId')),
        eq(sourcePosts.path, value('path')),
        eq(sourcePosts.state, 'done'),
        isNull(rejectedPosts.path),
      ),
    )
    .prepare();
  const findArticle = db
    .select()
    .from(articles)
    .where(eq(articles.identity, value('identity')))
    .prepare();
  const insertArticle = db
    .insert(articles)
    .values({
      identity: value('identity'),
      title: value('title'),
      byline: value('byline'),
      lead: value('lead'),
      outline: value('outline'),
      keySentences: value('keySentences'),
      url: value('url'),
      medium: value('medium'),
      publishedAt: value('publishedAt'),
      firstSeenAt: value('firstSeenAt'),
      orderAt: value('orderAt'),
      text: value('text'),
      revision: value('revision'),
      storyId: value('storyId'),
    })
    .returning({ id: articles.id })
    .prepare();
  const insertArticleCategory = db
    .insert(articleCategories)
    .values({ articleId: value('articleId'), categoryId: value('categoryId'), orderAt: value('orderAt') })
    .onConflictDoNothing()
    .prepare();
  const filedUnder = db
    .select({ categoryId: articleCategories.categoryId })
    .from(articleCategories)
    .where(eq(articleCategories.articleId, value('articleId')))
    .prepare();
  const countArticle = db
    .update(categories)
    .set({ articleCount: sql`article_count + ${value('filed')}` })
    .where(eq(categories.id, value('categoryId')))
    .prepare();
  const findCategory = db
    .select({ id: categories.id, slug: categories.slug })
    .from(categories)
    .where(eq(categories.foldedName, value('foldedName')))
    .prepare();

  // Categories are few and never removed, so that each is looked up once.
  const knownCategories = new Map<string, { id: number; slug: string | null }>();
  const filedNow = new Map<number, number>();
  let revision = 0;
  let revisionBefore = 0;
  const takeRevision = () => {
    revision = nextRevision(revision);
    return revision;
  };
  const categoryId = ({ name, slug }: CategoryName): number => {
    const foldedName = foldName(name);
    let known = knownCategories.get(foldedName) ?? findCategory.get({ foldedName });
    known ??= db
      .insert(categories)
      .values({ name, foldedName, slug })
      .returning({ id: categories.id, slug: categories.slug })
      .get();
    if (slug && !known.slug) {
      // A medium's name made the category first, and now a post that is filed under it brings its slug.
      db.update(categories).set({ slug }).where(eq(categories.id, known.id)).run();
      known = { id: known.id, slug };
    }
    knownCategories.set(foldedName, known);
    return known.id;
  };
  const fileUnder = (articleId: number, article: Article, orderAt: number): boolean => {
    let grew = false;
    for (const category of article.categories) {
      const id = categoryId(category);
      if (insertArticleCategory.run({ articleId, categoryId: id, orderAt }).changes === 0) continue;
      filedNow.set(id, (filedNow.get(id) ?? 0) + 1);
      grew = true;
    }
    return grew;
  };

  return {
    begin() {
      revision = db.select({ revision: archive.revision }).from(archive).get()?.revision ?? 0;
      revisionBefore = revision;
    },
    end() {
      if (revision > revisionBefore) db.update(archive).set({ revision }).run();
      for (const [id, filed] of filedNow) countArticle.run({ categoryId: id, filed });
      filedNow.clear();
    },
    forget() {
      filedNow.clear();
      knownCategories.clear();
    },
    isTooOld(sourceId, path, { identity, postIdentity, published }, keptSince) {
      if (published ? published.getTime() >= keptSince : !wasStored.get({ sourceId, path })) return false;
      return !findArticle.get({ identity }) && !findArticle.get({ identity: postIdentity });
    },
    post(sourceId, item) {
      const state = item.kind === 'waiting' ? 'waiting' : 'done';
      upsertPost.run({ sourceId, path: item.path, fingerprint: item.fingerprint, state });
      if (item.kind !== 'rejected') dropRejection.run({ sourceId, path: item.path });
    },
    rejection(sourceId, { path, rejection }, now) {
      const row = { ...rejection, rejectedAt: now.getTime() };
      db.insert(rejectedPosts)
        .values({ sourceId, path, ...row })
        .onConflictDoUpdate({ target: [rejectedPosts.sourceId, rejectedPosts.path], set: row })
        .run();
    },
    article(article, now) {
      const existing =
        findArticle.get({ identity: article.identity }) ?? findArticle.get({ identity: article.postIdentity });
      const firstSeen = existing ? new Date(existing.firstSeenAt) : now;
      const columns = toColumns(article, firstSeen);
      if (!existing) {
        const orderAt = new Date(columns.orderAt);
        const storyId = stories.find(article, orderAt, now) ?? null;
        const { id } = insertArticle.get({ ...columns, firstSeenAt: now.getTime(), revision: takeRevision(), storyId });
        stories.note(id, article.text, orderAt, now);
        fileUnder(id, article, columns.orderAt);
        return { id, storyId: storyId ?? id, change: 'added', corrected: false };
      }
      const { changed, corrected } = compareColumns(existing, columns);
      const grew = fileUnder(existing.id, article, columns.orderAt);
      if (changed || grew) {
        db.update(articles)
          .set({ ...columns, revision: takeRevision() })
          .where(eq(articles.id, existing.id))
          .run();
      }
      if (changed) {
        db.update(articleCategories)
          .set({ orderAt: columns.orderAt })
          .where(eq(articleCategories.articleId, existing.id))
          .run();
      }
      if (existing.text !== article.text) stories.note(existing.id, article.text, new Date(columns.orderAt), now);
      const change = changed || grew ? 'updated' : 'unchanged';
      return { id: existing.id, storyId: existing.storyId ?? existing.id, change, corrected };
    },
    categoriesOf: (articleId) => filedUnder.all({ articleId }).map(({ categoryId }) => categoryId),
  };
}
