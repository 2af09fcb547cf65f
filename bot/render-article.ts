import { displayTitle, type Heading, hasOwnMark, type StoredArticle } from '../src/domain/article.js';
import type { Detail } from '../src/domain/display.js';
import type { Language } from '../src/domain/language.js';
import { isNumbered, isOutlined, openingOf, summaryChars } from '../src/domain/summary.js';
import { truncate } from '../src/domain/text.js';
import { type SubscriptionName, summaryKeyboard, textKeyboard } from './article-keyboard.js';
import { formatTime } from './dates.js';
import { type Html, html, joinHtml } from './html.js';
import type { Keyboard } from './keyboard.js';
import { locales } from './locale/index.js';
import { splitText } from './split.js';

/** What a chat can be offered, by its kind and by what the operator allows. */
export interface Offers {
  /** The chat takes buttons that ask the bot inline; left out: it does not. */
  readonly canShare?: boolean;
  /** False: of an article nothing is shown but its summary. */
  readonly hasFullText?: boolean;
  /** Where the Mini App is; left out: the chat cannot open it. */
  readonly miniAppUrl?: string | undefined;
}

export interface RenderOptions extends Offers {
  readonly language: Language;
  readonly timeZone: string;
  readonly now: () => Date;
  /** What a summary shows below its head; undefined: both. */
  readonly detail?: Detail | undefined;
}

/** Why a chat has got an article. */
export interface ArticleReason {
  /** The query that asked for it, and its number. */
  readonly keywords?: string | undefined;
  readonly queryId?: number | undefined;
  /** The chat keeps it. */
  readonly isSaved?: boolean | undefined;
  /** The subscription that asked for it, when its reader can give it up by a button. */
  readonly subscription?: SubscriptionName | undefined;
}

export interface Rendered {
  readonly text: Html;
  readonly keyboard: Keyboard;
}

const maxOriginChars = 100;
const maxKeywordChars = 40;
const maxBoldHeadings = 60;
/** Telegram takes 4,096; the rest is for the closing lines. */
const maxVisibleUnits = 3_900;
/** An outline of more lines than this folds away until it is tapped. */
const linesShownOpen = 8;
/** One page of the full text: comfortable to read, far below the limit. */
const unitsPerTextPage = 3_000;

/** The summary message (DESIGN.md, "The summary message"): title, byline, category and time, lead, outline or key sentences. */
export function renderArticle(article: StoredArticle, options: RenderOptions, reason: ArticleReason = {}): Rendered {
  const { keywords } = reason;
  const t = locales[options.language];
  const because = keywords === undefined ? [] : [html`<i>${t.becauseOf(truncate(keywords, maxKeywordChars))}</i>`];
  const head = [...headLines(article, options), ...because];
  const opening = article.title && hasLead(article, options) ? openingOf(article) : '';
  const body = opening ? [html`${truncate(opening, summaryChars.lead)}`] : [];
  const top = joinHtml([joinHtml(head, '\n'), ...body], '\n\n');
  // Who wants the lead alone gets the outline of an article without one.
  const hasOutline = options.detail !== 'lead' || opening === '';
  const outlined = isOutlined(article) ? outlineLines(article.outline) : keyLines(article, opening);
  const lines = hasOutline ? outlined : [];
  const room = maxVisibleUnits - top.visibleLength;
  const below = fitLines(lines, room);
  const text = below ? html`${top}\n\n${below}` : top;
  const hasMore = options.hasFullText !== false && hasMoreText(article, opening !== '' || !article.title, hasOutline);
  return { text, keyboard: summaryKeyboard(article, options, { hasMore, reason }) };
}

/** Who wants the outline alone gets the lead of an article that has nothing like one. */
function hasLead({ outline, keySentences }: StoredArticle, { detail }: RenderOptions): boolean {
  return detail !== 'outline' || outline.length + keySentences.length === 0;
}

