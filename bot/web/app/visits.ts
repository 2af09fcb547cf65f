import { useEffect, useState } from 'preact/hooks';
import { hrefOf, parseRoute, type Route } from './route.js';

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
let current: Visit | undefined;

/** The entry of the moment. First asked for when the address is ours. */
function here(): Visit {
  current ??= { route: parseRoute(location.hash), place: placeOf(history.state) ?? 0, isReturn: false };
  return current;
}

/** The entry that is shown, and a new one whenever it changes. */
export function useVisit(): Visit {
  const [visit, setVisit] = useState(here);
  useEffect(() => {
    history.scrollRestoration = 'manual';
    if (placeOf(history.state) === undefined) history.replaceState({ place: here().place }, '');
    const follow = () => {
      const place = placeOf(history.state);
      const next = place ?? here().place + 1;
      if (place === undefined) {
        // A new entry: what was ahead is gone.
        for (const old of keptByPlace.keys()) if (old >= next) keptByPlace.delete(old);
        history.replaceState({ place: next }, '');
      }
      current = { route: parseRoute(location.hash), place: next, isReturn: place !== undefined };
      setVisit(current);
    };
    // Before the address changes: a click on a link, or going back.
    const note = () => left.set(here().place, { scrollY, focused: focusedLink() });
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
  current = { ...here(), route: parseRoute(href) };
}

/** Back, or home when this is where the reader came in. */
export function goBack(): void {
  if (here().place > 0) history.back();
  else goTo(hrefOf('home'));
}

function placeOf(state: unknown): number | undefined {
  const place = (state as { place?: unknown } | null)?.place;
  return typeof place === 'number' ? place : undefined;
}

function focusedLink(): string | undefined {
  return document.activeElement?.getAttribute('href') ?? undefined;
}
