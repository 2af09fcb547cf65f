import type { Category } from '../domain/category.js';
import type { ChatTarget } from '../domain/delivery.js';
import { everySubscription, type Filter } from '../domain/filter.js';
import type { ArticleStore, CategoryStore, FilterStore, SearchPage, SearchStore, SubscriptionStore } from '../ports.js';
import { isTitleOnly } from '../search/analyzer.js';
import {
  type FilterWordsResult,
  filterTerms,
  parseFilterWords,
  splitFilterText,
  splitGluedFilterText,
} from '../search/filter-words.js';
import type { SearchTerms } from '../search/query.js';
import { resolveCategory } from './resolve-category.js';
import type { Unresolved } from './subscribe.js';

export interface FilterOptions {
  readonly articles: ArticleStore;
  readonly categories: CategoryStore;
  readonly subscriptions: SubscriptionStore;
  readonly filters: FilterStore;
  readonly search: SearchStore;
}

/** What a filter is for: a category that the chat follows; undefined: all that it gets. */
export type FilterScope = Category | undefined;

export interface ScopedFilter {
  readonly scope: FilterScope;
  readonly filter: Filter;
}

export type FilterAnswer =
  | {
      readonly kind: 'shown';
      readonly scope: FilterScope;
      readonly filter: Filter | undefined;
      /** What holds as well: that of all subscriptions. */
      readonly general: Filter | undefined;
    }
  | {
      readonly kind: 'set';
      readonly scope: FilterScope;
      readonly filter: Filter;
      readonly general: Filter | undefined;
      /** How many of the last 30 days' articles would have come. Undefined: there is nothing to count, or no telling now. */
      readonly recent: { readonly passed: Count; readonly all: Count } | undefined;
      /** Some word is so short that only titles and headings are looked at for it. */
      readonly titlesOnly: boolean;
    }
  /** There are words, but nothing says for which subscription. */
  | { readonly kind: 'no-name' }
  | Unscoped
  | Exclude<FilterWordsResult, { kind: 'words' }>;

type Words = Pick<Filter, 'included' | 'excluded'>;

export interface Count {
  readonly count: number;
  /** False: there are more. */
  readonly isExact: boolean;
}

/** The name does not lead to one of the chat's subscriptions. */
export type Unscoped =
  | { readonly kind: 'not-subscribed'; readonly category: Category }
  /** `wordsId` stands for the words that were typed, for when one of the names offered is chosen. */
  | { readonly kind: 'unclear'; readonly unresolved: Unresolved; readonly wordsId: number };

export type FilterRemoval = { readonly kind: 'removed'; readonly scope: FilterScope; readonly was: boolean } | Unscoped;

export interface Filters {
  list(target: ChatTarget): Promise<readonly ScopedFilter[]>;
  /** `NAME +词 -词` sets a filter in place of the one before, `NAME` shows it; `*` as a name means all subscriptions. */
  apply(target: ChatTarget, text: string, now: Date): Promise<FilterAnswer>;
  /** The same by ids, for a name that was chosen from several. Undefined: such a subscription or such words are not there any more. */
  applyById(target: ChatTarget, categoryId: number, wordsId: number, now: Date): Promise<FilterAnswer | undefined>;
  remove(target: ChatTarget, name: string): Promise<FilterRemoval>;
  /** False when there was none. */
  removeById(target: ChatTarget, categoryId: number): Promise<{ scope: FilterScope; was: boolean }>;
}

const recentMs = 30 * 86_400_000;
const mostCounted = 1_000;
const everyName = /^(?:[*＊]|all|全部|所有|全部订阅|所有订阅)$/iu;

