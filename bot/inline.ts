import { displayTitle, type StoredArticle } from '../src/domain/article.js';
import type { Language } from '../src/domain/language.js';
import { truncate } from '../src/domain/text.js';
import type { ArticleLine, Log, SearchPlace } from '../src/ports.js';
import type { PeekResult } from '../src/service/browse.js';
import { inlineQueryPattern, originalButton } from './article-keyboard.js';
import { formatPlace, parsePlace } from './article-list.js';
import type { Services } from './conversation.js';
import { formatTime } from './dates.js';
import { privateLink } from './deep-links.js';
import { html } from './html.js';
import { toReplyMarkup } from './keyboard.js';
import { type Locale, locales } from './locale/index.js';
import { type RenderOptions, renderArticle } from './render-article.js';
import { type ScriptConverter, scriptConverter } from './script.js';
import { formatSearchPage, parseSearchPage } from './search-page.js';
import { inlinePayload, searchPayload } from './start-link.js';
import type { TelegramApi } from './telegram-api.js';

/** `@bot QUERY` in any chat, as Telegram tells of it at every pause in the typing. */
export interface InlineQuery {
  readonly id: string;
  readonly from: { readonly id: number };
  readonly query: string;
  /** What the page before this one gave as the next; empty for the first. */
  readonly offset: string;
}

export interface InlineMode {
  /** Starts on an answer at once; resolves when it is given, or given up. Whatever happens, nothing is thrown. */
  take(query: InlineQuery): Promise<void>;
  /** Resolves when every query so far is answered, or given up. */
  idle(): Promise<void>;
}

export interface InlineOptions {
  readonly api: Pick<TelegramApi, 'call'>;
  readonly services: Services;
  readonly log: Log;
  readonly now: () => Date;
  readonly timeZone: string;
  readonly defaultLanguage: Language;
  /** The bot's own, without @. */
  readonly username: () => string;
}

/** What is offered: articles, the place of the next page, and a line above that leads into the bot. */
interface Offer {
  readonly articles: readonly StoredArticle[];
  readonly nextOffset?: string | undefined;
  readonly note?: { readonly text: string; readonly payload: string } | undefined;
  /** Nothing is to be kept of it. */
  readonly isPassing?: boolean;
}

interface Reader extends RenderOptions {
  readonly userId: number;
  readonly asker: string;
  readonly t: Locale;
  readonly script: ScriptConverter;
}

const resultsPerPage = 10;
/** Somebody who goes back a letter sees the same at once; a new article is there soon all the same. */
const cacheSeconds = 20;
const maxTitleChars = 100;
const maxMediumChars = 30;
/** What was typed, quoted back in a line that has room for little. */
const maxQuotedChars = 16;

