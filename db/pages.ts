import type { Page, PageRequest } from '../src/ports.js';

export const walksOlder = (from: PageRequest['from']): boolean => from?.direction !== 'newer';

/** From one row more than the page, in the order of the walk, to the page in reading order. */
export function toPage<T>(rows: readonly T[], page: PageRequest): Page<T> {
  const more = rows.length > page.limit;
  const items = rows.slice(0, page.limit);
  if (walksOlder(page.from)) return { items, hasOlder: more, hasNewer: page.from !== undefined };
  return { items: items.reverse(), hasOlder: true, hasNewer: more };
}
