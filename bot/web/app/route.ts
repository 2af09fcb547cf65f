import { useEffect, useState } from 'preact/hooks';

export const views = ['home', 'sources', 'source', 'article', 'search', 'trend', 'saved', 'settings'] as const;
export type View = (typeof views)[number];

/** What the address asks for: `#/article/12`, `#/search?q=养老`. */
export interface Route {
  readonly view: View;
  readonly id: number | undefined;
  readonly params: Readonly<Record<string, string>>;
}

/** `hash` with or without its `#`. What is not known leads home. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/u, '').split(/\?(.*)/su);
  const [, name = '', id = ''] = path.split('/');
  const params = Object.fromEntries(new URLSearchParams(search));
  const view = views.find((each) => each === name) ?? 'home';
  const number = /^\d+$/u.test(id) ? Number(id) : undefined;
  if ((view === 'article' || view === 'source') && number === undefined) return { view: 'home', id: undefined, params };
  return { view, id: number, params };
}

/** Empty parameters are left out. */
export function hrefOf(view: View, id?: number, params: Readonly<Record<string, string | undefined>> = {}): string {
  const search = new URLSearchParams(
    Object.entries(params).filter((entry): entry is [string, string] => Boolean(entry[1])),
  ).toString();
  const path = view === 'home' ? '/' : id === undefined ? `/${view}` : `/${view}/${id}`;
  return `#${path}${search && `?${search}`}`;
}

/** One entry of the browser's history. */
export interface Visit {
  readonly route: Route;
  /** Its place in the history, from 0. */
  readonly place: number;
  /** It was left before and is come back to. */
  readonly isReturn: boolean;
}

interface Left {
  readonly scrollY: number;
  /** Address of the link that led away. */
  readonly focused: string | undefined;
}

const left = new Map<number, Left>();
const keptByPlace = new Map<number, Map<string, unknown>>();
let current: Visit = { route: parseRoute(location.hash), place: placeOf(history.state) ?? 0, isReturn: false };

/** The entry that is shown, and a new one whenever it changes. */
export function useVisit(): Visit {
  const [visit, setVisit] = useState(current);
  useEffect(() => {
    history.scrollRestoration = 'manual';
    if (placeOf(history.state) === undefined) history.replaceState({ place: current.place }, '');
    const follow = () => {
      const place = placeOf(history.state);
      const next = place ?? current.place + 1;
      if (place === undefined) {
        // A new entry: what was ahead is gone.
        for (const old of keptByPlace.keys()) if (old >= next) keptByPlace.delete(old);
        history.replaceState({ place: next }, '');
      }
      current = { route: parseRoute(location.hash), place: next, isReturn: place !== undefined };
      setVisit(current);
    };
    // Before the address changes: a click on a link, or going back.
    const note = () => left.set(current.place, { scrollY, focused: focusedLink() });
    addEventListener('hashchange', follow);
    addEventListener('scroll', note, { passive: true });
    document.addEventListener('click', note, { capture: true });
    return () => {
      removeEventListener('hashchange', follow);
      removeEventListener('scroll', note);
      document.removeEventListener('click', note, { capture: true });
    };
  }, []);
  return visit;
}

/** Where the reader was when the entry was left. */
export function leftAt(visit: Visit): Left | undefined {
  return left.get(visit.place);
}

/** What a view keeps for when its reader comes back to it. */
export function keptOf(visit: Visit): Map<string, unknown> {
  const kept = keptByPlace.get(visit.place) ?? new Map<string, unknown>();
  keptByPlace.set(visit.place, kept);
  return kept;
}

export function goTo(href: string): void {
  location.hash = href;
}

/** The same view with other parameters: nothing to go back to. */
export function replaceRoute(href: string): void {
  history.replaceState(history.state, '', href);
  current = { ...current, route: parseRoute(href) };
}

/** Back, or home when this is where the reader came in. */
export function goBack(): void {
  if (current.place > 0) history.back();
  else goTo(hrefOf('home'));
}

function placeOf(state: unknown): number | undefined {
  const place = (state as { place?: unknown } | null)?.place;
  return typeof place === 'number' ? place : undefined;
}

function focusedLink(): string | undefined {
  return document.activeElement?.getAttribute('href') ?? undefined;
}
