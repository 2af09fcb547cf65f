import type { StoredArticle } from '../domain/article.js';
import { type Category, foldName } from '../domain/category.js';
import type { ChatTarget } from '../domain/delivery.js';
import type {
  ArticleLine,
  ArticleStore,
  CategoryStore,
  Page,
  PageRequest,
  SearchHit,
  SubscriptionStore,
} from '../ports.js';
import { maxQueryChars, parseQuery } from '../search/query.js';
import { type Resolution, resolveCategory } from './resolve-category.js';

export interface BrowseOptions {
  readonly articles: ArticleStore;
  readonly categories: CategoryStore;
  readonly subscriptions: SubscriptionStore;
}

export type LatestScope =
  | { readonly kind: 'everything' }
  | { readonly kind: 'subscriptions' }
  | { readonly kind: 'category'; readonly category: Category };

export interface LatestPage extends Page<ArticleLine> {
  readonly scope: LatestScope;
}

export type SearchResult =
  | (Page<SearchHit> & {
      readonly kind: 'found';
      readonly queryId: number;
      readonly text: string;
      readonly timedOut: boolean;
      /** The category whose name was typed alone. */
      readonly category: Category | undefined;
    })
  | { readonly kind: 'empty' }
  | { readonly kind: 'unsupported'; readonly operator: string }
  | { readonly kind: 'unknown-category'; readonly name: string; readonly near: readonly Category[] };

export interface Browse {
  find(articleId: number): Promise<StoredArticle | undefined>;
  findByUrl(url: string): Promise<StoredArticle | undefined>;
  resolve(name: string): Promise<Resolution>;
  /** Newest of a category; without one of the chat's subscriptions; of everything when it has none. */
  latest(target: ChatTarget, categoryId: number | undefined, page: PageRequest): Promise<LatestPage | undefined>;
  search(text: string, page: PageRequest): Promise<SearchResult>;
  /** By number of articles; with a filter only those whose name or slug has it. */
  listCategories(filter: string): Promise<readonly Category[]>;
  /** A number that stands for a text in button data, which is too small for words; the same text gets the same number. */
  rememberText(text: string): Promise<number>;
  findText(id: number): Promise<string | undefined>;
}

/** A search gets an answer within 2 s (DESIGN.md, "Commands"); this leaves the rest for sending it. */
const searchBudgetMs = 1_500;

export function createBrowse({ articles, categories, subscriptions }: BrowseOptions): Browse {
  const search = async (text: string, page: PageRequest): Promise<SearchResult> => {
    const parsed = parseQuery(text);
    if (parsed.kind !== 'query') return parsed;
    const categoryIds: number[] = [];
    for (const name of parsed.query.categoryNames) {
      const resolution = resolveCategory(name, await categories.list());
      if (resolution.kind !== 'one') return { kind: 'unknown-category', name, near: resolution.near };
      categoryIds.push(resolution.category.id);
    }
    const scope = categoryIds.length > 0 ? categoryIds : undefined;
    const result = await articles.search({ ...parsed.query, categoryIds: scope }, page, searchBudgetMs);
    const named = (await categories.list()).find(({ name }) => foldName(name) === foldName(text));
    return {
      kind: 'found',
      ...result,
      text,
      queryId: await articles.rememberText(text.slice(0, maxQueryChars)),
      category: named,
    };
  };
  return {
    search,
    find: (articleId) => articles.find(articleId),
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
    rememberText: (text) => articles.rememberText(text),
    findText: (id) => articles.findText(id),
  };
}
