import { type Category, looksLikeMedium } from '../domain/category.js';
import type { ChatTarget } from '../domain/delivery.js';
import type { ArticleLine, ArticleStore, CategoryStore, SubscriptionStore, TopicCount } from '../ports.js';
import { type Resolution, resolveCategory } from './resolve-category.js';

export interface SubscribeOptions {
  readonly articles: ArticleStore;
  readonly categories: CategoryStore;
  readonly subscriptions: SubscriptionStore;
}

export interface Subscribed {
  readonly category: Category;
  readonly isNew: boolean;
  readonly articlesLastWeek: number;
  /** The newest, to show what comes; not counted as pushes. */
  readonly newest: readonly ArticleLine[];
}

export type Unresolved = Exclude<Resolution, { kind: 'one' }> & { readonly name: string };

/** What a /subscribe or /unsubscribe text led to, name by name. */
export interface SubscribeResult {
  readonly done: readonly Subscribed[];
  readonly unresolved: readonly Unresolved[];
}

export interface UnsubscribeResult {
  readonly done: readonly Category[];
  readonly notSubscribed: readonly Category[];
  readonly unresolved: readonly Unresolved[];
}

export interface Subscriptions {
  /** Subscribes to what the text names: one name, or several separated by 、，, ; a newline, or spaces between known names. */
  subscribe(target: ChatTarget, text: string, now: Date): Promise<SubscribeResult>;
  subscribeById(target: ChatTarget, categoryId: number, now: Date): Promise<Subscribed | undefined>;
  /** The category that was given up; undefined when there is none of that id. */
  unsubscribeById(target: ChatTarget, categoryId: number): Promise<{ category: Category; was: boolean } | undefined>;
  /** Looks each name up among the chat's own subscriptions, then among all, to tell what is not followed from what is not known. */
  unsubscribe(target: ChatTarget, text: string): Promise<UnsubscribeResult>;
  list(target: ChatTarget): Promise<readonly Category[]>;
  /** The topics of a forum that follow something, with how much. */
  listTopics(chatId: number): Promise<readonly TopicCount[]>;
}

const newestShown = 3;
const weekMs = 7 * 86_400_000;
/** Names in one message; more is a pasted text, not a list of media. */
const maxNames = 20;

export function createSubscriptions({ articles, categories, subscriptions }: SubscribeOptions): Subscriptions {
  const subscribeTo = async (target: ChatTarget, category: Category, now: Date): Promise<Subscribed> => {
    const isNew = await subscriptions.subscribe(target, category.id, now);
    const since = new Date(now.getTime() - weekMs);
    const newest = await articles.listLatest([category.id], { limit: newestShown });
    const articlesLastWeek = await categories.countArticlesSince(category.id, since);
    return { category, isNew, articlesLastWeek, newest: newest.items };
  };
  return {
    async subscribe(target, text, now) {
      const { found, unresolved } = resolveNames(text, await categories.list());
      const done: Subscribed[] = [];
      for (const category of found) done.push(await subscribeTo(target, category, now));
      for (const { name } of unresolved.filter(isAwaited)) {
        done.push(await subscribeTo(target, await categories.findOrCreate(name), now));
      }
      return { done, unresolved: unresolved.filter((each) => !isAwaited(each)) };
    },
    async subscribeById(target, categoryId, now) {
      const category = await categories.find(categoryId);
      return category && subscribeTo(target, category, now);
    },
    async unsubscribe(target, text) {
      const own = resolveNames(text, await subscriptions.list(target));
      for (const category of own.found) await subscriptions.unsubscribe(target, category.id);
      const all = await categories.list();
      const notSubscribed: Category[] = [];
      const unresolved: Unresolved[] = [];
      for (const missed of own.unresolved) {
        const known = missed.kind === 'none' ? resolveCategory(missed.name, all) : missed;
        if (known.kind === 'one') notSubscribed.push(known.category);
        else unresolved.push(missed);
      }
      return { done: own.found, notSubscribed, unresolved };
    },
    async unsubscribeById(target, categoryId) {
      const category = await categories.find(categoryId);
      return category && { category, was: await subscriptions.unsubscribe(target, categoryId) };
    },
    list: (target) => subscriptions.list(target),
    listTopics: (chatId) => subscriptions.listTopics(chatId),
  };
}

/** A medium that nothing here resembles may publish tomorrow: it can be followed before its first article. */
function isAwaited({ name, kind, near }: Unresolved): boolean {
  return kind === 'none' && near.length === 0 && looksLikeMedium(name);
}

type Resolve = (name: string) => Resolution;

/** The whole text is one name first (names contain spaces); else its parts, at spaces only when every part is known. */
function resolveNames(text: string, categories: readonly Category[]) {
  const known = new Map<string, Resolution>();
  const resolve: Resolve = (name) => {
    const resolution = known.get(name) ?? resolveCategory(name, categories);
    known.set(name, resolution);
    return resolution;
  };
  const whole = resolve(text);
  if (whole.kind === 'one') return collect([text], resolve);
  const parts = splitNames(text, resolve);
  return collect(parts.length < 2 ? [text] : parts, resolve);
}

function splitNames(text: string, resolve: Resolve): readonly string[] {
  const parts = text
    .split(/[、，,;；\n]/u)
    .map((part) => part.trim())
    .filter(Boolean);
  if (parts.length !== 1) return parts.slice(0, maxNames);
  const words = text.trim().split(/\s+/u);
  const allKnown = words.length <= maxNames && words.every((word) => resolve(word).kind === 'one');
  return allKnown ? words : parts;
}

function collect(names: readonly string[], resolve: Resolve) {
  const found = new Map<number, Category>();
  const unresolved: Unresolved[] = [];
  for (const name of names) {
    const resolution = resolve(name);
    if (resolution.kind === 'one') found.set(resolution.category.id, resolution.category);
    else unresolved.push({ ...resolution, name: name.trim() });
  }
  return { found: [...found.values()], unresolved };
}
