import type { ArticleLine, SearchHit, SearchPlace } from '../../src/ports.js';
import { type SearchQuery, searchedTexts } from '../../src/search/query.js';
import { makeSnippet } from '../../src/search/snippet.js';

const snippetChars = 60;

/** What a page shows of a hit. */
export function toHit(line: ArticleLine, text: string, place: SearchPlace, query: SearchQuery): SearchHit {
  return { ...line, place, snippet: makeSnippet(text, searchedTexts(query), snippetChars) };
}
