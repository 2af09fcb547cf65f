import { displayTitle, type Heading, type StoredArticle } from '../src/domain/article.js';
import type { Category } from '../src/domain/category.js';
import type { DigestTimes } from '../src/domain/chat-times.js';
import type { ChatType } from '../src/domain/delivery.js';
import type { Detail, Script } from '../src/domain/display.js';
import type { Language } from '../src/domain/language.js';
import type { ArticleLine, Chat, SourceState } from '../src/ports.js';

/** Rows as every engine reads them, and what the domain makes of them. */

export interface CategoryRow {
  readonly id: number;
  readonly name: string;
  readonly slug: string | null;
  readonly articleCount: number;
}

export function toCategory({ id, name, slug, articleCount }: CategoryRow): Category {
  return { id, name, slug: slug ?? undefined, articleCount };
}

export interface ChatRow {
  readonly id: number;
  readonly type: ChatType;
  readonly language: Language | null;
  readonly timeZone: string | null;
  readonly digestTimes: DigestTimes | null;
  readonly quietFrom: number | null;
  readonly quietUntil: number | null;
  readonly pausedAt: number | null;
  readonly silent: boolean;
  readonly script: Script | null;
  readonly detail: Detail;
  readonly rightsToldAt: number | null;
}

export function toChat(row: ChatRow): Chat {
  const { quietFrom: from, quietUntil: until } = row;
  return {
    id: row.id,
    type: row.type,
    language: row.language ?? undefined,
    timeZone: row.timeZone ?? undefined,
    digestTimes: row.digestTimes ?? undefined,
    quietHours: from === null || until === null ? undefined : { from, until },
    isPaused: row.pausedAt !== null,
    silent: row.silent,
    script: row.script ?? undefined,
    detail: row.detail,
    isRightsTold: row.rightsToldAt !== null,
  };
}

/** What lists read of an article. */
export interface LineRow {
  readonly id: number;
  readonly title: string | null;
  readonly lead: string | null;
  readonly text: string;
  readonly url: string | null;
  readonly medium: string | null;
  readonly publishedAt: number | null;
  readonly orderAt: number;
}

export function toLine(row: LineRow): ArticleLine {
  return {
    id: row.id,
    title: displayTitle({ title: row.title ?? undefined, lead: row.lead ?? undefined, text: row.text }),
    orderAt: new Date(row.orderAt),
    url: row.url ?? undefined,
    medium: row.medium ?? undefined,
    published: toDate(row.publishedAt),
  };
}

export interface ArticleRow extends LineRow {
  readonly identity: string;
  readonly byline: string | null;
  readonly outline: Heading[];
  readonly keySentences: string[];
  readonly firstSeenAt: number;
}

/** `filed`: its categories, in the order in which it was filed under them. */
export function toStoredArticle(
  row: ArticleRow,
  filed: readonly { readonly name: string; readonly slug: string | null }[],
  otherMedia: number,
): StoredArticle {
  return {
    id: row.id,
    identity: row.identity,
    title: row.title ?? undefined,
    byline: row.byline ?? undefined,
    lead: row.lead ?? undefined,
    outline: row.outline,
    keySentences: row.keySentences,
    url: row.url ?? undefined,
    medium: row.medium ?? undefined,
    published: toDate(row.publishedAt),
    firstSeen: new Date(row.firstSeenAt),
    orderAt: new Date(row.orderAt),
    categories: filed.map(({ name, slug }) => ({ name, slug: slug ?? undefined })),
    text: row.text,
    otherMedia,
  };
}

export interface SourceRow {
  readonly firstReadAt: number | null;
  readonly lastReadAt: number | null;
  readonly lastError: string | null;
  readonly failures: number;
  readonly nextTryAt: number | null;
  readonly memory: string | null;
}

/** Undefined: nothing is known of it yet. */
export function toSourceState(row: SourceRow | undefined): SourceState {
  return {
    firstReadAt: toDate(row?.firstReadAt),
    lastReadAt: toDate(row?.lastReadAt),
    lastError: row?.lastError ?? undefined,
    failures: row?.failures ?? 0,
    nextTryAt: toDate(row?.nextTryAt),
    memory: row?.memory ?? undefined,
  };
}

export function toDate(time: number | null | undefined): Date | undefined {
  return time === null || time === undefined ? undefined : new Date(time);
}
