import { z } from 'zod';
import type { ArticleLine, Page, PageRequest, SearchHit, SearchOrder } from '../../src/ports.js';
import type { PageOfSearch } from '../../src/service/browse.js';
import { formatPlace, parsePlace } from '../article-list.js';
import { formatSearchPage, parseSearchPage } from '../search-page.js';

/** Where a list goes on, as texts that only mean something here. Anybody can write one: what is none of ours is refused. */

const maxCursorChars = 60;

export const articlesPerPage = 20;

/** The cursor of a list of articles, read as a page of it. Undefined, as is the first page. */
export const pageOfList = z
  .string()
  .max(maxCursorChars)
  .transform((cursor, context): PageRequest['from'] => {
    const from = parsePlace(cursor);
    if (
      from?.direction === 'older' &&
      formatPlace('o', { orderAt: new Date(from.key.orderAt), id: from.key.id }) === cursor
    )
      return from;
    context.addIssue({ code: 'custom', message: 'is no cursor' });
    return z.NEVER;
  })
  .optional();

export function cursorBehind({ items, hasOlder }: Page<ArticleLine>): string | undefined {
  const last = items.at(-1);
  return hasOlder && last ? formatPlace('o', last) : undefined;
}

/** An order, and the cursor of a search in that order. */
export const pageOfSearch = z
  .object({
    order: z.enum(['ranked', 'newest'] satisfies SearchOrder[]).default('ranked'),
    cursor: z.string().max(maxCursorChars).optional(),
  })
  .transform(({ order, cursor }, context): PageOfSearch => {
    if (cursor === undefined) return { order, limit: articlesPerPage };
    const page = parseSearchPage(cursor.split(':'));
    const isOlder = page?.order === order && page.from?.direction === 'older';
    if (isOlder && formatSearchPage(page) === cursor) return { order, limit: articlesPerPage, from: page.from };
    context.addIssue({ code: 'custom', message: 'is no cursor of this search' });
    return z.NEVER;
  });

export function cursorBehindHit({ items, hasOlder }: Page<SearchHit>, order: SearchOrder): string | undefined {
  const last = items.at(-1);
  const from = last && { direction: 'older' as const, place: last.place };
  return hasOlder && from ? formatSearchPage({ order, number: 1, from }) : undefined;
}
