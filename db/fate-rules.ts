import type { StoredArticle } from '../src/domain/article.js';
import type { ArticleLine, DeliveryFate, NotQueued, TopicWaiting } from '../src/ports.js';
import { toDate } from './to-domain.js';

/** Rows of what became of deliveries, as every engine reads them, and what a chat is told. */

export interface TopicRow {
  readonly topic_id: number;
  readonly digested_at: number | null;
  readonly digested_before_at: number | null;
  readonly count: number;
  readonly oldest: number | null;
}

export function toTopic({ topic_id, digested_at, digested_before_at, count, oldest }: TopicRow): TopicWaiting {
  return {
    topicId: topic_id,
    digestedAt: toDate(digested_at),
    digestedBeforeAt: toDate(digested_before_at),
    owed: oldest === null ? undefined : { count, oldestQueuedAt: new Date(oldest) },
  };
}

export interface FateRow {
  readonly article_id: number;
  readonly state: 'pending' | 'sent' | 'merged' | 'failed' | 'expired';
  readonly attempts: number;
  readonly next_attempt_at: number;
  readonly last_error: string | null;
  readonly created_at: number;
  readonly finished_at: number | null;
  readonly digest_id: number | null;
  readonly into_id: number | null;
}

/** The articles that fates are told of, and those that they were merged into. */
export function articlesOf(rows: readonly FateRow[]): readonly number[] {
  return [...new Set(rows.flatMap(({ article_id, into_id }) => [article_id, into_id ?? []].flat()))];
}

/** What became of each delivery whose article is still there. `lines`: of `articlesOf`. */
export function toFates(rows: readonly FateRow[], lines: readonly ArticleLine[]): readonly DeliveryFate[] {
  const byId = new Map(lines.map((line) => [line.id, line]));
  return rows.flatMap((row) => {
    const article = byId.get(row.article_id);
    return article ? [{ article, queuedAt: new Date(row.created_at), fate: toFate(row, byId) }] : [];
  });
}

function toFate(row: FateRow, lines: ReadonlyMap<number, ArticleLine>): DeliveryFate['fate'] {
  const at = toDate(row.finished_at);
  switch (row.state) {
    case 'sent':
      return { kind: 'sent', at, inDigest: row.digest_id !== null };
    case 'pending': {
      const retryAt = row.attempts > 0 && row.next_attempt_at > 0 ? new Date(row.next_attempt_at) : undefined;
      return { kind: 'pending', retryAt, lastError: row.last_error ?? undefined };
    }
    case 'merged':
      return { kind: 'merged', into: row.into_id === null ? undefined : lines.get(row.into_id) };
    case 'failed':
      return { kind: 'failed', at, error: row.last_error ?? undefined };
    case 'expired':
      return { kind: 'expired' };
  }
}

/** An article that was never queued, and the followed categories that it is in, as JSON. */
export interface NotQueuedRow {
  readonly id: number;
  readonly followed: string;
}

/** What filters looked at of a stored article. */
export interface SearchedRow extends Pick<StoredArticle, 'id' | 'outline' | 'text'> {
  readonly title: string | null;
  readonly byline: string | null;
}

/** What was not queued and is still there. */
export function toNotQueued(
  rows: readonly NotQueuedRow[],
  lines: readonly ArticleLine[],
  searched: readonly SearchedRow[],
): readonly NotQueued[] {
  return rows.flatMap(({ id, followed }) => {
    const article = lines.find((line) => line.id === id);
    const stored = searched.find((row) => row.id === id);
    if (!article || !stored) return [];
    const { title, byline, outline, text } = stored;
    const words = { title: title ?? undefined, byline: byline ?? undefined, outline, text };
    return [{ article, searched: words, categoryIds: JSON.parse(followed) as number[] }];
  });
}
