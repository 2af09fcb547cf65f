import { z } from 'zod';
import { details, scripts } from '../src/domain/display.js';
import { languages } from '../src/domain/language.js';
import { truncate } from '../src/domain/text.js';
import { mostEntries, type OwnData, type OwnSection, type OwnSettings } from '../src/service/own-data.js';
import { formatMinutes, isOff, parseDigestTimes, parseQuietHours } from './times-of-day.js';

/** The version of the file that `/export` writes and `/import` reads. */
const version = 1;

/** Enough to know an article by; the file has to stay below what is read back. */
const maxTitleChars = 40;

/** What of a file cannot be understood. */
export type FileProblem =
  | { readonly kind: 'unknown-key'; readonly name: string }
  | { readonly kind: 'bad-section'; readonly section: OwnSection }
  | { readonly kind: 'bad-setting'; readonly name: string }
  /** `number` counts from 1; `label`: what it says of itself, if anything. */
  | {
      readonly kind: 'bad-entry';
      readonly section: OwnSection;
      readonly number: number;
      readonly label: string | undefined;
    }
  | { readonly kind: 'too-many'; readonly section: OwnSection; readonly count: number };

export type ReadOwnData =
  | { readonly kind: 'data'; readonly data: OwnData; readonly problems: readonly FileProblem[] }
  /** No JSON, or not by us. */
  | { readonly kind: 'not-ours' }
  /** By a later version of the bot. */
  | { readonly kind: 'newer' };

/** Writes what a chat owns as JSON for people to read: settings as their commands take them, one entry a line. */
export function formatOwnData(data: OwnData, now: Date): string {
  const { chatId, subscriptions, watches, filters, saved } = data;
  const at = (topicId: number) => (topicId === 0 ? {} : { topic: topicId });
  const sections = {
    subscriptions: subscriptions.map(({ name, slug, topicId }) => ({ name, ...(slug && { slug }), ...at(topicId) })),
    watches: watches.map(({ text, topicId }) => ({ query: text, ...at(topicId) })),
    filters: filters.map(({ name = everyName, included, excluded, topicId }) => ({
      name,
      only: included,
      never: excluded,
      ...at(topicId),
    })),
    saved: saved.map(({ identity, title, savedAt }) => ({
      [isLink(identity) ? 'link' : 'identity']: identity,
      title: truncate(title, maxTitleChars),
      saved: savedAt.toISOString(),
    })),
  };
  const head = { zhaibao: version, exported: now.toISOString(), chat: chatId, settings: formatSettings(data.settings) };
  const lists = Object.entries(sections).map(([name, entries]) => `  "${name}": ${formatList(entries)}`);
  return `${JSON.stringify(head, undefined, 2).replace(/\n\}$/u, '')},\n${lists.join(',\n')}\n}\n`;
}

function formatList(entries: readonly object[]): string {
  if (entries.length === 0) return '[]';
  return `[\n${entries.map((entry) => `    ${JSON.stringify(entry)}`).join(',\n')}\n  ]`;
}

function formatSettings(settings: OwnSettings) {
  const { language, timeZone, digestTimes, quietHours, isPaused, silent, script, detail } = settings;
  const list = (times: readonly number[]) => times.map(formatMinutes).join(',');
  return {
    language,
    timezone: timeZone,
    digest: typeof digestTimes === 'object' ? list(digestTimes) : digestTimes,
    quiet:
      typeof quietHours === 'object'
        ? `${formatMinutes(quietHours.from)}-${formatMinutes(quietHours.until)}`
        : quietHours,
    paused: isPaused,
    silent,
    characters: script,
    summary: detail,
  };
}

/** In place of a name: the filter of all subscriptions. */
const everyName = '*';
const isLink = (identity: string) => /^https?:\/\//u.test(identity);

const name = z.string().trim().min(1).max(200);
const topic = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional();
const word = z.string().max(200);
const words = z.array(word).max(40).default([]);
const identity = z.string().min(1).max(4_096);

/** Each entry on its own: a bad one costs no other. */
const entrySchemas = {
  subscriptions: z.strictObject({ name, slug: z.string().max(200).optional(), topic }),
  watches: z.strictObject({ query: z.string().trim().min(1).max(1_000), topic }),
  filters: z.strictObject({ name, only: words, never: words, topic }),
  saved: z
    .strictObject({
      link: identity.optional(),
      identity: identity.optional(),
      title: z.string().max(4_096).default(''),
      saved: z.iso.datetime({ offset: true }),
    })
    .refine((entry) => (entry.link === undefined) !== (entry.identity === undefined)),
} as const;

