import type { ArticleStore, DeliveryStore, Page, PageRequest, SavedLine, SavedStore } from '../ports.js';
import { foldText } from '../search/fold.js';

export interface SavedOptions {
  readonly articles: ArticleStore;
  readonly deliveries: DeliveryStore;
  readonly saved: SavedStore;
}

export type SaveResult =
  | { readonly kind: 'saved'; readonly isNew: boolean }
  /** There is no such article any more. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'too-many'; readonly most: number };

export interface FoundSaved extends Page<SavedLine> {
  /** How many are kept in all. */
  readonly total: number;
  /** What was looked for; empty: everything. */
  readonly text: string;
}

export interface SavedPage extends FoundSaved {
  /** Stands for the text in button data; undefined: everything. */
  readonly textId: number | undefined;
}

/** Articles that a chat keeps. */
export interface Saved {
  save(chatId: number, articleId: number, now: Date): Promise<SaveResult>;
  /** False when it was not kept. */
  remove(chatId: number, articleId: number): Promise<boolean>;
  has(chatId: number, articleId: number): Promise<boolean>;
  /** What was kept last first; with a text, only articles that have all its words in title or text. */
  list(chatId: number, text: string, page: PageRequest): Promise<SavedPage>;
  /** The same for a page that keeps the text itself. */
  find(chatId: number, text: string, page: PageRequest): Promise<FoundSaved>;
  /** The articles of a push, by the message that it came in. */
  articlesOf(chatId: number, messageId: number): Promise<readonly number[]>;
}

/** More than anybody reads again, and few enough to be written into one file that is read back (`/export`). */
export const mostSaved = 2_000;
const maxTextChars = 100;

export function createSaved({ articles, deliveries, saved }: SavedOptions): Saved {
  const find = async (chatId: number, typed: string, page: PageRequest): Promise<FoundSaved> => {
    const text = typed.trim().replace(/\s+/gu, ' ').slice(0, maxTextChars);
    const words = text.split(' ').map(foldText).filter(Boolean);
    return { ...(await saved.list(chatId, page, words)), text, total: await saved.count(chatId) };
  };
  return {
    find,
    async save(chatId, articleId, now) {
      if (await saved.has(chatId, articleId)) return { kind: 'saved', isNew: false };
      if ((await saved.count(chatId)) >= mostSaved) return { kind: 'too-many', most: mostSaved };
      const isNew = await saved.save(chatId, articleId, now);
      return isNew ? { kind: 'saved', isNew } : { kind: 'gone' };
    },
    remove: (chatId, articleId) => saved.remove(chatId, articleId),
    has: (chatId, articleId) => saved.has(chatId, articleId),
    async list(chatId, typed, page) {
      const found = await find(chatId, typed, page);
      return { ...found, textId: found.text ? await articles.rememberText(found.text) : undefined };
    },
    articlesOf: (chatId, messageId) => deliveries.listArticlesOf(chatId, messageId),
  };
}
