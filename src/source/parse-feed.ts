import { createHash } from 'node:crypto';
import { load } from 'cheerio/slim';
import { parseFeed as parseAnyFeed } from 'feedsmith';
import { SourceFailure } from '../domain/source-failure.js';
import { composePublished } from './compose-post.js';
import { decodeFeed } from './decode-feed.js';
import { printFeedDate } from './feed-date.js';

/** What a server answered. */
export interface FeedDocument {
  readonly bytes: Uint8Array;
  readonly contentType: string | undefined;
  /** Links are relative to it. */
  readonly url: string;
}

/** An entry of a feed as a post of the archive has it. */
export interface FeedPost {
  /** The entry's own id, or what else tells it from the others. */
  readonly id: string;
  readonly fileName: string;
  readonly content: string;
}

export interface Feed {
  /** The medium. */
  readonly title: string;
  readonly format: 'rss' | 'atom' | 'rdf' | 'json';
  /** Oldest first, as far as their dates tell; each id once. */
  readonly posts: readonly FeedPost[];
}

/** An entry in words that all kinds of feed share. */
interface Entry {
  readonly id: string | undefined;
  readonly title: string;
  readonly date: string | undefined;
  readonly link: string | undefined;
  readonly html: string;
}

/** A longer id is kept as its hash. */
const maxIdChars = 200;

/** Reads Atom, RSS 0.9x, 1.0 and 2.0, and JSON Feed. Throws SourceFailure when it is none of them, or is damaged. */
export function parseFeed({ bytes, contentType, url }: FeedDocument): Feed {
  const text = decodeFeed(bytes, contentType);
  const { format, title, entries } = readFeed(text, url);
  const name = title || new URL(url).hostname;
  const category = { name, slug: slugOf(url) };
  const posts = new Map<string, FeedPost & { readonly at: number }>();
  for (const { id: ownId, title: entryTitle, date: written, link, html } of entries) {
    const date = printFeedDate(written);
    const id = shorten(ownId ?? link ?? hash(`${entryTitle}\n${date}\n${html}`));
    // Feeds have the newest first: what comes again under the same id is an older state.
    if (posts.has(id)) continue;
    // Inside a block of HTML no line of it is taken for Markdown, or for the link behind it.
    const body = `<div>\n${html}\n</div>`;
    const content = composePublished({ title: entryTitle, category, date, link, body });
    posts.set(id, { id, fileName: `${hash(id)}.md`, content, at: Date.parse(date) || 0 });
  }
  const oldestFirst = [...posts.values()].reverse().sort((a, b) => a.at - b.at);
  return { title: name, format, posts: oldestFirst.map(({ id, fileName, content }) => ({ id, fileName, content })) };
}

function readFeed(text: string, url: string): { format: Feed['format']; title: string; entries: readonly Entry[] } {
  const parsed = parse(text);
  const { format } = parsed;
  switch (format) {
    case 'rss': {
      const { title, items = [] } = parsed.feed;
      const entries = items.map(({ guid, title: itemTitle, link, pubDate, dc, content, description }): Entry => {
        const permaLink = guid?.isPermaLink === false ? undefined : guid?.value;
        return {
          id: guid?.value || undefined,
          title: plainTitle(itemTitle ?? dc?.titles?.[0]),
          date: pubDate ?? dc?.dates?.[0],
          link: webLink(link, url) ?? (isWebAddress(permaLink) ? webLink(permaLink, url) : undefined),
          html: firstFilled(content?.encoded, description),
        };
      });
      return { format, title: plainTitle(title), entries };
    }
    case 'rdf': {
      const { title, items = [] } = parsed.feed;
      const entries = items.map(({ rdf, title: itemTitle, link, dc, content, description }): Entry => {
        const about = rdf?.about;
        return {
          id: about || undefined,
          title: plainTitle(itemTitle ?? dc?.titles?.[0]),
          date: dc?.dates?.[0],
          link: webLink(link, url) ?? (isWebAddress(about) ? webLink(about, url) : undefined),
          html: firstFilled(content?.encoded, description),
        };
      });
      return { format, title: plainTitle(title), entries };
    }
    case 'atom': {
      const { title, entries: atomEntries = [], xml } = parsed.feed;
      const feedBase = absolute(xml?.base, url);
      const entries = atomEntries.map((entry): Entry => {
        const base = absolute(entry.xml?.base, feedBase);
        const alternates = (entry.links ?? []).filter(({ rel = 'alternate' }) => rel === 'alternate');
        const page = alternates.find(({ type = 'text/html' }) => /html/iu.test(type)) ?? alternates[0];
        return {
          id: entry.id || undefined,
          title: atomTitle(entry.title),
          date: entry.published ?? entry.updated,
          link: webLink(page?.href, base),
          html: firstFilled(atomHtml(entry.content), atomHtml(entry.summary)),
        };
      });
      return { format, title: atomTitle(title), entries };
    }
    case 'json': {
      const { title, items = [] } = parsed.feed;
      const entries = items.map((item): Entry => {
        const { content_html: html, content_text: plain, summary } = item;
        return {
          id: item.id || undefined,
          title: item.title ?? '',
          date: item.date_published ?? item.date_modified,
          link: webLink(item.url, url) ?? webLink(item.external_url, url),
          html: firstFilled(html, plain && textAsHtml(plain), summary && textAsHtml(summary)),
        };
      });
      return { format, title: title ?? '', entries };
    }
  }
}

