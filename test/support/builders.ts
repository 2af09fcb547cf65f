import type { Article, StoredArticle } from '../../src/domain/article.js';
import type { ClaimedArticle } from '../../src/domain/delivery.js';
import type { ClaimRules, IngestItem, IngestStore, Log, SaveCounts, SourceRound, Stores } from '../../src/ports.js';
import type { SearchQuery } from '../../src/search/query.js';

/** Nothing holds a push back. */
export const claimRules: ClaimRules = {
  timeZone: 'Asia/Shanghai',
  pushPerHour: 0,
  backlogUntil: undefined,
  queuedBefore: undefined,
  mostEdits: 4,
};

/** An article of our own writing; every field can be said. */
export function anArticle(over: Partial<Article> = {}): Article {
  return {
    identity: 'https://example.com/news/1',
    postIdentity: over.identity ?? 'https://example.com/news/1',
    title: '云溪县办好社区食堂',
    byline: '本报记者 林知秋',
    outline: [
      { level: 1, text: '把食堂开到家门口' },
      { level: 1, text: '让饭菜合老人口味' },
    ],
    lead: '云溪县今年新开了十二家社区食堂。',
    keySentences: [],
    url: 'https://example.com/news/1',
    published: new Date('2026-01-05T01:00:00Z'),
    medium: '云溪日报',
    categories: [{ name: '云溪日报', slug: 'yunxiribao' }],
    text: '云溪县今年新开了十二家社区食堂。\n把食堂开到家门口\n食堂就在菜场旁边。\n让饭菜合老人口味\n少盐少油，养老保险待遇领取人可打折。',
    ...over,
  };
}

/** The nth of many different articles. */
export function articleNumber(n: number, over: Partial<Article> = {}): Article {
  const url = `https://example.com/news/${n}`;
  return anArticle({
    identity: url,
    postIdentity: `news#${n}`,
    url,
    title: `第${n}篇`,
    published: new Date(Date.UTC(2026, 0, 5, 0, n)),
    ...over,
  });
}

/** As the store gives an article back. */
export function aStoredArticle(over: Partial<StoredArticle> = {}): StoredArticle {
  const seen = new Date('2026-01-05T02:00:00Z');
  return { ...anArticle(), id: 7, firstSeen: seen, orderAt: seen, otherMedia: 0, ...over };
}

/** A push of one article, taken up. */
export function aClaimedArticle(over: Partial<ClaimedArticle> = {}): ClaimedArticle {
  return {
    kind: 'article',
    chatId: 5_000_000_001,
    topicId: 0,
    chatType: 'private',
    language: undefined,
    timeZone: undefined,
    attempts: 0,
    claimedAt: new Date('2026-01-05T02:00:00Z'),
    asOfRevision: 0,
    deliveryId: 1,
    articleId: 7,
    storyId: 7,
    keywords: undefined,
    queryId: undefined,
    subscription: undefined,
    queuedAt: new Date('2026-01-05T02:00:00Z'),
    asDigest: false,
    pushedAt: [],
    silent: false,
    ...over,
  };
}

export function itemFor(article: Article): IngestItem {
  return { kind: 'article', path: `${article.identity}.md`, fingerprint: '1', article };
}

/** Saves all articles, in as many transactions as the store makes of them; gives the counts of them all. */
export async function saveAll(
  ingest: IngestStore,
  sourceKey: string,
  articles: readonly Article[],
  now: Date,
  silent: boolean,
): Promise<SaveCounts> {
  const sums = { processed: 0, added: 0, updated: 0, unchanged: 0, rejected: 0, waiting: 0, queued: 0 };
  do {
    const saved = await ingest.saveAndEnqueue(sourceKey, articles.slice(sums.processed).map(itemFor), now, silent);
    for (const name of Object.keys(sums) as (keyof SaveCounts)[]) sums[name] += saved[name];
  } while (sums.processed < articles.length);
  return sums;
}

/** Saves articles as a later round of a source that was read before, so that they owe deliveries. */
export async function saveNews(stores: Stores, articles: readonly Article[], now: Date) {
  return saveAll(stores.ingest, 'news', articles, now, false);
}

/** What many chats take to be saved on a server that syncs each write to its disk. */
export const manyReadersMs = 120_000;

/** Saves so many private chats, numbered from 1; with a category all follow it. */
export async function saveReaders(stores: Stores, count: number, now: Date, categoryId?: number): Promise<void> {
  const save = async (id: number) => {
    await stores.chats.save(id, 'private', now);
    if (categoryId !== undefined) await stores.subscriptions.subscribe({ chatId: id, topicId: 0 }, categoryId, now);
  };
  const together = 100;
  for (let from = 1; from <= count; from += together) {
    const ids = Array.from({ length: Math.min(together, count - from + 1) }, (_, n) => from + n);
    await Promise.all(ids.map(save));
  }
}

/** A query for texts that must all occur, folded as they are. */
export function queryFor(...texts: readonly string[]): SearchQuery {
  return {
    clauses: texts.map((text) => [text]),
    excluded: [],
    categoryIds: undefined,
    excludedCategoryIds: [],
    from: undefined,
    until: undefined,
  };
}

/** What a round hands to a source that it reads for the first time. */
export function aRound(now: Date, onFound: SourceRound['onFound'] = () => {}): SourceRound {
  return { now, memory: undefined, signal: new AbortController().signal, onFound };
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** A clock that moves only when it is told to. */
export class TestClock {
  constructor(public time = new Date('2026-01-05T02:00:00Z')) {}

  now = (): Date => this.time;

  advance(ms: number): Date {
    this.time = new Date(this.time.getTime() + ms);
    return this.time;
  }
}
