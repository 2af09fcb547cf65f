import { foldName } from '../domain/category.js';
import type { ChatTarget } from '../domain/delivery.js';
import type { Watch } from '../domain/watch.js';
import type { CategoryStore, SearchHit, SearchStore, WatchStore } from '../ports.js';
import { isTitleOnly } from '../search/analyzer.js';
import { maxQueryChars, parseQuery } from '../search/query.js';
import { resolveQuery, type UnclearCategory } from './resolve-query.js';

export interface WatchOptions {
  readonly watches: WatchStore;
  readonly categories: CategoryStore;
  readonly search: SearchStore;
  readonly timeZone: string;
}

export type WatchResult =
  | {
      readonly kind: 'watched';
      readonly watch: Watch;
      readonly isNew: boolean;
      /** Articles of the last 30 days that satisfy it, to show what comes and how much. */
      readonly recent: { readonly count: number; readonly isExact: boolean };
      readonly newest: readonly SearchHit[];
      readonly titlesOnly: boolean;
    }
  | { readonly kind: 'bad-or' }
  /** No word to look for: excluded ones and categories alone are no keyword query. */
  | { readonly kind: 'no-words' }
  /** It names days, but only articles to come are pushed. */
  | { readonly kind: 'dated' }
  | { readonly kind: 'too-many'; readonly most: number }
  | UnclearCategory;

export interface Watches {
  /** Follows a query in the search language: new articles that satisfy it are pushed. */
  watch(target: ChatTarget, text: string, now: Date): Promise<WatchResult>;
  /** The query that a text asks for, however it is spelled. Undefined: the chat does not follow it. */
  find(target: ChatTarget, text: string): Promise<Watch | undefined>;
  /** The same, given up. */
  unwatch(target: ChatTarget, text: string): Promise<Watch | undefined>;
  /** Undefined: there is no such query any more; `was` is false when it was given up before. */
  unwatchById(target: ChatTarget, watchId: number): Promise<{ watch: Watch; was: boolean } | undefined>;
  list(target: ChatTarget): Promise<readonly Watch[]>;
}

/** Queries of one chat: more than a person thinks of, few enough to be listed in a message. */
const mostPerChat = 50;
const newestShown = 3;
const mostCounted = 1_000;
const recentMs = 30 * 86_400_000;

export function createWatches({ watches, categories, search, timeZone }: WatchOptions): Watches {
  const find = async (target: ChatTarget, text: string) =>
    (await watches.list(target)).find((watch) => meaningOf(watch.text) === meaningOf(text));
  return {
    find,
    async watch(target, typed, now) {
      const text = typed.trim().replace(/\s+/gu, ' ').slice(0, maxQueryChars);
      const parsed = parseQuery(text, timeZone);
      if (parsed.kind === 'bad-or') return parsed;
      if (parsed.kind === 'bad-date' || parsed.kind === 'bad-range') return { kind: 'dated' };
      if (parsed.kind === 'query' && (parsed.query.from || parsed.query.until)) return { kind: 'dated' };
      if (parsed.kind === 'empty' || parsed.query.clauses.length === 0) return { kind: 'no-words' };
      const resolved = resolveQuery(parsed.query, await categories.list());
      if (resolved.kind !== 'query') return resolved;
      const own = await watches.list(target);
      const known = own.find((watch) => meaningOf(watch.text) === meaningOf(text));
      if (own.length >= mostPerChat && !known) return { kind: 'too-many', most: mostPerChat };
      const { query } = resolved;
      const { watch, isNew } = known ? { watch: known, isNew: false } : await watches.watch(target, text, query, now);
      const from = new Date(now.getTime() - recentMs);
      const request = { order: 'newest', limit: newestShown, countUpTo: mostCounted } as const;
      const recent = await search.search({ ...request, query: { ...query, from } });
      return {
        kind: 'watched',
        watch,
        isNew,
        recent: recent?.total ?? { count: 0, isExact: false },
        newest: recent?.items ?? [],
        titlesOnly: query.clauses.flat().some(isTitleOnly),
      };
    },
    async unwatch(target, text) {
      const found = await find(target, text);
      if (found) await watches.unwatch(target, found.id);
      return found;
    },
    async unwatchById(target, watchId) {
      const watch = await watches.find(watchId);
      return watch && { watch, was: await watches.unwatch(target, watchId) };
    },
    list: (target) => watches.list(target),
  };
}

/** The same for two texts that ask for the same, in whatever order and spelling. */
function meaningOf(text: string): string {
  // A query that is kept names no days, so that no zone matters.
  const parsed = parseQuery(text, 'UTC');
  if (parsed.kind !== 'query') return text.trim();
  const { clauses, excluded, categoryNames, excludedCategoryNames } = parsed.query;
  const names = [categoryNames, excludedCategoryNames].map((each) => each.map(foldName).sort());
  return JSON.stringify([clauses.map((each) => [...each].sort().join(' OR ')).sort(), [...excluded].sort(), names]);
}