function parse(text: string) {
  try {
    return parseAnyFeed(text);
  } catch (cause) {
    if (/^\s*(?:<!doctype html|<html)/iu.test(text))
      throw new SourceFailure('is a web page, not a feed: give the address of its feed', { cause });
    const damaged = (cause as Error).name === 'MalformedError';
    throw new SourceFailure(damaged ? 'is damaged or cut short' : 'is no feed (Atom, RSS, JSON Feed)', { cause });
  }
}

interface AtomText {
  readonly value?: string | undefined;
  readonly type?: string | undefined;
}

const isPlain = ({ type = 'text' }: AtomText) => type === 'text' || type === 'text/plain';

function atomTitle(text: AtomText | undefined): string {
  if (!text) return '';
  return isPlain(text) ? (text.value ?? '') : htmlAsText(text.value ?? '');
}

function atomHtml(text: AtomText | undefined): string {
  if (!text?.value) return '';
  // What else an entry can contain (an image, a document of another kind) is nothing to read.
  if (!isPlain(text) && !/html/iu.test(text.type ?? '')) return '';
  return isPlain(text) ? textAsHtml(text.value) : text.value;
}

const inlineMarkup =
  /<\/?(?:b|i|em|strong|span|font|a|br|sup|sub|u|p|div|h[1-6])(?:\s[^>]*)?\/?>|&(?:#\d+|#x[\da-f]+|[a-z]\w{1,20});/iu;

/** RSS does not say whether a title is text or HTML: it is HTML when there is markup of a line in it. */
function plainTitle(title: string | undefined): string {
  if (!title) return '';
  return inlineMarkup.test(title) ? htmlAsText(title) : title;
}

const htmlAsText = (html: string) => load(html).root().text();

function textAsHtml(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped
    .split(/\n+/u)
    .filter((line) => line.trim() !== '')
    .map((line) => `<p>${line}</p>`)
    .join('\n');
}

const firstFilled = (...texts: readonly (string | undefined)[]) => texts.find((text) => text?.trim()) ?? '';

const isWebAddress = (text: string | undefined) => /^https?:\/\//iu.test(text ?? '');

/** A link as it is written, so that the same article is the same wherever it comes from; resolved when it is relative or odd. */
function webLink(written: string | undefined, base: string): string | undefined {
  const text = written?.trim();
  if (!text || !URL.canParse(text, base)) return undefined;
  if (/^https?:\/\/[^\s"'`\\<>]+$/iu.test(text)) return text;
  const { protocol, href } = new URL(text, base);
  if (protocol !== 'http:' && protocol !== 'https:') return undefined;
  return href.replaceAll("'", '%27').replaceAll('`', '%60');
}

function absolute(address: string | undefined, base: string): string {
  return address && URL.canParse(address, base) ? new URL(address, base).href : base;
}

/** `https://www.example.com/rss/news.xml` -> `example-com-rss-news`. */
function slugOf(url: string): string {
  const { hostname, pathname } = new URL(url);
  const place = `${hostname.replace(/^www\./u, '')}${pathname.replace(/\.\w{2,5}$/u, '')}`;
  return place
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/gu, '')
    .slice(0, 80);
}

const shorten = (id: string) => (id.length > maxIdChars ? hash(id) : id);

const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 24);
