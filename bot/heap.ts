/** A binary heap: the smallest key comes out first; a step costs the logarithm of how many there are. */
export class Heap<T> {
  readonly #entries: { readonly key: number; readonly value: T }[] = [];

  get first(): { readonly key: number; readonly value: T } | undefined {
    return this.#entries[0];
  }

  push(key: number, value: T): void {
    const entry = { key, value };
    let place = this.#entries.push(entry) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#entries[above];
      if (!parent || parent.key <= key) break;
      this.#entries[place] = parent;
      place = above;
    }
    this.#entries[place] = entry;
  }

  pop(): T | undefined {
    const top = this.#entries[0];
    const last = this.#entries.pop();
    if (last && this.#entries.length > 0) this.#sink(last);
    return top?.value;
  }

  /** Puts an entry in at the top, and lets it down to where it belongs. */
  #sink(entry: { readonly key: number; readonly value: T }): void {
    const entries = this.#entries;
    let place = 0;
    for (;;) {
      const [left, right] = [entries[2 * place + 1], entries[2 * place + 2]];
      const least = left && right && right.key < left.key ? right : left;
      if (!least || entry.key <= least.key) break;
      entries[place] = least;
      place = 2 * place + (least === left ? 1 : 2);
    }
    entries[place] = entry;
  }
}