export function createFilters({ articles, categories, subscriptions, filters, search }: FilterOptions): Filters {
  const findFilter = async (target: ChatTarget, categoryId: number) =>
    (await filters.list(target)).find((filter) => filter.categoryId === categoryId);
  const show = async (target: ChatTarget, scope: FilterScope): Promise<FilterAnswer> => {
    const general = await findFilter(target, everySubscription);
    if (!scope) return { kind: 'shown', scope, filter: general, general: undefined };
    return { kind: 'shown', scope, filter: await findFilter(target, scope.id), general };
  };
  const countRecent = async (categoryIds: readonly number[], terms: SearchTerms, now: Date) => {
    if (categoryIds.length === 0) return undefined;
    const from = new Date(now.getTime() - recentMs);
    const query = { categoryIds, excludedCategoryIds: [], from, until: undefined };
    const request = { order: 'newest', limit: 1, countUpTo: mostCounted } as const;
    const all = await search.search({ ...request, query: { ...query, clauses: [], excluded: [] } });
    const passed = await search.search({ ...request, query: { ...query, ...terms } });
    return all && passed && isCounted(all) && isCounted(passed) ? { passed: passed.total, all: all.total } : undefined;
  };
  const set = async (target: ChatTarget, scope: FilterScope, words: Words, now: Date): Promise<FilterAnswer> => {
    const { included, excluded } = words;
    const filter = { categoryId: scope?.id ?? everySubscription, included, excluded };
    await filters.set(target, filter);
    const general = scope && (await findFilter(target, everySubscription));
    const categoryIds = scope ? [scope.id] : (await subscriptions.list(target)).map(({ id }) => id);
    const terms = filterTerms(filter, ...(general ? [general] : []));
    const recent = await countRecent(categoryIds, terms, now);
    const own = filterTerms(filter);
    const titlesOnly = [...own.clauses.flat(), ...own.excluded].some(isTitleOnly);
    return { kind: 'set', scope, filter, general, recent, titlesOnly };
  };
  /** Looks a name up among the chat's own subscriptions, then among all, to tell what is not followed from what is not known. */
  const findScope = async (
    target: ChatTarget,
    name: string,
    words: string,
  ): Promise<{ readonly kind: 'scope'; readonly scope: FilterScope } | Unscoped> => {
    if (everyName.test(name)) return { kind: 'scope', scope: undefined };
    const own = resolveCategory(name, await subscriptions.list(target));
    if (own.kind === 'one') return { kind: 'scope', scope: own.category };
    const known = own.kind === 'none' ? resolveCategory(name, await categories.list()) : own;
    if (known.kind === 'one') return { kind: 'not-subscribed', category: known.category };
    return { kind: 'unclear', unresolved: { ...own, name }, wordsId: await articles.rememberText(words) };
  };
  /** 云溪日报 养老: the name is there, but a word behind it lacks its sign. */
  const findUnsigned = async (target: ChatTarget, name: string): Promise<string | undefined> => {
    const own = await subscriptions.list(target);
    const parts = name.split(/\s+/u);
    for (let count = Math.min(parts.length, mostNameParts) - 1; count > 0; count -= 1) {
      const begin = parts.slice(0, count).join(' ');
      if (everyName.test(begin) || resolveCategory(begin, own).kind === 'one') return parts[count];
    }
    return undefined;
  };
  const applyTo = async (target: ChatTarget, name: string, words: string, now: Date): Promise<FilterAnswer> => {
    const parsed = parseFilterWords(words);
    if (parsed.kind !== 'words') return parsed;
    const found = await findScope(target, name, words);
    if (found.kind === 'scope') return set(target, found.scope, parsed, now);
    const unsigned = found.kind === 'unclear' ? await findUnsigned(target, name) : undefined;
    return unsigned ? { kind: 'unsigned', word: unsigned } : found;
  };
  return {
    async list(target) {
      const own = new Map((await subscriptions.list(target)).map((category) => [category.id, category]));
      const all = await filters.list(target);
      const isFor = ({ categoryId }: Filter) => categoryId === everySubscription || own.has(categoryId);
      return all.filter(isFor).map((filter) => ({ scope: own.get(filter.categoryId), filter }));
    },
    async apply(target, text, now) {
      const { name, words } = splitFilterText(text);
      if (!name) return { kind: 'no-name' };
      if (words) return applyTo(target, name, words, now);
      const found = await findScope(target, name, '');
      if (found.kind === 'scope') return show(target, found.scope);
      const glued = splitGluedFilterText(text);
      if (glued.words) return applyTo(target, glued.name, glued.words, now);
      const unsigned = await findUnsigned(target, name);
      return unsigned ? { kind: 'unsigned', word: unsigned } : found;
    },
    async applyById(target, categoryId, wordsId, now) {
      const scope = (await subscriptions.list(target)).find(({ id }) => id === categoryId);
      const words = await articles.findText(wordsId);
      if (!scope || words === undefined) return undefined;
      const parsed = parseFilterWords(words);
      // Nothing was typed but the name.
      return parsed.kind === 'words' ? set(target, scope, parsed, now) : show(target, scope);
    },
    async remove(target, name) {
      const found = await findScope(target, name, '');
      if (found.kind !== 'scope') return found;
      const was = await filters.remove(target, found.scope?.id ?? everySubscription);
      return { kind: 'removed', scope: found.scope, was };
    },
    async removeById(target, categoryId) {
      const scope = categoryId === everySubscription ? undefined : await categories.find(categoryId);
      return { scope, was: await filters.remove(target, categoryId) };
    },
  };
}

/** A longer text is no name with a word behind it. */
const mostNameParts = 20;

function isCounted({ filling, timedOut }: SearchPage): boolean {
  return filling === undefined && !timedOut;
}
