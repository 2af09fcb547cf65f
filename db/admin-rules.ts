import type { RejectReason } from '../src/domain/post.js';
import type { Estimate, FailedDelivery, RejectedPost, Totals } from '../src/ports.js';

/** What the administrator sees, alike for every engine. */

/** Payloads are shown by their beginning. */
export const payloadChars = 200;
export const dayMs = 24 * 3_600_000;
/** Up to so many articles are counted; above that, their numbers tell how many there are. */
const mostArticlesCounted = 2_000;

/** How many articles have a number from `id` to `last`. `countFrom` counts them. */
export async function estimateFrom(
  id: number,
  last: number,
  countFrom: (id: number) => number | Promise<number>,
): Promise<Estimate> {
  const span = Math.max(0, last - id + 1);
  if (span <= mostArticlesCounted) return { count: await countFrom(id), isExact: true };
  return { count: span, isExact: false };
}

/**
 * The first article that was seen from a moment on, numbers being given in that order. One more than `last` when there is none.
 * `seenFrom`: when the first with such a number, or a higher one, was seen.
 */
export async function firstSince(
  time: number,
  last: number,
  seenFrom: (id: number) => number | Promise<number>,
): Promise<number> {
  let [low, high] = [1, last + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((await seenFrom(middle)) >= time) high = middle;
    else low = middle + 1;
  }
  return low;
}

export interface CounterRow {
  readonly name: 'deliveries' | 'pending' | 'rejected';
  readonly label: string;
  readonly count: number;
}

/** `articles`: how many were ever stored. */
export function toTotals(rows: readonly CounterRow[], articles: number): Totals {
  const named = (wanted: CounterRow['name']) =>
    Object.fromEntries(rows.flatMap(({ name, label, count }) => (name === wanted ? [[label, count]] : [])));
  return {
    articles,
    deliveries: { pending: 0, sent: 0, merged: 0, failed: 0, expired: 0, ...named('deliveries') },
    pending: named('pending')[''] ?? 0,
    rejected: named('rejected'),
  };
}

export interface RejectedRow {
  readonly key: string;
  readonly path: string;
  readonly reason: RejectReason;
  readonly detail: string;
  readonly rejected_at: number;
}

export function toRejected({ key, path, reason, detail, rejected_at }: RejectedRow): RejectedPost {
  return { sourceKey: key, path, reason, detail, rejectedAt: new Date(rejected_at) };
}

export interface FailedRow {
  readonly id: number;
  readonly chat_id: number;
  readonly article_id: number;
  readonly last_error: string | null;
  readonly payload: string | null;
  readonly finished_at: number | null;
}

export function toFailedDelivery(row: FailedRow): FailedDelivery {
  return {
    id: row.id,
    chatId: row.chat_id,
    articleId: row.article_id,
    error: row.last_error ?? '',
    payload: row.payload ?? undefined,
    failedAt: new Date(row.finished_at ?? 0),
  };
}
