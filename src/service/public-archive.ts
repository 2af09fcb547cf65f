import { displayTitle, type Heading, type StoredArticle } from '../domain/article.js';
import type { Category } from '../domain/category.js';
import { openingOf, summaryChars } from '../domain/summary.js';
import { truncate } from '../domain/text.js';
import type { ArticleStore, CategoryStore, PageKey, SearchHit, SearchPlace } from '../ports.js';
import { takingTurns } from '../turns.js';
import type { Browse, NoSearch, PageOfSearch } from './browse.js';

/** What anybody may read of an article: its summary, never its text, whatever FULL_TEXT says (DESIGN.md, "Configuration"). */
export interface ArticleSummary {
  readonly id: number;
  /** Names the article wherever it was read from: its original link, else its source and the post's id. */
  readonly identity: string;
  readonly title: string;
  readonly byline: string | undefined;
  readonly medium: string | undefined;
  readonly categories: readonly Pick<Category, 'id' | 'name' | 'slug'>[];
  readonly published: Date | undefined;
  readonly firstSeen: Date;
  readonly url: string | undefined;
  /** The first sentence. */
  readonly lead: string | undefined;
  /** The lead, and more of its paragraph when it is short; empty without one. */
  readonly opening: string;
  readonly outline: readonly Heading[];
  readonly keySentences: readonly string[];
  /** How many other media carry the story. */
  readonly otherMedia: number;
}

/** Part of a list. `next`: where the rest begins, for the call that asks for it; undefined: nowhere. */
export interface Part<T, Place> {
  readonly items: readonly T[];
  readonly next: Place | undefined;
}

export interface FoundSummary extends ArticleSummary {
  readonly snippet: SearchHit['snippet'];
}

export type PublicSearch =
  | (Part<FoundSummary, SearchPlace> & {
      readonly kind: 'found';
      /** False: the time was up, or the index is still being filled. */
      readonly isComplete: boolean;
    })
  /** Nothing was found before the time was up. */
  | { readonly kind: 'timed-out' }
  | NoSearch;

export interface PublicArchive {
  /** By id, so that nothing changes its place while somebody goes through all; with a filter those whose name or slug has it. */
  listCategories(filter: string, afterId: number, limit: number): Promise<Part<Category, number>>;
  findCategory(categoryId: number): Promise<Category | undefined>;
  /** Newest first. */
  listArticles(
    categoryId: number | undefined,
    behind: PageKey | undefined,
    limit: number,
  ): Promise<Part<ArticleSummary, PageKey>>;
  find(articleId: number): Promise<ArticleSummary | undefined>;
  /** The other articles that carry the same text, the first first. Undefined: there is no such article. */
  listStory(articleId: number): Promise<readonly ArticleSummary[] | undefined>;
  /** A search that the same asker began before is given up. */
  search(text: string, page: PublicSearchPage, asker: string): Promise<PublicSearch>;
  /** The asker does not wait any more. */
  cancelSearch(asker: string): void;
}

export interface PublicSearchPage extends Pick<PageOfSearch, 'order' | 'limit'> {
  readonly behind: SearchPlace | undefined;
}

export interface PublicArchiveOptions {
  readonly articles: ArticleStore;
  readonly categories: CategoryStore;
  readonly browse: Pick<Browse, 'listCategories' | 'peek' | 'cancelSearch'>;
}

const mostOfStory = 100;
/** An outline is cut where a message would cut it: headings that make up the whole text are no summary. */
const mostOutlineChars = 3_500;

export function createPublicArchive({ articles, categories, browse }: PublicArchiveOptions): PublicArchive {
  const idsByName = new Map<string, number>();
  /** A name keeps its id, so that only an unknown one has to be looked up. */
  const idOf = async (name: string): Promise<number | undefined> => {
    if (!idsByName.has(name)) for (const category of await categories.list()) idsByName.set(category.name, category.id);
    return idsByName.get(name);
  };
  const summarize = async (article: StoredArticle): Promise<ArticleSummary> => {
    const filed: Pick<Category, 'id' | 'name' | 'slug'>[] = [];
    for (const { name, slug } of article.categories) {
      const id = await idOf(name);
      if (id !== undefined) filed.push({ id, name, slug });
    }
    return {
      id: article.id,
      identity: article.identity,
      title: truncate(displayTitle(article), summaryChars.title),
      byline: article.byline && truncate(article.byline, summaryChars.byline),
      medium: article.medium,
      categories: filed,
      published: article.published,
      firstSeen: article.firstSeen,
      url: article.url,
      lead: article.lead && truncate(article.lead, summaryChars.lead),
      opening: truncate(openingOf(article), summaryChars.lead),
      outline: cutOutline(article.outline),
      keySentences: article.keySentences.map((sentence) => truncate(sentence, summaryChars.lead)),
      otherMedia: article.otherMedia,
    };
  };
  const find = async (articleId: number): Promise<ArticleSummary | undefined> => {
    const article = await articles.find(articleId);
    return article && summarize(article);
  };
  /** Reading a hundred texts takes a while: whoever waits for an answer of the bot has a turn in between. */
  const findAll = async <T extends { readonly id: number }>(lines: readonly T[]) => {
    const turn = takingTurns();
    const found: (readonly [ArticleSummary, T])[] = [];
    for (const line of lines) {
      const summary = await find(line.id);
      if (summary) found.push([summary, line]);
      await turn();
    }
    return found;
  };
  return {
    async listCategories(filter, afterId, limit) {
      const all = (await browse.listCategories(filter)).filter(({ id }) => id > afterId).sort((a, b) => a.id - b.id);
      const items = all.slice(0, limit);
      return { items, next: all.length > limit ? items.at(-1)?.id : undefined };
    },
    findCategory: (categoryId) => categories.find(categoryId),
    async listArticles(categoryId, behind, limit) {
      const from = behind && ({ direction: 'older', key: behind } as const);
      const page = await articles.listLatest(categoryId === undefined ? undefined : [categoryId], { limit, from });
      const last = page.items.at(-1);
      return {
        items: (await findAll(page.items)).map(([summary]) => summary),
        next: page.hasOlder && last ? { orderAt: last.orderAt.getTime(), id: last.id } : undefined,
      };
    },
    find,
    async listStory(articleId) {
      if (!(await articles.find(articleId))) return undefined;
      const lines = await articles.listStory(articleId, mostOfStory + 1);
      const others = lines.filter(({ id }) => id !== articleId).slice(0, mostOfStory);
      return (await findAll(others)).map(([summary]) => summary);
    },
    async search(text, { behind, order, limit }, asker) {
      const from = behind && ({ direction: 'older', place: behind } as const);
      const found = await browse.peek(text, { order, limit, from }, asker);
      if (found.kind !== 'found') return found;
      const { items, hasOlder, timedOut, filling } = found;
      if (timedOut && items.length === 0) return { kind: 'timed-out' };
      return {
        kind: 'found',
        items: (await findAll(items)).map(([summary, { snippet }]) => ({ ...summary, snippet })),
        // What was found in time is the beginning of the page: whoever wants the rest asks for what is behind it.
        next: hasOlder || timedOut ? items.at(-1)?.place : undefined,
        isComplete: !timedOut && !filling,
      };
    },
    cancelSearch: (asker) => browse.cancelSearch(asker),
  };
}

function cutOutline(outline: readonly Heading[]): readonly Heading[] {
  const shown: Heading[] = [];
  let chars = 0;
  for (const { level, text } of outline) {
    const heading = truncate(text, summaryChars.heading);
    chars += heading.length;
    if (chars > mostOutlineChars) break;
    shown.push({ level, text: heading });
  }
  return shown;
}
