import type { Article } from '../src/domain/article.js';
import type { IngestItem } from '../src/ports.js';

/** An item as it is read back from an engine, of which `storable` says what becomes of a text: else it would count as changed whenever it is read again. */
export function toStorable(item: IngestItem, storable: (text: string) => string): IngestItem {
  const named = { path: storable(item.path), fingerprint: storable(item.fingerprint) };
  if (item.kind === 'waiting') return { ...item, ...named };
  if (item.kind === 'article') return { ...item, ...named, article: toStorableArticle(item.article, storable) };
  return { ...item, ...named, rejection: { ...item.rejection, detail: storable(item.rejection.detail) } };
}

function toStorableArticle(article: Article, storable: (text: string) => string): Article {
  const optional = (text: string | undefined) => (text === undefined ? undefined : storable(text));
  return {
    ...article,
    identity: storable(article.identity),
    postIdentity: storable(article.postIdentity),
    title: optional(article.title),
    byline: optional(article.byline),
    lead: optional(article.lead),
    outline: article.outline.map((heading) => ({ ...heading, text: storable(heading.text) })),
    keySentences: article.keySentences.map(storable),
    url: optional(article.url),
    medium: optional(article.medium),
    categories: article.categories.map(({ name, slug }) => ({ name: storable(name), slug: optional(slug) })),
    text: storable(article.text),
  };
}
