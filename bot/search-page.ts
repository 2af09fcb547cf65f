import type { SearchOrder, SearchPlace } from '../src/ports.js';
import type { PageOfSearch } from '../src/service/browse.js';

/** Which page of which order; `number` counts from 1 and is only shown. */
export type PageAddress = Omit<PageOfSearch, 'limit'> & { readonly number: number };

const orders: Readonly<Record<SearchOrder, string>> = { ranked: 'r', newest: 'n' };

/** A page of a search as fields of button data (at most 33 bytes): direction and place of the hit it goes on from, the order, and its number. */
export function formatSearchPage({ order, from, number }: PageAddress): string {
  const place = from ? (from.direction === 'older' ? 'o' : 'n') + formatPlace(from.place) : '';
  return `${place}:${orders[order]}${number > 1 ? `:${base36(number)}` : ''}`;
}

/** Reads what `formatSearchPage` wrote. Undefined: not ours. */
export function parseSearchPage([place, order, page = '1']: readonly (string | undefined)[]): PageAddress | undefined {
  const known = (Object.keys(orders) as SearchOrder[]).find((each) => orders[each] === order);
  if (!known || place === undefined || !/^[0-9a-z]{1,6}$/u.test(page)) return undefined;
  const number = Math.max(1, Number.parseInt(page, 36));
  if (place === '') return { order: known, number };
  const parsed = parsePlace(place.slice(1));
  if (!parsed || !/^[on]/u.test(place)) return undefined;
  return { order: known, number, from: { direction: place.startsWith('o') ? 'older' : 'newer', place: parsed } };
}

function formatPlace(place: SearchPlace): string {
  if (place.kind === 'set') return `s${base36(place.asOf)}.${base36(place.offset)}`;
  return `k${place.place}.${base36(place.orderAt)}.${base36(place.articleId)}`;
}

/** Eleven digits are more than any time or number has, and fit a column. */
function parsePlace(text: string): SearchPlace | undefined {
  const set = /^s([0-9a-z]{1,11})\.([0-9a-z]{1,11})$/u.exec(text);
  if (set) return { kind: 'set', asOf: Number.parseInt(set[1] ?? '', 36), offset: Number.parseInt(set[2] ?? '', 36) };
  const key = /^k([0-2])\.(-?[0-9a-z]{1,11})\.([0-9a-z]{1,11})$/u.exec(text);
  if (!key) return undefined;
  const [place, orderAt, articleId] = [
    Number(key[1]),
    Number.parseInt(key[2] ?? '', 36),
    Number.parseInt(key[3] ?? '', 36),
  ];
  return { kind: 'key', place, orderAt, articleId };
}

const base36 = (number: number) => number.toString(36);
