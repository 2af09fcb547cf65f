import type { StoredArticle } from '../domain/article.js';
import { type Category, foldName } from '../domain/category.js';
import type { ChatTarget } from '../domain/delivery.js';
import type {
  ArticleLine,
  ArticleStore,
  BusyCategory,
  CategoryStore,
  DayCounts,
  Page,
  PageRequest,
  RisingWord,
  SearchOrder,
  SearchPage,
  SearchRequest,
  SearchStore,
  SubscriptionStore,
} from '../ports.js';
import { isTitleOnly } from '../search/analyzer.js';
import { maxQueryChars, parseQuery, type SearchQuery, searchedTexts } from '../search/query.js';
import { wordsOf } from '../search/words.js';
import { formsOf } from './name-forms.js';
import { type Resolution, resolveCategory } from './resolve-category.js';
import { resolveQuery, type UnresolvedQuery } from './resolve-query.js';
import { groupTrend, momentsOf, type Trend, type TrendRequest, trendDays } from './trend.js';

export interface BrowseOptions {
  readonly articles: ArticleStore;
  readonly categories: CategoryStore;
  readonly subscriptions: SubscriptionStore;
  readonly search: SearchStore;
  /** In which days of `after:` and `before:` begin. */
  readonly timeZone: string;
}

export type LatestScope =
  | { readonly kind: 'everything' }
  | { readonly kind: 'subscriptions' }
  | { readonly kind: 'category'; readonly category: Category };

export interface LatestPage extends Page<ArticleLine> {
  readonly scope: LatestScope;
}

export interface Found extends SearchPage {
  readonly kind: 'found';
  readonly text: string;
  readonly order: SearchOrder;
  /** What was looked for, folded: worth marking where hits are shown. */
  readonly searched: readonly string[];
  /** There are words to rank by. */
  readonly canBeRanked: boolean;
  /** Some searched text is so short that only titles and headings were looked at for it. */
  readonly titlesOnly: boolean;
  /** The category whose name was typed alone. */
  readonly category: Category | undefined;
  /** The words of a text that is nowhere as a whole, and how many articles have them all. */
  readonly apart: { readonly text: string; readonly count: number; readonly isExact: boolean } | undefined;
}

export type SearchResult = (Found & { readonly queryId: number }) | NoSearch;

/** Why there is no page of hits. */
export type NoSearch =
  /** The asker has asked for something else meanwhile. */
  { readonly kind: 'superseded' } | { readonly kind: 'empty' } | UnresolvedQuery;

/** Hits alone, not counted. */
export type PeekResult = (SearchPage & { readonly kind: 'found' }) | NoSearch;

export type TrendResult =
  | (Trend &
      Pick<DayCounts, 'timedOut' | 'countedSince' | 'filling'> & { readonly kind: 'found'; readonly text: string })
  | NoSearch;

export type PageOfSearch = Pick<SearchRequest, 'order' | 'limit' | 'from'>;

export interface Browse {
  find(articleId: number): Promise<StoredArticle | undefined>;
  countArticles(): Promise<number>;
  findByUrl(url: string): Promise<StoredArticle | undefined>;
  resolve(name: string): Promise<Resolution>;
  /** Newest of a category; without one of the chat's subscriptions; of everything when it has none. */
  latest(target: ChatTarget, categoryId: number | undefined, page: PageRequest): Promise<LatestPage | undefined>;
  /** A search that the same asker began before is given up. */
  search(text: string, page: PageOfSearch, asker?: string): Promise<SearchResult>;
  /** The same for a page that keeps the text itself: it is not remembered under a number. */
  lookUp(text: string, page: PageOfSearch, asker: string): Promise<Found | NoSearch>;
  /** The same search for somebody who is still typing: nothing is counted, and nothing is remembered. */
  peek(text: string, page: PageOfSearch, asker: string): Promise<PeekResult>;
  /**
   * How often what a search finds appears, by day or week and medium. What the same asker began before, a search or a trend,
   * is given up.
   */
  trend(text: string, request: TrendRequest, asker?: string): Promise<TrendResult>;
  /** The asker has gone on to something else. */
  cancelSearch(asker: string): void;
  /** Articles about the same; without those that `story` lists when other media carry it, else the same text first. */
  related(articleId: number): Promise<readonly ArticleLine[]>;
  /** The articles that carry the same text as this one, itself among them. */
  story(articleId: number): Promise<readonly ArticleLine[]>;
  /** Words that are in more titles this week than before. */
  rising(now: Date): Promise<readonly RisingWord[]>;
  /** The categories with the most articles in the seven days before `now`, largest first. */
  busiest(now: Date, limit: number): Promise<readonly BusyCategory[]>;
  /** By number of articles; with a filter only those whose name or slug has it. */
  listCategories(filter: string): Promise<readonly Category[]>;
  /** The letters that names begin with when they are read aloud, A to Z and `#` for the rest; those that occur, each with its categories. */
  listInitials(): Promise<ReadonlyMap<string, readonly Category[]>>;
  /** A number that stands for a text in button data, which is too small for words; the same text gets the same number. */
  rememberText(text: string): Promise<number>;
  findText(id: number): Promise<string | undefined>;
}

/** Hits are counted exactly up to here. */
const mostCounted = 1_000;
const relatedShown = 5;
const risingShown = 6;
const storyShown = 20;
/** Reprints are kept out of what is related up to here. */
const mostReprints = 60;
const weekMs = 7 * 86_400_000;