/** The search of every chat: articles to choose from while somebody types, sent as summaries. */
export function createInlineMode(options: InlineOptions): InlineMode {
  const { services, log } = options;
  const running = new Set<Promise<void>>();

  const readerOf = async (userId: number): Promise<Reader> => {
    const chat = await services.chats.find(userId);
    const language = chat?.language ?? options.defaultLanguage;
    const timeZone = chat?.timeZone ?? options.timeZone;
    const [script, detail] = [await scriptConverter(chat?.script), chat?.detail];
    return {
      userId,
      asker: askerOf(userId),
      language,
      timeZone,
      now: options.now,
      detail,
      t: locales[language],
      script,
    };
  };
  const answer = async (query: InlineQuery): Promise<void> => {
    const reader = await readerOf(query.from.id);
    const offer = await findOffer(services, reader, query).catch((error: unknown): Offer => {
      log.error({ userId: query.from.id, error: describeError(error) }, 'inline query failed');
      return { articles: [], note: { text: reader.t.failedNotice, payload: inlinePayload }, isPassing: true };
    });
    // Superseded: the reader has typed on, and looks at nothing that comes now.
    if (!offer) return;
    const send = (isPlain: boolean) =>
      options.api.call('answerInlineQuery', toAnswer(query, offer, reader, options.username(), isPlain));
    // One article whose markup or link Telegram does not take would cost the reader all ten.
    await send(false).catch((error: unknown) => (isTooLate(error) ? undefined : send(true)));
  };

  return {
    take(query) {
      services.browse.cancelSearch(askerOf(query.from.id));
      const task: Promise<void> = answer(query)
        .catch((error: unknown) =>
          log.warn({ userId: query.from.id, error: describeError(error) }, 'inline query could not be answered'),
        )
        .finally(() => running.delete(task));
      running.add(task);
      return task;
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

const askerOf = (userId: number) => `inline:${userId}`;

/** Undefined: the asker has typed on. */
async function findOffer(
  services: Services,
  reader: Reader,
  { query, offset }: InlineQuery,
): Promise<Offer | undefined> {
  const text = query.trim();
  const articleId = inlineQueryPattern.exec(text)?.groups?.id;
  if (articleId) return offerArticle(services, reader, Number(articleId));
  return text ? offerHits(services, reader, text, offset) : offerNewest(services, reader, offset);
}

async function offerArticle({ browse }: Services, { t }: Reader, articleId: number): Promise<Offer> {
  const article = await browse.find(articleId);
  return article ? { articles: [article] } : { articles: [], note: { text: t.articleGone, payload: inlinePayload } };
}

/** The newest of what the reader follows in the private chat; of everything when that is nothing. */
async function offerNewest(services: Services, { userId, t }: Reader, offset: string): Promise<Offer> {
  const from = parsePlace(offset);
  if (offset && !from) return { articles: [] };
  const target = { chatId: userId, topicId: 0 };
  const page = await services.browse.latest(target, undefined, { limit: resultsPerPage, from });
  const { items = [], hasOlder = false } = page ?? {};
  const last = items.at(-1);
  return {
    articles: await load(services, items),
    nextOffset: hasOlder && last ? formatPlace('o', last) : undefined,
    note: items.length === 0 && !from ? { text: t.inline.noArticles, payload: inlinePayload } : undefined,
  };
}

async function offerHits(services: Services, reader: Reader, text: string, offset: string): Promise<Offer | undefined> {
  const address = offset ? parseSearchPage(offset.split(':')) : ({ order: 'ranked' } as const);
  if (!address) return { articles: [] };
  const result = await services.browse.peek(text, { ...address, limit: resultsPerPage }, reader.asker);
  if (result.kind === 'superseded') return undefined;
  const said = noteOn(result, reader.t, offset === '');
  const note = said === undefined ? undefined : { text: said, payload: searchPayload(text) };
  if (result.kind !== 'found') return { articles: [], note };
  const last = result.items.at(-1)?.place;
  const after = (place: SearchPlace) =>
    formatSearchPage({ order: address.order, number: 1, from: { direction: 'older', place } });
  return {
    articles: await load(services, result.items),
    nextOffset: result.hasOlder && last ? after(last) : undefined,
    note,
    isPassing: result.timedOut || result.filling !== undefined,
  };
}

/** What a reader has to know, in one short line; undefined: nothing. */
function noteOn(result: Exclude<PeekResult, { kind: 'superseded' }>, { inline }: Locale, isFirst: boolean) {
  switch (result.kind) {
    case 'empty':
      return inline.noWords;
    case 'bad-date':
      return inline.badDate(quoted(result.text));
    case 'bad-range':
      return inline.badRange;
    case 'bad-or':
      return inline.badOr;
    case 'unclear-category':
      return result.fits === 'several'
        ? inline.whichCategory(quoted(result.name))
        : inline.noCategory(quoted(result.name));
    case 'found':
      if (result.filling) return inline.filling;
      if (result.timedOut) return inline.timedOut;
      return result.items.length === 0 && isFirst ? inline.nothing : undefined;
  }
}

const quoted = (text: string) => truncate(text, maxQuotedChars, maxQuotedChars * 2);

async function load({ browse }: Services, lines: readonly ArticleLine[]): Promise<readonly StoredArticle[]> {
  const articles = await Promise.all(lines.map(({ id }) => browse.find(id)));
  return articles.flatMap((article) => article ?? []);
}

function toAnswer(query: InlineQuery, offer: Offer, reader: Reader, username: string, isPlain: boolean) {
  return {
    inline_query_id: query.id,
    results: offer.articles.map((article) => toResult(article, reader, username, isPlain)),
    next_offset: offer.nextOffset ?? '',
    cache_time: offer.isPassing ? 0 : cacheSeconds,
    // Language and time zone are the reader's own: what is cached for one must not be shown to another.
    is_personal: true,
    ...(offer.note ? { button: { text: clean(offer.note.text), start_parameter: offer.note.payload } } : {}),
  };
}

/** As a choice: title, medium and time. Chosen: the summary. */
function toResult(article: StoredArticle, reader: Reader, username: string, isPlain: boolean) {
  const { t, timeZone, language, now, script } = reader;
  const time = formatTime(article.published ?? article.firstSeen, timeZone, language, now());
  const medium = article.medium ?? article.categories[0]?.name ?? '';
  const text = script.html(renderArticle(article, reader).text);
  const original = isPlain ? [] : originalButton(article, t.buttons.original);
  const open = { text: t.buttons.openInBot, url: privateLink(username, `art_${article.id}`) };
  return {
    type: 'article',
    id: String(article.id),
    title: clean(script.text(truncate(displayTitle(article), maxTitleChars))) || '…',
    description: clean(script.text([truncate(medium, maxMediumChars), time].filter(Boolean).join(' · '))),
    input_message_content: {
      message_text: isPlain ? text.plain : text.markup,
      ...(isPlain ? {} : { parse_mode: 'HTML' }),
      link_preview_options: { is_disabled: true },
    },
    reply_markup: toReplyMarkup(script.keyboard([[...original, open]])),
  };
}

/** Without what the server refuses. */
const clean = (text: string) => html`${text}`.plain.trim();

/** The reader has been waiting for longer than Telegram does. */
const isTooLate = (error: unknown) => /query is too old/iu.test(describeError(error));

function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
