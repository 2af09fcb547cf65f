import { type Category, foldName, looksLikeMedium } from '../domain/category.js';
import type { DigestTimes, QuietHours } from '../domain/chat-times.js';
import type { ChatTarget } from '../domain/delivery.js';
import type { Detail, Script } from '../domain/display.js';
import { everySubscription } from '../domain/filter.js';
import type { Language } from '../domain/language.js';
import { findTimeZone } from '../domain/time-zone-names.js';
import type {
  CategoryStore,
  ChatStore,
  FilterStore,
  OwnDataStore,
  OwnedCounts,
  SavedEntry,
  SavedStore,
  SubscriptionStore,
} from '../ports.js';
import { parseFilterWords } from '../search/filter-words.js';
import { takingTurns } from '../turns.js';
import { mostSaved } from './saved.js';
import type { Watches } from './watch.js';

/** What a chat takes along: everything it chose, and nothing that was only sent to it. */
export interface OwnData {
  /** Where it was written: topics mean something only there. */
  readonly chatId: number | undefined;
  readonly settings: OwnSettings;
  readonly subscriptions: readonly InTopic<{ readonly name: string; readonly slug: string | undefined }>[];
  readonly watches: readonly InTopic<{ readonly text: string }>[];
  readonly filters: readonly InTopic<OwnFilter>[];
  readonly saved: readonly SavedEntry[];
}

type InTopic<T> = T & { readonly topicId: number };

/** What is left out stays as it is. */
export interface OwnSettings {
  readonly language?: Language;
  /** IANA name, or of a city. */
  readonly timeZone?: string;
  readonly digestTimes?: DigestTimes | 'off';
  readonly quietHours?: QuietHours | 'off';
  readonly isPaused?: boolean;
  readonly silent?: boolean;
  readonly script?: Script | 'printed';
  readonly detail?: Detail;
}

export interface OwnFilter {
  /** Of the subscription; undefined: of all. */
  readonly name: string | undefined;
  readonly included: readonly string[];
  readonly excluded: readonly string[];
}

export type OwnSection = 'settings' | 'subscriptions' | 'watches' | 'filters' | 'saved';

/** An entry that was not taken. */
export type OwnProblem =
  | { readonly kind: 'unknown-category'; readonly name: string }
  | { readonly kind: 'unknown-zone'; readonly name: string }
  /** Not a query that can be followed. */
  | { readonly kind: 'bad-watch'; readonly text: string }
  | { readonly kind: 'bad-filter'; readonly name: string | undefined }
  /** A filter for what the chat does not follow. */
  | { readonly kind: 'not-followed'; readonly name: string }
  | { readonly kind: 'unknown-article'; readonly title: string }
  | { readonly kind: 'too-many'; readonly section: OwnSection; readonly count: number };

export interface Restored {
  /** How many entries of each section hold now, and how many of them did not before. */
  readonly counts: Readonly<Record<OwnSection, RestoredCount>>;
  readonly problems: readonly OwnProblem[];
}

export interface RestoredCount {
  readonly total: number;
  readonly added: number;
}

/** All that a chat owns, as one thing. */
export interface OwnDataService {
  collect(chatId: number): Promise<OwnData>;
  /** Takes over what can be; what holds already stays. Topics of another chat become the target's. */
  restore(target: ChatTarget, data: OwnData, now: Date): Promise<Restored>;
  count(chatId: number): Promise<OwnedCounts>;
  forget(chatId: number): Promise<void>;
}

export interface OwnDataOptions {
  readonly chats: ChatStore;
  readonly categories: CategoryStore;
  readonly subscriptions: SubscriptionStore;
  readonly filters: FilterStore;
  readonly saved: SavedStore;
  readonly ownData: OwnDataStore;
  readonly watches: Watches;
}

/** Entries of one file that are looked at. More is no list that a person made. */
export const mostEntries: Readonly<Record<Exclude<OwnSection, 'settings'>, number>> = {
  subscriptions: 1_000,
  watches: 100,
  filters: 1_000,
  saved: mostSaved,
};
/** Categories that one file may make: names that nothing here has ever been filed under. */
const mostMade = 50;

export function createOwnData(options: OwnDataOptions): OwnDataService {
  const { ownData } = options;
  return {
    collect: (chatId) => collect(options, chatId),
    async restore(target, data, now) {
      const tally = new Tally();
      const chat = await options.chats.find(target.chatId);
      const isAtHome = data.chatId === target.chatId && chat?.type === 'supergroup';
      const placeOf = (entry: { topicId: number }): ChatTarget =>
        isAtHome ? { chatId: target.chatId, topicId: entry.topicId } : target;
      await restoreSettings(options, target.chatId, data.settings, now, tally);
      const find = await restoreSubscriptions(options, data, placeOf, now, tally);
      await restoreWatches(options, data, placeOf, now, tally);
      await restoreFilters(options, data, placeOf, find, tally);
      await restoreSaved(options, target.chatId, data, now, tally);
      return { counts: tally.counts, problems: tally.problems };
    },
    count: (chatId) => ownData.count(chatId),
    forget: (chatId) => ownData.forget(chatId),
  };
}

