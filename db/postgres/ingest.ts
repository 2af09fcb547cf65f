import { and, desc, eq, sql } from 'drizzle-orm';
import type { Article } from '../../src/domain/article.js';
import type { RejectReason } from '../../src/domain/post.js';
import type { IngestItem, IngestStore, SaveCounts } from '../../src/ports.js';
import { toStorable } from '../storable-item.js';
import { toSourceState } from '../to-domain.js';
import { createArticleBatch } from './article-batch.js';
import { createCategoryFinder, type KnownCategories } from './category-finder.js';
import { hasHash, hashOfText, storable } from './columns.js';
import { type Database, inTransaction, lockArchive, type Transaction } from './database.js';
import { countFollowers, enqueueEdits, enqueueMatching, type MatchedArticle } from './enqueue.js';
import { createPostBatch } from './post-batch.js';
import { readKeptSince } from './retention.js';
import { rejectedPosts, sourcePosts, sources } from './schema.js';
import { createMarkCleaner } from './stories.js';
import { createWordMatcher, type WordMatcher } from './word-matcher.js';

/** Deliveries after which a transaction ends, so that a popular source does not keep others from the archive for long. */
const queuedPerTransaction = 5_000;
/** Whoever unsubscribes waits for the archive. */
const longestDecidingMs = 100;
/** What is read, and held in memory, for one transaction. */
const itemsPerTransaction = 50;
const charsPerTransaction = 1_000_000;
const pathsPerStatement = 1_000;

export function createIngestStore(db: Database): IngestStore {
  const saver: ItemSaver = {
    words: createWordMatcher(db),
    categories: new Map(),
  };
  const dropOldMarks = createMarkCleaner(db);
  return {
    async findSource(sourceKey) {
      const [row] = await db.select().from(sources).where(eq(sources.key, sourceKey));
      return toSourceState(row);
    },
    async listKnownPosts(sourceKey) {
      const rows = await db
        .select({ path: sourcePosts.path, fingerprint: sourcePosts.fingerprint, state: sourcePosts.state })
        .from(sourcePosts)
        .innerJoin(sources, eq(sources.id, sourcePosts.sourceId))
        .where(eq(sources.key, sourceKey));
      return new Map(rows.map(({ path, fingerprint, state }) => [path, { fingerprint, state }]));
    },
    async saveAndEnqueue(sourceKey, items, now, silent, retentionDays) {
      await dropOldMarks(now);
      if (!silent) await saver.words.load();
      const some = firstOf(items).map((item) => toStorable(item, storable));
      const { counts, found } = await inTransaction(db, (tx) =>
        saveItems(tx, saver, { sourceKey, items: some, now, silent, retentionDays }),
      );
      for (const [hash, category] of found) saver.categories.set(hash, category);
      return counts;
    },
    async forgetPosts(sourceKey, paths) {
      const hashes = paths.map(hashOfText);
      const source = sql`(SELECT id FROM ${sources} WHERE key = ${sourceKey})`;
      for (let at = 0; at < hashes.length; at += pathsPerStatement) {
        const some = hashes.slice(at, at + pathsPerStatement);
        for (const table of [rejectedPosts, sourcePosts])
          await db.delete(table).where(and(eq(table.sourceId, source), hasHash(table.path, some)));
      }
    },
    async markSourceRead(sourceKey, now, memory) {
      const time = now.getTime();
      const state = { lastReadAt: time, lastError: null, failures: 0, nextTryAt: null, memory: memory ?? null };
      await db
        .insert(sources)
        .values({ key: sourceKey, firstReadAt: time, ...state })
        .onConflictDoUpdate({
          target: sources.key,
          set: { ...state, firstReadAt: sql`coalesce(${sources.firstReadAt}, ${time})` },
        });
    },
    async markSourceFailed(sourceKey, _now, error, nextTryAt) {
      const state = { lastError: error, nextTryAt: nextTryAt?.getTime() ?? null };
      const failures = nextTryAt ? sql`${sources.failures} + 1` : 0;
      await db
        .insert(sources)
        .values({ key: sourceKey, ...state, failures: nextTryAt ? 1 : 0 })
        .onConflictDoUpdate({ target: sources.key, set: { ...state, failures } });
    },
    async listRejected(limit) {
      const { path, reason, detail, rejectedAt } = rejectedPosts;
      const rows = await db
        .select({ path, reason, detail, rejectedAt, sourceKey: sources.key })
        .from(rejectedPosts)
        .innerJoin(sources, eq(sources.id, rejectedPosts.sourceId))
        .orderBy(desc(rejectedAt))
        .limit(limit);
      return rows.map((row) => ({
        ...row,
        reason: row.reason as RejectReason,
        rejectedAt: new Date(row.rejectedAt),
      }));
    },
  };
}

