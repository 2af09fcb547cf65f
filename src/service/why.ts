import type { ChatTarget } from '../domain/delivery.js';
import type { Expected, PushRules } from '../domain/digest.js';
import { everySubscription, type Filter } from '../domain/filter.js';
import type { ArticleLine, DeliveryFate, FateStore, FilterStore } from '../ports.js';
import { filterTerms } from '../search/filter-words.js';
import { type FoldedArticle, foldArticle, matchPlace } from '../search/match.js';
import { expectTopic } from './outlook.js';

/** What became of the last pushes of a chat, and what filters kept from it. */
export interface WhyAnswer {
  /** Newest first. */
  readonly fates: readonly DeliveryFate[];
  /** When what is still pending comes, unless it has a time of its own. */
  readonly expected: Expected;
  readonly timeZone: string;
  /** Of the last day, newest first. */
  readonly filtered: readonly FilteredArticle[];
}

export interface FilteredArticle {
  readonly article: ArticleLine;
  readonly because:
    | { readonly kind: 'has'; readonly word: string }
    /** It has none of the words that were asked for. */
    | { readonly kind: 'lacks'; readonly words: readonly string[] };
}

export interface Why {
  explain(target: ChatTarget, now: Date): Promise<WhyAnswer>;
}

export interface WhyOptions {
  readonly fates: FateStore;
  readonly filters: FilterStore;
  readonly timeZone: string;
  readonly pushPerHour: number;
}

const fatesShown = 10;
const filteredShown = 10;
const filteredForMs = 86_400_000;
/** Articles whose text is looked at for one answer: some 30 ms. */
const mostLookedAt = 100;

export function createWhy({ fates, filters, timeZone, pushPerHour }: WhyOptions): Why {
  const rules: PushRules = { timeZone, pushPerHour, backlogUntil: undefined };
  return {
    async explain(target, now) {
      const found = await fates.findPace(target.chatId, timeZone);
      return {
        fates: await fates.listFates(target, fatesShown),
        expected: found ? expectTopic(found, target, now, rules) : { kind: 'now' },
        timeZone: found?.pace.timeZone ?? timeZone,
        filtered: await listFiltered(target, now, fates, await filters.list(target)),
      };
    },
  };
}

async function listFiltered(
  target: ChatTarget,
  now: Date,
  fates: FateStore,
  filters: readonly Filter[],
): Promise<readonly FilteredArticle[]> {
  if (filters.length === 0) return [];
  const byCategory = new Map(filters.map((filter) => [filter.categoryId, filter]));
  const since = new Date(now.getTime() - filteredForMs);
  const found: FilteredArticle[] = [];
  for (const { article, searched, categoryIds } of await fates.listNotQueued(target, since, mostLookedAt)) {
    const because = whyFiltered(foldArticle(searched), categoryIds, byCategory);
    if (because) found.push({ article, because });
    if (found.length === filteredShown) break;
  }
  return found;
}

/** By the filter of all subscriptions, or by those of every category that it is in. Undefined: that is not why it did not come. */
function whyFiltered(
  article: FoldedArticle,
  categoryIds: readonly number[],
  filters: ReadonlyMap<number, Filter>,
): FilteredArticle['because'] | undefined {
  const general = filters.get(everySubscription);
  const byGeneral = general && whyKeptOut(article, general);
  if (byGeneral) return byGeneral;
  const reasons = categoryIds.map((id) => {
    const filter = filters.get(id);
    return filter && whyKeptOut(article, filter);
  });
  return reasons.every(Boolean) ? reasons[0] : undefined;
}

function whyKeptOut(article: FoldedArticle, filter: Filter): FilteredArticle['because'] | undefined {
  if (matchPlace(article, filterTerms(filter)) !== undefined) return undefined;
  const has = (word: string) => matchPlace(article, filterTerms({ included: [word], excluded: [] })) !== undefined;
  const word = filter.excluded.find(has);
  return word === undefined ? { kind: 'lacks', words: filter.included } : { kind: 'has', word };
}
