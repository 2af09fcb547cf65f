import { createHash } from 'node:crypto';
import { Feed } from 'feed';
import { isNumbered, isOutlined } from '../../domain/summary.js';
import type { ArticleSummary } from '../../service/public-archive.js';

export interface FeedHead {
  readonly title: string;
  /** Address of the feed itself, which also names it. */
  readonly self: string;
  /** The same articles, for programs. */
  readonly alternate: string;
}

const feedName = '摘报';
/** What a feed without articles says: it has not changed since. */
const beginning = new Date(0);

/** When the newest of the articles came in: what the feed as a whole was changed by last. A correction changes the ETag alone. */
export function updatedAt(articles: readonly ArticleSummary[]): Date {
  return articles.reduce((latest, { firstSeen }) => (firstSeen > latest ? firstSeen : latest), beginning);
}

/**
 * Summaries as an Atom feed (RFC 4287). `feed` writes titles and contents into CDATA of type html and escapes nothing but
 * `&` in attributes: every text is made harmless here, as HTML and as XML.
 */
export function renderFeed(
  { title, self, alternate }: FeedHead,
  articles: readonly ArticleSummary[],
  addressOf: (articleId: number) => string,
): string {
  const feed = new Feed({
    id: nameUuid(self),
    title: plain(`${title} · ${feedName}`),
    updated: updatedAt(articles),
    generator: 'Zhaibao',
    link: alternate,
    feedLinks: { atom: self },
    author: { name: feedName },
  });
  for (const article of articles) {
    const { opening, categories, published } = article;
    const summary = opening === '' ? {} : { description: escapeHtml(opening) };
    const content = renderContent(article);
    feed.addItem({
      id: nameUuid(article.identity),
      title: escapeHtml(article.title),
      link: original(article) ?? addressOf(article.id),
      // When it came in here. Readers sort by the other one, where there is one.
      date: article.firstSeen,
      ...(published && { published }),
      ...summary,
      ...(content !== '' && { content }),
      author: [{ name: authorOf(article) }],
      category: categories.map(({ name }) => ({ term: forAttribute(name) })).filter(({ term }) => term !== ''),
    });
  }
  return feed.atom1();
}

/** An address that a reader can follow; undefined: none, or none that is one. */
function original({ url }: ArticleSummary): string | undefined {
  return url !== undefined && URL.canParse(url) ? url : undefined;
}

/** An entry has to have one, and it has to have a name. */
function authorOf({ byline = '', medium = '' }: ArticleSummary): string {
  return [byline, medium].map(plain).find((name) => name.trim() !== '') ?? feedName;
}

/** Lead, then outline or key sentences, as in a message: headings that number themselves are not numbered again. */
function renderContent(article: ArticleSummary): string {
  const { opening, outline, keySentences } = article;
  const lead = opening === '' ? '' : `<p>${escapeHtml(opening)}</p>`;
  if (!isOutlined(article)) {
    const others = keySentences.filter((sentence) => !opening.includes(sentence));
    return lead + list('ul', others.map(escapeHtml));
  }
  const sections: { text: string; below: string[] }[] = [];
  for (const { level, text } of outline) {
    const section = sections.at(-1);
    if (level === 2 && section) section.below.push(escapeHtml(text));
    else sections.push({ text: escapeHtml(text), below: [] });
  }
  const items = sections.map(({ text, below }) => text + list('ul', below));
  return lead + list(isNumbered(outline) ? 'ul' : 'ol', items);
}

/** `items` are HTML. */
function list(tag: 'ol' | 'ul', items: readonly string[]): string {
  return items.length === 0 ? '' : `<${tag}>${items.map((item) => `<li>${item}</li>`).join('')}</${tag}>`;
}

/** Everything that XML 1.0 cannot carry, not even escaped; half a surrogate pair is among it. */
const notXml = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/** For elements of plain text. The library reads `&amp;` there as an ampersand that is escaped already. */
function plain(text: string): string {
  return text.replace(notXml, '').replace(/&/gu, '&amp;');
}

/** For attributes, of which the library escapes `&` and the quote, and leaves a `<` that would end the feed. */
function forAttribute(text: string): string {
  return text.replace(notXml, '').replace(/</gu, '＜');
}

function escapeHtml(text: string): string {
  return plain(text).replace(/</gu, '&lt;').replace(/>/gu, '&gt;').replace(/"/gu, '&quot;');
}

/** The same name always gets the same id: a name-based UUID (RFC 9562, version 5, of an address). */
export function nameUuid(name: string): string {
  const bytes = createHash('sha1').update(urlNamespace).update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `urn:uuid:${hex.replace(/^(.{8})(.{4})(.{4})(.{4})/u, '$1-$2-$3-$4-')}`;
}

const urlNamespace = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex');