class Tally {
  readonly problems: OwnProblem[] = [];
  readonly counts: Record<OwnSection, RestoredCount> = {
    settings: { total: 0, added: 0 },
    subscriptions: { total: 0, added: 0 },
    watches: { total: 0, added: 0 },
    filters: { total: 0, added: 0 },
    saved: { total: 0, added: 0 },
  };

  count(section: OwnSection, isNew: boolean): void {
    const { total, added } = this.counts[section];
    this.counts[section] = { total: total + 1, added: added + Number(isNew) };
  }
}

type PlaceOf = (entry: { topicId: number }) => ChatTarget;
type FindCategory = (entry: { name: string; slug?: string | undefined }) => Category | undefined;

async function collect(
  { chats, subscriptions, filters, saved, ownData, watches }: OwnDataOptions,
  chatId: number,
): Promise<OwnData> {
  const chat = await chats.find(chatId);
  const followed: OwnData['subscriptions'][number][] = [];
  const watched: OwnData['watches'][number][] = [];
  const filtered: OwnData['filters'][number][] = [];
  for (const topicId of await ownData.listTopics(chatId)) {
    const target = { chatId, topicId };
    const own = await subscriptions.list(target);
    const names = new Map(own.map(({ id, name }) => [id, name]));
    followed.push(...own.map(({ name, slug }) => ({ name, slug, topicId })));
    watched.push(...(await watches.list(target)).map(({ text }) => ({ text, topicId })));
    for (const { categoryId, included, excluded } of await filters.list(target)) {
      const name = names.get(categoryId);
      if (name !== undefined || categoryId === everySubscription) filtered.push({ name, included, excluded, topicId });
    }
  }
  return {
    chatId,
    settings: {
      ...(chat?.language && { language: chat.language }),
      ...(chat?.timeZone && { timeZone: chat.timeZone }),
      digestTimes: chat?.digestTimes ?? 'off',
      quietHours: chat?.quietHours ?? 'off',
      isPaused: chat?.isPaused ?? false,
      silent: chat?.silent ?? false,
      script: chat?.script ?? 'printed',
      detail: chat?.detail ?? 'both',
    },
    subscriptions: followed,
    watches: watched,
    filters: filtered,
    saved: await saved.listEntries(chatId),
  };
}

async function restoreSettings(
  { chats }: OwnDataOptions,
  chatId: number,
  settings: OwnSettings,
  now: Date,
  tally: Tally,
): Promise<void> {
  const { language, digestTimes, quietHours, isPaused } = settings;
  const before = await chats.find(chatId);
  const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  const set = async <T>(value: T | undefined, was: T, change: (value: T) => Promise<unknown>) => {
    if (value === undefined) return;
    if (!isSame(value, was)) await change(value);
    tally.count('settings', !isSame(value, was));
  };
  const timeZone = settings.timeZone === undefined ? undefined : findTimeZone(settings.timeZone);
  if (settings.timeZone !== undefined && timeZone === undefined)
    tally.problems.push({ kind: 'unknown-zone', name: settings.timeZone });
  await set(language, before?.language, (value) => chats.setLanguage(chatId, value as Language));
  await set(timeZone, before?.timeZone, (value) => chats.setTimeZone(chatId, value as string));
  const orNone = <T>(value: T | 'off'): T | undefined => (value === 'off' ? undefined : value);
  await set<DigestTimes | 'off'>(digestTimes, before?.digestTimes ?? 'off', (value) =>
    chats.setDigestTimes(chatId, orNone<DigestTimes>(value)),
  );
  await set<QuietHours | 'off'>(quietHours, before?.quietHours ?? 'off', (value) =>
    chats.setQuietHours(chatId, orNone<QuietHours>(value)),
  );
  await set(isPaused, before?.isPaused ?? false, (value) =>
    value ? chats.pause(chatId, now) : chats.resume(chatId, now),
  );
  await set(settings.silent, before?.silent ?? false, (silent) => chats.setDisplay(chatId, { silent }));
  await set<Script | 'printed'>(settings.script, before?.script ?? 'printed', (script) =>
    chats.setDisplay(chatId, { script: script === 'printed' ? undefined : script }),
  );
  await set(settings.detail, before?.detail ?? 'both', (detail) => chats.setDisplay(chatId, { detail }));
}

