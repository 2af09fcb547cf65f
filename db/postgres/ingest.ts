import { and, desc, eq, sql } from 'drizzle-orm';
import type { Article } from '../../src/domain/article.js';
import type { RejectReason } from '../../src/domain/post.js';
import type { IngestItem, IngestStore, SaveCounts } from '../../src/ports.js';
import { toStorable } from '../storable-item.js';
import { toSourceState } from '../to-domain.js';
import { type ArticleBatch, createArticleBatch } from './article-batch.js';
import { createCategoryFinder, type KnownCategories } from './category-finder.js';
import { hasHash, hashOfText, storable } from './columns.js';
import { type Database, inTransaction, lockArchive, type Transaction } from './database.js';
import { countFollowers, enqueueEdits, enqueueMatching, type MatchedArticle } from './enqueue.js';
import { createPostBatch, type PostBatch } from './post-batch.js';
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
      await saver.words.load();
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

interface Round {
  readonly sourceKey: string;
  readonly items: readonly IngestItem[];
  readonly now: Date;
  readonly silent: boolean;
  readonly retentionDays: number | undefined;
}

/** `found`: categories, to be remembered when this is committed. */
async function saveItems(
  tx: Transaction,
  { words, categories }: ItemSaver,
  round: Round,
): Promise<{ readonly counts: SaveCounts; readonly found: KnownCategories }> {
  const found: KnownCategories = new Map();
  const batch = await openBatch(tx, round, categories, found);
  // Another process may have come to the end of the first read meanwhile: what is new now is news.
  const silent = round.silent && !(await wasRead(tx, round.sourceKey));
  if (!silent) await words.refresh(tx);
  const { counts, owed, corrected } = await decide(tx, batch, words, { ...round, silent });
  await batch.articles.write();
  await batch.posts.write(round.now);
  let queued = 0;
  for (const article of owed) queued += await enqueueMatching(tx, article, round.now);
  if (corrected.length > 0) await enqueueEdits(tx, corrected, round.now);
  return { counts: { ...counts, queued }, found };
}

async function wasRead(tx: Transaction, sourceKey: string): Promise<boolean> {
  const [source] = await tx
    .select({ firstReadAt: sources.firstReadAt })
    .from(sources)
    .where(eq(sources.key, sourceKey));
  return source !== undefined && source.firstReadAt !== null;
}

interface Batch {
  readonly posts: PostBatch;
  readonly articles: ArticleBatch;
  /** Whether an article is not stored and older than what is kept. */
  isTooOld(path: string, article: Article): boolean;
}

/** Takes the archive, and reads all that deciding on the items needs. */
async function openBatch(
  tx: Transaction,
  { sourceKey, items, now, retentionDays }: Round,
  known: KnownCategories,
  found: KnownCategories,
): Promise<Batch> {
  const { revision } = await lockArchive(tx);
  const keptSince = retentionDays === undefined ? undefined : await readKeptSince(tx, retentionDays, now);
  const news = items.flatMap((item) => (item.kind === 'article' ? [item] : []));
  const undated = keptSince === undefined ? [] : news.filter(({ article }) => !article.published);
  const posts = await createPostBatch(
    tx,
    await findSourceId(tx, sourceKey),
    undated.map(({ path }) => path),
  );
  const written = news.map(({ article }) => article);
  const names = written.flatMap(({ categories }) => categories);
  const findCategory = await createCategoryFinder(tx, names, known, found);
  const articles = await createArticleBatch(tx, written, now, findCategory, revision);
  return {
    posts,
    articles,
    isTooOld(path, article) {
      if (keptSince === undefined) return false;
      // Without a date it is when its post was read before: then it was removed for its age.
      const isOld = article.published ? article.published.getTime() < keptSince : posts.wasStored(path);
      return isOld && !articles.isStored(article);
    },
  };
}

/** Decides on the items, one by one, until so much is owed, or it took so long, that the rest has to wait. */
async function decide(
  tx: Transaction,
  { posts, articles, isTooOld }: Batch,
  words: WordMatcher,
  { items, silent }: Round,
) {
  const counts = { processed: 0, added: 0, updated: 0, unchanged: 0, rejected: 0, waiting: 0 };
  const corrected: number[] = [];
  const owed: MatchedArticle[] = [];
  let followers = 0;
  const started = performance.now();
  for (const item of items) {
    if (item.kind !== 'article') counts[item.kind] += 1;
    else if (isTooOld(item.path, item.article)) counts.unchanged += 1;
    else {
      const saved = await articles.save(item.article);
      counts[saved.change] += 1;
      if (saved.corrected) corrected.push(saved.id);
      if (saved.change === 'added' && !silent) {
        const matched = { ...saved, ...words.match({ ...item.article, ...saved }) };
        owed.push(matched);
        followers += await countFollowers(tx, matched, queuedPerTransaction);
      }
    }
    posts.note(item);
    counts.processed += 1;
    if (followers >= queuedPerTransaction || performance.now() - started > longestDecidingMs) break;
  }
  return { counts, owed, corrected };
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
