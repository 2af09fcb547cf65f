import { displayTitle, type StoredArticle } from '../../src/domain/article.js';
import type { ArticleLine } from '../../src/ports.js';
import type { SnippetPart } from '../../src/search/snippet.js';
import type { NoSearch } from '../../src/service/browse.js';
import type { UnclearCategory } from '../../src/service/resolve-query.js';
import type { ScriptConverter } from '../script.js';
import type { ArticleEntry, ArticleView, NoAnswer, SnippetPiece } from './protocol.js';
import { splitIntoBlocks } from './text-blocks.js';

/** What the page is told of articles, in the characters that its reader chose. */

export function toEntry({ id, title, medium, published, orderAt }: ArticleLine, script: ScriptConverter): ArticleEntry {
  return {
    id,
    title: script.text(title),
    medium: medium && script.text(medium),
    at: (published ?? orderAt).getTime(),
  };
}

export function toPieces(parts: readonly SnippetPart[], script: ScriptConverter): readonly SnippetPiece[] {
  return parts.map(({ text, hit }) => ({ text: script.text(text), hit }));
}

export type ArticleText = Pick<ArticleView, 'byline' | 'url' | 'lead' | 'outline' | 'keySentences' | 'text'>;

/** `hasFullText` false: its summary alone. */
export function toArticleText(article: StoredArticle, script: ScriptConverter, hasFullText: boolean): ArticleText {
  const { byline, url, lead, outline, keySentences, text } = article;
  const inScript = <T extends { readonly text: string }>(part: T): T => ({ ...part, text: script.text(part.text) });
  return {
    byline: byline && script.text(byline),
    url: url && /^https?:\/\//iu.test(url) ? url : undefined,
    lead: lead && script.text(lead),
    outline: outline.map(inScript),
    keySentences: keySentences.map((sentence) => script.text(sentence)),
    text: hasFullText ? splitIntoBlocks(text, outline).map(inScript) : [],
  };
}

export function entryOf(article: StoredArticle, script: ScriptConverter): ArticleEntry {
  return toEntry({ ...article, title: displayTitle(article), url: article.url }, script);
}

/** Why there is nothing to show. */
export function toNoAnswer(result: NoSearch | UnclearCategory, script: ScriptConverter): NoAnswer {
  switch (result.kind) {
    case 'bad-date':
      return { kind: 'bad-date', text: result.text };
    case 'unclear-category':
      return result.fits === 'none'
        ? { kind: 'no-category', text: result.name }
        : { kind: 'which-category', text: result.name, names: result.near.map(({ name }) => script.text(name)) };
    default:
      return { kind: result.kind };
  }
}