/** As many as one transaction takes, one at least. */
function firstOf(items: readonly IngestItem[]): readonly IngestItem[] {
  let chars = 0;
  const end = items.findIndex((item, at) => {
    chars += item.kind === 'article' ? item.article.text.length : 0;
    return at > 0 && (at >= itemsPerTransaction || chars > charsPerTransaction);
  });
  return end < 0 ? items : items.slice(0, end);
}

/** What is remembered between transactions. */
interface ItemSaver {
  readonly words: WordMatcher;
  readonly categories: KnownCategories;
}

interface Batch {
  readonly sourceKey: string;
  readonly items: readonly IngestItem[];
  readonly now: Date;
  readonly silent: boolean;
  readonly retentionDays: number | undefined;
}

async function saveItems(
  tx: Transaction,
  { words, categories }: ItemSaver,
  { sourceKey, items, now, silent, retentionDays }: Batch,
): Promise<{ readonly counts: SaveCounts; readonly found: KnownCategories }> {
  const counts = { processed: 0, added: 0, updated: 0, unchanged: 0, rejected: 0, waiting: 0, queued: 0 };
  const found: KnownCategories = new Map();
  const { revision } = await lockArchive(tx);
  const since = retentionDays === undefined ? undefined : await readKeptSince(tx, retentionDays, now);
  const news = items.flatMap((item) => (item.kind === 'article' ? [item] : []));
  const undated = since === undefined ? [] : news.filter(({ article }) => !article.published);
  const posts = await createPostBatch(
    tx,
    await findSourceId(tx, sourceKey),
    undated.map(({ path }) => path),
  );
  const articles = news.map(({ article }) => article);
  const names = articles.flatMap((article) => article.categories);
  const findCategory = await createCategoryFinder(tx, names, categories, found);
  const batch = await createArticleBatch(tx, articles, now, findCategory, revision);
  if (!silent) await words.refresh(tx);
  const isTooOld = (path: string, article: Article): boolean => {
    if (since === undefined) return false;
    if (article.published ? article.published.getTime() >= since : !posts.wasStored(path)) return false;
    return !batch.isStored(article);
  };
  const corrected: number[] = [];
  const owed: MatchedArticle[] = [];
  let followers = 0;
  const started = performance.now();
  for (const item of items) {
    if (item.kind === 'article' && !isTooOld(item.path, item.article)) {
      const { article } = item;
      const saved = await batch.save(article);
      const { change, categoryIds, orderAt } = saved;
      counts[change] += 1;
      if (saved.corrected) corrected.push(saved.id);
      if (change === 'added' && !silent) {
        const matched = words.match({ ...article, orderAt, categoryIds });
        owed.push({ ...saved, ...matched });
        followers += await countFollowers(tx, categoryIds, matched.queryIds, queuedPerTransaction);
      }
    } else counts[item.kind === 'article' ? 'unchanged' : item.kind] += 1;
    posts.note(item);
    counts.processed += 1;
    if (followers >= queuedPerTransaction || performance.now() - started > longestDecidingMs) break;
  }
  await batch.write();
  await posts.write(now);
  for (const article of owed) counts.queued += await enqueueMatching(tx, article, now);
  if (corrected.length > 0) await enqueueEdits(tx, corrected, now);
  return { counts, found };
}

async function findSourceId(tx: Transaction, key: string): Promise<number> {
  const find = async () => (await tx.select({ id: sources.id }).from(sources).where(eq(sources.key, key)))[0]?.id;
  const known = await find();
  if (known !== undefined) return known;
  const [added] = await tx.insert(sources).values({ key }).onConflictDoNothing().returning({ id: sources.id });
  const id = added?.id ?? (await find());
  if (id === undefined) throw new Error(`source ${key} was not stored`);
  return id;
}
