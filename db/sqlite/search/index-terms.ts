import type { Place } from '../../../src/search/match.js';
import type { SearchQuery } from '../../../src/search/query.js';
import { type IndexedArticle, termsOfArticle } from '../../search/article-terms.js';
import { asOne, type ChooseTerms, type Wanted, wantedTerms } from '../../search/wanted-terms.js';
import { timeTerms, wantedTime } from './time-terms.js';

/** An article's terms as the text that the full-text table takes: between spaces. `isPlain` as of `termsOfArticle`. */
export function toIndexText(article: IndexedArticle & { readonly orderAt: number }): {
  readonly terms: string;
  readonly isPlain: boolean;
} {
  const { terms, isPlain } = termsOfArticle(article);
  return { terms: [...terms, ...timeTerms(article.orderAt)].join(' '), isPlain };
}

/**
 * What to ask the full-text table for a query, so that nothing that satisfies it in `place` or better is left out. It is
 * made of quoted terms only, whatever was typed. `latest` is the latest order time in the index.
 */
export function toMatchExpression(query: SearchQuery, place: Place, latest: number, choose?: ChooseTerms): string {
  const { all, none } = wantedTerms(query, place, choose);
  const time = wantedTime(query, latest);
  return render(asOne({ all: time ? [...all, time] : all, none }));
}

function render(wanted: Wanted): string {
  switch (wanted.kind) {
    case 'term':
      return quote(wanted.term);
    case 'prefix':
      return `${quote(wanted.prefix)} *`;
    case 'all':
      return `(${wanted.parts.map(render).join(' AND ')})`;
    case 'any':
      return `(${wanted.parts.map(render).join(' OR ')})`;
    case 'without':
      return `(${render(wanted.wanted)} NOT ${render(wanted.unwanted)})`;
  }
}

/** No term has a quotation mark. */
const quote = (term: string) => `"${term}"`;
