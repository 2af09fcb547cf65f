import type { SearchOrder, SearchPlace } from '../src/ports.js';
import type { PageOfSearch } from '../src/service/browse.js';

type PageAddress = Omit<PageOfSearch, 'limit'>;

const orders: Readonly<Record<SearchOrder, string>> = { ranked: 'r', newest: 'n' };

/** A page of a search as two fields of button data (at most 27 bytes): direction and place of the hit it goes on from, and the order. */
export function formatSearchPage({ order, from }: PageAddress): string {
  const place = from ? (from.direction === 'older' ? 'o' : 'n') + formatPlace(from.place) : '';
  return `${place}:${orders[order]}`;
}

/** Reads what `formatSearchPage` wrote. Undefined: not ours. */
export function parseSearchPage(place: string | undefined, order: string | undefined): PageAddress | undefined {
  const known = (Object.keys(orders) as SearchOrder[]).find((each) => orders[each] === order);
  if (!known || place === undefined) return undefined;
  if (place === '') return { order: known };
  const parsed = parsePlace(place.slice(1));
  if (!parsed || !/^[on]/u.test(place)) return undefined;
  return { order: known, from: { direction: place.startsWith('o') ? 'older' : 'newer', place: parsed } };
}

function formatPlace(place: SearchPlace): string {
  if (place.kind === 'set') return `s${base36(place.asOf)}.${base36(place.offset)}`;
  return `k${place.place}.${base36(place.orderAt)}.${base36(place.articleId)}`;
}

function parsePlace(text: string): SearchPlace | undefined {
  const set = /^s([0-9a-z]+)\.([0-9a-z]+)$/u.exec(text);
  if (set) return { kind: 'set', asOf: Number.parseInt(set[1] ?? '', 36), offset: Number.parseInt(set[2] ?? '', 36) };
  const key = /^k([0-2])\.(-?[0-9a-z]+)\.([0-9a-z]+)$/u.exec(text);
  if (!key) return undefined;
  const [place, orderAt, articleId] = [
    Number(key[1]),
    Number.parseInt(key[2] ?? '', 36),
    Number.parseInt(key[3] ?? '', 36),
  ];
  return { kind: 'key', place, orderAt, articleId };
}

const base36 = (number: number) => number.toString(36);
