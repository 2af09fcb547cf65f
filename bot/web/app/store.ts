import { useEffect, useState } from 'preact/hooks';

/** A value that views show, and that others than they may change. */
export class Store<T> {
  private readonly listeners = new Set<() => void>();

  constructor(private value: T) {}

  get(): T {
    return this.value;
  }

  set(value: T): void {
    if (Object.is(value, this.value)) return;
    this.value = value;
    for (const listener of [...this.listeners]) listener();
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** The value of the moment; the view is drawn again when it changes. */
export function useStore<T>(store: Store<T>): T {
  const [, redraw] = useState(0);
  const value = store.get();
  useEffect(() => {
    const draw = () => redraw((times) => times + 1);
    // It may have changed between drawing and listening.
    if (!Object.is(store.get(), value)) draw();
    return store.subscribe(draw);
  }, [store]);
  return value;
}