/** A setting that cannot be read is undefined. */
const settingReaders: Readonly<Record<string, (value: unknown) => OwnSettings | undefined>> = {
  language(value) {
    const language = languages.find((each) => each === value);
    return language && { language };
  },
  timezone: (value) => (typeof value === 'string' ? { timeZone: value.slice(0, 100) } : undefined),
  digest(value) {
    if (typeof value !== 'string') return undefined;
    if (isOff(value)) return { digestTimes: 'off' };
    const typed = parseDigestTimes(value);
    return typed.kind === 'times' ? { digestTimes: typed.times } : undefined;
  },
  quiet(value) {
    if (typeof value !== 'string') return undefined;
    if (isOff(value)) return { quietHours: 'off' };
    const typed = parseQuietHours(value);
    return typed.kind === 'hours' ? { quietHours: typed.hours } : undefined;
  },
  paused: (value) => (typeof value === 'boolean' ? { isPaused: value } : undefined),
  silent: (value) => (typeof value === 'boolean' ? { silent: value } : undefined),
  characters(value) {
    const script = [...scripts, 'printed' as const].find((each) => each === value);
    return script && { script };
  },
  summary(value) {
    const detail = details.find((each) => each === value);
    return detail && { detail };
  },
};

const fileKeys = new Set(['zhaibao', 'exported', 'chat', 'settings', ...Object.keys(entrySchemas)]);

/** Reads a file that `formatOwnData` wrote, or that somebody changed by hand. What is wrong in it is told entry by entry. */
export function parseOwnData(content: Uint8Array): ReadOwnData {
  const file = parseJsonObject(content);
  if (!file || typeof file.zhaibao !== 'number') return { kind: 'not-ours' };
  if (file.zhaibao !== version) return { kind: file.zhaibao > version ? 'newer' : 'not-ours' };
  const problems: FileProblem[] = Object.keys(file)
    .filter((key) => !fileKeys.has(key))
    .map((key) => ({ kind: 'unknown-key', name: key }));
  const list = <S extends keyof typeof entrySchemas>(section: S) => readList(file[section], section, problems);
  const topicOf = (entry: { topic?: number | undefined }) => ({ topicId: entry.topic ?? 0 });
  const data: OwnData = {
    chatId: typeof file.chat === 'number' ? file.chat : undefined,
    settings: readSettings(file.settings, problems),
    subscriptions: list('subscriptions').map((entry) => ({ name: entry.name, slug: entry.slug, ...topicOf(entry) })),
    watches: list('watches').map((entry) => ({ text: entry.query, ...topicOf(entry) })),
    filters: list('filters').map((entry) => ({
      name: entry.name === everyName ? undefined : entry.name,
      included: entry.only,
      excluded: entry.never,
      ...topicOf(entry),
    })),
    saved: list('saved').map((entry) => ({
      identity: entry.link ?? entry.identity ?? '',
      title: entry.title,
      savedAt: new Date(entry.saved),
    })),
  };
  return { kind: 'data', data, problems };
}

function parseJsonObject(content: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    // SyntaxError or TypeError: not JSON or not UTF-8, which is the answer.
    return undefined;
  }
}

function readSettings(value: unknown, problems: FileProblem[]): OwnSettings {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.push({ kind: 'bad-section', section: 'settings' });
    return {};
  }
  const settings: OwnSettings[] = [];
  for (const [key, given] of Object.entries(value)) {
    const read = Object.hasOwn(settingReaders, key) ? settingReaders[key]?.(given) : undefined;
    if (read) settings.push(read);
    else problems.push({ kind: 'bad-setting', name: key });
  }
  return Object.assign({}, ...settings);
}

function readList<S extends keyof typeof entrySchemas>(
  value: unknown,
  section: S,
  problems: FileProblem[],
): readonly z.output<(typeof entrySchemas)[S]>[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    problems.push({ kind: 'bad-section', section });
    return [];
  }
  const most = mostEntries[section];
  const found: z.output<(typeof entrySchemas)[S]>[] = [];
  for (const [index, entry] of value.slice(0, most).entries()) {
    const read = entrySchemas[section].safeParse(entry);
    if (read.success) found.push(read.data as z.output<(typeof entrySchemas)[S]>);
    else problems.push({ kind: 'bad-entry', section, number: index + 1, label: labelOf(entry) });
  }
  if (value.length > most) problems.push({ kind: 'too-many', section, count: value.length - most });
  return found;
}

/** By what a person finds the entry again in the file. */
function labelOf(entry: unknown): string | undefined {
  if (typeof entry === 'string') return entry;
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { name: called, query, title, link } = entry as Readonly<Record<string, unknown>>;
  return [called, query, title, link].find((each): each is string => typeof each === 'string' && each.trim() !== '');
}