/** 云溪日报: Y. Worked out once for a name, and for all of them after the start (prepareNames). */
function initialOf(name: string): string {
  const letter = formsOf(name).initials.charAt(0).toUpperCase();
  return /^[A-Z]$/u.test(letter) ? letter : '#';
}

export function createBrowse({ articles, categories, subscriptions, search, timeZone }: BrowseOptions): Browse {
  const read = (text: string, all: readonly Category[]) => {
    const parsed = parseQuery(text, timeZone);
    return parsed.kind === 'query' ? resolveQuery(parsed.query, all) : parsed;
  };
  const lookUp = async (text: string, page: PageOfSearch, asker?: string): Promise<Found | NoSearch> => {
    const all = await categories.list();
    const resolved = read(text, all);
    if (resolved.kind !== 'query') return resolved;
    const { query } = resolved;
    const found = await search.search({ ...page, query, countUpTo: mostCounted }, asker);
    if (!found) return { kind: 'superseded' };
    return {
      kind: 'found',
      ...found,
      text,
      order: page.order,
      searched: searchedTexts(query),
      canBeRanked: query.clauses.length > 0,
      titlesOnly: query.clauses.flat().some(isTitleOnly),
      category: all.find(({ name }) => foldName(name) === foldName(text)),
      apart: found.total.count === 0 && !found.timedOut ? await findApart(query) : undefined,
    };
  };
  /** 广东台风 is in no article, but 广东 and 台风 are: whoever leaves out the space should hear of it. */
  const findApart = async (query: SearchQuery) => {
    const clauses = query.clauses.map((alternatives) => alternatives.map((searched) => wordsOf(searched)));
    const isLonger = clauses.some((alternatives) => alternatives.length === 1 && (alternatives[0]?.length ?? 0) > 1);
    if (!isLonger || clauses.some((alternatives) => alternatives.length > 1)) return undefined;
    const words = clauses.flat(2);
    const found = await search.search({
      query: { ...query, clauses: words.map((word) => [word]) },
      order: 'newest',
      limit: 1,
      countUpTo: mostCounted,
    });
    if (!found || found.total.count === 0) return undefined;
    return { text: words.join(' '), ...found.total };
  };
  return {
    async search(text, page, asker) {
      const found = await lookUp(text, page, asker);
      if (found.kind !== 'found') return found;
      return { ...found, queryId: await articles.rememberText(text.slice(0, maxQueryChars)) };
    },
    lookUp,
    async peek(text, page, asker) {
      const resolved = read(text, await categories.list());
      if (resolved.kind !== 'query') return resolved;
      const found = await search.search({ ...page, query: resolved.query, countUpTo: 0 }, asker);
      return found ? { kind: 'found', ...found } : { kind: 'superseded' };
    },
    async trend(text, request, asker) {
      const all = await categories.list();
      const resolved = read(text, all);
      if (resolved.kind !== 'query') return resolved;
      const { query } = resolved;
      const { span, timeZone } = request;
      const days = trendDays(request, query);
      const counted = await search.countByDay({ query, ...momentsOf(days, timeZone), timeZone }, asker);
      if (!counted) return { kind: 'superseded' };
      const { timedOut, countedSince, filling } = counted;
      return { kind: 'found', text, ...groupTrend(span, days, counted.days, all), timedOut, countedSince, filling };
    },
    cancelSearch: (asker) => search.cancel(asker),
    story: (articleId) => articles.listStory(articleId, storyShown),
    async related(articleId) {
      const article = await articles.find(articleId);
      if (!article?.otherMedia) return search.listRelated(articleId, relatedShown);
      const found = await search.listRelated(articleId, relatedShown + mostReprints);
      const reprints = new Set((await articles.listStory(articleId, mostReprints + 1)).map(({ id }) => id));
      return found.filter(({ id }) => !reprints.has(id)).slice(0, relatedShown);
    },
    rising: (now) => search.listRising(now, risingShown),
    busiest: (now, limit) => categories.listBusiest(new Date(now.getTime() - weekMs), now, limit),
    find: (articleId) => articles.find(articleId),
    countArticles: () => articles.count(),
    findByUrl: (url) => articles.findByIdentity(url),
    async resolve(name) {
      return resolveCategory(name, await categories.list());
    },
    async latest(target, categoryId, page) {
      if (categoryId !== undefined) {
        const category = await categories.find(categoryId);
        if (!category) return undefined;
        return { ...(await articles.listLatest([category.id], page)), scope: { kind: 'category', category } };
      }
      const subscribed = await subscriptions.list(target);
      if (subscribed.length === 0)
        return { ...(await articles.listLatest(undefined, page)), scope: { kind: 'everything' } };
      const ids = subscribed.map(({ id }) => id);
      return { ...(await articles.listLatest(ids, page)), scope: { kind: 'subscriptions' } };
    },
    async listCategories(filter) {
      const wanted = foldName(filter);
      const has = ({ name, slug }: Category) =>
        foldName(name).includes(wanted) || (slug ?? '').toLowerCase().includes(wanted);
      return (await categories.list()).filter(has);
    },
    async listInitials() {
      const byInitial = new Map<string, Category[]>();
      for (const category of await categories.list()) {
        const initial = initialOf(category.name);
        const known = byInitial.get(initial);
        if (known) known.push(category);
        else byInitial.set(initial, [category]);
      }
      // `#` sorts before letters and is looked for behind them.
      return new Map([...byInitial].sort(([a], [b]) => Number(a === '#') - Number(b === '#') || (a < b ? -1 : 1)));
    },
    rememberText: (text) => articles.rememberText(text),
    findText: (id) => articles.findText(id),
  };
}