/** One page of the cleaned text, with buttons to turn it and to come back to the summary. Undefined: there is no such page. */
export function renderTextPage(
  article: StoredArticle,
  page: number,
  options: RenderOptions,
  reason: ArticleReason = {},
): Rendered | undefined {
  const t = locales[options.language];
  const head = joinHtml(headLines(article, options), '\n');
  const pages = splitText(article.text, Math.min(unitsPerTextPage, maxVisibleUnits - head.visibleLength));
  const content = pages[page];
  if (content === undefined) return undefined;
  const place = pages.length > 1 ? html`\n\n<i>${t.pageOf(page + 1, pages.length)}</i>` : html``;
  return {
    text: html`${head}\n\n${emphasiseHeadings(content, article.outline)}${place}`,
    keyboard: textKeyboard(article, options, { page, pages: pages.length, reason }),
  };
}

/** Title, byline, category and time, and how many other media carry it. */
function headLines(article: StoredArticle, options: RenderOptions): readonly Html[] {
  const t = locales[options.language];
  return [
    titleLine(article),
    ...(article.byline ? [html`${truncate(article.byline, summaryChars.byline)}`] : []),
    html`<i>${originLine(article, options)}</i>`,
    ...(article.otherMedia > 0 ? [html`<i>${t.otherMedia(article.otherMedia)}</i>`] : []),
  ];
}

/** The headings that stand on lines of their own, bold; as many as Telegram's 100 entities have room for. */
function emphasiseHeadings(content: string, outline: readonly Heading[]): Html {
  const headings = new Set(outline.map(({ text }) => withoutEndMark(text)));
  let bold = 0;
  const lines = content.split('\n').map((line) => {
    const isHeading = headings.has(withoutEndMark(line)) && bold < maxBoldHeadings;
    if (isHeading) bold += 1;
    return isHeading ? html`<b>${line}</b>` : html`${line}`;
  });
  return joinHtml(lines, '\n');
}

const withoutEndMark = (line: string) => line.trim().replace(/[。：:]$/u, '');

function titleLine(article: StoredArticle): Html {
  const title = truncate(displayTitle(article), summaryChars.title);
  return article.url ? html`<b><a href="${article.url}">${title}</a></b>` : html`<b>${title}</b>`;
}

function originLine(article: StoredArticle, { timeZone, language, now }: RenderOptions): string {
  const names = [...new Set([article.medium ?? [], article.categories.map(({ name }) => name)].flat())];
  const time = formatTime(article.published ?? article.firstSeen, timeZone, language, now());
  return [truncate(names.join(' · '), maxOriginChars), time].join(' · ');
}

/** Headings as printed; numbered by us only when none of the top level numbers itself. Sub-headings stand under theirs. */
function outlineLines(outline: readonly Heading[]): Html[] {
  const numbered = !isNumbered(outline);
  let number = 0;
  return outline.map(({ level, text }) => {
    const heading = truncate(text, summaryChars.heading);
    if (level === 2) return hasOwnMark(text) ? html`　${heading}` : html`　· ${heading}`;
    number += 1;
    return numbered ? html`${number}. ${heading}` : html`${heading}`;
  });
}

/** Key sentences, without those that the opening above shows already. */
function keyLines({ keySentences }: StoredArticle, opening: string): Html[] {
  return keySentences
    .filter((sentence) => !opening.includes(sentence))
    .map((sentence) => html`· ${truncate(sentence, summaryChars.lead)}`);
}

/** As many whole lines as fit, `…` for the rest; folded away when long. Undefined: nothing to show. */
function fitLines(lines: readonly Html[], room: number): Html | undefined {
  const fitting: Html[] = [];
  let used = 0;
  for (const line of lines) {
    used += line.visibleLength + 1;
    if (used > room - 2) break;
    fitting.push(line);
  }
  if (fitting.length === 0) return undefined;
  if (fitting.length < lines.length) fitting.push(html`…`);
  const block = joinHtml(fitting, '\n');
  return lines.length > linesShownOpen
    ? html`<blockquote expandable>${block}</blockquote>`
    : html`<blockquote>${block}</blockquote>`;
}

/** A flash whose text is its lead has nothing more to open. */
function hasMoreText(
  { text, lead = '', keySentences }: StoredArticle,
  showsLead: boolean,
  showsOutline: boolean,
): boolean {
  const shown = (showsLead ? lead.length : 0) + (showsOutline ? keySentences.join('').length : 0);
  return text.length > shown + 20;
}