/** By name, else by slug; a name of a medium that is not known here is followed ahead. */
async function restoreSubscriptions(
  { categories, subscriptions }: OwnDataOptions,
  data: OwnData,
  placeOf: PlaceOf,
  now: Date,
  tally: Tally,
): Promise<FindCategory> {
  const known = indexCategories(await categories.list());
  const turn = takingTurns();
  let made = 0;
  let tooMany = 0;
  for (const entry of data.subscriptions) {
    await turn();
    if (!known.find(entry) && looksLikeMedium(entry.name)) {
      if (made >= mostMade) {
        tooMany += 1;
        continue;
      }
      made += 1;
      known.add(await categories.findOrCreate(entry.name));
    }
    const category = known.find(entry);
    if (!category) tally.problems.push({ kind: 'unknown-category', name: entry.name });
    else tally.count('subscriptions', await subscriptions.subscribe(placeOf(entry), category.id, now));
  }
  if (tooMany > 0) tally.problems.push({ kind: 'too-many', section: 'subscriptions', count: tooMany });
  return known.find;
}

function indexCategories(all: readonly Category[]): { find: FindCategory; add(category: Category): void } {
  const byName = new Map(all.map((category) => [foldName(category.name), category]));
  const bySlug = new Map<string, Category | undefined>();
  // Two categories can have one slug: it says nothing then.
  for (const category of all)
    if (category.slug) bySlug.set(category.slug, bySlug.has(category.slug) ? undefined : category);
  return {
    find: ({ name, slug }) => byName.get(foldName(name)) ?? (slug ? bySlug.get(slug) : undefined),
    add: (category) => void byName.set(foldName(category.name), category),
  };
}

async function restoreWatches(
  { watches }: OwnDataOptions,
  data: OwnData,
  placeOf: PlaceOf,
  now: Date,
  tally: Tally,
): Promise<void> {
  let tooMany = 0;
  const turn = takingTurns();
  for (const entry of data.watches) {
    await turn();
    const target = placeOf(entry);
    const result = await watches.watch(target, entry.text, now);
    if (result.kind === 'watched') tally.count('watches', result.isNew);
    else if (result.kind === 'too-many') tooMany += 1;
    else tally.problems.push({ kind: 'bad-watch', text: entry.text });
  }
  if (tooMany > 0) tally.problems.push({ kind: 'too-many', section: 'watches', count: tooMany });
}

async function restoreFilters(
  { filters, subscriptions }: OwnDataOptions,
  data: OwnData,
  placeOf: PlaceOf,
  find: FindCategory,
  tally: Tally,
): Promise<void> {
  const turn = takingTurns();
  const ownOf = remembering(async (topicId: number, target: ChatTarget) => ({
    ids: new Set((await subscriptions.list(target)).map(({ id }) => id)),
    filters: await filters.list(target),
    topicId,
  }));
  for (const entry of data.filters) {
    await turn();
    const { name } = entry;
    const target = placeOf(entry);
    const own = await ownOf(target.topicId, target);
    const categoryId = name === undefined ? everySubscription : find({ name })?.id;
    if (name !== undefined && (categoryId === undefined || !own.ids.has(categoryId))) {
      tally.problems.push({ kind: 'not-followed', name });
      continue;
    }
    const words = parseFilterWords(asTyped(entry));
    if (words.kind !== 'words' || categoryId === undefined) {
      tally.problems.push({ kind: 'bad-filter', name });
      continue;
    }
    const { included, excluded } = words;
    const filter = { categoryId, included, excluded };
    const isThere = own.filters.some((each) => JSON.stringify(each) === JSON.stringify(filter));
    if (!isThere) await filters.set(target, filter);
    tally.count('filters', !isThere);
  }
}

/** Words as `/filter` takes them, so that the same rules hold. A quote would end the word. */
function asTyped({ included, excluded }: OwnFilter): string {
  const quoted = (sign: string) => (word: string) => `${sign}"${word.replace(/["“”„‟「」『』＂]/gu, ' ')}"`;
  return [...included.map(quoted('+')), ...excluded.map(quoted('-'))].join(' ');
}

function remembering<K, A, T>(load: (key: K, argument: A) => Promise<T>): (key: K, argument: A) => Promise<T> {
  const known = new Map<K, Promise<T>>();
  return (key, argument) => {
    const value = known.get(key) ?? load(key, argument);
    known.set(key, value);
    return value;
  };
}

async function restoreSaved(
  { saved }: OwnDataOptions,
  chatId: number,
  data: OwnData,
  now: Date,
  tally: Tally,
): Promise<void> {
  const entries = data.saved.map(({ identity, savedAt }) => ({ identity, savedAt: savedAt < now ? savedAt : now }));
  const { added, known, unknown, tooMany } = await saved.saveEntries(chatId, entries, mostSaved);
  tally.counts.saved = { total: added + known, added };
  const titles = new Map(data.saved.map(({ identity, title }) => [identity, title]));
  for (const identity of unknown)
    tally.problems.push({ kind: 'unknown-article', title: titles.get(identity) || identity });
  if (tooMany > 0) tally.problems.push({ kind: 'too-many', section: 'saved', count: tooMany });
}
