import { createContext } from 'preact';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import { keptOf, type Visit } from './visits.js';

export const VisitContext = createContext<Visit | undefined>(undefined);

/** The entry of the history that a view is shown for. Throws outside of one. */
export function useVisitHere(): Visit {
  const visit = useContext(VisitContext);
  if (!visit) throw new Error('no visit around this view');
  return visit;
}

/** Like useState, and still there when its reader comes back to this entry of the history. */
export function useKept<T>(name: string, initial: T): [T, (value: T) => void] {
  const kept = keptOf(useVisitHere());
  const [value, setValue] = useState(kept.has(name) ? (kept.get(name) as T) : initial);
  return [
    value,
    (next) => {
      kept.set(name, next);
      setValue(next);
    },
  ];
}

export type Loaded<T> = { retry(): void /** Shows another value in its place. */; put(value: T): void } & (
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly error: unknown }
  | { readonly state: 'ready'; readonly value: T }
);

/**
 * Loads what `key` stands for, again when it changes, and stops when the view goes away. What was loaded before for this entry of the
 * history is shown at once.
 */
export function useLoaded<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const kept = keptOf(useVisitHere());
  const [attempt, setAttempt] = useState(0);
  const [, redraw] = useState(0);
  const failure = useRef<{ readonly key: string; readonly error: unknown } | undefined>(undefined);
  useEffect(() => {
    if (kept.has(key)) return;
    const controller = new AbortController();
    const { signal } = controller;
    const draw = () => redraw((times) => times + 1);
    failure.current = undefined;
    draw();
    load(signal).then(
      (value) => {
        kept.set(key, value);
        if (!signal.aborted) draw();
      },
      (error: unknown) => {
        if (signal.aborted) return;
        failure.current = { key, error };
        draw();
      },
    );
    return () => controller.abort();
  }, [key, attempt]);
  const actions = {
    retry: () => setAttempt((times) => times + 1),
    put: (value: T) => {
      kept.set(key, value);
      redraw((times) => times + 1);
    },
  };
  if (kept.has(key)) return { ...actions, state: 'ready', value: kept.get(key) as T };
  if (failure.current?.key === key) return { ...actions, state: 'failed', error: failure.current.error };
  return { ...actions, state: 'loading' };
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly cursor: string | undefined;
}

/** What can be seen of a list that is read page by page. */
export interface Pages<First, Item> {
  readonly state: 'loading' | 'failed' | 'ready';
  readonly error: unknown;
  /** As the first page came. */
  readonly first: First | undefined;
  readonly items: readonly Item[];
  /** Undefined: that was all. */
  readonly more: (() => void) | undefined;
  readonly moreState: 'idle' | 'loading' | 'failed';
  readonly moreError: unknown;
  retry(): void;
  /** Shows other items in place of all that are there. */
  put(items: readonly Item[]): void;
}

/** As `useLoaded`. `load` is asked with the cursor of the page before; `pageOf` finds the list in what comes. */
export function usePages<First, Item>(
  key: string,
  load: (cursor: string | undefined, signal: AbortSignal) => Promise<First>,
  pageOf: (answer: First) => Page<Item> | undefined,
): Pages<First, Item> {
  interface Read {
    readonly first: First;
    readonly items: readonly Item[];
    readonly cursor: string | undefined;
  }
  const readOf = (answer: First): Read => ({
    first: answer,
    items: [],
    cursor: undefined,
    ...pickPage(pageOf(answer)),
  });
  const loaded = useLoaded<Read>(key, async (signal) => readOf(await load(undefined, signal)));
  const [moreFault, setMoreFault] = useState<{ readonly key: string; readonly error?: unknown } | undefined>(undefined);
  const running = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => running.current?.abort(), [key]);

  const read = loaded.state === 'ready' ? loaded.value : undefined;
  const isLoadingMore = moreFault?.key === key && !('error' in moreFault);
  const more = async (from: Read) => {
    if (running.current && !running.current.signal.aborted) return;
    const controller = new AbortController();
    running.current = controller;
    setMoreFault({ key });
    try {
      const next = readOf(await load(from.cursor, controller.signal));
      if (controller.signal.aborted) return;
      loaded.put({ first: from.first, items: [...from.items, ...next.items], cursor: next.cursor });
      setMoreFault(undefined);
    } catch (error) {
      if (!controller.signal.aborted) setMoreFault({ key, error });
    } finally {
      running.current = undefined;
    }
  };
  return {
    state: loaded.state,
    error: loaded.state === 'failed' ? loaded.error : undefined,
    first: read?.first,
    items: read?.items ?? [],
    more: read?.cursor === undefined ? undefined : () => void more(read),
    moreState: moreFault?.key !== key ? 'idle' : isLoadingMore ? 'loading' : 'failed',
    moreError: moreFault?.key === key ? moreFault.error : undefined,
    retry: loaded.retry,
    put: (items) => read && loaded.put({ ...read, items }),
  };
}

function pickPage<Item>(page: Page<Item> | undefined): Partial<Page<Item>> {
  return page ? { items: page.items, cursor: page.cursor } : {};
}
